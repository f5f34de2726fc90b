"""Words of the licence engine in templates."""

from __future__ import annotations

from django import template

from assets.rights_words import ACTIONS

register = template.Library()


@register.filter
def action_words(action: str) -> str:
    """Return an action of the gate as people say it."""
    return str(ACTIONS.get(action, action))
