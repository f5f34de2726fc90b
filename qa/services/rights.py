"""The licence gate before a check or a new model: may these models judge this production's drawings?

A model that only judges passes with a warning where its training art is unknown; one that is blocked, because an artist
withdrew what it learned from, stops the check before anything is computed.
"""

from __future__ import annotations

from django.utils import timezone

from assets.choices_rights import Disclosure, Influence, ModelFamily, Origin
from assets.models import ModelVersion, Production
from assets.rights.facts import Question
from assets.services import gate, register
from qa.models import Encoder
from qa.services import encoders
from studio.core.errors import DuplicateContent
from studio.core.models import User
from studio.core.shipped import ShippedModel, shipped_models

_DRAWING = frozenset(
    {"inbetween", "cleanup"}
)  # weights that draw judge nothing; they are asked for where they draw
_BY_HAND = "hand@"  # the embedder without weights learned from nothing, so there is nothing to ask


def require_check(*, actor: User | None, production: Production, encoder: Encoder) -> None:
    """Let a check of this production pass, or refuse it.

    Raises:
        LicenceRefused: one of its models may not be used on this production; the reason names what would lift it.
    """
    for model in (*shipped(), *_of(encoder)):
        gate.require(actor=actor, question=_question("check", model, production.pk))


def require_encoder(*, actor: User | None, encoder: Encoder) -> None:
    """Let a model make the studio's vectors, or refuse it.

    Raises:
        LicenceRefused: it is blocked, or its licence forbids it.
    """
    for model in _of(encoder):
        gate.require(actor=actor, question=_question("embed", model, None))


def serving() -> set[tuple[int, str]]:
    """Return what checks the whole studio's drawings, as audits ask: (key in the register, action of the gate)."""
    encoder = encoders.serving_now()
    models = [*shipped(), *(_of(encoder) if encoder else [])]
    return {(model.pk, "check") for model in models}


def shipped() -> list[ModelVersion]:
    """Return the register's rows of the shipped weights that judge drawings; they enter it by themselves."""
    judging = [each for each in shipped_models() if each.name not in _DRAWING]
    rows = _entered(judging)
    if len(rows) < len(judging):
        register.sync_shipped()
        return _entered(judging)
    return rows


def _entered(wanted: list[ShippedModel]) -> list[ModelVersion]:
    keys = {(each.name, each.sha256[:12]) for each in wanted}
    rows = ModelVersion.objects.filter(origin=Origin.SHIPPED)
    return [row for row in rows if (row.name, row.version) in keys]


def _of(encoder: Encoder) -> list[ModelVersion]:
    """Return the register's row of an encoder; weights that nobody described enter it as unknown."""
    if encoder.model_id.startswith(_BY_HAND):
        return []
    name, _at, rest = encoder.model_id.partition("@")
    known = ModelVersion.objects.filter(model_id=encoder.model_id).order_by("-pk").first()
    if known is not None:
        return [known]
    try:
        made = register.register(
            actor=None,
            name=name,
            version=rest[:60],
            family=ModelFamily.EMBED,
            origin=Origin.THIRD_PARTY,
            model_id=encoder.model_id,
            weights_sha256=rest.partition("/")[0],
            disclosure=Disclosure.NONE,
            source=encoder.weights or encoder.embedder,
        )
    except DuplicateContent:  # another worker was faster
        return list(ModelVersion.objects.filter(model_id=encoder.model_id)[:1])
    return [made]


def _question(action: str, model: ModelVersion, production: int | None) -> Question:
    return Question(
        action=action,
        on=timezone.localdate(),
        production=production,
        model=model.pk,
        family=model.family,
        influence=Influence.EVALUATIVE,
    )
