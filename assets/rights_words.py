"""An answer of the licence engine as people read it: sentences, whose task the way out is, and what has to be kept.

Works that stand alike in other groups give the same sentence; it is told once with the number of works behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from assets.choices_rights import Severity
from assets.rights.answers import Answer
from assets.rights.rules.base import RULES, Reason

ACTIONS: dict[str, Any] = {
    "check": gettext_lazy("check drawings with it"),
    "generate": gettext_lazy("draw with it (in-betweens, colours) into what is delivered"),
    "cleanup": gettext_lazy("clean up drawings with it for what is delivered"),
    "embed": gettext_lazy("search and compare drawings with it"),
    "train": gettext_lazy("train a new model with it"),
    "finetune": gettext_lazy("fine-tune a model with it"),
    "evaluate": gettext_lazy("measure models with it"),
    "redistribute_data": gettext_lazy("pass the art on"),
    "redistribute_weights": gettext_lazy("pass the trained model on"),
}
JUDGING = frozenset({"check", "embed", "evaluate"})
_ANSWERS = {
    Answer.ALLOW.value: ("ok", gettext_noop("Yes"), gettext_noop("It may be done.")),
    Answer.ASK.value: (
        "warn",
        gettext_noop("Not yet"),
        gettext_noop("Somebody has to decide what stands below; until then nothing is computed."),
    ),
    Answer.DENY.value: ("bad", gettext_noop("No"), gettext_noop("It may not be done.")),
}
_WHO = {
    "producer": gettext_noop("producer"),
    "counsel": gettext_noop("counsel"),
    "administrator": gettext_noop("administrator"),
}
_DUTIES = {
    "attribution": gettext_noop("Credit: name the authors as {of} asks."),
    "notice": gettext_noop("Notice: keep the text and the notices of {of} with what is passed on."),
    "sharealike": gettext_noop("Share alike: what is passed on is under {of} too."),
    "payment": gettext_noop("Payment: {of} is owed what was agreed."),
    "use_restrictions": gettext_noop(
        "Restrictions of use: {of} forbids some uses, also to whoever gets it from you."
    ),
}
_GRAVITY = {Severity.BLOCK: 0, Severity.ERROR: 1, Severity.WARN: 2, Severity.INFO: 3}
_STATUS = {Severity.BLOCK: "bad", Severity.ERROR: "bad", Severity.WARN: "warn", Severity.INFO: "ready"}
_PAGES = {"model": "model", "version": "dataset_version"}


@dataclass
class Line:
    """One thing that stands against it: what, the way out, by whom, and for how many works."""

    rule: str
    title: str
    message: str
    fix: str
    who: str
    severity: str
    status: str
    works: int = 0
    groups: int = 0
    url: str = ""
    fingerprints: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """An answer in words. `status` is the colour's name; a word always stands beside it."""

    status: str
    word: str
    sentence: str
    reasons: list[Line]
    warnings: list[Line]
    waived: list[Line]
    duties: list[str]
    choices: list[str]


def told(answer: str, said: Mapping[str, Any]) -> Told:
    """Return an answer as its page shows it. `said` = Decision.as_json(), or what GateDecision.reasons keeps."""
    status, word, sentence = _ANSWERS[answer]
    return Told(
        status=status,
        word=_(word),
        sentence=_(sentence),
        reasons=lines(said.get("reasons", ())),
        warnings=lines(said.get("warnings", ())),
        waived=lines(said.get("waived", ())),
        duties=[duty(str(kind), str(of)) for kind, of in said.get("duties", ())],
        choices=[str(each) for each in said.get("choices", ())],
    )


def lines(reasons: Iterable[Mapping[str, Any]]) -> list[Line]:
    """Return reasons in words, equal ones told once, the gravest and those of most works first."""
    found: dict[tuple[str, str, str], Line] = {}
    for data in reasons:
        line = line_of(data)
        known = found.setdefault((line.rule, line.message, line.fix), line)
        known.groups += 1
        known.fingerprints += line.fingerprints if known is not line else []
        # A sentence about a whole version or model carries its own count; works of several groups add up.
        known.works = known.works + line.works if known is not line else line.works
        known.url = known.url if known.groups == 1 else ""
    return sorted(found.values(), key=lambda each: (_GRAVITY.get(Severity(each.severity), 4), -each.works))


def line_of(data: Mapping[str, Any]) -> Line:
    """Return one reason in words. A rule that this version does not know shows its id."""
    severity = Severity(data["severity"])
    try:
        reason = Reason.from_json(dict(data))
        message, fix, rule = reason.message(), reason.fix(), RULES[reason.rule]
        title, who = _(rule.title), _(_WHO.get(rule.who, rule.who))
    except (KeyError, ValueError, IndexError):
        message = _("Rule %(rule)s of another version of Sakkan found something here.") % {
            "rule": data["rule"]
        }
        fix, title, who = _("Ask the question again."), "", _(_WHO["producer"])
    return Line(
        rule=str(data["rule"]),
        title=title,
        message=message,
        fix=fix,
        who=who,
        severity=severity.value,
        status=_STATUS[severity],
        works=int(data.get("count", 0)),
        url=url_of(*data["subject"]),
        fingerprints=[str(data.get("fingerprint", ""))],
    )


def url_of(kind: str, key: str) -> str:
    """Return the page of what a reason speaks of, or nothing where it has none of its own."""
    return reverse(_PAGES[kind], args=[key]) if kind in _PAGES and str(key).isdigit() else ""


def duty(kind: str, of: str) -> str:
    """Return what has to be kept, in a sentence."""
    return _(_DUTIES[kind]).format(of=of) if kind in _DUTIES else f"{kind}: {of}"
