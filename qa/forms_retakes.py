"""What people type on the retake list. A filter that makes no sense is left out, not an error."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.choices import Stage
from assets.forms import AccessibleForm
from assets.models import Cut, Drawing, Episode, Production, Take
from qa.choices import RetakeReason, RetakeState
from qa.models import Retake
from qa.selectors_retakes import BY, NOBODY
from studio.core.models import User

_ANY = ("", _("any"))


class RetakeFilters(forms.Form):
    """Which retakes are listed, and by what; `filters` is what the selectors take."""

    STATES = (("", _("open and answered")), ("all", _("all")), *RetakeState.choices)
    DUES = (_ANY, ("late", _("late")), ("none", _("without a date")))

    by = forms.ChoiceField(choices=[(name, "") for name in BY], required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    episode = forms.ModelChoiceField(Episode.objects.none(), label=_("Episode"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=[_ANY, *Stage.choices], required=False)
    artist = forms.ChoiceField(label=_("Artist"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), choices=[_ANY, *RetakeReason.choices], required=False)
    due = forms.ChoiceField(label=_("Due"), choices=DUES, required=False)
    q = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("cut, note")}),
    )
    cut = forms.ModelChoiceField(Cut.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, production: Production, cuts: QuerySet[Cut]) -> None:
        super().__init__(data, label_suffix="")
        self._limit("episode", production.episodes.all())
        self._limit("cut", cuts.select_related("episode"))
        at_work = User.objects.filter(stages__cut__in=cuts).distinct().order_by("display_name", "username")
        people = [(str(user.pk), str(user)) for user in at_work]
        self.fields["artist"].choices = [_ANY, (NOBODY, _("nobody")), *people]  # type: ignore[attr-defined]

    def _limit(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]
        self.fields[name].empty_label = _("any")  # type: ignore[attr-defined]

    @property
    def filters(self) -> dict[str, str]:
        """Return the filters that make sense, as plain values."""
        values = {name: getattr(value, "pk", value) for name, value in self.values.items() if name != "by"}
        return {name: str(value) for name, value in values.items() if value not in {None, ""}}

    @property
    def values(self) -> dict[str, Any]:
        """Return what was read of the fields that could be read."""
        self.is_valid()
        return self.cleaned_data

    @property
    def group_by(self) -> str:
        """Return what the list is made by."""
        return self.values.get("by") or BY[0]


class DueForm(forms.Form):
    """Until when a retake is expected; empty takes the date away."""

    due_on = forms.DateField(label=_("due"), required=False)


class ManyForm(DueForm):
    """What is to be done with the chosen orders."""

    do = forms.ChoiceField(choices=[("due", ""), ("close", "")])
    retake = forms.ModelMultipleChoiceField(Retake.objects.none(), required=False)

    def __init__(self, data: Any, *, retakes: QuerySet[Retake]) -> None:
        super().__init__(data)
        self.fields["retake"].queryset = retakes  # type: ignore[attr-defined]


class ByHandForm(AccessibleForm):
    """A retake that a person orders without a flag."""

    drawing = forms.ModelChoiceField(
        Drawing.objects.none(), label=_("Drawing"), required=False, empty_label=_("the whole take")
    )
    reason = forms.ChoiceField(label=_("Reason"), choices=[("", "–"), *RetakeReason.choices], required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any, *, take: Take) -> None:
        super().__init__(data)
        drawings = Drawing.objects.filter(cell__take=take).select_related("cell")
        self.fields["drawing"].queryset = drawings  # type: ignore[attr-defined]
