"""A small world for rules: one set, a model that learned from it, a production; tests change what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from assets.rights.audit import audit
from assets.rights.decision import Decision
from assets.rights.engine import Engine
from assets.rights.facts import Facts, Grant, Group, Model, Production, Question, Standing, Version
from assets.rights.policy import Policy, shipped

ON = date(2026, 11, 22)
STRICT = shipped()["strict-optin"]
TV = shipped()["commercial-tv"]
TANAKA, SUZUKI, STUDIO = 7, 8, 9
NAMES = {f"holder:{TANAKA}": "Tanaka", f"holder:{SUZUKI}": "Suzuki", f"holder:{STUDIO}": "Studio Hoshi"}
EVERYTHING = frozenset({
    "analyse", "reference", "evaluate", "train", "finetune", "imitate", "generate", "redistribute_data",
    "redistribute_weights",
})  # fmt: skip
_OF_VERSIONS = {"train", "finetune", "embed", "evaluate", "redistribute_data"}


def work(**changes: Any) -> Standing:
    """A work under CC0 with the licence text kept."""
    plain = {"concluded": "CC0-1.0", "declared": "CC0-1.0", "declared_status": "known", "evidence": True}
    return Standing(**{**plain, **changes})


def drawn(**changes: Any) -> Standing:
    """A work that Tanaka drew and owns; no licence, so that it stands on grants alone."""
    return Standing(**{"holders": ((TANAKA, "owner"),), **changes})


def grant(**changes: Any) -> Grant:
    """Tanaka's grant for everything, everywhere, for ever, signed, proven and complete."""
    plain: dict[str, Any] = {
        "id": 1, "holder": TANAKA, "subject_kind": "holder", "scopes": EVERYTHING, "commercial": True,
        "signed_on": date(2025, 1, 1), "moral_covenant": True, "adaptation": True, "evidence": True,
        "sublicensable": True,
    }  # fmt: skip
    return Grant(**{**plain, **changes})


def version(*standings: Standing, **changes: Any) -> Version:
    """An approved version with three works of each standing."""
    plain: dict[str, Any] = {
        "id": 1, "dataset": 1, "name": "Hoshi keys v1", "state": "approved", "root": "r", "approved_root": "r",
        "groups": tuple(Group(each.digest, "train", 3) for each in standings),
    }  # fmt: skip
    return Version(**{**plain, **changes})


def model(**changes: Any) -> Model:
    """A clean-up model of the studio that learned from version 1."""
    plain: dict[str, Any] = {
        "id": 1, "name": "Clean 1", "family": "cleanup", "weights_sha256": "w", "code_commit": "c",
        "trained_on": date(2026, 6, 1), "inputs": ((1, "train"),),
    }  # fmt: skip
    return Model(**{**plain, **changes})


def world(
    *standings: Standing,
    grants: Iterable[Grant] = (),
    versions: Iterable[Version] = (),
    models: Iterable[Model] = (),
    production: dict[str, Any] | None = None,
    also: Iterable[Standing] = (),
    **facts: Any,
) -> Facts:
    """Facts about these works in version 1, which model 1 learned from, in a production that is sold everywhere."""
    held = [version(*standings), *versions]
    made = [model(), *models]
    here = Production(**{"id": 1, "code": "HOSHI", "exploited_until": date(2030, 1, 1), **(production or {})})
    return Facts(
        standings={each.digest: each for each in (*standings, *also)},
        grants={each.id: each for each in grants},
        versions={each.id: each for each in held},
        models={each.id: each for each in made},
        productions={1: here},
        names={**NAMES, **{f"model:{each.id}": each.name for each in made}},
        **facts,
    )


def asks(action: str = "generate", **changes: Any) -> Question:
    """A question of today in the production: of version 1 when it is about a set, else of model 1."""
    about = {"version": 1} if action in _OF_VERSIONS else {"model": 1} if action != "pack" else {}
    return Question(**{"action": action, "on": ON, "production": 1, **about, **changes})


def decide(facts: Facts, action: str = "generate", policy: Policy = STRICT, **changes: Any) -> Decision:
    """The answer to such a question."""
    return Engine(facts, policy).decide(asks(action, **changes))


def found(facts: Facts, action: str = "generate", policy: Policy = STRICT, **changes: Any) -> Iterable[Any]:
    """Everything that was said about such a question."""
    decision = decide(facts, action, policy, **changes)
    return (*decision.reasons, *decision.warnings)


def audited(facts: Facts, policy: Policy = STRICT) -> Iterable[Any]:
    """Everything that an audit of the production finds today."""
    return audit(facts, 1, ON, policy)
