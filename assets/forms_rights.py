"""Forms of rights holders, grants, payments and withdrawals: shape and words. Services decide what is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from assets import access, territories
from assets.choices_rights import (
    Compensation,
    EvidenceKind,
    HolderKind,
    LegalBasis,
    ModelFamily,
    OnRevoke,
    Scope,
    SubjectKind,
)
from assets.forms import AccessibleForm, DateInput
from assets.models import Dataset, Evidence, Grant, Item, Production, RightsHolder
from assets.selectors_rights import visible_ids
from studio.core.models import User

ALL = "all"
_MODEL_SCOPES = {
    Scope.EVALUATE, Scope.TRAIN, Scope.FINETUNE, Scope.IMITATE, Scope.GENERATE, Scope.REDISTRIBUTE_WEIGHTS,
}  # fmt: skip
_MOST_NAMED = 10_000


class HolderForm(AccessibleForm):
    """Who holds rights."""

    name = forms.CharField(label=_("Name"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=HolderKind.choices)
    credit = forms.CharField(
        label=_("Credit line"),
        max_length=200,
        required=False,
        help_text=_("As it is printed in the credits. Licences that ask for a credit need it."),
    )
    contact = forms.CharField(label=_("Contact"), max_length=300, required=False)
    pseudonym = forms.CharField(
        label=_("Pseudonym"),
        max_length=60,
        required=False,
        help_text=_("Stands for the name in the audit log and in packs. Empty: Sakkan gives a number."),
    )
    user = forms.ModelChoiceField(
        label=_("Signs in as"), queryset=User.objects.none(), required=False, empty_label="–"
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = User.objects.filter(is_active=True).order_by("username")

    def fields_for(self, holder: RightsHolder | None) -> dict[str, Any]:
        """Return what the service takes; an empty pseudonym changes nothing."""
        given = dict(self.cleaned_data)
        if not given["pseudonym"] and holder is not None:
            del given["pseudonym"]
        return given


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick."""


class GrantForm(AccessibleForm):
    """What somebody allows. Nothing is ticked beforehand: what is not named is not allowed."""

    subject_kind = forms.ChoiceField(
        label=_("Which works"), choices=SubjectKind.choices, widget=forms.RadioSelect()
    )
    production = forms.ModelChoiceField(
        label=_("The production"), queryset=Production.objects.none(), required=False, empty_label="–"
    )
    dataset = forms.ModelChoiceField(
        label=_("The dataset"), queryset=Dataset.objects.none(), required=False, empty_label="–"
    )
    works = forms.CharField(
        label=_("The works"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line: the file's name in the dataset, its title, or its SHA-256."),
    )
    works_until = forms.DateField(
        label=_("Only works made until"), required=False, widget=DateInput(), help_text=_("Empty: later works too")
    )  # fmt: skip
    grantee = forms.CharField(label=_("Granted to"), max_length=200, required=False)
    scopes = forms.MultipleChoiceField(label=_("Is allowed"), choices=Scope.choices, widget=Ticks())
    purposes = forms.MultipleChoiceField(
        label=_("For models that do"),
        choices=[*ModelFamily.choices, (ALL, _("every kind of model"))],
        widget=Ticks(),
        required=False,
    )
    commercial = forms.BooleanField(
        label=_("What is made with it may be sold or shown for money"), required=False
    )
    only_for = forms.MultipleChoiceField(label=_("For the productions"), widget=Ticks(), required=False)
    places = forms.MultipleChoiceField(
        label=_("Counts in"),
        choices=[(territories.WORLD, _("everywhere")), *((code, code) for code in territories.USUAL)],
        widget=Ticks(),
        required=False,
    )
    more_places = forms.CharField(
        label=_("And in"),
        required=False,
        help_text=_("Names or codes of other countries, with commas between"),
    )
    excluded = forms.CharField(
        label=_("But not in"), required=False, help_text=_("Names or codes of countries, with commas between")
    )
    signed_on = forms.DateField(
        label=_("Signed on"),
        required=False,
        widget=DateInput(),
        help_text=_("Empty: it is an offer and allows nothing"),
    )
    valid_from = forms.DateField(
        label=_("Valid from"), required=False, widget=DateInput(), help_text=_("Empty: from signing")
    )
    valid_until = forms.DateField(label=_("Valid until"), required=False, widget=DateInput())
    endless = forms.BooleanField(label=_("It has no end"), required=False)
    compensation = forms.ChoiceField(label=_("Payment"), choices=Compensation.choices)
    amount = forms.DecimalField(
        label=_("Amount"), required=False, min_value=0, max_digits=12, decimal_places=2
    )
    currency = forms.CharField(label=_("Currency"), max_length=3, initial="JPY")
    due_on = forms.DateField(label=_("Payable on"), required=False, widget=DateInput())
    revocable = forms.BooleanField(label=_("May be withdrawn"), required=False, initial=True)
    notice_days = forms.IntegerField(
        label=_("Days of notice"), min_value=0, max_value=3650, required=False, initial=0
    )
    on_revoke = forms.ChoiceField(
        label=_("When it is withdrawn"),
        choices=OnRevoke.choices,
        initial=OnRevoke.STOP_GENERATION,
        widget=forms.RadioSelect(),
    )
    basis = forms.ChoiceField(
        label=_("By what right"), choices=LegalBasis.choices, initial=LegalBasis.CONSENT
    )
    sublicensable = forms.BooleanField(label=_("Studios that work for us may use it too"), required=False)
    moral_covenant = forms.BooleanField(
        label=_("Moral rights are not exercised (著作者人格権不行使)"), required=False
    )
    adaptation = forms.BooleanField(
        label=_("Adaptation is named expressly (articles 27 and 28)"), required=False
    )
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, reader: User, holder: RightsHolder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder = holder
        self.listed: list[Item] = []
        mine = access.visible_productions(reader)
        chosen: Any = self.fields["production"]
        chosen.queryset = mine
        datasets: Any = self.fields["dataset"]
        datasets.queryset = (
            Dataset.objects.filter(production=None)
            | Dataset.objects.filter(production__in=visible_ids(reader))
        ).order_by("name")
        only: Any = self.fields["only_for"]
        only.choices = [*((str(p.pk), f"{p.code} {p.title}") for p in mine), (ALL, _("every production"))]
        places: Any = self.fields["places"]
        places.choices = [
            (territories.WORLD, _("everywhere")),
            *((code, territories.name_of(code)) for code in territories.USUAL),
        ]

    def groups(self) -> Iterable[tuple[Any, list[forms.BoundField]]]:
        """Yield the questions in the order in which a contract answers them, each with its fields."""
        for title, names in _GROUPS:
            yield title, [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        """Ask for an answer wherever silence would allow more than was meant."""
        given: dict[str, Any] = super().clean() or {}
        self._clean_subject(given)
        self._clean_places(given)
        if _MODEL_SCOPES.intersection(given.get("scopes", ())) and not given.get("purposes"):
            self.add_error("purposes", _("Say for which models, or tick “every kind of model”."))
        if not given.get("only_for"):
            self.add_error("only_for", _("Say for which productions, or tick “every production”."))
        if not given.get("valid_until") and not given.get("endless"):
            self.add_error("valid_until", _("Give the last day, or tick that it has no end."))
        return given

    def _clean_subject(self, given: dict[str, Any]) -> None:
        kind = given.get("subject_kind")
        if kind == SubjectKind.PRODUCTION and not given.get("production"):
            self.add_error("production", _("Choose the production."))
        if kind == SubjectKind.DATASET and not given.get("dataset"):
            self.add_error("dataset", _("Choose the dataset."))
        if kind == SubjectKind.ITEMS:
            self.listed, unknown = works_named(given.get("works", ""))
            if unknown:
                self.add_error("works", _now("Not found: %(names)s") % {"names": ", ".join(unknown[:5])})
            elif not self.listed:
                self.add_error("works", _("List at least one work."))

    def _clean_places(self, given: dict[str, Any]) -> None:
        more, unknown = territories.read(given.get("more_places", ""))
        if unknown:
            self.add_error("more_places", _now("Not a country: %(names)s") % {"names": ", ".join(unknown)})
        without, unknown = territories.read(given.get("excluded", ""))
        if unknown:
            self.add_error("excluded", _now("Not a country: %(names)s") % {"names": ", ".join(unknown)})
        places = list(dict.fromkeys([*given.get("places", []), *more]))
        if not places:
            self.add_error("places", _("Say where it counts."))
        given["territories"] = [territories.WORLD] if territories.WORLD in places else places
        given["excluded"] = without

    def terms(self) -> dict[str, Any]:
        """Return what `grants.create` takes, without the holder and what is superseded."""
        given = dict(self.cleaned_data)
        kind = given["subject_kind"]
        named = [key for key in given.pop("only_for") if key != ALL]
        every = ALL in self.cleaned_data["only_for"]
        given["only_for"] = [] if every else list(Production.objects.filter(pk__in=named))
        given["purposes"] = [] if ALL in given["purposes"] else given["purposes"]
        given["items"] = self.listed if kind == SubjectKind.ITEMS else []
        given["production"] = given["production"] if kind == SubjectKind.PRODUCTION else None
        given["dataset"] = given["dataset"] if kind == SubjectKind.DATASET else None
        given["valid_until"] = None if given["endless"] else given["valid_until"]
        given["notice_days"] = given["notice_days"] or 0
        given["currency"] = given["currency"].upper()
        for name in ("works", "places", "more_places", "endless"):
            del given[name]
        return given


_GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("Which works"), ("subject_kind", "production", "dataset", "works", "works_until", "grantee")),
    (_("What is allowed"), ("scopes", "commercial")),
    (_("For what"), ("purposes", "only_for")),
    (_("Where"), ("places", "more_places", "excluded")),
    (_("From when until when"), ("signed_on", "valid_from", "valid_until", "endless")),
    (_("Payment"), ("compensation", "amount", "currency", "due_on")),
    (_("If it is withdrawn"), ("revocable", "notice_days", "on_revoke")),
    (_("By what right"), ("basis", "sublicensable", "moral_covenant", "adaptation", "note")),
)


def initial_of(grant: Grant) -> dict[str, Any]:
    """Return the form as it stands filled with the terms of a grant: for terms that supersede them."""
    names = (
        "subject_kind", "production", "dataset", "works_until", "grantee", "scopes", "commercial", "valid_from",
        "valid_until", "compensation", "amount", "currency", "due_on", "revocable", "notice_days", "on_revoke",
        "basis", "sublicensable", "moral_covenant", "adaptation", "note",
    )  # fmt: skip
    usual = [code for code in grant.territories if code in {territories.WORLD, *territories.USUAL}]
    listed = grant.items.order_by("pk").values_list("sha256", flat=True)
    return {
        **{name: getattr(grant, name) for name in names},
        "purposes": grant.purposes or [ALL],
        "only_for": [str(each.pk) for each in grant.only_for.all()] or [ALL],
        "places": usual,
        "more_places": ", ".join(code for code in grant.territories if code not in usual),
        "excluded": ", ".join(grant.excluded),
        "endless": grant.valid_until is None,
        "works": "\n".join(listed) if grant.subject_kind == SubjectKind.ITEMS else "",
    }


def works_named(text: str) -> tuple[list[Item], list[str]]:
    """Return the works that lines of text name, and the lines that name none or several."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(lines) > _MOST_NAMED:  # never fewer than were named: the rest is said to be missing
        return [], lines[_MOST_NAMED:]
    found: dict[str, set[Item]] = {line: set() for line in lines}
    by_hash = {line.lower(): line for line in lines}
    for item in Item.objects.filter(sha256__in=by_hash):
        found[by_hash[item.sha256]].add(item)
    for item in Item.objects.filter(title__in=lines):
        found[item.title].add(item)
    for item, alias in _by_alias(lines):
        found[alias].add(item)
    chosen = [next(iter(items)) for items in found.values() if len(items) == 1]
    return chosen, [line for line, items in found.items() if len(items) != 1]


def _by_alias(lines: list[str]) -> Iterable[tuple[Item, str]]:
    known = set(lines)
    pairs = Item.objects.filter(entries__alias__in=lines).values_list("pk", "entries__alias").distinct()
    wanted = [(pk, alias) for pk, alias in pairs if alias in known]
    items = Item.objects.in_bulk([pk for pk, _alias in wanted])
    return [(items[pk], alias) for pk, alias in wanted]


class EvidenceForm(AccessibleForm):
    """A file that proves a grant."""

    file = forms.FileField(label=_("File"), max_length=255)
    kind = forms.ChoiceField(label=_("What it is"), choices=EvidenceKind.choices)
    open_to_all = forms.BooleanField(label=_("Not only for producers"), required=False)


class PaymentForm(AccessibleForm):
    """Money that was paid."""

    amount = forms.DecimalField(label=_("Amount"), min_value=0, max_digits=12, decimal_places=2)
    currency = forms.CharField(label=_("Currency"), max_length=3)
    paid_on = forms.DateField(label=_("Paid on"), widget=DateInput())
    evidence = forms.ModelChoiceField(
        label=_("Receipt"), queryset=Evidence.objects.none(), required=False, empty_label="–"
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, *args: Any, grant: Grant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["evidence"]
        field.queryset = grant.evidence.all()


class WithdrawForm(AccessibleForm):
    """Which grants are withdrawn, and from which day."""

    grants = forms.ModelMultipleChoiceField(
        label=_("Grants"), queryset=Grant.objects.none(), widget=Ticks(),
        error_messages={"required": _("Choose at least one grant.")},
    )  # fmt: skip
    effective_on = forms.DateField(label=_("From which day"), widget=DateInput())

    def __init__(self, *args: Any, open_grants: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["grants"]
        field.queryset = open_grants


class ConfirmForm(WithdrawForm):
    """The same, decided."""

    reason = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
