"""An upload from its first byte to the job that makes a take of it.

Uploaded files are not believed: names are shown before anything is sent, pictures are read by `reading`.
Files and chunks that arrive are not audited one by one; the submit records what had arrived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from assets import access
from assets.choices import Stage, TakeSource, UploadState
from assets.intake import names, safety
from assets.intake.naming_rules import NamingRule
from assets.intake.problems import TEMPLATES, Problem, Refused, refused
from assets.intake.sequences import meant_cells
from assets.models import Cut, Production, Upload, UploadFile
from assets.services import arrivals, cuts, news, pictures, productions, reading, reports, rows, takes
from studio.core import audit, jobs
from studio.core.choices import JobState
from studio.core.errors import BadUpload, InvalidInput, InvalidTransition, NotFound, StorageFull, phrase
from studio.core.jobs import Lease
from studio.core.models import Job, User
from studio.core.roles import Action

_KIND = "assets.intake_take"
_MAX_PATH = 500
_SUBMITTED = ("state", "rule_id", "cells")


def open_upload(
    *, actor: User, cut: Cut, stage: str, source: str = TakeSource.UPLOAD, note: str = ""
) -> Upload:
    """Begin a delivery of `cut` at `stage`.

    Raises:
        InvalidTransition: the cut was dropped (code "cut_dropped").
    """
    production = cut.episode.production
    access.require(actor, Action.UPLOAD_TAKE, production, cut)
    cuts.refuse_dropped(cut)
    with transaction.atomic():
        return rows.create(
            Upload(cut=cut, stage=stage, source=source, note=note, submitted_by=actor),
            actor=actor,
            verb="upload.open",
            production_id=production.pk,
            names=("stage", "source", "note"),
        )


def add_file(*, actor: User, upload: Upload, path: str, size_bytes: int) -> UploadFile:
    """Announce one file. One that stopped half-way is returned as it stands; one that is complete begins anew.

    Raises:
        BadUpload: an unsafe path, a file that is too large, or too many files; the report keeps the reason.
        StorageFull: no room for it.
    """
    _require(actor, upload)
    try:
        plain = _checked_path(path)
        _check_announced(upload, plain, size_bytes)
    except Refused as refusal:
        problem = refusal.problem
        _note_refusal(upload, problem)
        raise BadUpload(
            "bad_file",
            name=problem.path,
            reason=phrase(TEMPLATES[problem.code], **problem.data),
            problem=problem.code,
        ) from refusal
    with transaction.atomic():
        upload = _locked(upload, "add a file", UploadState.OPEN)
        file, is_new = UploadFile.objects.get_or_create(
            upload=upload, path=plain, defaults={"size_bytes": size_bytes}
        )
        if not is_new and (file.is_complete or file.size_bytes != size_bytes):
            file.size_bytes, file.offset_bytes = size_bytes, 0
            file.save(update_fields=["size_bytes", "offset_bytes"])
    return file


def append(*, actor: User, file: UploadFile, offset_bytes: int, stream: arrivals.ByteSource) -> UploadFile:
    """Add the rest of `stream` to the file; what arrived before a break is kept.

    Raises:
        StaleInput: another offset is right (code "upload_offset", data offset), or somebody is writing.
        BadUpload: the stream broke (code "upload_interrupted") or is longer than announced.
        StorageFull: no room; what had arrived is kept.
    """
    _require(actor, file.upload)
    if file.upload.state != UploadState.OPEN:
        raise _transition(file.upload, "add bytes")
    return arrivals.append(file, offset_bytes, stream)


def remove_file(*, actor: User, file: UploadFile) -> None:
    """Take one file out of an upload that is still open."""
    upload = file.upload
    _require(actor, upload)
    kept = arrivals.path_of(file)
    with transaction.atomic():
        _locked(upload, "remove a file", UploadState.OPEN)
        rows.remove(
            file,
            actor=actor,
            verb="upload.remove_file",
            production_id=_production(upload).pk,
            names=("path", "size_bytes"),
        )
    kept.unlink(missing_ok=True)


def understand(
    *,
    actor: User,
    cut: Cut,
    stage: str,
    paths: Sequence[str],
    rule_id: str = "",
    cells: Mapping[str, str] | None = None,
) -> names.Understanding:
    """Read the names of files before anything is sent; with `rule_id` by that rule alone.

    `cells` = {cell as read: cell as meant}, where the names mislead.
    """
    production = cut.episode.production
    access.require(actor, Action.UPLOAD_TAKE, production, cut)
    limits = pictures.limits()
    if len(paths) > limits.max_files:
        raise InvalidInput(
            field="paths", reason=phrase("at most {limit} files at once", limit=limits.max_files)
        )
    archives = [path for path in paths if reading.is_archive(path) and not names.is_system_file(path)]
    plain = [path for path in paths if not reading.is_archive(path)]
    if archives and not plain:
        return names.Understanding(None, tuple(names.Row(path, "layers") for path in archives), ())
    rules, expected = _rules(production, rule_id), expected_of(cut, stage)
    found = names.understand(plain, rules, expected, meant_cells(cells))
    zipped = tuple(names.Row(path, "layers") for path in archives)
    return names.Understanding(found.rule_id, (*found.rows, *zipped), found.problems)


def submit(*, actor: User, upload: Upload, rule_id: str = "", cells: Mapping[str, str] | None = None) -> Job:
    """Close the upload and let a worker make a take of it. Asking again while it is read returns the same job.

    `cells` = {cell as read: cell as meant}, where the names mislead.

    Raises:
        BadUpload: nothing has arrived, or some files not completely (code "upload_incomplete").
        InvalidTransition: it is a take already, or the cut was dropped.
    """
    _require(actor, upload)
    cuts.refuse_dropped(upload.cut)
    production = _production(upload)
    _rules(production, rule_id)
    with transaction.atomic():
        upload = _locked(upload, "submit", UploadState.OPEN, UploadState.REFUSED, UploadState.SUBMITTED)
        active = _active_job(upload)
        if active is not None:
            return active
        files = _complete_files(upload)
        before = rows.facts(upload, _SUBMITTED)
        upload.state, upload.rule_id, upload.cells = UploadState.SUBMITTED, rule_id, meant_cells(cells)
        upload.save(update_fields=_SUBMITTED)
        arrived = [f"{file.path} ({file.size_bytes})" for file in files]
        audit.record(
            actor=actor,
            verb="upload.submit",
            target=upload,
            production_id=production.pk,
            before=before,
            after=rows.facts(upload, _SUBMITTED) | {"files": arrived},
        )
        return jobs.submit(
            actor=actor,
            kind=_KIND,
            subject=f"upload:{upload.pk}",
            production_id=production.pk,
            params={"upload_id": str(upload.pk)},
        )


def discard(*, actor: User, upload: Upload) -> None:
    """Throw away an upload that is no take yet, with its bytes.

    Raises:
        InvalidTransition: it is a take, or a worker is reading it.
    """
    _require(actor, upload)
    with transaction.atomic():
        locked = _locked(upload, "discard", UploadState.OPEN, UploadState.REFUSED, UploadState.SUBMITTED)
        if _active_job(locked) is not None:
            raise _transition(locked, "discard")
        rows.remove(
            locked,
            actor=actor,
            verb="upload.discard",
            production_id=_production(upload).pk,
            names=("stage", "state", "source"),
        )
    arrivals.forget(upload)


def upload_folder(
    *, actor: User, cut: Cut, stage: str, folder: Path, source: str = TakeSource.UPLOAD, note: str = ""
) -> Job:
    """Take a folder of this machine: every file in it, on the same path as any other upload.

    Raises:
        BadUpload: there is no file in it.
    """
    if not _files_in(folder):
        raise BadUpload("upload_empty")
    upload = open_upload(actor=actor, cut=cut, stage=stage, source=source, note=note)
    fill(actor=actor, upload=upload, folder=folder)
    return submit(actor=actor, upload=upload)


def fill(*, actor: User, upload: Upload, folder: Path) -> Upload:
    """Send every file of a folder of this machine, links left out. What is refused is in the report."""
    for path in _files_in(folder):
        relative, size_bytes = path.relative_to(folder).as_posix(), path.stat().st_size
        try:
            file = add_file(actor=actor, upload=upload, path=relative, size_bytes=size_bytes)
        except BadUpload:
            continue  # the report has it
        with path.open("rb") as stream:
            stream.seek(file.offset_bytes)
            append(actor=actor, file=file, offset_bytes=file.offset_bytes, stream=stream)
    return upload


def intake_take(lease: Lease, upload_id: str) -> None:
    """Read an upload and write its take; the job's handler. A second delivery of the same job writes nothing.

    After commit: the upload's bytes are removed and a worker checks the take.

    Raises:
        NotFound: the upload was discarded.
        BadUpload: nothing could be taken; the report stays on the upload.
        InvalidTransition: the cut was dropped meanwhile.
        StorageFull: no room; the upload stays as it is and can be tried again.
    """
    related = ("cut__episode__production", "submitted_by")
    upload = Upload.objects.select_related(*related).filter(pk=upload_id).first()
    if upload is None:
        raise NotFound(what="upload")
    if upload.take_id is None:
        cut = upload.cut
        if cut.omitted:
            _refuse(lease, upload, reports.of_dropped_cut(upload))
            cuts.refuse_dropped(cut)
        rules = _rules(_production(upload), upload.rule_id)
        delivery = reading.read(lease, upload, rules, expected_of(cut, upload.stage))
        if not delivery.drawings:
            _refuse(lease, upload, delivery.report)
            raise BadUpload("upload_empty", files=len(delivery.report))
        _write(lease, upload, delivery)
    arrivals.forget(upload)


def expected_of(cut: Cut, stage: str) -> names.Expected:
    """Return what the names of a delivery should say."""
    if stage not in Stage.values:
        raise InvalidInput(
            field="stage",
            reason=phrase("“{value}” is not one of {known}", value=stage, known=", ".join(Stage.values)),
        )
    return names.Expected(episode=cut.episode.code, cut=cut.number, stage=stage)


def _write(lease: Lease, upload: Upload, delivery: reading.Delivery) -> None:
    result: dict[str, Any] = {"refused": sum(line["status"] == "refused" for line in delivery.report)}
    with lease.committing(result):
        upload = rows.locked(upload, "cut__episode__production")
        if upload.take_id is None:
            take = takes.write(upload, delivery)
            upload.take, upload.state, upload.report = take, UploadState.DONE, delivery.report
            upload.save(update_fields=["take", "state", "report"])
            takes.send_to_check(take, upload.submitted_by)
        result["take_id"] = upload.take_id


def _refuse(lease: Lease, upload: Upload, report: list[dict[str, Any]]) -> None:
    """Keep the report of an upload of which nothing can be taken; its bytes stay until it is discarded."""
    lease.progress(len(report), len(report))  # a lost lease must not write
    with transaction.atomic():
        locked = rows.locked(upload)
        if locked.take_id is not None:
            return
        before = rows.facts(locked, ("state",))
        locked.state, locked.report = UploadState.REFUSED, report
        locked.save(update_fields=["state", "report"])
        audit.record(
            actor=upload.submitted_by,
            verb="upload.refuse",
            target=locked,
            production_id=_production(upload).pk,
            before=before,
            after=rows.facts(locked, ("state",)),
        )
        news.take_refused(locked)


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _require(actor: User, upload: Upload) -> None:
    """Let the uploader pass, and whoever may edit cuts."""
    production = _production(upload)
    access.require(actor, Action.UPLOAD_TAKE, production, upload.cut)
    if upload.submitted_by_id != actor.pk:
        access.require(actor, Action.EDIT_CUTS, production, upload.cut)


def _production(upload: Upload) -> Production:
    return upload.cut.episode.production


def _locked(upload: Upload, wanted: str, *states: UploadState) -> Upload:
    locked = rows.locked(upload, "cut__episode__production")
    if locked.state not in states:
        raise _transition(locked, wanted)
    return locked


def _transition(upload: Upload, wanted: str) -> InvalidTransition:
    return InvalidTransition(what=str(upload), state=upload.get_state_display(), wanted=wanted)


def _checked_path(path: str) -> str:
    plain = safety.safe_relative_path(path)
    if len(plain) > _MAX_PATH:
        raise Refused(refused("NAME_TOO_LONG", plain, length=len(plain), limit=_MAX_PATH))
    return plain


def _check_announced(upload: Upload, path: str, size_bytes: int) -> None:
    """Refuse what is too much before any byte of it is sent. Empty files come in: the report will name them."""
    limits = pictures.limits()
    if not 0 <= size_bytes <= limits.max_file_bytes:
        problem = refused("FILE_TOO_LARGE", path, size_bytes=size_bytes, limit_bytes=limits.max_file_bytes)
        raise Refused(problem)
    others = upload.files.exclude(path=path)
    count = others.count() + 1
    if count > limits.max_files:
        raise Refused(refused("TOO_MANY_FILES", path, count=count, limit=limits.max_files))
    total = size_bytes + (others.aggregate(total=Sum("size_bytes"))["total"] or 0)
    if total > limits.max_total_bytes:
        raise Refused(refused("UPLOAD_TOO_LARGE", path, limit_bytes=limits.max_total_bytes))
    folder = arrivals.folder_of(upload)
    folder.mkdir(parents=True, exist_ok=True)
    if safety.check_disk(folder, size_bytes, limits):
        raise StorageFull(need_mb=size_bytes // 2**20 + 1)


def _note_refusal(upload: Upload, problem: Problem) -> None:
    with transaction.atomic():
        locked = rows.locked(upload)
        locked.report = [*locked.report, reports.early(problem)]
        locked.save(update_fields=["report"])


def _rules(production: Production, rule_id: str) -> tuple[NamingRule, ...]:
    rules = productions.naming_rules_of(production)
    if not rule_id:
        return rules
    chosen = tuple(rule for rule in rules if rule.id == rule_id)
    if not chosen:
        raise InvalidInput(field="rule_id", reason=phrase("there is no naming rule “{rule}”", rule=rule_id))
    return chosen


def _complete_files(upload: Upload) -> list[UploadFile]:
    files = list(upload.files.all())
    if not files:
        raise BadUpload("upload_empty")
    missing = upload.files.exclude(offset_bytes=F("size_bytes")).count()
    if missing:
        raise BadUpload("upload_incomplete", count=missing)
    return files


def _active_job(upload: Upload) -> Job | None:
    at_work = Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
    return at_work.filter(kind=_KIND, subject=f"upload:{upload.pk}").first()
