"""Writes a season: checked cuts with the scores that a test wants."""

from __future__ import annotations

from collections.abc import Sequence

from assets.models import Cut, Design, Episode, Take
from qa.models import CheckRun, CutScore
from studio.core.models import User
from tests.qa.makers import deliver
from tests.world import png


def checked(cut: Cut, *, by: User | None = None) -> CheckRun:
    """Write a take of a cut and its check, without scores."""
    take = deliver(cut, [png()], by=by)
    return CheckRun.objects.create(take=take, model_id="m@1/1", fingerprint="0" * 64, code_version="1")


def score(run: CheckRun, design: Design, value: float, aspect: str = "FACE") -> CutScore:
    """Write one score of a check."""
    drawing = Take.objects.get(pk=run.take_id).cells.get().drawings.get()
    return CutScore.objects.create(run=run, design=design, aspect=aspect, score=value, drawing=drawing)


def season(
    episode: Episode, design: Design, values: Sequence[float], *, first: int = 41, by: User | None = None
) -> list[CheckRun]:
    """Write one checked cut for each score, numbered from `first`."""
    runs = []
    for place, value in enumerate(values):
        cut = Cut.objects.create(episode=episode, number=f"{first + place:03d}", duration_frames=24)
        runs.append(checked(cut, by=by))
        score(runs[-1], design, value)
    return runs
