"""Sends files as an upload and runs its job in this process."""

from __future__ import annotations

import io

from assets.models import Upload
from assets.services import uploads
from studio.core import jobs
from studio.core.models import Job, User
from tests.world import World


def send(
    world: World,
    files: dict[str, bytes],
    *,
    stage: str = "AD",
    actor: User | None = None,
    rule_id: str = "",
    cells: dict[str, str] | None = None,
) -> Job:
    """Announce, send and submit `files` for the world's cut."""
    artist = actor or world.artist
    upload = uploads.open_upload(actor=artist, cut=world.cut, stage=stage)
    for path, data in files.items():
        file = uploads.add_file(actor=artist, upload=upload, path=path, size_bytes=len(data))
        uploads.append(actor=artist, file=file, offset_bytes=0, stream=io.BytesIO(data))
    return uploads.submit(actor=artist, upload=upload, rule_id=rule_id, cells=cells)


def run(job: Job) -> Job:
    """Do the job as a worker does, and read its row again."""
    jobs.run(str(job.pk))
    job.refresh_from_db()
    return job


def report_of(job: Job) -> dict[str, dict[str, object]]:
    """Return the report of the job's upload by path."""
    upload = Upload.objects.get(pk=job.params["upload_id"])
    return {line["path"]: line for line in upload.report}


def codes_of(job: Job) -> dict[str, list[str]]:
    """Return the codes of the report by path."""
    return {path: [p["code"] for p in line["problems"]] for path, line in report_of(job).items()}  # type: ignore[attr-defined]
