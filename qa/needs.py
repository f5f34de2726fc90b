"""What needs a producer today: a handful of counts, each with the page where it is put right."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from assets import access
from assets.choices import SheetState
from assets.models import Dataset, ModelSheet, Production
from qa.danger import Week
from qa.outlook import open_orders, overdue_order
from qa.selectors_spots import spots_of
from studio.core.models import User
from studio.core.roles import Action


@dataclass(frozen=True)
class Need:
    """Something to put right: how many, in words, and where."""

    count: int
    words: str
    url: str


def today(user: User, production: Production, week: Week) -> list[Need]:
    """Return what is to be put right today, the most pressing first; what is in order is left out."""
    code = production.code
    late = sum(each.late for each in week.episodes)
    nobody = sum(each.nobody for each in week.episodes)
    overdue = open_orders(production).filter(overdue_order(timezone.localdate()))
    n_overdue = overdue.aggregate(n=Count("cut", distinct=True))["n"]
    sheets = ModelSheet.objects.filter(
        design__character__production=production, state=SheetState.SUBMITTED
    ).count()
    needs = [
        Need(late, ngettext("late cut", "late cuts", late), reverse("behind", args=[code, "late"])),
        Need(
            nobody,
            ngettext("cut due this week that nobody has", "cuts due this week that nobody has", nobody),
            reverse("behind", args=[code, "nobody"]),
        ),
        Need(
            n_overdue,
            ngettext("cut with an overdue retake", "cuts with overdue retakes", n_overdue),
            reverse("behind", args=[code, "unanswered"]),
        ),
        Need(
            sheets,
            ngettext("model sheet waiting for approval", "model sheets waiting for approval", sheets),
            reverse("sheets", args=[code]),
        ),
    ]
    if access.allowed(user, Action.GIVE_VERDICT, production):
        spots = spots_of(user, production).filter(answer="").count()
        needs.append(
            Need(
                spots,
                ngettext("unflagged cut to look at", "unflagged cuts to look at", spots),
                reverse("spot_checks", args=[code]),
            )
        )
    if access.allowed(user, Action.VIEW_DATASETS, production):
        bare = Dataset.objects.filter(production=production, evidence=None).count()
        needs.append(
            Need(
                bare,
                ngettext("dataset without evidence", "datasets without evidence", bare),
                reverse("datasets", args=[code]),
            )
        )
    return [need for need in needs if need.count]
