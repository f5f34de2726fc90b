"""The licence engine: a question, frozen facts and a policy in; an answer with every reason out.

Answers combine so: deny beats ask beats allow, and what nothing allows is denied. A work may be used when its licence
allows it or when the grants of all its owners do; what is wrong with the work itself stands above both. A model may
be used when everything that it or any model before it learned from may be used so. Pure: the same facts give the same
answer, in any order. Source: the licence reference, sections 3 and 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext_noop as _n

from assets.rights.answers import Answer, worst
from assets.rights.asking import LEAVING, TRAINING, Asked, asked
from assets.rights.decision import Decision
from assets.rights.explain import Fact, explained
from assets.rights.facts import Facts, Grant, Model, Question, Standing, Version
from assets.rights.policy import Policy
from assets.rights.rules import words
from assets.rights.rules.base import RULES, Reason, Rule, reason
from assets.rights.rules.catalogue import R02, R28, R29, R30, R37, R43, R46, R47, R49, R50
from assets.rights.rules.licences import best_way, family, ways_of
from assets.rights.rules.lineage import (
    about_model,
    about_version,
    ancestry,
    confidential,
    handed_down,
    makers,
    split_of,
    unknown_parents,
)
from assets.rights.tally import Tally
from assets.rights.works import Context, Judged, Works

__all__ = ["Decision", "Engine", "Judged"]

_FROM_WEIGHTS = frozenset({"generate", "redistribute_weights"})


@dataclass(frozen=True, slots=True)
class _Held:
    """How the works of a version stand: works by answer and by standing, and what must be shared alike."""

    counts: dict[Answer, int]
    works: dict[str, int]
    alike: set[str]


class Engine:
    """Answers questions about one set of facts; works that stand alike are judged once for each kind of question."""

    def __init__(self, facts: Facts, policy: Policy) -> None:
        self.facts = facts
        self.policy = policy
        self._works = Works(facts, policy)
        self._walking: set[int] = set()
        self._counted: dict[tuple[int, Context, str], _Held] = {}
        self._any_made = any(standing.made_by is not None for standing in facts.standings.values())
        self._drew: dict[tuple[int, str], list[int]] = {}
        self._clear: dict[tuple[int, Asked], Answer] = {}

    def decide(self, question: Question) -> Decision:
        """Answer `question`.

        Raises:
            KeyError: it names an action, production, model or version that the facts do not hold.
        """
        plain = self.plain(question)
        standing = self._waivers(question)
        if not standing or plain.answer is Answer.ALLOW:
            return plain
        milder = Engine(self.facts, replace(self.policy, waived=standing))
        with_waivers = milder.plain(question)
        kept = {each.fingerprint for each in with_waivers.reasons}
        waived = tuple(each for each in plain.reasons if each.fingerprint not in kept)
        return replace(with_waivers, waived=waived)

    def plain(self, question: Question) -> Decision:
        """Answer as `decide`, without waivers."""
        tally = Tally()
        self.gather(question, tally)
        tally.settle()
        tally.add(self.conflict(question))
        nothing_named = question.version is None and question.model is None and question.action != "pack"
        return self._concluded(question, tally, Answer.DENY if nothing_named else Answer.ALLOW)

    def explain(self, question: Question) -> tuple[Fact, ...]:
        """Return a smallest set of facts without which the answer would be another one; see `explain.explained`.

        Raises:
            KeyError: as `decide`.
        """
        return explained(self, question)

    def work(
        self,
        standing: Standing,
        question: Question,
        dataset: int | None = None,
        trained_on: date | None = None,
    ) -> Judged:
        """Answer `question` about one work, in a dataset or by itself."""
        context = self._works.context(asked(question, self.facts), dataset, trained_on)
        return context.judge_standing(standing, standing.digest)

    def gather(self, question: Question, tally: Tally) -> None:
        """Add to `tally` everything that `decide` would weigh for `question`, waivers aside."""
        about = asked(question, self.facts)
        tally.add(self.policy.take(self._process(about)))
        if question.version is not None:
            self._version(self.facts.versions[question.version], about, tally)
        if question.model is not None:
            self._model(self.facts.models[question.model], about, tally)

    def about_waivers(self, found: Iterable[Reason], question: Question) -> tuple[Reason, ...]:
        """Return what is to be said of waivers of these findings: ended (R46), or of what none can be (R47)."""
        return self.policy.take(self._about_waivers(found, question)) if self.facts.waivers else ()

    def _about_waivers(self, found: Iterable[Reason], question: Question) -> Iterator[Reason]:
        for each in found:
            waiver = self.facts.waivers.get(each.fingerprint)
            if waiver is None or waiver.production != question.production:
                continue
            known, deciding = RULES[each.rule], [each.fingerprint]
            if not known.waivable:
                yield reason(R47, Answer.DENY, each.subject, deciding=deciding, what=[known.title])
            elif waiver.expires_on < question.on:
                yield reason(R46, Answer.ASK, each.subject, deciding=deciding, day=str(waiver.expires_on))

    def _waivers(self, question: Question) -> frozenset[str]:
        """Return the fingerprints that may stand on the day of the question in its production."""
        return frozenset(
            each.fingerprint
            for each in self.facts.waivers.values()
            if each.production == question.production and each.expires_on >= question.on
        )

    # Versions and models.

    def _version(self, version: Version, about: Asked, tally: Tally) -> None:
        tally.add(self.policy.take(about_version(version, about)))
        split = split_of(version, about)
        counts = self._groups(version, about, tally, split=split, trained_on=None)
        if about.question.action in TRAINING:
            subject = ("version", version.id)
            found = _summary(R28, subject, "works", counts, ("works", "asks"), version=version.name)
            tally.add(self.policy.take(found))
        if about.learns or about.question.action in LEAVING:
            tally.add(self.policy.take(self._drawn_by_models(version, about.of_maker(), split)))

    def _groups(
        self, version: Version, about: Asked, tally: Tally, *, split: str, trained_on: date | None
    ) -> dict[Answer, int]:
        """Judge the works of a version in one split, or in all; return how many got which answer."""
        context = self._works.context(about, version.dataset, trained_on)
        held = self._held(version, context, split)
        tally.add_works(context, held.works)
        return held.counts

    def _held(self, version: Version, context: Context, split: str) -> _Held:
        """Return how the works of a version stand; of one version in one context it is counted once."""
        key = (version.id, context, split)
        if key in self._counted:
            return self._counted[key]
        held = self._counted[key] = _Held(dict.fromkeys(Answer, 0), {}, set())
        counts, works, judge = held.counts, held.works, context.judge
        for group in version.groups:
            if split and group.split != split:
                continue
            judged = judge(group.standing)
            counts[judged.answer] += group.count
            works[group.standing] = works.get(group.standing, 0) + group.count
            if judged.alike and judged.answer is not Answer.DENY:
                held.alike.update(judged.alike)
        return held

    def _model(self, model: Model, about: Asked, tally: Tally) -> None:
        for each in self.ancestry(model.id):
            self.about_one_model(each, about, tally, changed=each.id != model.id)
            for version_id, role in each.inputs:
                if role == "train" and version_id in self.facts.versions:
                    self._learned(each, self.facts.versions[version_id], about, tally)

    def ancestry(self, model: int) -> list[Model]:
        """Return a model and every one that it comes from."""
        return ancestry(model, self.facts)

    def about_one_model(self, model: Model, about: Asked, tally: Tally, *, changed: bool) -> None:
        """Add what stands against one model itself; `changed`: another one was made from its weights."""
        found = [
            *about_model(model, about, self.facts),
            *handed_down(model, self.facts),
            *unknown_parents(model, self.facts),
            *self._artless(model),
        ]
        tally.add(self.policy.take(found))
        self._weights_licence(model, about, tally, changed=changed)

    def _artless(self, model: Model) -> Iterator[Reason]:
        """Yield a model with a training set of which no work is known. A recipe that Sakkan ships needs none."""
        if model.origin == "shipped" and model.recipe:
            return
        learned = [
            self.facts.versions[k] for k, role in model.inputs if role == "train" and k in self.facts.versions
        ]
        if any(all(group.split != "train" for group in version.groups) for version in learned):
            missing = [_n("its training art")]
            name = self.facts.name("model", model.id)
            yield reason(R43, Answer.DENY, ("model", model.id), deciding=missing, model=name, missing=missing)

    def _learned(self, model: Model, version: Version, about: Asked, tally: Tally) -> None:
        behind = about.behind(model)
        counts = self._groups(version, behind, tally, split="train", trained_on=model.trained_on)
        name = self.facts.name("model", model.id)
        found = [
            *confidential(version, about),
            *_summary(
                R29,
                ("model", model.id),
                f"version:{version.id}",
                counts,
                ("", "asks"),
                model=name,
                version=version.name,
            ),
            *self._drawn_by_models(version, behind.of_maker(), "train"),
        ]
        tally.add(self.policy.take(found))

    def _drawn_by_models(self, version: Version, about: Asked, split: str) -> Iterator[Reason]:
        """Yield models that drew works of this version and are themselves not cleared: what they drew inherits it."""
        for model_id in self._makers(version, split):
            answer = self.cleared(model_id, about)
            if answer is not Answer.ALLOW:
                yield reason(
                    R37, answer, ("version", version.id), deciding=[f"model:{model_id}"],
                    severity="block" if answer is Answer.DENY else "error",
                    model=self.facts.name("model", model_id), version=version.name,
                )  # fmt: skip

    def _makers(self, version: Version, split: str) -> list[int]:
        key = (version.id, split)
        if key not in self._drew:
            self._drew[key] = sorted(makers(version, self.facts, split)) if self._any_made else []
        return self._drew[key]

    def cleared(self, model_id: int, about: Asked) -> Answer:
        """Answer about a model that drew works, once: it may in turn have learned from its own drawings."""
        if model_id not in self.facts.models:
            return Answer.DENY
        if model_id in self._walking:
            return Answer.ALLOW  # the walk that is under way will say
        key = (model_id, about.of_works())
        if key in self._clear:
            return self._clear[key]
        self._walking.add(model_id)
        inner = Tally()
        self._model(self.facts.models[model_id], about, inner)
        self._walking.discard(model_id)
        inner.settle()
        answer = worst((r.answer for r in inner.reasons.values() if r.is_deciding), default=Answer.ALLOW)
        if not self._walking:  # inside another walk it may rest on what that walk has still to say
            self._clear[key] = answer
        return answer

    def _weights_licence(self, model: Model, about: Asked, tally: Tally, *, changed: bool) -> None:
        """Add what the licence of weights from outside says against the use; our own need none.

        `changed`: another model was made from them, so that they must allow changed copies.
        """
        if model.origin != "third_party":
            return
        subject = ("model", str(model.id))
        if not model.licence:
            # What only judges leaves nothing of itself in a drawing: told, as R22 tells of its training art.
            severity = "" if about.question.influence == "pixel" else "warn"
            name = self.facts.name("model", model.id)
            found = reason(R02, Answer.DENY, subject, severity=severity, variant="weights", model=name)
            tally.add(self.policy.take([found]))
            return
        acts = [act for act in about.acts if act in _FROM_WEIGHTS]
        if changed or about.question.action in TRAINING:
            acts.append("finetune")
        ways = ways_of(model.licence, replace(about, acts=tuple(acts)), self.facts, self.policy)
        path = best_way(ways, subject, self.policy)
        tally.add(path.reasons)
        if path.answer is not Answer.DENY:
            tally.duties.update(path.duties)

    # For those that explain.

    def grants(self, standing: Standing, dataset: int | None) -> tuple[Grant, ...]:
        """Return the grants that speak of a work."""
        return self._works.grants(standing, dataset)

    def context(self, version: Version, about: Asked, learner: Model | None) -> Context:
        """Return what judges the works of a version, from which `learner` learned."""
        return self._works.context(about, version.dataset, learner.trained_on if learner else None)

    def context_like(self, context: Context) -> Context:
        """Return the same context of another engine over these facts."""
        return self._works.context(context.about, context.dataset, context.trained_on)

    # The whole.

    def _process(self, about: Asked) -> Iterator[Reason]:
        action = about.question.action
        if not self.facts.log_holds:
            yield reason(R50, Answer.DENY, ("log", ""))
        if action in self.policy.needs_approval and action not in about.production.approved_uses:
            yield reason(
                R49,
                Answer.ASK,
                ("production", about.production.id),
                deciding=[action],
                use=words.acts([action]),
            )

    def conflict(self, question: Question) -> tuple[Reason, ...]:
        """Return share-alike licences that no one picture or set of weights that leaves can meet together (R30)."""
        about = asked(question, self.facts)
        if not about.draws and question.action != "redistribute_weights":
            return ()
        licences = sorted(self._alike(question, about))
        if len({family(each) for each in licences}) < 2:
            return ()
        kind, key = ("version", question.version) if question.model is None else ("model", question.model)
        found = reason(
            R30, Answer.DENY, (kind, key), deciding=licences, variant="conflict", licences=", ".join(licences)
        )
        return self.policy.take([found])

    def _alike(self, question: Question, about: Asked) -> set[str]:
        """Return the share-alike licences that what was asked about cannot avoid."""
        found: set[str] = set()
        if question.version is not None:
            version = self.facts.versions[question.version]
            found |= self._held(version, self.context(version, about, None), split_of(version, about)).alike
        for model in self.ancestry(question.model) if question.model is not None else ():
            if model.origin == "third_party" and model.licence:
                way = best_way(
                    ways_of(model.licence, about, self.facts, self.policy), ("model", ""), self.policy
                )
                found |= way.alike
            behind = about.behind(model)
            for version_id, role in model.inputs:
                if role == "train" and version_id in self.facts.versions:
                    version = self.facts.versions[version_id]
                    found |= self._held(version, self.context(version, behind, model), "train").alike
        return found

    def _concluded(self, question: Question, tally: Tally, bare: Answer) -> Decision:
        tally.add(self.about_waivers(tally.told(), question))
        found = tally.told()
        deciding = tuple(each for each in found if each.is_deciding)
        return Decision(
            answer=worst((each.answer for each in deciding), default=bare),
            question=question,
            reasons=deciding,
            warnings=tuple(each for each in found if not each.is_deciding),
            duties=tuple(sorted(tally.duties)),
            choices=tuple(sorted(tally.choices)),
            policy=self.policy.name,
            input_sha256=self.facts.input_sha256,
        )


def _summary(
    rule: Rule,
    subject: tuple[str, int],
    fact: str,
    counts: dict[Answer, int],
    variants: tuple[str, str],
    **names: str,
) -> Iterator[Reason]:
    """Yield how many works are refused, and about how many something must be asked."""
    for answer, variant in zip((Answer.DENY, Answer.ASK), variants, strict=True):
        works = counts[answer]
        if works:
            found = reason(
                rule, answer, subject, deciding=[fact, variant], variant=variant, works=works, **names
            )
            yield found.for_works(works)
