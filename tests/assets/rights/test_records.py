"""May we train on it and use the result commercially? The answer from a record alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.rights.answers import Answer, worst
from assets.rights.expressions import read
from assets.rights.facets import Facets, reviewed_licences
from assets.rights.records import answer_of, judge, judge_record, judge_rows

ALLOW, ASK, DENY = Answer.ALLOW, Answer.ASK, Answer.DENY
REAL = Path(__file__).resolve().parents[4] / "shared/data/dev/licences"


def card(*tags: str, text: str = "") -> str:
    """A dataset card with tags and a section about the licence."""
    header = "".join(f"- {tag}\n" for tag in tags)
    return f"---\nlicense:\n{header}---\n# Card\n### Licensing Information\n{text}\n"


@pytest.mark.parametrize(
    ("tags", "answer", "reason"),
    [
        (["mit"], ALLOW, None),
        (["cc0-1.0"], ALLOW, None),
        (["cc-by-4.0", "apache-2.0"], ALLOW, None),
        (["c-uda"], ALLOW, None),
        (["cc-by-sa-4.0"], ASK, "share_alike"),
        (["gpl-3.0"], ASK, "share_alike"),
        (["mit", "gfdl"], ASK, "share_alike"),
        (["openrail"], ASK, "asks"),
        (["cc-by-nc-4.0"], DENY, "no_commercial_use"),
        (["mit", "cc-by-nc-sa-4.0"], DENY, "no_commercial_use"),
        (["cc-by-nd-4.0"], DENY, "no_derivatives"),
        (["other"], DENY, "unknown"),
        (["unknown"], DENY, "unknown"),
        (["bsd"], DENY, "unknown"),
        (["mit", "other"], DENY, "unknown"),
        (["glide"], DENY, "never_reviewed"),
        ([], DENY, "missing"),
    ],
)
def test_a_card_is_answered_by_its_tags(tags: list[str], answer: Answer, reason: str | None) -> None:
    found = judge_record("hf_card", card(*tags))
    assert found.answer is answer
    assert found.reasons[:1] == ((reason,) if reason else ())
    assert found.unknown is (reason in {"unknown", "never_reviewed"})
    assert found.missing is (reason == "missing")


@pytest.mark.parametrize(
    ("tag", "text", "answer", "conflicts"),
    [
        ("mit", "MIT License", ALLOW, ()),
        ("mit", "[More Information Needed]", ALLOW, ()),
        ("cc-by-4.0", "Apache License 2.0", ALLOW, ()),
        ("cc-by-4.0", "CC0 1.0", ALLOW, ("licence:CC0-1.0",)),
        ("cc-by-4.0", "for commercial or non-commercial purposes", ALLOW, ()),
        ("mit", "CC BY-NC 4.0", ASK, ("licence:CC-BY-NC-4.0", "words:non_commercial")),
        ("mit", "for research purposes only", ASK, ("words:research_only",)),
        ("cc-by-4.0", "CC BY-SA 4.0", ASK, ("licence:CC-BY-SA-4.0",)),
        ("cc0-1.0", "AI学習禁止", ASK, ("words:training_forbidden",)),
        ("odc-by", "you are also bound by the terms of use of the site", ASK, ("words:further_terms",)),
        ("cc-by-nc-4.0", "non-commercial use only", DENY, ()),
        ("cc-by-nc-4.0", "MIT License", DENY, ("licence:MIT",)),
        ("unknown", "MIT License", DENY, ("licence:MIT",)),
    ],
)
def test_a_text_may_make_an_answer_stricter_and_never_milder(
    tag: str, text: str, answer: Answer, conflicts: tuple[str, ...]
) -> None:
    found = judge_record("hf_card", card(tag, text=text))
    assert (found.answer, found.conflicts) == (answer, conflicts)


def test_a_header_that_is_no_yaml_is_never_allowed_and_is_reported() -> None:
    found = judge_record("hf_card", "---\nlicense: mit\nbad: [open\n---\n")
    assert (found.answer, found.declared.spdx, found.reasons, found.unknown) == (
        ASK,
        "MIT",
        ("unreadable",),
        True,
    )


def test_a_choice_takes_the_best_and_a_list_the_worst() -> None:
    assert judge_record("licence", "CC-BY-3.0 or GPLv2+").answer is ALLOW
    assert judge_record("licence", "CC-BY-3.0, GPLv2+").answer is ASK
    assert judge_record("licence", "CC-BY-NC-4.0 OR CC-BY-ND-4.0").answer is DENY


def test_croissant_is_answered_by_licence_and_terms() -> None:
    record = {"@context": {}, "license": "cc-by-4.0"}
    assert judge_record("croissant", json.dumps(record)).answer is ALLOW
    assert (
        judge_record("croissant", json.dumps({**record, "conditionsOfAccess": "non-commercial"})).answer
        is ASK
    )
    assert judge_record("croissant", json.dumps({"@context": {}})).missing
    assert judge_record("croissant", "{").missing


def test_a_table_is_answered_row_by_row_and_as_a_whole_by_its_strictest() -> None:
    table = "file,license\na.png,CC0\nb.png,CC-BY-SA-3.0\nc.png,\n"
    assert [(name, one.answer) for name, one in judge_rows("table", table)] == [
        ("a.png", ALLOW),
        ("b.png", ASK),
        ("c.png", DENY),
    ]
    assert judge_record("table", table).answer is DENY
    assert judge_record("table", "no table").missing


def test_a_file_in_two_rows_of_different_classes_gets_the_strictest_and_an_ask() -> None:
    rows = judge_rows("table", "file,license\na.png,CC0\na.png,GPLv2+\nb.png,CC0\nb.png,CC0\n")
    assert [one.answer for _, one in rows] == [ASK, ASK, ALLOW, ALLOW]
    assert rows[0][1].conflicts == ("row:GPL-2.0-or-later",)
    assert "conflict" in rows[0][1].reasons


def test_a_summary_of_the_data_provenance_initiative_is_answered_set_by_set() -> None:
    summary = {
        "a": {"Licenses": [{"License": "CC BY 4.0"}]},
        "b": {"Licenses": [{"License": "Apache 2.0"}, {"License": "Unspecified"}]},
        "c": {"Licenses": [{"License": "Unspecified"}]},
        "d": {},
        "e": 3,
    }
    found = dict(judge_rows("dpi", json.dumps(summary)))
    assert [found[name].answer for name in "abcde"] == [ALLOW, DENY, DENY, DENY, DENY]
    assert (found["b"].unknown, found["c"].missing, found["d"].missing, found["e"].missing) == (
        True,
        True,
        True,
        True,
    )
    assert judge_rows("dpi", "[") == ()


def test_what_counsel_signed_lifts_a_licence_of_our_own() -> None:
    own = {"LicenseRef-studio-1": Facets(train=ALLOW, finetune=ALLOW, commercial=ALLOW, derivatives=ALLOW)}
    assert judge_record("licence", "LicenseRef-studio-1").answer is DENY
    assert judge_record("licence", "LicenseRef-studio-1", own=own).answer is ALLOW


names = st.sampled_from(
    [*sorted(reviewed_licences()), "CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-ND-3.0", "CC-BY-SA-3.0-IGO"]
)


@given(st.lists(names, min_size=1, max_size=4))
def test_all_together_are_as_strict_as_the_strictest_and_order_is_nothing(licences: list[str]) -> None:
    together = answer_of(read(" AND ".join(licences)))[0]
    assert together is worst(answer_of(read(one))[0] for one in licences)
    assert together is answer_of(read(" AND ".join(reversed(licences))))[0]


@given(
    names,
    st.lists(names, max_size=3),
    st.lists(st.sampled_from(["non_commercial", "further_terms"]), max_size=2),
)
def test_no_evidence_makes_an_answer_milder(declared: str, mentions: list[str], words: list[str]) -> None:
    alone = judge(read(declared)).answer
    beside = judge(read(declared), [read(one) for one in mentions], words).answer
    assert worst([alone, beside]) is beside


@pytest.mark.realart
@pytest.mark.skipif(not REAL.is_dir(), reason="the real records are not at hand")
def test_no_real_card_is_wrongly_allowed_or_denied() -> None:
    wrong = []
    for entry in json.loads((REAL / "hf_cards_index.json").read_text(encoding="utf-8")):
        found = judge_record("hf_card", (REAL / "hf_cards" / f"{entry['card']}.md").read_bytes())
        expected = set(entry["classes"])
        too_mild = found.answer is ALLOW and not expected <= {"attribution", "public_domain"}
        too_strict = found.answer is DENY and expected <= {"attribution", "public_domain", "share_alike"}
        silent = bool(expected & {"unknown", "missing", "custom_or_other"}) and not (
            found.unknown or found.missing
        )
        if too_mild or too_strict or silent or list(found.classes) != entry["classes"]:
            wrong.append(entry["card"])
    assert not wrong
