"""The search of the frame: cuts by number, characters and designs by name, people for who may see them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When

from assets import access
from assets.models import Casting, Character, Cut, Membership
from studio.core.models import User
from studio.core.roles import Action

_MAX_WORDS = 8
_MAX_LETTERS = 100


@dataclass(frozen=True)
class Found:
    """What fits all words, the nearest first."""

    cuts: QuerySet[Cut]
    characters: QuerySet[Character]
    people: list[dict[str, Any]]  # user_id, name, code of the production


def words_of(text: str) -> list[str]:
    """Return the words of a search; "EP01_C012", "ep01c012" and full-width "１２" are read as people mean them."""
    plain = unicodedata.normalize("NFKC", text.replace("\x00", ""))[:_MAX_LETTERS]
    apart = re.sub(r"(?i)(\d)c(\d)", r"\1 \2", re.sub(r"[_・/]", " ", plain))
    return apart.split()[:_MAX_WORDS]


def found(user: User, text: str, *, near: str = "", most: int = 60) -> Found:
    """Return what the person may see and every word fits; the production with the code `near` comes first."""
    words = words_of(text)
    if not words:
        return Found(Cut.objects.none(), Character.objects.none(), [])
    cuts = Cut.objects.filter(pk__in=access.visible_cuts(user).values("pk"))
    characters = Character.objects.filter(pk__in=access.visible_characters(user).values("pk"))
    numbers: set[str] = set()
    for word in words:
        cuts = cuts.filter(_cut_has(word))
        numbers |= set(_numbers(word))
        characters = characters.filter(
            Q(name__icontains=word) | Q(code__icontains=word) | Q(designs__name__icontains=word)
        )
    here = _first(Q(episode__production__code=near)) if near else Value(0)
    cuts = cuts.select_related("episode__production").annotate(here=here, exact=_first(Q(number__in=numbers)))
    order = ("here", "exact", "episode__production__code", "episode__code", "number", "pk")
    designs = Prefetch("designs", access.visible_designs(user).prefetch_related("sheets"))
    return Found(
        cuts.order_by(*order)[:most],
        characters.select_related("production")
        .prefetch_related(designs)
        .distinct()
        .order_by("name", "pk")[:most],
        _people(user, words, most),
    )


def _number(word: str) -> str:
    """Return a cut's number without the letter before it: "c012" is "012"."""
    return word[1:] if word[:1] in {"c", "C"} and word[1:2].isdigit() else word


def _numbers(word: str) -> list[str]:
    """Return how a whole number may be written: `12`, `012`, `0012`."""
    number = _number(word)
    return [number.zfill(length) for length in range(len(number), 5)] if number[:1].isdigit() else [number]


def _cut_has(word: str) -> Q:
    wanted = Q(episode__code__iexact=word)
    number = _number(word)
    for zeros in ("", "0", "00", "000") if number[:1].isdigit() else ("",):
        wanted |= Q(number__istartswith=zeros + number)
    if not word.isdigit():
        names = Q(design__character__name__icontains=word) | Q(design__name__icontains=word)
        wanted |= Q(note__icontains=word) | Q(pk__in=Casting.objects.filter(names).values("cut"))
    return wanted


def _first(wanted: Q) -> Case:
    return Case(When(wanted, then=Value(0)), default=Value(1), output_field=IntegerField())


def _people(user: User, words: list[str], most: int) -> list[dict[str, Any]]:
    """Return members of the productions that the person sees whole."""
    inside = access.visible_productions(user)
    if not user.is_superuser:
        whole = Membership.objects.filter(user=user, role__in=access.roles_with(Action.VIEW_ALL_CUTS))
        inside = inside.filter(pk__in=whole.values("production"))
    members = Membership.objects.filter(production__in=inside.values("pk"), user__is_active=True)
    for word in words:
        members = members.filter(
            Q(user__username__icontains=word)
            | Q(user__display_name__icontains=word)
            | Q(user__first_name__icontains=word)
            | Q(user__last_name__icontains=word)
        )
    rows = members.select_related("user", "production").order_by("user__username", "production__code")
    by_place = {(row.user_id, row.production_id): row for row in rows[: 4 * most]}
    return [
        {"pk": row.user_id, "name": str(row.user), "username": row.user.username, "code": row.production.code}
        for row in list(by_place.values())[:most]
    ]
