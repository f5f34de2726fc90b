"""The schema describes the whole API and is valid."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command


def test_the_schema_is_valid_and_complete(tmp_path: Path) -> None:
    target = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(target))
    assert "/api/v1/productions/{code}/flags/" in target.read_text()
