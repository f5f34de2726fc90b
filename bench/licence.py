"""The licence engine at the size of a studio, and on real records: how fast, and how right.

    make bench-licence [QUICK=1] [RECORDS=FOLDER]        python -m bench.licence [--quick]

A database is filled with 100,000 works under 200 licence expressions in 40 dataset versions, 300 rights holders with
their grants, 200 models in five generations, 600,000 drawings that models drew in 3,600 cuts, and a vector for every
work. Timed, on SQLite and on PostgreSQL where one answers: the full audit of a production (every model, every version,
facts read from the database), the gate for the model with the most works behind it (median of 30 questions), and what
a withdrawal touches, at worst (the holder whose works are in every version). The number of queries is counted at a
tenth of the size too: it must be the same.

The baseline is what a studio would write first: every work of every version judged by itself, one query for each grant.
It is run on one version and multiplied. Then the real records (bench/licence_records.py). The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_ONE = "import json; from bench.licence_studio import measure; print(json.dumps(measure({size})))"


def main() -> int:
    """Fill, measure, compare, read the records, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a fiftieth of the size; its figures say little")
    args = parser.parse_args()
    size = 2_000 if args.quick else 100_000
    records = _records()  # first: a folder that is none should not cost minutes
    found: dict[str, dict[str, Any]] = {}
    for name, url in _databases():
        small, full = _run(name, url, size // 10), _run(name, url, size)
        _print(name, small, full)
        assert small["queries"] == full["queries"], f"{name}: the number of queries grows with the works"
        found[name] = full
    worst = {key: max(each[key] for each in found.values()) for key in ("audit_s", "gate_ms", "impact_s")}
    line = {
        "bench": "licence",
        **worst,
        "wrong_allow": records["wrong_allow"],
        "wrong_deny": records["wrong_deny"],
        "not_reported": records["not_reported"],
        "works": size,
        "databases": sorted(found),
        "baseline_audit_s": max(each["baseline_audit_s"] for each in found.values()),
    }
    print(json.dumps(line))
    return 1 if records["wrong_allow"] else 0


def _databases() -> list[tuple[str, str]]:
    """Return where to measure: always SQLite; PostgreSQL where it answers, in a database of its own."""
    from tests.services import at_hand  # noqa: PLC0415  (it opens connections)

    found = [("SQLite", "")]
    server = at_hand("postgres")
    if server:
        found.append(("PostgreSQL", server))
    else:
        print("PostgreSQL: none answers here, not measured")
    return found


def _run(name: str, url: str, size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="licence-") as folder:
        if name == "SQLite":
            return _measured(f"sqlite:///{folder}/db.sqlite3", folder, size)
        return _on_postgres(url, folder, size)


def _on_postgres(server: str, folder: str, size: int) -> dict[str, Any]:
    import psycopg  # noqa: PLC0415  (only where there is one)

    database = f"sakkan_bench_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}"')  # type: ignore[arg-type]
        try:
            return _measured(f"{server.rpartition('/')[0]}/{database}", folder, size)
        finally:
            connection.execute(f'DROP DATABASE "{database}" WITH (FORCE)')  # type: ignore[arg-type]


def _measured(url: str, folder: str, size: int) -> dict[str, Any]:
    env = {**os.environ, "SAKKAN_VAR": folder, "SAKKAN_DATABASE_URL": url, "PYTHONPATH": str(ROOT)}
    code = _ONE.format(size=size)
    command = [sys.executable, "manage.py", "shell", "-v0", "-c", code]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
        msg = "the measuring stopped"
        raise SystemExit(msg)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _records() -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.licence_records"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print(done.stdout, end="")
    if done.returncode:
        print(done.stderr[-3000:], file=sys.stderr)
        msg = "the records could not be read"
        raise SystemExit(msg)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _print(name: str, small: dict[str, Any], full: dict[str, Any]) -> None:
    print(
        f"{name}: {full['works']:,} works, {full['standings']:,} standings, {full['outputs']:,} drawings by models"
    )
    for key, unit in (
        ("audit_s", "s"),
        ("gate_ms", "ms"),
        ("gate_cpu_ms", "ms"),
        ("impact_s", "s"),
        ("baseline_audit_s", "s"),
    ):
        print(f"  {key:18} {full[key]:>10} {unit:3} (a tenth: {small[key]} {unit})")
    print(f"  queries            {json.dumps(full['queries'])} (a tenth: {json.dumps(small['queries'])})")
    print(f"  filled in          {full['filled_s']:>10} s")


if __name__ == "__main__":
    sys.exit(main())
