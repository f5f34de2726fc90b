"""What a question asks of every work behind it: which acts, how commercial, where and until when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from assets.rights.facts import WORLD, Facts, Model, Production, Question

# What a work must allow so that the action may happen. Drawing with a model needs both its learning and its output
# allowed (joint statement of AJA, the cartoonists and 17 publishers, October 2025). A pack holds hashes alone.
ACTS: dict[str, tuple[str, ...]] = {
    "train": ("train",),
    "finetune": ("finetune",),
    "generate": ("train", "generate"),
    "cleanup": ("train", "generate"),
    "check": ("train",),
    "embed": ("analyse",),
    "evaluate": ("evaluate",),
    "redistribute_data": ("redistribute_data",),
    "redistribute_weights": ("train", "redistribute_weights"),
    "pack": (),
}
TRAINING = frozenset({"train", "finetune"})
DRAWING = frozenset({"generate", "cleanup"})
JUDGING = frozenset({"check", "embed", "evaluate"})
LEAVING = frozenset({"redistribute_data", "redistribute_weights", "pack"})
LEARNING = frozenset({"train", "finetune", "imitate"})
# Which part of a dataset version an action touches where it is not the training art; empty means every part.
_SPLITS = {"evaluate": "eval", "embed": "", "redistribute_data": "", "pack": ""}
_FROM_LEARNING = frozenset({"generate", "redistribute_weights"})
_NO_PRODUCTION = Production(id=0, code="", commercial=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with everything filled in from its production and model. `until` None: no end was named.

    `family` = what the model does that would be used or trained. `under` = the licence under which weights would be
    passed on.
    """

    question: Question
    production: Production
    acts: tuple[str, ...]
    commercial: bool
    territories: frozenset[str]
    on: date
    until: date | None
    endless: bool
    family: str = ""
    under: str = ""

    @property
    def pixel(self) -> bool:
        """Whether it is about drawing pixels; checks and comparisons judge alone, whatever the question says."""
        return self.question.influence == "pixel" and self.question.action not in JUDGING

    @property
    def draws(self) -> bool:
        """Whether the answer reaches what is delivered."""
        return self.pixel and self.question.action not in TRAINING

    @property
    def learns(self) -> bool:
        """Whether a model would learn or has learned from the work."""
        return bool(LEARNING & set(self.acts))

    @property
    def split(self) -> str:
        """Which part of a dataset version is touched; empty means all of it."""
        return _SPLITS.get(self.question.action, "train")

    def of_works(self) -> Asked:
        """Return it without what says nothing about a work, so that equal questions are answered once."""
        return replace(self, question=replace(self.question, model=None, version=None))

    def behind(self, model: Model) -> Asked:
        """Return what is asked of the works that `model` learned from: what it did with them, and what it may do."""
        tuned = any(how in {"finetune", "lora"} for _, how in model.parents)
        acts = ["finetune" if tuned else "train"]
        acts += ["imitate"] if model.style_of else []
        acts += [act for act in self.acts if act in _FROM_LEARNING]
        question = self.question
        if model.style_of and not question.style_of:
            question = replace(question, style_of=model.style_of)
        return replace(self, question=question, acts=tuple(acts))

    def of_maker(self) -> Asked:
        """Return what is asked of a model that drew works: it was used to draw, and learning from it goes on."""
        return replace(self, acts=tuple(dict.fromkeys(("train", "generate", *self.acts))))


def asked(question: Question, facts: Facts) -> Asked:
    """Return `question` with what its production says; without a production, the strictest: sold, everywhere, for ever.

    Raises:
        KeyError: an action or a production that is not known.
    """
    known = question.production is not None
    production = facts.productions[question.production or 0] if known else _NO_PRODUCTION
    model = facts.models.get(question.model) if question.model is not None else None
    acts = ACTS[question.action]
    if question.style_of and question.action in TRAINING:
        acts = (*acts, "imitate")
    until = question.until or production.exploited_until
    return Asked(
        question=question,
        production=production,
        acts=acts,
        commercial=production.commercial if question.commercial is None else question.commercial,
        territories=question.territories or production.territories or frozenset({WORLD}),
        on=question.on,
        until=until,
        endless=question.endless or until is None,
        family=question.family or (model.family if model else ""),
        under=model.licence if model and question.action == "redistribute_weights" else "",
    )
