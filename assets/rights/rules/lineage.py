"""Rules about dataset versions and models: R22, R28, R29, R31, R35, R37 to R41, R43 to R45."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _n

from assets.rights.answers import Answer
from assets.rights.asking import TRAINING, Asked
from assets.rights.expressions import options
from assets.rights.facets import facets_of
from assets.rights.facts import Facts, Grant, Model, Version
from assets.rights.rules.base import WARN, Reason, Rule, reason
from assets.rights.rules.catalogue import R22, R28, R29, R31, R35, R38, R39, R40, R41, R43, R44, R45
from assets.rights.rules.grants import covers

_MANY = 100_000


def about_version(version: Version, asked: Asked) -> Iterator[Reason]:
    """Yield what stands against using this version at all, apart from its works."""
    subject = ("version", version.id)
    if asked.question.action in TRAINING:
        yield from _not_approved(version)
    split = split_of(version, asked)
    if not any(not split or group.split == split for group in version.groups):
        why = _n("none of its works is known")
        yield reason(R28, Answer.DENY, subject, deciding=["empty"], version=version.name, why=[why])
    yield from approvals(version)
    yield from to_be_deleted(version, asked.on)
    yield from confidential(version, asked)


def split_of(version: Version, asked: Asked) -> str:
    """Return which part of a version is touched, empty for all; without a part for measuring it is measured whole."""
    if asked.question.action == "evaluate" and all(group.split != asked.split for group in version.groups):
        return ""
    return asked.split


def approvals(version: Version) -> Iterator[Reason]:
    """Yield what is wrong with how a version was approved or divided (R39, R45, R38)."""
    subject = ("version", version.id)
    if version.approved_root and (version.approved_root != version.root or version.rights_changed):
        deciding = [version.root, version.approved_root]
        yield reason(R39, Answer.DENY, subject, deciding=deciding, version=version.name)
    if version.self_approved:
        yield reason(R45, Answer.DENY, subject, version=version.name)
    if version.eval_leak:
        yield reason(R38, Answer.ASK, subject, version=version.name, works=version.eval_leak)


def to_be_deleted(version: Version, on: date) -> Iterator[Reason]:
    """Yield a version that should be gone by now."""
    if version.bytes_kept and version.retained_until and version.retained_until < on:
        day = version.retained_until.isoformat()
        yield reason(R40, Answer.ASK, ("version", version.id), deciding=[day], version=version.name, day=day)


def confidential(version: Version, asked: Asked) -> Iterator[Reason]:
    """Yield a closely kept version that would be used elsewhere, itself or in a model that learned from it."""
    if version.confidentiality == "red" and _abroad(version, asked):
        yield reason(R41, Answer.DENY, ("version", version.id), version=version.name)


def _not_approved(version: Version) -> Iterator[Reason]:
    whys = {
        "draft": _n("it is not frozen"),
        "frozen": _n("nobody has approved it"),
        "blocked": _n("it is blocked"),
        "retired": _n("it is retired"),
    }
    why = whys.get(version.state)
    if why is None and not version.approved_root:
        why = whys["frozen"]
    if why is not None:
        yield reason(
            R28,
            Answer.DENY,
            ("version", version.id),
            deciding=[version.state],
            version=version.name,
            why=[why],
        )


def _abroad(version: Version, asked: Asked) -> bool:
    other = version.production is not None and version.production != asked.production.id
    return asked.question.shared or asked.question.outside or other


def about_model(model: Model, asked: Asked, facts: Facts) -> Iterator[Reason]:
    """Yield what stands against this model or one that it comes from, apart from what it learned from."""
    subject = ("model", model.id)
    pixel = asked.pixel
    name = facts.name("model", model.id)
    if model.blocked:
        yield reason(
            R29,
            Answer.DENY,
            subject,
            deciding=[model.blocked],
            variant="blocked",
            model=name,
            why=[model.blocked],
        )
    if model.disclosure == "none":
        yield _by_use(R22, Answer.DENY, model, draws=pixel, model=name)
    elif model.disclosure == "summary":
        yield _by_use(R22, Answer.ASK, model, draws=pixel, variant="summary", model=name)
    missing = _missing(model)
    if missing:
        yield _by_use(R43, Answer.DENY, model, draws=pixel, deciding=missing, model=name, missing=missing)


def _by_use(
    rule: Rule,
    answer: Answer,
    of: Model,
    *,
    draws: bool,
    deciding: Iterable[str] = (),
    variant: str = "",
    **words: Any,
) -> Reason:
    """Return it as it is for a model that draws, as a warning for one that only judges."""
    return reason(
        rule,
        answer if draws else Answer.ASK,
        ("model", of.id),
        severity="" if draws else WARN,
        deciding=deciding,
        variant=variant,
        **words,
    )


def _missing(model: Model) -> list[str]:
    """Return what is not known of how a model was made; models from outside are asked for their art by R22.

    What Sakkan ships may have learned from a recipe's drawings, which are drawn anew and not kept.
    """
    missing = []
    has_recipe = model.origin == "shipped" and bool(model.recipe)
    if not model.weights_sha256:
        missing.append(_n("the hash of its weights"))
    if model.disclosure == "full" and not model.inputs and not model.parents and not has_recipe:
        missing.append(_n("its training art"))
    if model.origin == "studio" and not model.code_commit:
        missing.append(_n("the code that trained it"))
    return missing


def unknown_parents(model: Model, facts: Facts) -> Iterator[Reason]:
    """Yield a model with parents or training art that the facts do not hold: what is not known clears nothing (R43)."""
    lost = [key for key, _how in model.parents if key not in facts.models]
    lost_art = [key for key, _role in model.inputs if key not in facts.versions]
    if lost or lost_art:
        missing = [_n("a model that it comes from")] * bool(lost) + [_n("its training art")] * bool(lost_art)
        name = facts.name("model", model.id)
        yield reason(R43, Answer.DENY, ("model", model.id), deciding=missing, model=name, missing=missing)


def handed_down(model: Model, facts: Facts) -> Iterator[Reason]:
    """Yield what parents ask of a model: to hand use restrictions on (R35), not to learn from their answers (R44)."""
    for key, how in model.parents:
        parent = facts.models.get(key)
        if parent is None:
            continue
        names = {"model": facts.name("model", model.id), "parent": facts.name("model", key)}
        subject = ("model", model.id)
        if _is_restricted(parent, facts) and not model.restrictions_kept:
            yield reason(R35, Answer.ASK, subject, deciding=[f"model:{key}"], **names)
        if how == "distil" and parent.terms_forbid_training:
            yield reason(R44, Answer.ASK, subject, deciding=[f"model:{key}"], variant="distil", **names)


def _is_restricted(model: Model, facts: Facts) -> bool:
    """Return whether its licence forbids certain uses, by its own words or because it hands a parent's on."""
    if model.restrictions_kept:
        return True
    readings = [[facets_of(each, facts.licences) for each in way] for way in options(model.licence)]
    return bool(readings) and all(any(f is not None and f.use_restrictions for f in way) for way in readings)


def withdrawn(facts: Facts, on: date) -> Iterator[Reason]:
    """Yield the versions and models that a withdrawal touches (R31): for information, the tasks stand elsewhere."""
    for grant in sorted(facts.grants.values(), key=lambda each: each.id):
        if grant.revoked_on is None or grant.revoked_on > on:
            continue
        held = _holding(grant, facts)
        holder = facts.name("holder", grant.holder)
        touched = [("version", key, facts.versions[key].name) for key in held]
        touched += [("model", key, facts.name("model", key)) for key in _learned_from(held, facts)]
        for kind, key, name in sorted(touched):
            yield reason(
                R31, Answer.ASK, (kind, key), deciding=[f"grant:{grant.id}"], holder=holder, what=name
            )


def _holding(grant: Grant, facts: Facts) -> set[int]:
    """Return the versions with works that a grant speaks of."""
    if grant.subject_kind == "dataset":
        return {key for key, version in facts.versions.items() if version.dataset == grant.dataset}
    works = {key for key, standing in facts.standings.items() if covers(grant, standing, None)}
    return {
        key
        for key, version in facts.versions.items()
        if any(group.standing in works for group in version.groups)
    }


def _learned_from(versions: set[int], facts: Facts) -> set[int]:
    """Return the models that learned from these versions, or from what such models drew, or come from such models."""
    found: set[int] = set()
    reached = set(versions)
    drawn = (
        {key: makers(version, facts) for key, version in facts.versions.items()} if _any_made(facts) else {}
    )
    while True:
        new = {
            model.id for model in facts.models.values()
            if model.id not in found and (
                any(key in reached and role == "train" for key, role in model.inputs)
                or any(parent in found for parent, _ in model.parents)
            )
        }  # fmt: skip
        if not new:
            return found
        found |= new
        reached |= {key for key, by in drawn.items() if by & found}


def _any_made(facts: Facts) -> bool:
    return any(standing.made_by is not None for standing in facts.standings.values())


def makers(version: Version, facts: Facts, split: str = "") -> frozenset[int]:
    """Return the models that drew works of a version, or works that these were made from."""
    found: set[int] = set()
    seen: set[str] = set()
    waiting = [group.standing for group in version.groups if not split or group.split == split]
    while waiting:
        key = waiting.pop()
        standing = facts.standings.get(key)
        if key in seen or standing is None:
            continue
        seen.add(key)
        waiting += standing.parents
        if standing.made_by is not None:
            found.add(standing.made_by)
    return frozenset(found)


def ancestry(model: int, facts: Facts) -> list[Model]:
    """Return a model and every model that it comes from, each once, in a stable order. A loop ends it."""
    found: dict[int, Model] = {}
    waiting = [model]
    while waiting and len(found) < _MANY:
        key = waiting.pop()
        if key in found or key not in facts.models:
            continue
        found[key] = facts.models[key]
        waiting += [parent for parent, _ in facts.models[key].parents]
    return [found[key] for key in sorted(found)]
