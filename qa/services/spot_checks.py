"""Unflagged cuts, drawn by lot, that a supervisor looks at: they say how much is missed.

The lot is a number that a check's content decides: checking again draws no other.
"""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils import timezone

from assets import access
from qa.checks.alarms import WEIGHTS
from qa.choices import RunState, SpotAnswer
from qa.models import CheckRun, SpotCheck
from qa.services import calibration
from studio.core import audit
from studio.core.errors import InvalidInput, NotFound, StaleInput, phrase
from studio.core.models import User
from studio.core.roles import Action


def draw(run: CheckRun) -> SpotCheck | None:
    """Put an unflagged check before a supervisor if the lot says so; called where a check is written."""
    if run.summary["flags"] or run.summary["settled"] or not run.summary["checked"]:
        return None
    share = calibration.rules_of(run.take.cut.episode.production).spot_percent / 100.0
    if not is_drawn(run.fingerprint, run.take_id, share):
        return None
    return SpotCheck.objects.create(run=run, share=share)


def is_drawn(fingerprint: str, take_id: int, share: float) -> bool:
    """Say whether the lot falls on a check; over many, `share` of them."""
    lot = hashlib.sha256(f"spot {fingerprint} {take_id}".encode()).digest()
    return int.from_bytes(lot[:8], "big") < share * 2.0**64


def answer(*, actor: User, spot: SpotCheck, found: str, aspect: str = "", note: str = "") -> SpotCheck:
    """Say what is in an unflagged cut: nothing off-model, or something that was missed.

    Locks: the spot check.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
        InvalidInput: no such answer; something missed without saying what.
        StaleInput: somebody has answered, or the check is out of date.
    """
    _check_words(found, aspect)
    with transaction.atomic():
        spot = _locked(actor, spot)
        if spot.answer:
            raise StaleInput(person=str(spot.by))
        if spot.run.state != RunState.CURRENT:
            raise StaleInput("check_outdated")
        spot.answer, spot.note, spot.by, spot.at = found, note, actor, timezone.now()
        spot.aspect = aspect if found == SpotAnswer.MISSED else ""
        spot.save()
        _record(actor, spot, "spot.answer")
    return spot


def take_back(*, actor: User, spot: SpotCheck) -> SpotCheck:
    """Open a spot check again; the audit log keeps what was said.

    Locks: the spot check.

    Raises:
        NotFound, NotAllowed: by the actor's roles. StaleInput: nobody has answered.
    """
    with transaction.atomic():
        spot = _locked(actor, spot)
        if not spot.answer:
            raise StaleInput(person="Sakkan")
        spot.answer, spot.aspect, spot.note, spot.by, spot.at = "", "", "", None, None
        spot.save()
        _record(actor, spot, "spot.take_back")
    return spot


def _check_words(found: str, aspect: str) -> None:
    if found not in SpotAnswer.values:
        raise InvalidInput(field="found", reason=phrase("“{value}” is no answer", value=found))
    if found == SpotAnswer.MISSED and aspect not in WEIGHTS:
        raise InvalidInput(field="aspect", reason=phrase("say what was missed"))


def _locked(actor: User, spot: SpotCheck) -> SpotCheck:
    found = (
        SpotCheck.objects.select_for_update(of=("self",))
        .select_related("run__take__cut__episode__production", "by")
        .filter(pk=spot.pk)
        .first()
    )
    if found is None:
        raise NotFound(what="spot check")
    cut = found.run.take.cut
    access.require(actor, Action.GIVE_VERDICT, cut.episode.production, cut)
    return found


def _record(actor: User, spot: SpotCheck, verb: str) -> None:
    audit.record(
        actor=actor,
        verb=verb,
        target=spot,
        production_id=spot.run.take.cut.episode.production_id,
        after={"answer": spot.answer, "aspect": spot.aspect, "note": spot.note},
    )
