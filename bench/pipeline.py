"""Drawings per second through the whole check, on two workers: where the time goes, and whether it stays linear.

`python bench/pipeline.py [--drawings 1000 5000] [--quick]`. For each number a temporary installation is filled with
so many distinct 1920x1080 drawings in takes of fifty; two workers then check them as they do in production, job by
job, with embedding, search, measuring, heat maps and rows. Starting a worker and compiling sheets is not counted.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2


@dataclass(frozen=True)
class Figures:
    """What one size came to. `stages_s` is worker time, so it adds up to about WORKERS times `seconds`.

    `cpu_s` is what the workers computed: on a machine that others use too it says more than `seconds`.
    """

    drawings: int
    seconds: float
    cpu_s: float
    stages_s: dict[str, float]
    peak_mb: float
    flags: int
    apart: int


def main() -> None:
    """Read the command line, run the sizes, print the table and the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawings", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--quick", action="store_true", help="100 and 300 drawings")
    args = parser.parse_args()
    sizes = [100, 300] if args.quick else sorted(args.drawings)
    figures = [measure(size) for size in sizes]
    small, large = figures[0], figures[-1]
    ratio = large.drawings / small.drawings
    limiting = max(large.stages_s, key=lambda stage: large.stages_s[stage])
    print(
        f"Limiting stage: {limiting}, {large.stages_s[limiting] / sum(large.stages_s.values()):.0%} of the time."
    )
    print(
        json.dumps(
            {
                "bench": "pipeline",
                "drawings_per_s": round(large.drawings / large.seconds, 2),
                "stages_s": {stage: round(spent, 2) for stage, spent in large.stages_s.items()},
                "peak_mb": round(large.peak_mb),
                "growth": round(large.seconds / (ratio * small.seconds), 3),
                "cpu_growth": round(large.cpu_s / (ratio * small.cpu_s), 3),
                "drawings": large.drawings,
                "workers": WORKERS,
                "limiting_stage": limiting,
                "peak_mb_small": round(small.peak_mb),
            }
        )
    )


def measure(drawings: int) -> Figures:
    """Fill a temporary installation, check all of it and print its table."""
    folder = Path(tempfile.mkdtemp(prefix="sakkan-bench-"))
    try:
        print(f"\n{drawings} distinct drawings of 1920x1080: drawing them ...", flush=True)
        _step(folder, f"build({drawings})")
        figures = _timed(folder, drawings)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    total = sum(figures.stages_s.values())
    rate, times = drawings / figures.seconds, f"{figures.seconds:.1f} s, {figures.cpu_s:.1f} s of CPU"
    print(f"{rate:.1f} drawings/s in {times}, {WORKERS} workers")
    for stage, spent in figures.stages_s.items():
        print(
            f"  {stage:20} {spent:8.1f} s  {spent / total:5.0%}  {1000 * spent / drawings:6.1f} ms a drawing"
        )
    print(
        f"  peak memory {figures.peak_mb:.0f} MB over all workers, {figures.flags} flags,"
        f" {figures.apart} not comparable",
        flush=True,
    )
    return figures


def _timed(folder: Path, drawings: int) -> Figures:
    workers = [_start(folder, "work()") for _index in range(WORKERS)]
    for worker in workers:
        _line(worker, "ready")
    started = time.monotonic()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    reports = [json.loads(_line(worker, "{")) for worker in workers]
    seconds = time.monotonic() - started
    for worker in workers:
        worker.wait()
    outcome = json.loads(_step(folder, "report()"))
    if outcome["failed"] or outcome["drawings"] != drawings:
        sys.exit(f"the check did not go through: {outcome}")
    spent = outcome["seconds"]
    decode = sum(report["decode_s"] for report in reports)
    stages = {
        "decode": decode + spent.get("read", 0.0),
        "embed": spent["embed"] - decode,
        "search and measure": spent["measure"],
        "explanation": spent.get("explain", 0.0),
        "sheets": spent.get("sheets", 0.0),
        "write": spent["write"],
    }
    peak_mb = sum(report["peak_mb"] for report in reports)
    cpu_s = sum(report["cpu_s"] for report in reports)
    return Figures(drawings, seconds, cpu_s, stages, peak_mb, outcome["flags"], outcome["not comparable"])


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.pipeline_settings",
        "SAKKAN_VAR": str(folder),
        "SAKKAN_DATABASE_URL": f"sqlite:///{folder / 'sakkan.sqlite3'}",
        "SAKKAN_BLOBS": str(folder / "blobs"),
        "SAKKAN_LOG_LEVEL": "WARNING",
        "OMP_NUM_THREADS": "1",
    }


def _command(call: str) -> list[str]:
    code = f"from bench import pipeline_studio; pipeline_studio.{call}"
    return [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]


def _step(folder: Path, call: str) -> str:
    done = subprocess.run(
        _command(call), cwd=ROOT, env=_environment(folder), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def _start(folder: Path, call: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        _command(call),
        cwd=ROOT,
        env=_environment(folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _line(worker: subprocess.Popen[str], start: str) -> str:
    assert worker.stdout is not None
    for line in worker.stdout:
        if line.startswith(start):
            return line
    sys.exit("a worker ended before its time")


if __name__ == "__main__":
    main()
