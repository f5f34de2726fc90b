"""Waivers: a finding may stand until a day, asked for by one person and decided by another.

What cannot be waived is refused at the request already; an end is always named, and the past is no end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from assets import access
from assets.choices_rights import WaiverReason
from assets.models import Finding, Production, Waiver, WaiverDecision
from assets.rights.rules.base import RULES
from assets.services import rows
from studio.core import audit
from studio.core.errors import InvalidInput, InvalidTransition, NotAllowed
from studio.core.models import User
from studio.core.roles import Action

_MOST_DAYS = 366
ASKED, IN_FORCE, REFUSED, ENDED = "asked", "in_force", "refused", "ended"


def request(*, actor: User, finding: Finding, reason: str, text: str, expires_on: date) -> Waiver:
    """Ask that a finding may stand until a day.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
        InvalidInput: nothing was explained, no end or one too far away, or a finding that cannot be waived.
    """
    access.require(actor, Action.EDIT_DATASETS, finding.production)
    if not may_be_waived(finding):
        raise InvalidInput(field="finding", reason="this cannot be waived; it has to be put right")
    if reason not in WaiverReason.values:
        raise InvalidInput(field="reason", reason="this is no reason of the list")
    if not text.strip():
        raise InvalidInput(field="text", reason="say why")
    days = (expires_on - timezone.localdate()).days
    if days < 0:
        raise InvalidInput(field="expires_on", reason="this day is over")
    if days > _MOST_DAYS:
        raise InvalidInput(field="expires_on", reason="a waiver ends within a year")
    waiver = Waiver(
        finding=finding,
        fingerprint=finding.fingerprint,
        reason=reason,
        text=text.strip(),
        expires_on=expires_on,
        requested_by=actor,
    )
    with transaction.atomic():
        return rows.create(
            waiver,
            actor=actor,
            verb="waiver.request",
            production_id=finding.production_id,
            names=("reason", "text", "expires_on", "fingerprint"),
        )


def decide(*, actor: User, waiver: Waiver, approved: bool, note: str = "") -> WaiverDecision:
    """Decide on a waiver; a later word takes an earlier one back.

    Raises:
        NotFound, NotAllowed: by the actor's roles, or because they asked for it themselves.
        InvalidTransition: its day is over, nobody may waive this, or it has been decided so already.
    """
    production = waiver.finding.production
    access.require(actor, Action.EDIT_DATASETS, production)
    if waiver.requested_by_id == actor.pk:
        raise NotAllowed("own_approval", action="decide")
    with transaction.atomic():
        rows.locked(waiver.finding)
        _check_decision(waiver, approved)
        row = WaiverDecision.objects.create(waiver=waiver, approved=approved, note=note.strip(), by=actor)
        audit.record(
            actor=actor,
            verb="waiver.decide",
            target=waiver,
            production_id=production.pk,
            after={"approved": approved, "note": note.strip()},
        )
    return row


def _check_decision(waiver: Waiver, approved: bool) -> None:  # noqa: FBT001
    wanted = "approve" if approved else "refuse"
    if approved and not may_be_waived(waiver.finding):
        raise InvalidTransition(what="the finding", state="of a kind that nobody may waive", wanted=wanted)
    if approved and waiver.expires_on < timezone.localdate():
        raise InvalidTransition(what="the waiver", state="ended", wanted=wanted)
    newest = waiver.decisions.order_by("-pk").first()
    if newest is not None and newest.approved == approved:
        raise InvalidTransition(what="the waiver", state="decided", wanted=wanted)


def may_be_waived(finding: Finding) -> bool:
    """Return whether two people may let this stand for a while; a rule of another version of Sakkan: no."""
    rule = RULES.get(finding.rule)
    return rule is not None and rule.waivable


@dataclass(frozen=True)
class WaiverState:
    """How the newest waiver of a finding stands: asked, in_force, refused or ended."""

    state: str
    waiver: Waiver
    decided: WaiverDecision | None


def states(findings: Iterable[Finding]) -> dict[int, WaiverState]:
    """Return how the newest waiver of each finding stands, by the finding's key. Two queries, however many."""
    asked = Waiver.objects.filter(finding__in=[each.pk for each in findings]).select_related("requested_by")
    newest = {waiver.finding_id: waiver for waiver in asked.order_by("pk")}
    said = WaiverDecision.objects.filter(waiver__in=[each.pk for each in newest.values()]).select_related(
        "by"
    )
    decided = {decision.waiver_id: decision for decision in said.order_by("pk")}
    today = timezone.localdate()
    return {
        key: WaiverState(_state(waiver, decided.get(waiver.pk), today), waiver, decided.get(waiver.pk))
        for key, waiver in newest.items()
    }


def in_force(production: Production) -> set[int]:
    """Return the keys of a production's findings that two people let stand today."""
    said = WaiverDecision.objects.filter(
        waiver__finding__production=production, waiver__expires_on__gte=timezone.localdate()
    )
    latest = {each.waiver_id: each for each in said.select_related("waiver").order_by("pk")}
    return {each.waiver.finding_id for each in latest.values() if each.approved}


def _state(waiver: Waiver, decided: WaiverDecision | None, today: date) -> str:
    if decided is not None and not decided.approved:
        return REFUSED
    if waiver.expires_on < today:
        return ENDED
    return ASKED if decided is None else IN_FORCE
