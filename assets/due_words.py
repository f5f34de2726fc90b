"""What falls due, in words: one sentence, what to do about it, and the page where it is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assets.grant_words import money
from assets.models import DatasetVersion
from assets.rights.due import Due, DueKind


def sentence_of(due: Due) -> str:
    """Return what falls due."""
    words = {
        "name": due.name,
        "amount": money(due.amount, due.currency) if due.amount is not None else _("the agreed share"),
    }
    return _sentences()[due.kind] % words


def way_of(kind: str) -> str:
    """Return what to do about it."""
    return {
        DueKind.GRANT: _("Renew it with new terms, or stop using the works."),
        DueKind.PAYMENT: _("Pay, and enter the payment with its receipt."),
        DueKind.READING: _("Read the licence again and write the new reading down."),
        DueKind.WAIVER: _("Settle what was found, or ask for another waiver."),
        DueKind.RETENTION: _("Delete the bytes; the hashes stay as proof."),
        DueKind.EXPLOITATION: _("Prolong the exploitation in the settings, or archive the production."),
        DueKind.WITHDRAWAL: _("Prepare what its report lists; Sakkan does its part on that day."),
    }[DueKind(kind)]


def _sentences() -> Mapping[DueKind, str]:
    return {
        DueKind.GRANT: _("The right that %(name)s granted ends."),
        DueKind.PAYMENT: _("%(name)s is to be paid: %(amount)s."),
        DueKind.READING: _("The reading of %(name)s is too old to count."),
        DueKind.WAIVER: _("The waiver for %(name)s ends."),
        DueKind.RETENTION: _("The art of %(name)s is to be deleted."),
        DueKind.EXPLOITATION: _("The exploitation of %(name)s ends."),
        DueKind.WITHDRAWAL: _("The withdrawal of %(name)s begins to count."),
    }


def address_of(due: Due, datasets: Mapping[int, int] | None = None) -> str:
    """Return the page where it is dealt with. `datasets` = dataset by version, where they were read for the list."""
    if due.kind in {DueKind.GRANT, DueKind.PAYMENT}:
        return reverse("grant", args=[due.key])
    if due.kind == DueKind.WITHDRAWAL:
        return reverse("withdrawal", args=[due.key])
    if due.kind == DueKind.RETENTION and datasets and due.key in datasets:
        return reverse("dataset", args=[datasets[due.key]])
    if due.kind == DueKind.EXPLOITATION:
        return reverse("production_settings", args=[due.detail])
    if due.kind == DueKind.WAIVER:
        return reverse("production", args=[due.name.partition(" ")[0]])
    return reverse("rights_due")


def rows_of(found: list[Due], today: Any) -> list[dict[str, Any]]:
    """Return a list as page, CSV, calendar and API show it."""
    keys = [due.key for due in found if due.kind == DueKind.RETENTION]
    datasets = dict(DatasetVersion.objects.filter(pk__in=keys).values_list("pk", "dataset")) if keys else {}
    return [
        {
            "due": due,
            "kind": due.kind.value,
            "word": str(due.kind.label),
            "on": due.on,
            "days": due.days_left(today),
            "late_days": max(0, -due.days_left(today)),
            "name": due.name,
            "sentence": sentence_of(due),
            "way": way_of(due.kind),
            "url": address_of(due, datasets),
            "subject": due.subject,
        }
        for due in found
    ]
