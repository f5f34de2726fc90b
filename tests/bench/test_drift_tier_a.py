"""Tier A asks the same questions each time, and its truth is what can be seen."""

from __future__ import annotations

from functools import cache

import pytest

from bench.drift import tier_a
from bench.drift.kinds import KINDS, SHAMS
from bench.drift.run import UnknownMethod, run
from bench.drift.types import CLEAN, Answer, DesignTask, Question, Truth, World
from ml.pixels import decode
from ml.puppets.splits import TEST_SEEDS, TRAIN_SEEDS, VALID_SEEDS

SMALL = tier_a.Size(worlds=1, characters=2, seen=3, unseen=2, drawings=1, drifts=1, shams=1)


@cache
def small() -> tuple[World, tuple[tuple[Question, Truth], ...]]:
    world = tier_a.world(0, SMALL, "valid")
    return world, tuple(world.questions())


def test_the_same_questions_are_asked_each_time() -> None:
    _, first = small()
    again = list(tier_a.world(0, SMALL, "valid").questions())
    assert [q for q, _ in first] == [q for q, _ in again]
    assert len({q.id for q, _ in first}) == len(first)


def test_nobody_may_learn_from_the_characters_that_judge() -> None:
    assert {k: tier_a.SPLITS[k] for k in ("test", "valid")} == {"test": TEST_SEEDS, "valid": VALID_SEEDS}
    assert not set(TEST_SEEDS) & (set(TRAIN_SEEDS) | set(VALID_SEEDS))
    assert tier_a.FULL.worlds * tier_a.FULL.characters <= min(len(TEST_SEEDS), len(VALID_SEEDS))


def test_every_design_has_a_turn_around_expressions_and_a_colour_model() -> None:
    world, _ = small()
    assert len({design.key for design in world.designs}) == 4
    for design in world.designs:
        kinds = [picture.kind for picture in design.sheet]
        assert kinds.count("turnaround") == 4
        assert kinds.count("expression") >= 6
        assert design.swatches


def test_clean_drawings_include_what_the_sheet_lacks_and_movies() -> None:
    _, asked = small()
    clean = [truth for _, truth in asked if truth.label == CLEAN]
    assert sum(truth.unseen for truth in clean) == 4
    assert sum(truth.encoded for truth in clean) == 2
    assert {truth.label for _, truth in asked} >= {
        *SHAMS[:-1],  # the last is made beside edits of real drawings
        "palette_de8",
        "head_size_10",
        "costume",
        "character",
    }


def test_a_drift_lies_where_its_truth_says_and_names_its_fault() -> None:
    _, asked = small()
    drawn = {question.id: decode(question.png) for question, _ in asked}
    wrong = [(q, t) for q, t in asked if t.label in KINDS and not t.encoded]
    assert len(wrong) > 40
    for question, truth in wrong:
        changed = (drawn[question.id] != drawn[truth.twin]).any(axis=2)
        assert changed.any(), question.id
        assert truth.fault == f"OFF_MODEL.{KINDS[truth.label].aspect}"
        assert question.cut == question.id, "a drifted drawing is no part of a clean cut"
        if truth.place is None:
            assert truth.label in {"costume", "character"}
        elif truth.label.startswith(("palette", "eye_")):
            assert (changed & truth.place).any(), question.id


def test_shams_and_clean_drawings_have_no_place_and_no_fault() -> None:
    _, asked = small()
    for _, truth in asked:
        if truth.label in {CLEAN, *SHAMS}:
            assert truth.place is None
            assert not truth.fault


def test_faces_drift_where_a_face_can_be_judged() -> None:
    _, asked = small()
    for question, truth in asked:
        if truth.label in KINDS and KINDS[truth.label].aspect == "FACE":
            assert decode(question.png).shape[0] == 320


class Grey:
    """A method that says how grey a drawing is."""

    name = "grey"

    def learn(self, designs: list[DesignTask]) -> None:
        self.known = {design.key for design in designs}

    def ask(self, question: Question) -> Answer:
        assert question.design in self.known
        return Answer(self.drift_of(question))

    @staticmethod
    def drift_of(question: Question) -> float:
        return float(decode(question.png)[..., :3].mean())


def test_two_processes_give_what_one_gives() -> None:
    size = tier_a.Size(worlds=2, characters=2, seen=1, unseen=0, drawings=1, drifts=0, shams=0)
    built = tier_a.worlds(size, "valid")
    expected = {q.id: Grey.drift_of(q) for build in built for q, _ in build().questions()}
    found = run(built, [Grey], workers=2)["A"]
    assert {row.id: row.drift for row in found.rows["grey"]} == expected
    assert found.designs == 8
    assert found.peak_mb > 0


def test_a_method_that_does_not_exist_is_named() -> None:
    with pytest.raises(UnknownMethod, match=r"no method called green .* grey"):
        run(tier_a.worlds(SMALL, "valid"), [Grey], ["green"], workers=1)
