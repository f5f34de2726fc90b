"""The page of one flag: the drawing beside the nearest approved drawings, and everything to decide by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from assets import access, authority
from assets.models import Production
from qa import selectors, sentences
from qa.choices import RetakeReason
from qa.forms import QueueFilters
from qa.models import Flag, FlagNearest
from qa.outness import is_told
from qa.selectors import FlagPage
from qa.views import flag_history, playback, sitting, strip
from qa.views.people import colleagues, refusals
from qa.views.rows import aspect_words, holder_of, likely_reason, production_of, row_of
from studio.core.errors import NotFound
from studio.core.pages import SignedInRequest
from studio.core.roles import Action
from studio.core.storage import blobs

_MOST_LEFT = 9_999
_BAR_WIDTH, _BAR_LIMITS = 180.0, 3.0  # a bar ends at three times the limit


@dataclass(frozen=True)
class AspectBar:
    """One measured aspect beside the design's limit; `width` on a scale of 0 to `_BAR_WIDTH`."""

    words: str
    part: str
    value: float
    sheet_value: float
    allowed: float
    unit: str
    drift: float
    width: float

    @property
    def is_over(self) -> bool:
        """Whether it is beyond the design's limit."""
        return self.drift > 1.0


@dataclass(frozen=True)
class ColourPair:
    """A colour of the model and what was found instead."""

    part: str
    tone: str
    expected: str
    found: str
    delta_e: float
    tolerance_de: float
    area_px: int

    @property
    def is_over(self) -> bool:
        """Whether it is beyond the swatch's tolerance."""
        return self.delta_e > self.tolerance_de


def filters_of(request: SignedInRequest, flag: Flag) -> dict[str, Any]:
    """Return the filters of the queue that this page was opened from, out of its query string."""
    production = production_of(flag)
    return QueueFilters(request.GET, production=production, cuts=access.visible_cuts(request.user)).filters


def flag_url(flag: Flag | None, request: SignedInRequest) -> str | None:
    """Return the address of a flag's page within the same queue."""
    if flag is None:
        return None
    query = request.GET.urlencode()
    return reverse("flag", args=[flag.pk]) + (f"?{query}" if query else "")


def queue_url(flag: Flag, request: SignedInRequest) -> str:
    """Return the address of the queue that this page was opened from."""
    query = request.GET.urlencode()
    return reverse("review", args=[production_of(flag).code]) + (f"?{query}" if query else "")


def alike(flag: Flag, scope: str) -> QuerySet[Flag]:
    """Return the other open flags of the same check: of the same drawing, or of the same fault and part."""
    others = Flag.objects.filter(run=flag.run_id, decision__in=selectors.OPEN).exclude(pk=flag.pk)
    if scope == "drawing":
        return others.filter(drawing=flag.drawing_id)
    if scope == "cut":
        return others.filter(design=flag.design_id, fault=flag.fault, part=flag.part)
    return others.none()


def _alike_counts(flag: Flag) -> dict[str, int]:
    """Return how many flags `alike` finds by scope, in one query over the flags of the check."""
    same_fault = Q(design=flag.design_id, fault=flag.fault, part=flag.part)
    others = Flag.objects.filter(run=flag.run_id, decision__in=selectors.OPEN).exclude(pk=flag.pk)
    return others.aggregate(
        alike_drawing=Count("pk", filter=Q(drawing=flag.drawing_id)), alike_cut=Count("pk", filter=same_fault)
    )


def _left(request: SignedInRequest, production: Production, flags: QuerySet[Flag]) -> int:
    """Return how many flags wait: exactly while somebody counts them down, else no more than one cares about."""
    if sitting.is_running(request, production):
        return flags.count()
    return selectors.counted(flags, _MOST_LEFT + 1)


@login_required
@require_GET
def flag(request: SignedInRequest, flag_id: int) -> HttpResponse:
    """Show one flag; to htmx and the desk's own script only the part that changes from flag to flag."""
    found = selectors.get_flag(request.user, flag_id)
    production, filters = production_of(found), filters_of(request, found)
    access.require(request.user, Action.VIEW_FLAGS, production, found.drawing.cell.take.cut)
    sitting.opened(request, production)
    page = selectors.flag_page(request.user, found)
    part = request.headers.get("HX-Request") == "true"
    context = _context(request, page, filters)
    if not part:  # the desk around it stays on the screen from flag to flag
        context |= {
            "people": colleagues(production, request.user, page.take.stage),
            "refusals": refusals(production, request.user),
        }
    response = render(request, "qa/_flag.html" if part else "qa/flag.html", context)
    patch_vary_headers(response, ["HX-Request"])
    response["Cache-Control"] = "no-store"  # the back button must not show a decision of before
    return response


def _context(request: SignedInRequest, page: FlagPage, filters: dict[str, Any]) -> dict[str, Any]:
    found, production = page.flag, production_of(page.flag)
    flags = selectors.queue(request.user, production, filters)
    following = selectors.next_in(request.user, flags, filters.get("order", ""), after=found)
    # A page that is fetched ahead takes the words about the sitting from the one before it.
    left = 0 if request.headers.get("HX-Request") == "true" else _left(request, production, flags)
    can_decide = access.allowed(request.user, Action.GIVE_VERDICT, production, page.cut)
    may_retake = authority.has_authority(request.user, production, page.take.stage, page.cut)
    return {
        "production": production,
        "page": page,
        "one_in": sentences.one_in_words(found),
        "holder": holder_of(found, request.user),
        "can_decide": can_decide,
        "refusal": "" if may_retake else authority.refusal(production, page.take.stage).message,
        "reasons": RetakeReason.choices,
        "likely_reason": likely_reason(found),
        **_alike_counts(found),
        "bars": bars_of(found.measures, found.sentence_data),
        "bar_limit": _BAR_WIDTH / _BAR_LIMITS,
        "bar_width": _BAR_WIDTH,
        "colours": colours_of(found.colours),
        "left": left,
        "most_left": _MOST_LEFT,
        "sitting": sitting.words(request, production, left),
        "query": request.GET.urlencode(),
        "queue_url": queue_url(found, request),
        "next_url": flag_url(following, request),
        **_around(request, page, following, can_decide=can_decide),
    }


def _around(
    request: SignedInRequest, page: FlagPage, following: Flag | None, *, can_decide: bool
) -> dict[str, Any]:
    """Return what the strip, the viewer and the history show."""
    row = row_of(page.flag, request.user)
    noted = flag_history.noted(page.take, [drawing.pk for drawing in page.drawings])
    shown = playback.playback_of(page.take, *playback.neighbours(request.user, page.cut))
    drawings = strip.strip_of(page, shown, noted)
    takes = flag_history.past_takes(request.user, page.take)
    before = flag_history.take_before(page.take, takes)
    room = flag_history.room_url(page.take, before, page.flag.drawing_id)
    addresses = _addresses(request, page.flag, can_decide=can_decide)
    return {
        "row": row,
        "strip": drawings,
        "line": strip.line_of(page, shown, drawings),
        "takes": takes,
        "take_before": before,
        "room_url": room,
        "beside": flag_history.cuts_beside(request.user, page.take),
        "data": viewer_data(page, row.drawing_name, shown, drawings)
        | {"next": flag_url(following, request), "room": room, **addresses},
    }


def _addresses(request: SignedInRequest, flag: Flag, *, can_decide: bool) -> dict[str, str | None]:
    """Return where the page asks how the flag stands, goes back, and (for who decides) claims it and lets it go."""
    names = {"claim": "flag_claim", "release": "flag_release"}
    query = request.GET.urlencode()
    previous = reverse("flag_previous", args=[flag.pk])
    return {
        "states": reverse("review_states", args=[production_of(flag).code]),
        "previous": f"{previous}?{query}" if query else previous,
        **{key: reverse(name, args=[flag.pk]) if can_decide else None for key, name in names.items()},
    }


def viewer_data(
    page: FlagPage, name: str, shown: dict[str, Any], drawings: list[strip.StripDrawing]
) -> dict[str, Any]:
    """Return what the viewer's script reads; `name` is the flagged drawing's."""
    found, box = page.flag, page.flag.box_xyxy
    return {
        "flag": found.pk,
        "seen": found.decision,
        "stage": page.take.stage,
        "cut": f"{page.cut} {page.take.stage} T{page.take.number}",
        "drawing": _drawing(found.drawing_id, name),
        "box": dict(zip(("x0", "y0", "x1", "y1"), box, strict=True)) if box else None,
        "heat": reverse("flag_heat", args=[found.pk]) if found.heat_blob else None,
        "laid": _laid(found),
        "nearest": [_approved(near) for near in page.nearest[:3]],
        "strip": [_drawing(each.id, each.name) for each in drawings],
        "playback": shown,
    }


def _laid(flag: Flag) -> dict[str, Any]:
    """Return how the approved drawing lies over the flagged one, with arrows and outlines in px of the latter."""
    shown = flag.shown
    return {
        "drawing": int(shown.get("drawing_key") or 0),
        "affine": shown.get("affine"),
        "arrows": shown.get("arrows", []),
        "outlines": shown.get("outlines", []),
        "url": reverse("flag_laid", args=[flag.pk]) if flag.laid_blob else None,
    }


def _drawing(drawing_id: int, name: str) -> dict[str, Any]:
    return {"id": drawing_id, "label": name, "url": reverse("drawing_picture", args=[drawing_id])}


def _approved(near: FlagNearest) -> dict[str, Any]:
    drawing = near.sheet_drawing
    return {
        "id": drawing.pk,
        "label": f"{drawing.sheet} · {drawing}",
        "similarity": near.similarity,
        "url": reverse("sheet_picture", args=[drawing.pk]),
    }


def bars_of(measures: list[dict[str, Any]], told: dict[str, Any] | None = None) -> list[AspectBar]:
    """Return one bar for each part, the worst first: of several numbers the one that the sentence tells.

    A part is read in several ways; three bars of the same name say nothing to people who look at drawings.
    """
    numbers: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(
        measures, key=lambda each: (not is_told(each, told or {}), -float(each.get("drift", 0.0)))
    ):
        numbers.setdefault((str(row.get("aspect", "")), str(row.get("part", ""))), row)
    bars = [
        AspectBar(
            words=aspect_words(str(row.get("aspect", ""))),
            part=str(row.get("part", "")),
            value=float(row.get("value", 0.0)),
            sheet_value=float(row.get("sheet_value", 0.0)),
            allowed=float(row.get("allowed", 0.0)),
            unit=_unit_of(row),
            drift=float(row.get("drift", 0.0)),
            width=_bar_width(float(row.get("drift", 0.0))),
        )
        for row in numbers.values()
    ]
    return sorted(bars, key=lambda bar: -bar.drift)[:8]


def _unit_of(row: dict[str, Any]) -> str:
    """Return the unit in words; a bare number under "wrong design" would be anybody's guess."""
    if row.get("aspect") == "WRONG_DESIGN" and not row.get("unit"):
        return _("similarity to the design that is cast")
    return str(row.get("unit", "")).replace("dE00", "ΔE00")


def _bar_width(drift: float) -> float:
    return round(min(max(drift, 0.0), _BAR_LIMITS) / _BAR_LIMITS * _BAR_WIDTH, 1)


def colours_of(colours: list[dict[str, Any]]) -> list[ColourPair]:
    """Return the colours as pairs to lay side by side, the farthest first; the same step of one paint is one pair."""
    pairs: dict[tuple[str, ...], ColourPair] = {}
    for row in colours:
        key = (str(row.get("part", "")), str(row.get("tone", "")), str(row["expected"]), str(row["found"]))
        seen = pairs.get(key)
        pairs[key] = ColourPair(
            *key,
            delta_e=float(row.get("delta_e", 0.0)),
            tolerance_de=float(row.get("tolerance_de", 0.0)),
            area_px=int(row.get("area_px", 0)) + (seen.area_px if seen else 0),
        )
    return sorted(pairs.values(), key=lambda pair: -pair.delta_e)[:8]


@login_required
@require_GET
def flag_heat(request: SignedInRequest, flag_id: int) -> FileResponse:
    """Stream the heat map of a flag. A flag never changes, so neither does its map."""
    found = selectors.get_flag(request.user, flag_id)
    return _kept_png(found.heat_blob, _("heat map"))


@login_required
@require_GET
def flag_laid(request: SignedInRequest, flag_id: int) -> FileResponse:
    """Stream the approved drawing as it lies over the flagged one. It never changes either."""
    found = selectors.get_flag(request.user, flag_id)
    return _kept_png(found.laid_blob, _("approved drawing laid over this one"))


def _kept_png(blob: str, what: str) -> FileResponse:
    if not blob:
        raise NotFound(what=what)
    response = FileResponse(blobs().open(blob), content_type="image/png")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
