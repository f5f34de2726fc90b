"""Proposals: what Sakkan drew for an artist, looked at, corrected, accepted into a take or rejected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from assets import access, selectors, selectors_derived, sidecars, spacing
from assets.choices import DerivedKind, DerivedState, DraftState, Stage
from assets.draft_files import as_psd
from assets.models import Cut, DerivedJob, Proposal, ProposalDrawing, ProposalPart
from assets.services import derived, engines
from assets.services.derived import Wish
from assets.views import desk_data, jobs
from assets.views import inbetween_data as page
from assets.views.paging import page_of
from assets.views.pictures import picture_response, thumb_response
from studio.core.errors import InvalidInput, NotFound, phrase
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action
from studio.core.storage import blobs

_TEMPLATES = {
    DerivedKind.INBETWEEN: "assets/inbetween_proposal.html",
    DerivedKind.CLEANUP: "assets/cleanup_proposal.html",
}


@login_required
@require_GET
def proposal_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what Sakkan drew for a cut, and fill its cells by the timesheet."""
    cut = selectors.get_cut(request.user, pk)
    rows = selectors_derived.derived_of(request.user, cut)
    state = request.GET.get("state", "")
    if state in DerivedState.values:
        rows = selectors_derived.in_state(rows, state)
    shown = page_of(request, rows)
    for each in shown.object_list:
        each.version = selectors_derived.versions_of(each).first()
        each.drawn = _drawings(each.version)
    context = {
        "production": cut.episode.production,
        "cut": cut,
        "page": shown,
        "state": state,
        "states": DerivedState.choices,
        **_filling(request.user, cut),
    }
    return render(request, "assets/inbetween_proposals.html", context)


@login_required
@require_POST
def inbetween_fill(request: SignedInRequest, pk: int) -> HttpResponse:
    """Fill the gaps of a cell, or of every cell of a take, by its timesheet."""
    cut = selectors.get_cut(request.user, pk)
    access.require(request.user, Action.DERIVE, cut.episode.production, cut)
    on = request.POST.get("on", "0")
    if on not in {"0", "1", "2", "3"}:
        raise InvalidInput(field="on", reason=phrase("from {first} to {last}", first=0, last=3))
    take = desk_data.take_of(cut, request.POST.get("take", ""), 2)
    if take is None:
        raise NotFound(what="take")
    wish = Wish(
        chart=request.POST.get("chart") or None, on_frames=int(on), engine=request.POST.get("engine") or None
    )
    made = derived.fill(
        actor=request.user,
        cut=cut,
        stage=request.POST.get("stage", "") or desk_data.stage_of(request.user, cut, take),
        take=take,
        wish=wish,
        cell=request.POST.get("cell", ""),
    )
    sentence = ngettext("%(n)s cell is being filled.", "%(n)s cells are being filled.", len(made))
    messages.success(request, sentence % {"n": len(made)})
    return redirect("proposal", made[0].pk) if len(made) == 1 else redirect("proposals", cut.pk)


@login_required
@require_GET
def proposal_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one proposal: its drawings in a loop, how sure each is, what it came of, and the artist's choices."""
    made = selectors_derived.get_derived(request.user, pk)
    versions = list(selectors_derived.versions_of(made))
    proposal = _version(versions, request.GET.get("version", ""))
    is_newest = proposal.pk == versions[0].pk
    parts = list(proposal.parts.all())
    drawings = _drawings(proposal)
    may_go_on = is_newest and made.is_open and derived.may_go_on(request.user, made)
    at_rest = made.state not in {DerivedState.QUEUED, DerivedState.RUNNING}
    context = {
        "production": made.cut.episode.production,
        "cut": made.cut,
        "derived": made,
        "proposal": proposal,
        "versions": versions,
        "is_newest": is_newest,
        "parts": [(part, _lines(part)) for part in parts],
        "drawn": sum(each.state == DraftState.DRAWN for each in drawings),
        "weak": [each for each in drawings if each.state == DraftState.BREAKDOWN],
        "may_go_on": may_go_on,
        "may_change": may_go_on and at_rest,
        "may_accept": may_go_on and made.state == DerivedState.PROPOSED,
        "loop": _loop(made, proposal, parts),
        "subject": f"derived:{made.pk}",
        **jobs.card(made.job, request.user),
    }
    return render(request, _TEMPLATES[DerivedKind(made.kind)], context)


@login_required
@require_POST
def proposal_accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make a take of a proposal."""
    made = selectors_derived.get_derived(request.user, pk)
    version = request.POST.get("version", "")
    take = derived.accept(
        actor=request.user,
        derived=made,
        version=int(version) if version.isdecimal() and len(version) < 9 else None,
        is_partial=bool(request.POST.get("is_partial")),
        drawings=_chosen(request, made),
        note=request.POST.get("note", "").strip(),
    )
    messages.success(request, _("Accepted. It is take %(take)s and is checked now.") % {"take": take})
    return redirect("take", take.pk)


@login_required
@require_POST
def proposal_reject(request: SignedInRequest, pk: int) -> HttpResponse:
    """Refuse a proposal."""
    made = selectors_derived.get_derived(request.user, pk)
    derived.reject(actor=request.user, derived=made, note=request.POST.get("note", "").strip())
    messages.success(request, _("Rejected. No take came of it."))
    return redirect("proposals", made.cut_id)


@login_required
@require_GET
def proposal_sidecar(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the sidecar of one pair of keys (`?part=`, `?version=`) as a file."""
    made = selectors_derived.get_derived(request.user, pk)
    proposal = _version(list(selectors_derived.versions_of(made)), request.GET.get("version", ""))
    parts = {str(part.index): part for part in proposal.parts.all()}
    part = parts.get(request.GET.get("part", "0"))
    if part is None:
        raise NotFound(what="proposal")
    answer = JsonResponse(sidecars.of_part(part, proposal), json_dumps_params={"indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(made, part)}.json"'
    return answer


@login_required
@require_POST
def proposal_correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a corrected drawing (PNG, PSD and the like) for one of a proposal: it becomes a key."""
    drawing = selectors_derived.get_drawing(request.user, pk)
    file = request.FILES.get("file")
    made = drawing.part.proposal.derived
    access.require(request.user, Action.DERIVE, made.cut.episode.production, made.cut)
    if file is None:
        raise InvalidInput(field="file", reason=phrase("choose a picture first"))
    derived.correct(
        actor=request.user,
        drawing=drawing,
        data=file.read(),
        file_name=str(file.name),
        is_anew=bool(request.POST.get("is_anew")),
    )
    said = _("%(number)s is a key now. What lies on both sides is drawn anew from it.")
    messages.success(request, said % {"number": drawing.number_text})
    return redirect("proposal", made.pk)


@login_required
@require_safe
def proposal_drawing_picture(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send a drawing of a proposal as PNG; `?download=png` or `psd` as a file, `?size=small` as a small picture."""
    drawing = selectors_derived.get_drawing(request.user, pk)
    if not drawing.view_blob:
        raise NotFound(what="drawing")
    if request.GET.get("size"):
        return thumb_response(request, drawing.view_blob)
    wanted = request.GET.get("download", "")
    if wanted == "psd":
        answer: HttpResponseBase = HttpResponse(as_psd(drawing), content_type="image/vnd.adobe.photoshop")
    else:
        answer = picture_response(request, drawing.view_blob)
    if wanted:
        ending = "psd" if wanted == "psd" else "png"
        answer["Content-Disposition"] = f'attachment; filename="{_drawing_name(drawing)}.{ending}"'
    return answer


@login_required
@require_safe
def proposal_drawing_svg(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send a cleaned drawing as SVG, as a file: shown in the page it could run scripts."""
    drawing = selectors_derived.get_drawing(request.user, pk)
    if not drawing.svg_blob:
        raise NotFound(what="drawing")
    return _file(drawing.svg_blob, "image/svg+xml", f"{_drawing_name(drawing)}.svg")


@login_required
@require_safe
def proposal_drawing_layer(request: SignedInRequest, pk: int, layer: str) -> HttpResponse:
    """Send the lines of a coloured pencil that were kept apart, as a PNG file."""
    drawing = selectors_derived.get_drawing(request.user, pk)
    if layer not in drawing.layers:
        raise NotFound(what="drawing")
    return _file(drawing.layers[layer], "image/png", f"{_drawing_name(drawing)}_{layer}.png")


@login_required
@require_safe
def proposal_key_picture(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send a key of a proposal as PNG; `?size=small` as a small picture."""
    key = selectors_derived.get_key(request.user, pk)
    send = thumb_response if request.GET.get("size") else picture_response
    return send(request, key.view_blob)


def _filling(user: User, cut: Cut) -> dict[str, Any]:
    """Return what the form says that fills cells by the timesheet."""
    production = cut.episode.production
    may_derive = access.allowed(user, Action.DERIVE, production, cut)
    if not may_derive or cut.omitted:
        return {"may_derive": may_derive, "fillable": []}
    takes = (
        cut.takes.select_related("timesheet").prefetch_related("cells__drawings").order_by("-submitted_at")
    )
    fillable = []
    for take in takes:
        gaps = {cell.name: page.gaps_of(take, cell) for cell in take.cells.all()}
        missing = {name: sum(len(gap.numbers) for gap in found) for name, found in gaps.items() if found}
        if missing:
            fillable.append((take, missing))
    return {
        "may_derive": True,
        "fillable": fillable,
        "offers": engines.offered(actor=user, production=production),
        "stages": Stage.choices,
        "stage": desk_data.stage_of(user, cut, fillable[0][0] if fillable else None),
    }


def _file(blob: str, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(blobs().read(blob), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _drawing_name(drawing: ProposalDrawing) -> str:
    made = drawing.part.proposal.derived
    return f"{slugify(str(made.cut))}_{made.cell}{drawing}"


def _chosen(request: SignedInRequest, made: DerivedJob) -> list[int] | None:
    """Return the drawings of a clean-up that are ticked; None where the form has none to tick."""
    if made.kind != DerivedKind.CLEANUP or "chooses" not in request.POST:
        return None
    return [int(each) for each in request.POST.getlist("drawings") if each.isdecimal() and len(each) < 19]


def _version(versions: list[Proposal], number: str) -> Proposal:
    found = versions[:1] if not number else [each for each in versions if str(each.number) == number]
    if not found:
        raise NotFound(what="proposal")
    return found[0]


def _drawings(proposal: Proposal | None) -> list[ProposalDrawing]:
    return [drawing for part in proposal.parts.all() for drawing in part.drawings.all()] if proposal else []


def _lines(part: ProposalPart) -> list[dict[str, Any]]:
    """Return the drawings of a part with how sure each is, in per cent."""
    return [
        {
            "drawing": each,
            "percent": None if each.confidence is None else round(100 * each.confidence),
            "label": spacing.label_of(each.position),
        }
        for each in part.drawings.all()
    ]


def _loop(made: DerivedJob, proposal: Proposal, parts: list[ProposalPart]) -> dict[str, Any]:
    """Return the pictures of a version in their order, keys between them, and how long each is held."""
    frames: list[dict[str, str]] = []
    is_clean = made.kind == DerivedKind.CLEANUP  # its roughs stand beside it, they are no frames between
    for part in parts:
        key_a = reverse("proposal_key_picture", args=[part.a_id])
        if not is_clean and (not frames or frames[-1]["url"] != key_a):
            frames.append({"url": key_a, "name": str(part.a), "kind": "key"})
        frames += [
            {"url": reverse("proposal_drawing_picture", args=[each.pk]), "name": str(each), "kind": "drawn"}
            for each in part.drawings.all()
            if each.view_blob
        ]
        if part.b_id:
            frames.append(
                {"url": reverse("proposal_key_picture", args=[part.b_id]), "name": str(part.b), "kind": "key"}
            )
    return {
        "frames": frames,
        "fps": float(made.cut.episode.production.fps),
        "on": proposal.on_frames or 2,
        "key": _("key"),
        "drawn": _("proposal"),
    }


def _file_name(made: DerivedJob, part: ProposalPart) -> str:
    return "_".join(slugify(str(each)) for each in (made.cut, part.a, part.b) if each)
