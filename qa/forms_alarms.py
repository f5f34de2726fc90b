"""Forms of the alarms: the promised rate, and the answer to a spot check."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from assets.forms import AccessibleForm
from qa.checks.alarms import WEIGHTS
from qa.choices import Fault


class AlarmRulesForm(AccessibleForm):
    """How many alarms per 100 clean cuts, and how many unflagged cuts are looked at."""

    per_100 = forms.FloatField(
        label=_("Alarms per 100 clean cuts"),
        min_value=0.2,
        max_value=20.0,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
        help_text=_("Fewer alarms also find less. Usual: 2."),
    )
    spot_percent = forms.FloatField(
        label=_("Unflagged cuts to look at, per cent"),
        min_value=2.0,
        max_value=5.0,
        widget=forms.NumberInput(attrs={"step": "0.5"}),
        help_text=_("2 to 5, drawn by lot. Without them nobody knows what is missed."),
    )


def aspect_choices() -> list[tuple[str, str]]:
    """Return what can have been missed, in words."""
    return [(name, str(Fault(f"OFF_MODEL.{name}").label)) for name in WEIGHTS]
