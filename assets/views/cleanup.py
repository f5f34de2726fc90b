"""The clean-up page: roughs and their clean drawings over each other, steered; its preview and its order."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, selectors, selectors_derived
from assets.choices import DerivedKind
from assets.models import DatasetVersion, ModelSheet
from assets.services import cleanups, engines, line_styles
from assets.services.cleanups import Rough
from assets.views import cleanup_data as page
from assets.views import desk_data
from studio.core.cleaning_preview import Look, Turn, cleaner
from studio.core.errors import InvalidInput, LicenceRefused, NotFound, phrase
from studio.core.pages import SignedInRequest
from studio.core.roles import Action
from studio.core.storage import blobs

_KIND = DerivedKind.CLEANUP
_OWN = (engines.SAKKAN, engines.BY_HAND)


@login_required
@require_GET
def cleanup(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the drawings of a cell, one of them on the canvas, and everything that steers its clean-up."""
    cut = selectors.get_cut(request.user, pk)
    take = desk_data.take_of(cut, request.GET.get("take", ""))
    context = desk_data.shared_context(request.user, cut, take, _KIND)
    cell = desk_data.cell_of(take, request.GET.get("cell", "")) if take else None
    roughs = [desk_data.as_key(each) for each in cell.drawings.all()] if cell else []
    context |= {
        "take": take,
        "takes": cut.takes.order_by("-submitted_at", "-id"),
        "cell": cell,
        "cells": list(take.cells.all()) if take else [],
        "is_ready": bool(roughs and context["may_draw"]),
    }
    if context["is_ready"]:
        cleaner().warm()
        context |= page.desk(request.user, cut, roughs, at=request.GET.get("drawing", ""))
    return desk_data.shown(request, "assets/cleanup.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cleanup_steer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the roughs of a proposal to be cleaned up anew; POST draws the next version."""
    made = selectors_derived.get_derived(request.user, pk)
    if request.method == "POST":
        told = desk_data.body_of(request)
        wishes = {
            index: each.wishes for index, each in enumerate(page.roughs_told(request.user, made.cut, told))
        }
        engine = str(told["engine"]) if told.get("engine") else None
        cleanups.steer(actor=request.user, derived=made, wishes=wishes, engine=engine)
        return JsonResponse({"url": reverse("proposal", args=[made.pk])})
    access.require(request.user, Action.DERIVE, made.cut.episode.production, made.cut)
    proposal = selectors_derived.versions_of(made).first()
    if proposal is None or made.kind != _KIND:
        raise NotFound(what="proposal")
    parts = list(proposal.parts.all())
    cleaner().warm()
    roughs = [desk_data.as_key(part.a) for part in parts]
    set_before = {str(rough["id"]): part.steering for rough, part in zip(roughs, parts, strict=True)}
    at = request.GET.get("part", "0")
    first = roughs[int(at)]["id"] if at.isdecimal() and int(at) < len(roughs) else ""
    context = {
        **desk_data.shared_context(request.user, made.cut, made.from_take, _KIND),
        **page.desk(request.user, made.cut, roughs, at=first, wishes=set_before, derived=made.pk),
        "derived": made,
        "proposal": proposal,
        "stage": made.stage,
        "is_ready": True,
    }
    return desk_data.shown(request, "assets/cleanup.html", context)


@login_required
@require_POST
def cleanup_look(request: SignedInRequest, pk: int) -> HttpResponse:
    """Clean up one rough, small, at once: a JSON header with strokes and closures, and the drawing as PNG.

    Raises:
        LicenceRefused: the gate does not let the engine, or the hand, draw here. Otherwise as `Cleaner.clean`.
    """
    cut = selectors.get_cut(request.user, pk)
    production = cut.episode.production
    access.require(request.user, Action.DERIVE, production, cut)
    told = desk_data.body_of(request)
    engine = engines.chosen(str(told.get("engine") or ""), _KIND)
    engine = engine if engine in _OWN else engines.BY_HAND
    if not desk_data.may_draw(request.user, production, engine, _KIND):
        raise LicenceRefused(reason=desk_data.refusals(request.user, cut, engine, _KIND))
    asked = page.told(request.user, cut, told)
    before = page.told(request.user, cut, told["before"]) if isinstance(told.get("before"), dict) else None
    line_styles.require(request.user, production, [each.wishes for each in (asked, before) if each])
    max_px = desk_data.one_of(told.get("max_px"), page.SIZES_PX, page.USUAL_PX)
    look = _look(asked, max_px, engine, _look(before, max_px, engine) if before else None)
    turn = Turn(
        f"{request.user.pk}/{str(told.get('page', ''))[:32]}", desk_data.whole(told.get("number"), "number")
    )
    return desk_data.packed(*cleaner().clean(look, turn))


@login_required
@require_POST
def cleanup_order(request: SignedInRequest, pk: int) -> JsonResponse:
    """Have roughs cleaned up in full size; answers with the address of the proposal."""
    cut = selectors.get_cut(request.user, pk)
    access.require(request.user, Action.DERIVE, cut.episode.production, cut)
    told = desk_data.body_of(request)
    roughs = [
        Rough(desk_data.given(each.picture), each.wishes)
        for each in page.roughs_told(request.user, cut, told)
    ]
    made = cleanups.request(
        actor=request.user,
        cut=cut,
        stage=str(told.get("stage", "")),
        roughs=roughs,
        engine=str(told["engine"]) if told.get("engine") else None,
    )
    return JsonResponse({"url": reverse("proposal", args=[made.pk])}, status=201)


@login_required
@require_POST
def cleanup_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have uploaded roughs (PNG, PSD and the like) cleaned up as they come."""
    cut = selectors.get_cut(request.user, pk)
    access.require(request.user, Action.DERIVE, cut.episode.production, cut)
    files = request.FILES.getlist("files")
    if not files:
        raise InvalidInput(field="files", reason=phrase("choose a picture first"))
    first = request.POST.get("number", "1")
    start = int(first) if first.isdecimal() and len(first) < 6 else 0
    made = cleanups.request(
        actor=request.user,
        cut=cut,
        stage=request.POST.get("stage", ""),
        cell=request.POST.get("cell", "").strip(),
        roughs=page.uploaded(files, start),
    )
    return redirect("proposal", made.pk)


@login_required
@require_http_methods(["GET", "POST"])
def cleanup_styles(request: SignedInRequest, pk: int) -> JsonResponse:
    """List the hands of the production (`?job=` with how far the learning is); POST has one learned."""
    cut = selectors.get_cut(request.user, pk)
    production = cut.episode.production
    access.require(request.user, Action.DERIVE, production, cut)
    if request.method == "GET":
        return JsonResponse(page.styles_told(request.user, production, request.GET.get("job", "")))
    told = desk_data.body_of(request)
    kind, _colon, number = str(told.get("source", "")).partition(":")
    if kind not in {"sheet", "version"} or not number.isdecimal() or len(number) > 18:
        raise InvalidInput(field="source", reason=phrase("name a model sheet or a set of drawings"))
    rows: Any = ModelSheet.objects if kind == "sheet" else DatasetVersion.objects
    source = rows.filter(pk=int(number)).first()
    if source is None:
        raise NotFound(what="model sheet" if kind == "sheet" else "dataset version")
    job = line_styles.learn(
        actor=request.user, production=production, artist=str(told.get("artist", "")), **{kind: source}
    )
    return JsonResponse({"job": str(job.pk)}, status=202)


def _look(told: page.Told, max_px: int, engine: str, before: Look | None = None) -> Look:
    blob = told.picture.view_blob
    weights = engines.uses_weights(engine)
    return Look(blob, lambda: blobs().read(blob), told.wishes, max_px, weights, before)
