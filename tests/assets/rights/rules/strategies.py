"""Arbitrary small worlds: few works, grants and models, so that every rule meets every other one."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from assets.rights.facts import Facts, Grant, Group, Model, Production, Question, Signal, Standing, Version
from tests.assets.rights.rules.small import EVERYTHING, NAMES, ON, STRICT, SUZUKI, TANAKA, TV

LICENCES = (
    "", "CC0-1.0", "MIT", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "ODbL-1.0",
    "LicenseRef-OpenRAIL", "free-to-use", "Glide", "MIT OR CC-BY-NC-4.0", "CC-BY-4.0 AND CC-BY-SA-4.0",
)  # fmt: skip
DAYS = st.sampled_from((date(2025, 1, 1), date(2026, 3, 1), ON, date(2027, 1, 1), date(2040, 1, 1)))
OPT_OUT = Signal("plus", "PROHIBITED", forbids=True, seen_on="2026-02-01")
POLICIES = st.sampled_from((STRICT, TV))


def _some(values: Any) -> st.SearchStrategy[frozenset[Any]]:
    return st.frozensets(st.sampled_from(sorted(values)))


STANDINGS = st.builds(
    Standing,
    concluded=st.sampled_from(LICENCES),
    declared=st.sampled_from(("", "MIT")),
    declared_status=st.sampled_from(("known", "missing", "unknown")),
    holders=st.sampled_from(
        ((), ((TANAKA, "owner"),), ((TANAKA, "owner"), (SUZUKI, "owner")), ((SUZUKI, "author"),))
    ),
    signals=st.sampled_from(((), (), (OPT_OUT,))),
    conflicts=st.sampled_from(((), (), ("licence:MIT",), ("entered_twice",))),
    source_kind=st.sampled_from(("commission", "crawl", "synthetic")),
    signals_seen=st.booleans(),
    generator=st.sampled_from(("", "", "", "prompt")),
    evidence=st.booleans(),
    intact=st.sampled_from((True, True, True, False)),
    made_by=st.sampled_from((None, None, None, 1, 2)),
    grants=st.sampled_from(((), (1,))),
)
# Works against which nothing stands but perhaps the want of a right.
PLAIN = st.builds(
    Standing,
    concluded=st.sampled_from(("", "", "CC0-1.0", "CC-BY-NC-4.0", "CC-BY-4.0")),
    declared_status=st.just("missing"),
    holders=st.sampled_from((((TANAKA, "owner"),), ((TANAKA, "owner"), (SUZUKI, "owner")))),
    evidence=st.just(True),
    source=st.integers(1, 3),
)


def grants(number: int, **fixed: Any) -> st.SearchStrategy[Grant]:
    """A grant of that id."""
    changes: dict[str, Any] = {
        "holder": st.sampled_from((TANAKA, SUZUKI)),
        "subject_kind": st.sampled_from(("holder", "holder", "dataset", "items")),
        "dataset": st.just(1),
        "scopes": st.one_of(st.just(EVERYTHING), _some(EVERYTHING)),
        "commercial": st.booleans(),
        "basis": st.sampled_from(("consent", "licence", "exception:JP-30-4")),
        "territories": st.sampled_from((frozenset({"WORLD"}), frozenset({"JP"}))),
        "purposes": st.sampled_from((frozenset(), frozenset({"inbetween"}))),
        "valid_until": st.one_of(st.none(), DAYS),
        "signed_on": st.sampled_from((date(2025, 1, 1), date(2026, 3, 1), None)),
        "revoked_on": st.sampled_from((None, None, date(2026, 3, 1))),
        "on_revoke": st.sampled_from(("stop_training", "stop_generation")),
        "evidence": st.booleans(),
    }
    return st.builds(
        Grant, id=st.just(number), **{**changes, **{name: st.just(v) for name, v in fixed.items()}}
    )


def _models(held: int) -> st.SearchStrategy[list[Model]]:
    def model(number: int) -> st.SearchStrategy[Model]:
        return st.builds(
            Model,
            id=st.just(number),
            name=st.just(f"Model {number}"),
            family=st.sampled_from(("cleanup", "inbetween")),
            weights_sha256=st.just("w"),
            code_commit=st.just("c"),
            disclosure=st.sampled_from(("full", "full", "full", "none")),
            trained_on=st.sampled_from((None, date(2026, 2, 1), date(2026, 6, 1))),
            parents=st.just(())
            if number == 1
            else st.sampled_from(((), ((1, "finetune"),), ((1, "distil"),))),
            inputs=st.lists(st.integers(1, held), min_size=1, unique=True).map(
                lambda keys: tuple((key, "train") for key in keys)
            ),
        )

    return st.tuples(model(1), model(2)).map(list)


@st.composite
def worlds(draw: st.DrawFn, standings: st.SearchStrategy[Standing] = STANDINGS, **fixed: Any) -> Facts:
    """Two versions with some of up to four standings each, two models, up to three grants, a production."""
    drawn = draw(st.lists(standings, min_size=1, max_size=4, unique_by=lambda each: each.digest))
    keys = [each.digest for each in drawn]
    versions = []
    for number in (1, 2):
        picked = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
        groups = tuple(Group(key, "train", draw(st.integers(1, 4))) for key in picked)
        versions.append(
            Version(
                number, number, f"Set {number}", state="approved", root="r", approved_root="r", groups=groups
            )
        )
    made = draw(_models(2))
    held = [draw(grants(number, **fixed)) for number in range(1, draw(st.integers(1, 4)))]
    here = Production(1, "HOSHI", commercial=draw(st.booleans()), exploited_until=date(2030, 1, 1))
    return Facts(
        standings={each.digest: each for each in drawn},
        grants={each.id: each for each in held},
        versions={each.id: each for each in versions},
        models={each.id: each for each in made},
        productions={1: here},
        names=NAMES,
    )


WORLDS = st.one_of(
    worlds(),
    worlds(PLAIN),
    worlds(PLAIN, scopes=EVERYTHING, commercial=True, evidence=True, revoked_on=None, basis="licence"),
)
QUESTIONS = st.one_of(
    st.builds(
        Question,
        action=st.sampled_from(("generate", "cleanup", "check", "redistribute_weights", "finetune")),
        on=st.just(ON),
        production=st.sampled_from((1, None)),
        model=st.sampled_from((1, 2)),
        influence=st.sampled_from(("pixel", "evaluative")),
    ),
    st.builds(
        Question,
        action=st.sampled_from(("train", "finetune", "embed", "evaluate", "redistribute_data")),
        on=st.just(ON),
        production=st.sampled_from((1, None)),
        version=st.sampled_from((1, 2)),
    ),
)
