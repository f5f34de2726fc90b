"""`sakkan cleanup`: what it writes, what it refuses, and that it leaves nothing half-written and no rough changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ml import mark
from ml.types import Cleaned
from studio.cli import cleanup_run
from studio.cli.main import main
from tests.fakes import FakeCleaning
from tests.world import png


class Door(FakeCleaning):
    """The fake, with the mark that the engine leaves in its drawings."""

    def _one(self, index: int, rough: bytes, wishes: Mapping[str, Any]) -> Cleaned:
        made = super()._one(index, rough, wishes)
        said = mark.marked(made.png, "fake-1", "none", tool="Sakkan clean-up")
        svg = f"<svg>{mark.xmp('Sakkan clean-up', 'fake-1', 'none')}</svg>".encode()
        layers = dict.fromkeys(made.layers, said)
        rest = (made.strokes, made.closures, made.regions, made.stray_ends, made.confidence, made.notes)
        return Cleaned(said, svg, layers, *rest)


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    fake = Door()
    monkeypatch.setattr(cleanup_run, "LocalCleaning", lambda failure: fake)
    return fake


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the roughs A0001 to A0003, in which the command is given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ROUGHS").mkdir()
    for number in (1, 2, 10):
        (tmp_path / "ROUGHS" / f"A{number}.png").write_bytes(png(seed=number))
    return tmp_path


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def wishes(door: Door) -> list[dict[str, Any]]:
    return [each for asked in door.asked for each in asked["wishes"]]


def test_one_rough_becomes_a_file_by_its_ending_with_a_sidecar(here: Path, door: Door) -> None:
    assert main(["cleanup", "ROUGHS/A1.png", "-o", "A1.svg", "-q"]) == 0
    assert (here / "A1.svg").read_bytes().startswith(b"<svg")
    assert main(["cleanup", "ROUGHS/A1.png", "-o", "clean.png", "-q"]) == 0
    assert (here / "clean.png").read_bytes().startswith(b"\x89PNG")
    assert listed(here) == ["A1.cleanup.json", "A1.svg", "ROUGHS", "clean.cleanup.json", "clean.png"]
    assert (here / "ROUGHS/A1.png").read_bytes() == png(seed=1)


def test_a_folder_becomes_a_folder_with_layers_in_natural_order(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cleanup", "ROUGHS", "-o", "OUT", "--format", "both", "--layers", "--json"]) == 0
    assert listed(here / "OUT")[:4] == ["A1.cleanup.json", "A1.png", "A1.red.png", "A1.svg"]
    told = json.loads(capsys.readouterr().out)
    assert told["format"] == "sakkan-cleanup-report/1"
    assert [each["rough"] for each in told["drawings"]] == [f"ROUGHS/A{number}.png" for number in (1, 2, 10)]
    assert (told["drawings"][0]["strokes"], told["drawings"][0]["closures"]) == (2, 1)


def test_a_sequence_is_cleaned_together_and_else_each_alone(here: Path, door: Door) -> None:
    assert main(["cleanup", "ROUGHS", "-o", "OUT", "-q"]) == 0
    assert [asked["roughs"] for asked in door.asked] == [1, 1, 1]
    assert main(["cleanup", "ROUGHS", "-o", "OUT", "-q", "--sequence", "--jitter", "0.9"]) == 0
    assert (door.asked[-1]["roughs"], door.asked[-1]["wishes"][0]) == (3, {"jitter": 0.9})


def test_options_are_wishes(here: Path, door: Door) -> None:
    line = ["--weight", "2.5", "--pressure", "0.4", "--taper", "20", "--colour", "#1a2b3c", "--binary"]
    work = [
        "--strength",
        "0.7",
        "--gap",
        "14",
        "--merge",
        "3",
        "--red",
        "ink",
        "--blue",
        "drop",
        "--no-weights",
    ]
    assert main(["cleanup", "ROUGHS/A1.png", "-o", "OUT", "-q", *line, *work]) == 0
    assert wishes(door) == [
        {
            "strength": 0.7, "gap_px": 14.0, "merge_px": 3.0, "weight_px": 2.5, "pressure": 0.4, "taper_px": 20.0,
            "line_rgb": [26, 43, 60], "is_binary": True, "red": "ink", "blue": "drop",
        }
    ]  # fmt: skip
    assert not door.asked[0]["weights"]


def test_a_sidecar_cleans_the_same_again_and_options_go_before(here: Path, door: Door) -> None:
    assert main(["cleanup", "ROUGHS", "-o", "OUT", "-q", "--gap", "4", "--weight", "3"]) == 0
    assert main(["cleanup", "ROUGHS/A2.png", "-o", "AGAIN", "-q", "--sidecar", "OUT/A2.cleanup.json"]) == 0
    assert main(["cleanup", "ROUGHS", "-o", "MORE", "-q", "--sidecar", "OUT", "--gap", "8"]) == 0
    assert wishes(door)[3] == {"gap_px": 4.0, "weight_px": 3.0}
    assert wishes(door)[4:] == [{"gap_px": 8.0, "weight_px": 3.0}] * 3
    again, first = ((here / folder / "A2.cleanup.json").read_bytes() for folder in ("AGAIN", "OUT"))
    assert again == first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", "its format is not sakkan-cleanup/1"),
        ('{"format": "sakkan-cleanup/1", "wishes": 3}', "wishes is no object"),
        ('{"format": "sakkan-cleanup/1", "size_hw": [9, 9]}', "is for a rough of [9, 9]"),
    ],
)
def test_a_sidecar_that_cannot_be_is_named(
    here: Path, door: Door, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "s.json").write_text(text)
    assert main(["cleanup", "ROUGHS/A1.png", "-o", "OUT", "--sidecar", "s.json"]) == 2
    assert said in capsys.readouterr().err
    assert not (here / "OUT").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ROUGHS/A9.png", "-o", "OUT"], "There is no file"),
        (["ROUGHS", "-o", "one.png"], "3 drawings do not go into one file"),
        (["ROUGHS/A1.png", "-o", "one.jpg"], "ends with .png or .svg"),
        (["ROUGHS/A1.png", "-o", "ROUGHS/A1.png"], "one of the files given"),
        (["ROUGHS/A1.png", "-o", "ROUGHS"], "one of the files given"),
        (["ROUGHS/A1.png", "ROUGHS/A1.png", "-o", "OUT"], "written to one place"),
        (["ROUGHS/A1.png", "-o", "a.svg", "--format", "svg"], "--format is for a folder"),
    ],
)
def test_what_cannot_be_done_is_refused_before_any_work(
    here: Path, door: Door, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["cleanup", *words]) == 2
    assert said in capsys.readouterr().err
    assert not door.asked


@pytest.mark.parametrize(
    "words", [["--strength", "2"], ["--colour", "red"], ["--gap", "wide"], ["--red", "away"]]
)
def test_an_option_that_is_out_of_its_range_is_named(here: Path, words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["cleanup", "ROUGHS/A1.png", "-o", "OUT", *words])
    assert ended.value.code == 2


def test_of_several_one_that_cannot_be_read_is_told_and_the_rest_is_cleaned(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "ROUGHS/A3.png").write_bytes(b"no picture")
    assert main(["cleanup", "ROUGHS", "-o", "OUT"]) == 1
    assert "! A3.png was not read" in capsys.readouterr().out
    assert [name for name in listed(here / "OUT") if name.endswith(".png")] == ["A1.png", "A10.png", "A2.png"]


def test_somebodys_file_stays_and_what_the_engine_made_is_replaced(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    for _time in range(2):
        assert main(["cleanup", "ROUGHS/A1.png", "-o", "OUT", "-q", "--format", "both"]) == 0
    (here / "OUT/A1.png").write_bytes(png(seed=9))
    assert main(["cleanup", "ROUGHS/A1.png", "-o", "OUT"]) == 2
    assert "no engine made it" in capsys.readouterr().err


def test_a_fault_of_ours_is_told_with_the_way_out(
    here: Path, door: Door, capsys: pytest.CaptureFixture[str]
) -> None:
    door.fails_at[0] = ZeroDivisionError("division by zero")
    assert main(["cleanup", "ROUGHS/A1.png", "-o", "OUT"]) == 2
    assert "stopped at A1.png (ZeroDivisionError: division by zero)" in capsys.readouterr().err


def test_without_the_engines_packages_it_says_what_to_install(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Missing:
        def describe_cleanup(self, *, weights: bool) -> dict[str, Any]:
            raise ImportError(name="cv2")

        def clean(self, roughs: Sequence[bytes], **_rest: Any) -> Iterator[Cleaned]:
            return iter(())

    monkeypatch.setattr(cleanup_run, "LocalCleaning", lambda failure: Missing())
    assert main(["cleanup", "ROUGHS/A1.png", "-o", "OUT"]) == 2
    assert "pip install 'sakkan[ml]'" in capsys.readouterr().err
