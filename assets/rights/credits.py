"""Who must be credited for a production and who is paid: everything behind it, in a constant number of queries.

Behind a production stand the datasets that are its own, and those that models learned from which worked for it, or from
which such models come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q

from assets.choices_rights import Compensation
from assets.models import (
    DatasetVersion,
    Entry,
    Grant,
    ModelInput,
    ModelParent,
    Payment,
    Production,
    RightsHolder,
    Run,
    StandingHolder,
)
from assets.rights.due import productions_of, unpaid
from assets.rights.expressions import options
from assets.rights.facets import Facets, facets_of
from assets.rights.facts import Standing
from assets.rights.load import readings

_ROLES = ("owner", "author")


@dataclass(frozen=True, slots=True)
class Credit:
    """A credit that a licence asks for. `line` empty: it is missing; `holder` None: nobody is known to credit."""

    licence: str
    works: int
    holder: int | None = None
    name: str = ""
    line: str = ""

    @property
    def is_missing(self) -> bool:
        """Whether nobody could print it yet."""
        return not self.line


@dataclass(slots=True)
class Pay:
    """What a grant costs a production: what was agreed, what was paid, what is open (None: no sum can be told)."""

    grant: Grant
    payments: list[Payment] = field(default_factory=list)
    is_open: bool = False
    left: Decimal | None = None

    @property
    def due_on(self) -> date | None:
        """The day on which it is payable."""
        return self.grant.due_on

    @property
    def totals(self) -> dict[str, Decimal]:
        """What was paid, by currency."""
        found: dict[str, Decimal] = {}
        for payment in self.payments:
            found[payment.currency] = found.get(payment.currency, Decimal(0)) + payment.amount
        return found


def versions_behind(production: Production) -> set[int]:
    """Return the dataset versions that stand behind a production."""
    parents: dict[int, list[int]] = {}
    for child, parent in ModelParent.objects.values_list("child_id", "parent_id"):
        parents.setdefault(child, []).append(parent)
    at_work = Run.objects.filter(production=production).order_by().values_list("model", flat=True).distinct()
    models: set[int] = set()
    waiting: list[int] = [int(key) for key in at_work]
    while waiting:
        model = waiting.pop()
        if model not in models:
            models.add(model)
            waiting += parents.get(model, ())
    learned = ModelInput.objects.filter(model__in=models).values_list("version_id", flat=True)
    own = DatasetVersion.objects.filter(dataset__production=production).values_list("pk", flat=True)
    return {*learned, *own}


def credits_of(production: Production) -> list[Credit]:
    """Return the credits that licences ask for, those that are missing first."""
    own = readings()
    needed: dict[tuple[int | None, str], int] = {}
    for facts, count in _standings(versions_behind(production)):
        licences = _asking(facts.concluded or facts.declared, own)
        people = _credited(facts)
        for licence in licences:
            for holder in people:
                key = (holder, licence)
                needed[key] = needed.get(key, 0) + count
    named = {row.pk: row for row in RightsHolder.objects.filter(pk__in=[key for key, _ in needed if key])}
    found = [_credit(named.get(holder or 0), licence, count) for (holder, licence), count in needed.items()]
    return sorted(found, key=lambda each: (not each.is_missing, each.name, each.licence))


def payments_of(production: Production) -> list[Pay]:
    """Return what grants behind a production cost: what is open first, the most pressing before the others."""
    held = StandingHolder.objects.filter(
        standing__items__entries__version__in=versions_behind(production)
    ).values("holder")
    newer = Grant.objects.filter(supersedes=OuterRef("pk"), signed_on__isnull=False)
    listed = list(
        Grant.objects.filter(
            Q(production=production)
            | Q(only_for=production)
            | Q(dataset__production=production)
            | Q(holder__in=held)
        )
        .filter(~Exists(newer), signed_on__isnull=False)
        .exclude(compensation=Compensation.NONE)
        .select_related("holder", "dataset", "production")
        .prefetch_related("only_for", "payments__evidence")
        .order_by("pk")
        .distinct()
    )
    concerned = [
        grant for grant in listed if not productions_of(grant) or production.pk in productions_of(grant)
    ]
    left = {grant.pk: amount for grant, amount in unpaid(concerned)}
    rows = [
        Pay(grant, list(grant.payments.all()), grant.pk in left, left.get(grant.pk)) for grant in concerned
    ]
    return sorted(rows, key=lambda row: (not row.is_open, row.due_on or date.max, row.grant.pk))


def _standings(versions: Iterable[int]) -> list[tuple[Standing, int]]:
    """Return how the works of these versions stand, each work counted once."""
    counted = (
        Entry.objects.filter(version__in=list(versions))
        .order_by()
        .values_list("item__standing__facts")
        .annotate(n=Count("item", distinct=True))
        .values_list("item__standing", "item__standing__facts", "n")
    )
    return [(Standing.from_json(facts), n) for _key, facts, n in counted]


def _asking(licence: str, own: dict[str, Facets]) -> set[str]:
    """Return the licences of an expression that ask for a credit; of a choice, each that does."""
    if not licence:
        return set()
    symbols = {symbol for one in options(licence) for symbol in one}
    return {symbol for symbol in symbols if (facets := facets_of(symbol, own)) and facets.attribution}


def _credited(facts: Standing) -> list[int | None]:
    for role in _ROLES:
        found: list[int | None] = [holder for holder, held in facts.holders if held == role]
        if found:
            return found
    return [None]


def _credit(holder: RightsHolder | None, licence: str, works: int) -> Credit:
    if holder is None:
        return Credit(licence, works)
    return Credit(licence, works, holder.pk, holder.name, holder.credit)
