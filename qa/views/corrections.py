"""Corrections for the pen: what is drawn over a drawing, and what a page sends in the background."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assets import authority
from assets import selectors as asset_selectors
from assets.models import Drawing
from qa import selectors_notes
from qa.models import Correction
from qa.services import corrections
from studio.core.errors import InvalidInput, phrase
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Role

_MOST_STEPS = 200


@login_required
@require_http_methods(["GET", "POST"])
def drawing_corrections(request: SignedInRequest, pk: int) -> HttpResponse:
    """Return the corrections of a drawing, or nothing new (304); take what a pen has done.

    A pen sends `steps`: a JSON list of {draw: stroke}, {erase: uid}, {restore: uid} in the order of the hand. All of
    them are done or none; done twice they are done once.
    """
    drawing = asset_selectors.get_drawing(request.user, pk)
    if request.method == "POST":
        if request.POST.get("by", str(request.user.pk)) != str(request.user.pk):
            return _somebody_else()
        _do(request.user, drawing, _steps(request.POST.get("steps", "")))
        return JsonResponse({"done": True})
    etag = f'"{selectors_notes.corrections_version(pk)}"'
    response: HttpResponse
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        response = JsonResponse(_sheet(request.user, drawing))
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    return response


def _somebody_else() -> JsonResponse:
    """Refuse what one person drew and another, signed in at the same browser since, would send as their own."""
    words = _("Somebody else has signed in since this was drawn. It is kept until its author signs in again.")
    return JsonResponse({"code": "somebody_else", "message": words, "data": {}}, status=412)


def _sheet(user: User, drawing: Drawing) -> dict[str, Any]:
    """Return what lies over the drawing, and on which paper this person would draw."""
    role, colour = authority.paper_of(user, drawing.cell.take.cut.episode.production)
    found = selectors_notes.corrections_of([drawing.pk]).get(drawing.pk, [])
    return {
        "drawing": drawing.pk,
        "width": drawing.width_px,
        "height": drawing.height_px,
        "may_draw": corrections.may_draw(user, drawing),
        "paper": {"role": role_words(role), "colour": colour},
        "corrections": [_correction(each, user) for each in found],
    }


def _correction(correction: Correction, user: User) -> dict[str, Any]:
    return {
        "by": {"id": correction.by_id, "name": str(correction.by)},
        "mine": correction.by_id == user.pk,
        "role": role_words(correction.role),
        "colour": correction.colour,
        "strokes": [
            {
                "uid": str(stroke.uid),
                "tool": stroke.tool,
                "points": stroke.points,
                "width_px": stroke.width_px,
                "text": stroke.text,
            }
            for stroke in correction.shown  # type: ignore[attr-defined]
        ],
    }


def role_words(role: str) -> str:
    """Return a role's word; nothing for somebody who has none."""
    return str(Role(role).label) if role in Role.values else ""


def _steps(raw: str) -> list[tuple[str, Any]]:
    """Return what the pen did as (kind, subject). Raises InvalidInput for anything else."""
    try:
        steps = json.loads(raw)
    except ValueError as error:
        raise InvalidInput(field="steps", reason=phrase("this is no JSON")) from error
    if not isinstance(steps, list) or not 0 < len(steps) <= _MOST_STEPS:
        reason = phrase("a list of 1 to {limit} steps was expected", limit=_MOST_STEPS)
        raise InvalidInput(field="steps", reason=reason)
    if not all(isinstance(step, dict) and len(step) == 1 and set(step) <= set(_KINDS) for step in steps):
        raise InvalidInput(field="steps", reason=phrase("a step is to draw, to erase or to restore"))
    return [next(iter(step.items())) for step in steps]


def _draw(user: User, drawing: Drawing, subjects: list[Any]) -> None:
    for start in range(0, len(subjects), corrections.MOST_STROKES_AT_ONCE):
        some = subjects[start : start + corrections.MOST_STROKES_AT_ONCE]
        corrections.draw(actor=user, drawing=drawing, strokes=some)


def _erase(user: User, drawing: Drawing, subjects: list[Any]) -> None:
    corrections.erase(actor=user, drawing=drawing, uids=subjects)


def _restore(user: User, drawing: Drawing, subjects: list[Any]) -> None:
    corrections.restore(actor=user, drawing=drawing, uids=subjects)


_KINDS: dict[str, Callable[[User, Drawing, list[Any]], None]] = {
    "draw": _draw,
    "erase": _erase,
    "restore": _restore,
}


def _do(user: User, drawing: Drawing, steps: list[tuple[str, Any]]) -> None:
    with transaction.atomic():
        for kind, some in itertools.groupby(steps, key=lambda step: step[0]):
            _KINDS[kind](user, drawing, [subject for _, subject in some])
