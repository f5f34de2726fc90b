"""`sakkan push`: show what the names mean, send a folder, follow it until it was checked."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from assets.intake.names import is_system_file
from studio.cli import following, lookup, resume, table
from studio.cli.client import Client
from studio.cli.errors import FLAGGED, OK, Refused
from studio.cli.sending import Patience, send_file


def run(client: Client, args: argparse.Namespace) -> int:
    """Push a folder; return how the process is to end."""
    folder = Path(args.folder)
    files = files_of(folder)
    cut = lookup.cut(client, args.cut, args.production)
    read = client.post(
        f"cuts/{cut['id']}/uploads/understand/",
        stage=args.stage,
        paths=[name_of(folder, file) for file in files],
        rule_id=args.rule or "",
    )
    print(f"{cut['production']} {cut['code']} {args.stage}, from {folder}")
    print("\n".join(table.understanding(read)))
    wanted = _readable(folder, files, read)
    if args.dry_run:
        return OK
    if not args.yes and not _confirmed(len(wanted), cut["code"]):
        return OK
    upload = _send(client, args, cut, folder, wanted)
    return _follow(client, args, cut, upload)


def files_of(folder: Path) -> list[Path]:
    """Return every file of a folder, or the one file that was named; what the computer made itself is left out.

    Raises:
        Refused: there is none.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        msg = f"There is no folder {folder}."
        raise Refused(msg)
    found = sorted(
        Path(parent) / name
        for parent, _folders, names in os.walk(folder)
        for name in names
        if not is_system_file((Path(parent) / name).relative_to(folder).as_posix())
    )
    kept = [file for file in found if file.is_file()]
    if not kept:
        msg = f"The folder {folder} is empty."
        raise Refused(msg)
    return kept


def name_of(folder: Path, file: Path) -> str:
    """Return a file's name with its folders from the pushed folder on, as names are read by rules."""
    return (
        file.name if folder.is_file() else (Path(folder.resolve().name) / file.relative_to(folder)).as_posix()
    )


def _readable(folder: Path, files: Sequence[Path], read: dict[str, Any]) -> list[Path]:
    refused = {
        row["path"] for row in read["rows"] if row["problem"] and row["problem"]["severity"] == "refused"
    }
    kept = [file for file in files if name_of(folder, file) not in refused]
    if not kept:
        msg = "No file could be read by its name; nothing was sent."
        raise Refused(msg)
    left = len(files) - len(kept)
    print(f"{len(kept)} files are to be sent" + (f", {left} are left out." if left else "."))
    return kept


def _confirmed(count: int, code: str) -> bool:
    if not sys.stdin.isatty():
        msg = "Nobody is there to ask. Add --yes to send what is shown above."
        raise Refused(msg)
    return input(f"Send {count} files as a take of {code}? [y/N] ").strip().lower() in {"y", "yes"}


def _send(
    client: Client, args: argparse.Namespace, cut: dict[str, Any], folder: Path, files: Sequence[Path]
) -> str:
    key = resume.fingerprint(client.url, cut["id"], args.stage, folder, files)
    upload = resume.find(client, key)
    there: dict[str, int] = {}
    if upload is None:
        opened = client.post(f"cuts/{cut['id']}/uploads/", stage=args.stage, note=args.note or "")
        upload = str(opened["id"])
        resume.remember(key, upload)
    else:
        print("Going on where the last try stopped.")
        rows = client.listed(f"uploads/{upload}/files/")
        there = {row["path"]: row["size_bytes"] for row in rows if row["is_complete"]}
    _send_all(client, upload, folder, [file for file in files if name_of(folder, file) not in there], there)
    client.post(f"uploads/{upload}/submit/", rule_id=args.rule or "")
    resume.forget(key)
    return upload


def _send_all(
    client: Client, upload: str, folder: Path, files: Sequence[Path], there: dict[str, int]
) -> None:
    """Send files one after the other, with one bar for all of them and one for the present one."""
    sizes = {file: file.stat().st_size for file in files}
    done = sum(there.values())
    patience = Patience()
    with tqdm(
        total=done + sum(sizes.values()), initial=done, unit="B", unit_scale=True, disable=None
    ) as total:
        for number, file in enumerate(files, start=1):
            name = name_of(folder, file)
            total.set_description(f"{number}/{len(files)}")
            with tqdm(
                total=sizes[file], desc=name[-40:], unit="B", unit_scale=True, leave=False, disable=None
            ) as one:

                def told(there: int, bar: Any = one, start: int = done) -> None:
                    bar.update(there - bar.n)
                    total.update(start + there - total.n)

                send_file(client, upload, file, name, told, patience)
            done += sizes[file]
    print(f"{len(files)} files sent.")


def _follow(client: Client, args: argparse.Namespace, cut: dict[str, Any], upload: str) -> int:
    """Wait until the take is read and checked, and say what came of it."""
    following.wait_for_job(client, "assets.intake_take", f"upload:{upload}", "reading", must_end_well=False)
    result = client.get(f"uploads/{upload}/")
    for line in table.report(result["report"]):
        print(line)
    if result["take"] is None:
        msg = "No take was made of this upload; see above why."
        raise Refused(msg)
    take = client.get(f"takes/{result['take']}/")
    print(f"{take['cut_code']} {take['stage']} T{take['number']} is in.")
    if args.no_wait:
        return OK
    following.wait_for_job(client, "qa.check_take", f"take:{take['id']}", "checking", must_end_well=True)
    flagged = [row for row in client.listed(f"cuts/{cut['id']}/flags/") if row["take"] == take["id"]]
    if not flagged:
        print("Checked: nothing was flagged.")
        return OK
    print(f"Checked: {len(flagged)} flags.")
    print("\n".join(table.flags(flagged)))
    return FLAGGED if args.fail_on_flags else OK
