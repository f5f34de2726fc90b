"""The studio that bench/web.py drives: 100,000 flags in 10,000 cuts, written straight into the tables.

Its steps run in processes of their own by `manage.py shell -c`. A production "SMALL" with the same shape stands
beside the large one, so that the number of queries of a page can be compared between the two.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta

import numpy as np
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assets.choices import SheetState, Stage, StageStatus
from assets.models import (
    Casting,
    Cell,
    Character,
    Cut,
    Design,
    Drawing,
    Episode,
    Membership,
    ModelSheet,
    Production,
    SheetDrawing,
    StageState,
    Take,
)
from ml.pixels import encode_png
from ml.puppets.production import designs, sheet_of
from ml.puppets.render import render
from qa.choices import Decision, Fault, RetakeReason
from qa.models import CheckRun, Flag, FlagNearest, Retake, RetakeItem, Verdict
from studio.core.models import User
from studio.core.roles import Role
from studio.core.storage import blobs

CUTS_PER_EPISODE, DRAWINGS = 300, 10
PASSWORD = "bench-bench"  # noqa: S105  (a studio of the bench lives for minutes)
_FAULTS = (Fault.PROPORTION, Fault.COLOUR, Fault.DETAIL, Fault.FACE, Fault.WRONG_DESIGN)
_BATCH = 2_000
_PEOPLE = (("supervisor", Role.EPISODE_DIRECTOR), ("artist", Role.ARTIST), ("producer", Role.PRODUCER))


def build(cuts: int) -> None:
    """Write the installation with `cuts` cuts of ten flagged drawings, and print what the driver has to know."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    people = {name: User.objects.create_user(name, password=PASSWORD) for name, _role in _PEOPLE}
    pictures = _pictures()
    large = _production("LARGE", cuts, people, pictures)
    _production("SMALL", 40, people, pictures)
    spare = Episode.objects.create(production=large, code="UP")
    uploads = [Cut.objects.create(episode=spare, number=f"{n:03}", duration_frames=72) for n in range(1, 51)]
    print(
        json.dumps(
            {
                "flags": Flag.objects.count(),
                "cuts": Cut.objects.count(),
                "upload_cuts": [cut.pk for cut in uploads],
                "pages": _pages("LARGE"),
                "some_flags": list(
                    Flag.objects.filter(design__character__production=large)
                    .order_by("-drift")
                    .values_list("pk", flat=True)[:400]
                ),
            }
        )
    )


def queries() -> None:
    """Print how many queries each page takes in the small and in the large production."""
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username="supervisor"))
    found = {
        code: {name: _count(client, url) for name, url in _pages(code).items()} for code in ("SMALL", "LARGE")
    }
    print(json.dumps(found))


def _count(client: Client, url: str) -> int:
    client.get(url)  # what is cached for the process is not this page's
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    if response.status_code != 200:
        msg = f"{url} answered {response.status_code}"
        raise RuntimeError(msg)
    return len(captured)


def _pages(code: str) -> dict[str, str]:
    flag = (
        Flag.objects.filter(design__character__production__code=code, decision="").order_by("-drift").first()
    )
    assert flag is not None
    take = flag.drawing.cell.take
    design = flag.design.sheets.first()
    assert design is not None
    return {
        "queue": reverse("review", args=[code]),
        "sheet_view": reverse("review", args=[code]) + "?view=sheet",
        "flag": reverse("flag", args=[flag.pk]),
        "overview": reverse("production", args=[code]),
        "cuts": reverse("cuts", args=[code]),
        "cut": reverse("cut", args=[take.cut_id]),
        "take": reverse("take", args=[take.pk]),
        "room": reverse("room", args=[take.pk]),
        "retakes": reverse("retakes", args=[code]),
        "sheets": reverse("sheets", args=[code]),
        "sheet": reverse("sheet", args=[design.pk]),
        "my_cuts": reverse("my_cuts"),
        "search": reverse("search") + "?q=12",
    }


def _production(
    code: str, cuts: int, people: dict[str, User], pictures: list[tuple[str, int, int]]
) -> Production:
    production = Production.objects.create(code=code, title=f"Bench {code.title()}")
    for name, role in _PEOPLE:
        Membership.objects.create(production=production, user=people[name], role=role)
    sheets = [_design(production, number, pictures) for number in range(6)]
    numbers = range(cuts)
    episodes = {
        number: Episode.objects.create(
            production=production,
            code=f"EP{number + 1:02}",
            due_on=timezone.localdate() + timedelta(days=7 * number),
        )
        for number in range(-(-cuts // CUTS_PER_EPISODE))
    }
    rows = Cut.objects.bulk_create(
        (
            Cut(
                episode=episodes[n // CUTS_PER_EPISODE],
                number=f"{n % CUTS_PER_EPISODE + 1:03}",
                duration_frames=72,
            )
            for n in numbers
        ),
        batch_size=_BATCH,
    )
    _around(rows, sheets, people["artist"])
    _flagged(rows, sheets, people, pictures)
    return production


def _design(production: Production, number: int, pictures: list[tuple[str, int, int]]) -> ModelSheet:
    character = Character.objects.create(
        production=production, code=f"ch{number}", name=f"Character {number}"
    )
    design = Design.objects.create(character=character, code="normal", name="Normal")
    sheet = ModelSheet.objects.create(design=design, version=1, state=SheetState.APPROVED)
    for position, picture in enumerate(pictures[:6]):
        sha, height_px, width_px = picture
        SheetDrawing.objects.create(
            sheet=sheet,
            position=position,
            label=f"view {position}",
            blob=sha,
            view_blob=sha,
            content_sha256=sha,
            height_px=height_px,
            width_px=width_px,
        )
    return sheet


def _around(cuts: list[Cut], sheets: list[ModelSheet], artist: User) -> None:
    """Write stages and cast: layout and in-betweens are through, paint is at work or submitted."""
    states = {Stage.LO: StageStatus.APPROVED, Stage.AD: StageStatus.APPROVED, Stage.PT: StageStatus.SUBMITTED}
    due = timezone.localdate() + timedelta(days=5)
    StageState.objects.bulk_create(
        (
            StageState(
                cut=cut, stage=stage, state=state, due_on=due, assignee=artist if index % 50 == 0 else None
            )
            for index, cut in enumerate(cuts)
            for stage, state in states.items()
        ),
        batch_size=_BATCH,
    )
    Casting.objects.bulk_create(
        (Casting(cut=cut, design=sheets[index % len(sheets)].design) for index, cut in enumerate(cuts)),
        batch_size=_BATCH,
    )


def _flagged(
    cuts: list[Cut], sheets: list[ModelSheet], people: dict[str, User], pictures: list[tuple[str, int, int]]
) -> None:
    """Write a take for each cut, ten drawings in each, a flag for each drawing; some are decided."""
    takes = Take.objects.bulk_create(
        (Take(cut=cut, stage=Stage.PT, number=1, submitted_by=people["artist"]) for cut in cuts),
        batch_size=_BATCH,
    )
    cells = Cell.objects.bulk_create((Cell(take=take, name="A") for take in takes), batch_size=_BATCH)
    drawings = Drawing.objects.bulk_create(_drawings(cells, pictures), batch_size=_BATCH)
    runs = CheckRun.objects.bulk_create(
        (
            CheckRun(take=take, model_id="bench", fingerprint=f"{index:064}", code_version="bench")
            for index, take in enumerate(takes)
        ),
        batch_size=_BATCH,
    )
    for index, run in enumerate(runs):
        own = drawings[index * DRAWINGS : (index + 1) * DRAWINGS]
        run.drifts = {str(drawing.pk): 1.0 + (drawing.pk % 7) / 5 for drawing in own}
    CheckRun.objects.bulk_update(runs, ["drifts"], batch_size=500)
    flags = Flag.objects.bulk_create(_flags(runs, drawings, sheets), batch_size=_BATCH)
    by_design = {sheet.design_id: list(sheet.drawings.all()[:3]) for sheet in sheets}
    FlagNearest.objects.bulk_create(
        (
            FlagNearest(flag=flag, sheet_drawing=drawing, rank=rank, similarity=0.9 - rank / 10)
            for flag in flags
            for rank, drawing in enumerate(by_design[flag.design_id])
        ),
        batch_size=_BATCH,
    )
    _decide(flags, people["supervisor"])


def _drawings(cells: list[Cell], pictures: list[tuple[str, int, int]]) -> Iterator[Drawing]:
    for index, cell in enumerate(cells):
        for number in range(1, DRAWINGS + 1):
            sha, height_px, width_px = pictures[(index * 7 + number) % len(pictures)]
            yield Drawing(
                cell=cell,
                number=number,
                numbers=[number],
                blob=sha,
                view_blob=sha,
                content_sha256=sha,
                height_px=height_px,
                width_px=width_px,
                has_alpha=True,
            )


def _flags(runs: list[CheckRun], drawings: list[Drawing], sheets: list[ModelSheet]) -> Iterator[Flag]:
    rng = np.random.default_rng(4)
    drifts = 1.0 + rng.gamma(2.0, 0.4, len(drawings))
    for index, drawing in enumerate(drawings):
        cut = index // DRAWINGS
        measure = {
            "aspect": "PROPORTION",
            "part": "head",
            "value": 112.0,
            "sheet_value": 100.0,
            "allowed": 6.0,
            "unit": "%",
            "drift": float(drifts[index]),
            "box_xyxy": [40, 20, 140, 120],
        }
        yield Flag(
            run=runs[cut],
            drawing=drawing,
            design_id=sheets[cut % len(sheets)].design_id,
            fault=_FAULTS[index % len(_FAULTS)],
            part="head",
            drift=float(drifts[index]),
            confidence=0.01,
            one_in=60,
            sentence_code="larger",
            sentence_data={"part": "head", "more": 12.0, "allowed": 6.0, "unit": "%"},
            box_xyxy=[40, 20, 140, 120],
            measures=[measure],
        )


def _decide(flags: list[Flag], supervisor: User) -> None:
    """Decide every tenth flag, a third of them as retakes with their orders."""
    decided, now = flags[::10], timezone.now()
    choices = (Decision.OK, Decision.RETAKE, Decision.FALSE_ALARM)
    for index, flag in enumerate(decided):
        flag.decision, flag.decided_at = choices[index % 3], now
    Flag.objects.bulk_update(decided, ["decision", "decided_at"], batch_size=_BATCH)
    verdicts = Verdict.objects.bulk_create(
        (
            Verdict(
                flag=flag,
                decision=flag.decision,
                reason=RetakeReason.PROPORTION if flag.decision == Decision.RETAKE else "",
                by=supervisor,
            )
            for flag in decided
        ),
        batch_size=_BATCH,
    )
    ordered = [verdict for verdict in verdicts if verdict.decision == Decision.RETAKE]
    takes = [verdict.flag.drawing.cell.take for verdict in ordered]
    retakes = Retake.objects.bulk_create(
        (Retake(cut=take.cut, stage=take.stage, take=take, ordered_by=supervisor) for take in takes),
        batch_size=_BATCH,
    )
    RetakeItem.objects.bulk_create(
        (
            RetakeItem(
                retake=retake,
                verdict=verdict,
                drawing=verdict.flag.drawing,
                reason=verdict.reason,
                by=supervisor,
            )
            for retake, verdict in zip(retakes, ordered, strict=True)
        ),
        batch_size=_BATCH,
    )


def _pictures() -> list[tuple[str, int, int]]:
    """Store some sixty approved drawings of the puppets and return (blob, height, width) of each."""
    found = []
    for puppet in designs().values():
        for item in sheet_of(puppet):
            rgba = render(puppet, item.pose, item.expression, item.framing).rgba
            stored = blobs().put(io.BytesIO(encode_png(rgba)))
            found.append((stored.sha256, rgba.shape[0], rgba.shape[1]))
    return found
