"""Globs of tables and REUSE files, matched in bounded time whatever the pattern.

"*" and "?" stay inside one folder, "**" crosses folders, "**/" also stands for no folder at all, case counts, and every
other character means itself.
"""

from __future__ import annotations

import re
from functools import lru_cache

MAX_PATTERN_CHARACTERS = 1_000
_STAR, _ONE, _DEEP, _MAYBE = "star", "one", "deep", "maybe"


def matches(pattern: str, path: str) -> bool:
    """Say whether a path is meant by a pattern. A pattern beyond MAX_PATTERN_CHARACTERS means only itself."""
    if pattern == path:
        return True
    if len(pattern) > MAX_PATTERN_CHARACTERS or not any(sign in pattern for sign in "*?"):
        return False
    compiled = _compiled(pattern)
    return bool(compiled.fullmatch(path)) if compiled else _walk(_tokens(pattern), path)


@lru_cache(maxsize=8192)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a regular expression that needs no backtracking but for one "**"; None for a pattern that would.

    A star takes the nearest place where the text behind it fits, and never reconsiders (an atomic group): inside one
    folder the nearest place is as good as any. Only the last star of all, and "**", try further.
    """
    tokens = _tokens(pattern)
    deep = [index for index, token in enumerate(tokens) if token in {_DEEP, _MAYBE}]
    if len(deep) > 1 or (deep and not re.search(r"(?:^|/)\*\*(?:/|$)", pattern)):
        return None
    out: list[str] = []
    begun = False  # an atomic group is open
    last_star = max((i for i, token in enumerate(tokens) if token == _STAR), default=-1)
    for index, token in enumerate(tokens):
        if token in {_STAR, _DEEP, _MAYBE} and begun:
            out.append(")")
            begun = False
        if token == _STAR and index != last_star:
            out.append("(?>[^/]*?")
            begun = True
        else:
            out.append(_SIGNS.get(token) or re.escape(token))
    return re.compile("".join(out) + (")" if begun else ""), re.DOTALL)


_SIGNS = {_STAR: "[^/]*", _ONE: "[^/]", _DEEP: ".*", _MAYBE: "(?:.*/)?"}


@lru_cache(maxsize=8192)
def _tokens(pattern: str) -> tuple[str, ...]:
    """Return signs and single characters. "**/" is one sign, so that it may stand for nothing."""
    pattern = re.sub(r"\*{3,}", "**", pattern)
    pattern = re.sub(r"(?:\*\*/){2,}", "**/", pattern)
    names = {"**/": _MAYBE, "**": _DEEP, "*": _STAR, "?": _ONE}
    return tuple(names.get(part, part) for part in re.findall(r"\*\*/|\*\*|.", pattern, re.DOTALL))


def _walk(tokens: tuple[str, ...], path: str) -> bool:
    """Match by walking all states at once: at most pattern length times path length steps."""
    steps: list[str] = []
    for token in tokens:
        steps += [_MAYBE, _DEEP, "/"] if token == _MAYBE else [token]
    states = _reached({0}, steps)
    for character in path:
        states = _reached({n for at in states for n in _next(at, steps, character)}, steps)
    return len(steps) in states


def _next(at: int, steps: list[str], character: str) -> tuple[int, ...]:
    if at == len(steps) or steps[at] == _MAYBE:
        return ()
    step = steps[at]
    if step == _DEEP or (step == _STAR and character != "/"):
        return (at,)
    return (at + 1,) if step == character or (step == _ONE and character != "/") else ()


def _reached(states: set[int], steps: list[str]) -> set[int]:
    """Add the states that need no character: behind a star, into and behind an optional folder."""
    waiting, found = list(states), set(states)
    while waiting:
        at = waiting.pop()
        step = steps[at] if at < len(steps) else ""
        further = (at + 1, at + 3) if step == _MAYBE else (at + 1,) if step in {_STAR, _DEEP} else ()
        for state in further:
            if state not in found:
                found.add(state)
                waiting.append(state)
    return found
