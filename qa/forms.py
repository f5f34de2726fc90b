"""What people type on the review desk. A filter that makes no sense is left out, not an error."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from assets.choices import Stage
from assets.models import Character, Cut, Design, Episode, Production
from qa.choices import Decision, Fault, RetakeReason
from qa.selectors import ORDERS
from studio.core.models import User

_ANY = ("", _("any"))


def _person(user: User) -> str:
    return str(user)


class QueueFilters(forms.Form):
    """The filters of the queue; `filters` is what the selectors take, `query` what a link carries.

    `cut` and `design` come by links and stand as a chip; ten thousand cuts are no list to choose from.
    """

    STATES = (("open", _("open")), ("decided", _("decided")), ("all", _("all")))
    ORDERS = (
        ("drift", _("how far out")),
        ("cut", _("by cut")),
        ("character", _("by character")),
        ("fault", _("by fault")),
        ("stage", _("by stage")),
        ("age", _("oldest first")),
        ("-age", _("newest first")),
    )
    DRIFTS = (_ANY, ("1.5", _("drift 1.5 or more (limit 1)")), ("2", _("drift 2")), ("3", _("drift 3")))
    AGES = (_ANY, ("1", _("a day or more")), ("3", _("3 days")), ("7", _("a week")))
    FEW = ("design", "assignee", "age")  # asked for seldom: they stand behind "more"
    BY_LINK = ("cut",)

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    episode = forms.ModelChoiceField(Episode.objects.none(), label=_("Episode"), required=False)
    number = forms.CharField(
        label=_("Cut"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"size": 5, "autocomplete": "off"}),
    )
    cut = forms.ModelChoiceField(Cut.objects.none(), required=False, widget=forms.HiddenInput)
    stage = forms.ChoiceField(label=_("Stage"), choices=[_ANY, *Stage.choices], required=False)
    character = forms.ModelChoiceField(Character.objects.none(), label=_("Character"), required=False)
    fault = forms.ChoiceField(label=_("Fault"), choices=[_ANY, *Fault.choices], required=False)
    min_drift = forms.ChoiceField(label=_("How far out"), choices=DRIFTS, required=False)
    assigned = forms.ChoiceField(label=_("Who decides"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False)
    design = forms.ModelChoiceField(Design.objects.none(), label=_("Design"), required=False)
    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Artist"), required=False)
    age = forms.ChoiceField(label=_("Age"), choices=AGES, required=False)

    def __init__(
        self,
        data: Any,
        *,
        production: Production,
        cuts: QuerySet[Cut],
        deciders: Iterable[User] = (),
    ) -> None:
        super().__init__(data)
        self._limit("episode", production.episodes.all())
        self._limit("cut", cuts.select_related("episode"))
        self._limit("character", production.characters.all())
        designs = Design.objects.filter(character__production=production).select_related("character")
        self._limit("design", designs.order_by("character__name", "name"))
        at_work = User.objects.filter(stages__cut__episode__production=production).distinct()
        self._limit("assignee", at_work.order_by("display_name", "username"))
        for name in ("episode", "character", "design", "assignee"):
            self.fields[name].empty_label = _("any")  # type: ignore[attr-defined]
        people = [(str(user.pk), str(user)) for user in deciders]
        if data.get("assigned", "").isdecimal() and data["assigned"] not in dict(people):
            people += [(str(user.pk), str(user)) for user in User.objects.filter(pk=data["assigned"])]
        self._choices("assigned", [_ANY, ("me", _("me")), ("nobody", _("nobody yet")), *people])
        order = data.get("order", "")
        words = dict(self.ORDERS)
        turned = [(order, f"{words[order[1:]]} ⇅")] if order in ORDERS and order not in words else []
        self._choices("order", [*self.ORDERS, *turned])

    def _limit(self, name: str, rows: QuerySet[Any]) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

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

    @property
    def main_fields(self) -> list[Any]:
        """The filters that always stand there."""
        return [field for field in self.visible_fields() if field.name not in self.FEW]

    @property
    def more_fields(self) -> list[Any]:
        """The filters behind "more"."""
        return [self[name] for name in self.FEW]

    @property
    def is_more_used(self) -> bool:
        """Whether one of the filters behind "more" narrows the list."""
        return bool(set(self.filters) & set(self.FEW))

    @property
    def cut_by_link(self) -> Cut | None:
        """The cut that a link narrowed the queue to."""
        self.is_valid()
        cut: Cut | None = self.cleaned_data.get("cut")
        return cut


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
