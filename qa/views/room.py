"""The take room: any take looked at and played frame by frame, and two takes of a cut compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assets import access, desks
from assets import selectors as asset_selectors
from assets.models import Cut, Drawing, Take
from qa import selectors, selectors_comments
from qa.choices import RunState
from qa.models import Flag, Retake
from qa.views.room_data import RoomTake, as_json, room_take
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@dataclass(frozen=True)
class PastTake:
    """A take of the cut in its history."""

    take: Take
    drawings: int
    flags: int  # open ones
    comments: int  # open ones
    retakes: list[Retake]
    is_here: bool
    is_other: bool  # the one that this take is compared with


@dataclass(frozen=True)
class Neighbour:
    """A cut beside this one, with the take that its room shows."""

    cut: Cut
    take_id: int | None
    is_here: bool
    key: str  # "[" or "]" where that key opens it


@login_required
@require_GET
def room(request: SignedInRequest, take_id: int) -> HttpResponse:
    """Show a take: play it, step through it, comment it, lay another take of the cut over it (`?with=`)."""
    take = asset_selectors.get_take(request.user, take_id)
    production = take.cut.episode.production
    takes = list(take.cut.takes.select_related("submitted_by").order_by("-submitted_at", "-id"))
    other = _other(request, take, takes)
    shown = room_take(take, _flags(request.user, take))
    context = {
        "production": production,
        "cut": take.cut,
        "take": take,
        "other": other,
        "room": shown,
        "history": _history(request.user, take, takes, other),
        "before": _take_before(take, takes),
        "neighbours": _neighbours(request.user, take),
        "start": _start(request, shown),
        "data": _data(request, shown, takes, other),
        "hold_longest": max((each.frames for cell in shown.cells for each in cell.drawings), default=1) or 1,
    }
    response = render(request, "qa/room.html", context)
    response["Cache-Control"] = "no-store"
    return response


@login_required
@require_GET
def room_json(request: SignedInRequest, take_id: int) -> JsonResponse:
    """Return one take for the room's script: the other side of a comparison."""
    take = asset_selectors.get_take(request.user, take_id)
    return JsonResponse(as_json(room_take(take, _flags(request.user, take))))


def _data(request: SignedInRequest, shown: RoomTake, takes: list[Take], other: Take | None) -> dict[str, Any]:
    start, before = _start(request, shown), _take_before(shown.take, takes)
    others = [each for each in takes if each.pk != shown.take.pk]
    return {
        "take": as_json(shown),
        "drawing": {"id": start.pk if start else None},
        "frame": _number(request.GET.get("frame", "")),
        "others": {
            each.pk: {"label": f"{each.stage} T{each.number}", "url": reverse("room_json", args=[each.pk])}
            for each in others
        },
        "before": before.pk if before else None,
        "with": other.pk if other else None,
    }


def _start(request: SignedInRequest, shown: RoomTake) -> Drawing | None:
    """Return the drawing to begin with: the one that `?drawing=` names, else the first."""
    drawings = [each.drawing for cell in shown.cells for each in cell.drawings]
    wanted = _number(request.GET.get("drawing", ""))
    return next((each for each in drawings if each.pk == wanted), drawings[0] if drawings else None)


def _other(request: SignedInRequest, take: Take, takes: list[Take]) -> Take | None:
    """Return the take that `?with=` names. Raises NotFound when it is none of this cut."""
    if "with" not in request.GET:
        return None
    wanted = _number(request.GET["with"])
    found = next((each for each in takes if each.pk == wanted and each.pk != take.pk), None)
    if found is None:
        raise NotFound(what="take")
    return found


def _take_before(take: Take, takes: list[Take]) -> Take | None:
    """Return the take to compare with: the one before of the same stage, else the newest of another stage."""
    same = [each for each in takes if each.stage == take.stage and each.number < take.number]
    if same:
        return max(same, key=lambda each: each.number)
    return next((each for each in takes if each.stage != take.stage), None)


def _flags(user: User, take: Take) -> list[Flag]:
    """Return the flags of the take's current check, the worst first."""
    if not access.allowed(user, Action.VIEW_FLAGS, take.cut.episode.production, take.cut):
        return []
    return list(Flag.objects.filter(run__take=take, run__state=RunState.CURRENT).order_by("-drift", "id"))


def _history(user: User, take: Take, takes: list[Take], other: Take | None) -> list[PastTake]:
    ids = [each.pk for each in takes]
    drawings = dict(
        Drawing.objects.filter(cell__take__in=ids).order_by().values_list("cell__take").annotate(Count("pk"))
    )
    waiting = Flag.objects.filter(
        run__take__in=ids, run__state=RunState.CURRENT, decision__in=selectors.OPEN
    ).order_by()
    flags = dict(waiting.values_list("run__take").annotate(Count("pk")))
    comments = selectors_comments.open_counts(ids)
    retakes: dict[int, list[Retake]] = {}
    for retake in selectors.retakes_of_cut(user, take.cut):
        retakes.setdefault(retake.take_id, []).append(retake)
    return [
        PastTake(
            take=each,
            drawings=drawings.get(each.pk, 0),
            flags=flags.get(each.pk, 0),
            comments=comments.get(each.pk, 0),
            retakes=retakes.get(each.pk, []),
            is_here=each.pk == take.pk,
            is_other=other is not None and each.pk == other.pk,
        )
        for each in takes
    ]


def _neighbours(user: User, take: Take) -> list[Neighbour]:
    """Return up to two cuts on each side, each with its newest take of this stage, else its newest."""
    cuts = desks.neighbours(user, take.cut)
    newest: dict[int, Take] = {}
    for each in Take.objects.filter(cut__in=cuts).order_by("submitted_at", "id"):
        known = newest.get(each.cut_id)
        if known is None or each.stage == take.stage or known.stage != take.stage:
            newest[each.cut_id] = each
    place = next((index for index, cut in enumerate(cuts) if cut.pk == take.cut_id), 0)
    ids = [newest[cut.pk].pk if cut.pk in newest else None for cut in cuts]
    before = next((index for index in range(place - 1, -1, -1) if ids[index]), None)
    behind = next((index for index in range(place + 1, len(cuts)) if ids[index]), None)
    keys = {before: "[", behind: "]"}
    return [Neighbour(cut, ids[index], index == place, keys.get(index, "")) for index, cut in enumerate(cuts)]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None
