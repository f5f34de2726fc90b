"""The web application for gunicorn."""

from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.config.settings")
application = get_wsgi_application()
# What is loaded now stays: a collection that walks all of it again held up every fifth page for 150 ms.
gc.collect()
gc.freeze()
