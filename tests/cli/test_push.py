"""`sakkan push` against a real server: names shown, files sent, broken lines, flags printed, how it ends."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from assets.models import Drawing, Take, Upload, UploadFile
from assets.services import arrivals, uploads
from studio.cli import sending
from studio.cli.config import Account
from studio.cli.errors import FLAGGED, OK, REFUSED, UNREACHABLE, USAGE
from studio.cli.main import main
from tests.cli.breaking import breaking_line
from tests.world import World

PUSH = ["--cut", "EP01_C012", "--stage", "AD", "--yes"]


def test_a_folder_becomes_a_checked_take(
    artist: str, worker: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["push", str(folder), *PUSH]) == OK
    said = capsys.readouterr().out
    take = Take.objects.get()
    assert [str(each) for each in Drawing.objects.filter(cell__take=take)] == ["A1", "A2"]
    assert take.source == "api"
    assert "A0002.png" in said
    assert "1 flags" in said
    assert "The head is" in said


def test_junk_is_named_and_left_out(
    artist: str, worker: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["push", str(folder), *PUSH]) == OK
    said = capsys.readouterr().out
    assert "notes.txt" in said
    assert "2 files are to be sent, 1 are left out." in said
    assert "Thumbs.db" not in said


def test_flags_can_end_the_command_with_one(artist: str, worker: None, folder: Path) -> None:
    assert main(["push", str(folder), *PUSH, "--fail-on-flags"]) == FLAGGED


def test_a_dry_run_sends_nothing(
    artist: str, worker: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["push", str(folder), *PUSH, "--dry-run"]) == OK
    assert "A0001.png" in capsys.readouterr().out
    assert not Upload.objects.exists()


def test_without_a_person_to_ask_nothing_is_sent(
    artist: str, worker: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["push", str(folder), "--cut", "EP01_C012", "--stage", "AD"]) == REFUSED
    assert "--yes" in capsys.readouterr().err
    assert not Upload.objects.exists()


def test_a_line_that_breaks_again_and_again_loses_nothing(
    artist: str, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    big = hashlib.shake_256(b"big").digest(3_000_000)
    (folder / "A" / "A0002.png").write_bytes(big)
    upload = uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD")
    with breaking_line(artist, [1_200_000, 900_000, 150]) as line:
        client = sending.Client(Account(line.url, os.environ["SAKKAN_TOKEN"]))
        told: list[int] = []
        sending.send_file(
            client, str(upload.pk), folder / "A" / "A0002.png", "A/A0002.png", told.append, sending.Patience()
        )
    assert line.broken == 3
    assert told[-1] == len(big)
    assert arrivals.path_of(UploadFile.objects.get()).read_bytes() == big


def test_a_push_that_was_given_up_goes_on_the_next_time(
    artist: str, worker: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = sending.send_file
    calls: list[str] = []

    def broken(*args: object) -> None:
        calls.append(str(args[3]))
        if len(calls) == 2:
            raise sending.Unreachable("the line is gone")
        real(*args)

    monkeypatch.setattr("studio.cli.push.send_file", broken)
    assert main(["push", str(folder), *PUSH]) == UNREACHABLE
    assert main(["push", str(folder), *PUSH]) == OK
    assert calls == ["EP01_C012/A/A0001.png", "EP01_C012/A/A0002.png", "EP01_C012/A/A0002.png"]
    assert Upload.objects.count() == 1
    assert Drawing.objects.count() == 2


def test_a_drawing_that_changed_meanwhile_begins_a_push_of_its_own(
    artist: str, worker: None, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("studio.cli.push._send_all", _gone)
        assert main(["push", str(folder), *PUSH]) == UNREACHABLE
    os.utime(folder / "A" / "A0001.png", ns=(1, 1))
    assert main(["push", str(folder), *PUSH]) == OK
    assert Upload.objects.count() == 2


def _gone(*_args: object) -> None:
    raise sending.Unreachable("the line is gone")


def test_a_broken_picture_is_reported_and_the_good_one_kept(
    artist: str, worker: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = (folder / "A" / "A0001.png").read_bytes()
    (folder / "A" / "A0003.png").write_bytes(whole[: len(whole) // 2])
    assert main(["push", str(folder), *PUSH]) == OK
    assert "A0003.png" in capsys.readouterr().out.partition("files sent.")[2]
    assert Drawing.objects.count() == 2


def test_a_folder_of_nothing_readable_is_refused(
    artist: str, worker: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "only").mkdir()
    (tmp_path / "only" / "notes.txt").write_text("x")
    assert main(["push", str(tmp_path / "only"), *PUSH]) == REFUSED
    assert "nothing was sent" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main(["push", str(tmp_path / "empty"), *PUSH]) == REFUSED


def test_an_upload_of_which_nothing_can_be_taken_is_refused(
    artist: str, worker: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "A").mkdir()
    (tmp_path / "A" / "A0001.png").write_bytes(b"no picture at all")
    assert main(["push", str(tmp_path / "A"), *PUSH]) == REFUSED
    said = capsys.readouterr()
    assert "A0001.png" in said.out
    assert "No take" in said.err


def test_a_zip_is_sent_as_it_is(artist: str, worker: None, folder: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "EP01_C012"), "zip", folder)
    assert main(["push", archive, *PUSH]) == OK
    assert Drawing.objects.count() == 2


@pytest.mark.parametrize("cut", ["EP01_C12", "ep01_c012", "EP01 C012", "EP1_C012"])
def test_a_cut_is_found_however_it_is_written(artist: str, worker: None, folder: Path, cut: str) -> None:
    assert main(["push", str(folder), "--cut", cut, "--stage", "AD", "--dry-run"]) == OK


@pytest.mark.parametrize("cut", ["EP01_C999", "nonsense", "EP09_C012"])
def test_a_cut_that_is_not_there_is_said(
    artist: str, folder: Path, cut: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["push", str(folder), "--cut", cut, "--stage", "AD", "--yes"]) == REFUSED
    assert cut in capsys.readouterr().err


def test_wrong_usage_ends_with_two(artist: str, folder: Path) -> None:
    with pytest.raises(SystemExit) as end:
        main(["push", str(folder), "--cut", "EP01_C012", "--stage", "XX"])
    assert end.value.code == USAGE


def test_a_server_that_is_not_there_is_said(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAKKAN_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SAKKAN_TOKEN", "x")
    assert main(["push", str(folder), *PUSH]) == UNREACHABLE
    assert "does not answer" in capsys.readouterr().err
