"""Works come into a draft of a dataset: a folder or a zip, read from the original bytes before anything is re-saved.

Every file is kept by its hash as it came; what it and the documents beside it say is written down as declared and
detected, contradictions included. Nothing is concluded here: that is a person's word. The job may be killed and started
again: what is in the books already is found by its hash and not entered twice.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import transaction

from assets.choices_rights import EvidenceKind, ItemKind, SourceKind, Split, VersionState
from assets.intake import formats, safety
from assets.intake.names import is_system_file
from assets.intake.problems import Refused
from assets.models import (
    BarredContent,
    DatasetVersion,
    Entry,
    Evidence,
    Item,
    LicenceReading,
    RightsHolder,
    Source,
)
from assets.rights import facts
from assets.rights.alike import look_of, nearest
from assets.rights.reading.base import Signal
from assets.rights.reading.folder import FileReading, SetReading, read_set
from assets.services import holders, pictures, rows, standings, versions
from studio.core import audit, jobs
from studio.core.errors import BadUpload, NotFound
from studio.core.jobs import Lease
from studio.core.models import Job, User
from studio.core.storage import blobs

KIND = "assets.intake_set"
Stored = Path | str  # a file out of a zip, or the hash of a stored one
_MAX_HOLDERS = 500
_ROWS = 500
_SHOWN = 200
_ENTERED_TWICE = "entered_twice"
_MEDIA = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp", ".tif": "image/tiff",
    ".tiff": "image/tiff", ".tga": "image/x-tga", ".psd": "image/vnd.adobe.photoshop", ".wav": "audio/wav",
    ".txt": "text/plain", ".svg": "image/svg+xml",
}  # fmt: skip


@dataclass(frozen=True)
class Arrived:
    """One file of a delivery: its path in the set, the stored bytes, their size."""

    path: str
    blob: str
    size_bytes: int


@dataclass(frozen=True)
class Origin:
    """Where the works came from, as the producer says it."""

    kind: str = SourceKind.COMMISSION
    url: str = ""
    collected_on: date | None = None
    collector: str = ""
    country: str = ""
    signals_seen: bool = False


def bring(
    *,
    actor: User,
    version: DatasetVersion,
    files: Iterable[tuple[str, IO[bytes]]],
    origin: Origin,
    split: str = Split.TRAIN,
    kind: str = ItemKind.OTHER,
) -> Job:
    """Take files (zips are opened) into a draft; they are stored now and read by a job.

    Raises:
        NotAllowed, NotFound: by the actor's roles. InvalidTransition: the version is frozen.
        BadUpload: nothing came, too much, or a path that would leave its folder. StorageFull: no room.

    After commit: the worker gets the job's id.
    """
    versions.require_draft(actor=actor, version=version)
    arrived = [_kept(path, stream) for path, stream in files if not is_system_file(path)]
    problems = safety.check_upload([(each.path, each.size_bytes) for each in arrived], pictures.limits())
    if problems:
        first = problems[0]
        raise BadUpload("bad_file", name=first.path or str(version), reason=first.message)
    listing = json.dumps([[each.path, each.blob, each.size_bytes] for each in arrived]).encode()
    with transaction.atomic():
        source = rows.create(
            Source(
                dataset=version.dataset,
                kind=origin.kind,
                url=origin.url,
                collected_on=origin.collected_on,
                collector=origin.collector,
                country=origin.country,
                signals_seen=origin.signals_seen,
            ),
            actor=actor,
            verb="version.bring",
            production_id=version.dataset.production_id,
            names=("kind", "url", "collected_on", "collector", "country", "signals_seen"),
            studio=True,
        )
        return jobs.submit(
            actor=actor,
            kind=KIND,
            subject=f"version:{version.pk}",
            production_id=version.dataset.production_id,
            params={
                "version_id": version.pk,
                "source_id": source.pk,
                "listing": blobs().put(io.BytesIO(listing)).sha256,
                "split": split,
                "kind": kind,
            },
        )


def _kept(path: str, stream: IO[bytes]) -> Arrived:
    try:
        plain = safety.safe_relative_path(path)
    except Refused as refusal:
        raise BadUpload("bad_file", name=refusal.problem.path, reason=refusal.problem.message) from refusal
    blob = blobs().put(stream)
    return Arrived(plain, blob.sha256, blob.size)


def intake_set(lease: Lease, version_id: int, source_id: int, listing: str, split: str, kind: str) -> None:
    """Read a delivery into its draft. The worker's entry; may be killed and started again at any point.

    Raises:
        NotFound: no such draft, or stored bytes are missing. StaleInput: the lease is lost.
    """
    version = (
        DatasetVersion.objects.select_related("dataset")
        .filter(pk=version_id, state=VersionState.DRAFT)
        .first()
    )
    source = Source.objects.filter(pk=source_id).first()
    if version is None or source is None:
        raise NotFound(what="dataset version")
    arrived = [Arrived(*each) for each in json.loads(blobs().read(listing))]
    Path(settings.UPLOAD_DIR).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.UPLOAD_DIR) as folder:
        files, refused = _unpacked(arrived, Path(folder))
        lease.progress(0, len(files), "reading")
        own = tuple(LicenceReading.objects.values_list("licence_id", flat=True).distinct())
        found = read_set({path: _opener(file) for path, file in files.items()}, own=own)
        entering = _Entering(lease, version, source, split, kind, _holders_of(found, lease.job.requested_by))
        entering.documents(found, files)
        entering.works(found, files)
    report = _report(found, refused, entering)
    with lease.committing(report):
        version = rows.locked(version, "dataset")
        standings.count_anew([version.pk])
        DatasetVersion.objects.filter(pk=version.pk).update(report=_merged(version.report, report))
        audit.record(
            actor=lease.job.requested_by,
            verb="version.brought",
            target=version,
            production_id=version.dataset.production_id,
            after={name: report[name] for name in ("works", "known", "conflicts", "problems")},
        )


def _unpacked(arrived: Sequence[Arrived], folder: Path) -> tuple[dict[str, Stored], list[dict[str, str]]]:
    """Return every file by its path in the set, zips opened, and what could not be taken."""
    files: dict[str, Stored] = {}
    refused: list[dict[str, str]] = []
    zips = [each for each in arrived if PurePosixPath(each.path).suffix.lower() == ".zip"]
    for number, each in enumerate(zips):
        archive = folder / f"{number}.zip"
        with blobs().open(each.blob) as stream, archive.open("wb") as target:
            while chunk := stream.read(1 << 20):
                target.write(chunk)
        try:
            report = safety.extract_zip(archive, folder / str(number), pictures.limits())
        except Refused as refusal:
            refused.append({"path": each.path, "why": refusal.problem.message})
            continue
        # One zip is the folder itself; of several each keeps its own name before its paths.
        before = "" if len(arrived) == 1 else f"{each.path}/"
        files |= {f"{before}{inner.path}": inner.file for inner in report.files}
        refused += [{"path": problem.path, "why": problem.message} for problem in report.problems]
    files |= {each.path: each.blob for each in arrived if each not in zips}
    return files, refused


def _opener(file: Stored) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        return file.open("rb") if isinstance(file, Path) else blobs().open(file)

    return opened


def _holders_of(found: SetReading, actor: User | None) -> dict[str, int]:
    """Return holders by the names that the files give them; unknown names are entered, up to a bound."""
    names = sorted(
        {name.strip()[:200] for each in found.files.values() for name in each.holders if name.strip()}
    )
    known = dict(RightsHolder.objects.filter(name__in=names).values_list("name", "pk"))
    for name in names[:_MAX_HOLDERS]:
        if name not in known and actor is not None:
            known[name] = holders.create(actor=actor, name=name, note="named by files of a dataset").pk
    return known


class _Entering:
    """Enters the works of one delivery, in batches that are each whole."""

    def __init__(
        self,
        lease: Lease,
        version: DatasetVersion,
        source: Source,
        split: str,
        kind: str,
        people: Mapping[str, int],
    ) -> None:
        self.lease, self.version, self.source = lease, version, source
        self.split, self.kind, self.people = split, kind, people
        self.works_count = self.known_count = 0
        self._barred: dict[int, tuple[str, str]] | None = (
            None  # withdrawn works, read when the first work comes
        )

    def documents(self, found: SetReading, files: Mapping[str, Stored]) -> None:
        """Keep the documents that speak about the works as evidence of the dataset."""
        for path in (*found.documents, *(f"LICENSES/{each}.txt" for each in found.licence_texts)):
            if path not in files:
                continue
            with _opener(files[path])() as stream:
                blob = blobs().put(stream)
            Evidence.objects.get_or_create(
                dataset=self.version.dataset,
                blob=blob.sha256,
                defaults={
                    "kind": EvidenceKind.LICENCE_TEXT if "LICEN" in path.upper() else EvidenceKind.CAPTURE,
                    "file_name": PurePosixPath(path).name[:255],
                    "size_bytes": blob.size,
                },
            )

    def works(self, found: SetReading, files: Mapping[str, Stored]) -> None:
        """Enter every file as a work, or find it where it is known."""
        paths = list(found.files)
        for start in range(0, len(paths), _ROWS):
            part = [found.files[path] for path in paths[start : start + _ROWS]]
            prepared = [
                (each, self._standing(each, found), self._pixels(each, files[each.path])) for each in part
            ]
            with transaction.atomic():
                for reading, standing, pixels in prepared:
                    self._enter(reading, standing, pixels)
            self.lease.progress(min(start + _ROWS, len(paths)), len(paths), "works")

    def _pixels(self, reading: FileReading, file: Stored) -> tuple[str, str]:
        """Keep the original bytes; return the digest of the pixels and what they look like, empty for no picture."""
        with _opener(file)() as stream:
            data = stream.read()
        blobs().put(io.BytesIO(data))
        try:
            picture = formats.read_picture(data, PurePosixPath(reading.path).name, pictures.limits())
        except Refused:
            return "", ""
        return picture.content_sha256, look_of(picture.rgba)

    def _standing(self, reading: FileReading, found: SetReading) -> facts.Standing:
        signals = (*reading.signals, *found.signals)
        declared = reading.declared
        people = {
            self.people[name.strip()[:200]] for name in reading.holders if name.strip()[:200] in self.people
        }
        marks = reading.marks
        return facts.Standing(
            declared=declared.spdx,
            declared_status=declared.status,
            raw=declared.raw[:200] if declared.status != "known" else "",
            detected=tuple(sorted({each.spdx for each in reading.detected if each.spdx})),
            holders=tuple(sorted((key, "owner") for key in people)),
            source=self.source.pk,
            source_kind=self.source.kind,
            signals_seen=self.source.signals_seen or bool(signals),
            signals=self._signals(signals),
            conflicts=tuple(sorted({each.code for each in reading.conflicts})),
            generator=(marks.generator or marks.digital_source_type)[:100] if marks.says_generated else "",
            source_type=marks.digital_source_type[:100],
            evidence=any(claim.about_art for claim in reading.claims),
            production=self.version.dataset.production_id
            if self.source.kind == SourceKind.COMMISSION
            else None,
        )

    def _signals(self, said: Iterable[Signal]) -> tuple[facts.Signal, ...]:
        """Return what a file and its set say to machines, as seen on the day on which the works came."""
        day = self.source.recorded_at.date().isoformat()
        found = {facts.Signal(each.kind, each.value[:100], each.forbids, day) for each in said}
        return tuple(sorted(found, key=lambda each: (each.kind, each.value, each.forbids)))

    def _enter(self, reading: FileReading, standing: facts.Standing, pixels: tuple[str, str]) -> None:
        content, look = pixels
        near = self._forbidden_like(reading.sha256, look)
        if near:
            standing = replace(standing, near=near)
        item = (
            Item.objects.select_for_update().filter(sha256=reading.sha256).select_related("standing").first()
        )
        if item is None:
            item = Item.objects.create(
                sha256=reading.sha256,
                size_bytes=reading.size_bytes,
                media_type=_MEDIA.get(PurePosixPath(reading.path).suffix.lower(), ""),
                kind=self.kind,
                title=PurePosixPath(reading.path).name[:200],
                content_sha256=content,
                look=look,
                standing=standings.put(standing),
            )
            standings.begin_history([item], by=self.lease.job.requested_by, why=f"came with {self.version}")
        else:
            self.known_count += 1
            self._again(item, standing)
        _entry, is_new = Entry.objects.get_or_create(
            version=self.version, alias=reading.path[:500], defaults={"item": item, "split": self.split}
        )
        self.works_count += is_new

    def _forbidden_like(self, sha256: str, look: str) -> str:
        """Return the hash of a withdrawn work that this one looks like (rule R07), or nothing."""
        if self._barred is None:
            barred = Item.objects.filter(content_sha256__in=BarredContent.objects.values("content_sha256"))
            rows_ = barred.exclude(look="").values_list("pk", "sha256", "look")
            self._barred = {pk: (kept, seen) for pk, kept, seen in rows_}
        near = nearest(look, [(pk, seen) for pk, (_kept, seen) in self._barred.items()])
        found = [self._barred[pk][0] for pk, _apart in near]
        return next((each for each in found if each != sha256), "")

    def _again(self, item: Item, said: facts.Standing) -> None:
        """The same bytes came before: what is said now and was not then makes it a question (rule R06)."""
        known = facts.Standing.from_json(item.standing.facts)
        before = {known.concluded or known.declared, *known.detected}
        if not said.declared or said.declared in before:
            return
        why = f"came again with {self.version} as {said.declared}"[:300]

        def doubt(standing: facts.Standing) -> facts.Standing:
            conflicts = tuple(sorted({*standing.conflicts, _ENTERED_TWICE}))
            return replace(
                standing, conflicts=conflicts, detected=tuple(sorted({*standing.detected, said.declared}))
            )

        standings.restate(Item.objects.filter(pk=item.pk), doubt, by=self.lease.job.requested_by, why=why)


def _report(found: SetReading, refused: list[dict[str, str]], entering: _Entering) -> dict[str, Any]:
    conflicts = [
        {"path": each.path or "", "code": each.code, "data": dict(each.data)}
        for each in (*found.conflicts, *(c for file in found.files.values() for c in file.conflicts))
    ]
    problems = [{"path": each.path, "code": each.code} for each in found.problems]
    statuses: dict[str, int] = {}
    for file in found.files.values():
        statuses[file.declared.status] = statuses.get(file.declared.status, 0) + 1
    return {
        "works": entering.works_count,
        "known": entering.known_count,
        "declared": statuses,
        "conflicts": len(conflicts),
        "problems": len(problems) + len(refused),
        "documents": list(found.documents)[:_SHOWN],
        "restrictions": list(found.restrictions),
        "first_conflicts": conflicts[:_SHOWN],
        "first_problems": [*refused, *problems][:_SHOWN],
    }


def _merged(known: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report of a draft with one more delivery."""
    return {"deliveries": [*known.get("deliveries", []), dict(new)]}
