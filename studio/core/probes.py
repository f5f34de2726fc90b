"""The kernel's own probes of health: queue, workers, devices, disk, database, backup, versions."""

from __future__ import annotations

import platform
import shutil
import sys
from datetime import datetime, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, Max, Min
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from studio.core import gauges, workers
from studio.core.choices import JobState
from studio.core.health import BAD, NOTE, OK, WARN, Finding, Section
from studio.core.models import Job, Worker

_WAITING_LONG_S = 60
_LITTLE_ROOM, _NO_ROOM = 0.1, 0.03
_FULL_SOON_DAYS = 14
_OLD_BACKUP_DAYS = 2
_LARGE_WAL_BYTES = 512 * 2**20
BACKUP_MARK = "last-backup"


def queue() -> Section:
    """Return what waits and runs, by kind, and whether anything is stuck."""
    now = timezone.now()
    jobs = Job.objects.order_by()
    running = jobs.filter(state=JobState.RUNNING)
    lost = running.filter(lease_until__lt=now).count()
    alive = running.filter(lease_until__gte=now).count()
    waiting = jobs.filter(state=JobState.QUEUED)
    oldest = waiting.aggregate(at=Min("created_at"))["at"]
    waited_s = int((now - oldest).total_seconds()) if oldest else 0
    recent = jobs.filter(state=JobState.FAILED, finished_at__gte=now - timedelta(days=1)).count()
    findings = [_stuck(waited_s, alive=alive, is_tended=alive > 0 or workers.living().exists()), _lost(lost)]
    if recent:
        findings.append(
            Finding(
                _("Failed in the last day"),
                str(recent),
                WARN,
                _("Open the jobs drawer, read why, and press retry once the cause is gone."),
                "jobs_failed",
            )
        )
    findings += [
        Finding(kind, _("%(waiting)d waiting, %(running)d running") % {"waiting": n, "running": m}, NOTE)
        for kind, n, m in _by_kind()
    ]
    last = jobs.aggregate(at=Max("finished_at"))["at"]
    findings.append(Finding(_("Last job ended"), _ago(last) if last else "–", NOTE))
    findings.append(Finding(_("Broker"), str(settings.CELERY_BROKER_URL).split(":", 1)[0], NOTE))
    return Section("queue", _("Queue"), findings)


def _stuck(waited_s: int, *, alive: int, is_tended: bool) -> Finding:
    name = _("Oldest waiting job")
    if waited_s > _WAITING_LONG_S and not is_tended:
        return Finding(
            name,
            _("The oldest job has waited %(seconds)d s and nobody works.") % {"seconds": waited_s},
            BAD,
            _("Start a worker; with “make run” it starts beside the web server."),
            "queue_stuck",
        )
    if waited_s > 15 * _WAITING_LONG_S:
        return Finding(
            name,
            _ago(timezone.now() - timedelta(seconds=waited_s)),
            WARN,
            _("The workers do not keep up. Start another one, or one on a machine with a GPU."),
            "queue_slow",
        )
    value = _("Nothing is stuck.") + (f" {waited_s} s" if waited_s else "")
    return Finding(name, value, OK, code="queue_ok")


def _lost(lost: int) -> Finding:
    if not lost:
        return Finding(_("Lost jobs"), "0")
    return Finding(
        _("Lost jobs"),
        ngettext("%(n)d job lost its worker.", "%(n)d jobs lost their workers.", lost) % {"n": lost},
        WARN,
        _("The reaper sends lost jobs again by itself; if that repeats, the worker runs out of memory."),
        "jobs_lost",
    )


def _by_kind() -> list[tuple[str, int, int]]:
    rows = (
        Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING])
        .order_by()
        .values_list("kind", "state")
        .annotate(n=Count("pk"))
    )
    found = {(kind, state): n for kind, state, n in rows}
    kinds = sorted({kind for kind, _state in found})
    return [(kind, found.get((kind, "queued"), 0), found.get((kind, "running"), 0)) for kind in kinds]


def workers_alive() -> Section:
    """Return which workers live, since when, and what they do; and those that went without a word."""
    alive = list(workers.living())
    busy: dict[str, list[str]] = {}
    for name, kind, subject in Job.objects.filter(
        state=JobState.RUNNING, lease_until__gte=timezone.now()
    ).values_list("worker", "kind", "subject"):
        busy.setdefault(name, []).append(f"{kind} {subject}".strip())
    findings = [
        Finding(
            worker.name,
            _("%(queues)s · %(slots)d at once · for %(since)s · %(work)s")
            % {
                "queues": ", ".join(worker.queues),
                "slots": worker.slots,
                "since": timesince(worker.started_at),
                "work": "; ".join(busy.get(worker.name, [])) or _("idle"),
            },
        )
        for worker in alive
    ]
    if not alive:
        findings.append(
            Finding(
                _("Workers"),
                _("none lives"),
                BAD,
                _("Start a worker; with “make run” it starts beside the web server."),
                "no_worker",
            )
        )
    else:
        findings += _unserved(alive)
    gone = Worker.objects.filter(stopped_at=None).exclude(pk__in=[worker.pk for worker in alive])
    findings += [
        Finding(
            worker.name,
            _("went without a word, last seen %(when)s") % {"when": _ago(worker.seen_at)},
            WARN if worker.seen_at > timezone.now() - timedelta(days=1) else NOTE,
            _("Look at its log, most often memory was short, and start it again."),
            "worker_gone",
        )
        for worker in gone
    ]
    return Section("workers", _("Workers"), findings)


def _unserved(alive: list[Worker]) -> list[Finding]:
    """Return the queues that no living worker listens to."""
    wanted = {str(queue) for _handler, queue in settings.JOB_HANDLERS.values()}
    missing = sorted(wanted - {queue for worker in alive for queue in worker.queues})
    return [
        Finding(
            _("Queue %(queue)s") % {"queue": queue},
            _("no worker listens"),
            BAD,
            _("Start a worker with -Q %(queue)s.") % {"queue": queue},
            "queue_unserved",
        )
        for queue in missing
    ]


def devices() -> Section:
    """Return what the workers told of the devices that they compute on."""
    findings = []
    for worker in workers.living().exclude(engine={}):
        engine = worker.engine
        findings.append(
            Finding(
                _("%(device)s of %(worker)s") % {"device": engine.get("device", ""), "worker": worker.name},
                " · ".join(_engine_words(engine)),
                NOTE,
            )
        )
        if settings.COMPUTE_DEVICE == "cuda" and engine.get("device") != "cuda":
            findings.append(
                Finding(
                    worker.name,
                    _("no GPU seen"),
                    BAD,
                    _(
                        "SAKKAN_DEVICE asks for CUDA. Check the driver with nvidia-smi, then restart the worker."
                    ),
                    "no_gpu",
                )
            )
    if not findings:
        findings.append(Finding(_("Devices"), _("No worker has looked at a picture since it started."), NOTE))
    findings.append(Finding(_("Asked for"), str(settings.COMPUTE_DEVICE), NOTE))
    return Section("devices", _("Devices"), findings)


def _engine_words(engine: dict[str, str]) -> list[str]:
    words = [str(engine[key]) for key in ("device_name", "model_id") if engine.get(key)]
    free, total = engine.get("memory_free"), engine.get("memory_total")
    if total:
        room = {"free": filesizeformat(int(free or 0)), "total": filesizeformat(int(total))}
        words.append((_("%(free)s of %(total)s memory free") if free else _("%(total)s memory")) % room)
    return words


def disk() -> Section:
    """Return how much room is left, and how long it will last."""
    folder = Path(settings.VAR_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    usage = shutil.disk_usage(folder)
    share = usage.free / usage.total
    state = BAD if share < _NO_ROOM else WARN if share < _LITTLE_ROOM else OK
    room = {"free": filesizeformat(usage.free), "total": filesizeformat(usage.total)}
    findings = [
        Finding(
            _("Free"),
            _("%(free)s of %(total)s free") % room,
            state,
            _(
                "Uploads stop when it is full; nothing is lost then. Make room or move the data folder (SAKKAN_VAR)."
            )
            if state != OK
            else "",
            "disk",
        )
    ]
    for name, label in ((gauges.DATA, _("Data folder")), (gauges.BLOBS, _("Stored files"))):
        if last := gauges.newest(name):
            findings.append(Finding(label, filesizeformat(last.value), NOTE))
    findings += _growth(usage.free)
    return Section("disk", _("Disk"), findings)


def _growth(free: int) -> list[Finding]:
    growth = gauges.growth_per_day(gauges.DATA)
    if growth is None:
        return [Finding(_("Growth"), _("known after two days of measuring"), NOTE)]
    if growth <= 0:
        return [Finding(_("Growth"), _("none"), NOTE)]
    days = int(free / growth)
    is_soon = days < _FULL_SOON_DAYS
    words = _("%(size)s a day; room for %(days)d days") % {"size": filesizeformat(growth), "days": days}
    return [
        Finding(
            _("Growth"),
            words,
            WARN if is_soon else OK,
            _("Plan for more room now, before uploads stop.") if is_soon else "",
            "disk_growth",
        )
    ]


def database() -> Section:
    """Return whether the database is as it should be: WAL for SQLite, no migration open."""
    findings = [_mode(), *_size(), _migrations()]
    return Section("database", _("Database"), findings)


def _mode() -> Finding:
    if connection.vendor != "sqlite":
        return Finding(_("Kind"), connection.vendor)
    with connection.cursor() as cursor:
        mode = str(cursor.execute("PRAGMA journal_mode").fetchone()[0])
    if mode in {"wal", "memory"}:
        return Finding(_("Kind"), f"SQLite, {mode.upper()}")
    return Finding(
        _("Kind"),
        f"SQLite, {mode}",
        BAD,
        _(
            "SQLite is not in WAL mode: web and worker will block each other. Put the data folder on a local disk."
        ),
        "no_wal",
    )


def _size() -> list[Finding]:
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return [Finding(_("Size"), filesizeformat(cursor.fetchone()[0]), NOTE)]
    path = Path(str(connection.settings_dict["NAME"]))
    log_path = path.with_name(f"{path.name}-wal")
    size = path.stat().st_size if path.exists() else 0
    log_size = log_path.stat().st_size if log_path.exists() else 0
    is_large = log_size > _LARGE_WAL_BYTES
    return [
        Finding(_("Size"), filesizeformat(size), NOTE),
        Finding(
            _("Write-ahead log"),
            filesizeformat(log_size),
            WARN if is_large else OK,
            _("Something reads without end and keeps it from being folded in. Restart web and worker.")
            if is_large
            else "",
            "wal_large",
        ),
    ]


def open_migrations() -> list[str]:
    """Return the migrations that are not applied."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def _migrations() -> Finding:
    waiting = open_migrations()
    if not waiting:
        return Finding(_("Migrations"), _("all applied"))
    return Finding(
        _("Migrations"),
        ", ".join(waiting[:6]),
        BAD,
        _("Run “python manage.py migrate”, then restart web and worker."),
        "migrations_open",
    )


def backup() -> Section:
    """Return when the last backup was made, where the backup leaves a mark."""
    mark = Path(settings.VAR_DIR) / BACKUP_MARK
    how = _(
        "Let “python manage.py backup FOLDER” run every night. A script of your own touches “%(file)s” in the data"
        " folder when it is done."
    )
    if not mark.exists():
        missing = Finding(
            _("Last backup"), _("none is known of"), WARN, how % {"file": BACKUP_MARK}, "no_backup"
        )
        return Section("backup", _("Backup"), [missing])
    made = datetime.fromtimestamp(mark.stat().st_mtime, tz=timezone.get_current_timezone())
    is_old = made < timezone.now() - timedelta(days=_OLD_BACKUP_DAYS)
    finding = Finding(
        _("Last backup"),
        _ago(made),
        WARN if is_old else OK,
        _("Look why the backup did not run, and run it by hand once.") if is_old else "",
        "old_backup" if is_old else "",
    )
    return Section("backup", _("Backup"), [finding])


def versions() -> Section:
    """Return what runs here."""
    rows = [
        ("Python", sys.version.split()[0]),
        ("Django", django.get_version()),
        (_("System"), f"{platform.system()} {platform.machine()}"),
    ]
    return Section("versions", _("Versions"), [Finding(name, value, NOTE) for name, value in rows])


def _ago(at: object) -> str:
    return _("%(time)s ago") % {"time": timesince(at)}  # type: ignore[arg-type]
