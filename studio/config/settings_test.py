"""Settings of the tests: the real ones, with a private folder, a fast hasher and no lock-out."""

from __future__ import annotations

import tempfile
from pathlib import Path

from studio.config.env import ENV
from studio.config.settings import *
from studio.config.settings import DATABASES, STORAGES

VAR_DIR = Path(tempfile.mkdtemp(prefix="sakkan-test-"))
BLOBS = str(VAR_DIR / "blobs")
CACHE_DIR = VAR_DIR / "cache"
UPLOAD_DIR = VAR_DIR / "uploads"
WATCH_DIR = str(VAR_DIR / "watch")
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir()
OVERVIEW_HISTORY_S = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
ALLOWED_HOSTS = ["*"]
CELERY_BROKER_URL = "memory://" if ENV.broker_url.startswith("filesystem") else ENV.broker_url
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, as in real life: in memory the threads of the live server would share one connection and its transaction.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
