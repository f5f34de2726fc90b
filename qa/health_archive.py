"""The probe of the archive: whether "find drawings like this" knows every drawing."""

from __future__ import annotations

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from qa import archive_state
from qa.choices import EncoderState
from qa.models import Encoder
from studio.core.choices import JobState
from studio.core.errors import StudioError
from studio.core.health import BAD, NOTE, OK, WARN, Finding, Section
from studio.core.models import Job

_ACTION = "archive_rebuild"


def archive() -> Section:
    """Return how many drawings the index knows, whether the database is ahead of it, and how its update is going."""
    serving = Encoder.objects.filter(state=EncoderState.SERVING).first()
    name, built, newest = _("Index"), archive_state.last_built(), archive_state.newest_job()
    title, action = _("Archive of drawings"), (_ACTION, _("Build anew"))
    if serving is None:
        return Section(
            "archive", title, [Finding(name, _("none yet; it is built after the first check"), NOTE)]
        )
    findings = []
    if built is None:
        do = _("A worker begins it within a minute. Until then “find drawings like this” finds little.")
        findings.append(Finding(name, _("not built yet"), NOTE, do, "archive_missing"))
    else:
        facts = built.result
        words = _("%(n)d pictures of %(productions)d productions, %(size)s") % {
            "n": facts["rows"],
            "productions": facts["productions"],
            "size": filesizeformat(facts["bytes"]),
        }
        findings.append(Finding(name, words))
        findings.append(_freshness(serving, newest))
    if newest is not None and newest.state == JobState.FAILED:
        reason = StudioError(newest.error_code, **newest.error_data).message
        do = _("What was found before is still found. Put it right, then press “Build anew”.")
        findings.append(Finding(_("Last update"), reason, BAD, do, "archive_failed"))
    return Section("archive", title, findings, action)


def _freshness(serving: Encoder, newest: Job | None) -> Finding:
    if not archive_state.is_stale(serving.model_id):
        return Finding(_("Up to date"), _("yes"), OK)
    if newest is not None and newest.state in {JobState.QUEUED, JobState.RUNNING}:
        words = _("%(done)d of %(total)d") % {"done": newest.done_count, "total": newest.total_count}
        return Finding(_("Being brought up to date"), words, NOTE)
    state = WARN if newest is not None and archive_state.failed_lately(newest) else NOTE
    do = _("New drawings are found after the next update; a worker begins it within a minute.")
    return Finding(_("Up to date"), _("no"), state, do, "archive_stale")
