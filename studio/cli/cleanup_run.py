"""One run of `sakkan cleanup`: read roughs, clean them, write, and say what was done."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from studio.cli import cleanup_sidecar, compare_files, drawn_out, engine, inbetween_keys
from studio.cli.compare_files import Named
from studio.cli.errors import FLAGGED, OK, BadInput, CliError
from studio.cli.inbetween_keys import Key
from studio.core.cleaning import LocalCleaning

if TYPE_CHECKING:
    from studio.core.cleaning import Cleaned, Cleaning

REPORT = "sakkan-cleanup-report/1"
_ENDINGS = {"png": (".png",), "svg": (".svg",), "both": (".png", ".svg")}
_PENCILS = ("red", "blue", "green")
_OPTIONS = {
    "strength": "strength", "merge": "merge_px", "gap": "gap_px", "weight": "weight_px", "pressure": "pressure",
    "taper": "taper_px", "jitter": "jitter", "colour": "line_rgb", "red": "red", "blue": "blue", "green": "green",
}  # fmt: skip


@dataclass
class Report:
    """What was done, for people and as JSON."""

    facts: dict[str, Any] = field(default_factory=dict)
    drawings: list[dict[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        """Return the report as text."""
        told = {
            "format": REPORT,
            "engine": self.facts.get("engine"),
            "model": self.facts.get("model_id"),
            "drawings": self.drawings,
            "notices": self.notices,
            "problems": self.problems,
        }
        return json.dumps(told, ensure_ascii=False, indent=2)

    def lines(self) -> list[str]:
        """Return the report for people."""
        said = [
            f"{', '.join(each['files'])}  {each['strokes']} strokes, {each['closures']} gaps closed, "
            f"{each['stray_ends']} stray ends"
            for each in self.drawings
        ]
        return said + [f"! {line}" for line in (*self.problems, *self.notices)]


@dataclass(frozen=True)
class Rough:
    """A rough with the files that come of it and what is wished for it."""

    key: Key
    paths: tuple[Path, ...]
    sidecar_path: Path
    wishes: Mapping[str, Any]


def run(args: argparse.Namespace) -> int:
    """Do everything that was asked for; return how the process is to end.

    Raises:
        BadInput: something given cannot be used. What was cleaned before stays written.
    """
    report = Report()
    keys = _keys(args, report)
    roughs = _roughs(args, keys)
    _refuse_unwritable(args, roughs)
    door = LocalCleaning(failure=engine.failure)
    weights = not args.no_weights
    with engine.installed():
        report.facts = dict(door.describe_cleanup(weights=weights))
    with _bar_of(args, len(roughs)) as bar:
        for rough, cleaned in _cleaned(door, roughs, is_sequence=args.sequence, weights=weights):
            drawn_out.write(_files(args, rough, cleaned, report))
            bar.update()
    if args.json:
        print(report.as_json())
    elif not args.quiet:
        print("\n".join(report.lines()))
    return FLAGGED if report.problems else OK


def _keys(args: argparse.Namespace, report: Report) -> list[Key]:
    """Return the roughs that can be read; of several, one that cannot is told and left out."""
    named = list(_named(args.roughs))
    keys = []
    for each in named:
        try:
            keys.append(inbetween_keys.read_key(each.path, each.name))
        except BadInput as problem:
            if len(named) == 1:
                raise
            report.problems.append(str(problem))
    if not keys:
        msg = f"No drawing was found in {', '.join(map(str, args.roughs))}. Give PNG, TGA, TIFF, JPEG, WebP or PSD."
        raise BadInput(msg)
    report.notices += dict.fromkeys(note for key in keys for note in key.notes)
    return keys


def _named(paths: Iterable[Path]) -> Iterator[Named]:
    for path in paths:
        if path.is_dir():
            yield from compare_files.look_into(path, what="ROUGH").drawings
        else:
            yield Named(path, path.name)


def _roughs(args: argparse.Namespace, keys: list[Key]) -> list[Rough]:
    out: Path = args.output
    is_file = drawn_out.is_file(out, len(keys), (".png", ".svg"))
    if is_file and args.format:
        msg = "--format is for a folder; of a file the ending says it."
        raise BadInput(msg)
    asked = _asked(args)
    roughs = []
    for key in keys:
        stem = out.with_suffix("") if is_file else (out / key.named.name).with_suffix("")
        endings = (out.suffix.lower(),) if is_file else _ENDINGS[args.format or "png"]
        paths = (out,) if is_file else tuple(stem.with_name(stem.name + ending) for ending in endings)
        wishes = cleanup_sidecar.wishes_for(args.sidecar, key) | asked
        roughs.append(Rough(key, paths, stem.with_name(stem.name + drawn_out.CLEANUP_ENDING), wishes))
    _refuse_double(roughs)
    return roughs


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    given = {wish: getattr(args, option) for option, wish in _OPTIONS.items()}
    asked = {wish: value for wish, value in given.items() if value is not None}
    return asked | ({"is_binary": True} if args.binary else {})


def _refuse_double(roughs: Iterable[Rough]) -> None:
    seen: dict[Path, Path] = {}
    for rough in roughs:
        own = rough.key.named.path
        if rough.sidecar_path in seen:
            msg = (
                f"{seen[rough.sidecar_path]} and {own} would be written to one place. Clean them one by one."
            )
            raise BadInput(msg)
        seen[rough.sidecar_path] = own


def _refuse_unwritable(args: argparse.Namespace, roughs: list[Rough]) -> None:
    outputs = [path for rough in roughs for path in (*rough.paths, rough.sidecar_path)]
    if args.layers:
        outputs += [_layer_path(rough, pencil) for rough in roughs for pencil in _PENCILS]
    drawn_out.refuse_unwritable(outputs, [rough.key.named.path for rough in roughs])


def _cleaned(
    door: Cleaning, roughs: list[Rough], *, is_sequence: bool, weights: bool
) -> Iterator[tuple[Rough, Cleaned]]:
    """Clean roughs one by one, or as a sequence; each is given as soon as it is there."""
    for group in [roughs] if is_sequence else [[each] for each in roughs]:
        pngs, wishes = [each.key.png for each in group], [each.wishes for each in group]
        name = ", ".join(each.key.named.name for each in group)
        try:
            yield from zip(group, door.clean(pngs, wishes, weights=weights), strict=True)
        except CliError:
            raise
        except Exception as error:  # the edge: nobody reads a traceback
            msg = (
                f"The engine stopped at {name} ({type(error).__name__}: {error}). Try it without the sidecar or with "
                "--no-weights, and report it with the drawing."
            )
            raise BadInput(msg) from error


def _files(args: argparse.Namespace, rough: Rough, cleaned: Cleaned, report: Report) -> dict[Path, bytes]:
    """Enter a drawing in the report; return the files to be written."""
    files = {path: cleaned.svg if path.suffix.lower() == ".svg" else cleaned.png for path in rough.paths}
    if args.layers:
        files |= {_layer_path(rough, name): png for name, png in cleaned.layers.items()}
    report.drawings.append(
        {
            "rough": str(rough.key.named.path),
            "files": [str(path) for path in files],
            "sidecar": str(rough.sidecar_path),
            "strokes": sum(bool(each["is_on"]) for each in cleaned.strokes if each["layer"] == "ink"),
            "closures": sum(bool(each["is_on"]) for each in cleaned.closures),
            "regions": cleaned.regions,
            "stray_ends": cleaned.stray_ends,
            "confidence": round(cleaned.confidence, 4),
            "notes": list(cleaned.notes),
        }
    )
    report.notices += [f"{rough.key.named.name}: {note}" for note in cleaned.notes]
    sidecar = cleanup_sidecar.as_json(rough.key, rough.wishes)
    return {**files, rough.sidecar_path: sidecar}


def _layer_path(rough: Rough, pencil: str) -> Path:
    stem = rough.sidecar_path.name.removesuffix(drawn_out.CLEANUP_ENDING)
    return rough.sidecar_path.with_name(f"{stem}.{pencil}.png")


def _bar_of(args: argparse.Namespace, total: int) -> tqdm[Any]:
    """Return the bar of progress; on standard error, and only where somebody looks."""
    disable = True if args.quiet else None
    return tqdm(total=total, desc="clean-up", unit="drawing", disable=disable, leave=False)
