"""Pixels to measurements: plain Python and arrays, without Django, Celery or a database."""
