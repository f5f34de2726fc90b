"""Alarms at the rate that a production asked for: the calibration that checks judge by, and its rules.

A calibration is a row whose content never changes: what the clean cuts said. Checks take the newest; it is made
anew when it is an hour old and the clean cuts say something else, or when somebody asks for it. One of another
engine, model or rate is never used: then the cuts that Sakkan ships stand in until the production has its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from assets import access
from assets.choices import SheetState
from assets.models import Production
from qa.checks import alarms
from qa.checks.base import CODE_VERSION
from qa.checks.conformal import Calibrated, Cuts
from qa.models import AlarmRules, Calibration, CheckRun, MemoryBank
from qa.services import encoders
from qa.services.clean_cuts import clean_cuts
from studio.core import audit
from studio.core.errors import InvalidInput, phrase
from studio.core.models import User
from studio.core.roles import Action

SHIPPED = Path(__file__).parent.parent / "checks" / "clean_cuts.json"
_GOOD_FOR = timedelta(hours=1)


@dataclass(frozen=True)
class Held:
    """What a check judges by: the rate and the clean cuts of one time.

    Attributes:
        digest: of all of it; part of a run's fingerprint.
        rate: alarms a clean cut may raise.
        cuts: of the production, see `Calibration.cuts`.
    """

    digest: str
    rate: float
    cuts: Mapping[str, Any]

    def of_design(self, design_id: int, kind: str, *, shipped: Mapping[str, Any]) -> dict[str, Calibrated]:
        """Return what a design is held against at a kind of stage, by aspect."""
        mine = str(design_id)
        own, pool = {}, {}
        for aspect in alarms.aspects_of(kind):
            by_design = self.cuts.get(kind, {}).get(aspect, {})
            own[aspect] = _cuts(by_design.get(mine, ()))
            others = [one for key, rows in sorted(by_design.items()) if key != mine for one in rows]
            pool[aspect] = _cuts(others) + Cuts.of(shipped.get(kind, {}).get(aspect, ()))
        return alarms.alarms_of(own, pool, kind, self.rate)


def rules_of(production: Production) -> AlarmRules:
    """Return the production's rules, unsaved with their defaults where nobody has set any."""
    return AlarmRules.objects.filter(production=production).first() or AlarmRules(production=production)


def fingerprint(model_id: str) -> str:
    """Return the name of engine and model; scores of two are never put together."""
    return f"{model_id}#{CODE_VERSION}"


@cache
def shipped() -> Mapping[str, Any]:
    """Return the clean cuts that Sakkan ships: kind of stage -> aspect -> scores; empty if of another engine.

    They are of our own generated characters, measured by the default model (`python -m bench.alarms --pool`).
    """
    found = json.loads(SHIPPED.read_text()) if SHIPPED.is_file() else {}
    return found["cuts"] if found.get("code_version") == CODE_VERSION else {}


def held_by(production: Production, model_id: str) -> Held:
    """Return what checks of a production judge by now; the calibration is made anew when it is due."""
    newest = production.calibrations.first()
    rules = rules_of(production)
    is_fresh = newest is not None and timezone.now() - newest.made_at < _GOOD_FOR
    if newest is None or not is_fresh or not is_valid(newest, rules, model_id):
        newest = _made(production, rules, model_id)
    return Held(newest.digest, newest.per_100 / 100.0, newest.cuts)


def is_valid(one: Calibration, rules: AlarmRules, model_id: str) -> bool:
    """Say whether a calibration still holds: of this engine, model and rate, and no approved sheet changed since.

    A sheet or colour model that changed is compiled anew, and then its cuts lie elsewhere.
    """
    if one.fingerprint != fingerprint(model_id) or one.per_100 != rules.per_100:
        return False
    banks = MemoryBank.objects.filter(
        sheet__design__character__production=one.production_id, sheet__state=SheetState.APPROVED
    )
    return not banks.filter(built_at__gt=one.made_at).exists()


def shown(production: Production, now: Mapping[str, Any]) -> Held:
    """Return what pages show: the newest calibration, else what clean cuts of `now` say; nothing is written."""
    newest, rules = production.calibrations.first(), rules_of(production)
    if newest is None or not is_valid(newest, rules, model_of(production)):
        return Held("", rules.per_100 / 100.0, now)
    return Held(newest.digest, newest.per_100 / 100.0, newest.cuts)


def model_of(production: Production) -> str:
    """Return the model that checks of a production use, empty before the first check: pages ask no engine."""
    serving = encoders.serving_now()
    if serving is not None:
        return serving.model_id
    runs = CheckRun.objects.filter(take__cut__episode__production=production).order_by("-pk")
    return runs.values_list("model_id", flat=True).first() or ""


def recalibrate(*, actor: User, production: Production) -> Calibration:
    """Make the calibration of a production anew, for checks from now on; flags that are there stay.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
    """
    access.require(actor, Action.GIVE_VERDICT, production)
    with transaction.atomic():
        made = _made(production, rules_of(production), model_of(production))
        audit.record(
            actor=actor,
            verb="alarms.calibrate",
            target=made,
            production_id=production.pk,
            after={"digest": made.digest},
        )
    return made


def set_rules(*, actor: User, production: Production, per_100: float, spot_percent: float) -> AlarmRules:
    """Say how many alarms a production puts up with and how many unflagged cuts it looks at.

    Locks: the rules.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
        InvalidInput: alarms not between 0.2 and 20, or spot checks not between 2 and 5 per cent.
    """
    access.require(actor, Action.APPROVE_SHEET, production)
    _check("per_100", per_100, 0.2, 20.0)
    _check("spot_percent", spot_percent, 2.0, 5.0)
    with transaction.atomic():
        AlarmRules.objects.get_or_create(production=production)
        rules = AlarmRules.objects.select_for_update().get(production=production)
        before = {"per_100": rules.per_100, "spot_percent": rules.spot_percent}
        rules.per_100, rules.spot_percent = per_100, spot_percent
        rules.save()
        audit.record(
            actor=actor,
            verb="alarms.rules",
            target=rules,
            production_id=production.pk,
            before=before,
            after={"per_100": per_100, "spot_percent": spot_percent},
        )
    return rules


def _check(field: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also for what is no number
        raise InvalidInput(
            field=field,
            reason=phrase("choose a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}"),
        )


def _made(production: Production, rules: AlarmRules, model_id: str) -> Calibration:
    """Return the calibration of now: a new row, or the newest one again when nothing has changed."""
    cuts = {
        kind: {
            aspect: {design: sorted(rows) for design, rows in sorted(by_design.items())}
            for aspect, by_design in sorted(by_aspect.items())
        }
        for kind, by_aspect in sorted(clean_cuts(production, model_id).kept.items())
    }
    name = fingerprint(model_id)
    told = json.dumps([name, rules.per_100, cuts], sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()
    with transaction.atomic():
        newest = Calibration.objects.select_for_update().filter(production=production).first()
        if newest is not None and newest.digest == digest:
            newest.made_at = timezone.now()  # still true
            newest.save(update_fields=["made_at"])
            return newest
        return Calibration.objects.create(
            production=production, fingerprint=name, digest=digest, per_100=rules.per_100, cuts=cuts
        )


def _cuts(rows: Iterable[Iterable[float]]) -> Cuts:
    pairs = [tuple(row) for row in rows]
    return Cuts(tuple(score for score, _ in pairs), tuple(weight for _, weight in pairs))
