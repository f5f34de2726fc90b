"""One run of `sakkan compare`: read the sheets, compile them, compare every drawing, write and say what was found."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tqdm import tqdm

from studio.cli import compare, compare_files, compare_html, compare_report, table
from studio.cli.compare_bench import Bench, Measured
from studio.cli.compare_engine import compile_sheet, describe
from studio.cli.compare_files import Fault, Folder, Named, Sheet
from studio.cli.compare_html import Pictures
from studio.cli.compare_out import Album, Output
from studio.cli.compare_pool import compared as compared_by
from studio.cli.compare_report import Asked, Compared
from studio.cli.errors import FLAGGED, OK, USAGE, BadInput

_SHOWN = 40


def run(args: argparse.Namespace) -> int:
    """Do everything that was asked for; return how the process is to end.

    Raises:
        BadInput: something given cannot be used, so that nothing can be compared or written.
    """
    drawings = compare_files.look_into(args.drawings, what="--drawings")
    if not drawings.drawings:
        msg = f"There is no drawing in {args.drawings}{_instead(drawings)}. Name the folder that holds pictures."
        raise BadInput(msg)
    sheets, rivals = _sheets(args)
    outputs = _outputs(args, [drawings, *(sheet.folder for sheet in (*sheets, *rivals))])
    album = Album()
    try:
        found = _compared(args, drawings, sheets, rivals, album)
        _write(args, outputs, found)
    finally:
        for output in outputs.values():
            output.drop()
        album.close()
    if not args.quiet:
        print("\n".join(_summary(found[0], outputs)), file=sys.stderr if args.output == "-" else sys.stdout)
    return _ending(args, found[0])


def _sheets(args: argparse.Namespace) -> tuple[list[Sheet], list[Sheet]]:
    """Return the cast designs and the others as folders, each with a name of its own."""
    models = args.colour_model or []
    if models and len(models) != len(args.sheet):
        msg = (
            f"{len(models)} colour models for {len(args.sheet)} sheets: give one for each, in the same order."
        )
        raise BadInput(msg)
    cast = [compare_files.look_into(path, what="--sheet") for path in args.sheet]
    for path, folder in zip(args.sheet, cast, strict=True):
        if not folder.drawings:
            msg = (
                f"There is no drawing in {path}{_instead(folder)}. Name the folder of the approved drawings."
            )
            raise BadInput(msg)
    known = {path.resolve() for path in args.sheet}
    if len(known) < len(args.sheet):
        raise BadInput("The same folder is given as two sheets. Give each design once.")
    others = [path for path in _rival_folders(args.rivals) if not _overlaps(path.resolve(), known)]
    if args.rivals and not others:
        msg = f"There is no other design in {args.rivals}. Name a folder that holds a folder for each design."
        raise BadInput(msg)
    names = compare_files.labels([*args.sheet, *others])
    folders = [*cast, *(compare_files.look_into(path, what="--rivals") for path in others)]
    made = [Sheet(name, folder) for name, folder in zip(names, folders, strict=True)]
    return made[: len(cast)], made[len(cast) :]


def _overlaps(path: Path, known: set[Path]) -> bool:
    """Return whether a folder is a sheet, holds one or lies in one: then it is no other design."""
    return any(path.is_relative_to(sheet) or sheet.is_relative_to(path) for sheet in known)


def _rival_folders(root: Path | None) -> list[Path]:
    """Return a folder for each other design: those right below, or the folder itself where drawings lie in it."""
    if root is None:
        return []
    found = compare_files.look_into(root, what="--rivals").drawings
    if any("/" not in named.name for named in found):
        return [root]
    below = dict.fromkeys(named.name.partition("/")[0] for named in found)
    return [root / name for name in below]


def _instead(folder: Folder) -> str:
    """Return what lies in a folder without drawings, so that the reader sees which folder it is."""
    if not folder.others:
        return ""
    return f" (but {', '.join(folder.others[:3])}{' …' if len(folder.others) > 3 else ''})"


def _outputs(args: argparse.Namespace, folders: Sequence[Folder]) -> dict[str, Output]:
    """Prove that the reports can be written where they were asked for, and are no drawing by mistake."""
    wanted = {"html": args.html} | ({"json": Path(args.output)} if args.output not in {None, "-"} else {})
    paths = [path.resolve() for path in wanted.values() if path]
    inputs = {named.path.resolve() for folder in folders for named in folder.drawings}
    for path in paths:
        if path in inputs or paths.count(path) > 1:
            msg = f"{path} is given twice: as what is written and as something else. Name another file to write."
            raise BadInput(msg)
    made: dict[str, Output] = {}
    try:
        for kind, path in wanted.items():
            if path:
                made[kind] = Output(path)
    except BadInput:
        for output in made.values():
            output.drop()
        raise
    return made


def _compared(
    args: argparse.Namespace, drawings: Folder, sheets: list[Sheet], rivals: list[Sheet], album: Album
) -> tuple[Compared, Pictures]:
    model = compare.model_of(args)
    asked = Asked(
        tuple(map(str, args.sheet)),
        str(args.drawings),
        str(args.rivals or ""),
        tuple(map(str, args.colour_model or [])),
        args.stage,
        args.limit,
    )
    found = Compared(asked, describe(), _version(), ignored=drawings.others)
    found.problems += compare_files.left_out(drawings, "drawings")
    _read_models(args, sheets, found)
    _compile(args, sheets, rivals, found)
    bench = Bench(
        model=model,
        cast=tuple(found.packs[sheet.label] for sheet in found.sheets),
        rivals=tuple(found.packs[sheet.label] for sheet in found.rivals),
        names={label: label for label in found.packs},
        painted=asked.painted,
        limit=args.limit,
        with_pictures=args.html is not None,
        approved={a.content_sha256: a.file.name for sheet in reversed(found.sheets) for a in sheet.approved},
    )
    pictures = Pictures(album, {sheet.label: sheet.folder.root for sheet in (*sheets, *rivals)})
    first: dict[str, dict[str, Any]] = {}
    with closing(_measured(args, bench, drawings.drawings)) as results:
        for named, measured in results:
            if isinstance(measured, str):
                found.entries.append(compare_report.repeated_entry(first[measured], named.name))
            else:
                first[named.name] = compare_report.entry(measured)
                found.entries.append(first[named.name])
                pictures.keep(measured)
    return found, pictures


def _read_models(args: argparse.Namespace, sheets: Sequence[Sheet], found: Compared) -> None:
    for sheet, path in zip(sheets, args.colour_model or [], strict=False):
        sheet.swatches, remarks = compare_files.read_colour_model(path)
        sheet.colour_model = str(path)
        found.problems += remarks


def _compile(args: argparse.Namespace, sheets: list[Sheet], rivals: list[Sheet], found: Compared) -> None:
    """Read and compile every sheet; one of the cast without a usable drawing ends the run, a rival is left out.

    Raises:
        BadInput: a cast design has no drawing that can be used.
    """
    work = [*(("sheet", sheet) for sheet in sheets), *(("rivals", sheet) for sheet in rivals)]
    kept: dict[str, list[Sheet]] = {"sheet": [], "rivals": []}
    with _bar(args, len(work), "sheets", "sheet") as bar:
        for where, sheet in work:
            faults = list(compare_files.read_sheet(sheet, where))
            pack, left_out = compile_sheet(sheet, where)
            faults += left_out
            found.problems += [*faults, *_remarks(sheet, where)]
            _complain(args, (fault for fault in faults if fault.severity == "refused"))
            if pack is not None:
                found.packs = {**found.packs, sheet.label: pack}
                kept[where].append(sheet)
            elif where == "sheet":
                msg = f"No drawing of the sheet {sheet.label} can be used. {_first_reason(faults)}"
                raise BadInput(msg)
            bar.update()
    found.sheets, found.rivals = kept["sheet"], kept["rivals"]


def _remarks(sheet: Sheet, where: str) -> Iterator[Fault]:
    odd = compare_files.unplain_folders(sheet.folder)
    if odd:
        message = (
            f"{', '.join(odd)} were read as one design. If they are several, give the folder of each "
            "with a --sheet of its own, or the others with --rivals."
        )
        yield Fault(where, str(sheet.folder.root), "notice", "SEVERAL_FOLDERS", message)


def _first_reason(faults: Sequence[Fault]) -> str:
    refused = [fault for fault in faults if fault.severity == "refused"]
    return f"{refused[0].file}: {refused[0].message}" if refused else ""


def _measured(
    args: argparse.Namespace, bench: Bench, drawings: Sequence[Named]
) -> Generator[tuple[Named, Measured | str], None, None]:
    """Yield every file with what it came to, or with the name of the earlier file that it repeats."""
    same = compare_files.repeated(drawings)
    new = [named for named in drawings if named.name not in same]
    flagged = 0
    with (
        closing(compared_by(bench, new, args.workers or compare.default_workers())) as results,
        _bar(args, len(drawings), "drawings", "drawing") as bar,
    ):
        for named in drawings:
            if named.name in same:
                yield named, same[named.name]
            else:
                measured = next(results)
                _complain(args, [measured.fault] if measured.fault else [])
                flagged += bool(measured.flags)
                yield named, measured
            bar.set_postfix_str(f"{flagged} flagged", refresh=False)
            bar.update()


def _write(args: argparse.Namespace, outputs: dict[str, Output], found: tuple[Compared, Pictures]) -> None:
    if args.output == "-":
        sys.stdout.write(compare_report.as_json(found[0]))
        sys.stdout.flush()
    if "json" in outputs:
        outputs["json"].write([compare_report.as_json(found[0])])
    if "html" in outputs:
        outputs["html"].write(compare_html.page(*found))


def _summary(found: Compared, outputs: dict[str, Output]) -> list[str]:
    said = [_of_sheet(found, sheet) for sheet in found.sheets]
    totals = found.totals
    said.append(
        f"{totals['drawings']} drawings: {totals['flagged']} flagged, {totals['clean']} clean, "
        f"{totals['not_compared']} not compared, {totals['unreadable']} not read"
    )
    flagged = [each for each in compare_report.worst_first(found.entries) if each["flags"]]
    rows = [_row(each, flag) for each in flagged for flag in each["flags"]]
    if rows:
        said += ["", *table.lines(["drawing", "drift", "fault", "what was seen"], rows[:_SHOWN])]
        said += [f"… and {len(rows) - _SHOWN} more, in the report"] if len(rows) > _SHOWN else []
    missing = [f"! {sentence}" for sentence in compare_report.not_checked(found)]
    notices = [
        f"! {fault.file}: {fault.message}"
        for fault in found.problems
        if fault.code in {"SEVERAL_FOLDERS", "MOVIE"}
    ]
    written = [f"Written: {', '.join(str(output.path) for output in outputs.values())}"] if outputs else []
    return [*said, "", *missing, *notices, *written] if missing or notices or written else said


def _of_sheet(found: Compared, sheet: Sheet) -> str:
    views = ", ".join(view.replace("_", "-") for view in compare_report.views_of(sheet)) or "no view named"
    colours = f"colours from {sheet.colour_model}" if sheet.colour_model else "colours from the sheet"
    return f"{sheet.label}: {found.packs[sheet.label].drawings} approved drawings ({views}), {colours}"


def _row(entry: dict[str, Any], flag: dict[str, Any]) -> list[str]:
    fault = compare_report.fault_words(flag["fault"])
    return [entry["file"], f"{flag['drift']:.2f}", fault, flag["sentence"]]


def _ending(args: argparse.Namespace, found: Compared) -> int:
    totals = found.totals
    if totals["unreadable"] or totals["refused_files"]:
        return USAGE
    failing = {
        "flagged": totals["flagged"],
        "not-compared": totals["flagged"] + totals["not_compared"],
        "never": 0,
    }
    return FLAGGED if failing[args.fail_on] else OK


def _bar(args: argparse.Namespace, total: int, words: str, unit: str) -> tqdm[Any]:
    return tqdm(total=total, desc=words, unit=unit, disable=True if args.quiet else None, leave=False)


def _complain(args: argparse.Namespace, faults: Iterable[Fault]) -> None:
    """Name each file that was not read, at once and also when quiet: nobody should find it out later."""
    for fault in faults:
        tqdm.write(f"sakkan: {fault.file} was not read. {fault.message}", file=sys.stderr)


def _version() -> str:
    try:
        return version("sakkan")
    except PackageNotFoundError:
        return "from source"
