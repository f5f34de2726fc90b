"""The parts of the cut bag that know flags: the timesheet with its strips, and the history of the takes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assets import access, bag
from assets import selectors as asset_selectors
from assets.choices import Stage
from assets.exposures import held_frames
from assets.models import Cell, Cut, Drawing, Take
from qa import selectors
from qa.choices import RunState
from qa.models import CheckRun, Flag, Retake
from qa.timesheet import FRAMES_MAX, sheet_of
from qa.views.rows import Region, region_of
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

KEY_STAGES = (Stage.LO, Stage.GEN, Stage.KD, Stage.SECOND_KEY)


@dataclass(frozen=True)
class StripDrawing:
    """One drawing in the strip of a cell."""

    drawing: Drawing
    frames: int
    change: str  # "new", "changed" or empty
    flag: Flag | None
    n_flags: int
    region: Region | None


@dataclass(frozen=True)
class TakeLine:
    """One take in the history of a cut."""

    take: Take
    change: bag.Change
    is_checked: bool
    open_flags: int
    flags: int
    retake: Retake | None
    reasons: list[str]
    before: Take | None  # what it is compared with


@login_required
@require_GET
def cut_sheet(request: SignedInRequest, cut_id: int) -> HttpResponse:
    """Show the timesheet and the drawings of a take of the cut (`?take=`, else the newest), and all takes."""
    cut = asset_selectors.get_cut(request.user, cut_id)
    production = cut.episode.production
    access.require(request.user, Action.VIEW_FLAGS, production, cut)
    takes = list(cut.takes.select_related("submitted_by").order_by("-submitted_at", "-id"))
    wanted = request.GET.get("take", "")
    shown = next((take for take in takes if str(take.pk) == wanted), takes[0] if takes else None)
    changes = bag.changes_of(takes)
    context: dict[str, Any] = {
        "cut": cut,
        "production": production,
        "takes": takes,
        "shown": shown,
        "history": _history(request.user, cut, takes, changes),
    }
    if shown is not None:
        context |= _drawn(request.user, cut, shown, takes, changes[shown.pk])
    return render(request, "qa/_cut_sheet.html", context)


def _drawn(user: User, cut: Cut, shown: Take, takes: list[Take], change: bag.Change) -> dict[str, Any]:
    key = next((take for take in takes if take.stage in KEY_STAGES), None)
    with_keys = key is not None and shown.stage not in KEY_STAGES
    ids = [shown.pk, key.pk] if with_keys and key else [shown.pk]
    loaded = _loaded(ids)
    listed = (
        [(_("ACTION (keys)"), loaded[key.pk]), (_("CELL"), loaded[shown.pk])]
        if len(ids) > 1 and key
        else None
    )
    flags = _flags_by_drawing(user, ids)
    sheet = sheet_of(
        listed or [("", loaded[shown.pk])], flags, cut.episode.production.fps, cut.duration_frames
    )
    return {
        "sheet": sheet,
        "frames_max": FRAMES_MAX,
        "strips": [
            (cell, _strip(cell, loaded[shown.pk], flags, change)) for cell in loaded[shown.pk].cells.all()
        ],
    }


def _loaded(take_ids: list[int]) -> dict[int, Take]:
    cells = Cell.objects.order_by("position", "name").prefetch_related("drawings")
    takes = Take.objects.filter(pk__in=take_ids).select_related("timesheet")
    return takes.prefetch_related(Prefetch("cells", cells)).in_bulk()


def _flags_by_drawing(user: User, take_ids: list[int]) -> dict[int, list[Flag]]:
    found: dict[int, list[Flag]] = defaultdict(list)
    flags = selectors.visible_flags(user).filter(run__state=RunState.CURRENT, run__take__in=take_ids)
    for flag in flags.order_by("-drift", "id"):
        found[flag.drawing_id].append(flag)
    return found


def _strip(cell: Cell, take: Take, flags: dict[int, list[Flag]], change: bag.Change) -> list[StripDrawing]:
    timesheet = getattr(take, "timesheet", None)
    held = held_frames(timesheet.exposures.get(cell.name, []), timesheet.duration_frames) if timesheet else {}
    return [
        StripDrawing(
            drawing=drawing,
            frames=sum(held.get(number, 0) for number in {*drawing.numbers, drawing.number}),
            change=change.words_of.get(drawing.pk, ""),
            flag=found[0] if (found := flags.get(drawing.pk, [])) else None,
            n_flags=len(found),
            region=region_of(found[0].box_xyxy) if found else None,
        )
        for drawing in cell.drawings.all()
    ]


def _history(user: User, cut: Cut, takes: list[Take], changes: dict[int, bag.Change]) -> list[TakeLine]:
    runs = CheckRun.objects.filter(take__in=takes, state=RunState.CURRENT).annotate(
        n_flags=Count("flags"), n_open=Count("flags", filter=Q(flags__decision__in=selectors.OPEN))
    )
    checked = {run.take_id: run for run in runs}
    retakes = {retake.take_id: retake for retake in reversed(list(selectors.retakes_of_cut(user, cut)))}
    lines = []
    for take in takes:
        run, retake = checked.get(take.pk), retakes.get(take.pk)
        lines.append(
            TakeLine(
                take=take,
                change=changes[take.pk],
                is_checked=run is not None,
                open_flags=getattr(run, "n_open", 0),
                flags=getattr(run, "n_flags", 0),
                retake=retake,
                reasons=_reasons(retake),
                before=changes[take.pk].before,
            )
        )
    return lines


def _reasons(retake: Retake | None) -> list[str]:
    items = [item for item in retake.items.all() if not item.withdrawn] if retake else []
    return list(dict.fromkeys(str(item.get_reason_display()) for item in items))
