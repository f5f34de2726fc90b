"""What licences allow: the table, the computed Creative Commons family, and the classes of an expression."""

from __future__ import annotations

from datetime import date

import pytest

from assets.rights.answers import Answer
from assets.rights.expressions import read
from assets.rights.facets import ANSWERS, Facets, classes, facets_from, facets_of, reviewed_licences
from assets.rights.known_names import ids

ALLOW, ASK, DENY = Answer.ALLOW, Answer.ASK, Answer.DENY


@pytest.mark.parametrize(
    ("licence", "train", "commercial", "derivatives"),
    [
        ("CC0-1.0", ALLOW, ALLOW, ALLOW),
        ("PDDL-1.0", ALLOW, ALLOW, ALLOW),
        ("MIT", ALLOW, ALLOW, ALLOW),
        ("CC-BY-4.0", ALLOW, ALLOW, ALLOW),
        ("CC-BY-3.0-IGO", ALLOW, ALLOW, ALLOW),
        ("LicenseRef-CC-BY-2.5-ZA", ALLOW, ALLOW, ALLOW),
        ("LicenseRef-CC-BY-unversioned", ASK, ASK, ASK),
        ("CC-BY-SA-4.0", ALLOW, ASK, ALLOW),
        ("CC-BY-SA-2.1-JP", ALLOW, ASK, ALLOW),
        ("CC-BY-NC-4.0", ALLOW, DENY, ALLOW),
        ("CC-BY-ND-4.0", ASK, ALLOW, DENY),
        ("CC-BY-NC-ND-2.0", ASK, DENY, DENY),
        ("GPL-3.0-only", ALLOW, ASK, ALLOW),
        ("OFL-1.1", ALLOW, ASK, ALLOW),
        ("C-UDA-1.0", ALLOW, ALLOW, ALLOW),
        ("CC-PDM-1.0", ASK, ASK, ASK),
        ("LicenseRef-OpenRAIL", ASK, ASK, ASK),
    ],
)
def test_a_licence_is_read_with_care(
    licence: str, train: Answer, commercial: Answer, derivatives: Answer
) -> None:
    facets = facets_of(licence)
    assert facets is not None
    assert (facets.train, facets.commercial, facets.derivatives) == (train, commercial, derivatives)


def test_a_licence_that_nobody_read_has_no_facets_at_all() -> None:
    assert facets_of("Glide") is None
    assert facets_of("LicenseRef-anything") is None
    assert facets_of("CC-BY-5.0") is None


def test_nothing_said_is_denied() -> None:
    assert {getattr(Facets(), name) for name in ANSWERS} == {DENY}


def test_a_version_or_later_and_an_exception_are_read_as_the_licence() -> None:
    assert facets_of("Apache-2.0+") == facets_of("Apache-2.0")
    assert facets_of("GPL-2.0-only WITH Classpath-exception-2.0") == facets_of("GPL-2.0-only")


def test_what_a_studio_signed_wins_over_our_reading() -> None:
    own = {"LicenseRef-a-1": Facets(train=ALLOW), "MIT": Facets(train=DENY, source="counsel")}
    assert facets_of("LicenseRef-a-1", own) == Facets(train=ALLOW)
    assert facets_of("MIT", own) == own["MIT"]


def test_every_row_is_an_existing_licence_with_source_and_day() -> None:
    rows = reviewed_licences()
    assert len(rows) >= 60
    for licence, facets in rows.items():
        assert ids().get(licence.lower()) == licence, licence
        assert facets.source
        assert isinstance(facets.reviewed_on, date)


def test_share_alike_never_allows_a_commercial_use_without_asking() -> None:
    assert not [
        name
        for name, facets in reviewed_licences().items()
        if facets.sharealike and facets.commercial is ALLOW
    ]


def test_a_wrong_row_is_refused() -> None:
    with pytest.raises(ValueError, match="no facet"):
        facets_from({"trian": "allow"})
    with pytest.raises(ValueError, match="perhaps"):
        facets_from({"train": "perhaps"})
    with pytest.raises(ValueError, match="attribution"):
        facets_from({"attribution": "yes"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cc0-1.0", ("public_domain",)),
        ("public domain", ("public_domain",)),
        ("mit", ("attribution",)),
        ("c-uda", ("attribution",)),
        ("ms-pl", ("attribution",)),
        ("CC BY", ("attribution",)),
        ("gfdl", ("share_alike",)),
        ("CC BY-SA", ("share_alike",)),
        ("cc-by-nc-sa-4.0", ("non_commercial",)),
        ("cc-by-nc-nd-4.0", ("no_derivatives",)),
        ("bsd", ("custom_or_other",)),
        ("other", ("custom_or_other",)),
        ("openrail", ("custom_or_other",)),
        ("unknown", ("unknown",)),
        ("", ("missing",)),
        ("()", ("custom_or_other",)),
        ("MIT OR CC-BY-NC-4.0", ("attribution", "non_commercial")),
        ("CC-BY-3.0 AND unknown", ("attribution", "unknown")),
        ("LicenseRef-CC-BY-unversioned", ("attribution",)),
    ],
)
def test_an_expression_has_the_classes_of_its_licences(text: str, expected: tuple[str, ...]) -> None:
    assert classes(text) == expected
    assert classes(read(text)) == expected
