"""Croissant: licences in every form the JSON-LD allows, terms, files with their hashes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.rights.reading.croissant import is_croissant, read_croissant

DIGEST = "ab" * 32


def described(**values: Any) -> str:
    """A minimal description with some values more."""
    return json.dumps(
        {
            "@context": {"cr": "http://mlcommons.org/croissant/"},
            "@type": "sc:Dataset",
            "name": "lines",
            **values,
        }
    )


@pytest.mark.parametrize(
    ("licence", "spdx", "status"),
    [
        ("cc-by-4.0", "CC-BY-4.0", "known"),
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0", "known"),
        ("https://choosealicense.com/licenses/apache-2.0/", "Apache-2.0", "known"),
        (["mit", "cc-by-sa-4.0"], "MIT AND CC-BY-SA-4.0", "known"),
        ({"@type": "CreativeWork", "name": "CC BY 4.0", "url": "https://zenodo.org/x"}, "CC-BY-4.0", "known"),
        ({"@id": "https://spdx.org/licenses/MIT"}, "MIT", "known"),
        ({"@value": "mit", "@language": "en"}, "MIT", "known"),
        ({"en": "CC BY 4.0", "ja": "表示 4.0"}, "CC-BY-4.0", "known"),
        (
            {"name": "MIT", "url": "https://creativecommons.org/licenses/by-nc/4.0/"},
            "CC-BY-NC-4.0 AND MIT",
            "known",
        ),
        ("other", "", "unknown"),
        ("https://commoncrawl.org/terms-of-use", "", "unknown"),
        ("Public", "", "unknown"),
        ("None", "", "missing"),
        (None, "", "missing"),
        (42, "", "unknown"),
    ],
)
def test_a_licence_is_read_in_every_form(licence: Any, spdx: str, status: str) -> None:
    found = read_croissant(described(license=licence))
    assert (found.licence.spdx, found.licence.status) == (spdx, status)


@pytest.mark.parametrize("key", ["license", "sc:license", "https://schema.org/license"])
def test_keys_are_known_with_and_without_prefix(key: str) -> None:
    assert read_croissant(described(**{key: "mit"})).licence.spdx == "MIT"


def test_the_licence_of_the_description_is_not_the_licence_of_the_data() -> None:
    found = read_croissant(described(sdLicense="CC0-1.0"))
    assert found.licence.status == "missing"
    (claim,) = found.reading.claims
    assert (claim.licence.spdx, claim.about_art) == ("CC0-1.0", False)


def test_files_have_hashes_and_licences_of_their_own() -> None:
    files = [
        {
            "@type": "cr:FileObject",
            "name": "a",
            "contentUrl": "art/a.png",
            "sha256": DIGEST,
            "license": "cc-by-nc-4.0",
        },
        {
            "@type": "cr:FileObject",
            "name": "b.png",
            "contentUrl": "https://x.example/b.png",
            "sha256": "short",
        },
        {"@type": "cr:FileSet", "name": "c", "includes": "art/*.jpg", "license": "mit"},
        {"@type": "cr:FileObject", "contentUrl": "../out.png", "license": "mit"},
        "no object",
    ]
    found = read_croissant(described(license="cc0-1.0", creator={"name": "Ann"}, distribution=files))
    assert {claim.path: claim.licence.spdx for claim in found.reading.claims} == {
        None: "CC0-1.0",
        "art/a.png": "CC-BY-NC-4.0",
        "art/*.jpg": "MIT",
    }
    assert found.reading.sha256_of == (("art/a.png", DIGEST),)
    assert found.reading.claims[0].attribution == "Ann"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"conditionsOfAccess": "For non-commercial research only."}, "non_commercial"),
        ({"usageInfo": "http://purl.obolibrary.org/obo/DUO_0000046"}, "non_commercial"),
        ({"usageInfo": {"@type": "DefinedTerm", "termCode": "DUO:0000042"}}, "research_only"),
        (
            {
                "usageInfo": {
                    "@type": "odrl:Offer",
                    "odrl:prohibition": [{"odrl:action": "odrl:commercialize"}],
                }
            },
            "non_commercial",
        ),
        ({"usageInfo": {"prohibition": {"action": "cc:DerivativeWorks"}}}, "no_derivatives"),
        ({"usageInfo": {"prohibition": {"action": "textDataMining"}}}, "training_forbidden"),
        ({"usageInfo": {"prohibition": {"action": "sing"}}}, "further_terms"),
        (
            {"usageInfo": {"permission": {"action": "use", "constraint": {"leftOperand": "spatial"}}}},
            "further_terms",
        ),
        ({"description": "Free for non-commercial use."}, "non_commercial"),
    ],
)
def test_terms_restrict(values: dict[str, Any], code: str) -> None:
    assert code in read_croissant(described(license="mit", **values)).reading.restrictions


def test_an_offer_that_only_permits_restricts_nothing() -> None:
    offer = {"@type": "odrl:Offer", "odrl:permission": [{"odrl:action": "use"}]}
    assert read_croissant(described(usageInfo=offer)).reading.restrictions == ()


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"x"', "[" * 100_000])
def test_what_is_no_object_is_a_problem(text: str) -> None:
    found = read_croissant(text)
    assert found.licence.status == "missing"
    assert found.reading.problems[0].code == "croissant_unreadable"


def test_other_json_is_not_taken_for_it() -> None:
    assert is_croissant(described())
    assert not is_croissant('{"license": "mit"}')


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["license", "name", "distribution", "usageInfo", "prohibition", "contentUrl", "creator", "x"]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    st.dictionaries(
        st.sampled_from(["license", "distribution", "usageInfo", "creator", "sdLicense"]), JSON, max_size=5
    )
)
@settings(max_examples=200, deadline=None)
def test_no_values_break_it(values: dict[str, Any]) -> None:
    read_croissant(described(**values))
