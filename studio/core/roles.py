"""Who may do what: one table, asked by services, so that pages, API, CLI and tasks agree.

A person may hold several roles in a production; an action is allowed when one of them allows it. The outside
artist is an artist who sees only the cuts where a stage is assigned to them.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Roles in a production."""

    SUPERVISOR = "supervisor", _("supervisor (animation director)")
    EPISODE_DIRECTOR = "episode_director", _("episode director")
    INBETWEEN_CHECKER = "inbetween_checker", _("in-between checker")
    PAINT_CHECKER = "paint_checker", _("paint checker")
    PHOTOGRAPHY = "photography", _("director of photography")
    ARTIST = "artist", _("artist")
    OUTSIDE_ARTIST = "outside_artist", _("outside artist")
    PRODUCER = "producer", _("producer")
    ASSISTANT = "assistant", _("production assistant")
    ADMINISTRATOR = "administrator", _("administrator")


class Action(models.TextChoices):
    """What services ask for."""

    VIEW = "view", _("see the production")
    VIEW_ALL_CUTS = "view_all_cuts", _("see every cut")
    MANAGE_PRODUCTION = "manage_production", _("change the production, its episodes and naming rules")
    MANAGE_MEMBERS = "manage_members", _("give and take roles")
    EDIT_CUTS = "edit_cuts", _("change cuts, cast and assignments")
    EDIT_SHEETS = "edit_sheets", _("draw up model sheets")
    APPROVE_SHEET = "approve_sheet", _("approve model sheets")
    UPLOAD_TAKE = "upload_take", _("upload takes")
    DERIVE = "derive", _("have drawings made by Sakkan, and accept them")
    RUN_CHECK = "run_check", _("start a check")
    VIEW_FLAGS = "view_flags", _("see flags")
    GIVE_VERDICT = "give_verdict", _("give verdicts")
    VIEW_RETAKES = "view_retakes", _("see the retake list")
    MANAGE_RUSH = "manage_rush", _("put playlists together")
    VIEW_DATASETS = "view_datasets", _("see datasets and licences")
    EDIT_DATASETS = "edit_datasets", _("change datasets and licences")
    VIEW_AUDIT = "view_audit", _("read the audit log")
    MANAGE_JOBS = "manage_jobs", _("cancel and retry jobs of others")


_EVERYBODY = {Action.VIEW, Action.VIEW_FLAGS, Action.VIEW_RETAKES}
_INSIDE = _EVERYBODY | {Action.VIEW_ALL_CUTS}

_CHECKER = _INSIDE | {
    Action.UPLOAD_TAKE,
    Action.DERIVE,
    Action.RUN_CHECK,
    Action.GIVE_VERDICT,
    Action.MANAGE_RUSH,
}
_DIRECTOR = _CHECKER | {Action.EDIT_SHEETS, Action.APPROVE_SHEET, Action.VIEW_DATASETS, Action.MANAGE_JOBS}

MATRIX: dict[Role, frozenset[Action]] = {
    Role.SUPERVISOR: frozenset(_DIRECTOR),
    Role.EPISODE_DIRECTOR: frozenset(_DIRECTOR),
    Role.INBETWEEN_CHECKER: frozenset(_CHECKER),
    Role.PAINT_CHECKER: frozenset(_CHECKER),
    Role.PHOTOGRAPHY: frozenset(_CHECKER),
    Role.ARTIST: frozenset(
        _INSIDE | {Action.EDIT_SHEETS, Action.UPLOAD_TAKE, Action.DERIVE, Action.RUN_CHECK}
    ),
    Role.OUTSIDE_ARTIST: frozenset(_EVERYBODY | {Action.UPLOAD_TAKE, Action.DERIVE}),
    Role.PRODUCER: frozenset(
        _INSIDE
        | {
            Action.MANAGE_PRODUCTION,
            Action.MANAGE_MEMBERS,
            Action.EDIT_CUTS,
            Action.MANAGE_RUSH,
            Action.VIEW_DATASETS,
            Action.EDIT_DATASETS,
            Action.VIEW_AUDIT,
            Action.MANAGE_JOBS,
        }
    ),
    Role.ASSISTANT: frozenset(
        _INSIDE
        | {Action.EDIT_CUTS, Action.MANAGE_RUSH, Action.UPLOAD_TAKE, Action.RUN_CHECK, Action.VIEW_DATASETS}
    ),
    Role.ADMINISTRATOR: frozenset(
        _INSIDE
        | {
            Action.MANAGE_PRODUCTION,
            Action.MANAGE_MEMBERS,
            Action.EDIT_CUTS,
            Action.MANAGE_RUSH,
            Action.VIEW_DATASETS,
            Action.VIEW_AUDIT,
            Action.RUN_CHECK,
            Action.MANAGE_JOBS,
        }
    ),
}


def may(roles: Iterable[str], action: Action) -> bool:
    """Return whether one of `roles` allows `action`. Unknown roles allow nothing."""
    return any(action in MATRIX.get(Role(role), frozenset()) for role in roles if role in Role.values)
