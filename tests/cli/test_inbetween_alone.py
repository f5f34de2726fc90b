"""`sakkan inbetween` as somebody runs it who has nothing but the package: the real engine, no settings, no Django."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from assets.rights.reading.embedded import read_embedded

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
CODE = (
    "import sys; from studio.cli.main import main; code = main(sys.argv[1:]);"
    "loaded = {'django', 'celery', 'qa'} & sys.modules.keys(); assert not loaded, loaded; sys.exit(code)"
)


def run(here: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run_alone(here, "inbetween", *words)


def run_alone(here: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command with nothing around it; fails where it loaded the studio."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "HOME": str(here),
        "OMP_NUM_THREADS": "1",
    }
    command = [sys.executable, "-c", CODE, *words]
    return subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)


def key(left: int, mode: str) -> Image.Image:
    """A red disc with a black outline, on transparent or on white paper."""
    picture = Image.new(mode, (96, 72), (0, 0, 0, 0) if mode == "RGBA" else "white")
    ImageDraw.Draw(picture).ellipse((left, 20, left + 32, 52), fill=(200, 60, 60), outline=(0, 0, 0), width=3)
    return picture


@pytest.mark.parametrize("mode", ["RGBA", "RGB"])
def test_two_keys_are_enough(tmp_path: Path, mode: str) -> None:
    key(10, mode).save(tmp_path / "A1.png")
    key(22, mode).save(tmp_path / "A2.png")
    done = run(tmp_path, "A1.png", "A2.png", "--chart", "1/4,1/2", "-o", "OUT")
    assert done.returncode == 0, done.stderr
    colours = {colour for _n, colour in key(10, mode).getcolors()}
    for name in ("A1a.png", "A1b.png"):
        drawn = Image.open(tmp_path / "OUT" / name)
        assert (drawn.mode, drawn.size) == (mode, (96, 72))
        assert {colour for _n, colour in drawn.getcolors(maxcolors=4096)} <= colours
        marks = read_embedded((tmp_path / "OUT" / name).read_bytes()).marks
        assert (marks.generator, marks.digital_source_type.endswith("lgorithmicMedia")) == ("Sakkan", True)


def test_the_sidecar_draws_the_same_bytes_again(tmp_path: Path) -> None:
    key(10, "RGBA").save(tmp_path / "A1.png")
    key(22, "RGBA").save(tmp_path / "A3.png")
    assert run(tmp_path, "A1.png", "A3.png", "--chart", "0.3", "--no-weights", "-o", "OUT").returncode == 0
    done = run(tmp_path, "A1.png", "A3.png", "--sidecar", "OUT/inbetween.json", "-o", "AGAIN")
    assert done.returncode == 0, done.stderr
    for name in ("A2.png", "inbetween.json"):
        assert (tmp_path / "AGAIN" / name).read_bytes() == (tmp_path / "OUT" / name).read_bytes()
    assert (
        read_embedded((tmp_path / "AGAIN/A2.png").read_bytes()).marks.digital_source_type
        == "algorithmicMedia"
    )


def test_a_wrong_entry_of_a_sidecar_is_named(tmp_path: Path) -> None:
    key(10, "RGBA").save(tmp_path / "A1.png")
    Image.fromarray(np.asarray(key(10, "RGBA"))).save(tmp_path / "A3.png")
    text = '{"format": "sakkan-inbetween/1", "positions": [0.5], "steering": {"pins": [{"a_xy": [1, 2]}]}}'
    (tmp_path / "s.json").write_text(text)
    done = run(tmp_path, "A1.png", "A3.png", "--sidecar", "s.json", "--no-weights", "-o", "OUT")
    assert done.returncode == 2
    assert "steering.pins[0] is not of its form" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "OUT").exists()
