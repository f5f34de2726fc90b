"""What follows from a withdrawal: told before it is done, and written down as tasks when it is. One list for both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assets.choices_rights import OnRevoke, TaskKind

LADDER = (OnRevoke.STOP_TRAINING, OnRevoke.STOP_GENERATION, OnRevoke.RETRAIN, OnRevoke.WITHDRAW_OUTPUTS)


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of thing that follows, for how many subjects, and whether Sakkan does it by itself."""

    kind: TaskKind
    count: int
    is_ours: bool


def at_least(duty: str, floor: OnRevoke) -> bool:
    """Return whether a duty includes another one; each includes those before it."""
    return LADDER.index(OnRevoke(duty)) >= LADDER.index(floor)


def steps_of(counts: Mapping[str, int], duty: str, *, cuts_to_withdraw: int) -> list[Step]:
    """Return what follows when a grant with this duty is withdrawn; `counts` as `impact.Touched` has them."""
    models = counts.get("models", 0)
    # A draft trains nothing, and the gate refuses these works in it; what is retired is out of use.
    blocked = counts.get("versions", 0) - counts.get("drafts", 0)
    steps = [Step(TaskKind.BLOCK_VERSION, blocked, is_ours=True)]
    if at_least(duty, OnRevoke.STOP_GENERATION):
        steps.append(Step(TaskKind.BLOCK_MODEL, models, is_ours=True))
    steps.append(Step(TaskKind.REMOVE_VECTORS, counts.get("vectors", 0), is_ours=True))
    if at_least(duty, OnRevoke.RETRAIN):
        steps.append(Step(TaskKind.RETRAIN, models, is_ours=False))
    if at_least(duty, OnRevoke.WITHDRAW_OUTPUTS):
        steps.append(Step(TaskKind.WITHDRAW_OUTPUT, cuts_to_withdraw, is_ours=False))
    steps.append(Step(TaskKind.TELL, counts.get("productions", 0), is_ours=False))
    return [step for step in steps if step.count or step.kind == TaskKind.REMOVE_VECTORS]
