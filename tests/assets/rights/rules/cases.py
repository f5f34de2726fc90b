"""Facts that several examples share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from assets.rights.facets import facets_of
from assets.rights.facts import Facts, Signal, Waived
from assets.rights.policy import shipped
from assets.rights.rules.base import Reason
from tests.assets.rights.rules.small import (
    drawn,
    found,
    grant,
    model,
    version,
    work,
    world,
)

Found = Callable[[], Iterable[Reason]]
TV = shipped()["commercial-tv"]
RESEARCH = shipped()["research"]
NO_TRAINING = Signal("plus", "PROHIBITED-AIMLTRAINING", forbids=True, seen_on="2026-03-01")
RAIL = "LicenseRef-OpenRAIL"


def weights(**changes):
    """A model that was fine-tuned from weights from outside."""
    outside = {
        "id": 2,
        "name": "Base",
        "origin": "third_party",
        "licence": "Apache-2.0",
        "inputs": (),
        **changes,
    }
    return world(
        work(),
        models=[model(id=1, parents=((2, "finetune"),)), model(**{"disclosure": "summary", **outside})],
    )


def laundered(*, licence: str, maker_known: bool = True) -> Facts:
    """Model 1 learned from what model 2 drew, which learned from `licence`."""
    source, copy = work(concluded=licence), work(made_by=2, source_kind="synthetic")
    return world(
        copy, also=[source], versions=[version(source, id=2, name="Web v1")],
        models=[model(id=2, name="Draws", inputs=((2, "train"),))] if maker_known else [],
    )  # fmt: skip


def waived(facts: Facts, rule: str, until: date, action: str = "generate") -> Facts:
    prints = [each.fingerprint for each in found(facts, action) if each.rule == rule]
    return replace(facts, waivers={each: Waived(each, until, 1) for each in prints})


def signed_off(**changes) -> Facts:
    return replace(world(work()), versions={1: version(work(), **changes)})


def of_model(**changes) -> Facts:
    return replace(world(work()), models={1: model(**changes)})


def by_grant(**changes) -> Facts:
    return world(drawn(), grants=[grant(**changes)])


def house(**facets) -> Facts:
    """A work under a licence that the studio reads like MIT, with these differences."""
    reading = replace(facets_of("MIT"), **facets)
    return world(work(concluded="LicenseRef-house"), licences={"LicenseRef-house": reading})


def reading(day: date) -> Facts:
    return house(reviewed_on=day)


BROKEN_LOG = replace(world(work()), log_holds=False)
TWO_ALIKE = world(work(concluded="CC-BY-SA-4.0"), work(concluded="ODbL-1.0"))
NEXT_SPRING = date(2027, 3, 31)
LIKENESS = "a" * 64
