"""The in-between page: two keys on a canvas, steered by an artist; its preview, its chart, its order."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, selectors, selectors_derived
from assets.models import Cut, Drawing, ProposalKey
from assets.services import derived, derived_sheets, engines
from assets.services.derived import Wish
from assets.views import desk_data
from assets.views import inbetween_data as page
from studio.core.drafting import Sketch, Turn, drafter
from studio.core.errors import InvalidInput, LicenceRefused, NotFound, phrase
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action
from studio.core.storage import blobs

SIZES_PX = (256, 512, 768, 1024)


@login_required
@require_GET
def inbetween(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the drawings of a cell, two of them as keys, and everything that steers what comes between."""
    cut = selectors.get_cut(request.user, pk)
    take = desk_data.take_of(cut, request.GET.get("take", ""), 2)
    context = page.shared_context(request.user, cut, take)
    cell = desk_data.cell_of(take, request.GET.get("cell", ""), 2) if take else None
    gaps = page.gaps_of(take, cell) if take and cell else []
    drawings = list(cell.drawings.all()) if cell else []
    keys = page.keys_of(cell, gaps, request.GET.get("a", ""), request.GET.get("b", "")) if cell else ("", "")
    quick = page.quick_pairs(cell, gaps) if cell else {}
    context |= {
        "take": take,
        "takes": cut.takes.order_by("-submitted_at", "-id"),
        "cell": cell,
        "cells": list(take.cells.all()) if take else [],
        "strip": [(each, quick.get(each.pk)) for each in drawings],
        "is_ready": bool(all(keys) and context["may_draw"]),
        "sizes": SIZES_PX,
    }
    if context["is_ready"]:
        drafter().warm()
        context["data"] = page.script_data(
            request.user,
            cut,
            start=page.usual_start(gaps, keys),
            keys=keys,
            drawings=[desk_data.as_key(each) for each in drawings],
            part=None,
            derived=None,
        )
    return desk_data.shown(request, "assets/inbetween.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def proposal_steer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one pair of keys of a proposal (`?part=`) to be steered anew; POST draws the next version."""
    made = selectors_derived.get_derived(request.user, pk)
    if request.method == "POST":
        told = desk_data.body_of(request)
        derived.steer(
            actor=request.user, derived=made, wish=_wish(told), part=desk_data.whole(told.get("part"), "part")
        )
        return JsonResponse({"url": reverse("proposal", args=[made.pk])})
    access.require(request.user, Action.DERIVE, made.cut.episode.production, made.cut)
    proposal = selectors_derived.versions_of(made).first()
    parts = list(proposal.parts.all()) if proposal else []
    number = request.GET.get("part", "0")
    if (
        proposal is None
        or not number.isdecimal()
        or int(number) >= len(parts)
        or parts[int(number)].b is None
    ):
        raise NotFound(what="proposal")
    part = parts[int(number)]
    drafter().warm()
    keys = [desk_data.as_key(each) for each in (part.a, part.b) if each]
    data = page.script_data(
        request.user,
        made.cut,
        start=page.start_of(part, proposal.on_frames),
        keys=(keys[0]["id"], keys[1]["id"]),
        drawings=keys,
        part=part.index,
        derived=made.pk,
    )
    data["urls"]["order"] = reverse("proposal_steer", args=[made.pk])
    context = page.shared_context(request.user, made.cut, made.from_take) | {
        "derived": made,
        "proposal": proposal,
        "part": part,
        "parts": parts,
        "stage": made.stage,
        "is_ready": True,
        "data": data,
        "sizes": SIZES_PX,
    }
    return desk_data.shown(request, "assets/inbetween.html", context)


@login_required
@require_POST
def inbetween_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Draw positions between two keys, small, at once: 4 bytes (a length), a JSON header, PNG after PNG.

    Raises:
        LicenceRefused: the gate does not let the engine draw here. Otherwise as `drafting.Drafter.draw`.
    """
    cut = selectors.get_cut(request.user, pk)
    production = cut.episode.production
    access.require(request.user, Action.DERIVE, production, cut)
    told = desk_data.body_of(request)
    engine = engines.chosen(str(told.get("engine") or ""))
    engine = engine if engine in {engines.SAKKAN, engines.BY_HAND} else engines.BY_HAND
    if not desk_data.may_draw(request.user, production, engine):
        raise LicenceRefused(reason=desk_data.refusals(request.user, cut, engine))
    a, b = _keys(request.user, cut, told)
    sketch = Sketch(
        pair=f"{a.view_blob}-{b.view_blob}",
        keys=lambda: (blobs().read(a.view_blob), blobs().read(b.view_blob)),
        steering=desk_data.object_of(told.get("steering"), "steering"),
        positions=told.get("positions") if isinstance(told.get("positions"), list) else [],  # type: ignore[arg-type]
        max_px=desk_data.one_of(told.get("max_px"), SIZES_PX, 512),
        weights=engines.uses_weights(engine),
        regions=bool(told.get("regions")),
    )
    turn = Turn(
        f"{request.user.pk}/{str(told.get('page', ''))[:32]}", desk_data.whole(told.get("number"), "number")
    )
    return desk_data.packed(*drafter().draw(sketch, turn))


@login_required
@require_GET
def inbetween_chart(request: SignedInRequest, pk: int) -> JsonResponse:
    """Read a spacing chart as an artist wrote it (`?chart=`)."""
    cut = selectors.get_cut(request.user, pk)
    access.require(request.user, Action.DERIVE, cut.episode.production, cut)
    chart = request.GET.get("chart", "")
    return JsonResponse({"positions": derived_sheets.positions_of(chart), "chart": " ".join(chart.split())})


@login_required
@require_POST
def inbetween_order(request: SignedInRequest, pk: int) -> JsonResponse:
    """Have the in-betweens drawn in full size; answers with the address of the proposal."""
    cut = selectors.get_cut(request.user, pk)
    access.require(request.user, Action.DERIVE, cut.episode.production, cut)
    told = desk_data.body_of(request)
    a, b = _keys(request.user, cut, told)
    made = derived.request(
        actor=request.user,
        cut=cut,
        stage=str(told.get("stage", "")),
        keys=(desk_data.given(a), desk_data.given(b)),
        wish=_wish(told),
    )
    return JsonResponse({"url": reverse("proposal", args=[made.pk])}, status=201)


def _keys(user: User, cut: Cut, told: dict[str, Any]) -> list[Drawing | ProposalKey]:
    for name in ("a", "b"):
        if not isinstance(told.get(name), str):
            raise InvalidInput(field=name, reason=phrase("say which drawing is the key"))
    return [desk_data.key_named(user, cut, told[name]) for name in ("a", "b")]


def _wish(told: dict[str, Any]) -> Wish:
    on = told.get("on")
    return Wish(
        chart=str(told.get("chart", "")) or None,
        steering=desk_data.object_of(told.get("steering"), "steering"),
        on_frames=on if isinstance(on, int) and not isinstance(on, bool) else None,
        engine=str(told["engine"]) if told.get("engine") else None,
    )
