"""The qa app."""

from __future__ import annotations

from django.apps import AppConfig


class QaConfig(AppConfig):
    """Registers the models of `qa`."""

    name = "qa"
