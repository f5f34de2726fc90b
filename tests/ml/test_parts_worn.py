"""What is worn without asking its surroundings: paint laid over paint, spots on a face, signs that survive a pose."""

import cv2
import numpy as np
import pytest

from ml.consistency.parts import BEYOND, LINE, NONE
from ml.consistency.parts_body import beside_stray, foot_stray, other_side, sign_of, told_there, trunk_stray
from ml.consistency.parts_head import SIZE_WH, Over, spot_stray, worn_strays
from ml.consistency.parts_worn import strayed

SKIN, HAIR, CLIP = 1, 2, 3
NAMES = ("skin", "hair", "clip")
CLIP_BOX = (60, 60, 76, 72)


def _head(clip=CLIP_BOX, spot=None):
    labels = np.full(SIZE_WH[::-1], NONE, np.uint8)
    cv2.ellipse(labels, (128, 110), (90, 95), 0, 0, 360, HAIR, -1)
    cv2.ellipse(labels, (128, 130), (60, 70), 0, 0, 360, SKIN, -1)
    if clip is not None:
        x0, y0, x1, y1 = clip
        labels[y0:y1, x0:x1] = CLIP
    if spot is not None:
        cv2.circle(labels, spot, 3, LINE, -1)
    return labels


def _over(approved, seen, index=0):
    affine = np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]], np.float32)
    return Over(approved, seen, affine, 1.0, index, 0.99, framed=True)


def _stray(seen, sheet=(None, None)):
    over = [_over(_head() if one is None else one, seen, i) for i, one in enumerate(sheet)]
    found = worn_strays(over, NAMES, {3: 1.0})
    return found[3].stray if 3 in found else None


def test_what_a_head_wears_may_lie_a_little_aside():
    assert strayed(_head(), _head(clip=(63, 58, 79, 70)), CLIP, 1, 6).stray < 0.05


@pytest.mark.parametrize(
    "clip", [None, (60, 78, 76, 90), (180, 60, 196, 72), (60, 54, 68, 86), (60, 60, 68, 66)]
)
def test_what_a_head_wears_left_out_moved_mirrored_or_of_another_shape_strays(clip):
    assert _stray(_head(clip=clip)) > 0.45


def test_the_approved_drawing_that_excuses_most_counts_and_one_alone_counts_for_less():
    assert _stray(_head(clip=None), sheet=(None, _head(clip=None))) is None
    assert _stray(_head(clip=None), sheet=(None,)) == pytest.approx(0.75)


def test_what_lies_beyond_the_picture_is_not_missing():
    hidden = _head(clip=None)
    hidden[40:100, 40:100] = BEYOND
    assert strayed(_head(), hidden, CLIP, 1, 6) is None


SPOT = (150, 160)


@pytest.mark.parametrize(
    ("approved", "seen", "told"),
    [
        (SPOT, SPOT, False),
        (SPOT, (153, 158), False),
        (None, None, False),
        (SPOT, None, True),
        (None, SPOT, True),
        (SPOT, (106, 160), True),
    ],
)
def test_a_spot_on_a_face_is_kept_lost_won_or_on_the_other_cheek(approved, seen, told):
    over = [_over(_head(spot=approved), _head(spot=seen), i) for i in (0, 1)]
    assert (spot_stray(over, NAMES) is not None) == told


def test_a_stroke_is_no_spot():
    seen = _head()
    cv2.line(seen, (120, 170), (136, 170), LINE, 2)
    assert spot_stray([_over(_head(), seen)], NAMES) is None


SLEEVE, HAND, WATCH, SHOE = 1, 2, 3, 4


def _arm(watch=120, side=1, turn=0, shoe=12):
    labels = np.full((300, 200), NONE, np.uint8)
    x = 100 + side * 50
    labels[60:120, x - 8 + turn : x + 8 + turn] = SLEEVE
    labels[120:150, x - 8 + turn : x + 8 + turn] = HAND
    labels[watch - 3 : watch + 3, x - 8 + turn : x + 8 + turn] = WATCH
    labels[280 - shoe : 280, 80:120] = SHOE
    return labels


def _sign(labels, label=WATCH):
    found = sign_of(labels, label, 4, -52)
    assert found is not None
    return found


def test_a_watch_lies_between_sleeve_and_hand_wherever_the_arm_is():
    sheet = [_sign(_arm()), _sign(_arm(turn=-6))]
    assert beside_stray(_sign(_arm(turn=15)), sheet) < 0.1
    assert beside_stray(_sign(_arm(watch=90)), sheet) > 0.4


def test_a_watch_on_the_other_arm_is_told():
    sheet = [_sign(_arm()), _sign(_arm(turn=-6))]
    assert other_side(_sign(_arm(side=-1)), sheet)
    assert not other_side(_sign(_arm(turn=9)), sheet)
    assert not other_side(_sign(_arm(side=-1)), [*sheet, _sign(_arm(side=-1))])


def test_a_boot_is_higher_than_a_shoe():
    sheet = [_sign(_arm(), SHOE)]
    assert foot_stray(_sign(_arm(shoe=14), SHOE), sheet) < 0.2
    assert foot_stray(_sign(_arm(shoe=40), SHOE), sheet) > 0.9


def test_what_hides_beside_a_part_leaves_it_untold():
    hidden = _arm()
    hidden[100:118] = BEYOND
    assert sign_of(hidden, WATCH, 4, -52) is None
    assert sign_of(_arm(), 9, 4, -52) is None


def _trunk(badge=(40, 110, 56, 120)):
    labels = np.full((260, 100), SLEEVE, np.uint8)
    if badge is not None:
        x0, y0, x1, y1 = badge
        labels[y0:y1, x0:x1] = WATCH
    return labels


@pytest.mark.parametrize(
    ("badge", "low", "high"),
    [
        ((42, 111, 58, 121), 0.0, 0.1),
        ((40, 130, 56, 140), 0.9, 1.0),
        (None, 0.9, 1.0),
        ((36, 104, 60, 128), 0.4, 1.0),
    ],
)
def test_a_thing_on_the_trunk_strays_by_its_largest_blob_and_the_layer_that_excuses_most_counts(
    badge, low, high
):
    stray, wrong, _ = trunk_stray(_trunk(), {"head": _trunk(badge)}, WATCH, 0)
    assert low <= stray <= high
    assert wrong.any() == (stray > 0.0)
    assert trunk_stray(_trunk(), {"head": _trunk(badge), "torso": _trunk()}, WATCH, 0)[0] == 0.0


def test_a_place_beyond_the_picture_says_nothing():
    there = _trunk() == WATCH
    assert told_there(there, _trunk(None))
    assert not told_there(there, np.full(there.shape, BEYOND, np.uint8))
