"""Every address that the server answers, so that a table of expectations can be held against all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """One address: its name, its pattern from the root, the methods of its view (empty for a plain function)."""

    name: str
    pattern: str
    methods: tuple[str, ...]

    @property
    def calls(self) -> list[str]:
        """The methods with the name, as tables write them: `GET api_me`."""
        return [f"{method.upper()} {self.name}" for method in self.methods]


def routes(prefix: str = "") -> list[Route]:
    """Return every address whose pattern begins with `prefix` ("api/v1/"), in the order of the URLconf."""
    return [route for route in _walk(get_resolver(), "") if route.pattern.startswith(prefix)]


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        else:
            yield Route(entry.name or "", pattern, _methods(entry))


def _methods(entry: URLPattern) -> tuple[str, ...]:
    view: Any = getattr(entry.callback, "cls", None) or getattr(entry.callback, "view_class", None)
    if view is None:
        return ()
    own = [method for method in _METHODS if hasattr(view, method)]
    if "get" not in own and "head" in vars(view):
        own.append("head")
    return tuple(own)
