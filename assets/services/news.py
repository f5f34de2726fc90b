"""What is told of the things of `assets`: to whom, with which data. Called in the transaction of the change."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from assets import authority, desks
from assets.choices import NoticeKind, StageStatus
from assets.models import Cut, DerivedJob, ModelSheet, Production, StageState, Take, Upload
from assets.services import notices
from studio.core.models import Job, User
from studio.core.roles import Action, Role, may

# A refused upload is told as such, with its report; it is not also a job that failed.
_TOLD_OTHERWISE = {("assets.intake_take", "upload_empty"), ("assets.intake_take", "cut_dropped")}


def take_arrived(take: Take, *, drawings: int) -> None:
    """Tell who judges this stage, and the production assistants, who check each return."""
    production = take.cut.episode.production
    assistants = User.objects.filter(
        memberships__production=production, memberships__role=Role.ASSISTANT, is_active=True
    )
    notices.tell(
        kind=NoticeKind.TAKE_ARRIVED,
        production=production,
        people=[*authority.people_with_authority(production, take.stage), *assistants],
        key=f"take:{take.pk}:arrived",
        url=reverse("take", args=[take.pk]),
        data={**_facts(take), "drawings": drawings, "person": str(take.submitted_by or "Sakkan")},
        actor=take.submitted_by,
    )


def take_refused(upload: Upload) -> None:
    """Tell whoever sent the upload; the report on its page has the reasons."""
    if upload.submitted_by is None:
        return
    problems = sum(line.get("status") == "refused" for line in upload.report)
    notices.tell(
        kind=NoticeKind.TAKE_REFUSED,
        production=upload.cut.episode.production,
        people=[upload.submitted_by],
        key=f"upload:{upload.pk}:refused:{uuid.uuid4().hex[:8]}",  # the same upload may be refused again
        url=reverse("upload_page", args=[upload.pk]),
        data={"cut": str(upload.cut), "stage": upload.stage, "problems": problems},
    )


def flags_found(take: Take, *, run_id: int, flags: int) -> None:
    """Tell who judges this stage, and whoever drew the take, that a check raised flags."""
    if not flags:
        return
    production = take.cut.episode.production
    drawn_by = [take.submitted_by] if take.submitted_by else []
    notices.tell(
        kind=NoticeKind.FLAGS_FOUND,
        production=production,
        people=[*authority.people_with_authority(production, take.stage), *drawn_by],
        key=f"run:{run_id}:flags",
        url=reverse("take", args=[take.pk]),
        data={**_facts(take), "flags": flags},
    )


def work_given(actor: User, given: Iterable[StageState]) -> None:
    """Tell each person which stages are theirs now: one notice for one stage, one for the whole pile of a table."""
    piles: dict[int, list[StageState]] = {}
    for row in given:
        if row.assignee_id is not None and row.state not in {StageStatus.APPROVED, StageStatus.OMITTED}:
            piles.setdefault(row.assignee_id, []).append(row)
    for pile in piles.values():
        first = pile[0]
        assert first.assignee is not None
        is_one = len(pile) == 1
        notices.tell(
            kind=NoticeKind.WORK_ASSIGNED,
            production=first.cut.episode.production,
            people=[first.assignee],
            key=f"stage:{first.pk}:given:{uuid.uuid4().hex[:8]}",  # it may come back to the same person
            url=reverse("cut", args=[first.cut_id]) if is_one else reverse("my_cuts"),
            data={
                "cut": str(first.cut),
                "stage": first.stage,
                "person": str(actor),
                "what": "stage" if is_one else "stages",
                "count": len(pile),
            },
            actor=actor,
        )


def sheet_approved(sheet: ModelSheet, actor: User) -> None:
    """Tell who drew it up, who approves sheets, and who has work left on a cut where the design is cast."""
    production = sheet.design.character.production
    approvers = [role for role in Role if may([role], Action.APPROVE_SHEET)]
    over = [StageStatus.APPROVED, StageStatus.OMITTED]
    at_work = StageState.objects.filter(cut__castings__design=sheet.design_id, cut__omitted=False)
    people = User.objects.filter(
        Q(memberships__production=production, memberships__role__in=approvers)
        | Q(pk__in=at_work.exclude(state__in=over).values("assignee_id"))
        | Q(pk=sheet.created_by_id)
    )
    notices.tell(
        kind=NoticeKind.SHEET_APPROVED,
        production=production,
        people=people.distinct(),
        key=f"sheet:{sheet.pk}:approved",
        url=reverse("sheet", args=[sheet.pk]),
        data={"design": str(sheet.design), "version": sheet.version, "person": str(actor)},
        actor=actor,
    )


def proposal_ready(derived: DerivedJob, *, version: int, drawings: int, breakdowns: int) -> None:
    """Tell the artist that what they asked for is drawn, and how many drawings need a breakdown first."""
    notices.tell(
        kind=NoticeKind.PROPOSAL_READY,
        production=derived.cut.episode.production,
        people=[derived.by],
        key=f"derived:{derived.pk}:{version}:ready",
        url=reverse("proposal", args=[derived.pk]),
        data={
            "cut": str(derived.cut),
            "stage": derived.stage,
            "cell": derived.cell,
            "what": derived.kind,
            "drawings": drawings,
            "breakdowns": breakdowns,
        },
    )


def job_failed(job: Job) -> None:
    """Tell the person who asked for it; a job of Sakkan's own tells nobody. The kernel's hook (JOB_FAILED_HOOK)."""
    if job.requested_by is None or (job.kind, job.error_code) in _TOLD_OTHERWISE:
        return
    production = Production.objects.filter(pk=job.production_id or 0).first()
    if production is None:
        return
    notices.tell(
        kind=NoticeKind.JOB_FAILED,
        production=production,
        people=[job.requested_by],
        key=f"job:{job.pk}:failed:{uuid.uuid4().hex[:8]}",  # a retry may fail too
        url=reverse("job", args=[job.pk]),
        data={
            "what": desks.names_of([job.subject]).get(job.subject, job.kind),
            "reason": str(job.error_data.get("reason", job.error_code)),
            "code": job.error_code,
            "error": job.error_data,
        },
    )


def _facts(take: Take) -> dict[str, object]:
    cut: Cut = take.cut
    return {"cut": str(cut), "stage": take.stage, "take_number": take.number}
