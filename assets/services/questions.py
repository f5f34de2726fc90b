"""What may be asked about, and questions as people put them: by page or by API, in the same words."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from assets.models import DatasetVersion, ModelVersion, Production
from assets.rights.asking import ACTS, JUDGING
from assets.rights.facts import Question
from studio.core.errors import InvalidInput

_MOST = 500


def models_to_ask() -> list[ModelVersion]:
    """Return the models of the register, the newest of a name first."""
    return list(ModelVersion.objects.order_by("name", "-pk")[:_MOST])


def versions_to_ask(production: Production | None) -> list[DatasetVersion]:
    """Return the dataset versions of a production and of the whole studio."""
    theirs = Q(dataset__production=None) | Q(dataset__production=production)
    return list(DatasetVersion.objects.filter(theirs).select_related("dataset")[:_MOST])


def question(*, production: Production | None, action: str, **fields: Any) -> Question:
    """Return the question that a person put; the day that is not named is today.

    `fields` = model, version, on, until, territories, commercial, family: as Question has them, empty or missing where
    the production says it.

    Raises:
        InvalidInput: an action that is none, an end before the beginning, or nothing that it is about.
    """
    model, version = fields.get("model"), fields.get("version")
    if action not in ACTS:
        raise InvalidInput(field="action", reason="this is nothing that can be asked")
    if (model is None) == (version is None):
        raise InvalidInput(field="what", reason="name a model or a dataset version")
    day, until = fields.get("on") or timezone.localdate(), fields.get("until")
    if until is not None and until < day:
        raise InvalidInput(field="until", reason="it would end before it begins")
    return Question(
        action=action,
        on=day,
        production=production.pk if production else None,
        model=model,
        version=version,
        until=until,
        territories=frozenset(fields.get("territories", ())),
        commercial=fields.get("commercial"),
        family=fields.get("family") or _family_of(model),
        influence="evaluative" if action in JUDGING else "pixel",
    )


def _family_of(model: int | None) -> str:
    return (
        ModelVersion.objects.filter(pk=model).values_list("family", flat=True).first() or "" if model else ""
    )
