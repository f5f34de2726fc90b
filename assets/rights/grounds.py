"""By what right a model works: the licences and grants of everything that it and the models before it learned from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from assets.rights.engine import Engine
from assets.rights.load import facts_of
from assets.rights.policy import DEFAULT, shipped


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a model rests on: SPDX expressions, and grants as (id, name of the grantor)."""

    licences: tuple[str, ...] = ()
    grants: tuple[tuple[int, str], ...] = ()


def grounds_of(models: Collection[int]) -> dict[int, Grounds]:
    """Return by model what it rests on, in a constant number of queries. Whether that suffices is the gate's answer."""
    facts = facts_of(models=sorted(models))
    engine = Engine(facts, shipped()[DEFAULT])
    found: dict[int, Grounds] = {}
    for key in models:
        licences: set[str] = set()
        grants: set[tuple[int, str]] = set()
        learned = {v for model in engine.ancestry(key) for v, role in model.inputs if role == "train"}
        for version in (facts.versions[each] for each in sorted(learned & facts.versions.keys())):
            for group in version.groups:
                standing = facts.standings[group.standing]
                licences |= {standing.concluded} - {""}
                spoken = engine.grants(standing, version.dataset)
                grants |= {(grant.id, facts.name("holder", grant.holder)) for grant in spoken}
        found[key] = Grounds(tuple(sorted(licences)), tuple(sorted(grants)))
    return found
