"""Configuration proves itself at start: what would fail at the first upload fails here, with the way out."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connection

# family of embedders -> how an operator comes by the file
_EMBEDDERS = {
    "openclip": "fetch it with python -m ml fetch-openclip MODEL PRETRAINED --out DIR",
    "dinov2": "convert the published .pth with python -m ml.embedders convert IN.pth OUT.safetensors",
}


@register()
def folders_are_writable(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every local folder that is written to must exist and take a file."""
    folders = [settings.VAR_DIR, settings.CACHE_DIR, settings.UPLOAD_DIR]
    if not str(settings.BLOBS).startswith("s3://"):
        folders.append(Path(settings.BLOBS))
    return [problem for folder in folders for problem in _try(Path(folder))]


def _try(folder: Path) -> list[CheckMessage]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return []
    except OSError as error:
        hint = "Give the user that runs Sakkan the right to write there, or set SAKKAN_VAR to another folder."
        return [Error(f"{folder} cannot be written to: {error}", hint=hint, id="sakkan.E001")]


@register("database")
def sqlite_is_in_wal(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A SQLite file that is not in WAL mode would lock web and worker against each other."""
    if connection.vendor != "sqlite" or not databases:
        return []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = str(cursor.fetchone()[0])
    if mode in {"wal", "memory"}:
        return []
    hint = "Put SAKKAN_VAR on a local disk; network folders cannot hold a SQLite database that several processes write."
    return [Error(f"The SQLite database is in {mode} mode instead of WAL.", hint=hint, id="sakkan.E002")]


@register()
def mail_leads_somewhere(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """People who asked for mail get none until a mail server is named; links in mail need the site's address."""
    if settings.EMAIL_BACKEND == "django.core.mail.backends.dummy.EmailBackend":
        hint = "Set SAKKAN_EMAIL_URL, for example smtp+tls://user:password@mail.example:587 (docs/operations.md)."
        return [
            Warning("Sakkan sends no mail: notices are shown in the page alone.", hint=hint, id="sakkan.W001")
        ]
    if "localhost" in settings.SITE_URL and not settings.DEBUG and "smtp" in settings.EMAIL_BACKEND:
        hint = "Set SAKKAN_SITE_URL to the address under which people open Sakkan."
        return [Warning("Links in mail lead to localhost.", hint=hint, id="sakkan.W002")]
    return []


@register()
def embedder_is_at_hand(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A name that nobody knows stops here; a file that is not on this machine is a warning: workers may have it."""
    name, weights = str(settings.EMBEDDER), str(settings.EMBEDDER_WEIGHTS or "")
    family, _colon, model = name.partition(":")
    if name != "hand" and (family not in _EMBEDDERS or not model):
        hint = "Set SAKKAN_EMBEDDER to hand, openclip:MODEL or dinov2:MODEL (docs/operations.md)."
        return [Error(f'There is no embedder "{name}".', hint=hint, id="sakkan.E003")]
    if name == "hand" or (weights and Path(weights).is_file()):
        return []
    where = f"There is no file at {weights}" if weights else "SAKKAN_EMBEDDER_WEIGHTS names no file"
    hint = (
        "Workers on this machine go on with the model that serves. Name the safetensors file of the model in "
        f"SAKKAN_EMBEDDER_WEIGHTS ({_EMBEDDERS[family]}), or leave this as it is where no worker runs."
    )
    return [Warning(f"{where}, but {name} needs one.", hint=hint, id="sakkan.W003")]
