"""The kernel as a Django app, labelled `core`."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the kernel's models and system checks."""

    name = "studio.core"
    label = "core"
    verbose_name = "Sakkan"

    def ready(self) -> None:
        """Register the system checks."""
        from studio.core import checks  # noqa: F401, PLC0415  (registering is the purpose)
