"""Uploads: bytes that arrive in pieces, the job that makes a take of them, and what is never doubled or lost."""

from __future__ import annotations

import io
import weakref
import zipfile
from pathlib import Path

import pytest

from assets.choices import StageStatus, UploadState
from assets.models import Drawing, Take, Upload, UploadFile
from assets.services import arrivals, reading, takes, uploads
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.errors import BadUpload, InvalidTransition, NotAllowed, StaleInput, StorageFull
from studio.core.models import Job
from tests.assets.services.deliveries import report_of, run, send
from tests.world import World, png


class BrokenStream:
    """Gives some bytes, then breaks as a connection does."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        chunk = self._data.read(size)
        if not chunk:
            msg = "connection reset"
            raise OSError(msg)
        return chunk


def _file(world: World, size_bytes: int = 10) -> UploadFile:
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
    return uploads.add_file(actor=world.artist, upload=upload, path="A/A0001.png", size_bytes=size_bytes)


def test_a_folder_becomes_a_numbered_take_whose_held_drawings_are_one(world: World) -> None:
    job = send(world, {"A/A0001.png": png(seed=1), "A/A0002.png": png(seed=2), "A/A0003.png": png(seed=1)})
    run(job)
    assert job.state == JobState.DONE
    take = Take.objects.get(pk=job.result["take_id"])
    assert (take.cut, take.stage, take.number, take.submitted_by) == (world.cut, "AD", 1, world.artist)
    drawings = Drawing.objects.filter(cell__take=take)
    assert [(row.number, row.numbers) for row in drawings] == [(1, [1, 3]), (2, [2])]
    assert take.timesheet.exposures == {"A": [[1, 1], [17, 2], [33, 1]]}
    assert take.timesheet.duration_frames == 48


def test_the_stage_of_a_new_take_is_submitted_and_opened_where_it_is_missing(world: World) -> None:
    run(send(world, {"A0001.png": png()}, stage="GEN"))
    assert world.cut.stages.get(stage="GEN").state == StageStatus.SUBMITTED


def test_after_a_take_the_bytes_of_the_upload_are_gone_and_a_check_waits(world: World) -> None:
    job = send(world, {"A0001.png": png()})
    upload = Upload.objects.get()
    assert arrivals.folder_of(upload).exists()
    run(job)
    upload.refresh_from_db()
    assert upload.state == UploadState.DONE
    assert not arrivals.folder_of(upload).exists()
    check = Job.objects.get(kind="qa.check_take")
    assert check.params == {"take_id": upload.take_id}


def test_a_second_delivery_of_the_job_does_not_double_the_take(world: World) -> None:
    job = send(world, {"A0001.png": png()})
    run(job)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, token=None)
    run(job)
    assert job.state == JobState.DONE
    assert Take.objects.count() == 1


def test_a_worker_that_lost_its_lease_writes_nothing(world: World) -> None:
    job = send(world, {"A0001.png": png()})
    lease = jobs._claim(str(job.pk))
    assert lease is not None
    Job.objects.filter(pk=job.pk).update(token=None, state=JobState.QUEUED)
    with pytest.raises(StaleInput):
        uploads.intake_take(lease, job.params["upload_id"])
    assert not Take.objects.exists()


def test_takes_of_a_stage_are_numbered_one_after_the_other(world: World) -> None:
    for seed in range(2):
        run(send(world, {"A0001.png": png(seed=seed)}))
    run(send(world, {"A0001.png": png()}, stage="GEN"))
    assert sorted(Take.objects.values_list("stage", "number")) == [("AD", 1), ("AD", 2), ("GEN", 1)]


def test_a_broken_stream_keeps_what_arrived_and_goes_on_from_there(world: World) -> None:
    file = _file(world)
    with pytest.raises(BadUpload) as broken:
        uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=BrokenStream(b"12345"))
    assert broken.value.code == "upload_interrupted"
    file.refresh_from_db()
    assert file.offset_bytes == 5
    uploads.append(actor=world.artist, file=file, offset_bytes=5, stream=io.BytesIO(b"67890"))
    assert arrivals.path_of(file).read_bytes() == b"1234567890"
    assert file.is_complete


def test_another_offset_is_refused_and_the_right_one_told(world: World) -> None:
    file = _file(world)
    uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=io.BytesIO(b"1234"))
    with pytest.raises(StaleInput) as conflict:
        uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=io.BytesIO(b"1234"))
    assert (conflict.value.code, conflict.value.data["offset"]) == ("upload_offset", 4)
    assert arrivals.path_of(file).read_bytes() == b"1234"


def test_bytes_that_a_killed_process_did_not_count_are_written_again(world: World) -> None:
    file = _file(world)
    uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=io.BytesIO(b"1234"))
    with arrivals.path_of(file).open("ab") as stream:
        stream.write(b"uncounted")
    uploads.append(actor=world.artist, file=file, offset_bytes=4, stream=io.BytesIO(b"567890"))
    assert arrivals.path_of(file).read_bytes() == b"1234567890"


def test_more_bytes_than_announced_are_refused_and_cut_off(world: World) -> None:
    file = _file(world, size_bytes=4)
    with pytest.raises(BadUpload) as refusal:
        uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=io.BytesIO(b"12345"))
    assert refusal.value.code == "upload_too_long"
    file.refresh_from_db()
    assert file.offset_bytes == 0


def test_a_second_writer_of_one_file_is_turned_away(world: World) -> None:
    file = _file(world)

    class Nested:
        def read(self, size: int = -1) -> bytes:
            same = UploadFile.objects.get(pk=file.pk)
            uploads.append(actor=world.artist, file=same, offset_bytes=0, stream=io.BytesIO(b"x"))
            return b""

    with pytest.raises(StaleInput) as busy:
        uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=Nested())
    assert busy.value.code == "upload_busy"


def test_a_full_disk_keeps_what_was_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _file(world)
    uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=io.BytesIO(b"1234"))

    def no_room(*_args: object) -> None:
        raise StorageFull(need_mb=1)

    monkeypatch.setattr(arrivals, "_write", no_room)
    with pytest.raises(StorageFull):
        uploads.append(actor=world.artist, file=file, offset_bytes=4, stream=io.BytesIO(b"567890"))
    file.refresh_from_db()
    assert file.offset_bytes == 4


def test_an_incomplete_upload_cannot_be_submitted(world: World) -> None:
    file = _file(world)
    with pytest.raises(BadUpload) as refusal:
        uploads.submit(actor=world.artist, upload=file.upload)
    assert (refusal.value.code, refusal.value.data["count"]) == ("upload_incomplete", 1)


def test_submitting_twice_returns_the_same_job(world: World) -> None:
    job = send(world, {"A0001.png": png()})
    assert uploads.submit(actor=world.artist, upload=Upload.objects.get()) == job


def test_a_file_that_stopped_half_way_is_announced_again_and_goes_on(world: World) -> None:
    file = _file(world)
    uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=io.BytesIO(b"1234"))
    again = uploads.add_file(actor=world.artist, upload=file.upload, path="A/A0001.png", size_bytes=10)
    assert (again.pk, again.offset_bytes) == (file.pk, 4)


def test_a_complete_file_that_is_announced_again_is_sent_anew(world: World) -> None:
    file = _file(world, size_bytes=4)
    uploads.append(actor=world.artist, file=file, offset_bytes=0, stream=io.BytesIO(b"1234"))
    again = uploads.add_file(actor=world.artist, upload=file.upload, path="A/A0001.png", size_bytes=4)
    assert (again.pk, again.offset_bytes) == (file.pk, 0)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "C:/x.png", "a\x00b.png"])
def test_a_path_that_leaves_the_upload_is_refused_and_reported(world: World, path: str) -> None:
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
    with pytest.raises(BadUpload) as refusal:
        uploads.add_file(actor=world.artist, upload=upload, path=path, size_bytes=1)
    assert refusal.value.data["problem"] == "PATH_UNSAFE"
    upload.refresh_from_db()
    assert [line["status"] for line in upload.report] == ["refused"]


def test_nobody_touches_the_upload_of_another_artist(world: World) -> None:
    upload = uploads.open_upload(actor=world.supervisor, cut=world.cut, stage="AD")
    with pytest.raises(NotAllowed):
        uploads.add_file(actor=world.artist, upload=upload, path="A0001.png", size_bytes=1)
    uploads.add_file(actor=world.assistant, upload=upload, path="A0001.png", size_bytes=1)


def test_an_upload_is_discarded_with_its_bytes_unless_a_worker_has_it(world: World) -> None:
    job = send(world, {"A0001.png": png()})
    upload = Upload.objects.get()
    with pytest.raises(InvalidTransition):
        uploads.discard(actor=world.artist, upload=upload)
    jobs.cancel(actor=world.artist, job=job)
    uploads.discard(actor=world.artist, upload=upload)
    assert not Upload.objects.exists()
    assert not arrivals.folder_of(upload).exists()


def test_a_folder_of_this_machine_takes_the_same_path(world: World, tmp_path: Path) -> None:
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "A0001.png").write_bytes(png())
    (tmp_path / "link.png").symlink_to("/etc/hostname")
    job = uploads.upload_folder(actor=world.artist, cut=world.cut, stage="AD", folder=tmp_path)
    assert list(UploadFile.objects.values_list("path", flat=True)) == ["A/A0001.png"]
    run(job)
    assert Take.objects.get().number == 1


def test_names_are_understood_before_anything_is_sent(world: World) -> None:
    found = uploads.understand(
        actor=world.artist, cut=world.cut, stage="AD", paths=["EP01_C012_A_0001.png", "EP01_C099_A_0002.png"]
    )
    assert found.rule_id == "episode-cut-cell-number"
    assert [row.problem and row.problem.code for row in found.rows] == [None, "OTHER_CUT"]


def test_understanding_names_writes_nothing(world: World) -> None:
    uploads.understand(actor=world.artist, cut=world.cut, stage="AD", paths=["A0001.png"])
    assert not Upload.objects.exists()


def test_a_zip_is_announced_as_many_drawings(world: World) -> None:
    found = uploads.understand(actor=world.artist, cut=world.cut, stage="AD", paths=["c012.zip"])
    assert [(row.path, row.kind, row.problem) for row in found.rows] == [("c012.zip", "layers", None)]


def test_a_job_whose_upload_was_discarded_says_so(world: World) -> None:
    job = send(world, {"A0001.png": png()})
    Upload.objects.all().delete()
    run(job)
    assert (job.state, job.error_code) == (JobState.FAILED, "not_found")


def test_one_picture_is_in_memory_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alive: weakref.WeakSet[object] = weakref.WeakSet()
    most = 0
    real = reading.read_picture

    def watched(*args: object) -> object:
        nonlocal most
        most = max(most, len(alive))
        picture = real(*args)
        alive.add(picture)
        return picture

    monkeypatch.setattr(reading, "read_picture", watched)
    run(send(world, {f"A{number:04}.png": png(seed=number) for number in range(1, 9)}))
    assert Drawing.objects.count() == 8
    assert most == 0, "each picture is let go before the next one is read"


def test_a_folder_named_like_a_zip_beside_it_loses_nothing(world: World) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("A/A0001.png", png(seed=1))
    job = run(send(world, {"c012/A/A0001.png": png(seed=2), "c012.zip": packed.getvalue()}))
    report = report_of(job)
    assert sorted(line["status"] for line in report.values()) == ["refused", "taken"]
    assert sorted(report) == ["c012.zip/A/A0001.png", "c012/A/A0001.png"]


def test_progress_is_told_per_file(world: World) -> None:
    job = run(send(world, {f"A{number:04}.png": png(seed=number) for number in range(1, 4)}))
    assert (job.done_count, job.total_count, job.percent) == (3, 3, 100)


def test_a_take_whose_writing_fails_leaves_no_row_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = send(world, {"A0001.png": png()})
    with monkeypatch.context() as patch:
        patch.setattr(takes, "submit_stage", _broken)
        run(job)
    assert (job.state, job.error_code) == (JobState.FAILED, "job_failed")
    assert not Take.objects.exists()
    assert Upload.objects.get().state == UploadState.SUBMITTED
    assert run(jobs.retry(actor=world.artist, job=job)).state == JobState.DONE


def _broken(*_args: object) -> None:
    msg = "the database went away"
    raise RuntimeError(msg)
