"""What a Call is, and those of the desks that stand apart: playlists, guests, webhooks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from assets.models import GuestLink, Playlist, Webhook, WebhookDelivery
from assets.services import rush, webhooks
from studio.core.models import User
from studio.core.roles import Action
from tests.world import World

Make = Callable[[World], Any]
Do = Callable[[User, World, Any], Any]


@dataclass(frozen=True)
class Call:
    """A mutation: what it needs, how it is called, and which action it asks for."""

    name: str
    action: Action
    do: Do
    make: Make = lambda _world: None


def playlist(world: World) -> Playlist:
    """Return a playlist of two cuts."""
    made = rush.create(actor=world.supervisor, production=world.production, name="Rush")
    rush.add_cuts(actor=world.supervisor, playlist=made, episode=world.episode, numbers="12-13")
    return made


def guest_link(world: World) -> GuestLink:
    """Return a link that opens a playlist."""
    return rush.open_guest_link(actor=world.producer, playlist=playlist(world), label="TV", days=1)[0]


RUSH_CALLS = (
    Call(
        "rush.create",
        Action.MANAGE_RUSH,
        lambda u, w, _: rush.create(actor=u, production=w.production, name="New"),
    ),
    Call(
        "rush.update",
        Action.MANAGE_RUSH,
        lambda u, _, made: rush.update(actor=u, playlist=made, name="Other"),
        playlist,
    ),
    Call("rush.remove", Action.MANAGE_RUSH, lambda u, _, made: rush.remove(actor=u, playlist=made), playlist),
    Call(
        "rush.add_cuts",
        Action.MANAGE_RUSH,
        lambda u, w, made: rush.add_cuts(actor=u, playlist=made, episode=w.episode, numbers="12"),
        playlist,
    ),
    Call(
        "rush.remove_item",
        Action.MANAGE_RUSH,
        lambda u, _, made: rush.remove_item(actor=u, item=made.items.first()),
        playlist,
    ),
    Call(
        "rush.move_item",
        Action.MANAGE_RUSH,
        lambda u, _, made: rush.move_item(actor=u, item=made.items.first(), step=1),
        playlist,
    ),
    Call(
        "rush.open_guest_link",
        Action.MANAGE_MEMBERS,
        lambda u, _, made: rush.open_guest_link(actor=u, playlist=made, label="TV", days=1),
        playlist,
    ),
    Call(
        "rush.revoke_guest_link",
        Action.MANAGE_MEMBERS,
        lambda u, _, link: rush.revoke_guest_link(actor=u, link=link),
        guest_link,
    ),
)


def webhook(world: World) -> Webhook:
    """Return a webhook."""
    return webhooks.create(actor=world.producer, production=world.production, url="https://chat.example/")


def delivery(world: World) -> WebhookDelivery:
    """Return a delivery of a webhook."""
    return webhooks.send_test(actor=world.producer, webhook=webhook(world))


WEBHOOK_CALLS = (
    Call(
        "webhooks.create",
        Action.MANAGE_PRODUCTION,
        lambda u, w, _: webhooks.create(actor=u, production=w.production, url="https://chat.example/"),
    ),
    Call(
        "webhooks.update",
        Action.MANAGE_PRODUCTION,
        lambda u, _, h: webhooks.update(actor=u, webhook=h, active=False),
        webhook,
    ),
    Call(
        "webhooks.rotate",
        Action.MANAGE_PRODUCTION,
        lambda u, _, h: webhooks.rotate(actor=u, webhook=h),
        webhook,
    ),
    Call(
        "webhooks.remove",
        Action.MANAGE_PRODUCTION,
        lambda u, _, h: webhooks.remove(actor=u, webhook=h),
        webhook,
    ),
    Call(
        "webhooks.send_test",
        Action.MANAGE_PRODUCTION,
        lambda u, _, h: webhooks.send_test(actor=u, webhook=h),
        webhook,
    ),
    Call(
        "webhooks.send_again",
        Action.MANAGE_PRODUCTION,
        lambda u, _, d: webhooks.send_again(actor=u, delivery=d),
        delivery,
    ),
)
