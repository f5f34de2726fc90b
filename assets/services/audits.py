"""The audit of a production: everything that has to be put right before delivery, kept as findings.

The same finding keeps its row from one audit to the next, with whoever looks after it; what is found no more is marked
as gone and stays as history.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.module_loading import import_string

from assets import access
from assets.choices_rights import ApprovalSubject, Influence, VersionState
from assets.models import (
    Approval,
    Artefact,
    DatasetVersion,
    Finding,
    GateDecision,
    Membership,
    Production,
    Run,
)
from assets.rights.answers import Answer
from assets.rights.audit import audit as audited
from assets.rights.credits import credits_of
from assets.rights.facts import Facts
from assets.rights.load import facts_of
from assets.rights.rules.base import Reason
from assets.services import gate, rows
from studio.core import audit
from studio.core.errors import InvalidInput, StudioError
from studio.core.models import User
from studio.core.roles import Action

_ACTION_OF_RUN = {Influence.PIXEL: "generate", Influence.EVALUATIVE: "check", Influence.REFERENCE: "embed"}
_ROWS = 500
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Audited:
    """What an audit found: findings that stand, those that are new, and those that are gone."""

    standing: int
    new: int
    gone: int


def run(*, actor: User | None, production: Production) -> Audited:
    """Audit a production now; `actor` None means the system itself.

    Convention:
        - a constant number of queries, however many models, works and findings there are

    Raises:
        NotFound, NotAllowed: by the actor's roles. InvalidInput: its policy is not there any more.
    """
    if actor is not None:
        access.require(actor, Action.EDIT_DATASETS, production)
    facts = facts_for(production, uses_of(production))
    found = audited(facts, production.pk, timezone.localdate(), gate.policy_of(production))
    with transaction.atomic():
        rows.locked(production)
        result = _sync(production, found)
        audit.record(
            actor=actor,
            verb="rights.audit",
            target=production,
            production_id=production.pk,
            after={"standing": result.standing, "new": result.new, "gone": result.gone},
        )
    return result


def run_all() -> int:
    """Audit every production that is not archived; return how many. One that cannot be audited stops no other."""
    count = 0
    for production in Production.objects.filter(archived=False):
        try:
            run(actor=None, production=production)
        except StudioError:
            _LOG.exception("the audit of %s could not be done", production.code)
        else:
            count += 1
    return count


def facts_for(production: Production, used: Collection[tuple[int, str]]) -> Facts:
    """Return the facts about everything that works for a production, and its newest dataset versions."""
    facts = facts_of(
        production=production.pk,
        models=sorted({model for model, _action in used}),
        versions=newest_versions(production),
    )
    # What no file says for itself: drawings whose mark was lost on the way, or that were never in a take.
    unmarked = Artefact.objects.filter(
        run__production=production, run__influence=Influence.PIXEL, withdrawn_at=None, marked=False
    ).count()
    missing = {each.holder for each in credits_of(production) if each.is_missing and each.holder is not None}
    known = replace(
        facts.productions[production.pk],
        uses=frozenset(used),
        unmarked_outputs=unmarked,
        uncredited=frozenset(missing),
    )
    return replace(facts, productions={**facts.productions, production.pk: known})


def uses_of(production: Production) -> set[tuple[int, str]]:
    """Return which models work for a production, and how.

    They are what ran, what was approved, what the gate let pass, and what serves the whole studio. A model that was
    only ever refused has done nothing here; one that was let pass before and is refused now has.
    """
    ran = Run.objects.filter(production=production).values_list("model_id", "influence").distinct()
    found: set[tuple[int, str]] = {(model, _ACTION_OF_RUN[Influence(influence)]) for model, influence in ran}
    asked = GateDecision.objects.filter(production=production, model__isnull=False).exclude(
        answer=Answer.DENY
    )
    passed = asked.order_by().values_list("model_id", "action").distinct()
    found |= {(int(model), action) for model, action in passed if model}
    for path in settings.RIGHTS_SERVING:
        found |= set(import_string(path)())
    approved = Approval.objects.filter(production=production, subject=ApprovalSubject.MODEL).order_by("pk")
    latest = {each.model_id: each for each in approved}
    named = {model for model, _action in found}
    found |= {
        (key, each.use or "generate")
        for key, each in latest.items()
        if each.approved and key is not None and key not in named
    }
    return found


def newest_versions(production: Production) -> list[int]:
    """Return of each dataset of a production the newest version that is no draft."""
    listed = DatasetVersion.objects.filter(dataset__production=production).exclude(state=VersionState.DRAFT)
    return list(
        listed.order_by().values("dataset").annotate(newest=Max("pk")).values_list("newest", flat=True)
    )


def _sync(production: Production, found: Iterable[Reason]) -> Audited:
    """Make the rows of findings say what was found; each keeps its row by its fingerprint."""
    now = timezone.now()
    known = {row.fingerprint: row for row in Finding.objects.filter(production=production)}
    new, changed = [], []
    standing = {each.fingerprint: each for each in found}
    for fingerprint, reason in standing.items():
        facts = _facts(reason)
        row = known.get(fingerprint)
        if row is None:
            new.append(Finding(production=production, fingerprint=fingerprint, **facts))
        elif row.gone_at is not None or row.reason != facts["reason"] or row.severity != facts["severity"]:
            row.reason, row.severity, row.gone_at = facts["reason"], facts["severity"], None
            changed.append(row)
    gone = [row.pk for name, row in known.items() if name not in standing and row.gone_at is None]
    Finding.objects.bulk_create(new, batch_size=_ROWS)
    Finding.objects.bulk_update(changed, ["reason", "severity", "gone_at"], batch_size=_ROWS)
    for start in range(0, len(gone), _ROWS):
        Finding.objects.filter(pk__in=gone[start : start + _ROWS]).update(gone_at=now)
    return Audited(len(standing), len(new), len(gone))


def _facts(reason: Reason) -> dict[str, Any]:
    kind, key = reason.subject
    return {
        "rule": reason.rule,
        "severity": reason.severity,
        "subject": f"{kind}:{key}"[:120],
        "reason": reason.as_json(),
    }


def assign(*, actor: User, finding: Finding, assignee: User | None) -> Finding:
    """Say who looks after a finding, or nobody.

    Raises:
        NotFound, NotAllowed: by the actor's roles. InvalidInput: somebody who has no role in the production.
    """
    access.require(actor, Action.EDIT_DATASETS, finding.production)
    belongs = (
        assignee is None or Membership.objects.filter(user=assignee, production=finding.production).exists()
    )
    if not belongs:
        raise InvalidInput(field="assignee", reason="this person has no role in the production")
    with transaction.atomic():
        return rows.change(
            rows.locked(finding, "production"),
            {"assignee": assignee},
            actor=actor,
            verb="finding.assign",
            production_id=finding.production_id,
            allowed=("assignee",),
        )
