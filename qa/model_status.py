"""How the models of the picture engine stand, as the command and the health page tell it. Reads rows alone."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from qa.choices import EncoderState, RunState
from qa.models import CheckRun, Embedding, Encoder, MemoryBank
from studio.core.choices import JobState
from studio.core.models import Job

_KIND = "qa.reembed"


def facts() -> dict[str, Any]:
    """Return what the settings wish, every model with its counts, and the newest change."""
    wish = {"embedder": str(settings.EMBEDDER), "weights": str(settings.EMBEDDER_WEIGHTS or "")}
    rows = [_row(encoder) for encoder in Encoder.objects.order_by("-served_at", "pk")]
    job, serving = newest_change(), Encoder.objects.filter(state=EncoderState.SERVING).first()
    others = CheckRun.objects.filter(state=RunState.CURRENT)
    return {
        "settings": wish,
        "models": rows,
        "change": _change(job) if job else None,
        "runs_of_others": others.exclude(model_id=serving.model_id).count() if serving else 0,
    }


def newest_change() -> Job | None:
    """Return the newest job that changes the model."""
    return Job.objects.filter(kind=_KIND).order_by("-created_at").first()


def _row(encoder: Encoder) -> dict[str, Any]:
    banks = MemoryBank.objects.filter(model_id__startswith=f"{encoder.model_id}#")
    runs = CheckRun.objects.filter(model_id=encoder.model_id, state=RunState.CURRENT)
    return {
        "model_id": encoder.model_id,
        "state": str(encoder.state),
        "embedder": encoder.embedder,
        "weights": encoder.weights,
        "held": encoder.held,
        "served_at": encoder.served_at.isoformat(timespec="seconds") if encoder.served_at else None,
        "vectors": Embedding.objects.filter(model_id=encoder.model_id).count(),
        "banks": banks.count(),
        "present_runs": runs.count(),
    }


def _change(job: Job) -> dict[str, Any]:
    return {
        "job": str(job.pk),
        "state": str(job.state),
        "embedder": job.params["embedder"],
        "done": job.done_count,
        "total": job.total_count,
        "percent": job.percent,
        "seconds": round(job.seconds, 1),
        "worker": job.worker,
        "reason": str(job.error_data.get("reason", job.error_code)),
        "result": job.result,
    }


def lines(found: dict[str, Any]) -> list[str]:
    """Return the same for a terminal."""
    wish, change = found["settings"], found["change"]
    told = [f"settings  {wish['embedder']}  {wish['weights']}".rstrip()]
    told += [_line(row) for row in found["models"]] or ["no model has served yet; the first check loads one"]
    if change:
        told.append(_change_line(change))
    if others := found["runs_of_others"]:
        told.append(
            f"{others} present checks are of another model; `manage.py reembed --recheck` does them again"
        )
    return told


def _line(row: dict[str, Any]) -> str:
    held = ", put aside by hand" if row["held"] else ""
    counts = f"{row['vectors']} vectors, {row['banks']} banks, {row['present_runs']} present checks"
    return f"{row['state']:<9} {row['model_id']}  {counts}{held}"


def _change_line(change: dict[str, Any]) -> str:
    told = f"change    to {change['embedder']}: {change['state']}, {change['done']} of {change['total']}"
    told += f" ({change['percent']} %), {change['seconds']} s of work"
    if change["state"] == JobState.FAILED:
        told += f"; {change['reason']}. Put it right, then `manage.py reembed`"
    if change["state"] == JobState.DONE and change["result"]:
        told += (
            f"; limits changed on {change['result']['limits_changed']} of {change['result']['banks']} sheets"
        )
    return told
