"""The watched folder: what has come to rest is sent once, and everything ends in done or problems with a report."""

from __future__ import annotations

import fcntl
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from assets import tasks
from assets.choices import TakeSource
from assets.models import Take, Upload
from assets.services import uploads, watched
from studio.core.models import Job
from tests.assets.services.deliveries import run
from tests.world import World, png


@pytest.fixture
def inbox(world: World) -> Path:
    """The production's folder, empty."""
    shutil.rmtree(settings.WATCH_DIR, ignore_errors=True)
    folder = Path(settings.WATCH_DIR) / world.production.code
    folder.mkdir(parents=True)
    return folder


def _drop(inbox: Path, name: str, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (inbox / name / path).parent.mkdir(parents=True, exist_ok=True)
        (inbox / name / path).write_bytes(data)
    return inbox / name


def _work() -> None:
    for job in Job.objects.filter(kind="assets.intake_take", state="queued"):
        run(job)


def _report(inbox: Path, where: str, name: str) -> str:
    return (inbox / where / name / "report.txt").read_text(encoding="utf-8")


def test_a_settled_folder_becomes_a_take_and_moves_to_done(world: World, inbox: Path) -> None:
    _drop(inbox, "EP01_C012_AD", {"A/A0001.png": png()})
    assert watched.sweep(settled_s=0) == 1
    assert (inbox / "EP01_C012_AD").exists(), "it stays until it was read"
    _work()
    assert watched.sweep(settled_s=0) == 0
    take = Take.objects.get()
    assert (take.cut, take.stage, take.source) == (world.cut, "AD", TakeSource.WATCHED)
    assert take.submitted_by == world.outside_artist, "the stage is theirs"
    assert (inbox / "done" / "EP01_C012_AD" / "A" / "A0001.png").exists()
    assert "A/A0001.png: taken" in _report(inbox, "done", "EP01_C012_AD")


def test_a_folder_that_still_changes_is_left_alone(world: World, inbox: Path) -> None:
    _drop(inbox, "EP01_C012_AD", {"A0001.png": png()})
    assert watched.sweep(settled_s=60) == 0
    assert not Upload.objects.exists()


def test_a_swept_folder_is_not_sent_twice(world: World, inbox: Path) -> None:
    _drop(inbox, "EP01_C012_AD", {"A0001.png": png()})
    assert [watched.sweep(settled_s=0) for _sweep in range(3)] == [1, 0, 0]
    assert Upload.objects.count() == 1


def test_a_sweep_that_was_killed_is_taken_up_again(
    world: World, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(inbox, "EP01_C012_AD", {"A0001.png": png()})
    with monkeypatch.context() as patch:
        patch.setattr(uploads, "submit", _killed)
        with pytest.raises(KeyboardInterrupt):
            watched.sweep(settled_s=0)
    assert watched.sweep(settled_s=0) == 1
    _work()
    assert (Upload.objects.count(), Take.objects.count()) == (1, 1)


def _killed(**_fields: object) -> None:
    raise KeyboardInterrupt


def test_with_bad_files_among_good_ones_the_folder_goes_to_problems(world: World, inbox: Path) -> None:
    _drop(inbox, "EP01_C012_GEN", {"A0001.png": png(), "A0002.png": b"no picture"})
    watched.sweep(settled_s=0)
    _work()
    watched.sweep(settled_s=0)
    report = _report(inbox, "problems", "EP01_C012_GEN")
    assert "Taken as EP01_C012 GEN T1" in report
    assert "A0002.png: refused" in report


def test_a_folder_of_which_nothing_can_be_taken_goes_to_problems(world: World, inbox: Path) -> None:
    _drop(inbox, "EP01_C012_GEN", {"A0001.png": b"no picture"})
    watched.sweep(settled_s=0)
    _work()
    watched.sweep(settled_s=0)
    assert "No drawing could be taken" in _report(inbox, "problems", "EP01_C012_GEN")
    assert not Take.objects.exists()


@pytest.mark.parametrize("name", ["holiday pictures", "EP01_C012_XX", "EP01_C999_AD", "EP09_C012_AD"])
def test_a_name_that_says_no_cut_goes_to_problems_with_the_reason(
    world: World, inbox: Path, name: str
) -> None:
    _drop(inbox, name, {"A0001.png": png()})
    watched.sweep(settled_s=0)
    assert "EP01_C012_AD" in _report(inbox, "problems", name) or "no cut" in _report(inbox, "problems", name)
    assert not Upload.objects.exists()


def test_stray_files_and_empty_folders_go_to_problems(world: World, inbox: Path) -> None:
    (inbox / "A0001.png").write_bytes(png())
    (inbox / "EP01_C012_AD").mkdir()
    watched.sweep(settled_s=0)
    assert "folder named like" in (inbox / "problems" / "A0001.png.report.txt").read_text()
    assert _report(inbox, "problems", "EP01_C012_AD")


def test_a_dropped_cut_and_a_second_delivery_keep_their_names_apart(world: World, inbox: Path) -> None:
    world.cut.omitted = True
    world.cut.save()
    for _delivery in range(2):
        _drop(inbox, "EP01_C012_AD", {"A0001.png": png()})
        watched.sweep(settled_s=0)
    assert "欠番" in _report(inbox, "problems", "EP01_C012_AD")
    assert (inbox / "problems" / "EP01_C012_AD (2)").is_dir()


def test_links_are_not_followed(world: World, inbox: Path, tmp_path: Path) -> None:
    secret = _drop(tmp_path, "secret", {"A0001.png": png()})
    (inbox / "EP01_C012_AD").symlink_to(secret)
    watched.sweep(settled_s=0)
    assert not Upload.objects.exists()
    assert (secret / "A0001.png").exists()


def test_one_sweep_runs_at_a_time(world: World, inbox: Path) -> None:
    _drop(inbox, "EP01_C012_AD", {"A0001.png": png()})
    with (Path(settings.WATCH_DIR) / ".sakkan.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert watched.sweep(settled_s=0) == 0
    assert watched.sweep(settled_s=0) == 1


def test_without_a_watched_folder_the_task_does_nothing(world: World, settings: object) -> None:
    settings.WATCH_DIR = ""
    assert tasks.watch() == 0
