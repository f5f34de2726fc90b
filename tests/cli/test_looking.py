"""`sakkan login`, `status` and `pull`."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path

import pytest

from qa.choices import Decision, RetakeReason
from qa.models import Flag
from qa.services import verdicts
from studio.cli import config
from studio.cli.errors import OK, REFUSED
from studio.cli.main import main
from tests.world import World


def test_login_keeps_a_token_that_only_its_owner_can_read(
    world: World, home: Path, live_server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("artist-pass\n"))
    assert main(["login", live_server.url + "/", "--user", "artist", "--password-stdin"]) == OK
    path = home / "config" / "sakkan" / "config.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert config.account().url == live_server.url
    assert main(["status"]) == OK


def test_a_wrong_password_is_said(
    world: World, home: Path, live_server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("wrong\n"))
    assert main(["login", live_server.url, "--user", "artist", "--password-stdin"]) == REFUSED
    assert "wrong" in capsys.readouterr().err
    assert not (home / "config").exists()


def test_a_token_that_is_no_longer_good_is_said(
    world: World, home: Path, live_server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["login", live_server.url, "--token", "nonsense"]) == REFUSED
    assert "sakkan login" in capsys.readouterr().err


def test_nobody_signed_in_is_said(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == REFUSED
    assert "sakkan login" in capsys.readouterr().err


def test_status_shows_cuts_and_one_cut(
    artist: str, worker: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["push", str(folder), "--cut", "EP01_C012", "--stage", "AD", "--yes"])
    capsys.readouterr()
    assert main(["status"]) == OK
    assert "EP01_C013" in capsys.readouterr().out
    assert main(["status", "--cut", "EP01_C012"]) == OK
    said = capsys.readouterr().out
    assert "AD T1" in said
    assert "The head is" in said


def test_status_mine_shows_nobody_elses_cuts(artist: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--mine"]) == OK
    assert "EP01_C012" not in capsys.readouterr().out


def test_pull_writes_the_retake_list(
    artist: str, worker: None, folder: Path, world: World, tmp_path: Path
) -> None:
    main(["push", str(folder), "--cut", "EP01_C012", "--stage", "AD", "--yes"])
    verdicts.give(
        actor=world.supervisor,
        flag=Flag.objects.get(),
        decision=Decision.RETAKE,
        reason=RetakeReason.PROPORTION,
        note="頭を小さく",
    )
    target = tmp_path / "retakes.csv"
    assert main(["pull", "--episode", "EP01", "-o", str(target)]) == OK
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    assert [(row["cut"], row["note"]) for row in rows] == [("012", "頭を小さく")]
