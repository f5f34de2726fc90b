"""Words of flags and decisions, for templates of any app."""

from __future__ import annotations

from django import template

from qa import outness as out
from qa import sentences
from qa.choices import Decision
from qa.models import Flag

register = template.Library()


@register.filter
def decision_words(decision: str) -> str:
    """Return a decision's word; nothing for a flag that nobody decided about or that is open again."""
    if decision not in Decision.values or decision == Decision.REOPENED:
        return ""
    return str(Decision(decision).label)


@register.filter
def region_words(name: str) -> str:
    """Return the name of a region or a tone in words."""
    return sentences.region_words(name)


@register.filter
def outness(flag: Flag) -> out.Outness:
    """Return how far out the flag's claim is, in numbers that are true as they stand."""
    return out.of(flag.measures, flag.part, flag.drift, flag.sentence_data)


@register.filter
def claim_words(flag: Flag) -> str:
    """Return the flag's claim in words."""
    return sentences.of_flag(flag)
