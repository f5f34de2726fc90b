"""Who can draw and clean up here, and what the register says of each: an engine that is not in it may not draw.

Sakkan's own engine is there with its network and without. Others stand behind the same door where an operator has
installed their weights; the register knows them by the hash of the file, under whatever name they were entered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assets import access, cleanup_wishes, sidecars
from assets.choices import DerivedKind
from assets.choices_rights import Disclosure, Influence, ModelFamily, Origin
from assets.models import ModelVersion, Production
from assets.rights.facts import Question
from assets.services import gate, register
from studio.core import cleaning, drafts
from studio.core.errors import ComputeFailed, DuplicateContent, InvalidInput, LicenceRefused
from studio.core.models import User
from studio.core.roles import Action
from studio.core.shipped import shipped_models

SAKKAN, BY_HAND, RIFE = "sakkan", "sakkan-no-weights", "rife"
_LEARNED_FROM_NOTHING = "code alone; it learned from nothing"
ANSWERS = ("allow", "ask", "deny", "unknown")
TITLES = {
    SAKKAN: gettext_noop("Sakkan"),
    BY_HAND: gettext_noop("Sakkan without weights"),
    RIFE: gettext_noop("RIFE (cannot be steered)"),
}


@dataclass(frozen=True)
class _Own:
    """Sakkan's own engine of a kind: its weights in `ml/weights`, and its name in the register without them."""

    weights: str
    plain: str
    version: str
    family: ModelFamily
    source: str
    action: str


_OWN = {
    DerivedKind.INBETWEEN: _Own(
        "inbetween",
        "inbetween-no-weights",
        sidecars.ENGINE,
        ModelFamily.INBETWEEN,
        "ml/inbetween",
        "generate",
    ),
    DerivedKind.CLEANUP: _Own(
        "cleanup", "cleanup-no-weights", cleanup_wishes.ENGINE, ModelFamily.CLEANUP, "ml/cleanup", "cleanup"
    ),
}


@dataclass(frozen=True)
class Offer:
    """An engine as it is offered: its model in the register, and the gate's answer for this production.

    `answer` is allow, ask or deny; "unknown" where the register does not know it. `reasons` are sentences.
    """

    name: str
    title: str
    model: ModelVersion | None
    answer: str
    reasons: str

    @property
    def may_draw(self) -> bool:
        """Whether it may be chosen."""
        return self.answer == "allow"


def names(kind: str = DerivedKind.INBETWEEN) -> list[str]:
    """Return the engines that are installed, the one that is used unless another is named first."""
    others = [name for name, (_door, weights) in settings.DRAFTING_OTHERS.items() if weights]
    own = [*([SAKKAN] if _shipped_sha256(kind) else []), BY_HAND]
    return [*own, *(others if kind == DerivedKind.INBETWEEN else [])]


def chosen(name: str, kind: str = DerivedKind.INBETWEEN) -> str:
    """Return the name of an installed engine; an empty one names the first.

    Raises:
        InvalidInput: it is not installed (code "engine_absent").
    """
    known = names(kind)
    if name and name not in known:
        raise InvalidInput("engine_absent", engine=name, known=", ".join(known))
    return name or known[0]


def model_of(name: str, kind: str = DerivedKind.INBETWEEN) -> ModelVersion:
    """Return what the register holds of an installed engine; Sakkan's own enters it by itself.

    Raises:
        LicenceRefused: the register does not know it (code "engine_unknown").
    """
    own = _OWN[DerivedKind(kind)]
    if name == BY_HAND:
        return _plain(own)
    sha256 = _shipped_sha256(kind) if name == SAKKAN else _sha256_of(settings.DRAFTING_OTHERS[name][1])
    known = ModelVersion.objects.filter(weights_sha256=sha256, family=own.family).order_by("-pk")
    found = known.first()
    if found is None and name == SAKKAN:
        register.sync_shipped()
        found = known.first()
    if found is None:
        raise LicenceRefused("engine_unknown", engine=TITLES.get(name, name))
    return found


def question(production: Production, model: ModelVersion, kind: str = DerivedKind.INBETWEEN) -> Question:
    """Return what the gate is asked before a model draws for a production."""
    return Question(
        action=_OWN[DerivedKind(kind)].action,
        on=timezone.localdate(),
        production=production.pk,
        model=model.pk,
        family=model.family,
        influence=Influence.PIXEL,
    )


def offered(*, actor: User, production: Production, kind: str = DerivedKind.INBETWEEN) -> list[Offer]:
    """Return the installed engines with how they stand; writes nothing but Sakkan's own into the register.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
    """
    access.require(actor, Action.DERIVE, production)
    return [_offer(name, production, kind) for name in names(kind)]


def door_of(name: str, model: ModelVersion) -> drafts.Drafting:
    """Return the door of an engine in this worker, sure to be the one that the register means.

    Raises:
        ComputeFailed: other weights lie there now, or none.
    """
    door = drafts.drafting("" if name in {SAKKAN, BY_HAND} else name)
    _refuse_other(name, model, door.describe_inbetween(weights=uses_weights(name)))
    return door


def cleaner_of(name: str, model: ModelVersion) -> cleaning.Cleaning:
    """Return the door of the clean-up in this worker, sure to be the one that the register means.

    Raises:
        ComputeFailed: other weights lie there now, or none.
    """
    door = cleaning.cleaning()
    _refuse_other(name, model, door.describe_cleanup(weights=uses_weights(name)))
    return door


def uses_weights(name: str) -> bool:
    """Return whether an engine draws by weights."""
    return name != BY_HAND


def _refuse_other(name: str, model: ModelVersion, described: Mapping[str, Any]) -> None:
    told = str(described["model_id"])
    sha256 = told.partition("@")[2].partition("/")[0]
    agrees = (
        bool(sha256) and model.weights_sha256.startswith(sha256) if uses_weights(name) else told == "none"
    )
    if not agrees:
        reason = f"this worker draws with {told}, not with {model}; start it anew"
        raise ComputeFailed(reason=reason)


def _offer(name: str, production: Production, kind: str) -> Offer:
    title = _(TITLES.get(name, name))
    try:
        model = model_of(name, kind)
    except LicenceRefused as refusal:
        return Offer(name, title, None, "unknown", refusal.message)
    decision = gate.answer(question(production, model, kind))
    return Offer(name, title, model, str(decision.answer.value), gate.told(decision))


def _plain(own: _Own) -> ModelVersion:
    """Return the engine without weights, entered as what it is: code that learned from nothing."""
    known = ModelVersion.objects.filter(name=own.plain, version=own.version).first()
    if known is not None:
        return known
    try:
        return register.register(
            actor=None,
            name=own.plain,
            version=own.version,
            family=own.family,
            origin=Origin.SHIPPED,
            weights_sha256=hashlib.sha256(b"").hexdigest(),
            model_id="none",
            disclosure=Disclosure.FULL,
            licence_expression="Apache-2.0",
            recipe=_LEARNED_FROM_NOTHING,
            gpai_why=_LEARNED_FROM_NOTHING,
            source=own.source,
        )
    except DuplicateContent:  # another process was faster
        return ModelVersion.objects.get(name=own.plain, version=own.version)


def _shipped_sha256(kind: str) -> str:
    wanted = _OWN[DerivedKind(kind)].weights
    return next((each.sha256 for each in shipped_models() if each.name == wanted), "")


def _sha256_of(weights: str) -> str:
    try:
        state = Path(weights).stat()
    except OSError:
        return "missing"
    return _hashed(weights, state.st_mtime_ns, state.st_size)


@cache
def _hashed(path: str, _changed_ns: int, _size: int) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
