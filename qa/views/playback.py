"""A take as the viewer plays it: which drawing of which cell shows from which frame on."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.urls import reverse

from assets import access
from assets import selectors as asset_selectors
from assets.models import Cell, Cut, Drawing, Take, Timesheet
from assets.models.cut import LETTER_STEP
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.pages import SignedInRequest

Exposures = list[list[int | None]]


def exposures_of(cell: Cell, drawings: list[Drawing], timesheet: Timesheet | None) -> Exposures:
    """Return [[frame_no, drawing id or None], …] of a cell, only changes.

    Without a line in the timesheet every drawing number shows for one frame, in order.
    """
    by_number = {number: drawing.pk for drawing in drawings for number in drawing.numbers or [drawing.number]}
    lines = (timesheet.exposures if timesheet else {}).get(cell.name)
    if lines is None:
        lines = [[frame, number] for frame, number in enumerate(sorted(by_number, key=_as_numbered), 1)]
    found: Exposures = []
    for frame, number in lines:
        shown = by_number.get(number) if number is not None else None
        if not found or found[-1][1] != shown:
            found.append([frame, shown])
    return found


def _as_numbered(number: int) -> tuple[int, int]:
    """Sort a drawing 3a behind 3 and before 4."""
    return number % LETTER_STEP, number


def duration_of(take: Take, cells: list[dict[str, Any]], timesheet: Timesheet | None) -> int:
    """Return the frames of the cut: by the timesheet, else by the cut, else up to its last change."""
    last = max((line[0] for cell in cells for line in cell["exposures"]), default=1)
    by_sheet = timesheet.duration_frames if timesheet else 0
    return max(by_sheet or take.cut.duration_frames, last)


def playback_of(take: Take, before: Cut | None, behind: Cut | None) -> dict[str, Any]:
    """Return everything that the player needs of a take, with the addresses of the neighbouring cuts' own."""
    timesheet = getattr(take, "timesheet", None)
    cells, urls, size_hw = [], {}, (1, 1)
    for cell in take.cells.prefetch_related("drawings"):
        drawings = list(cell.drawings.all())
        cells.append({"name": cell.name, "exposures": exposures_of(cell, drawings, timesheet)})
        for drawing in drawings:
            urls[drawing.pk] = reverse("drawing_picture", args=[drawing.pk])
            size_hw = max(size_hw, drawing.size_hw)
    return {
        "label": f"{take.cut} {take.stage} T{take.number}",
        "fps": float(take.cut.episode.production.fps),
        "duration": duration_of(take, cells, timesheet),
        "height": size_hw[0],
        "width": size_hw[1],
        "cells": cells,
        "drawings": urls,
        "prev": _address(before, take.stage),
        "next": _address(behind, take.stage),
    }


def hold_frames(playback: dict[str, Any], drawing_id: int) -> int:
    """Return for how many frames of the cut a drawing is on the screen."""
    frames = 0
    for cell in playback["cells"]:
        lines = [*cell["exposures"], [playback["duration"] + 1, None]]
        frames += sum(behind[0] - line[0] for line, behind in pairwise(lines) if line[1] == drawing_id)
    return max(0, frames)


@login_required
def cut_playback(request: SignedInRequest, cut_id: int) -> JsonResponse:
    """Return the newest take of a cut for the player, of the asked stage where there is one."""
    cut = asset_selectors.get_cut(request.user, cut_id)
    stage = request.GET.get("stage", "")
    takes = cut.takes.select_related("cut__episode__production", "timesheet").order_by("-number", "-id")
    take = takes.filter(stage=stage).first() or takes.first()
    if take is None:
        raise NotFound(what="take")
    return JsonResponse(playback_of(take, *neighbours(request.user, cut)))


def neighbours(user: User, cut: Cut) -> tuple[Cut | None, Cut | None]:
    """Return the cuts before and after in the episode that have something to show and that the reader may see."""
    shown = access.visible_cuts(user).filter(episode=cut.episode_id, omitted=False, takes__isnull=False)
    before = shown.filter(number__lt=cut.number).order_by("-number").first()
    return before, shown.filter(number__gt=cut.number).order_by("number").first()


def playback_url(cut: Cut, stage: str) -> str:
    """Return where the player gets a cut from, of `stage` where there is such a take."""
    query = f"?stage={stage.replace('+', '%2B')}"
    return reverse("cut_playback", args=[cut.pk]) + query


def _address(cut: Cut | None, stage: str) -> str | None:
    return playback_url(cut, stage) if cut else None
