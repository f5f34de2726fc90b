"""A backup holds everything, says when it does not, and brings everything back."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assets.models import Cut, Production
from studio.core import backup
from studio.core.errors import InvalidInput
from studio.core.models import AuditEvent
from studio.core.storage import blobs
from tests.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sha(world: World, settings: object, tmp_path: Path) -> str:
    settings.BLOBS = str(tmp_path / "blobs")  # type: ignore[attr-defined]
    return blobs().put(io.BytesIO(b"a drawing")).sha256


def _sqlite() -> bool:
    from django.db import connection  # noqa: PLC0415

    return connection.vendor == "sqlite"


def test_what_is_lost_comes_back(sha: str, tmp_path: Path) -> None:
    if not _sqlite():
        pytest.skip("the test database of PostgreSQL is not dumped here")
    made = backup.make(tmp_path / "kept")
    Cut.objects.all().delete()
    (tmp_path / "blobs/sha256" / sha[:2] / sha[2:4] / sha).unlink()
    backup.restore(backup.find(tmp_path / "kept"))
    assert Cut.objects.count() == 2
    assert blobs().read(sha) == b"a drawing"
    assert made.blobs == [sha]


def test_the_second_backup_costs_what_is_new(sha: str, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    first = backup.make(target)
    kept = target / "blobs" / sha[:2] / sha[2:4] / sha
    stamp = kept.stat().st_mtime_ns
    first.folder.rename(target / "2026-01-01T000000Z")
    second = backup.make(target)
    assert kept.stat().st_mtime_ns == stamp
    assert backup.find(target).folder == second.folder


def test_a_damaged_backup_is_named_and_not_restored(sha: str, tmp_path: Path) -> None:
    made = backup.make(tmp_path / "kept")
    (tmp_path / "kept/blobs" / sha[:2] / sha[2:4] / sha).write_bytes(b"something else")
    with pytest.raises(CommandError, match="NOT whole"):
        call_command("backup", str(tmp_path / "kept"), "--verify")
    with pytest.raises(InvalidInput, match="damaged"):
        backup.restore(made)
    assert Production.objects.exists()


def test_a_backup_that_was_cut_off_is_no_backup(sha: str, tmp_path: Path) -> None:
    made = backup.make(tmp_path / "kept")
    (made.folder / backup.MANIFEST).unlink()
    with pytest.raises(InvalidInput, match="no whole backup"):
        backup.find(tmp_path / "kept")


def test_a_bucket_says_how_it_is_kept(sha: str, tmp_path: Path, settings: object) -> None:
    settings.BLOBS = "s3://drawings"  # type: ignore[attr-defined]
    with pytest.raises(InvalidInput, match="versioning"):
        backup.make(tmp_path / "kept")


def test_the_command_says_what_it_did_and_leaves_a_line_in_the_log(
    sha: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("backup", str(tmp_path / "kept"))
    assert "database and 1 files" in capsys.readouterr().out
    assert AuditEvent.objects.get(verb="backup.make").after["files"] == 1


def test_a_restore_has_to_be_meant(sha: str, tmp_path: Path) -> None:
    backup.make(tmp_path / "kept")
    with pytest.raises(CommandError, match="--yes"):
        call_command("restore", str(tmp_path / "kept"))
