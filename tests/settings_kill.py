"""Settings of the workers that tests/flows/test_kill_workers.py kills: private queues, an engine that can be hit."""

from __future__ import annotations

from studio.config import settings as real

globals().update({name: getattr(real, name) for name in dir(real) if name.isupper()})

_PREFIX = real.VAR_DIR.name
COMPUTE = "tests.flows.kill_stage.SlowCompute"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
JOB_HANDLERS = {kind: (handler, f"{_PREFIX}-{name}") for kind, (handler, name) in real.JOB_HANDLERS.items()}
CELERY_TASK_DEFAULT_QUEUE = f"{_PREFIX}-cpu"
CELERY_BEAT_SCHEDULE = {"reap": {"task": "studio.core.tasks.reap", "schedule": 1}}
if real.ENV.broker_url.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 24 * 3600, "global_keyprefix": f"{_PREFIX}-"}
