"""What templates ask about the person and the frame: permissions, the present page, colours, sizes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assets import access, audit_words
from assets.models import Production
from studio.core.roles import Action, may

register = template.Library()
register.filter(audit_words.verb_words)
register.filter(audit_words.kind_words)
register.filter(audit_words.field_words)
THEMES = ("dark", "light", "system")
_LISTS_BY_EPISODE = frozenset({"cuts", "review", "retakes"})


@dataclass(frozen=True)
class Link:
    """An address of the frame, and the attribute that marks the page one is on."""

    url: str
    current: SafeString


@register.simple_tag(takes_context=True)
def can(context: dict[str, Any], action: str, production: Production | None) -> bool:
    """Return whether the reader's roles in `production` allow `action`; asked once per page and production."""
    request: HttpRequest | None = context.get("request")
    if request is None or production is None or not request.user.is_authenticated:
        return False
    known: dict[int, set[str]] = request.__dict__.setdefault("_desk_roles", {})
    if production.pk not in known:
        known[production.pk] = access.roles_of(request.user, production)
    return may(known[production.pk], Action(action))


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any]) -> str:
    """Return the reader's theme: what they chose on any machine, or dark."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return THEMES[0]
    chosen = getattr(getattr(request, "user", None), "theme", "") or request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else THEMES[0]


@register.simple_tag(takes_context=True)
def item(context: dict[str, Any], name: str, *args: Any) -> Link | None:
    """Return the address of a page of the frame, or None where its app is not installed."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return None
    request: HttpRequest | None = context.get("request")
    here = request.path if request is not None else ""
    is_here = here == url or (url.count("/") > 3 and here.startswith(url))
    return Link(url, SafeString(' aria-current="page"') if is_here else SafeString(""))


@register.simple_tag(takes_context=True)
def episode_links(context: dict[str, Any], production: Production) -> dict[str, Any]:
    """Return the episodes of the frame's switcher: a list that knows episodes stays where it is, filtered.

    `present` is the episode that the page is about: by its filter, or the one of its cut.
    """
    request: HttpRequest = context["request"]
    match = request.resolver_match
    stays = match is not None and match.url_name in _LISTS_BY_EPISODE
    base = request.path if stays else reverse("cuts", args=[production.code])
    cut = context.get("cut")
    asked = request.GET.get("episode", "") if stays else ""
    rows, present = [], None
    for each in production.episodes.all():
        is_present = (
            asked in {str(each.pk), each.code} if asked else getattr(cut, "episode_id", None) == each.pk
        )
        present = each if is_present else present
        value = each.code if base.endswith("/cuts/") else each.pk
        rows.append(
            {"episode": each, "url": f"{base}?{urlencode({'episode': value})}", "is_present": is_present}
        )
    return {"rows": rows, "all_url": base, "present": present}


@register.simple_tag
def swatch(colour: str, label: str = "") -> SafeString:
    """Return a patch of colour as SVG: its fill is an attribute, which the content policy allows."""
    return format_html(
        '<svg class="swatch" viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect width="1" height="1" fill="{}"/></svg>',
        label or colour,
        colour,
    )


@register.filter
def length_of(frames: int, fps: Any) -> str:
    """Return a length as the trade writes it: `1+12` is one second and twelve frames."""
    per_second = max(1, round(float(fps)))
    return f"{frames // per_second}+{frames % per_second:02d}"


@register.simple_tag(takes_context=True)
def open_flags(context: dict[str, Any], production: Production | None) -> int | str | None:
    """Return how many flags of `production` wait for a verdict; None where the reader sees no flags."""
    count = context.get("frame_open_flags")
    return count(production) if count is not None and production is not None else None


@register.filter
def plain(value: Any) -> str:
    """Return a value of the audit log as people write it: no brackets, quotes or Python's None."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(each)}" for key, each in value.items()) or "–"
    if isinstance(value, list):
        return ", ".join(plain(each) for each in value) or "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return "–" if value in {None, ""} else audit_words.value_words(str(value))


@register.filter
def base_name(path: str) -> str:
    """Return the last part of a path that came with an upload; the folders before it say nothing new."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """Return a time as UTC text in `<time>`; the frame's script shows it in the reader's own zone."""
    if at is None:
        return "–"
    return format_html(
        '<time datetime="{}" data-moment>{} UTC</time>',
        at.isoformat(),
        date_format(at.astimezone(UTC), "DATETIME_FORMAT"),
    )


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """Return the page's own query string with some values changed; an empty value removes one."""
    values = context["request"].GET.copy()
    for key, value in changes.items():
        if value in {"", None}:
            values.pop(key, None)
        else:
            values[key] = str(value)
    return f"?{values.urlencode()}" if values else "?"
