"""Reads the environment once, frozen. No other module looks at `os.environ`."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Env:
    """Everything that an operator may set, with the embedded default (see docs/operations.md)."""

    debug: bool
    secret_key: str
    allowed_hosts: tuple[str, ...]
    csrf_trusted_origins: tuple[str, ...]
    https: bool
    var_dir: Path
    database_url: str
    broker_url: str
    blob_url: str
    s3_endpoint_url: str
    embedder: str
    embedder_weights: str
    device: str
    rife_weights: str
    job_lease_s: int
    watch_dir: str
    max_upload_mb: int
    log_level: str
    language: str
    time_zone: str
    site_url: str
    email_url: str
    mail_from: str
    digest_hour: int
    webhook_allow_private: bool
    pdf_font: str


def _secret_key(var_dir: Path) -> str:
    """Return the key of this installation, made once and kept beside its data with mode 0600."""
    path = var_dir / "secret_key"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        key = secrets.token_urlsafe(50)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(key)
    return path.read_text().strip()


def read() -> Env:
    """Return the frozen environment."""
    env = environ.Env()
    var_dir = Path(env.str("SAKKAN_VAR", str(BASE_DIR / "var"))).resolve()
    return Env(
        debug=env.bool("SAKKAN_DEBUG", False),
        secret_key=env.str("SAKKAN_SECRET_KEY", "") or _secret_key(var_dir),
        allowed_hosts=tuple(env.list("SAKKAN_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])),
        csrf_trusted_origins=tuple(env.list("SAKKAN_ORIGINS", default=[])),
        https=env.bool("SAKKAN_HTTPS", False),
        var_dir=var_dir,
        database_url=env.str("SAKKAN_DATABASE_URL", f"sqlite:///{var_dir / 'sakkan.sqlite3'}"),
        broker_url=env.str("SAKKAN_BROKER_URL", "filesystem://"),
        blob_url=env.str("SAKKAN_BLOBS", str(var_dir / "blobs")),
        s3_endpoint_url=env.str("SAKKAN_S3_ENDPOINT", ""),
        embedder=env.str("SAKKAN_EMBEDDER", "hand"),
        embedder_weights=env.str("SAKKAN_EMBEDDER_WEIGHTS", ""),
        device=env.str("SAKKAN_DEVICE", "auto"),
        rife_weights=env.str("SAKKAN_RIFE_WEIGHTS", ""),
        job_lease_s=env.int("SAKKAN_JOB_LEASE_S", 120),
        watch_dir=env.str("SAKKAN_WATCH_DIR", ""),
        max_upload_mb=env.int("SAKKAN_MAX_UPLOAD_MB", 4096),
        log_level=env.str("SAKKAN_LOG_LEVEL", "INFO"),
        language=env.str("SAKKAN_LANGUAGE", "en"),
        time_zone=env.str("SAKKAN_TIME_ZONE", "UTC"),
        site_url=env.str("SAKKAN_SITE_URL", "http://localhost:8000").rstrip("/"),
        email_url=env.str("SAKKAN_EMAIL_URL", ""),
        mail_from=env.str("SAKKAN_MAIL_FROM", "Sakkan <sakkan@localhost>"),
        digest_hour=env.int("SAKKAN_DIGEST_HOUR", 8) % 24,
        webhook_allow_private=env.bool("SAKKAN_WEBHOOK_ALLOW_PRIVATE", False),
        pdf_font=env.str("SAKKAN_PDF_FONT", ""),
    )


ENV = read()
