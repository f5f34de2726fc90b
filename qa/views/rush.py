"""The rush: cuts of a playlist, looked at one after the other, by people of the production or by a guest."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assets import access, desks
from assets import selectors as asset_selectors
from assets.models import Cut, GuestLink, Playlist, PlaylistItem, Production
from assets.services import rush
from assets.views.paging import tried
from qa.forms_rush import AddCutsForm, GuestLinkForm, PlaylistForm
from qa.views.playback import playback_of
from studio.core.errors import NotFound
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action


@login_required
@require_GET
def playlists(request: SignedInRequest, code: str) -> HttpResponse:
    """Show the playlists of a production."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.VIEW_ALL_CUTS, production)
    return _playlists(request, production, PlaylistForm(production=production))


@login_required
@require_POST
def playlist_new(request: SignedInRequest, code: str) -> HttpResponse:
    """Start a playlist."""
    production = asset_selectors.get_production(request.user, code)
    access.require(request.user, Action.MANAGE_RUSH, production)
    form = PlaylistForm(request.POST, production=production)
    made: list[Playlist] = []

    def create() -> None:
        made.append(rush.create(actor=request.user, production=production, **form.cleaned_data))

    if form.is_valid() and tried(form, create):
        return redirect("playlist", made[0].pk)
    return _playlists(request, production, form, status=400)


@login_required
@require_GET
def playlist(request: SignedInRequest, pk: int) -> HttpResponse:
    """Play a playlist, and put it in order."""
    return _page(request, _playlist(request.user, pk))


@login_required
@require_POST
def playlist_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Rename, delete, add cuts, move or take out one; the button's name says which."""
    found = _playlist(request.user, pk)
    if "remove" in request.POST:
        rush.remove(actor=request.user, playlist=found)
        messages.success(request, _("The playlist was deleted. Its cuts stay as they are."))
        return redirect("playlists", found.production.code)
    if "rename" in request.POST:
        rush.update(actor=request.user, playlist=found, name=request.POST.get("name", "").strip())
    elif "add" in request.POST:
        form = AddCutsForm(request.POST, production=found.production)
        if not (form.is_valid() and tried(form, lambda: _add(request.user, found, form))):
            return _page(request, found, add_form=form, status=400)
    else:
        _change_item(request, found)
    return redirect("playlist", found.pk)


@login_required
@require_POST
def guest_link_new(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a link for a guest; its address is shown once, on the page that answers."""
    found = _playlist(request.user, pk)
    form = GuestLinkForm(request.POST)
    made: list[str] = []

    def create() -> None:
        _link, token = rush.open_guest_link(actor=request.user, playlist=found, **form.cleaned_data)
        made.append(request.build_absolute_uri(reverse("guest", args=[token])))

    if form.is_valid() and tried(form, create):
        return _page(request, found, new_address=made[0])
    access.require(request.user, Action.MANAGE_MEMBERS, found.production)
    return _page(request, found, guest_form=form, status=400)


@login_required
@require_POST
def guest_link_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a link."""
    link = GuestLink.objects.select_related("playlist__production").filter(pk=pk).first()
    if link is None:
        raise NotFound(what="link")
    rush.revoke_guest_link(actor=request.user, link=link)
    messages.success(request, _("The link does not open any more."))
    return redirect("playlist", link.playlist_id)


@login_required
@require_GET
def playlist_item(request: SignedInRequest, pk: int) -> JsonResponse:
    """Return what the player needs of one cut."""
    item = PlaylistItem.objects.select_related("playlist", "take").filter(pk=pk).first()
    if item is None:
        raise NotFound(what="playlist")
    _playlist(request.user, item.playlist_id)
    return JsonResponse(_playback(item))


def items_of(found: Playlist) -> list[PlaylistItem]:
    """Return the items in order with cut, take and first picture, in two queries."""
    cuts = Prefetch("cut", desks.with_thumbs(Cut.objects.select_related("episode__production")))
    return list(found.items.select_related("take").prefetch_related(cuts).order_by("position", "id"))


def playback_for(item: PlaylistItem, picture_url: str) -> dict[str, Any]:
    """Return an item's playback with the addresses of a guest: `picture_url` ends in the id 0."""
    data = _playback(item)
    data["drawings"] = {pk: picture_url.replace("/0.png", f"/{pk}.png") for pk in data["drawings"]}
    return data


def _playback(item: PlaylistItem) -> dict[str, Any]:
    take = rush.take_of(item)
    if take is None:
        raise NotFound(what="take")
    return playback_of(take, None, None)


def _playlist(user: User, pk: int) -> Playlist:
    visible = access.visible_productions(user).values("pk")
    found = Playlist.objects.select_related("production", "created_by")
    one = found.filter(pk=pk, production__in=visible).first()
    if one is None or not access.allowed(user, Action.VIEW_ALL_CUTS, one.production):
        raise NotFound(what="playlist")
    return one


def _add(user: User, found: Playlist, form: AddCutsForm) -> None:
    rush.add_cuts(actor=user, playlist=found, **form.cleaned_data)


def _change_item(request: SignedInRequest, found: Playlist) -> None:
    wanted = request.POST.get("item", "")
    item = found.items.filter(pk=wanted).first() if wanted.isdecimal() else None
    if item is None:
        raise NotFound(what="cut")
    steps = {"up": -1, "down": 1}
    step = steps.get(request.POST.get("step", ""))
    if step is None:
        rush.remove_item(actor=request.user, item=item)
    else:
        rush.move_item(actor=request.user, item=item, step=step)


def _playlists(
    request: SignedInRequest, production: Production, form: PlaylistForm, status: int = 200
) -> HttpResponse:
    rows = production.playlists.select_related("created_by").annotate(cuts=Count("items"))
    context = {"production": production, "rows": rows, "form": form}
    return render(request, "qa/playlists.html", context, status=status)


def _page(request: SignedInRequest, found: Playlist, *, status: int = 200, **more: Any) -> HttpResponse:
    production = found.production
    context = {
        "production": production,
        "playlist": found,
        "items": items_of(found),
        "links": list(found.guest_links.select_related("created_by")),
        "may_edit": access.allowed(request.user, Action.MANAGE_RUSH, production),
        "may_invite": access.allowed(request.user, Action.MANAGE_MEMBERS, production),
        "add_form": AddCutsForm(production=production, auto_id="add_%s"),
        "guest_form": GuestLinkForm(auto_id="guest_%s"),
        **more,
    }
    return render(request, "qa/playlist.html", context, status=status)
