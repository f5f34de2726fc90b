"""The named world with one of everything in it, so that each address of the API has something to answer about."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from assets.models import (
    Character,
    Dataset,
    Drawing,
    Evidence,
    Membership,
    ModelSheet,
    ProposalDrawing,
    SheetDrawing,
    Take,
    Upload,
    Webhook,
    WebhookDelivery,
)
from assets.services import datasets, sheets, uploads
from qa.choices import Decision, Fault, RetakeReason
from qa.models import CheckRun, Comment, CorrectionStroke, CutScore, Flag, FlagNearest, Retake
from qa.services import comments, corrections, verdicts
from studio.core import jobs
from studio.core.models import Job, SavedView, User
from tests import consent_world
from tests.cleanup_world import drawn_cleanup
from tests.derived_world import drawn_draft
from tests.rights_things import RightsThings, rights_things
from tests.world import World, build_world, png


@dataclass
class FullWorld:
    """One of everything in production HOSHI; the open flag and the open upload are for trying things."""

    world: World
    character: Character
    sheet: ModelSheet
    draft: ModelSheet
    sheet_drawing: SheetDrawing
    take: Take
    drawing: Drawing
    run: CheckRun
    flag: Flag
    decided_flag: Flag
    retake: Retake
    comment: Comment
    stroke: CorrectionStroke
    upload: Upload
    upload_file_id: str
    dataset: Dataset
    evidence: Evidence
    job: Job
    failed_job: Job
    view: SavedView
    membership: Membership
    webhook: Webhook

    @property
    def drafted(self) -> ProposalDrawing:
        """A drawing of a proposal of the artist's, written when a test asks for it."""
        return drawn_draft(self.world)

    @property
    def cleaned(self) -> ProposalDrawing:
        """A cleaned drawing of the artist's, written when a test asks for it."""
        return drawn_cleanup(self.world)

    @property
    def rights(self) -> RightsThings:
        """One of everything about rights, written when a test asks for it: most lists are counted without."""
        return rights_things(self.world)


def build_full_world() -> FullWorld:
    """Write the rows, by the services wherever one exists."""
    world = build_world()
    sheet = _approved_sheet(world)
    draft = sheets.start_version(actor=world.supervisor, design=world.design)
    sheet_drawing = sheets.add_drawing(
        actor=world.supervisor, sheet=draft, data=png(), file_name="front.png", kind="turnaround"
    )
    take = _take(world)
    drawing = Drawing.objects.filter(cell__take=take).earliest("number")
    run = CheckRun.objects.create(
        take=take, model_id="hand@0/1", fingerprint="f", code_version="1", drifts={str(drawing.pk): 1.5}
    )
    run.sheets.add(sheet)
    CutScore.objects.create(run=run, design=world.design, aspect="PROPORTION", score=1.5, drawing=drawing)
    flag, decided = (_flag(world, run, drawing, sheet, part) for part in ("head", "torso"))
    verdicts.give(
        actor=world.supervisor,
        flag=decided,
        decision=Decision.RETAKE,
        reason=RetakeReason.PROPORTION,
        note="!",
    )
    upload, file_id = _open_upload(world)
    dataset, evidence = _dataset(world)
    job, failed = (_job(world, world.artist, name) for name in ("take:1", "take:2"))
    jobs.cancel(actor=world.artist, job=failed)
    view = SavedView.objects.create(user=world.supervisor, page="review", name="mine", query="state=open")
    member = Membership.objects.get(user=world.people["assistant"])
    return FullWorld(
        world=world,
        character=world.design.character,
        sheet=sheet,
        draft=draft,
        sheet_drawing=sheet_drawing,
        take=take,
        drawing=drawing,
        run=run,
        flag=flag,
        decided_flag=decided,
        retake=Retake.objects.get(),
        stroke=_stroke(world, drawing),
        comment=comments.write(actor=world.artist, take=take, text="The hand?"),
        upload=upload,
        upload_file_id=file_id,
        dataset=dataset,
        evidence=evidence,
        job=job,
        failed_job=failed,
        view=view,
        membership=member,
        webhook=_webhook(world),
    )


def keys_of(full: FullWorld) -> dict[str, Any]:
    """Return the key of something that is there, by the first word of an address of the API."""
    return {
        "productions": full.world.production.code,
        "episodes": full.world.episode.pk,
        "members": full.membership.pk,
        "cuts": full.world.cut.pk,
        "characters": full.character.pk,
        "designs": full.world.design.pk,
        "sheets": full.draft.pk,
        "sheet-drawings": full.sheet_drawing.pk,
        "uploads": str(full.upload.pk),
        "upload-files": full.upload_file_id,
        "takes": full.take.pk,
        "drawings": full.drawing.pk,
        "datasets": full.dataset.pk,
        "evidence": full.evidence.pk,
        "jobs": str(full.job.pk),
        "flags": full.flag.pk,
        "retakes": full.retake.pk,
        "comments": full.comment.pk,
        "retake-lines": full.retake.items.get().pk,
        "me": full.view.pk,
        "webhooks": full.webhook.pk,
        **{
            word: consent_world.key_of(f"rights/{there}/", full.world)
            for word, there in (
                ("holders", "people"),
                ("grants", "grants"),
                ("withdrawals", "withdrawals"),
                ("withdrawal-tasks", "tasks"),
            )
        },
        "deliveries": str(full.webhook.deliveries.earliest("created_at").pk),
        "derived": full.drafted.part.proposal.derived_id,
        "derived-drawings": full.drafted.pk,
        "derived-keys": full.drafted.part.a_id,
        "cleanups": full.cleaned.part.proposal.derived_id,
        "cleanup-drawings": full.cleaned.pk,
        "decisions": full.rights.decision.pk,
        "findings": full.rights.finding.pk,
        "waivers": full.rights.waiver.pk,
        "dataset-versions": full.rights.version.pk,
        "models": full.rights.model.pk,
    }


def give_every_role(world: World) -> User:
    """Return a person who holds every role at once, is staff, and works on the cut."""
    user = User.objects.create_user("everybody", password="everybody-pass", is_staff=True)
    for role in world.people:
        if role != "stranger":
            Membership.objects.create(production=world.production, user=user, role=role)
    return user


def _webhook(world: World) -> Webhook:
    """Return a webhook that is switched off, so that only tests about it send anything."""
    webhook = Webhook.objects.create(
        production=world.production,
        url="https://chat.example/hook",
        secret="known",
        active=False,
        created_by=world.producer,
    )
    WebhookDelivery.objects.create(webhook=webhook, kind="test", key="test:1")
    return webhook


def _approved_sheet(world: World) -> ModelSheet:
    sheet = sheets.start_version(actor=world.supervisor, design=world.design)
    sheets.add_drawing(
        actor=world.supervisor,
        sheet=sheet,
        data=png(),
        file_name="front.png",
        kind="turnaround",
        view="front",
    )
    sheet = sheets.submit(actor=world.supervisor, sheet=sheet)
    return sheets.approve(actor=world.supervisor, sheet=sheet)


def _take(world: World) -> Take:
    """Deliver a take as an artist would, read by the real job."""
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
    for number in (1, 2):
        _send(world.artist, upload, f"A/A000{number}.png", png(seed=number))
    jobs.run(str(uploads.submit(actor=world.artist, upload=upload).pk))
    upload.refresh_from_db()
    assert upload.take is not None, upload.report
    return upload.take


def _send(user: User, upload: Upload, path: str, data: bytes) -> str:
    file = uploads.add_file(actor=user, upload=upload, path=path, size_bytes=len(data))
    uploads.append(actor=user, file=file, offset_bytes=0, stream=io.BytesIO(data))
    return str(file.pk)


def _flag(world: World, run: CheckRun, drawing: Drawing, sheet: ModelSheet, part: str) -> Flag:
    flag = Flag.objects.create(
        run=run,
        drawing=drawing,
        design=world.design,
        fault=Fault.PROPORTION,
        part=part,
        drift=1.5,
        one_in=40,
        sentence_code="larger",
        sentence_data={"part": part, "value": 115.0, "sheet_value": 100.0, "allowed": 6.0, "unit": "%"},
        box_xyxy=[1, 2, 20, 30],
        measures=[{"name": part, "value": 115.0}],
        heat_blob=drawing.view_blob,
        laid_blob=drawing.view_blob,
        shown={
            "drawing_key": str(sheet.drawings.get().pk),
            "affine": [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
            "arrows": [[2.0, 3.0, 9.0, 7.0]],
            "outlines": [{"of": "drawing", "points": [[1.0, 2.0], [20.0, 2.0], [20.0, 30.0]]}],
            "why_not": "",
        },
    )
    nearest = sheet.drawings.get()
    FlagNearest.objects.create(flag=flag, sheet_drawing=nearest, rank=1, similarity=0.9)
    return flag


def _stroke(world: World, drawing: Drawing) -> CorrectionStroke:
    stroke = {"uid": "0d8e0a0c-3f52-4f5b-9f39-6d3f1c8f2a01", "points": [[2, 2, 0.5], [20, 30, 0.8]]}
    return corrections.draw(actor=world.supervisor, drawing=drawing, strokes=[stroke]).strokes.get()


def _open_upload(world: World) -> tuple[Upload, str]:
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="PT")
    return upload, _send(world.artist, upload, "A/A0001.png", png(seed=5))


def _dataset(world: World) -> tuple[Dataset, Evidence]:
    dataset = datasets.create(
        actor=world.producer,
        production=world.production,
        name="Own art",
        licence_expression="CC-BY-4.0",
        valid_until=date(2030, 1, 1),
    )
    evidence = datasets.add_evidence(
        actor=world.producer, dataset=dataset, file_name="contract.pdf", stream=io.BytesIO(b"%PDF-1.4")
    )
    return dataset, evidence


def _job(world: World, user: User, subject: str) -> Job:
    return jobs.submit(
        actor=user, kind="qa.check_take", subject=subject, production_id=world.production.pk, params={}
    )
