"""One take: its cells and drawings with numbers and holds, how it was read, what the check says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assets import access, bag, selectors, selectors_derived
from assets.exposures import held_frames
from assets.models import Cell, Drawing, Take, Timesheet
from assets.selectors_derived import Mark
from assets.views import jobs
from assets.views.reports import report_lines
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_GET
def take_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the drawings of a take, its report and its check."""
    take = _loaded(selectors.get_take(request.user, pk))
    cut = take.cut
    takes = list(cut.takes.order_by("-submitted_at", "-id"))
    earlier = [each for each in takes if each.stage == take.stage and each.number < take.number]
    before = max(earlier, key=lambda each: each.number, default=None)
    marks = selectors_derived.marks_of(take)
    change = bag.changes_of([before, take] if before else [take])[take.pk]
    upload = take.uploads.first()
    # What was held shows in the gallery; here stands only what a person should read.
    said = [line for line in report_lines(upload.report if upload else []) if line.status != "held"]
    sheet: Timesheet | None = getattr(take, "timesheet", None)
    context = {
        "production": cut.episode.production,
        "cut": cut,
        "take": take,
        "takes": takes,
        "before": before,
        "change": change,
        "cells": [(cell, cell_drawings(cell, sheet, change.words_of, marks)) for cell in take.cells.all()],
        "timesheet": sheet,
        "upload": upload,
        "report": [line for line in said if line.sentences],
        "may_check": access.allowed(request.user, Action.RUN_CHECK, cut.episode.production, cut),
        "may_judge": access.allowed(request.user, Action.GIVE_VERDICT, cut.episode.production, cut),
        **jobs.card(jobs.latest_job(f"take:{take.pk}"), request.user),
    }
    return render(request, "assets/take.html", context)


def cell_drawings(
    cell: Cell,
    sheet: Timesheet | None,
    changes: Mapping[int, str] | None = None,
    marks: Mapping[int, Mark] | None = None,
) -> list[dict[str, Any]]:
    """Return the drawings of a cell with numbers, shown frames, whether they are new, and which model made them."""
    frames = held_frames(sheet.exposures.get(cell.name, []), sheet.duration_frames) if sheet else {}
    return [
        {
            "drawing": drawing,
            "again": [number for number in drawing.numbers if number != drawing.number],
            "frames": sum(frames.get(number, 0) for number in set(_numbers(drawing))),
            "change": (changes or {}).get(drawing.pk, ""),
            "mark": (marks or {}).get(drawing.pk),
        }
        for drawing in cell.drawings.all()
    ]


def _loaded(take: Take) -> Take:
    """Load a visible take's cells and drawings, in two queries."""
    cells = Cell.objects.order_by("position", "name").prefetch_related("drawings")
    prefetch_related_objects([take], Prefetch("cells", cells))
    return take


def _numbers(drawing: Drawing) -> list[int]:
    return drawing.numbers or [drawing.number]
