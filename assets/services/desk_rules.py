"""A production's own rules of the trade: who may order retakes of which stage, and the colours of correction paper.

Nothing set means the usual table (`assets.authority`). Both are fields of the production; `productions.update`
writes and audits them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from assets import access
from assets.authority import DEFAULT_AUTHORITY, DEFAULT_PAPERS, OTHER_PAPER
from assets.choices import Stage
from assets.colour_distance import Rgb, delta_e00
from studio.core.errors import InvalidInput, phrase
from studio.core.roles import Action, Role

_NEAR_DELTA_E = 12.0  # nearer than this, two papers are one at a glance
_SEEN_DELTA_E = 18.0  # so far from white paper and from the black of a line a correction must lie
_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)


def clean_authority(table: Any) -> dict[str, list[str]]:
    """Return who may order retakes of which stage, without the stages where it is the usual ones.

    Raises:
        InvalidInput: an unknown stage or role, a role that gives no verdicts, or a stage that nobody may judge.
    """
    if not isinstance(table, Mapping):
        raise _bad("retake_authority", phrase("write each stage with its roles"))
    judges = access.roles_with(Action.GIVE_VERDICT)
    cleaned: dict[str, list[str]] = {}
    for stage, roles in table.items():
        if stage not in Stage.values:
            raise _bad("retake_authority", phrase("“{value}” is no stage", value=stage))
        if not isinstance(roles, list | tuple) or not roles:
            raise _bad("retake_authority", phrase("somebody must be able to judge {stage}", stage=stage))
        for role in roles:
            if role not in judges:
                raise _bad("retake_authority", phrase("“{value}” gives no verdicts", value=role))
        if set(roles) != {str(role) for role in DEFAULT_AUTHORITY[stage]}:
            cleaned[str(stage)] = [role for role in judges if role in roles]
    return cleaned


def clean_papers(colours: Any) -> dict[str, str]:
    """Return the paper of each role as #rrggbb, without those that are the usual ones.

    Raises:
        InvalidInput: no colour; one that is lost on a drawing (codes "paper_too_pale", "paper_too_dark"); two that
            look nearly the same (code "paper_too_near").
    """
    if not isinstance(colours, Mapping):
        raise _bad("paper_colours", phrase("write each role with its colour"))
    cleaned: dict[str, str] = {}
    for role, colour in colours.items():
        if role not in DEFAULT_PAPERS:
            raise _bad("paper_colours", phrase("“{value}” has no paper", value=role))
        if not isinstance(colour, str) or not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
            raise _bad("paper_colours", phrase("“{value}” is no colour like #e0b400", value=colour))
        if colour.lower() != DEFAULT_PAPERS[role]:
            cleaned[str(role)] = colour.lower()
    _check_seen({**{str(role): colour for role, colour in DEFAULT_PAPERS.items()}, **cleaned})
    return cleaned


def _check_seen(papers: Mapping[str, str]) -> None:
    for role, colour in papers.items():
        if delta_e00(_rgb(colour), _WHITE) < _SEEN_DELTA_E:
            raise InvalidInput("paper_too_pale", one=_name(role))
        if delta_e00(_rgb(colour), _BLACK) < _SEEN_DELTA_E:
            raise InvalidInput("paper_too_dark", one=_name(role))
    for (one, colour), (other, near) in combinations([*papers.items(), ("", OTHER_PAPER)], 2):
        if delta_e00(_rgb(colour), _rgb(near)) < _NEAR_DELTA_E:
            raise InvalidInput("paper_too_near", one=_name(one), other=_name(other))


def _name(role: str) -> str:
    return str(Role(role).label) if role else _("everybody else")


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _bad(field: str, reason: Any) -> InvalidInput:
    return InvalidInput(field=field, reason=reason)
