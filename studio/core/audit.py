"""The door to the audit log: who did what, before and after, in the transaction of the change."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from studio.core.models import AuditEvent, User


def record(
    *,
    actor: User | None,
    verb: str,
    target: models.Model,
    production_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEvent:
    """Write one event. `actor` None means the system itself.

    A target whose own name must be erasable says under what name the log keeps it (`log_name`).

    Raises:
        AssertionError: outside a transaction: an event must stand or fall with its change.
    """
    assert connection.in_atomic_block, "audit.record belongs into the transaction of the change"
    return AuditEvent.objects.create(
        actor=actor,
        actor_name=str(actor) if actor else "Sakkan",
        verb=verb,
        target_type=target._meta.model_name or "",
        target_id=str(target.pk),
        target_name=str(getattr(target, "log_name", target))[:200],
        production_id=production_id,
        before=before or {},
        after=after or {},
    )


def diff(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both sides without the fields that stayed equal."""
    changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return (
        {key: before[key] for key in sorted(changed) if key in before},
        {key: after[key] for key in sorted(changed) if key in after},
    )
