"""One take: its cells and drawings with numbers and holds, how it was read, what the check says."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assets import access, desks, selectors
from assets.models import Cell, Drawing, Timesheet
from assets.views import jobs
from assets.views.reports import report_lines
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_GET
def take_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the drawings of a take, its report and its check."""
    take = selectors.get_take(request.user, pk)
    cut = take.cut
    takes = desks.takes_of(cut)
    shown = next(each for each in takes if each.pk == take.pk)
    upload = take.uploads.first()
    # What was held shows in the gallery; here stands only what a person should read.
    said = [line for line in report_lines(upload.report if upload else []) if line.status != "held"]
    sheet: Timesheet | None = getattr(shown, "timesheet", None)
    context = {
        "production": cut.episode.production,
        "cut": cut,
        "take": shown,
        "takes": takes,
        "cells": [(cell, cell_drawings(cell, sheet)) for cell in shown.cells.all()],
        "timesheet": sheet,
        "upload": upload,
        "report": [line for line in said if line.sentences],
        "may_check": access.allowed(request.user, Action.RUN_CHECK, cut.episode.production, cut),
        **jobs.card(jobs.latest_job(f"take:{take.pk}"), request.user),
    }
    return render(request, "assets/take.html", context)


def cell_drawings(cell: Cell, sheet: Timesheet | None) -> list[dict[str, Any]]:
    """Return the drawings of a cell with the numbers they came under and for how many frames they show."""
    frames = frames_of(sheet, cell.name)
    return [
        {
            "drawing": drawing,
            "again": [number for number in drawing.numbers if number != drawing.number],
            "frames": sum(frames.get(number, 0) for number in set(_numbers(drawing))),
        }
        for drawing in cell.drawings.all()
    ]


def frames_of(sheet: Timesheet | None, cell: str) -> dict[int, int]:
    """Return for each drawing number how many frames of the timesheet show it."""
    if sheet is None:
        return {}
    changes = list(sheet.exposures.get(cell, []))
    ends = [*changes, [sheet.duration_frames + 1, None]]
    shown: dict[int, int] = {}
    for (start, number), (end, _next) in pairwise(ends):
        if number is not None:
            shown[number] = shown.get(number, 0) + max(0, end - start)
    return shown


def _numbers(drawing: Drawing) -> list[int]:
    return drawing.numbers or [drawing.number]
