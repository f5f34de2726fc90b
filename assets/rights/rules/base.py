"""What a rule is, what it answers, and the one list of all rules.

A rule is a pure function; what it says is a Reason with a stable id, so that a waiver, a test or a distributor can
name it. Its words are msgids with values: the page shows them in the reader's language, a pack in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assets.rights.answers import Answer
from assets.rights.facts import digest_of

RULESET = "2026.11-1"
BLOCK, ERROR, WARN, INFO = "block", "error", "warn", "info"
DECIDING = frozenset({BLOCK, ERROR})  # a warning is told and changes no answer


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule's fixed side: what it is called, how grave it is, what it says, and whose task the way out is.

    `binding` = no policy makes it milder: where no right is there, none is made by a setting. `waivable` = two people
    may let a finding of it stand for a while.
    """

    id: str
    title: str
    severity: str
    message: str
    fix: str
    who: str = "producer"
    version: int = 1
    waivable: bool = True
    binding: bool = False
    # Other words for the same rule where the case differs: {variant: (message, fix)}.
    variants: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def words(self, variant: str) -> tuple[str, str]:
        """Return message and way out."""
        return self.variants[variant] if variant else (self.message, self.fix)


_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def told(value: Any) -> str:
    """Return a value as a sentence shows it: a list of our own words and a day (ISO) in the reader's language."""
    if isinstance(value, list | tuple):
        # Translators: between the words of a list inside a sentence
        return _(", ").join(_word(str(each)) for each in value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date_format(date.fromisoformat(value), "DATE_FORMAT")
    return str(value)


def _word(text: str) -> str:
    return _(text) if text else ""  # of an empty text gettext returns the catalogue's header


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a rule found.

    `subject` = (kind, id) of what it speaks of: standing, version, model, grant, production. `values` fill the words.
    `deciding` = the facts that made it so; with rule and subject they are the fingerprint. `count` = works concerned.
    """

    rule: str
    answer: Answer
    severity: str
    subject: tuple[str, str]
    values: tuple[tuple[str, Any], ...] = ()
    deciding: tuple[str, ...] = ()
    count: int = 0
    variant: str = ""

    @property
    def fingerprint(self) -> str:
        """Name this finding so that it is the same tomorrow, and another one when its facts have changed."""
        return digest_of([self.rule, list(self.subject), sorted(self.deciding)])

    @property
    def is_deciding(self) -> bool:
        """Whether it changes the answer."""
        return self.severity in DECIDING and self.answer is not Answer.ALLOW

    def message(self) -> str:
        """Return the sentence in the reader's language."""
        return _(RULES[self.rule].words(self.variant)[0]).format(**self._words())

    def fix(self) -> str:
        """Return the way out in the reader's language."""
        return _(RULES[self.rule].words(self.variant)[1]).format(**self._words())

    def _words(self) -> dict[str, Any]:
        return {key: told(value) for key, value in self.values}

    def as_json(self) -> dict[str, Any]:
        """Return what is kept with a decision."""
        return {
            "rule": self.rule,
            "version": RULES[self.rule].version,
            "answer": self.answer.value,
            "severity": self.severity,
            "subject": list(self.subject),
            "values": dict(self.values),
            "deciding": list(self.deciding),
            "count": self.count,
            "variant": self.variant,
            "fingerprint": self.fingerprint,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reason:
        """Return the reason that was kept. A rule that this version does not know raises KeyError."""
        _known = RULES[data["rule"]]
        kind, key = data["subject"]
        return cls(
            _known.id,
            Answer(data["answer"]),
            data["severity"],
            (kind, key),
            tuple(sorted(data["values"].items())),
            tuple(data["deciding"]),
            data["count"],
            data["variant"],
        )

    def graver(self, severity: str) -> Reason:
        """Return the same, taken more or less gravely by a policy."""
        return replace(self, severity=severity)

    def about(self, subject: tuple[str, str], *, deciding: str, **values: Any) -> Reason:
        """Return the same about another subject, with one more deciding fact and more words."""
        merged = tuple(sorted({**dict(self.values), **values}.items()))
        return replace(self, subject=subject, values=merged, deciding=(*self.deciding, deciding))

    def of(self, subject: tuple[str, str]) -> Reason:
        """Return the same about another subject."""
        return Reason(
            self.rule,
            self.answer,
            self.severity,
            subject,
            self.values,
            self.deciding,
            self.count,
            self.variant,
        )

    def for_works(self, count: int) -> Reason:
        """Return the same about so many works."""
        return replace(self, count=count)


RULES: dict[str, Rule] = {}


def declare(rule: Rule) -> Rule:
    """Enter a rule in the list.

    Raises:
        AssertionError: two rules of one id.
    """
    assert rule.id not in RULES, rule.id
    RULES[rule.id] = rule
    return rule


def reason(
    rule: Rule,
    answer: Answer,
    subject: tuple[str, Any],
    *,
    deciding: Iterable[Any] = (),
    severity: str = "",
    variant: str = "",
    **values: Any,
) -> Reason:
    """Return what `rule` found about `subject`."""
    return Reason(
        rule.id,
        answer,
        severity or rule.severity,
        (subject[0], str(subject[1])),
        tuple(sorted(values.items())),
        tuple(str(each) for each in deciding),
        variant=variant,
    )
