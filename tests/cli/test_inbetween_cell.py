"""`sakkan inbetween FOLDER --timesheet SHEET`: cells filled by their timesheet, gap by gap."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from assets.intake.timesheets import Exposure, read_xdts
from assets.intake.xdts_writing import write_xdts
from ml.types import Studied
from studio.cli import inbetween_draw
from studio.cli.main import main
from tests.cli.test_inbetween import WEAK, Door, listed
from tests.world import png


class Choosy(Door):
    """The fake, weak between some keys."""

    def __init__(self) -> None:
        super().__init__()
        self.weak_from: set[bytes] = set()

    def regions(self, a_png: bytes, *_args, **_options) -> Studied:
        return Studied((), (WEAK,) if a_png in self.weak_from else ())


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Choosy:
    fake = Choosy()
    monkeypatch.setattr(inbetween_draw, "LocalDrafting", lambda failure: fake)
    return fake


def changes(written: str) -> tuple[Exposure, ...]:
    pairs = (each.split(":") for each in written.split())
    return tuple(Exposure(int(frame), None if number == "×" else number) for frame, number in pairs)


def column(path: Path, cell: str = "A") -> str:
    shown = read_xdts(path.read_bytes(), "x").exposures[cell]
    return " ".join(f"{each.frame_no}:{each.number or '×'}" for each in shown)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Cell A with keys 1, 5 and 9, B with keys 1 and 2; the sheet names 2, 3 of A and leaves the rest open."""
    monkeypatch.chdir(tmp_path)
    for name, seed in (("A/A0001", 1), ("A/A0005", 2), ("A/A0009", 3), ("B/B0001", 4), ("B/B0002", 5)):
        (tmp_path / "C012" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "C012" / f"{name}.png").write_bytes(png(seed=seed))
    shown = {"A": changes("1:1 3:2 5:3 7:5 25:9 40:×"), "B": changes("1:1 9:2"), "C": changes("1:1")}
    (tmp_path / "s.xdts").write_bytes(write_xdts(None, shown, 48, cut="12"))
    return tmp_path


def give(*words: str) -> int:
    return main(["inbetween", "C012", "--timesheet", "s.xdts", "-o", "OUT", *words])


def test_what_the_sheet_names_is_drawn_and_open_gaps_stay_open(
    here: Path, door: Choosy, capsys: pytest.CaptureFixture[str]
) -> None:
    assert give() == 0
    assert listed(here / "OUT") == ["A", "A_1-5.inbetween.json"]
    assert listed(here / "OUT/A") == ["A0002.png", "A0003.png"]
    assert capsys.readouterr().out.splitlines() == [
        "OUT/A/A0002.png  1/3  confidence 0.90",
        "OUT/A/A0003.png  2/3  confidence 0.90",
    ]


def test_a_chart_fills_the_open_gaps_of_all_cells_and_the_sheet(here: Path, door: Choosy) -> None:
    assert give("--chart", "even:3", "-q") == 0
    assert listed(here / "OUT/A") == ["A0002.png", "A0003.png", "A0006.png", "A0007.png", "A0008.png"]
    assert listed(here / "OUT/B") == ["B0001a.png", "B0001b.png", "B0001c.png"]
    filled = here / "OUT/s.filled.xdts"
    assert column(filled) == "1:1 3:2 5:3 7:5 19:6 21:7 23:8 25:9 40:×"
    assert column(filled, "B") == "1:1 3:1a 5:1b 7:1c 9:2"
    assert column(filled, "C") == "1:1"


def test_one_cell_one_gap_one_exposure(here: Path, door: Choosy) -> None:
    assert give("--cell", "b", "--chart", "1-2=1/4", "--on", "3", "-q") == 0
    assert listed(here / "OUT") == ["B", "B_1-2.inbetween.json", "s.filled.xdts"]
    assert column(here / "OUT/s.filled.xdts", "B") == "1:1 6:1a 9:2"
    assert door.asked[0]["positions"] == (0.25,)


def test_an_exposure_alone_fills_open_gaps_evenly(here: Path, door: Choosy) -> None:
    assert give("--cell", "B", "--on", "2", "-q") == 0
    assert column(here / "OUT/s.filled.xdts", "B") == "1:1 3:1a 5:1b 7:1c 9:2"


def test_a_gap_that_needs_a_breakdown_stays_open_and_the_others_are_drawn(
    here: Path, door: Choosy, capsys: pytest.CaptureFixture[str]
) -> None:
    door.weak_from = {png(seed=2)}
    assert give("--chart", "even:3") == 3
    assert "needed between A/A0005.png and A/A0009.png" in capsys.readouterr().err
    assert listed(here / "OUT/A") == ["A0002.png", "A0003.png"]
    assert column(here / "OUT/s.filled.xdts") == "1:1 3:2 5:3 7:5 25:9 40:×"
    assert column(here / "OUT/s.filled.xdts", "B") == "1:1 3:1a 5:1b 7:1c 9:2"
    assert not list(here.rglob("*.part"))


def test_an_engine_that_breaks_down_over_one_gap_draws_the_others(
    here: Path, door: Choosy, capsys: pytest.CaptureFixture[str]
) -> None:
    door.fails_at = {0.5: IndexError("index -1 is out of bounds")}
    assert give("--chart", "5-9=half") == 1
    said = capsys.readouterr()
    assert "The engine stopped between A/A0005.png and A/A0009.png (IndexError: index -1" in said.err
    assert listed(here / "OUT/A") == ["A0002.png", "A0003.png"]


def test_what_cannot_be_planned_is_told_and_ends_with_1(
    here: Path, door: Choosy, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "C012/A/A0009.png").unlink()
    assert give("--json", "--chart", "5-1=half") == 2  # such a gap there is none
    assert "never goes from 5 to 1. Its gaps are 1-5, 1-2" in capsys.readouterr().err
    assert give("--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["problems"] == [
        "Cell A: Drawing 9 comes after the last key. Draw it as a key, or add the key after it."
    ]


def test_a_sidecar_is_for_the_gap_of_its_keys(here: Path, door: Choosy) -> None:
    told = {
        "format": "sakkan-inbetween/1",
        "keys": [{"sha256": hashlib.sha256(png(seed=seed)).hexdigest()} for seed in (1, 2)],
        "positions": [0.4, 0.7],
        "steering": {"arcs": [{"a_xy": [1, 2], "bend": 0.2}]},
    }
    (here / "one.json").write_text(json.dumps(told))
    assert give("--sidecar", "one.json", "--chart", "5-9=half", "-q") == 0
    assert [(each["positions"], bool(each["steering"])) for each in door.asked] == [
        ((0.4, 0.7), True),
        ((0.5,), False),
    ]


def test_a_given_drawing_is_never_overwritten(
    here: Path, door: Choosy, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "OUT/A").mkdir(parents=True)
    (here / "OUT/A/A0003.png").write_bytes(png(seed=9))
    assert give() == 2
    assert "A0003.png is there already" in capsys.readouterr().err
    assert (listed(here / "OUT/A"), door.asked) == (["A0003.png"], [])


def test_files_that_are_no_drawings_are_told(
    here: Path, door: Choosy, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "C012/A/reference.png").write_bytes(png(seed=9))
    assert give() == 0
    assert "! A/reference.png was left out. No naming rule reads this name." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--cell", "C"),
            "Cell C is not in both: the sheet has the cells A, B, C, the names in C012 say A, B.",
        ),
        (("--numbers", "3"), "--numbers goes with two keys"),
        (("--chart", "half", "--chart", "thirds"), "Two charts are for all gaps"),
        (("--chart", "1-5=half", "--chart", "1-5=thirds"), "Two charts are for the gap 1-5"),
        (("--chart", "1-5=foo"), "--chart 1-5=foo: “foo” is no position"),
        (("--timesheet", "none.xdts"), "none.xdts cannot be opened"),
        (("--timesheet", "C012/A/A0001.png"), "This is no XDTS timesheet"),
        (("-o", "one.png"), "Several drawings do not go into one file"),
    ],
)
def test_what_cannot_be_used_is_said_before_anything_is_drawn(
    here: Path, door: Choosy, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert give(*words) == 2
    assert said in capsys.readouterr().err
    assert door.asked == []


def test_a_folder_needs_a_timesheet(here: Path, door: Choosy, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["inbetween", "C012", "--chart", "half", "-o", "OUT"]) == 2
    assert "say what to fill with --timesheet" in capsys.readouterr().err
