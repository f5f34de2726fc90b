"""`sakkan compare` as somebody runs it who has nothing but the package: real engine, real processes, no settings."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ml.dolls import MIO, REN, png, sheet

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A sheet, another design, and drawings of which one wears no belt and one is somebody else."""
    for name, pictures in (("mio", sheet(MIO)), ("others/ren", sheet(REN))):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for picture in pictures:
            (folder / f"{picture.key}_{picture.view or 'front'}.png").write_bytes(picture.png)
    drawn = {
        "A1": png(replace(MIO, arm=12)),
        "A2": png(REN),
        "A10": png(replace(MIO, arm=30)),
        "A3": b"no picture",
    }
    (tmp_path / "cut").mkdir()
    for name, data in drawn.items():
        (tmp_path / "cut" / f"{name}.png").write_bytes(data)
    return tmp_path


def start(here: Path, *options: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "HOME": str(here),
        "OMP_NUM_THREADS": "1",
    }
    command = [
        sys.executable,
        "-m",
        "studio.cli.main",
        "compare",
        "--sheet",
        "mio",
        "--drawings",
        "cut",
        *options,
    ]
    return subprocess.Popen(
        command,
        cwd=here,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heard,  # noqa: PLW1509 - no thread runs here yet that could hold a lock
    )


def _heard() -> None:
    """Hear Ctrl-C as in a terminal: a suite that was started in the background hands down that it is ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.slow
def test_folders_are_enough_and_processes_change_nothing(here: Path) -> None:
    reports = []
    for workers in ("1", "2"):
        name = f"r{workers}"
        running = start(
            here, "--rivals", "others", "--workers", workers, "-o", f"{name}.json", "--html", f"{name}.html"
        )
        out, err = running.communicate(timeout=240)
        assert running.returncode == 2, err
        assert "A3.png was not read." in err
        assert "4 drawings: 1 flagged, 2 clean" in out
        reports.append([(here / f"{name}.{kind}").read_bytes() for kind in ("json", "html")])
    assert reports[0] == reports[1]
    found = json.loads(reports[0][0])
    assert [each["file"] for each in found["drawings"]] == ["A1.png", "A2.png", "A3.png", "A10.png"]
    flag = found["drawings"][1]["flags"][0]
    assert flag["fault"] == "OFF_MODEL.WRONG_DESIGN"
    assert flag["sentence"].startswith("This looks like “ren”")
    assert sorted(path.name for path in here.iterdir()) == [
        "cut", "mio", "others", "r1.html", "r1.json", "r2.html", "r2.json"
    ]  # fmt: skip


@pytest.mark.slow
def test_a_stop_from_the_keyboard_leaves_no_process_and_no_file(here: Path) -> None:
    for number in range(20, 320):  # enough to be in the middle of it
        (here / "cut" / f"A{number}.png").write_bytes(png(replace(MIO, arm=number / 10)))
    running = start(here, "--workers", "2", "-o", "r.json")
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
    deadline = time.monotonic() + 120
    workers: list[str] = []
    while len(workers) < 2 and time.monotonic() < deadline:  # the sheet is compiled before they start
        time.sleep(0.05)
        workers = children.read_text().split() if children.exists() else []
    assert any(here.glob(".r.json.*.part"))
    time.sleep(0.5)
    running.send_signal(signal.SIGINT)
    _out, err = running.communicate(timeout=120)
    assert running.returncode in {130, -signal.SIGINT}, err  # a shell shows 130 for both
    assert "Traceback" not in err
    assert "Nothing was written" in err
    assert sorted(path.name for path in here.iterdir()) == ["cut", "mio", "others"]
    deadline = time.monotonic() + 20
    while any(_is_alive(int(pid)) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [pid for pid in workers if _is_alive(int(pid))]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
