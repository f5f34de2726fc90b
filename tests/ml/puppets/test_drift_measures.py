"""A drift is as large as its name says, measured on the drawing and not on the parameter, in every style."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.puppets.design import Design
from ml.puppets.drift import KINDS, Drifted, Wish, drifted, make, possible
from ml.puppets.drift.place import BODY, HEAD, line_mask, parts_mask
from ml.puppets.figure import PARTS
from ml.puppets.palette import delta_e
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.production import designs
from ml.puppets.random_design import random_design
from ml.puppets.render import Framing, PuppetFrame
from ml.puppets.style import STYLES

CALM = EXPRESSIONS["neutral"]
AKI, REN = designs()["aki/school"], designs()["ren/school"]
BALD = replace(
    REN.hair, fringe=((-50.0, -20.0), (0.0, -22.0), (50.0, -20.0)), side=(74.0, -5.0), back=10.0, tufts=()
)
STYLED = [random_design(300_000 + i, STYLES[name]) for i, name in enumerate(STYLES)]
FACES = [d for d in STYLED if d.style.name in ("house", "soft", "manga_line", "chibi", "kids")]
STANDERS = [d for d in STYLED if d.style.name in ("retro", "storybook", "manga_line", "chibi")]


def head_of(design: Design, scale: float = 4.0) -> Framing:
    """Return a framing of the head alone, binarised."""
    y = -((design.build.heads_tall - 1) * 100 + 45 * design.shape.head)
    side = round(150 * scale * design.shape.head)
    return Framing((side, side), scale, (0.0, y), 2.0, 1)


def bald(design: Design) -> Design:
    """Return the design with nothing over its face."""
    costume = replace(design.costume, extras=frozenset(), worn=())
    return replace(design, hair=BALD, costume=costume)


def bent(design: Design, family: str, amount: float, framing: Framing | None = None) -> Drifted:
    return drifted(design, STANDING, CALM, framing or head_of(design), Wish(family, amount))


def centre(mask: np.ndarray) -> np.ndarray:
    return np.argwhere(mask).mean(axis=0)[::-1]


def eye(frame: PuppetFrame, side: str) -> np.ndarray:
    return parts_mask(frame, tuple(p for p in PARTS if p in (f"eye_white{side}", f"iris{side}")))


def eye_distance(frame: PuppetFrame) -> float:
    return float(np.hypot(*(centre(eye(frame, "_l")) - centre(eye(frame, "_r")))))


def eye_line(frame: PuppetFrame) -> float:
    return float((centre(eye(frame, "_l")) + centre(eye(frame, "_r")))[1] / 2)


def head_height(frame: PuppetFrame) -> float:
    return frame.landmarks["chin"][1] - frame.landmarks["crown"][1]


@pytest.mark.parametrize("amount", [-0.2, 0.05])
@pytest.mark.parametrize("design", FACES, ids=lambda d: d.style.name)
def test_the_distance_of_the_eyes_changes_by_what_it_says(design, amount):
    result = bent(bald(design), "eye_spacing", amount)
    assert eye_distance(result.frame) / eye_distance(result.right) == pytest.approx(1 + amount, abs=0.015)


@pytest.mark.parametrize("amount", [-0.25, 0.1])
@pytest.mark.parametrize("design", FACES, ids=lambda d: d.style.name)
def test_the_eyes_grow_by_what_it_says(design, amount):
    result = bent(bald(design), "eye_size", amount, head_of(design, 8.0))
    area = [np.sqrt(np.count_nonzero(eye(f, "_l"))) for f in (result.right, result.frame)]
    assert area[1] / area[0] == pytest.approx(1 + amount, abs=0.03)


@pytest.mark.parametrize("amount", [0.1, -0.05])
@pytest.mark.parametrize("design", FACES, ids=lambda d: d.style.name)
def test_the_eyes_move_by_a_share_of_the_heads_height(design, amount):
    result = bent(bald(design), "eye_height", amount)
    moved = (eye_line(result.frame) - eye_line(result.right)) / head_height(result.right)
    assert moved == pytest.approx(amount, abs=0.01)


@pytest.mark.parametrize("amount", [-0.15, 0.08])
@pytest.mark.parametrize("design", FACES, ids=lambda d: d.style.name)
def test_the_jaw_is_as_much_wider_at_the_mouth(design, amount):
    result = bent(bald(design), "face_shape", amount)
    row = round(centre(parts_mask(result.right, ("mouth",)))[1])
    width = [
        np.count_nonzero(parts_mask(f, ("face", "mouth", "teeth"))[row]) for f in (result.right, result.frame)
    ]
    assert width[1] / width[0] == pytest.approx(1 + amount, abs=0.02)


@pytest.mark.parametrize("amount", [-0.05, 0.2])
@pytest.mark.parametrize("design", STANDERS, ids=lambda d: d.style.name)
def test_the_head_grows_by_what_it_says_and_the_body_stays(design, amount):
    framing = replace(head_of(design, 3.0), size_hw=(760, 700))
    result = bent(bald(design), "head_size", amount, framing)
    tall = [
        np.ptp(np.flatnonzero(parts_mask(f, ("face", "hair_front")).any(axis=1)))
        for f in (result.right, result.frame)
    ]
    assert tall[1] / tall[0] == pytest.approx(1 + amount, abs=0.015)


def full(design: Design) -> Framing:
    tall = (design.build.heads_tall - 1) * 100 + 100 * design.shape.head
    return Framing((900, 500), 640 / tall, (0.0, -tall / 2), 1.5, 1)


@pytest.mark.parametrize("amount", [-0.15, 0.04, 0.15])
@pytest.mark.parametrize("design", STANDERS, ids=lambda d: d.style.name)
def test_a_figure_has_as_many_more_heads_and_its_head_is_the_same(design, amount):
    result = bent(bald(design), "heads_tall", amount, full(design))
    heads = []
    for frame in (result.right, result.frame):
        rows = np.flatnonzero(frame.labels.any(axis=1))
        head = np.flatnonzero(parts_mask(frame, ("face", "hair_front")).any(axis=1))
        heads.append((rows[-1] - rows[0], np.ptp(head)))
    (was, head), (tall, same) = heads
    assert same == pytest.approx(head, abs=1)
    assert (tall / same) / (was / head) == pytest.approx(1 + amount, abs=0.015)


@pytest.mark.parametrize("amount", [-0.6, -0.15, 0.3])
@pytest.mark.parametrize("design", [AKI, STYLED[4]], ids=lambda d: d.style.name)
def test_a_line_is_as_much_heavier_on_the_body(design, amount):
    framing = replace(
        full(design), size_hw=(1800, 1000), px_per_unit=full(design).px_per_unit * 2, line_px=5.0
    )
    result = bent(design, "line", amount, framing)
    ink = [np.count_nonzero(line_mask(f) & parts_mask(f, BODY)) for f in (result.right, result.frame)]
    # lines that run into one another share their ink, so a heavier line brings a little less
    assert ink[1] / ink[0] - 1 == pytest.approx(amount, rel=0.16)


@pytest.mark.parametrize("name", ["palette_de2", "palette_de4", "palette_de8", "palette_de16", "palette_de1"])
@pytest.mark.parametrize("seed", range(4))
def test_the_painted_pixels_lie_as_far_off_as_it_says_in_every_tone(name, seed):
    design = STYLED[seed * 2]
    wanted = float(name.removeprefix("palette_de"))
    result = make(name, design, STANDING, CALM, full(design), seed)
    before, after = result.right.rgba[result.place, :3], result.frame.rgba[result.place, :3]
    paints = {(tuple(a.tolist()), tuple(b.tolist())) for a, b in zip(before, after, strict=True)}
    assert 1 <= len(paints) <= 3
    for a, b in paints:
        assert delta_e(a, b) == pytest.approx(wanted, abs=0.3, rel=0.05)
    assert np.array_equal(result.mask, result.place)


@pytest.mark.parametrize("seed", range(6))
def test_a_wrong_swatch_is_a_legal_paint_that_is_clearly_another(seed):
    design = STYLED[seed]
    legal = {rgb for name in design.swatch_names for rgb in vars(design.material(name)).values() if rgb}
    result = make("wrong_swatch", design, STANDING, CALM, full(design), seed)
    assert {tuple(c) for c in result.frame.rgba[result.place, :3].tolist()} <= legal
    assert result.magnitude >= 12


@pytest.mark.parametrize("name", [n for n, k in KINDS.items() if k.family == "hair_silhouette"])
@pytest.mark.parametrize("share", ["length", "volume", "fringe"])
def test_hair_changes_where_it_says_and_the_body_stays(name, share):
    amount = KINDS[name].magnitude / 100
    result = drifted(AKI, STANDING, CALM, head_of(AKI), Wish("hair_silhouette", amount, share))
    assert result.shows
    assert (
        not (result.mask & ~parts_mask(result.right, HEAD) & ~parts_mask(result.frame, HEAD)).mean() > 0.002
    )
    hair = [parts_mask(f, ("hair_front", "hair_back")) for f in (result.right, result.frame)]
    if share == "volume":
        row = round(eye_line(result.right) + 0.25 * head_height(result.right))
        wide = [np.ptp(np.flatnonzero(h[row])) for h in hair]
        assert wide[1] / wide[0] == pytest.approx(1 + amount, abs=0.05)
    if share == "length":
        long = [np.ptp(np.flatnonzero(h.any(axis=1))) for h in hair]
        assert long[1] / long[0] == pytest.approx(1 + amount, abs=0.05)


def test_kinds_that_a_view_cannot_show_are_not_possible():
    full_figure = full(AKI)
    back, side = replace(STANDING, yaw=180.0), replace(STANDING, yaw=90.0)
    assert not possible("eye_spacing_5", AKI, side, full_figure)
    assert possible("eye_size_10", AKI, side, full_figure)
    assert not possible("eye_size_10", AKI, back, full_figure)
    assert not possible("heads_tall_8", AKI, STANDING, head_of(AKI))
    assert not possible("other_shoes", AKI, STANDING, head_of(AKI))
    assert not possible("detail_missing", bald(AKI), STANDING, full_figure)
