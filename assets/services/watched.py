"""The watched folder: a folder that was dropped there and has come to rest is a delivery.

`WATCH_DIR/<PRODUCTION>/<EP01_C012_AD>/…` is sent like any other upload, then moved to `done/` or `problems/` with a
report beside it. A marker with the upload's id is written before anything is submitted, so a sweep that is killed is
taken up again and never doubles a take. One sweep at a time, by a lock that ends with its process.
"""

from __future__ import annotations

import fcntl
import logging
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from assets import access
from assets.choices import Stage, TakeSource, UploadState
from assets.intake.names import code_key
from assets.models import Cut, Membership, Production, Upload
from assets.services import uploads
from studio.core.errors import NotAllowed, StorageFull, StudioError
from studio.core.models import Job, User
from studio.core.roles import Action, Role

log = logging.getLogger(__name__)
SETTLED_S = 5.0
_EMPTY_S = 60.0  # an empty folder may just have been made; later it is a mistake
_DONE, _PROBLEMS, _MARKERS = "done", "problems", ".sakkan"
_NAME = re.compile(r"(?P<episode>[^_]+)_(?P<cut>[^_]+)_(?P<stage>[^_]+)(?:_.*)?")
_UPLOADERS = (Role.ASSISTANT, Role.SUPERVISOR, Role.ARTIST)


class _Problem(Exception):
    """Why a folder cannot be taken; the text goes into its report."""


def sweep(settled_s: float = SETTLED_S) -> int:
    """Send what has settled and clear away what was read; return how many folders were sent."""
    root = Path(settings.WATCH_DIR) if settings.WATCH_DIR else None
    if root is None or not root.is_dir():
        return 0
    sent = 0
    with _alone(root) as is_alone:
        if is_alone:
            for production in Production.objects.filter(archived=False):
                for entry in _entries(root / production.code):
                    sent += _step(production, entry, settled_s)
    return sent


def _step(production: Production, entry: Path, settled_s: float) -> int:
    """Do what is next for one dropped folder; return 1 when it was sent."""
    try:
        upload = _marked(entry)
        if upload is not None and upload.state != UploadState.OPEN:
            _finish(entry, upload)
        elif upload is not None or _is_settled(entry, settled_s):
            _send(production, entry, upload)
            return 1
    except StorageFull as error:
        log.warning("%s waits: %s", entry, error)
    except (_Problem, StudioError) as error:
        _move(entry, _PROBLEMS, str(error), _marked(entry))
    except OSError as error:
        log.warning("%s cannot be read: %s", entry, error)
    return 0


def _send(production: Production, entry: Path, upload: Upload | None) -> None:
    if not entry.is_dir():
        raise _Problem(_("Put the files into a folder named like EP01_C012_AD."))
    if upload is None:
        cut, stage = _addressed(production, entry.name)
        actor = _sender(production, cut, stage)
        upload = uploads.open_upload(actor=actor, cut=cut, stage=stage, source=TakeSource.WATCHED)
        _marker(entry).parent.mkdir(exist_ok=True)
        _marker(entry).write_text(str(upload.pk))
    sender = upload.submitted_by
    assert sender is not None
    uploads.fill(actor=sender, upload=upload, folder=entry)
    uploads.submit(actor=sender, upload=upload)


def _finish(entry: Path, upload: Upload) -> None:
    """Move a folder away once its upload was read, or once nobody tries any more."""
    if upload.state == UploadState.DONE:
        refused = any(line["status"] == "refused" for line in upload.report)
        _move(entry, _PROBLEMS if refused else _DONE, _("Taken as {take}.").format(take=upload.take), upload)
        return
    job = Job.objects.filter(subject=f"upload:{upload.pk}").first()
    if job is None or job.is_over:
        reason = StudioError(job.error_code, **job.error_data).message if job and job.error_code else ""
        _move(entry, _PROBLEMS, reason or _("Nothing was taken."), upload)


def _addressed(production: Production, name: str) -> tuple[Cut, str]:
    """Return the cut and stage that a folder's name says."""
    match = _NAME.fullmatch(name)
    stage = match["stage"].upper() if match else ""
    if match is None or stage not in Stage.values:
        sentence = _(
            "The name “{name}” does not say episode, cut and stage. Name the folder like EP01_C012_AD."
        )
        raise _Problem(sentence.format(name=name))
    for cut in Cut.objects.filter(episode__production=production).select_related("episode__production"):
        is_episode = code_key(cut.episode.code) == code_key(match["episode"])
        if is_episode and code_key(cut.number) == code_key(match["cut"]):
            return cut, stage
    sentence = _("{production} has no cut {cut} in episode {episode}.")
    raise _Problem(sentence.format(production=production.code, cut=match["cut"], episode=match["episode"]))


def _sender(production: Production, cut: Cut, stage: str) -> User:
    """Return in whose name the folder is sent: who has the stage, or else somebody of the house who may upload."""
    row = cut.stages.filter(stage=stage).select_related("assignee").first()
    members = Membership.objects.filter(production=production, role__in=_UPLOADERS).select_related("user")
    ranked = sorted(members, key=lambda member: (_UPLOADERS.index(Role(member.role)), member.pk))
    candidates = [row.assignee] if row is not None and row.assignee is not None else []
    for user in (*candidates, *(member.user for member in ranked)):
        if access.allowed(user, Action.UPLOAD_TAKE, production, cut):
            return user
    raise NotAllowed(action=str(Action.UPLOAD_TAKE.label))


def _entries(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        entry
        for entry in folder.iterdir()
        if entry.name not in {_DONE, _PROBLEMS} and not entry.name.startswith(".") and not entry.is_symlink()
    )


def _is_settled(entry: Path, settled_s: float) -> bool:
    """Return whether nothing has changed for a while, by this machine's own clock (ctime: copies keep old mtimes)."""
    inside = [path for path in entry.rglob("*") if not path.is_symlink()]
    newest = max(path.stat().st_ctime for path in (entry, *inside))
    is_empty = entry.is_dir() and not any(path.is_file() for path in inside)
    wait_s = max(settled_s, _EMPTY_S) if is_empty and settled_s > 0 else settled_s
    return time.time() - newest >= wait_s


def _marker(entry: Path) -> Path:
    return entry.parent / _MARKERS / entry.name


def _marked(entry: Path) -> Upload | None:
    """Return the upload that was begun for a folder."""
    try:
        key = uuid.UUID(_marker(entry).read_text().strip())
    except (FileNotFoundError, ValueError):
        return None
    related = ("cut__episode__production", "submitted_by", "take")
    return Upload.objects.select_related(*related).filter(pk=key).first()


def _move(entry: Path, where: str, reason: str, upload: Upload | None = None) -> None:
    folder = entry.parent / where
    folder.mkdir(exist_ok=True)
    target, count = folder / entry.name, 1
    while target.exists():
        count += 1
        target = folder / f"{entry.name} ({count})"
    shutil.move(entry, target)
    report = target / "report.txt" if target.is_dir() else target.with_name(f"{target.name}.report.txt")
    report.write_text(_words(reason, upload), encoding="utf-8")
    _marker(entry).unlink(missing_ok=True)


def _words(reason: str, upload: Upload | None) -> str:
    lines = [reason]
    for line in upload.report if upload is not None else []:
        said = " ".join(problem["message"] for problem in line["problems"])
        lines.append(f"{line['path'] or '(all)'}: {line['status']}. {said}".rstrip())
    return "\n".join(lines) + "\n"


@contextmanager
def _alone(root: Path) -> Iterator[bool]:
    with (root / ".sakkan.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
