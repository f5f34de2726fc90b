"""Builds a production from a plan through the services, exactly as people would.

Sheets are drawn up, submitted and approved, cuts are cast and assigned, folders are uploaded, jobs are run.

It may be stopped and started again at any point: what is there already is left as it is.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from assets.choices import StageStatus, TakeSource, UploadState
from assets.models import Character, Cut, Dataset, Design, Episode, Membership, ModelSheet, Production
from assets.services import colours, cuts, datasets, productions, sheets, uploads
from qa.demo import people, rights, story
from qa.demo.plan import Plan, PlannedCharacter, PlannedCut, PlannedDesign
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.models import Job, User

Say = Callable[[str], None]
_EPISODE_DUE, _CUT_DUE = timedelta(days=21), timedelta(days=7)
_KNOWN_LICENCES = {"Apache-2.0"}  # real art is under several licences: one expression would be a lie


def plan_path(code: str) -> Path:
    """Return where the plan of a loaded production is kept, for the page that tells what was planted."""
    return Path(settings.VAR_DIR) / "plans" / f"{code}.json"


def load(plan: Plan, *, say: Say) -> Production:
    """Build or complete the production of `plan` and run every check; returns when all jobs are over."""
    crew = people.make_people()
    producer, supervisor, artist = crew["producer"], crew["supervisor"], crew["artist"]
    production = _production(plan, producer, crew)
    for character in plan.characters:
        _character(plan, production, character, supervisor)
    say(f"{len(plan.characters)} characters with approved sheets")
    work(say)
    for number, planned in enumerate(plan.cuts, 1):
        cut = _cut(
            production, planned, producer, artist, crew["outside"] if number == len(plan.cuts) else None
        )
        _upload(plan, planned, cut, artist)
        work(say)
        say(f"cut {number} of {len(plan.cuts)}: {cut}")
    if plan.code == "DEMO":
        story.tell(production, story.Crew(producer, supervisor, artist))
        rights.tell(production, producer)
    plan_path(plan.code).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(plan.folder / "plan.json", plan_path(plan.code))
    return production


def work(say: Say) -> None:
    """Run every waiting job in this process; a message that a worker gets later finds nothing left to do."""
    while job := Job.objects.filter(state=JobState.QUEUED).order_by("created_at").first():
        jobs.run(str(job.pk))
        job.refresh_from_db()
        if job.state != JobState.DONE:
            say(f"{job.kind} {job.subject}: {job.state} {job.error_code} {job.error_data}")
        if job.state == JobState.QUEUED:
            return


def _production(plan: Plan, producer: User, crew: dict[str, User]) -> Production:
    production = Production.objects.filter(code=plan.code).first()
    if production is None:
        producer.is_staff = True  # whoever may open productions; the demo's producer is that person
        producer.save(update_fields=["is_staff"])
        production = productions.create(actor=producer, code=plan.code, title=plan.title, fps=plan.fps)
    for person in people.PEOPLE:
        user = crew[person.username]
        for role in person.roles:
            if not Membership.objects.filter(production=production, user=user, role=role).exists():
                productions.add_role(actor=producer, production=production, user=user, role=role)
    _dataset(plan, production, producer)
    for row in plan.episodes:
        if not Episode.objects.filter(production=production, code=row["code"]).exists():
            productions.create_episode(
                actor=producer,
                production=production,
                code=row["code"],
                title=row.get("title", ""),
                due_on=timezone.localdate() + _EPISODE_DUE,
            )
    return production


def _dataset(plan: Plan, production: Production, producer: User) -> None:
    """Record where the demo's own art comes from, as a producer would for any body of art."""
    name = f"Drawings of “{plan.title}”"
    if Dataset.objects.filter(production=production, name=name).exists():
        return
    expression, holder, _ = f"{plan.licence},,".split(",", 2)
    made = datasets.create(
        actor=producer,
        production=production,
        name=name,
        source=plan.made_by,
        rights_holder=holder.strip(),
        licence_expression=expression.strip() if expression.strip() in _KNOWN_LICENCES else "",
    )
    evidence = io.BytesIO((plan.folder / "plan.json").read_bytes())
    datasets.add_evidence(actor=producer, dataset=made, file_name="plan.json", stream=evidence)


def _character(plan: Plan, production: Production, planned: PlannedCharacter, supervisor: User) -> None:
    character = Character.objects.filter(production=production, code=planned.code).first()
    if character is None:
        character = sheets.create_character(
            actor=supervisor, production=production, code=planned.code, name=planned.name
        )
    for row in planned.designs:
        design = Design.objects.filter(character=character, code=row.code).first()
        if design is None:
            design = sheets.create_design(actor=supervisor, character=character, code=row.code, name=row.name)
        if not ModelSheet.objects.filter(design=design, state="approved").exists():
            _sheet(plan, design, row, supervisor)


def _sheet(plan: Plan, design: Design, planned: PlannedDesign, supervisor: User) -> None:
    sheet = ModelSheet.objects.filter(design=design, state="draft").first()
    if sheet is None:
        sheet = sheets.start_version(actor=supervisor, design=design)
    there = set(sheet.drawings.values_list("file_name", flat=True))
    for row in planned.sheet:
        if row["file"] not in there:
            sheets.add_drawing(
                actor=supervisor,
                sheet=sheet,
                data=(plan.folder / row["file"]).read_bytes(),
                file_name=row["file"],
                kind=row["kind"],
                view=row.get("view", ""),
                label=row.get("label", ""),
            )
    swatches = [
        colours.SwatchData(s["part"], s["tone"], tuple(s["rgb"]), s.get("tolerance_de", 2.0))
        for s in planned.swatches
    ]
    colours.set_swatches(actor=supervisor, sheet=sheet, swatches=swatches)
    sheets.submit(actor=supervisor, sheet=sheet)
    sheets.approve(actor=supervisor, sheet=sheet)


def _cut(
    production: Production, planned: PlannedCut, producer: User, artist: User, outside: User | None
) -> Cut:
    episode = Episode.objects.get(production=production, code=planned.episode)
    cut = Cut.objects.filter(episode=episode, number=planned.number).first()
    if cut is None:
        cut = cuts.create(
            actor=producer,
            episode=episode,
            number=planned.number,
            duration_frames=planned.duration_frames,
            note=planned.note,
            due_on=timezone.localdate() + _CUT_DUE,
        )
    designs = [
        Design.objects.get(
            character__production=production, character__code=name.split("/")[0], code=name.split("/")[1]
        )
        for name in planned.cast
    ]
    if not cut.castings.exists():
        cuts.set_cast(actor=producer, cut=cut, designs=designs)
    if not cut.stages.exists():
        cuts.set_stage(
            actor=producer,
            cut=cut,
            stage=planned.stage,
            state=StageStatus.IN_WORK,
            assignee=outside or artist,
        )
    return cut


def _upload(plan: Plan, planned: PlannedCut, cut: Cut, artist: User) -> None:
    arrived = cut.uploads.exclude(state__in=[UploadState.OPEN, UploadState.REFUSED])
    if cut.takes.exists() or arrived.exists() or not planned.drawings:
        return
    folder = plan.folder / Path(planned.drawings[0]["file"]).parent.parent
    uploads.upload_folder(actor=artist, cut=cut, stage=planned.stage, folder=folder, source=TakeSource.UPLOAD)
