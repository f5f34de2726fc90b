"""`sakkan cleanup` as somebody runs it who has nothing but the package: the real engine, no settings, no Django."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from assets.rights.reading.embedded import read_embedded
from tests.cli.test_inbetween_alone import run_alone

pytestmark = pytest.mark.slow


def rough(path: Path) -> None:
    """A pencil ring with a gap, and a red line, on paper."""
    picture = Image.new("RGB", (160, 120), (246, 243, 236))
    draw = ImageDraw.Draw(picture)
    draw.line((10, 62, 150, 60), fill=(214, 60, 60), width=2)
    draw.arc((40, 20, 120, 100), 4, 356, fill=(70, 70, 72), width=3)
    picture.save(path)


def test_a_rough_is_enough_and_the_sidecar_draws_the_same_bytes_again(tmp_path: Path) -> None:
    rough(tmp_path / "A1.png")
    words = ("--no-weights", "--format", "both", "--layers")
    done = run_alone(tmp_path, "cleanup", "A1.png", "-o", "OUT", "--weight", "3", *words)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "OUT").iterdir()) == [
        "A1.cleanup.json",
        "A1.png",
        "A1.red.png",
        "A1.svg",
    ]
    drawn = Image.open(tmp_path / "OUT/A1.png")
    assert (drawn.mode, drawn.size) == ("RGBA", (160, 120))
    marks = read_embedded((tmp_path / "OUT/A1.png").read_bytes()).marks
    assert (marks.generator, marks.digital_source_type) == ("Sakkan", "algorithmicMedia")
    again = run_alone(
        tmp_path, "cleanup", "A1.png", "-o", "AGAIN", "--sidecar", "OUT/A1.cleanup.json", *words
    )
    assert again.returncode == 0, again.stderr
    for name in ("A1.png", "A1.svg", "A1.red.png", "A1.cleanup.json"):
        assert (tmp_path / "AGAIN" / name).read_bytes() == (tmp_path / "OUT" / name).read_bytes()


def test_a_wrong_entry_of_a_sidecar_is_named(tmp_path: Path) -> None:
    rough(tmp_path / "A1.png")
    (tmp_path / "s.json").write_text('{"format": "sakkan-cleanup/1", "wishes": {"speed": 3}}')
    done = run_alone(tmp_path, "cleanup", "A1.png", "--sidecar", "s.json", "--no-weights", "-o", "OUT")
    assert done.returncode == 2
    assert "wishes.speed is not known" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "OUT").exists()
