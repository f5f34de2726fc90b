"""Accessories go missing, wander, change shape and sides where the truth says, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ml.puppets.accessories import KINDS as CATALOGUE
from ml.puppets.accessories import dressed
from ml.puppets.design import Accessory, Design
from ml.puppets.drift import KINDS, UnknownDrift, Wish, altered, drifted, make, possible
from ml.puppets.drift.details import candidates
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.production import designs
from ml.puppets.render import Framing
from ml.puppets.splits import TEST_SEEDS, design_of

CALM = EXPRESSIONS["neutral"]
WHOLE = Framing((420, 240), 0.64, (0.0, -300.0), 1.3)
MOVABLE = [code for code, kind in CATALOGUE.items() if kind.movable]


def wearing(code: str) -> Design:
    """Return a boy in a plain blazer, for whom nothing else gets in the way."""
    ren = designs()["ren/school"]
    bare = replace(ren, costume=replace(ren.costume, extras=frozenset()))
    return dressed(bare, Accessory(code, side=-1 if CATALOGUE[code].sided else 0))


@pytest.mark.parametrize("code", MOVABLE)
def test_an_accessory_that_is_left_out_moved_or_reshaped_shows_where_the_truth_points(code):
    design = wearing(code)
    close = CATALOGUE[code].place in ("cheek", "ear", "eyes", "neck", "tie")
    framing = replace(WHOLE, px_per_unit=1.6, centre_xy=(0.0, -500.0)) if close else WHOLE
    pose = replace(STANDING, yaw=180.0) if code == "backpack" else STANDING
    families = [
        f for f in ("missing_detail", "detail_moved", "detail_shape") if code in candidates(f, design)
    ]
    assert "missing_detail" in families
    for family in families:
        result = drifted(design, pose, CALM, framing, Wish(family, target=code, seed=1))
        assert result.shows, family
        assert (result.place[result.mask]).all()
        assert result.place.mean() < 0.25


@pytest.mark.parametrize("code", [c for c in MOVABLE if CATALOGUE[c].sided])
def test_a_mirrored_accessory_is_worn_on_the_other_side(code):
    result = drifted(wearing(code), STANDING, CALM, WHOLE, Wish("detail_mirrored", target=code))
    if not result.shows:
        pytest.skip("a detail of a few pixels")
    middle = result.right.landmarks["chin"][0]
    changed = np.flatnonzero(result.mask.any(axis=0))
    assert changed[0] < middle < changed[-1]


def test_a_moved_detail_lies_where_its_magnitude_says():
    result = drifted(wearing("brooch"), STANDING, CALM, WHOLE, Wish("detail_moved", target="brooch", seed=1))
    rows = [np.argwhere(f.mask("badge"))[:, 0].mean() for f in (result.right, result.frame)]
    assert abs(rows[1] - rows[0]) == pytest.approx(result.magnitude * WHOLE.px_per_unit, rel=0.25)


def test_a_garment_is_left_out_but_never_moved():
    garments = [code for code, kind in CATALOGUE.items() if not kind.movable]
    for code in garments:
        design = wearing(code)
        assert code in candidates("missing_detail", design)
        assert code not in candidates("detail_moved", design) + candidates("detail_shape", design)


def test_what_is_not_worn_cannot_be_moved():
    with pytest.raises(UnknownDrift, match="wears no satchel"):
        altered(designs()["ren/school"], Wish("detail_moved", target="satchel"))


@pytest.mark.parametrize("seed", TEST_SEEDS[:3])
def test_all_kinds_of_seeded_characters_are_the_same_twice_and_true(seed):
    design, other = design_of(seed), design_of(seed + 7)
    right = None
    for name in KINDS:
        if not possible(name, design, STANDING, WHOLE):
            continue
        one = make(name, design, STANDING, CALM, WHOLE, seed, other, right)
        right = one.right
        if name in ("palette_de4", "detail_missing", "hair_silhouette_30"):
            again = make(name, design, STANDING, CALM, WHOLE, seed, other)
            assert np.array_equal(one.frame.rgba, again.frame.rgba)
            assert one.what == again.what
        if one.shows and one.place is not None:
            inside = np.count_nonzero(one.mask & one.place) / np.count_nonzero(one.mask)
            assert inside > 0.15, name
