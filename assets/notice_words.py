"""Title and sentence of a notice, made from its kind and data in the reader's language.

Nothing is stored as words, so that a person who changes the language reads the old notices in it too. Data that is
missing (an older notice, another caller) shows as a dash instead of failing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.choices import NoticeKind
from assets.rights.due import DueKind
from studio.core.errors import MESSAGES, StudioError

TEST = "test"
_MISSING = "–"


def title_of(kind: str, data: Mapping[str, Any]) -> str:
    """Return what a notice is about, in a few words."""
    template = _titles().get(kind)
    return template % _filled(data) if template else str(dict(NoticeKind.choices).get(kind, kind))


def sentence_of(kind: str, data: Mapping[str, Any]) -> str:
    """Return what happened, in one sentence."""
    make = _SENTENCES.get(kind)
    return make(_filled(data)) if make else ""


def kind_of(kind: str) -> str:
    """Return the name of a kind: what a filter and the choices show."""
    return _("test") if kind == TEST else str(dict(NoticeKind.choices).get(kind, kind))


def reason_of(code: str) -> str:
    """Return the word for a retake's reason."""
    reasons = dict(import_string(settings.NOTICE_REASONS).choices)
    return str(reasons.get(code, code or _MISSING))


def _filled(data: Mapping[str, Any]) -> defaultdict[str, Any]:
    return defaultdict(
        lambda: _MISSING, {key: value for key, value in data.items() if value is not None and value != ""}
    )


def _titles() -> dict[str, str]:
    return {
        NoticeKind.TAKE_ARRIVED: _("%(cut)s %(stage)s: take %(take_number)s has arrived"),
        NoticeKind.TAKE_REFUSED: _("%(cut)s %(stage)s: the upload was refused"),
        NoticeKind.FLAGS_FOUND: _("%(cut)s %(stage)s T%(take_number)s: the check found drift"),
        NoticeKind.RETAKE_ORDERED: _("%(cut)s %(stage)s T%(take_number)s: retake"),
        NoticeKind.RETAKE_ANSWERED: _("%(cut)s %(stage)s: the retake was answered by T%(take_number)s"),
        NoticeKind.STAGE_SIGNED: _("%(cut)s %(stage)s was signed off"),
        NoticeKind.WORK_ASSIGNED: _("%(cut)s %(stage)s was given to you"),
        NoticeKind.COMMENT: _("%(cut)s %(stage)s T%(take_number)s: a comment"),
        NoticeKind.MENTION: _("%(cut)s %(stage)s T%(take_number)s: you were mentioned"),
        NoticeKind.SHEET_APPROVED: _("%(design)s version %(version)s is approved"),
        NoticeKind.JOB_FAILED: _("A job failed: %(what)s"),
        NoticeKind.PROPOSAL_READY: _("%(cut)s %(stage)s, cell %(cell)s: a proposal is ready"),
        NoticeKind.RIGHTS_DUE: _("%(name)s: falls due on %(on)s"),
        TEST: _("Test notice"),
    }


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _take_arrived(data: Mapping[str, Any]) -> str:
    many = ngettext(
        "%(person)s delivered %(drawings)s drawing.",
        "%(person)s delivered %(drawings)s drawings.",
        _number(data["drawings"]),
    )
    return many % data


def _take_refused(data: Mapping[str, Any]) -> str:
    many = ngettext(
        "No drawing could be taken; the report names %(problems)s problem with the way out.",
        "No drawing could be taken; the report names %(problems)s problems with the way out.",
        _number(data["problems"]),
    )
    return many % data


def _flags_found(data: Mapping[str, Any]) -> str:
    many = ngettext(
        "%(flags)s flag waits for a verdict.", "%(flags)s flags wait for a verdict.", _number(data["flags"])
    )
    return many % data


def _retake_ordered(data: Mapping[str, Any]) -> str:
    words = {"person": data["person"], "reason": reason_of(str(data["reason"])), "note": data["note"]}
    if words["note"] == _MISSING:
        return _("%(person)s orders a retake: %(reason)s.") % words
    return _("%(person)s orders a retake: %(reason)s. “%(note)s”") % words


def _work_assigned(data: Mapping[str, Any]) -> str:
    if data["what"] == "stages":
        many = ngettext(
            "%(person)s gave you %(count)s stage.",
            "%(person)s gave you %(count)s stages.",
            _number(data["count"]),
        )
        return many % data
    if data["what"] != "flags":
        return _("%(person)s gave you this stage.") % data
    many = ngettext(
        "%(person)s gave you %(count)s flag to judge.",
        "%(person)s gave you %(count)s flags to judge.",
        _number(data["count"]),
    )
    return many % data


def _job_failed(data: Mapping[str, Any]) -> str:
    """Return the error's own sentence where the code is known: it is written in the reader's language too."""
    code = str(data["code"])
    if code in MESSAGES:
        given = data["error"] if isinstance(data["error"], dict) else {}
        return StudioError(code, **given).message
    return _("The reason: %(reason)s") % data


def _rights_due(data: Mapping[str, Any]) -> str:
    kinds = dict(DueKind.choices)
    what = str(kinds.get(str(data["what"]), data["what"]))
    many = ngettext("In %(days)s day: %(what)s.", "In %(days)s days: %(what)s.", _number(data["days"]))
    return many % {"days": data["days"], "what": what}


def _proposal_ready(data: Mapping[str, Any]) -> str:
    drawn = ngettext(
        "%(drawings)s drawing waits for your word.",
        "%(drawings)s drawings wait for your word.",
        _number(data["drawings"]),
    )
    missing = ngettext(
        "At %(breakdowns)s a breakdown drawing is needed.",
        "At %(breakdowns)s of them a breakdown drawing is needed.",
        _number(data["breakdowns"]),
    )
    sentences = [drawn % data] if data["drawings"] else []
    return " ".join([*sentences, missing % data] if _number(data["breakdowns"]) else sentences)


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    NoticeKind.TAKE_ARRIVED: _take_arrived,
    NoticeKind.TAKE_REFUSED: _take_refused,
    NoticeKind.FLAGS_FOUND: _flags_found,
    NoticeKind.RETAKE_ORDERED: _retake_ordered,
    NoticeKind.RETAKE_ANSWERED: lambda data: _("%(person)s delivered the new take.") % data,
    NoticeKind.STAGE_SIGNED: lambda data: _("%(person)s signed the stage off.") % data,
    NoticeKind.WORK_ASSIGNED: _work_assigned,
    NoticeKind.COMMENT: lambda data: _("%(person)s: “%(text)s”") % data,
    NoticeKind.MENTION: lambda data: _("%(person)s: “%(text)s”") % data,
    NoticeKind.SHEET_APPROVED: lambda data: (
        _("%(person)s approved it. Draw by this version from now on.") % data
    ),
    NoticeKind.JOB_FAILED: _job_failed,
    NoticeKind.PROPOSAL_READY: _proposal_ready,
    NoticeKind.RIGHTS_DUE: _rights_due,
    TEST: lambda _data: _("If you read this, notices reach you here."),
}
