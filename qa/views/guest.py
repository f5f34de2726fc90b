"""What a guest sees: one playlist, read only, by a link that ends. No session, no cookie, nothing to find out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from assets.models import Drawing, GuestLink, PlaylistItem
from assets.services import rush
from assets.views.pictures import picture_response
from qa.views.rush import items_of, playback_for
from studio.core.errors import NotFound


@require_GET
def guest(request: HttpRequest, token: str) -> HttpResponse:
    """Show the playlist of the link."""
    link = rush.guest_link_of(token)
    context = {"link": link, "playlist": link.playlist, "items": items_of(link.playlist), "token": token}
    return _private(render(request, "qa/guest.html", context))


@require_GET
def guest_item(request: HttpRequest, token: str, pk: int) -> HttpResponseBase:
    """Return what the player needs of one cut of the link's playlist."""
    item = _item(rush.guest_link_of(token), pk)
    return _private(JsonResponse(playback_for(item, reverse("guest_picture", args=[token, item.pk, 0]))))


@require_GET
def guest_picture(request: HttpRequest, token: str, pk: int, drawing_id: int) -> HttpResponseBase:
    """Send a drawing of the take that an item of the link's playlist shows, and no other."""
    item = _item(rush.guest_link_of(token), pk)
    drawing = Drawing.objects.filter(pk=drawing_id, cell__take=rush.take_of(item)).first()
    if drawing is None:
        raise NotFound(what="drawing")
    return picture_response(request, drawing.view_blob)


def _item(link: GuestLink, pk: int) -> PlaylistItem:
    found = link.playlist.items.select_related("take", "cut__episode__production").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="cut")
    return found


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: no search engine, no referrer, no shared cache may learn it."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "private, no-store"
    return response
