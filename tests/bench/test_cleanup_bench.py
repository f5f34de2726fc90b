"""The bench of the clean-up itself: questions, tracing of other art, SVG, sequences, tables, the last line."""

from __future__ import annotations

import json
import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.cleanup import methods as known_methods
from bench.cleanup.cli import main
from bench.cleanup.holds import DRAWINGS, Play, hold, jitter_px, lag_px, move
from bench.cleanup.methods import METHODS, Otsu, Potrace, Vtracer, methods
from bench.cleanup.metrics import truth_mask
from bench.cleanup.questions import between_paints, filling, folder, puppets
from bench.cleanup.report import closure, line, share, table, told, values, worst_tenth
from bench.cleanup.run import ask
from bench.cleanup.svgs import painted, subpaths
from bench.cleanup.traced import traced
from bench.cleanup.types import LEVEL_NAMES, Row
from bench.inbetween.types import NotHere
from ml.puppets.splits import TEST_SEEDS
from ml.training.cleanup_judge import f1
from ml.training.line_art import Line, LineArt, resampled, with_ends


def art(*lines: list[tuple[float, float]], side: int = 128) -> LineArt:
    made = tuple(Line(resampled(np.array(one)).astype(np.float32), 2.0) for one in lines)
    return with_ends(LineArt((side, side), made))


GRID = art([(10, 40), (118, 40)], [(10, 90), (118, 90)], [(40, 10), (40, 118)])


def test_puppets_of_test_are_of_the_test_seeds_and_stay_the_same() -> None:
    makes = puppets("test", 2)
    assert [make().level for make in makes[:1]] == ["light"]
    assert len(makes) == 2 * len(LEVEL_NAMES)
    assert all(make.args[1] in TEST_SEEDS for make in makes)
    assert len({make.args[1] for make in makes}) == len(makes)


def test_a_traced_picture_gives_its_lines_back() -> None:
    found = traced(truth_mask(GRID))
    assert f1(truth_mask(found), truth_mask(GRID))[0] > 0.99
    assert 5 <= len(found.lines) <= 9  # cut where lines cross
    assert sum(one.length_px for one in found.lines) == pytest.approx(324, abs=12)


def test_a_ring_is_traced_closed() -> None:
    canvas = np.zeros((80, 80), np.uint8)
    cv2.circle(canvas, (40, 40), 20, 1, 2)
    (one,) = traced(canvas > 0).lines
    assert one.is_closed
    assert one.length_px == pytest.approx(2 * math.pi * 20, rel=0.05)


def test_lines_and_borders_of_paint_are_found_on_a_painted_drawing() -> None:
    rgba = np.zeros((60, 60, 4), np.uint8)
    rgba[10:50, 10:50] = (240, 200, 170, 255)
    rgba[30:50, 10:50] = (90, 120, 200, 255)
    rgba[20, 10:50] = (40, 20, 10, 255)
    found = between_paints(rgba)
    assert found[20, 15:45].all()
    assert not found[15, 15:45].any()
    assert not found[5].any()


def test_small_art_is_enlarged_until_it_fills_the_picture() -> None:
    points = np.concatenate([one.points_xy for one in filling(GRID, 256).lines])
    assert np.ptp(points, axis=0).max() == pytest.approx(0.9 * 256, abs=2)


def test_a_folder_without_pictures_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotHere):
        folder(tmp_path, 3)
    cv2.imwrite(str(tmp_path / "a.png"), np.where(truth_mask(GRID), 0, 255).astype(np.uint8))
    makes = folder(tmp_path, 3)
    assert [make().level for make in makes] == list(LEVEL_NAMES)


def test_paths_are_read_straight_bent_and_relative() -> None:
    rings = subpaths("M1 2 L5 2 l0 4 H1 Z m10 0 c0 1 0 2 0 3 z")
    assert rings[0].tolist() == [[1, 2], [5, 2], [5, 6], [1, 6]]
    assert rings[1][0].tolist() == [11, 2]
    assert rings[1][-1].tolist() == [11, 5]
    with pytest.raises(ValueError, match="arcs"):
        subpaths("M0 0 A1 1 0 0 0 2 2")


def test_an_svg_is_painted_with_its_transforms_and_holes() -> None:
    svg = '<svg><g transform="translate(0,40) scale(1,-1)"><path d="M10 10H30V30H10Z M15 15H25V25H15Z"/></g></svg>'
    mask, paths = painted(svg, (40, 40))
    assert paths == 1
    assert mask[12, 12]
    assert not mask[20, 20]
    assert not mask[35, 35]


@pytest.mark.parametrize("tracer", [Potrace, Vtracer])
def test_a_tracer_paints_what_it_was_given(tracer: type[Potrace] | type[Vtracer]) -> None:
    try:
        method = tracer()
    except NotHere as error:
        pytest.skip(str(error))
    rgb = np.repeat(np.where(truth_mask(GRID), 20, 240).astype(np.uint8)[..., None], 3, axis=2)
    found, plain = method.clean(rgb), Otsu().clean(rgb)
    assert f1(found.mask, plain.mask)[0] > 0.99
    assert (found.mask & plain.mask).sum() > 0.85 * plain.mask.sum()
    assert found.svg_bytes
    assert found.strokes


def test_a_method_that_is_not_here_is_said_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_methods.shutil, "which", lambda name: None)
    made, said = methods(["otsu", "potrace"])
    assert [method.name for method in made] == ["otsu"]
    assert "apt-get install potrace" in said[0]


def drawn_at(*offsets: float) -> Play:
    return Play((GRID,) * len(offsets), ())


def places(by: float) -> np.ndarray:
    found = np.concatenate([one.points_xy for one in GRID.lines])
    return np.asarray(found + np.array((by, by)), np.float64)


def test_a_hold_that_stands_still_has_no_jitter_and_one_that_trembles_has_its_size() -> None:
    still = [places(0.4)] * DRAWINGS
    assert jitter_px(still, drawn_at(*[0.0] * DRAWINGS)) == pytest.approx(0.0, abs=1e-6)
    shaken = [places(by) for by in (-1.0, 1.0, -1.0, 1.0)]
    assert jitter_px(shaken, drawn_at(*[0.0] * 4)) == pytest.approx(1.0, abs=0.1)


def test_lines_that_stay_behind_a_move_have_lag() -> None:
    play = move(GRID, 0.5, 3)
    exact = [np.concatenate([one.points_xy for one in each.lines]) for each in play.arts]
    assert lag_px(exact, play) == pytest.approx(0.0, abs=0.05)
    late = [exact[max(0, k - 1)] for k in range(DRAWINGS)]
    assert lag_px(late, play) < -0.5


def test_every_drawing_of_a_hold_is_drawn_anew() -> None:
    play = hold(GRID, 0.5, 1)
    assert len(play.roughs) == DRAWINGS
    assert not np.array_equal(play.roughs[0], play.roughs[1])


def row(level: str, method: str, **figures: float) -> Row:
    usual = {"f1": 0.9, "stray_ends": 3.0, "region_error": 1.0, "gaps": 4.0, "gaps_closed": 3.0}
    closures = {"closures": 2.0, "closures_right": 1.0, "small_there": 5.0, "small_kept": 4.0}
    return Row(f"q-{level}", "puppets", level, method, {**usual, **closures, **figures})


ROWS = [row(level, "sakkan", f1=score) for level, score in zip(LEVEL_NAMES, (0.98, 0.94, 0.8), strict=True)]


def test_shares_count_over_all_drawings() -> None:
    rows = [*ROWS, row("light", "sakkan", gaps=12.0, gaps_closed=0.0)]
    assert share(rows, "sakkan", "light", "gaps_closed", "gaps") == 3 / 16
    assert closure(rows, "sakkan") == {"precision": 0.5, "recall": round(9 / 24, 4)}
    assert math.isnan(share(rows, "otsu", None, "gaps_closed", "gaps"))


def test_the_worst_tenth_is_at_the_right_end() -> None:
    scores = np.linspace(0, 1, 11)
    assert worst_tenth(scores, "f1") == pytest.approx(0.1)
    assert worst_tenth(scores, "stray_ends") == pytest.approx(0.9)
    assert values(ROWS, "sakkan", "heavy", "f1").tolist() == [0.8]


def test_the_last_line_has_what_the_studio_asks_for() -> None:
    said = line(ROWS, ["sakkan"], METHODS, {"sakkan": {"512": 0.5, "1080p": 2.0}})
    assert said["f1"]["sakkan"] == [0.98, 0.94, 0.8]
    assert said["f1"]["potrace"] == [None, None, None]
    assert said["seconds"]["vtracer"] == {"512": None, "1080p": None}
    assert list(said) == ["bench", "f1", "stray_ends", "region_error", "closure", "seconds"]
    assert told(ROWS, ["otsu"], "f1") == {"otsu": [None, None, None]}
    assert "worst 10th" in table("puppets", ROWS, ["sakkan"])


def test_one_drawing_is_asked_of_a_method() -> None:
    asked = ask(puppets("valid", 1)[0], [Otsu()], pictures=True)
    assert asked.rows[0].figures["f1"] > 0.8
    assert asked.rows[0].figures["seconds"] > 0
    assert asked.masks["otsu"].shape == (512, 512)


def test_the_bench_refuses_what_it_does_not_know_and_ends_with_one_object(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--methods", "magic"]) == 2
    assert "magic" in capsys.readouterr().err
    assert (
        main(["--methods", "otsu", "--only", "puppets", "--n", "1", "--split", "valid", "--workers", "1"])
        == 0
    )
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert said["bench"] == "cleanup"
    assert len(said["f1"]["otsu"]) == 3
    assert said["f1"]["sakkan"] == [None, None, None]
