"""The bench of licence records runs on any folder of the form, and sees what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assets.rights.records import judge_record
from bench import licence_records


def folder(root: Path) -> Path:
    """A small folder of the form, with one record of each kind."""
    for name in ("hf_cards", "per_file", "croissant", "spdx", "dpi/text"):
        (root / name).mkdir(parents=True)
    (root / "hf_cards/good.md").write_text("---\nlicense: mit\n---\n")
    (root / "hf_cards/bad.md").write_text("---\nlicense: cc-by-4.0\n---\n")
    index = [
        {"card": "good", "spdx": ["MIT"], "classes": ["attribution"], "section_mentions_nc": True},
        {"card": "bad", "spdx": ["CC-BY-NC-4.0"], "classes": ["non_commercial"]},
        {"card": "not there", "spdx": [], "classes": ["missing"]},
    ]
    (root / "hf_cards_index.json").write_text(json.dumps(index))
    (root / "per_file/credits.csv").write_text(
        "file,license\na.png,CC-BY-3.0 or GPLv2+\nb.png,CC BY-NC 4.0\nc.png,\n"
    )
    (root / "croissant/x.json").write_text(json.dumps({"@context": {}, "license": "cc0-1.0"}))
    role = {"kind": "croissant", "licence_field": "cc0-1.0"}
    (root / "MANIFEST.json").write_text(
        json.dumps({"files": [{"file": "licences/croissant/x.json", "role": role}]})
    )
    listed = [{"licenseId": "MIT", "isException": False}, {"licenseId": "No-Such-1.0", "isException": False}]
    (root / "spdx/licenses.json").write_text(json.dumps({"licenses": listed}))
    (root / "dpi/text/x.json").write_text(json.dumps({"x": {"Licenses": [{"License": "CC BY-NC 4.0"}]}}))
    (root / "dpi/license_classes.json").write_text(json.dumps({"CC BY-NC 4.0": ["NC", "1", "0"]}))
    return root


def test_it_runs_on_another_folder_and_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECORDS", str(folder(tmp_path)))
    assert licence_records.main() == 0
    out = capsys.readouterr().out
    figures = json.loads(out.splitlines()[-1])
    assert figures["wrong_allow"] == 1  # the card whose index says something else than its header
    assert figures["wrong_deny"] == 0
    assert figures["not_reported"] == 0
    assert figures["spdx_ids_not_known"] == 1
    assert "wrong allow: 1 ['bad']" in out
    assert "look at them): ['good']" in out


def test_an_empty_folder_and_a_missing_one_say_so_and_give_no_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RECORDS", str(tmp_path))
    assert licence_records.main() == 2
    out = capsys.readouterr().out
    assert "There is no record here" in out
    assert "{" not in out
    monkeypatch.setenv("RECORDS", str(tmp_path / "nowhere"))
    assert licence_records.main() == 2


def test_a_wrong_deny_and_a_silent_unknown_are_counted() -> None:
    tally = licence_records.Tally()
    tally.add("denied", judge_record("licence", "other"), ["attribution"])
    tally.add("silent", judge_record("licence", "mit"), ["unknown"])
    assert (tally.wrong_deny, tally.wrong_deny_share, tally.silent, tally.wrong_allow) == (
        ["denied"],
        1.0,
        ["silent"],
        ["silent"],
    )


@pytest.mark.parametrize(
    ("cell", "classes"),
    [
        ("GPLv2+", {"share_alike"}),
        ("CC by SA 3,0", {"share_alike"}),
        ("CC-BY-3.0", {"attribution"}),
        ("(CC0)", {"public_domain"}),
        ("CC-BY-NC-SA-4.0", {"non_commercial", "share_alike"}),
        ("CC-BY-3.0, GPLv3", {"attribution", "share_alike"}),
        ("", {"missing"}),
        ("ask me", {"custom_or_other"}),
    ],
)
def test_the_plain_words_of_a_column_are_read_apart_from_our_reader(cell: str, classes: set[str]) -> None:
    assert licence_records._plain_classes(cell) == classes
