"""What people type on the review desk and the retake list. A filter that makes no sense is left out, not an error."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.choices import Stage
from assets.models import Character, Cut, Episode, Production
from qa.choices import Decision, Fault, RetakeReason, RetakeState
from studio.core.models import User

_ANY = ("", _("any"))


def _person(user: User) -> str:
    return str(user)


class QueueFilters(forms.Form):
    """The filters of the queue; `filters` is what the selectors take, `query` what a link carries."""

    STATES = (("open", _("open")), ("decided", _("decided")), ("all", _("all")))
    ORDERS = (
        ("drift", _("how far out")),
        ("cut", _("by cut")),
        ("character", _("by character")),
        ("age", _("oldest first")),
    )
    DRIFTS = (_ANY, ("1.5", _("1.5 × limit or more")), ("2", _("2 × limit")), ("3", _("3 × limit")))
    AGES = (_ANY, ("1", _("a day or more")), ("3", _("3 days")), ("7", _("a week")))

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    episode = forms.ModelChoiceField(Episode.objects.none(), label=_("Episode"), required=False)
    cut = forms.ModelChoiceField(Cut.objects.none(), label=_("Cut"), required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=[_ANY, *Stage.choices], required=False)
    character = forms.ModelChoiceField(Character.objects.none(), label=_("Character"), required=False)
    fault = forms.ChoiceField(label=_("Fault"), choices=[_ANY, *Fault.choices], required=False)
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Assigned to"), required=False)
    min_drift = forms.ChoiceField(label=_("How far out"), choices=DRIFTS, required=False)
    age = forms.ChoiceField(label=_("Age"), choices=AGES, required=False)
    order = forms.ChoiceField(label=_("Order"), choices=ORDERS, required=False)

    def __init__(self, data: Any, *, production: Production, cuts: QuerySet[Cut]) -> None:
        super().__init__(data)
        self._limit("episode", production.episodes.all())
        self._limit("cut", cuts.select_related("episode"))
        self._limit("character", production.characters.all())
        at_work = User.objects.filter(stages__cut__episode__production=production).distinct()
        self._limit("assignee", at_work.order_by("display_name", "username"))
        for name in ("episode", "cut", "character", "assignee"):
            self.fields[name].empty_label = _("any")  # type: ignore[attr-defined]

    def _limit(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    @property
    def filters(self) -> dict[str, Any]:
        """Return the filters that make sense, as plain values: ids, codes, numbers."""
        self.is_valid()
        values = {name: getattr(value, "pk", value) for name, value in self.cleaned_data.items()}
        return {name: str(value) for name, value in values.items() if value not in {None, ""}}

    @property
    def is_narrowed(self) -> bool:
        """Whether something is left out of the queue that is otherwise in it."""
        return bool(set(self.filters) - {"state", "order"})


class VerdictForm(forms.Form):
    """A verdict.

    `seen` is the decision that the page showed, so that nobody decides about an old state. `scope` says which open
    flags get the same verdict: this one, all of its drawing, or the same fault of the same part in the whole take.
    """

    decision = forms.ChoiceField(choices=[c for c in Decision.choices if c[0] != Decision.REOPENED])
    reason = forms.ChoiceField(choices=RetakeReason.choices, required=False)
    note = forms.CharField(required=False, max_length=4000)
    seen = forms.CharField(required=False, max_length=12)
    scope = forms.ChoiceField(choices=[("", ""), ("drawing", ""), ("cut", "")], required=False)


class RetakeFilters(forms.Form):
    """Which retakes of an episode are listed."""

    STATES = (("", _("all")), *RetakeState.choices)

    episode = forms.ModelChoiceField(Episode.objects.none(), label=_("Episode"), required=False)
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    stage = forms.ChoiceField(label=_("Stage"), choices=[_ANY, *Stage.choices], required=False)
    reason = forms.ChoiceField(label=_("Reason"), choices=[_ANY, *RetakeReason.choices], required=False)

    def __init__(self, data: Any, *, production: Production) -> None:
        super().__init__(data)
        self.fields["episode"].queryset = production.episodes.all()  # type: ignore[attr-defined]
        self.fields["episode"].empty_label = None  # type: ignore[attr-defined]

    def value(self, name: str) -> Any:
        """Return the valid value of a field, or None."""
        self.is_valid()
        return self.cleaned_data.get(name) or None


class DueForm(forms.Form):
    """Until when a retake is expected; empty takes the date away."""

    due_on = forms.DateField(label=_("due"), required=False)
