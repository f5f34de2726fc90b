"""`sakkan compare` with an engine for which drawings are planted: what is told, what is written, how it ends."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.cli.main import main
from studio.core import compute as door
from tests.fakes import FakeCompute, aspect
from tests.world import png

CLEAN, BIG_HEAD, ODD = png(seed=1), png(seed=2), png(seed=3)
Run = Callable[..., int]


@pytest.fixture
def engine(settings) -> Iterator[FakeCompute]:
    """An engine for which one picture has too large a head and another cannot be compared."""
    settings.COMPUTE = "tests.fakes.FakeCompute"
    door._make.cache_clear()
    fake = door.compute()
    fake.plant(BIG_HEAD, aspect("PROPORTION", 2.5), aspect("FACE", 0.4, part="eyes"))
    fake.plant(ODD, applicable=False, why_not="no_comparable_view")
    yield fake
    door._make.cache_clear()


@pytest.fixture
def run(engine: FakeCompute, tmp_path: Path) -> Run:
    """Run the command on the folders sheet/ and drawings/ of the test."""
    write(tmp_path / "sheet", turnaround_front=png(seed=8), expression_side=png(seed=9))
    (tmp_path / "drawings").mkdir()

    def command(*options: str) -> int:
        given = [
            "--sheet",
            str(tmp_path / "sheet"),
            "--drawings",
            str(tmp_path / "drawings"),
            "--workers",
            "1",
        ]
        return main(["compare", *given, *options])

    return command


def write(folder: Path, **pictures: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in pictures.items():
        (folder / f"{name}.png").write_bytes(data)
    return folder


def report(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def test_a_clean_folder_ends_well_and_says_so(run: Run, tmp_path: Path, capsys) -> None:
    write(tmp_path / "drawings", A0001=CLEAN)
    assert run("-o", str(tmp_path / "r.json")) == 0
    assert "1 drawings: 0 flagged, 1 clean" in capsys.readouterr().out
    assert report(tmp_path / "r.json")["drawings"][0]["state"] == "clean"


def test_a_flag_ends_with_1_and_has_sentence_box_and_nearest_drawing(
    run: Run, tmp_path: Path, capsys
) -> None:
    write(tmp_path / "drawings", A0001=CLEAN, A0002=BIG_HEAD)
    assert run("-o", str(tmp_path / "r.json")) == 1
    said = "The head is 15.0 % larger than on sheet “expression_side”; this design allows 6.0 %."
    assert said in capsys.readouterr().out
    found = report(tmp_path / "r.json")
    assert found["format"] == "sakkan-compare/1"
    assert found["totals"] | {"flagged": 1, "clean": 1, "flags": 1} == found["totals"]
    drawing = found["drawings"][1]
    assert (drawing["drift"], drawing["state"], drawing["size_hw"]) == (2.5, "flagged", [48, 32])
    flag = drawing["flags"][0]
    assert (flag["fault"], flag["sentence"], flag["box_xyxy"]) == (
        "OFF_MODEL.PROPORTION",
        said,
        [4, 4, 20, 20],
    )
    assert drawing["results"][0]["nearest"][0]["drawing_key"] == "expression_side.png"
    assert {one["aspect"] for one in drawing["results"][0]["aspects"]} == {"PROPORTION", "FACE"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ((), 1),
        (("--fail-on", "never"), 0),
        (("--limit", "2.5"), 0),
        (("--limit", "2.4"), 1),
        (("--limit", "3", "--fail-on", "not-compared"), 1),
    ],
)
def test_scripts_choose_what_fails(run: Run, tmp_path: Path, options: tuple[str, ...], code: int) -> None:
    write(tmp_path / "drawings", A0001=BIG_HEAD, A0002=ODD)
    assert run("-q", *options) == code


def test_a_damaged_file_is_named_and_stops_nobody(run: Run, tmp_path: Path, capsys) -> None:
    write(tmp_path / "drawings", A0001=CLEAN[:50], A0002=b"", A0003=BIG_HEAD)
    assert run("-q", "-o", str(tmp_path / "r.json")) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "A0001.png was not read." in said.err
    assert "Export it again and run the command again." in said.err
    drawings = report(tmp_path / "r.json")["drawings"]
    assert [each["state"] for each in drawings] == ["unreadable", "unreadable", "flagged"]
    assert drawings[0]["reason"]


def test_a_drawing_that_the_engine_cannot_take_costs_only_itself(
    run: Run, engine: FakeCompute, tmp_path: Path, monkeypatch
) -> None:
    write(tmp_path / "drawings", A0001=CLEAN, A0002=BIG_HEAD)
    measure = engine.measure

    def breaks(pngs, *args, **options):
        if pngs == [CLEAN]:
            raise ZeroDivisionError
        return measure(pngs, *args, **options)

    monkeypatch.setattr(engine, "measure", breaks)
    assert run("-q", "-o", str(tmp_path / "r.json")) == 2
    first, second = report(tmp_path / "r.json")["drawings"]
    assert "ZeroDivisionError" in first["reason"]
    assert second["state"] == "flagged"


def test_a_drawing_without_a_comparable_view_says_which_views_the_sheet_lacks(
    run: Run, tmp_path: Path
) -> None:
    write(tmp_path / "drawings", A0001=ODD)
    assert run("-q", "-o", str(tmp_path / "r.json")) == 0
    found = report(tmp_path / "r.json")
    assert found["drawings"][0]["reason"] == "No comparable approved view; add one to the sheet."
    assert found["drawings"][0]["drift"] is None
    assert any("three-quarter, back" in sentence for sentence in found["not_checked"])


def test_a_held_drawing_is_measured_once_and_listed_every_time(
    run: Run, engine: FakeCompute, tmp_path: Path
) -> None:
    write(tmp_path / "drawings", A0001=BIG_HEAD, A0002=CLEAN, A0003=BIG_HEAD)
    assert run("-q", "-o", str(tmp_path / "r.json")) == 1
    assert engine.measured == [BIG_HEAD, CLEAN]
    drawings = report(tmp_path / "r.json")["drawings"]
    assert [(each["file"], each["same_as"]) for each in drawings][2] == ("A0003.png", "A0001.png")
    assert drawings[2]["flags"] == drawings[0]["flags"]


def test_drawings_of_the_sheet_itself_are_told_apart(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "drawings", A0001=png(seed=8))
    run("-q", "-o", str(tmp_path / "r.json"))
    assert report(tmp_path / "r.json")["drawings"][0]["approved_as"] == "turnaround_front.png"


def test_the_report_can_go_to_standard_output_alone(run: Run, tmp_path: Path, capsys) -> None:
    write(tmp_path / "drawings", A0002=CLEAN, A0010=CLEAN, A0001=ODD)
    assert run("-o", "-") == 0
    files = [each["file"] for each in json.loads(capsys.readouterr().out)["drawings"]]
    assert files == ["A0001.png", "A0002.png", "A0010.png"]


def test_a_line_stage_says_what_it_leaves_out(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "drawings", A0001=BIG_HEAD)
    run("-q", "--stage", "AD", "-o", str(tmp_path / "r.json"))
    sentence = report(tmp_path / "r.json")["not_checked"][0]
    assert sentence.startswith("Stage AD: lines alone. Not checked at this stage:")
    assert "colour" in sentence
    assert "proportion" not in sentence


def test_other_designs_are_searched_but_never_the_cast_one(
    run: Run, engine: FakeCompute, tmp_path: Path
) -> None:
    write(tmp_path / "ren", front=png(seed=20))
    write(tmp_path / "drawings", A0001=CLEAN)
    (tmp_path / "rivals").mkdir()
    (tmp_path / "ren").rename(tmp_path / "rivals" / "ren")
    (tmp_path / "sheet").rename(tmp_path / "rivals" / "mio")
    (tmp_path / "sheet").symlink_to(tmp_path / "rivals" / "mio")
    assert run("-q", "--rivals", str(tmp_path / "rivals"), "-o", str(tmp_path / "r.json")) == 0
    assert engine.compiled == ["mio", "ren"]
    designs = report(tmp_path / "r.json")["designs"]
    assert [(each["design"], each["cast"]) for each in designs] == [("mio", True), ("ren", False)]


def test_a_colour_model_is_read_and_named(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "drawings", A0001=CLEAN)
    (tmp_path / "colours.csv").write_text("part,tone,hex\nhair,normal,#102030\nhair,shadow,#001020\n")
    assert run("-q", "--colour-model", str(tmp_path / "colours.csv"), "-o", str(tmp_path / "r.json")) == 0
    design = report(tmp_path / "r.json")["designs"][0]
    assert (design["swatches"], Path(design["colour_model"]).name) == (2, "colours.csv")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--drawings", "nowhere"), "There is no folder nowhere (--drawings)"),
        (("--drawings", "."), "There is no drawing in . (but notes.txt)"),
        (("--sheet", "drawings"), "There is no drawing in drawings"),
        (("-o", "nowhere/r.json"), "nowhere/r.json cannot be written"),
        (("-o", "drawings"), "drawings is a folder"),
        (("-o", "full/A0001.png"), "is given twice"),
        (("-o", "r.json", "--html", "r.json"), "is given twice"),
        (("--colour-model", "notes.txt"), "The first line names no column"),
        (("--colour-model", "nowhere.csv"), "nowhere.csv cannot be opened"),
        (("--rivals", "drawings"), "There is no other design in drawings"),
    ],
)
def test_what_cannot_be_used_is_said_at_once_and_nothing_is_left(
    engine: FakeCompute, tmp_path: Path, monkeypatch, capsys, options: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("do not forget")
    write(Path("full"), A0001=CLEAN)
    Path("drawings").mkdir()
    full = Path("full").rename(tmp_path.parent / f"{tmp_path.name}-full") if "." in options else Path("full")
    given = {"--sheet": str(full), "--drawings": str(full)}
    given |= {key: value for key, value in zip(options[::2], options[1::2], strict=True) if key in given}
    rest = [word for word in options if options[0] not in given]
    before = sorted(Path().rglob("*"))
    command = [
        "compare",
        "--sheet",
        given["--sheet"],
        "--drawings",
        given["--drawings"],
        "--workers",
        "1",
        *rest,
    ]
    assert main(command) == 2
    assert said in capsys.readouterr().err
    assert sorted(Path().rglob("*")) == before


def test_ctrl_c_ends_politely_and_leaves_nothing(
    run: Run, engine: FakeCompute, tmp_path: Path, monkeypatch, capsys
) -> None:
    write(tmp_path / "drawings", A0001=CLEAN)
    (tmp_path / "r.json").write_text("the report of yesterday")

    def interrupted(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "measure", interrupted)
    with pytest.raises(SystemExit) as end:
        run("-o", str(tmp_path / "r.json"), "--html", str(tmp_path / "r.html"))
    assert end.value.code == 130
    assert "Nothing was written" in capsys.readouterr().err
    assert (tmp_path / "r.json").read_text() == "the report of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["drawings", "r.json", "sheet"]


def test_lines_of_which_nothing_was_measured_are_not_called_clean(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "drawings", A0001=CLEAN)
    assert run("-q", "--stage", "AD", "--fail-on", "not-compared", "-o", str(tmp_path / "r.json")) == 1
    drawing = report(tmp_path / "r.json")["drawings"][0]
    assert (drawing["state"], drawing["drift"]) == ("not_compared", None)
    assert drawing["reason"] == "Nothing of it could be measured at this stage."
