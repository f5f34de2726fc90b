"""Probes of the check: the model that the workers have, and the memory banks that were compiled by it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assets.choices import SheetState
from assets.models import ModelSheet
from qa.checks.base import CODE_VERSION
from qa.choices import EncoderState
from qa.model_status import newest_change
from qa.models import CheckRun, Encoder, MemoryBank
from studio.core import workers
from studio.core.choices import JobState
from studio.core.health import BAD, NOTE, OK, WARN, Finding, Section
from studio.core.storage import blobs

_CHUNK_BYTES = 4 * 2**20


def models() -> Section:
    """Return which model serves, whether its file is the one it was, and how far a change to another one is."""
    told = workers.engine_model(list(workers.living()))
    row = Encoder.objects.filter(state=EncoderState.SERVING).first()
    serving = row.model_id if row else told
    findings = [
        Finding(_("Embedder in the settings"), str(settings.EMBEDDER), NOTE),
        Finding(_("Model that serves"), serving or _("not told yet; it is told after the first check"), NOTE),
    ]
    if row is not None:
        findings += _change(row)
    embedder, path = (
        (row.embedder, row.weights) if row else (settings.EMBEDDER, settings.EMBEDDER_WEIGHTS or "")
    )
    findings += _weights(str(embedder), str(path), serving)
    return Section("models", _("Models"), findings)


def _change(serving: Encoder) -> list[Finding]:
    """The change to the model of the settings: under way, failed, put aside, or about to begin."""
    wish = (str(settings.EMBEDDER), str(settings.EMBEDDER_WEIGHTS or ""))
    if wish == (serving.embedder, serving.weights):
        return []
    name, job = _("Change of the model"), newest_change()
    if Encoder.objects.filter(embedder=wish[0], weights=wish[1], held=True).exists():
        words = _("to %(model)s, put aside by hand") % {"model": wish[0]}
        do = _("“python manage.py reembed” takes it again; else name the model that serves in the settings.")
        return [Finding(name, words, WARN, do, "model_held")]
    if job is None or (job.params["embedder"], job.params["weights"]) != wish or job.state == JobState.DONE:
        do = _(
            "A worker begins it within a minute, or “python manage.py reembed” does; the old model serves until then."
        )
        return [Finding(name, _("to %(model)s, not begun") % {"model": wish[0]}, WARN, do, "model_waits")]
    counts = {"model": wish[0], "done": job.done_count, "total": job.total_count, "percent": job.percent}
    if job.state in {JobState.FAILED, JobState.CANCELLED}:
        words = _("to %(model)s, stopped at %(done)d of %(total)d") % counts
        reason = str(job.error_data.get("reason", ""))
        do = _("The old model serves on. When it is put right, “python manage.py reembed” goes on.")
        return [Finding(name, words, BAD, f"{reason} {do}".strip(), "model_failed")]
    words = _("to %(model)s, %(done)d of %(total)d (%(percent)d %%)") % counts
    return [
        Finding(
            name, words, NOTE, _("The old model serves until the new one has everything."), "model_changes"
        )
    ]


def _weights(embedder: str, file: str, serving: str) -> list[Finding]:
    name, path = _("Weights"), Path(file)
    if embedder == "hand":
        words = _(
            "“%(name)s” needs none. OpenCLIP and DINOv2 are optional; their weights are under their own licence."
        )
        return [Finding(name, words % {"name": embedder}, OK, code="weights")]
    if not file or not path.is_file():
        do = _(
            "Put the file there, or name it in SAKKAN_EMBEDDER_WEIGHTS. “python -m ml fetch-openclip” fetches "
            "weights of OpenCLIP, “python -m ml.embedders convert” turns DINOv2's .pth into one."
        )
        return [Finding(name, _("no file at %(path)s") % {"path": path}, BAD, do, "weights_missing")]
    stated = serving.partition("@")[2].partition("/")[0]
    actual = sha256_of(path, path.stat().st_mtime_ns)[:12]
    size = filesizeformat(path.stat().st_size)
    is_other = bool(stated) and stated != actual
    do = (
        _(
            "The file is not the one that the serving model was loaded from. Put the old file back and name the "
            "new one by a path of its own."
        )
        if is_other
        else ""
    )
    return [
        Finding(
            name,
            f"{size}, sha256 {actual}…",
            BAD if is_other else OK,
            do,
            "weights_differ" if is_other else "",
        ),
        Finding(
            _("Licence of the weights"), _("as their publisher says; check it before use in production"), NOTE
        ),
    ]


_KNOWN: dict[tuple[Path, int], str] = {}


def sha256_of(path: Path, changed_ns: int) -> str:
    """Return the checksum of a file, read once for each time it changes."""
    if (path, changed_ns) not in _KNOWN:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
        _KNOWN[path, changed_ns] = digest.hexdigest()
    return _KNOWN[path, changed_ns]


def banks() -> Section:
    """Return how many approved sheets have a bank of the present model, and which are out of date."""
    maker = present_maker()
    approved = ModelSheet.objects.filter(state=SheetState.APPROVED)
    total, missing = approved.count(), sheets_without_bank(maker).count()
    findings = [Finding(_("Approved sheets"), str(total), NOTE)]
    if not maker:
        findings.append(Finding(_("Banks"), _("none compiled yet"), NOTE))
        return Section("banks", _("Memory banks"), findings)
    words = _("%(n)d of %(total)d by the present model") % {"n": total - missing, "total": total}
    do = (
        ngettext(
            "%(n)d sheet is compiled at its next check. Press “Compile anew” to do it now.",
            "%(n)d sheets are compiled at their next check. Press “Compile anew” to do it now.",
            missing,
        )
        % {"n": missing}
        if missing
        else ""
    )
    findings.append(
        Finding(_("Banks"), words, WARN if missing else OK, do, "banks_missing" if missing else "")
    )
    stale = MemoryBank.objects.exclude(model_id=maker).count()
    findings.append(Finding(_("Of other models or versions"), str(stale), NOTE))
    findings += _damaged(maker)
    action = ("banks_rebuild", _("Compile anew")) if missing else None
    return Section("banks", _("Memory banks"), findings, action)


def _damaged(maker: str) -> list[Finding]:
    rows = MemoryBank.objects.filter(model_id=maker, sheet__state=SheetState.APPROVED).order_by("-built_at")
    gone = [row for row in rows.values_list("sha256", flat=True)[:200] if not blobs().exists(row)]
    if not gone:
        return []
    do = _(
        "They are compiled anew at the next check; if more are missing, restore the stored files from the backup."
    )
    return [Finding(_("Bank files missing"), str(len(gone)), WARN, do, "bank_files")]


def present_maker() -> str:
    """Return under which name banks are kept now: by the model that serves, else by what workers and rows tell."""
    serving = Encoder.objects.filter(state=EncoderState.SERVING).first()
    if serving is not None:
        return f"{serving.model_id}#{CODE_VERSION}"
    loaded = workers.engine_model(list(workers.living()))
    if loaded:
        return f"{loaded}#{CODE_VERSION}"
    newest = MemoryBank.objects.order_by("-built_at").values_list("model_id", flat=True).first()
    if newest:
        return f"{newest.partition('#')[0]}#{CODE_VERSION}"
    run = CheckRun.objects.order_by("-pk").values_list("model_id", flat=True).first()
    return f"{run}#{CODE_VERSION}" if run else ""


def sheets_without_bank(maker: str) -> QuerySet[ModelSheet]:
    """Return the approved sheets that have no bank of this maker."""
    have = MemoryBank.objects.filter(model_id=maker).values("sheet")
    return ModelSheet.objects.filter(state=SheetState.APPROVED).exclude(pk__in=have)
