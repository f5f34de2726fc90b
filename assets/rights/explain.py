"""On what an answer hangs: a smallest set of facts without which it would be another one.

A refusal hangs on every group of works that is refused, and on models, versions and demands that are refused for
themselves. A permission hangs on what carries one work: its licence and the grants of one owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assets.rights.answers import Answer
from assets.rights.asking import LEAVING, Asked, asked
from assets.rights.facts import Facts, Group, Model, Question, Standing, Version
from assets.rights.rules.base import Reason
from assets.rights.rules.licences import family
from assets.rights.rules.lineage import about_version, confidential, makers, split_of
from assets.rights.tally import Tally

if TYPE_CHECKING:
    from assets.rights.engine import Engine
    from assets.rights.works import Context

# (kind, key): group "version:standing:split", grant, licence (of a standing), model, version, production, log.
Fact = tuple[str, str]
_MOST_TRIED = 100  # each try is a whole decision


def explained(engine: Engine, question: Question) -> tuple[Fact, ...]:
    """Return facts whose removal (`without`) changes the answer to `question`, none of which could be spared.

    Convention:
        - a refusal: every blocking group, and what blocks by itself: an ancestor, or the model, version, production or
          log, which no removal mends; with one of these in it, the set says what has to be mended
        - a permission: what carries one work, the fewest there are; of a question without works, what was asked about
        - waivers are left aside; sorted, the same for the same facts

    Raises:
        KeyError: the facts do not hold what is asked about.
    """
    answer = engine.plain(question).answer
    if answer is Answer.ALLOW:
        return tuple(sorted(_supports(engine, question)))
    return _spared(engine, question, answer, sorted(set(_blocks(engine, question))))


def without(facts: Facts, gone: Iterable[Fact]) -> Facts:
    """Return `facts` as if these had never been told. A model that is gone is nobody's parent any more."""
    lost = frozenset(gone)
    models = {
        key: replace(model, parents=tuple(p for p in model.parents if ("model", str(p[0])) not in lost))
        for key, model in facts.models.items()
        if ("model", str(key)) not in lost
    }
    versions = {
        key: replace(
            version, groups=tuple(g for g in version.groups if ("group", _key(version, g)) not in lost)
        )
        for key, version in facts.versions.items()
    }
    standings = {
        key: replace(standing, concluded="") if ("licence", key) in lost else standing
        for key, standing in facts.standings.items()
    }
    grants = {key: grant for key, grant in facts.grants.items() if ("grant", str(key)) not in lost}
    return replace(facts, models=models, versions=versions, standings=standings, grants=grants)


def _key(version: Version, group: Group) -> str:
    return f"{version.id}:{group.standing}:{group.split}"


def _spared(engine: Engine, question: Question, answer: Answer, found: list[Fact]) -> tuple[Fact, ...]:
    """Leave out works that are refused only for the model that drew them, where mending the rest clears that model."""
    drawn = [fact for fact in found if fact[0] == "group" and _is_drawn(fact, engine.facts)]
    needed = list(found)
    # Twice: of a set that was emptied nothing is known, so that the first work put back may change what others do.
    for fact in drawn[:_MOST_TRIED] * 2:
        fewer = [each for each in needed if each != fact]
        if type(engine)(without(engine.facts, fewer), engine.policy).plain(question).answer is not answer:
            needed = fewer
    return tuple(needed)


def _is_drawn(fact: Fact, facts: Facts) -> bool:
    version, standing, split = fact[1].split(":")
    return bool(makers(replace(facts.versions[int(version)], groups=(Group(standing, split, 1),)), facts))


# What refuses.


def _blocks(engine: Engine, question: Question) -> Iterator[Fact]:
    decision = engine.plain(question)
    about = asked(question, engine.facts)
    strict = [each for each in decision.reasons if each.answer is decision.answer]
    yield from (each.subject for each in strict if each.subject[0] in {"log", "production"})
    if question.version is not None:
        version = engine.facts.versions[question.version]
        if _says(engine, about_version(version, about), decision.answer):
            yield ("version", str(version.id))
        else:
            yield from _blocking_groups(engine, version, about, split_of(version, about), decision.answer)
    if question.model is not None:
        yield from _blocking_models(engine, about, decision.answer)
    if any(each.rule == "R30" and each.variant == "conflict" for each in strict):
        yield from _all_but_one_family(engine, question)


def _blocking_models(engine: Engine, about: Asked, answer: Answer) -> Iterator[Fact]:
    """Walk back from the model that was asked about; what is refused for itself is not looked behind."""
    asked_for = about.question.model or 0
    waiting, seen = [asked_for], set()
    while waiting:
        key = waiting.pop()
        if key in seen or key not in engine.facts.models:
            continue
        seen.add(key)
        model = engine.facts.models[key]
        alone = Tally()
        engine.about_one_model(model, about, alone, changed=key != asked_for)
        if _says(engine, alone.reasons.values(), answer):
            yield ("model", str(key))
            continue
        for version in _learned(model, engine.facts):
            if _says(engine, confidential(version, about), answer):
                yield ("version", str(version.id))
            else:
                yield from _blocking_groups(engine, version, about.behind(model), "train", answer, model)
        waiting += [parent for parent, _how in model.parents]


def _says(engine: Engine, found: Iterable[Reason], answer: Answer) -> bool:
    return any(each.is_deciding and each.answer is answer for each in engine.policy.take(found))


def _blocking_groups(
    engine: Engine, version: Version, about: Asked, split: str, answer: Answer, learner: Model | None = None
) -> Iterator[Fact]:
    context = engine.context(version, about, learner)
    inherits = about.learns or about.question.action in LEAVING
    for group in version.groups:
        if split and group.split != split:
            continue
        drawn = makers(replace(version, groups=(group,)), engine.facts) if inherits else ()
        answers = [
            context.judge(group.standing).answer,
            *(engine.cleared(key, about.of_maker()) for key in drawn),
        ]
        if answer in answers:
            yield ("group", _key(version, group))


def _learned(model: Model, facts: Facts) -> list[Version]:
    return [facts.versions[key] for key, role in model.inputs if role == "train" and key in facts.versions]


def _walked(engine: Engine, question: Question) -> Iterator[tuple[Version, Group, Context]]:
    """Yield every group of works that a question reaches, with what judges it."""
    about = asked(question, engine.facts)
    if question.version is not None:
        version = engine.facts.versions[question.version]
        context = engine.context(version, about, None)
        yield from (
            (version, g, context) for g in version.groups if not about.split or g.split == about.split
        )
    if question.model is None:
        return
    for model in engine.ancestry(question.model):
        for version in _learned(model, engine.facts):
            context = engine.context(version, about.behind(model), model)
            yield from ((version, group, context) for group in version.groups if group.split == "train")


def _all_but_one_family(engine: Engine, question: Question) -> Iterator[Fact]:
    """Yield the groups under every share-alike licence but the one with the most works."""
    works: dict[str, int] = {}
    held: list[tuple[Fact, frozenset[str]]] = []
    for version, group, context in _walked(engine, question):
        families = frozenset(family(each) for each in context.judge(group.standing).alike)
        for name in families:
            works[name] = works.get(name, 0) + group.count
        held.append((("group", _key(version, group)), families))
    kept = max(sorted(works), key=works.__getitem__, default="")
    yield from (fact for fact, families in held if families - {kept})


# What carries.


def _supports(engine: Engine, question: Question) -> tuple[Fact, ...]:
    smallest: tuple[Fact, ...] = ()
    seen: set[tuple[Context, str]] = set()
    for version, group, context in _walked(engine, question):
        if (context, group.standing) in seen:
            continue
        seen.add((context, group.standing))
        standing = engine.facts.standings.get(group.standing, Standing())
        found = _support(engine, standing, group.standing, version, context)
        if len(found) == 1:
            return found
        if found and (not smallest or (len(found), found) < (len(smallest), smallest)):
            smallest = found
    if smallest:
        return smallest
    return (("model", str(question.model)),) if question.model else (("version", str(question.version)),)


def _support(
    engine: Engine, standing: Standing, key: str, version: Version, context: Context
) -> tuple[Fact, ...]:
    """Return what of one work's licence and grants cannot be taken away; () where something else carries it."""
    grants = engine.grants(standing, version.dataset)
    candidates: list[Fact] = [("licence", key)] if standing.concluded else []
    candidates += [("grant", str(each.id)) for each in grants]

    def holds(gone: Iterable[Fact]) -> bool:
        reduced = type(engine)(without(_near(engine.facts, standing, key), gone), engine.policy)
        return reduced.context_like(context).judge(key).answer is Answer.ALLOW

    if not candidates or holds(candidates):
        return ()
    needed = list(candidates)
    for each in candidates:
        fewer = [other for other in needed if other != each]
        if not holds(fewer):
            needed = fewer
    return tuple(needed)


def _near(facts: Facts, standing: Standing, key: str) -> Facts:
    """Return the facts about one work alone, so that asking again costs little."""
    sources: dict[str, Standing] = {key: standing}
    waiting = list(standing.parents)
    while waiting:
        parent = waiting.pop()
        if parent not in sources and parent in facts.standings:
            sources[parent] = facts.standings[parent]
            waiting += facts.standings[parent].parents
    return replace(facts, standings=sources, versions={})
