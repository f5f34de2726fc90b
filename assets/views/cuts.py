"""Cuts: the list with its CSV, and the page of one cut, which is like the paper cut bag."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assets import access, bag, desks, selectors
from assets.choices import Stage, StageStatus
from assets.forms import CastForm, CutForm, FileForm, NewCutForm, ShareForm, StageForm
from assets.models import Cut, Production, StageState
from assets.services import cut_csv, cuts
from assets.views.paging import page_of, tried
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action

FILTERS = ("q", "episode", "stage", "state", "assignee", "character", "due", "omitted")
# What people may write in each column; only the first two must be there.
_CSV_COLUMNS = (
    ("episode", gettext_lazy("EP01; opened when it is new")),
    ("cut", gettext_lazy("012, 101A")),
    ("length", gettext_lazy("1+12, or frames: 36")),
    ("due", gettext_lazy("2026-12-24")),
    ("note", gettext_lazy("any text")),
    ("cast", gettext_lazy("character/design, several with ; between")),
    ("omitted", gettext_lazy("yes for a dropped cut (欠番)")),
    ("AD state", gettext_lazy("todo, ready, in_work …; any stage")),
    ("AD assignee", gettext_lazy("the login of a person with a role here")),
)
_CUT_FIELDS = ("number", "duration_frames", "due_on", "note", "omitted")


@login_required
@require_GET
def cut_list(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the cuts of a production: filter, sort, count."""
    production = selectors.get_production(request.user, code)
    filters = {name: request.GET[name] for name in (*FILTERS, "order") if request.GET.get(name)}
    asked = {**filters, "omitted": filters.get("omitted", "no")}
    rows = desks.with_thumbs(selectors.cuts_of(request.user, production, asked))
    rows = desks.due_and_order(rows, filters.get("due", ""), filters.get("order", ""))
    page = page_of(request, rows)
    for cut in page.object_list:
        cut.lines = [
            line(each) for each in sorted(cut.stages.all(), key=lambda row: Stage.values.index(row.stage))
        ]
    context = {
        "production": production,
        "page": page,
        "filters": filters,
        "is_filtered": any(name in filters for name in FILTERS),
        "episodes": production.episodes.all(),
        "stages": Stage,
        "states": StageStatus,
        "members": selectors.members_of(request.user, production),
        "characters": access.visible_characters(request.user).filter(production=production).order_by("name"),
    }
    return render(request, "assets/cuts.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cut_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Add a cut."""
    production = selectors.get_production(request.user, code)
    access.require(request.user, Action.EDIT_CUTS, production)
    form = NewCutForm(request.POST or None, production=production)
    made: list[Cut] = []
    if request.method == "POST" and form.is_valid():
        fields = {**form.cleaned_data, "duration_frames": form.cleaned_data["duration_frames"] or 0}
        if tried(form, lambda: made.append(cuts.create(actor=request.user, **fields))):
            return redirect("cut", made[0].pk)
    context = {"production": production, "form": form, "has_episodes": production.episodes.exists()}
    return render(request, "assets/cut_new.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def cut_csv_page(request: SignedInRequest, code: str) -> HttpResponse:
    """Give the cuts as CSV (`?download=1`), or take a CSV in and say line by line what it did."""
    production = selectors.get_production(request.user, code)
    if request.method == "GET" and request.GET.get("download"):
        answer = HttpResponse(
            cut_csv.write(actor=request.user, production=production), content_type="text/csv"
        )
        answer["Content-Disposition"] = f'attachment; filename="{production.code}_cuts.csv"'
        return answer
    access.require(request.user, Action.EDIT_CUTS, production)
    form = FileForm(request.POST or None, request.FILES or None)
    reports: list[Any] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["file"].read()
        tried(
            form, lambda: reports.append(cut_csv.read(actor=request.user, production=production, data=data))
        )
    report = reports[0] if reports else None
    context = {"production": production, "form": form, "report": report, "columns": _CSV_COLUMNS}
    return render(request, "assets/cuts_csv.html", context)


@login_required
@require_GET
def cut_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the cut bag: stages, cast, takes, flags, neighbours."""
    cut = selectors.get_cut(request.user, pk)
    return render(request, "assets/cut.html", _bag(request, cut))


@login_required
@require_http_methods(["GET", "POST"])
def cut_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the cut's own fields."""
    cut = selectors.get_cut(request.user, pk)
    access.require(request.user, Action.EDIT_CUTS, cut.episode.production, cut)
    initial = {name: getattr(cut, name) for name in _CUT_FIELDS}
    form = CutForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = {**form.cleaned_data, "duration_frames": form.cleaned_data["duration_frames"] or 0}
        if tried(form, lambda: cuts.update(actor=request.user, cut=cut, **fields)):
            messages.success(request, _("Saved."))
            return redirect("cut", cut.pk)
    context = {"production": cut.episode.production, "cut": cut, "form": form}
    return render(request, "assets/cut_edit.html", context)


@login_required
@require_POST
def cut_stage(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set where a stage stands, who has it and when it is due."""
    cut = selectors.get_cut(request.user, pk)
    production = cut.episode.production
    form = StageForm(request.POST, production=production)
    # A supervisor judges without being allowed to move work: then only the state is sent.
    only_state = not access.allowed(request.user, Action.EDIT_CUTS, production, cut)

    def change() -> None:
        given = form.cleaned_data
        rest = {} if only_state else {"assignee": given["assignee"], "due_on": given["due_on"]}
        cuts.set_stage(actor=request.user, cut=cut, stage=given["stage"], state=given["state"], **rest)

    if form.is_valid() and tried(form, change):
        messages.success(request, _("%(stage)s was changed.") % {"stage": form.cleaned_data["stage"]})
        return redirect("cut", cut.pk)
    return _with_errors(request, cut, form)


@login_required
@require_POST
def cut_cast(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set which designs are worn in the cut."""
    cut = selectors.get_cut(request.user, pk)
    form = CastForm(request.POST, production=cut.episode.production)

    def change() -> None:
        cuts.set_cast(actor=request.user, cut=cut, designs=list(form.cleaned_data["designs"]))

    if form.is_valid() and tried(form, change):
        messages.success(request, _("The cast was changed."))
        return redirect("cut", cut.pk)
    return _with_errors(request, cut, form)


@login_required
@require_POST
def cut_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Set which cuts share drawings with this one."""
    cut = selectors.get_cut(request.user, pk)
    form = ShareForm(request.POST)
    if form.is_valid():
        try:
            others = form.cuts(cut)
        except forms.ValidationError as error:
            form.add_error("numbers", error)
        else:
            if tried(form, lambda: cuts.share(actor=request.user, cut=cut, cuts=others)):
                messages.success(request, _("Saved."))
                return redirect("cut", cut.pk)
    return _with_errors(request, cut, form)


def line(stage: StageState) -> dict[str, Any]:
    """Return what lists show of a stage: itself and whether it is late."""
    due_on = stage.due_on or stage.cut.due_on
    return {"stage": stage, "due_on": due_on, "due": desks.due_state(due_on, stage.state)}


def _bag(request: SignedInRequest, cut: Cut, *wrong: forms.Form) -> dict[str, Any]:
    production = cut.episode.production
    cast = bag.cast_of(cut)
    bound: dict[type, forms.Form] = {type(form): form for form in wrong}
    shared = bag.shared_of(request.user, cut)
    takes = list(cut.takes.order_by("-submitted_at", "-id"))
    may_edit = access.allowed(request.user, Action.EDIT_CUTS, production, cut)
    designs = [each.design for each in cast]
    return {
        "production": production,
        "cut": cut,
        "boxes": bag.boxes_of(request.user, cut),
        "due": desks.due_state(cut.due_on, StageStatus.TODO),
        "due_words": bag.due_words(cut.due_on, StageStatus.TODO),
        "states": StageStatus.choices,
        "members": _members(production) if may_edit else [],
        "cast": cast,
        "shared": shared,
        "takes": takes,
        "newest": takes[0] if takes else None,
        **_around(request.user, cut),
        "cast_form": bound.get(CastForm) or CastForm(production=production, initial={"designs": designs}),
        "share_form": bound.get(ShareForm)
        or ShareForm(initial={"numbers": ", ".join(each.number for each in shared)}),
        "stage_form": bound.get(StageForm),
        "wrong_form": wrong[0] if wrong else None,
    }


def _members(production: Production) -> list[User]:
    return list(StageForm(production=production).fields["assignee"].queryset)  # type: ignore[attr-defined]


def _around(user: User, cut: Cut) -> dict[str, Any]:
    """Return the neighbouring cuts, and which of them the keys [ and ] open."""
    near = desks.neighbours(user, cut)
    ids = [each.pk for each in near]
    place = ids.index(cut.pk) if cut.pk in ids else 0
    return {
        "neighbours": near,
        "prev_id": ids[place - 1] if place > 0 else None,
        "next_id": ids[place + 1] if place + 1 < len(ids) else None,
    }


def _with_errors(request: SignedInRequest, cut: Cut, form: forms.Form) -> HttpResponse:
    return render(request, "assets/cut.html", _bag(request, cut, form), status=400)
