"""What has happened in the demo before one opens it: stages signed off, cuts on their way, a word, a correction.

Everything is done by the services as people would; only the days are moved back afterwards, so that the producer's
charts have a fortnight to show. A production that has a story already is left as it is.
"""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from assets.choices import Stage, StageStatus
from assets.models import Cut, Drawing, Episode, Notice, Production, SignOff, StageState, Take
from assets.services import cuts, rush, sign_offs
from qa.choices import RetakeReason, StrokeTool
from qa.services import comments, corrections, retakes
from studio.core.models import User

_BEFORE_PAINT = (Stage.LO, Stage.GEN, Stage.AD)
_DAYS = 13
# Cuts that are still to come: (episode, number, the stage they are at, its state, due in so many days).
_COMING = (
    ("EP01", "011", Stage.AD, StageStatus.IN_WORK, 3),
    ("EP01", "012", Stage.AD, StageStatus.SUBMITTED, 3),
    ("EP01", "013", Stage.AD, StageStatus.IN_WORK, 4),
    ("EP01", "014", Stage.GEN, StageStatus.SUBMITTED, 4),
    ("EP01", "015", Stage.GEN, StageStatus.IN_WORK, 5),
    ("EP01", "015A", Stage.GEN, StageStatus.ON_HOLD, 5),
    ("EP02", "002", Stage.AD, StageStatus.READY, 9),
    ("EP02", "003", Stage.GEN, StageStatus.IN_WORK, 9),
    ("EP02", "004", Stage.GEN, StageStatus.READY, 10),
    ("EP02", "005", Stage.LO, StageStatus.SUBMITTED, 10),
    ("EP02", "006", Stage.LO, StageStatus.IN_WORK, 11),
    ("EP02", "007", Stage.LO, StageStatus.TODO, 12),
)


@dataclass(frozen=True)
class Crew:
    """Who does what in the story."""

    producer: User
    supervisor: User
    artist: User


def tell(production: Production, crew: Crew) -> None:
    """Give `production` its fortnight, once."""
    if SignOff.objects.filter(cut__episode__production=production).exists():
        return
    painted = list(Cut.objects.filter(episode__production=production, takes__isnull=False).distinct())
    for place, cut in enumerate(painted):
        _signed(cut, crew, days_ago=_DAYS - place)
    for episode, number, stage, state, due in _COMING:
        _coming(production, crew, (episode, number), stage, state, due)
    # A fortnight of notices is not news any more; what is said from here on is.
    Notice.objects.filter(production=production, read_at=None).update(read_at=timezone.now())
    _talk(production, crew)
    first = production.episodes.order_by("code").first()
    if first is not None:
        rush.create(
            actor=crew.supervisor, production=production, name="EP01 rush", episode=first, stage=Stage.PT
        )


def _signed(cut: Cut, crew: Crew, *, days_ago: int) -> None:
    """Sign off what came before paint, a day or two apart."""
    for later, stage in enumerate(_BEFORE_PAINT):
        cuts.set_stage(
            actor=crew.producer,
            cut=cut,
            stage=stage,
            state=StageStatus.SUBMITTED,
            assignee=crew.artist,
            is_told=False,
        )
        signed = sign_offs.sign(actor=crew.supervisor, cut=cut, stage=stage)
        then = timezone.now() - timedelta(days=max(0, days_ago - 2 * later), hours=3)
        SignOff.objects.filter(pk=signed.pk).update(at=then)
        StageState.objects.filter(cut=cut, stage=stage).update(changed_at=then)


def _coming(
    production: Production, crew: Crew, name: tuple[str, str], stage: Stage, state: StageStatus, due: int
) -> None:
    episode = Episode.objects.filter(production=production, code=name[0]).first()
    if episode is None or episode.cuts.filter(number=name[1]).exists():
        return
    due_on = timezone.localdate() + timedelta(days=due)
    cut = cuts.create(
        actor=crew.producer, episode=episode, number=name[1], duration_frames=60, note="", due_on=due_on
    )
    at = _BEFORE_PAINT.index(stage)
    for each in _BEFORE_PAINT[:at]:
        cuts.set_stage(actor=crew.producer, cut=cut, stage=each, state=StageStatus.SUBMITTED, is_told=False)
        sign_offs.sign(actor=crew.supervisor, cut=cut, stage=each)
    assignee = None if state in {StageStatus.READY, StageStatus.TODO} else crew.artist
    cuts.set_stage(
        actor=crew.producer,
        cut=cut,
        stage=stage,
        state=state,
        assignee=assignee,
        due_on=due_on,
        is_told=False,
    )


def _talk(production: Production, crew: Crew) -> None:
    """Say a word about a drawing that the check found nothing in, answer it, and correct another by hand."""
    clean = Drawing.objects.filter(cell__take__cut__episode__production=production, flags=None)
    quiet = clean.order_by("cell__take__cut__number", "number").select_related(
        "cell__take__cut__episode__production"
    )
    takes = list(
        Take.objects.filter(pk__in=quiet.values("cell__take")).order_by("cut__episode__code", "cut__number")
    )
    if len(takes) < 2:
        return
    spoken = quiet.filter(cell__take=takes[0])[0]
    asked = comments.write(
        actor=crew.supervisor,
        take=takes[0],
        text="Could the hair settle one drawing later? It stops with the head now.",
        pin=comments.Pin(drawing=spoken, point_xy=(spoken.width_px / 2, spoken.height_px / 3)),
        mentions=[crew.artist],
    )
    comments.write(actor=crew.artist, take=takes[0], text="Yes, in the next take.", parent=asked)
    corrected = quiet.filter(cell__take=takes[-1])[0]
    corrections.draw(actor=crew.supervisor, drawing=corrected, strokes=_circle(corrected))
    retakes.order_by_hand(
        actor=crew.supervisor,
        take=takes[-1],
        drawing=corrected,
        reason=RetakeReason.LINE,
        note="The line of the sleeve is open here; see the correction.",
    )


def _circle(drawing: Drawing) -> list[dict[str, object]]:
    """Return a ring and an arrow by a not quite steady hand."""
    x, y, radius = drawing.width_px / 2, drawing.height_px * 0.45, drawing.height_px * 0.07
    steps = [2 * math.pi * step / 40 for step in range(42)]
    ring = [
        [
            x + radius * (1 + 0.04 * math.sin(3 * turn)) * math.cos(turn),
            y + radius * math.sin(turn),
            0.4 + 0.3 * math.sin(turn / 2),
        ]
        for turn in steps
    ]
    arrow = [[x + 3 * radius, y - 2 * radius, 0.5], [x + 1.1 * radius, y - 0.6 * radius, 0.5]]
    width = max(2.0, drawing.height_px / 270)
    return [
        {"uid": str(uuid.uuid4()), "tool": tool.value, "points": points, "width_px": width, "text": ""}
        for tool, points in ((StrokeTool.PEN, ring), (StrokeTool.ARROW, arrow))
    ]
