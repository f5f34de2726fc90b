"""The top of the import order: imports everyone, imported by nobody.

The Celery application is made here, so that web process, commands and workers all send to the same broker.
"""

from studio.config.celery import app as celery_app

__all__ = ["celery_app"]
