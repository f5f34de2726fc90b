"""Where the triplets come from: puppets, the rigged character, real sequences."""

import json

import numpy as np
import pytest
from PIL import Image

from bench.inbetween import puppets, real, rig, sita, store
from bench.inbetween.lines import ink_of, line_mask, over_white
from bench.inbetween.metrics import chamfer
from bench.inbetween.pins import MOST, farthest
from bench.inbetween.types import NotHere, Triplet
from ml.puppets.splits import TEST_SEEDS, VALID_SEEDS


@pytest.fixture(scope="module")
def small() -> Triplet:
    return puppets.drawn(puppets.Place("valid", 0, "small", 0).spec(), "cel")


def test_the_same_place_gives_the_same_triplet(small):
    again = puppets.drawn(puppets.Place("valid", 0, "small", 0).spec(), "cel")
    assert again.name == small.name
    assert all(np.array_equal(getattr(again, n), getattr(small, n)) for n in ("a", "truth", "b"))
    assert again.pins == small.pins


def test_a_pair_moves_as_far_as_its_bin_says():
    for bin_, (low, high) in puppets.MOVED_PX.items():
        spec = puppets.Place("valid", 1, bin_, 0).spec()
        assert low <= spec.moved_px <= high
        assert bin_ == "large" or puppets._turn(spec.play) <= puppets.TURN_DEG


def test_the_middle_lies_between_and_is_drawn_in_the_keys_paints(small):
    ink = ink_of(small)
    a, m, b = (line_mask(over_white(p), ink) for p in (small.a, small.truth, small.b))
    assert max(chamfer(a, m), chamfer(m, b)) < chamfer(a, b)
    assert set(np.unique(small.truth[..., 3])) == {0, 255}


def test_judged_characters_are_those_of_the_test_split():
    assert puppets.SPLITS == {"valid": VALID_SEEDS, "test": TEST_SEEDS}
    asked = [puppets.Place("test", 0, "small", k).character for k in range(40)]
    assert set(asked) <= set(TEST_SEEDS)
    assert len(set(asked)) == 40


def test_pins_are_few_and_in_the_picture(small):
    points = np.array(small.pins)
    assert 8 <= len(points) <= MOST
    assert points.min() >= 0
    assert points.max() <= puppets.SIZE - 1


def test_farthest_points_spread_out():
    line = np.stack((np.arange(11.0), np.zeros(11)), axis=1)
    assert farthest(line, 2, np.zeros((0, 2))) == [0, 10]
    assert farthest(line, 1, line[[0, 10]]) == [5]


def test_a_kept_triplet_comes_back_as_it_was(tmp_path, small):
    first = store.kept(tmp_path, "one", lambda: small)
    again = store.kept(tmp_path, "one", lambda: pytest.fail("made twice"))
    assert first is small
    assert again.pins == small.pins
    assert again.ink == small.ink
    assert np.array_equal(again.quarters[0], small.quarters[0])
    assert np.array_equal(again.truth, small.truth)


def test_a_method_that_never_changes_draws_once(tmp_path, small):
    class Counting:
        name, drawn = "counting", 0

        def prepare(self, triplet):
            def draw(t):
                self.drawn += 1
                return triplet.a

            return draw

    method = Counting()
    for _ in range(2):
        assert np.array_equal(store.Kept(method, tmp_path, "1").prepare(small)(0.5), small.a)
    assert method.drawn == 1


def art(folder, places) -> None:
    """Write a sequence of a dark bar on white at some places."""
    files = []
    for k, x in enumerate(places):
        picture = np.full((64, 64, 4), 255, np.uint8)
        picture[10:50, x : x + 2, :3] = 20
        Image.fromarray(picture).save(folder / f"{k}.png")
        role = {"sequence": "bar", "frame": k}
        files.append({"file": f"{k}.png", "set": "bars", "role": role})
    (folder / "MANIFEST.json").write_text(json.dumps({"files": files}), encoding="utf-8")


def test_held_drawings_count_once_and_strides_reach_farther(tmp_path):
    art(tmp_path, [10, 10, 14, 18, 18, 22, 26])
    names = [place.name for place in real.places(tmp_path)]
    assert names == ["bar-1-0001", "bar-1-0002", "bar-1-0003", "bar-2-0002"]


def test_a_middle_in_the_middle_lies_between_and_an_eased_one_does_not(tmp_path):
    art(tmp_path, [10, 15, 20])
    assert real.triplet(real.places(tmp_path)[0]).between
    art(tmp_path, [10, 12, 20])
    assert not real.triplet(real.places(tmp_path)[0]).between
    art(tmp_path, [10, 30, 20])
    assert not real.triplet(real.places(tmp_path)[0]).between


def test_large_sets_are_sampled_the_same_way_every_time(tmp_path):
    art(tmp_path, list(range(4, 60, 2)))
    one, other = (real.places(tmp_path, most=5) for _ in range(2))
    assert one == other
    assert len(one) == 5


def test_art_without_sequences_says_so(tmp_path):
    with pytest.raises(NotHere, match=r"no MANIFEST\.json"):
        real.places(tmp_path)
    art(tmp_path, [10, 10, 10])
    with pytest.raises(NotHere, match="no sequence"):
        real.places(tmp_path)
    with pytest.raises(NotHere, match="no rigged character"):
        rig.load(tmp_path)


SIF = """<canvas view-box="-4 2 4 -2"><defs>
<angle value="90" id="(stk)-body-t"/><angle value="0" id="(stk)-head-t"/><real value="1" id="(stk)-head-r"/>
<vector id="(stk)-origin"><x>0</x><y>0</y></vector><vector id="(stk)-head"><x>0.5</x><y>0</y></vector>{arms}
</defs><layer type="outline" active="true"><param name="color"><color><r>1</r><g>0</g><b>0.25</b></color></param>
</layer></canvas>"""
ARM = """<vector id="(stk)-shoulder{s}"><x>0</x><y>{y}</y></vector>
<angle value="0" id="(stk)-elbow{s}-t"/><real value="0.5" id="(stk)-elbow{s}-r"/>
<angle value="0" id="(stk)-wrist{s}-t"/><real value="0.5" id="(stk)-wrist{s}-r"/>
<angle value="0" id="(stk)-palm{s}-t"/><real value="0.2" id="(stk)-palm{s}-r"/>"""


@pytest.fixture
def rigged(tmp_path):
    (tmp_path / "one").mkdir()
    arms = ARM.format(s=1, y=-0.3) + ARM.format(s=2, y=0.3)
    (tmp_path / "one/one.sif").write_text(SIF.format(arms=arms), encoding="utf-8")
    files = [{"file": "one/one.sif", "role": {"stage": "rig"}}]
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"files": files}), encoding="utf-8")
    return tmp_path


def test_a_rig_is_read_with_its_lines_and_its_joints(rigged):
    found = rig.load(rigged)
    assert found.ink == ((255, 0, 136),)
    joints = rig.joints(found.rest)
    k = 512 / 5.4 * 0.670320034
    assert joints["hips"] == pytest.approx((255.5, 255.5))
    assert joints["shoulders"] == pytest.approx((255.5, 255.5 - 1.2837814393 * k))
    assert joints["elbow1"][1] == pytest.approx(joints["shoulder1"][1] - 0.5 * k)


def test_the_middle_pose_has_every_value_halfway(rigged):
    rest = rig.load(rigged).rest
    bent = {**rest, "(stk)-elbow1-t": 40.0, "(stk)-origin": 1 + 2j}
    middle = rig.halfway(rest, bent, 0.5)
    assert (middle["(stk)-elbow1-t"], middle["(stk)-origin"]) == (20.0, 0.5 + 1j)


def test_poses_are_the_same_for_a_seed_and_move_as_far_as_their_bin(rigged):
    found = rig.load(rigged)
    for bin_, (low, high) in sita.MOVED_PX.items():
        one, other = (sita._pair(found, (0, 0, 1), bin_) for _ in range(2))
        assert one == other
        assert low <= sita._moved(*one) <= high


def test_without_synfig_it_says_so(rigged, monkeypatch, tmp_path):
    monkeypatch.setattr(rig.shutil, "which", lambda name: None)
    with pytest.raises(NotHere, match="there is no synfig here"):
        sita.drawn(rigged, 0, 1, ("small",), tmp_path / "cache")


def test_the_floor_of_a_known_motion_is_low_and_straight_paths_of_a_move_lose_nothing() -> None:
    from bench.inbetween.floor import looked_up, straight  # noqa: PLC0415
    from ml.puppets.correspond import Flow  # noqa: PLC0415

    def picture(x: int) -> np.ndarray:
        made = np.zeros((40, 80, 4), np.uint8)
        made[10:30, x : x + 20] = (200, 60, 60, 255)
        return made

    a, truth, b = (picture(x) for x in (10, 20, 30))
    triplet = Triplet("square", "small", a, truth, b)
    known = truth[..., 3] > 0
    back, on = (Flow(np.zeros((40, 80, 2), np.float32), known, known) for _ in range(2))
    back.vectors_px[known], on.vectors_px[known] = (-10, 0), (10, 0)
    assert np.array_equal(looked_up(triplet, back, on), truth)
    assert np.array_equal(straight(triplet, back, on), truth)
    on.vectors_px[known] = (14, 0)
    assert np.array_equal(straight(triplet, back, on)[15:25], np.roll(truth, 2, axis=1)[15:25])
