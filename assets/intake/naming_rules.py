"""Naming rules: how a path says which episode, cut, stage, cell, drawing and take it is.

No standard exists in the field, so a rule is data: a pattern with named groups, edited per production and shown
to the person before its reading is believed. Patterns see the path without its extension, with ``/`` between
folders, and must cover the end of the path from a folder boundary on. Upper and lower case are the same to them.
"""

import importlib
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assets.intake.problems import Problem, refused

GROUPS = ("episode", "cut", "stage", "cell", "number", "take")
MAX_PATTERN_LENGTH = 400
MAX_PATH_LENGTH = 400
# An upper bound on how many ways a pattern can try one name, so that no name can block the upload.
MAX_WAYS = 25_000_000

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_EPISODE = r"(?:ep|e|#|第)?(?P<episode>\d{1,3}|op|ed|pv)話?"
_CUT = r"(?:cut|カット|c)[_-]?(?P<cut>\d{1,4}[a-z]?)"
_CELL = r"(?P<cell>[a-z]{1,3})"
_NUMBER = r"(?P<number>\d{1,6}[a-z]?)"
_STAGES = r"(?P<stage>lo|gen|kd\+?|2g\+?|ad\+?|pt\+?|bg|comp)"
_TAKE = r"(?:[._-]?(?P<take>[rt]\d{1,2}))?"
_CELL_FOLDER = _CELL + _TAKE + r"/(?:(?P=cell)[_-]?)?" + _NUMBER


@dataclass(frozen=True)
class NamingRule:
    """One way to read names: ``pattern`` is a regular expression with the groups of ``GROUPS``."""

    id: str
    label: str
    pattern: str
    example: str


# From the most telling to the least: where two rules read equally well, the first one wins.
DEFAULT_RULES: tuple[NamingRule, ...] = (
    NamingRule(
        "episode-cut-cell-number",
        "Episode, cut, cell and number in the name",
        rf"{_EPISODE}[_-]{_CUT}(?:[_-]{_STAGES})?[_-]{_CELL}[_-]?{_NUMBER}{_TAKE}",
        "EP01_C012_A_0003.png",
    ),
    NamingRule(
        "episode-cut-folder",
        "Folder of episode and cut, folder per cell",
        rf"{_EPISODE}[_/-]{_CUT}(?:/{_STAGES})?/{_CELL_FOLDER}",
        "EP01_C012/A/A0003.png",
    ),
    NamingRule(
        "title-episode-cut",
        "Title, episode, cut, cell and number in the name",
        rf"[^\W_]{{1,20}}_{_EPISODE}_{_CUT}_{_CELL}[_-]?{_NUMBER}",
        "kt_OP_c021_A-00012.tga",
    ),
    NamingRule(
        "cut-folder",
        "Folder per cut, folder per cell",
        rf"{_CUT}/(?:[^/]{{1,40}}/)?{_CELL_FOLDER}",
        "Cut-005/Line/A/a001.png",
    ),
    NamingRule(
        "cut-cell-number",
        "Cut, cell and number",
        rf"{_CUT}[_/-]{_CELL}[_-]?{_NUMBER}",
        "c012_A0003.tga",
    ),
    NamingRule("cut-number", "Cut and number, cell A", rf"{_CUT}[_/-]{_NUMBER}", "c012_0003.png"),
    NamingRule("cell-folder", "Folder per cell", _CELL_FOLDER, "A/a001.png"),
    NamingRule(
        "stage-suffix",
        "Cell, number and a letter of the stage",
        rf"{_CELL}[_-]?{_NUMBER}_(?P<stage>[a-z]|lo|gen|kd\+?|2g\+?|ad\+?|pt\+?|bg|comp)",
        "A_0001_e.jpg",
    ),
    NamingRule("cell-number", "Cell and number", rf"{_CELL}[_-]?{_NUMBER}", "A0001.png"),
    NamingRule("number", "Number alone, cell A", _NUMBER, "0001.png"),
    NamingRule(
        "word-number",
        "A word as the cell, then a number",
        rf"(?P<cell>[^\W\d_]{{1,24}})[ _-]?{_NUMBER}",
        "walk_0001.png",
    ),
)

# Layered files and movies hold many drawings: their names say the cut, seldom a cell, never a number.
CONTAINER_RULES: tuple[NamingRule, ...] = (
    NamingRule(
        "container-episode-cut",
        "Episode and cut of a layered file or movie",
        rf"(?:[^\W_]{{1,20}}_)?{_EPISODE}[_/-]{_CUT}(?:[_-]{_STAGES})?(?:[_-]{_CELL})?{_TAKE}",
        "EP01_C012.psd",
    ),
    NamingRule(
        "container-cut", "Cut of a layered file or movie", rf"{_CUT}(?:[_-]{_CELL})?{_TAKE}", "c012.mp4"
    ),
)


def plain_path(path: str) -> str:
    """Return ``path`` as rules see it: composed Unicode, half-width digits, ``/`` between folders."""
    text = unicodedata.normalize("NFC", path).translate(_FULL_WIDTH)
    return "/".join(part for part in text.replace("\\", "/").split("/") if part not in {"", "."})


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def match_rule(rule: NamingRule, stem: str) -> dict[str, str] | None:
    """Return the groups that ``rule`` reads in ``stem`` (a plain path without extension), else None.

    The longest end of the path that fits is taken, so that folders above the upload do not matter.
    """
    if len(stem) > MAX_PATH_LENGTH:
        return None
    pattern = _compiled(rule.pattern)
    start = 0
    while True:
        match = pattern.fullmatch(stem, start)
        if match:
            return {name: text for name, text in match.groupdict().items() if text}
        start = stem.find("/", start) + 1
        if not start:
            return None


def validate_rule(pattern: str) -> Problem | None:
    """Return why ``pattern`` cannot be a naming rule, or None if it can."""
    if len(pattern) > MAX_PATTERN_LENGTH:
        return refused("RULE_TOO_LONG", "", length=len(pattern), limit=MAX_PATTERN_LENGTH)
    try:
        names = set(_compiled(pattern).groupindex)
    except (re.error, RecursionError, OverflowError) as error:
        return refused("RULE_NOT_A_PATTERN", "", reason=str(error))
    if "number" not in names:
        return refused("RULE_WITHOUT_NUMBER", "")
    unknown = sorted(names - set(GROUPS))
    if unknown:
        return refused("RULE_UNKNOWN_GROUP", "", group=unknown[0], known=", ".join(GROUPS))
    if _ways_of_pattern(pattern) > MAX_WAYS:
        return refused("RULE_TOO_SLOW", "")
    return None


def _ways_of_pattern(pattern: str) -> int:
    # Python's own parser gives the tree; it has no public name, hence the import by string.
    parser: Any = importlib.import_module("re._parser")
    return _ways(parser.parse(pattern, re.IGNORECASE))


def _ways(tree: Any) -> int:
    """Return an upper bound (capped) on the ways in which a parsed pattern can match one name."""
    total = 1
    for operation, argument in tree:
        total = min(total * _ways_of_node(str(operation), argument), MAX_WAYS + 1)
    return total


def _ways_of_node(operation: str, argument: Any) -> int:
    if operation in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, most, inner = argument
        return _ways_of_repeat(int(least), min(int(most), MAX_PATH_LENGTH), _ways(inner))
    if operation == "BRANCH":
        return sum(_ways(branch) for branch in argument[1])
    if operation in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
        return _ways(argument[-1])
    if operation == "ATOMIC_GROUP":
        return _ways(argument)
    if operation == "GROUPREF_EXISTS":
        return sum(_ways(branch) for branch in argument[1:] if branch is not None)
    return 1


def _ways_of_repeat(least: int, most: int, inner: int) -> int:
    if inner == 1:
        return most - least + 1
    total = 0
    for count in range(least, most + 1):
        total += int(inner**count)
        if total > MAX_WAYS:
            break
    return total
