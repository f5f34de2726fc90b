"""Django's settings, made from the environment alone."""

from __future__ import annotations

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from studio.config.env import BASE_DIR, ENV

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENV.csrf_trusted_origins)
VAR_DIR = ENV.var_dir
ROOT_URLCONF = "studio.config.urls"
WSGI_APPLICATION = "studio.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "knox",
    "axes",
    "csp",
    "studio.core",
    "assets",
    "qa",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "studio.core.middleware.PersonLanguageMiddleware",
    "assets.middleware.KeptRolesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "studio.core.middleware.StudioErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "studio.config.context.frame",
            ],
        },
    },
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AXES_VERBOSE = False
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]

DATABASES = {"default": environ.Env.db_url_config(ENV.database_url)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Deferred transactions fail with "database is locked" when two writers upgrade; see docs/adr/0002.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "studio.core.static_storage.HashedFiles"},
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS: list[Path] = []
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_NUMBER_FILES = 5_000

# --- the four doors -------------------------------------------------------------------------------
BLOBS = ENV.blob_url
BLOBS_S3_ENDPOINT = ENV.s3_endpoint_url
COMPUTE = "studio.core.compute.LocalCompute"
ARCHIVE = "studio.core.compute.LocalArchive"
DRAFTING = "studio.core.drafts.LocalDrafting"
CLEANING = "studio.core.cleaning.LocalCleaning"
# Other in-betweeners behind the same door: name -> (door, weights that the operator installed; empty: not offered).
DRAFTING_OTHERS = {"rife": ("studio.core.drafts.RifeDrafting", ENV.rife_weights)}
EMBEDDER = ENV.embedder
EMBEDDER_WEIGHTS = ENV.embedder_weights
COMPUTE_DEVICE = ENV.device
CACHE_DIR = VAR_DIR / "cache"
UPLOAD_DIR = VAR_DIR / "uploads"
WATCH_DIR = ENV.watch_dir
PDF_FONT = ENV.pdf_font
MAX_UPLOAD_BYTES = ENV.max_upload_mb * 1024 * 1024
JOB_LEASE_S = ENV.job_lease_s
JOB_MAX_ATTEMPTS = 5
# kind of job -> (handler, queue). The database row is the truth; Celery only carries its id.
JOB_HANDLERS = {
    "assets.intake_take": ("assets.services.uploads.intake_take", "io"),
    "assets.intake_set": ("assets.services.intake_sets.intake_set", "io"),
    "assets.draw_inbetweens": ("assets.services.derived_jobs.draw_inbetweens", "gpu"),
    "assets.clean_up": ("assets.services.derived_jobs.clean_up", "gpu"),
    "assets.learn_line_style": ("assets.services.line_styles.learn_from", "gpu"),
    "qa.check_take": ("qa.services.runs.check_take", "gpu"),
    "qa.build_bank": ("qa.services.embeddings.build_bank", "gpu"),
    "qa.reembed": ("qa.services.reembedding.reembed", "gpu"),
    "qa.archive": ("qa.services.archive.build", "gpu"),
    "qa.find": ("qa.services.finding.find", "cpu"),
    "qa.forget": ("qa.services.forgetting.forget", "cpu"),
}
# Told of every job that ends as failed, in the transaction that ends it.
JOB_FAILED_HOOK = "assets.services.news.job_failed"
# Who keeps vectors says how many show certain pictures, so that a withdrawal can count them.
RIGHTS_TRACES = ["qa.traces.count"]
# Which models serve the whole studio, as (key in the register, action of the gate): they belong to every audit.
RIGHTS_SERVING = ["qa.services.rights.serving"]
# The words for a retake's reason stand above `assets`, which only keeps the code.
NOTICE_REASONS = "qa.choices.RetakeReason"

# What the health page looks at, in its order; each part of the studio adds its own.
HEALTH_PROBES = [
    "studio.core.probes.queue",
    "studio.core.probes.workers_alive",
    "studio.core.probes.devices",
    "qa.health.models",
    "qa.health.banks",
    "qa.health_archive.archive",
    "studio.core.probes.disk",
    "assets.health.storage",
    "studio.core.probes.database",
    "assets.health.messages",
    "studio.core.probes.backup",
    "studio.core.probes.versions",
]

# How long the overview's charts of past weeks may be kept, in seconds.
OVERVIEW_HISTORY_S = 60

# Whose logins `serve` prints and the sign-in page offers; empty unless the demo is loaded.
DEMO_LOGINS = "qa.demo.people.logins"

CELERY_BROKER_URL = ENV.broker_url
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "cpu"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# The reaper re-sends what a dead worker held, so a short wait for the broker is enough.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.2}
CELERY_BEAT_SCHEDULE = {
    "reap": {"task": "studio.core.tasks.reap", "schedule": max(2, JOB_LEASE_S // 4)},
    "watch": {"task": "assets.tasks.watch", "schedule": 5},
    "measure": {"task": "studio.core.tasks.measure", "schedule": 3600},
    "follow-model": {"task": "qa.tasks.follow_model", "schedule": 30},
    "follow-archive": {"task": "qa.tasks.follow_archive", "schedule": 60},
    "clear-searches": {"task": "qa.tasks.clear_searches", "schedule": 3600},
    "clear-uploads": {"task": "assets.tasks.clear_uploads", "schedule": 86_400},
    "audit-rights": {"task": "assets.tasks.audit_rights", "schedule": 86_400},
    "clear-notices": {"task": "assets.tasks.clear_notices", "schedule": 86_400},
    # Soon after midnight, so that a withdrawal counts from its first day; both may run twice without harm.
    "follow-withdrawals": {
        "task": "assets.tasks.follow_withdrawals",
        "schedule": crontab(minute="5", hour="0,6,12,18"),
    },
    "tell-due": {"task": "assets.tasks.tell_due", "schedule": crontab(minute="20", hour="7")},
    # What the message after a commit did not reach: a broker that was away, a try that is due again.
    "mail": {"task": "assets.tasks.send_mail", "schedule": 30, "options": {"queue": "io"}},
    "webhooks": {"task": "assets.tasks.send_webhooks", "schedule": 15, "options": {"queue": "io"}},
    # Four tries within the hour; whoever has their daily mail is not sent another.
    "digest": {
        "task": "assets.tasks.send_digests",
        "schedule": crontab(hour=ENV.digest_hour, minute="0,15,30,45"),
        "options": {"queue": "io"},
    },
}
CELERY_TIMEZONE = ENV.time_zone
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
if ENV.broker_url.startswith("filesystem"):
    _queue = VAR_DIR / "queue"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "processed_folder": str(_queue / "processed"),
        "control_folder": str(_queue / "control"),
        "store_processed": False,
    }
    for _folder in ("messages", "processed", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
elif ENV.broker_url.startswith("redis"):
    # Longer than any lease: our own reaper decides what is lost, Redis must not start a second run.
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 24 * 3600}

# --- mail and other systems ------------------------------------------------------------------------
SITE_URL = ENV.site_url
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if ENV.email_url:
    vars().update(environ.Env.email_url_config(ENV.email_url))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = ENV.mail_from
DIGEST_HOUR = ENV.digest_hour
WEBHOOK_ALLOW_PRIVATE = ENV.webhook_allow_private

# --- words, time, logs ----------------------------------------------------------------------------
USE_I18N = True
LANGUAGE_CODE = ENV.language
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "studio.config.formats"
USE_TZ = True
TIME_ZONE = ENV.time_zone
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
    "loggers": {
        "faiss.loader": {"level": "WARNING"},
        "kombu.connection": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}

# --- API ------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "knox.auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "studio.core.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "studio.core.api.exception_handler",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_TTL": None, "AUTH_HEADER_PREFIX": "Token", "TOKEN_LIMIT_PER_USER": 20}
SPECTACULAR_SETTINGS = {
    "TITLE": "Sakkan API",
    "VERSION": "1",
    "DESCRIPTION": "Everything that a page can do. Errors have one shape: code, message, data.",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENFORCE_NON_BLANK_FIELDS": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    # Several choice sets are called "state" or "decision"; each has one name in the schema.
    "ENUM_NAME_OVERRIDES": {
        "StageStatusEnum": "assets.choices.StageStatus",
        "SheetStateEnum": "assets.choices.SheetState",
        "NoticeKindEnum": "assets.choices.NoticeKind",
        "SheetDrawingKindEnum": "assets.choices.SheetDrawingKind",
        "UploadStateEnum": "assets.choices.UploadState",
        "JobStateEnum": "studio.core.choices.JobState",
        "RunStateEnum": "qa.choices.RunState",
        "RetakeStateEnum": "qa.choices.RetakeState",
        "DecisionEnum": "qa.choices.Decision",
        "GivenDecisionEnum": "qa.api.serializers.GIVEN",
        "ReasonEnum": "qa.choices.RetakeReason",
        "WaiverReasonEnum": "assets.choices_rights.WaiverReason",
        "ModelFamilyEnum": "assets.choices_rights.ModelFamily",
        "GateActionEnum": "assets.api.rights_shapes.ACTIONS",
        "OnRevokeEnum": "assets.choices_rights.OnRevoke",
        "HolderKindEnum": "assets.choices_rights.HolderKind",
        "EvidenceKindEnum": "assets.choices_rights.EvidenceKind",
        "TaskKindEnum": "assets.choices_rights.TaskKind",
        "DueKindEnum": "assets.rights.due.DueKind",
        "DerivedKindEnum": "assets.choices.DerivedKind",
        "DerivedStateEnum": "assets.choices.DerivedState",
        "DraftStateEnum": "assets.choices.DraftState",
        "EngineAnswerEnum": "assets.services.engines.ANSWERS",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "studio.core.api.document_errors",
    ],
}

# --- security -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ENV.https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SILENCED_SYSTEM_CHECKS: list[str] = []
