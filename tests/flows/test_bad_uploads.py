"""Every bad input of an upload: reported per file with reason and way out, and the good files are kept."""

from __future__ import annotations

import errno
import io
import os
import uuid
import zipfile
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from assets.choices import UploadState
from assets.models import Drawing, Take, Timesheet, Upload, UploadFile
from assets.services import cuts, uploads
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.errors import BadUpload, InvalidTransition, StorageFull
from studio.core.models import Job
from studio.core.storage import LocalBlobs
from tests.assets.intake import samples
from tests.assets.services.deliveries import codes_of, report_of, run, send
from tests.world import World, png

GOOD = png(seed=3)
DEEP = np.full((8, 8, 3), 40_000, np.uint16)
BAD_FILES = {
    "cut off": (GOOD[: len(GOOD) // 2], "PICTURE_DAMAGED"),
    "empty": (b"", "EMPTY_FILE"),
    "another type": (b"GIF89a" + bytes(40), "NOT_A_PICTURE"),
    "a text": (b"these are no pixels", "NOT_A_PICTURE"),
    "32-bit TIFF": (samples.encoded(samples.opaque().convert("F"), "TIFF"), "DEPTH_NOT_TAKEN"),
    "in motion": (
        samples.encoded(samples.opaque(), "PNG", save_all=True, append_images=[samples.opaque(seed=2)]),
        "ANIMATED_PICTURE",
    ),
    "a bomb": (samples.bomb_png(30_000), "SIDE_TOO_LONG"),
    "too many pixels": (samples.bomb_png(15_000), "TOO_MANY_PIXELS"),
}
CONVERTED_FILES = {
    "16-bit PNG": (samples.png16(DEEP), "png", "DEPTH_CONVERTED"),
    "16-bit TIFF": (samples.tiff16(DEEP), "tif", "DEPTH_CONVERTED"),
    "colour table": (samples.encoded(samples.opaque("P"), "PNG"), "png", "PALETTE_CONVERTED"),
    "print colours": (samples.encoded(samples.opaque("CMYK"), "TIFF"), "tif", "CMYK_CONVERTED"),
}


def _zip(entries: list[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused_with_a_reason_and_the_good_one_is_kept(world: World, kind: str) -> None:
    data, code = BAD_FILES[kind]
    job = run(send(world, {"A/A0001.png": GOOD, "A/A0002.png": data}))
    report = report_of(job)
    assert report["A/A0001.png"]["status"] == "taken"
    assert report["A/A0002.png"]["status"] == "refused"
    problem = report["A/A0002.png"]["problems"][0]
    assert problem["code"] == code
    assert len(problem["message"].split(". ")) > 1 or problem["message"].count(";"), "reason, then way out"
    assert [row.file_name for row in Drawing.objects.all()] == ["A/A0001.png"]


@pytest.mark.parametrize("kind", CONVERTED_FILES)
def test_a_file_that_had_to_be_converted_is_taken_and_the_report_says_so(world: World, kind: str) -> None:
    data, extension, code = CONVERTED_FILES[kind]
    job = run(send(world, {f"A0001.{extension}": data}))
    line = report_of(job)[f"A0001.{extension}"]
    assert line["status"] == "converted"
    assert code in [problem["code"] for problem in line["problems"]]
    drawing = Drawing.objects.get()
    assert drawing.view_blob != drawing.blob


def test_names_that_fit_no_rule_or_say_another_cut_are_refused_one_by_one(world: World) -> None:
    files = {"EP01_C012_A_0001.png": GOOD, "EP01_C013_A_0002.png": GOOD, "final version!!.png": GOOD}
    job = run(send(world, files))
    assert job.state == JobState.DONE
    assert codes_of(job)["EP01_C013_A_0002.png"] == ["OTHER_CUT"]
    assert codes_of(job)["final version!!.png"] == ["NAME_FITS_NO_RULE"]
    assert Drawing.objects.count() == 1


def test_two_files_of_one_number_leave_one_drawing_and_a_refusal(world: World) -> None:
    job = run(send(world, {"A/A0001.png": png(seed=1), "A/A001.png": png(seed=2)}))
    assert sorted(line["status"] for line in report_of(job).values()) == ["refused", "taken"]
    assert Drawing.objects.count() == 1


def test_a_gap_in_the_numbers_is_told_and_stops_nothing(world: World) -> None:
    job = run(send(world, {"A0001.png": png(seed=1), "A0004.png": png(seed=2)}))
    assert job.state == JobState.DONE
    assert codes_of(job)[""] == ["NUMBERING_GAP"]


def test_held_drawings_are_reported_as_held(world: World) -> None:
    job = run(send(world, {"A0001.png": png(), "A0002.png": png()}))
    assert report_of(job)["A0002.png"]["status"] == "held"
    assert Drawing.objects.get().numbers == [1, 2]


def test_system_files_are_ignored_without_noise(world: World) -> None:
    job = run(send(world, {"A0001.png": GOOD, ".DS_Store": b"x", "Thumbs.db": b"x"}))
    statuses = {path: line["status"] for path, line in report_of(job).items()}
    assert statuses == {"A0001.png": "taken", ".DS_Store": "ignored", "Thumbs.db": "ignored"}


def test_a_zip_that_leaves_its_folder_gives_only_its_good_files(world: World, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("A/A0003.png")
    link.external_attr = 0o120777 << 16
    data = _zip([("../../evil.png", GOOD), ("/abs.png", GOOD), ("A/A0001.png", GOOD), (link, b"/etc/passwd")])
    job = run(send(world, {"cut.zip": data}))
    assert job.state == JobState.DONE
    assert [row.file_name for row in Drawing.objects.all()] == ["cut.zip/A/A0001.png"]
    codes = sorted(code for codes in codes_of(job).values() for code in codes)
    assert codes == ["PATH_UNSAFE", "PATH_UNSAFE", "ZIP_LINK"]


def test_a_zip_bomb_is_refused_before_it_fills_the_disk(world: World) -> None:
    job = run(send(world, {"cut.zip": _zip([("A0001.png", GOOD), ("A0002.tga", bytes(80 * 2**20))])}))
    assert job.state == JobState.DONE
    assert codes_of(job)["cut.zip/A0002.tga"] == ["ZIP_BOMB"]


def test_a_damaged_zip_is_refused_and_the_job_says_that_nothing_was_taken(world: World) -> None:
    job = run(send(world, {"cut.zip": b"PK\x03\x04 cut off"}))
    assert (job.state, job.error_code) == (JobState.FAILED, "upload_empty")
    assert codes_of(job) == {"cut.zip": ["ZIP_DAMAGED"], "": ["EMPTY_FOLDER"]}


def test_the_shift_jis_names_of_a_japanese_zip_are_read(world: World) -> None:
    name = "カット012/A/A0001.png".encode("cp932")
    data = _zip([("X" * len(name), GOOD)]).replace(b"X" * len(name), name)
    job = run(send(world, {"cut.zip": data}))
    assert list(report_of(job)) == ["cut.zip/カット012/A/A0001.png"]
    assert job.state == JobState.DONE


def test_an_upload_without_one_good_file_is_refused_and_keeps_its_report(world: World) -> None:
    job = run(send(world, {"A0001.png": b"no picture"}))
    assert (job.state, job.error_code) == (JobState.FAILED, "upload_empty")
    upload = Upload.objects.get()
    assert upload.state == UploadState.REFUSED
    assert codes_of(job) == {"A0001.png": ["NOT_A_PICTURE"]}
    assert not Take.objects.exists()


def test_a_refused_upload_is_taken_once_the_right_rule_is_chosen(world: World) -> None:
    rules = [
        {"id": "strict", "pattern": r"never_(?P<number>\d{1,4})", "example": "never_1.png"},
        {"id": "loose", "pattern": r"img (?P<number>\d{1,4})", "example": "img 1.png"},
    ]
    world.production.naming_rules = [{"label": rule["id"], **rule} for rule in rules]
    world.production.save()
    job = run(send(world, {"img 1.png": GOOD}, rule_id="strict"))
    assert job.state == JobState.FAILED
    again = uploads.submit(actor=world.artist, upload=Upload.objects.get(), rule_id="loose")
    assert run(again).state == JobState.DONE


def test_a_take_for_a_dropped_cut_is_refused_at_every_step(world: World) -> None:
    job = send(world, {"A0001.png": GOOD})
    cuts.update(actor=world.producer, cut=world.cut, omitted=True)
    run(job)
    assert (job.state, job.error_code) == (JobState.FAILED, "cut_dropped")
    assert codes_of(job) == {"A0001.png": ["CUT_DROPPED"]}
    with pytest.raises(InvalidTransition) as refusal:
        uploads.open_upload(actor=world.artist, cut=cuts_again(world), stage="AD")
    assert refusal.value.code == "cut_dropped"


def cuts_again(world: World) -> object:
    """Return the world's cut as it stands now."""
    world.cut.refresh_from_db()
    return world.cut


def test_an_empty_folder_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(BadUpload) as refusal:
        uploads.upload_folder(actor=world.artist, cut=world.cut, stage="AD", folder=tmp_path)
    assert refusal.value.code == "upload_empty"
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
    with pytest.raises(BadUpload):
        uploads.submit(actor=world.artist, upload=upload)


def test_an_absurd_size_is_refused_before_a_byte_is_sent(world: World) -> None:
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
    for size_bytes in (-1, 2**50):
        with pytest.raises(BadUpload) as refusal:
            uploads.add_file(actor=world.artist, upload=upload, path="A0001.png", size_bytes=size_bytes)
        assert refusal.value.data["problem"] == "FILE_TOO_LARGE"
    assert not UploadFile.objects.exists()


def test_a_disk_that_is_full_while_pictures_are_stored_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = send(world, {"A0001.png": png(seed=1), "A0002.png": png(seed=2)})
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", _full)
        run(job)
    assert (job.state, job.error_code) == (JobState.FAILED, "disk_full")
    assert not Take.objects.exists()
    again = uploads.submit(actor=world.artist, upload=Upload.objects.get())
    assert run(again).state == JobState.DONE
    assert Drawing.objects.count() == 2


def _full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_without_its_reserve_takes_no_new_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
    usage = type("Usage", (), {"free": 1024})
    monkeypatch.setattr("assets.intake.safety.shutil.disk_usage", lambda _path: usage)
    with pytest.raises(StorageFull):
        uploads.add_file(actor=world.artist, upload=upload, path="A0001.png", size_bytes=10)


def test_layers_become_cells_and_the_hidden_one_is_told(world: World) -> None:
    red = samples.rgba(24, 32, 1)
    data = samples.psd(
        [("BG", red, True), ("A", samples.rgba(24, 32, 2), True), ("memo", red, False)], (24, 32)
    )
    job = run(send(world, {"EP01_C012.psd": data}))
    take = Take.objects.get()
    assert [cell.name for cell in take.cells.all()] == ["BG", "A"]
    assert "LAYER_HIDDEN" in codes_of(job)["EP01_C012.psd"]


def test_numbered_psds_are_one_drawing_each(world: World) -> None:
    files = {
        f"A/A000{number}.psd": samples.psd([("line", samples.rgba(24, 32, number), True)], (24, 32))
        for number in (1, 2)
    }
    run(send(world, files))
    assert [(row.cell.name, row.number) for row in Drawing.objects.all()] == [("A", 1), ("A", 2)]


def test_a_movie_becomes_drawings_with_its_holds(world: World, tmp_path: Path) -> None:
    frames = [samples.cel(0)] * 3 + [samples.cel(1)] * 2 + [samples.cel(2)]
    data = samples.movie(tmp_path / "c012.mp4", frames).read_bytes()
    run(send(world, {"c012.mp4": data}))
    assert Timesheet.objects.get().exposures == {"A": [[1, 1], [4, 2], [6, 3]]}


def test_a_movie_that_is_cut_off_is_refused_as_a_whole(world: World, tmp_path: Path) -> None:
    data = samples.movie(tmp_path / "c012.mp4", [samples.cel(n % 4) for n in range(24)]).read_bytes()
    job = run(send(world, {"c012.mp4": data[: len(data) // 2], "B0001.png": GOOD}))
    assert codes_of(job)["c012.mp4"][-1] in {"MOVIE_DAMAGED", "NOT_A_MOVIE"}
    assert [row.cell.name for row in Drawing.objects.all()] == ["B"]


def test_a_timesheet_says_when_each_drawing_shows(world: World) -> None:
    sheet = (
        '{"version":5,"header":{"cut":"012","scene":"1"},"timeTables":[{"name":"s","duration":24,'
        '"timeTableHeaders":[{"fieldId":0,"names":["A"]}],"fields":[{"fieldId":0,"tracks":[{"trackNo":0,'
        '"frames":[{"frame":0,"data":[{"id":0,"values":["1"]}]},{"frame":6,"data":[{"id":0,"values":["2"]}]},'
        '{"frame":12,"data":[{"id":0,"values":["SYMBOL_NULL_CELL"]}]}]}]}]}]}'
    )
    files = {"A0001.png": png(seed=1), "A0002.png": png(seed=2), "c012.xdts": samples.xdts(sheet)}
    run(send(world, files))
    found = Timesheet.objects.get()
    assert (found.exposures, found.duration_frames) == ({"A": [[1, 1], [7, 2], [13, None]]}, 24)
    assert found.raw_blob


def test_a_letter_drawing_lies_between_its_neighbours(world: World) -> None:
    run(send(world, {"A0001.png": png(seed=1), "A0001a.png": png(seed=2), "A0002.png": png(seed=3)}))
    shown = [number for _frame, number in Timesheet.objects.get().exposures["A"]]
    assert shown == [1, 100_001, 2]


def test_a_reading_whose_worker_was_killed_is_done_by_the_next_one_once(world: World) -> None:
    job = send(world, {"A0001.png": GOOD})
    long_ago = timezone.now() - timedelta(hours=1)
    dead = {"state": JobState.RUNNING, "attempt": 1, "token": uuid.uuid4(), "lease_until": long_ago}
    Job.objects.filter(pk=job.pk).update(**dead)
    assert jobs.reap() == 1
    assert run(job).state == JobState.DONE
    assert Take.objects.count() == 1


def test_a_store_that_cannot_write_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", _full)
    with pytest.raises(StorageFull):
        LocalBlobs(tmp_path).put(io.BytesIO(b"drawing"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
