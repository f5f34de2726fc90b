"""Settings of bench/pipeline.py: the real ones, an engine that tells decoding apart, and no broker to send to."""

from __future__ import annotations

from studio.config import settings as real

globals().update({name: getattr(real, name) for name in dir(real) if name.isupper()})

COMPUTE = "bench.pipeline_studio.TimedCompute"
CELERY_BROKER_URL = "memory://localhost"
