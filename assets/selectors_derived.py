"""Reads of what Sakkan draws for artists: lists by where it stands, one with its versions, the marks of drawings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from assets import access
from assets.choices import DerivedState
from assets.models import (
    Artefact,
    Cut,
    DerivedJob,
    Proposal,
    ProposalDrawing,
    ProposalKey,
    ProposalPart,
    Take,
)
from studio.core.choices import JobState
from studio.core.errors import NotFound
from studio.core.models import User

_MAX_KEY = 2**63 - 1
_OF_JOB = {
    DerivedState.QUEUED: JobState.QUEUED,
    DerivedState.RUNNING: JobState.RUNNING,
    DerivedState.PROPOSED: JobState.DONE,
    DerivedState.FAILED: JobState.FAILED,
    DerivedState.CANCELLED: JobState.CANCELLED,
}


@dataclass(frozen=True)
class Mark:
    """That a model made a drawing: which one, and whether the file says so itself."""

    model: str
    is_in_file: bool


def derived_of(user: User, cut: Cut | None = None) -> QuerySet[DerivedJob]:
    """Return the derived jobs of cuts that the person may see, newest first, with cut, job and people."""
    found = DerivedJob.objects.filter(cut__in=access.visible_cuts(user).values("pk"))
    if cut is not None:
        found = found.filter(cut=cut)
    return found.select_related("cut__episode__production", "job", "by", "decided_by", "take", "from_take")


def in_state(found: QuerySet[DerivedJob], state: str) -> QuerySet[DerivedJob]:
    """Keep those that stand so."""
    if state in {DerivedState.ACCEPTED, DerivedState.REJECTED}:
        return found.filter(outcome=state)
    wanted = Q(job__state=_OF_JOB[DerivedState(state)])
    if state == DerivedState.CANCELLED:
        wanted |= Q(job=None)
    return found.filter(wanted, outcome="")


def get_derived(user: User, pk: int) -> DerivedJob:
    """Return a derived job of a visible cut, or raise NotFound."""
    found = derived_of(user).filter(pk=pk).first() if 0 < pk <= _MAX_KEY else None
    if found is None:
        raise NotFound(what="proposal")
    return found


def get_drawing(user: User, pk: int) -> ProposalDrawing:
    """Return a drawing of a proposal of a visible cut, or raise NotFound."""
    visible = ProposalDrawing.objects.filter(
        part__proposal__derived__cut__in=access.visible_cuts(user).values("pk")
    )
    related = ("part__a__derived", "part__b__derived", "part__proposal__derived__cut__episode__production")
    found = visible.select_related(*related).filter(pk=pk).first() if 0 < pk <= _MAX_KEY else None
    if found is None:
        raise NotFound(what="drawing")
    return found


def get_key(user: User, pk: int) -> ProposalKey:
    """Return a key of a proposal of a visible cut, or raise NotFound."""
    visible = ProposalKey.objects.filter(derived__cut__in=access.visible_cuts(user).values("pk"))
    found = visible.select_related("derived").filter(pk=pk).first() if 0 < pk <= _MAX_KEY else None
    if found is None:
        raise NotFound(what="drawing")
    return found


def versions_of(derived: DerivedJob) -> QuerySet[Proposal]:
    """Return the versions of a derived job, newest first, each with its parts, their keys and drawings."""
    parts = ProposalPart.objects.select_related("a__derived", "b__derived").prefetch_related("drawings")
    return (
        derived.proposals.select_related("model", "decision", "by")
        .prefetch_related(Prefetch("parts", parts))
        .order_by("-number")
    )


def newest(derived: DerivedJob) -> Proposal:
    """Return the present version."""
    found = derived.proposals.select_related("model", "decision", "by").order_by("-number").first()
    assert found is not None, "a derived job begins with a version"
    return found


def marks_of(take: Take) -> dict[int, Mark]:
    """Return by drawing what a model made of a take."""
    made = Artefact.objects.filter(drawing__cell__take=take).select_related("run__model").order_by("id")
    return {each.drawing_id: Mark(str(each.run.model), each.marked) for each in made if each.drawing_id}


def marks_of_drawings(drawings: Iterable[int]) -> dict[int, Mark]:
    """Return by drawing what a model made of these."""
    made = Artefact.objects.filter(drawing__in=list(drawings)).select_related("run__model").order_by("id")
    return {each.drawing_id: Mark(str(each.run.model), each.marked) for each in made if each.drawing_id}
