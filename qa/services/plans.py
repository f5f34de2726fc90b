"""What a take is compared with: the approved sheets of its cast, those of everybody else, and their fingerprint."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assets.choices import PAINTED_STAGES, SheetState
from assets.models import Design, ModelSheet, Take
from qa.checks import alarms
from qa.checks.base import CODE_VERSION
from qa.models import Encoder
from qa.services import calibration, embeddings, encoders
from qa.services.embeddings import Bank


@dataclass(frozen=True)
class CheckPlan:
    """One comparison, frozen. The same `fingerprint` over the same pixels gives the same measurements.

    `cast` is held against its calibrated limits; `run_fingerprint` names the calibration, too.
    """

    cast: list[Bank]
    rivals: list[Bank]
    painted: bool
    encoder: Encoder
    fingerprint: str
    run_fingerprint: str
    cast_key: str
    not_checked: list[dict[str, Any]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)


def plan_for(take: Take) -> CheckPlan:
    """Return what `take` is to be compared with now."""
    cast_designs = list(Design.objects.filter(castings__cut=take.cut_id).select_related("character"))
    encoder = embeddings.current()
    cast = embeddings.packs_for(cast_designs, encoder)
    rivals = embeddings.packs_for(_others(take, cast_designs), encoder) if cast.banks else embeddings.Packs()
    painted = take.stage in PAINTED_STAGES
    missing = [{"reason": "no_approved_sheet", "design": str(design)} for design in cast.without_sheet]
    missing += [
        {"reason": "sheet_unreadable", "design": str(design), "detail": detail}
        for design, detail in cast.failed
    ]
    if not cast_designs:
        missing.append({"reason": "no_cast"})
    measured = _digest(
        [bank.pack.sha256 for bank in cast.banks],
        sorted(bank.pack.sha256 for bank in rivals.banks),
        ["painted" if painted else "lines", encoder.model_id, CODE_VERSION],
    )
    held = calibration.held_by(take.cut.episode.production, encoder.model_id)
    return CheckPlan(
        cast=_held(cast.banks, held, painted=painted),
        rivals=rivals.banks,
        painted=painted,
        encoder=encoder,
        fingerprint=measured,
        run_fingerprint=_digest([measured], sorted(str(row) for row in missing), [held.digest]),
        cast_key=cast_key(take, encoder),
        not_checked=missing,
        names={str(bank.sheet.design_id): str(bank.sheet.design) for bank in cast.banks + rivals.banks},
    )


def _held(banks: Sequence[Bank], held: calibration.Held, *, painted: bool) -> list[Bank]:
    """Return the banks with the limits that the production's clean cuts and its rate of alarms ask for."""
    kind, others = alarms.kind_of(painted=painted), calibration.shipped()
    return [
        replace(
            bank,
            limits=replace(bank.limits, alarms=held.of_design(bank.sheet.design_id, kind, shipped=others)),
        )
        for bank in banks
    ]


def cast_key(take: Take, encoder: Encoder | None = None) -> str:
    """Return what must not change while a check runs: the cast, its approved sheets, and the model that serves."""
    encoder = encoder or encoders.serving()
    sheets = ModelSheet.objects.filter(design__castings__cut=take.cut_id, state=SheetState.APPROVED)
    designs = Design.objects.filter(castings__cut=take.cut_id)
    return _digest(
        [str(pk) for pk in sorted(designs.values_list("pk", flat=True))],
        [str(pk) for pk in sorted(sheets.values_list("pk", flat=True))],
        [encoder.model_id],
    )


def _others(take: Take, cast: list[Design]) -> list[Design]:
    production = take.cut.episode.production_id
    others = Design.objects.filter(character__production=production, sheets__state=SheetState.APPROVED)
    return list(
        others.exclude(pk__in=[design.pk for design in cast]).select_related("character").order_by("pk")
    )


def _digest(*lists: list[str]) -> str:
    return hashlib.sha256("\n\n".join("\n".join(items) for items in lists).encode()).hexdigest()
