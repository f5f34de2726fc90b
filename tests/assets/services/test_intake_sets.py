"""A folder or zip becomes a draft: by the original bytes, contradictions shown, nothing concluded, nothing twice."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.utils import timezone
from PIL import Image, ImageDraw, PngImagePlugin

from assets.choices_rights import SourceKind
from assets.models import (
    BarredContent,
    Dataset,
    DatasetVersion,
    Evidence,
    Item,
    RightsHolder,
    VersionStanding,
    Withdrawal,
)
from assets.rights import facts
from assets.rights.answers import Answer
from assets.rights.facts import Question
from assets.services import datasets, enquiries, gate, holders, intake_sets, versions
from assets.services.intake_sets import Origin
from assets.services.versions import Conclusion
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.errors import BadUpload, InvalidTransition, NotAllowed
from studio.core.models import Job, User
from tests.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world: World) -> DatasetVersion:
    dataset = datasets.create(actor=world.producer, production=world.production, name="Douga of season 1")
    return versions.draft(actor=world.producer, dataset=dataset)


def _png(colour: str, **text: str) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    for key, value in text.items():
        chunks.add_text(key, value)
    out = io.BytesIO()
    Image.new("RGB", (8, 6), colour).save(out, "PNG", pnginfo=chunks)
    return out.getvalue()


def _zip(files: dict[str, bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    out.seek(0)
    return out


SET = {
    "README.md": b"---\nlicense: cc-by-4.0\n---\n# Set\n",
    "LICENSE": (
        b"MIT License\n\nCopyright (c) 2024 Studio\n\nPermission is hereby granted, free of charge, to any person "
        b"obtaining a copy of this software and associated documentation files, to deal in the Software without "
        b"restriction"
    ),
    "a/one.png": _png("red"),
    "a/one.png.license": b"SPDX-FileCopyrightText: 2024 Aoki Hana\nSPDX-License-Identifier: CC0-1.0\n",
    "a/two.png": _png("green", Copyright="CC BY-NC 4.0, Sato"),
    "a/three.png": _png("blue", parameters="1girl, cel\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"),
}


def _bring(
    actor: User, version: DatasetVersion, data: io.BytesIO, name: str = "set.zip", **origin: object
) -> Job:
    job = intake_sets.bring(
        actor=actor, version=version, files=[(name, data)], origin=Origin(SourceKind.OPEN)
    )
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def _standing(name: str) -> facts.Standing:
    return facts.Standing.from_json(Item.objects.get(title=name).standing.facts)


def test_a_zip_is_read_file_by_file_and_nothing_is_concluded(world: World, draft: DatasetVersion) -> None:
    job = _bring(world.producer, draft, _zip(SET))
    assert job.state == JobState.DONE, job.error_detail
    assert {entry.alias for entry in draft.entries.all()} == {"a/one.png", "a/two.png", "a/three.png"}
    assert _standing("one.png").declared == "CC0-1.0"
    assert RightsHolder.objects.filter(name__contains="Aoki Hana").exists()
    assert "NC" in " ".join((_standing("two.png").declared, *_standing("two.png").detected))
    assert _standing("two.png").conflicts
    assert _standing("three.png").generator
    assert not any(_standing(name).concluded for name in ("one.png", "two.png", "three.png"))
    assert Evidence.objects.filter(dataset=draft.dataset, file_name="README.md").exists()
    question = Question(
        action="train", on=timezone.localdate(), production=world.production.pk, version=draft.pk
    )
    decision = gate.answer(question)
    assert decision.answer is Answer.DENY
    assert {"R01", "R28", "R10"} <= {reason.rule for reason in (*decision.reasons, *decision.warnings)}


def test_a_licence_file_of_a_repository_says_nothing_about_the_art(
    world: World, draft: DatasetVersion
) -> None:
    files = {"LICENSE": SET["LICENSE"], "one.png": SET["a/one.png"]}
    _bring(world.producer, draft, _zip(files))
    assert _standing("one.png").declared_status == "missing"


def test_what_came_twice_is_one_work_and_another_licence_makes_it_a_question(
    world: World, draft: DatasetVersion
) -> None:
    _bring(world.producer, draft, _zip(SET))
    again = versions.draft(actor=world.producer, dataset=draft.dataset)
    other = {**SET, "a/one.png.license": b"SPDX-License-Identifier: CC-BY-4.0\n"}
    job = _bring(world.producer, again, _zip(other))
    assert job.result["known"] == 3
    assert Item.objects.count() == 3
    assert "entered_twice" in _standing("one.png").conflicts
    assert Item.objects.get(title="one.png").history.count() == 2
    # The first version counts its works by what is known now.
    counted = VersionStanding.objects.filter(version=draft).values_list("count", flat=True)
    assert sum(counted) == 3


def test_a_job_that_runs_again_enters_nothing_twice(world: World, draft: DatasetVersion) -> None:
    _bring(world.producer, draft, _zip(SET))
    _bring(world.producer, draft, _zip(SET))
    assert draft.entries.count() == 3
    assert Item.objects.count() == 3


def test_concluded_frozen_and_approved_it_may_be_trained_on(world: World, draft: DatasetVersion) -> None:
    _bring(world.producer, draft, _zip({"README.md": SET["README.md"], "one.png": SET["a/one.png"]}))
    item = Item.objects.get(title="one.png")
    versions.conclude(
        actor=world.producer, version=draft, standing=item.standing,
        conclusion=Conclusion(expression="cc-by-4.0", why="the card says so", evidence=draft.dataset.evidence.get()),
    )  # fmt: skip
    frozen = versions.freeze(actor=world.producer, version=draft)
    question = Question(
        action="train", on=timezone.localdate(), production=world.production.pk, version=frozen.pk
    )
    assert gate.answer(question).answer is Answer.DENY
    with pytest.raises(NotAllowed):
        versions.approve(actor=world.producer, version=frozen)
    second = User.objects.create_user("second-producer")
    world.production.memberships.create(user=second, role="producer")
    versions.approve(actor=second, version=frozen)
    decision = gate.answer(question)
    assert decision.answer is Answer.ALLOW, [reason.message() for reason in decision.reasons]
    assert ("attribution", "CC-BY-4.0") in decision.duties
    with pytest.raises(InvalidTransition):
        intake_sets.bring(
            actor=world.producer, version=frozen, files=[("x.png", io.BytesIO(b"x"))], origin=Origin()
        )


def test_what_leaves_its_folder_or_is_nothing_is_refused(world: World, draft: DatasetVersion) -> None:
    with pytest.raises(BadUpload):
        intake_sets.bring(
            actor=world.producer, version=draft, files=[("../x.png", io.BytesIO(b"x"))], origin=Origin()
        )
    with pytest.raises(BadUpload):
        intake_sets.bring(actor=world.producer, version=draft, files=[], origin=Origin())
    job = _bring(world.producer, draft, io.BytesIO(b"no zip at all"))
    assert job.state == JobState.DONE
    assert job.result["problems"] == 1
    assert not draft.entries.exists()


def test_artists_bring_nothing_in(world: World, draft: DatasetVersion) -> None:
    with pytest.raises(NotAllowed):
        intake_sets.bring(
            actor=world.artist, version=draft, files=[("x.png", io.BytesIO(b"x"))], origin=Origin()
        )
    assert not Dataset.objects.exclude(pk=draft.dataset_id).exists()


def test_a_copy_of_a_withdrawn_drawing_is_a_question(world: World, draft: DatasetVersion) -> None:
    picture = Image.new("RGB", (200, 160), "white")
    ImageDraw.Draw(picture).ellipse([30, 20, 150, 120], fill="red", outline="black", width=4)
    ImageDraw.Draw(picture).rectangle([60, 90, 90, 150], fill="navy")
    out, copy = io.BytesIO(), io.BytesIO()
    picture.save(out, "PNG")
    picture.resize((400, 320)).save(copy, "PNG")
    _bring(world.producer, draft, io.BytesIO(_zip({"one.png": out.getvalue()}).getvalue()))
    kept = Item.objects.get(title="one.png")
    aoki = holders.create(actor=world.producer, name="Aoki")
    gone = Withdrawal.objects.create(holder=aoki, effective_on="2026-01-01", touched={}, by=world.producer)
    BarredContent.objects.create(content_sha256=kept.content_sha256, withdrawal=gone)
    again = versions.draft(actor=world.producer, dataset=draft.dataset)
    _bring(world.producer, again, io.BytesIO(_zip({"scan.png": copy.getvalue()}).getvalue()))
    assert _standing("scan.png").near == kept.sha256
    found = enquiries.enquire(actor=world.producer, data=copy.getvalue(), name="scan.png")
    assert [entry.item.title for entry in found.entries] == ["scan.png"]
    assert [entry.item.title for entry in found.alike] == ["one.png"]
