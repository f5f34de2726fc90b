"""Every page in Japanese: what is left in English is a name, a code, or a string that nobody marked."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from assets.rights.facets import reviewed_licences
from assets.services import register
from studio.core.models import User
from tests.flows.test_page_roles import RULES, _arguments, place  # noqa: F401  (place is a fixture)
from tests.full_world import give_every_role
from tests.qa.conftest import fake  # noqa: F401  (a fixture)
from tests.world import World

_SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title", "data-confirm", "data-offline"}
_SILENT = {"script", "style", "code", "kbd", "pre", "template", "cite"}
_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{3,}")
# Codes, paths, patterns, addresses and placeholders: whatever has such a sign inside.
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")
_CODE = re.compile(r"[!-~]*[/_<>@#:.\\{}][!-~]+")
# Names of programs, formats and keys, and the words of the command line.
KNOWN = """
    Sakkan English JavaScript Python Django SQLite PostgreSQL Redis Linux Enter Esc Tab Shift Ctrl Alt Delete Home
    End Excel Base64 WebP Discord Slack Mattermost Google Chat Webhook Apache zip sakkan push make run sqlite wal auto
    Merkle Mann Kendall Theil Sen python manage health OpenCLIP DINOv hand beat Docker fps touch backup FOLDER
    postgresql
"""
# What the test's own world is called.
DATA = """
    Hoshi Kodomo uniform everybody Rin Aki School school Gym front Own art aki hair normal view main hand mine
    Hana Mori Keys tween fine fake soon came
    producer supervisor assistant outside stranger administrator artist memory Rush none last backup
"""
# What our own art is entered as, and what licences and weights are called.
_OWN = (
    register.OWN_ART, "comparator", "inbetween-no-weights cel-graph-1", "inbetween", "weigher",
    "cleanup-no-weights line-graph-1", "cleanup", "Douga of the season",
)  # fmt: skip
_LICENCES = frozenset(word for name in reviewed_licences() for word in _WORD.findall(name))
PAGES = [
    n
    for n, rule in RULES.items()
    if rule.method == "get" and not re.search("csv|events|thumb|picture|pdf|svg|layer", n)
]


class _Reader(HTMLParser):
    """Collects what a person reads or hears: text, and the attributes that are spoken or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.said += [
            value
            for name, value in attrs
            if value and (name in _SPOKEN or (name == "data-word" or name.startswith("data-word-")))
        ]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))


def english_of(page: str, names: frozenset[str]) -> list[str]:
    """Return what is said in words that are neither Japanese nor names."""
    reader = _Reader()
    reader.feed(page)
    known = names.union(KNOWN.split(), DATA.split(), _LICENCES)
    return [text for text in reader.said if not known.issuperset(_words(text))]


def _words(text: str) -> list[str]:
    """Return the words of a text; those all in capitals are codes."""
    return [word for word in _WORD.findall(_CODE.sub(" ", _ID.sub(" ", text))) if not word.isupper()]


@pytest.fixture
def reader(world: World) -> User:
    """Somebody who sees everything, and reads Japanese."""
    user = give_every_role(world)
    user.is_superuser, user.language = True, "ja"
    user.save()
    return user


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_english_left(
    name: str,
    world: World,
    place: dict[str, dict[str, Any]],  # noqa: F811
    reader: User,
) -> None:
    place["world"]["visitor"] = reader
    client = Client(headers={"accept-language": "ja"})
    if name != "login":
        client.force_login(reader)
    answer = client.get(reverse(name, kwargs=_arguments(name, world, place)), follow=True)
    if answer.headers["Content-Type"].startswith("text/html"):
        names = frozenset(_WORD.findall(" ".join(map(str, User.objects.all()))))
        page = answer.content.decode()
        for own in _OWN:
            page = page.replace(own, "")
        left = english_of(page, names)
        assert not left, "\n".join(left)
