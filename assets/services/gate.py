"""The gate: asked inside every job that trains, fine-tunes, generates or cleans up, before anything is computed.

What is refused raises LicenceRefused with the decision's id; its page says why and what would lift it. An answer that
was given before from the same facts on the same day is the same row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from assets import access
from assets.models import DatasetVersion, GateDecision, ModelVersion, PolicyProfile, Production
from assets.rights import policy as policies
from assets.rights.answers import Answer
from assets.rights.asking import TRAINING
from assets.rights.engine import Decision, Engine
from assets.rights.facts import Facts, Question
from assets.rights.load import facts_of
from studio.core import audit
from studio.core.errors import InvalidInput, LicenceRefused, NotFound, phrase
from studio.core.models import User
from studio.core.roles import Action

_REASONS_SHOWN = 3


def policy_named(name: str) -> policies.Policy:
    """Return a profile: the studio's own newest one of that name, or Sakkan's.

    Raises:
        InvalidInput: there is none of that name; nothing milder takes its place.
    """
    found = policies.shipped().get(name)
    if found is not None:
        return found
    own = PolicyProfile.objects.filter(name=name).order_by("-id").first()  # none takes the name of Sakkan's
    if own is None:
        raise InvalidInput(field="policy", reason=phrase("there is no policy “{name}”", name=name))
    return policies.read(own.text)


def policy_of(production: Production | None) -> policies.Policy:
    """Return the policy of a production; without one, the default."""
    return policy_named(production.policy if production else policies.DEFAULT)


def answer(question: Question, *, known_at: datetime | None = None) -> Decision:
    """Answer a question from what is in the books, or was at a moment. Asks for no permission, writes nothing.

    Raises:
        NotFound: it names a model, version or production that is not there.
    """
    facts = facts_for(question, known_at)
    known = facts.productions.get(question.production or 0)
    return Engine(facts, policy_named(known.policy if known else policies.DEFAULT)).decide(question)


def facts_for(question: Question, known_at: datetime | None = None) -> Facts:
    """Return the facts that a question needs.

    Raises:
        NotFound: it names a model, version or production that is not there.
    """
    facts = facts_of(
        production=question.production,
        models=[question.model] if question.model is not None else [],
        versions=[question.version] if question.version is not None else [],
        known_at=known_at,
    )
    named: list[tuple[str, int | None, Any]] = [
        ("production", question.production, facts.productions),
        ("model", question.model, facts.models),
        ("dataset version", question.version, facts.versions),
    ]
    for what, key, known in named:
        if key is not None and key not in known:
            raise NotFound(what=what)
    return facts


def ask(*, actor: User, question: Question, known_at: datetime | None = None) -> Decision:
    """Answer a producer's question; with `known_at`, as it would have been answered at that moment.

    Raises:
        NotFound, NotAllowed: by the actor's roles in the production, or in any where none is named.
    """
    _require_view(actor, question.production)
    return answer(question, known_at=known_at)


def require(*, actor: User | None, question: Question) -> GateDecision:
    """Let a job pass, or refuse it. `actor` None means the system itself.

    Raises:
        LicenceRefused: the answer is no, or a question is open and the result would reach a drawing or a model.
        NotFound: it names something that is not there.
    """
    decision = answer(question)
    row = record(actor=actor, decision=decision)
    if not passes(decision):
        raise LicenceRefused(
            reason=told(decision),
            decision=row.pk,
            url=reverse("decision", args=[row.pk]),
            rules=[r.rule for r in decision.reasons],
        )
    return row


def passes(decision: Decision) -> bool:
    """Return whether work may go on: always on yes; on an open question only where a model merely judges."""
    if decision.answer is Answer.ALLOW:
        return True
    judges = decision.question.influence != "pixel" and decision.question.action not in TRAINING
    return decision.answer is Answer.ASK and judges


def record(*, actor: User | None, decision: Decision) -> GateDecision:
    """Keep an answer, so that it can be told again; the same answer of the same day is kept once."""
    question = decision.question
    wanted = {
        "production_id": question.production,
        "model_id": question.model,
        "version_id": question.version,
        "action": question.action,
        "input_sha256": decision.input_sha256,
        "question": question.as_json(),
    }
    known = GateDecision.objects.filter(**wanted).order_by("id").first()
    if known is not None:
        return known
    told_in_full = decision.as_json()
    with transaction.atomic():
        row = GateDecision.objects.create(
            **wanted,
            answer=decision.answer.value,
            reasons={
                key: told_in_full[key] for key in ("reasons", "warnings", "waived", "duties", "choices")
            },
            ruleset=decision.ruleset,
            by=actor,
        )
        audit.record(
            actor=actor,
            verb="gate.answer",
            target=row,
            production_id=question.production,
            after={"action": question.action, "answer": row.answer, "input_sha256": row.input_sha256},
        )
    return row


def told(decision: Decision) -> str:
    """Return the gravest reasons as sentences in the reader's language."""
    sentences = list(dict.fromkeys(each.message() for each in decision.reasons))
    return " ".join(sentences[:_REASONS_SHOWN])


def get_decision(*, actor: User, pk: int) -> GateDecision:
    """Return a decision with its page's rows.

    Raises:
        NotFound, NotAllowed: it is not there, or the actor may not see licences.
    """
    found = GateDecision.objects.select_related("production", "model", "version__dataset", "by").filter(pk=pk)
    row = found.first()
    if row is None:
        raise NotFound(what="decision")
    _require_view(actor, row.production_id)
    return row


def _require_view(actor: User, production_id: int | None) -> None:
    if production_id is None:
        access.require_anywhere(actor, Action.VIEW_DATASETS)
        return
    production = Production.objects.filter(pk=production_id).first()
    if production is None:
        raise NotFound(what="production")
    access.require(actor, Action.VIEW_DATASETS, production)


def names_of(question: Question) -> dict[str, str]:
    """Return what people call the things that a question names."""
    found: dict[str, str] = {}
    if question.model is not None:
        found["model"] = str(ModelVersion.objects.filter(pk=question.model).first() or "")
    if question.version is not None:
        version = DatasetVersion.objects.select_related("dataset").filter(pk=question.version).first()
        found["version"] = str(version or "")
    return found
