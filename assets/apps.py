"""The assets app."""

from __future__ import annotations

from django.apps import AppConfig


class AssetsConfig(AppConfig):
    """Registers the models of `assets`."""

    name = "assets"
