"""`sakkan inbetween` between two keys: what it writes, what it refuses, and that it leaves nothing half-written."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from assets.intake.timesheets import read_xdts
from ml.inbetween.mark import marked
from ml.types import Drafted
from studio.cli import drawn_out, inbetween_draw
from studio.cli.errors import BadInput
from studio.cli.main import main
from tests.assets.intake.samples import encoded, png16, psd, rgba
from tests.fakes import FakeDrafting
from tests.world import png

WEAK = {"box_xyxy": [4, 6, 20, 30], "reason": "too_far", "confidence": 0.1}


class Door(FakeDrafting):
    """The fake, with the mark that the engine leaves in its drawings."""

    def _one(self, a_png: bytes, at: float) -> Drafted:
        drawn = super()._one(a_png, at)
        return Drafted(at, marked(drawn.png, "fake-1", "none"), drawn.confidence, drawn.weak)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    fake = Door()
    monkeypatch.setattr(inbetween_draw, "LocalDrafting", lambda failure: fake)
    return fake


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the keys A0001 and A0005, in which the command is given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "A0001.png").write_bytes(png(seed=1))
    (tmp_path / "A0005.png").write_bytes(png(seed=3))
    return tmp_path


def give(*words: str) -> int:
    return main(["inbetween", "A0001.png", "A0005.png", *words])


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def told(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def test_drawings_get_the_numbers_between_and_a_sidecar_lies_beside_them(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    assert give("--chart", "1/3,2/3", "-o", "OUT") == 0
    assert listed(here / "OUT") == ["A0002.png", "A0003.png", "inbetween.json"]
    assert capsys.readouterr().out.splitlines() == [
        "OUT/A0002.png  1/3  confidence 0.90",
        "OUT/A0003.png  2/3  confidence 0.90",
    ]
    assert told(here / "OUT/inbetween.json") == {
        "format": "sakkan-inbetween/1",
        "engine": "fake-1",
        "model": "fake-net@000000000000",
        "size_hw": [48, 32],
        "keys": [
            {"sha256": hashlib.sha256(png(seed=seed)).hexdigest(), "number": number}
            for seed, number in ((1, "1"), (3, "5"))
        ],
        "chart": "1/3,2/3",
        "positions": [1 / 3, 2 / 3],
        "numbers": ["0002", "0003"],
        "steering": {},
    }
    assert door.asked == [{"steering": {}, "positions": (1 / 3, 2 / 3), "weights": True}]


def test_one_drawing_goes_into_a_file(here: Path, door: Door) -> None:
    assert give("--chart", "half", "-o", "new/M.png", "-q") == 0
    assert listed(here / "new") == ["M.inbetween.json", "M.png"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--chart", "thirds", "-o", "M.png"), "2 drawings do not go into one file"),
        (("--chart", "half", "-o", "M.tga"), "Drawings are written as PNG"),
        (("--chart", "half", "-o", "A0005.png"), "stays as it is"),
        (("--chart", "foo", "-o", "OUT"), "--chart: “foo” is no position"),
        (("--chart", "half", "--chart", "thirds", "-o", "OUT"), "one chart and one sidecar"),
        (("-o", "OUT"), "--chart even:3"),
        (("--chart", "half", "--timesheet", "x.xdts", "-o", "OUT"), "one folder of keys"),
        (("--chart", "half", "--numbers", "2,3", "-o", "OUT"), "2 numbers were given for 1"),
        (("--chart", "half", "--numbers", "x", "-o", "OUT"), "“x” is no drawing number"),
        (("--chart", "thirds", "--numbers", "2,2", "-o", "OUT"), "There is a drawing 2 already"),
        (("--chart", "half", "-o", "notes.txt/OUT"), "notes.txt is no folder"),
        (("--sidecar", "none.json", "-o", "OUT"), "none.json cannot be opened"),
        (("--sidecar", "notes.txt", "-o", "OUT"), "it is no JSON"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    here: Path, door: Door, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "notes.txt").write_text("mine")
    before = listed(here)
    assert give(*words) == 2
    assert said in capsys.readouterr().err
    assert (listed(here), door.asked) == (before, [])


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("A0001.png",), "A0001.png alone is no folder"),
        (("A0001.png", "A0005.png", "A0001.png"), "3 were given"),
        (("A0001.png", "A0009.png"), "There is no file A0009.png"),
        (("A0001.png", "bad.png"), "bad.png was not read. "),
        (("A0001.png", "wide.png"), "wide.png is 40x48 pixels"),
    ],
)
def test_keys_that_cannot_be_used_are_named(
    here: Path, door: Door, keys: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "bad.png").write_bytes(b"no picture")
    (here / "wide.png").write_bytes(png(size_hw=(48, 40)))
    assert main(["inbetween", *keys, "--chart", "half", "-o", "OUT"]) == 2
    assert said in capsys.readouterr().err
    assert not (here / "OUT").exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("A0005.tga", encoded(rgba(), "TGA")),
        ("A0005.psd", psd([("A", rgba(), True)], (24, 32))),
        ("A0005.png", png16(rgba()[..., :3].astype("uint16") * 257)),
        ("A0005.png", encoded(Image.fromarray(rgba()[..., :3]).quantize(), "PNG")),
        ("A0005.tif", encoded(rgba(), "TIFF")),
    ],
)
def test_keys_are_read_as_uploads_are(here: Path, door: Door, name: str, data: bytes) -> None:
    (here / "A0001.png").write_bytes(encoded(rgba(seed=2), "PNG"))
    (here / "A0005.png").unlink()
    (here / name).write_bytes(data)
    assert main(["inbetween", "A0001.png", name, "--chart", "half", "-o", "OUT", "-q"]) == 0
    assert listed(here / "OUT") == ["A0002.png", "inbetween.json"]


def test_a_drawing_that_somebody_made_is_never_overwritten(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "A0002.png").write_bytes(png(seed=5))
    assert give("--chart", "half", "-o", ".", "-q") == 0  # 2 is taken, so it becomes 3
    assert give("--chart", "half", "-o", ".", "--numbers", "2") == 2
    assert "A0002.png is there already and no engine made it" in capsys.readouterr().err
    assert (here / "A0002.png").read_bytes() == png(seed=5)


def test_the_engines_own_drawings_are_replaced_by_the_next_run(here: Path, door: Door) -> None:
    assert give("--chart", "half", "-o", ".", "-q") == 0
    first = (here / "A0002.png").read_bytes()
    assert give("--chart", "3/4", "-o", ".", "-q") == 0
    assert (here / "A0002.png").read_bytes() != first
    assert not (here / "A0003.png").exists()


def test_keys_without_numbers_lend_their_names(here: Path, door: Door) -> None:
    (here / "smile.png").write_bytes(png(seed=1))
    (here / "frown.png").write_bytes(png(seed=2))
    assert main(["inbetween", "smile.png", "frown.png", "--chart", "thirds", "-o", "OUT", "-q"]) == 0
    assert listed(here / "OUT") == ["inbetween.json", "smile_frown_1.png", "smile_frown_2.png"]


def test_where_a_breakdown_is_needed_nothing_is_drawn_and_the_place_is_told(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    door.weak = (WEAK,)
    assert give("--chart", "half", "-o", "OUT", "--json") == 3
    said = capsys.readouterr()
    assert "A breakdown drawing is needed between A0001.png and A0005.png: at 4,6 to 20,30 " in said.err
    report = json.loads(said.out)
    assert (report["pairs"][0]["refused"], report["pairs"][0]["weak"]) == (True, [WEAK])
    assert (door.asked, (here / "OUT").exists()) == ([], False)


def test_anyway_draws_it_and_tells_where_it_is_weak(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    door.weak = (WEAK,)
    assert give("--chart", "half", "-o", "OUT", "--anyway") == 0
    assert "confidence 0.40, weak in 1 places" in capsys.readouterr().out


def test_a_failure_in_the_middle_leaves_nothing_behind(here: Path, door: Door) -> None:
    door.fails_at = {2 / 3: BadInput("The engine could not do this: it fell over.")}
    assert give("--chart", "thirds", "-o", "OUT") == 2
    assert not (here / "OUT").exists()


def test_files_are_written_all_or_none(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"before")
    (tmp_path / "in_the_way").write_bytes(b"")
    with pytest.raises(BadInput, match="cannot be written"):
        drawn_out.write({tmp_path / "a": b"after", tmp_path / "in_the_way/b": b"x"})
    assert (tmp_path / "a").read_bytes() == b"before"
    assert listed(tmp_path) == ["a", "in_the_way"]


def sidecar(path: Path, **changes: Any) -> Path:
    keys = [{"sha256": hashlib.sha256(png(seed=seed)).hexdigest(), "number": ""} for seed in (1, 3)]
    fields = {
        "format": "sakkan-inbetween/1",
        "engine": "fake-1",
        "model": "fake-net@000000000000",
        "size_hw": [48, 32],
        "keys": keys,
        "chart": "favour-a:1",
        "positions": [1 / 3],
        "steering": {"pins": [{"a_xy": [1, 2], "b_xy": [3, 4]}]},
    }
    path.write_text(json.dumps({**fields, **changes}))
    return path


def test_a_sidecar_steers_and_brings_its_chart(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    sidecar(here / "s.json", numbers=["3"])
    assert give("--sidecar", "s.json", "-o", "OUT") == 0
    assert door.asked[0]["steering"] == {"pins": [{"a_xy": [1, 2], "b_xy": [3, 4]}]}
    assert door.asked[0]["positions"] == (1 / 3,)
    assert "!" not in capsys.readouterr().out
    written = told(here / "OUT/inbetween.json")
    assert (written["chart"], written["steering"]) == ("favour-a:1", door.asked[0]["steering"])
    assert (here / "OUT/A0003.png").exists()


def test_a_chart_goes_before_the_sidecars(here: Path, door: Door) -> None:
    sidecar(here / "s.json")
    assert give("--sidecar", "s.json", "--chart", "half", "-o", "OUT", "-q") == 0
    assert door.asked[0]["positions"] == (0.5,)


def test_what_was_drawn_without_weights_is_drawn_without_them_again(here: Path, door: Door) -> None:
    sidecar(here / "s.json", model="none")
    assert give("--sidecar", "s.json", "-o", "OUT", "-q") == 0
    assert give("--chart", "half", "--no-weights", "-o", "OUT", "-q") == 0
    assert [asked["weights"] for asked in door.asked] == [False, False]
    assert told(here / "OUT/inbetween.json")["model"] == "none"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"keys": [{"sha256": "0"}, {"sha256": "1"}]}, "was made for other keys"),
        ({"engine": "old-1"}, "was made with old-1; this is fake-1"),
        ({"model": "other@1"}, "was made with other@1"),
    ],
)
def test_a_sidecar_of_other_things_is_used_with_a_remark(
    here: Path, door: Door, changes: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sidecar(here / "s.json", **changes)
    assert give("--sidecar", "s.json", "-o", "OUT") == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "other/1"}, "its format is not"),
        ({"size_hw": [10, 10]}, "is for keys of 10x10 pixels"),
        ({"size_hw": "big"}, "size_hw is no"),
        ({"positions": [0.5, 0.4]}, "no ascending numbers"),
        ({"positions": ["a"]}, "no ascending numbers"),
        ({"positions": []}, "holds no chart"),
        ({"steering": []}, "steering is no object"),
        ({"keys": 3}, "keys is no list"),
    ],
)
def test_a_sidecar_that_cannot_be_used_is_said(
    here: Path, door: Door, changes: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sidecar(here / "s.json", **changes)
    assert give("--sidecar", "s.json", "-o", "OUT") == 2
    assert said in capsys.readouterr().err
    assert not (here / "OUT").exists()


def test_an_exposure_gives_the_two_keys_a_timesheet(here: Path, door: Door) -> None:
    assert give("--chart", "halves:2", "--on", "3", "-o", "OUT", "-q") == 0
    sheet = read_xdts((here / "OUT/inbetween.filled.xdts").read_bytes(), "x")
    assert [(each.frame_no, each.number) for each in sheet.exposures["A"]] == [
        (1, "1"), (4, "2"), (7, "3"), (10, "5")
    ]  # fmt: skip
    assert (sheet.duration_frames, sheet.problems) == (12, ())


def test_json_says_all_that_was_done(here: Path, door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    assert give("--chart", "half", "-o", "OUT", "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["format"] == "sakkan-inbetween-report/1"
    assert report["pairs"][0]["drawings"] == [
        {"file": "OUT/A0002.png", "number": "0002", "position": 0.5, "confidence": 0.9, "weak": []}
    ]
    assert Image.open(io.BytesIO((here / "OUT/A0002.png").read_bytes())).size == (32, 48)


def test_without_the_engine_it_says_what_to_install(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Absent(Door):
        def describe_inbetween(self, *, weights: bool = True) -> dict[str, Any]:
            raise ImportError(name="cv2")

    monkeypatch.setattr(inbetween_draw, "LocalDrafting", lambda failure: Absent())
    assert give("--chart", "half", "-o", "OUT") == 2
    assert "The picture engine is not installed (cv2). Run: pip install" in capsys.readouterr().err
