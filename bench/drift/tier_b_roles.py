"""Questions that a manifest itself states: colourways of one design, and drawings in which one thing was changed.

`role.palette_pair` names drawings that are alike but for their paints: the first costume is the sheet, the other is
asked ("colourway"). `role.drift` with `role.reference` is a drawing in which one thing differs from an approved one:
it is asked as "real_<drift>". Their clean drawings are shams of the approved ones.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench.drift.types import DesignTask, Question, Truth, World
from ml import edits
from ml.errors import BadImage
from ml.pixels import U8, cut_figure, decode, encode_png
from ml.types import SheetPicture

_SHEET_MOST, _DESIGNS_MOST, _DRIFTS_MOST = 14, 24, 60
_SHAMS = ("half_pixel", "rescale", "reencode")
_LEAST_HEIGHT_PX = 56
Picture = Callable[[Path], U8]
Row = dict[str, Any]


@dataclass(frozen=True)
class _Case:
    """An approved design and the drawings that are wrong under its name, each with its kind."""

    key: str
    character: str
    sheet: tuple[Path, ...]
    wrong: tuple[tuple[str, Path], ...]


def worlds(art: Path, picture: Picture) -> list[Callable[[], World]]:
    """Return what builds the worlds of colourways and of real drifts; none where the manifest states none."""
    rows = [row for row in json.loads((art / "MANIFEST.json").read_text())["files"] if _shown(art, row)]
    cases = {"colourways": _colourways(art, rows), "real_drift": _real(art, rows)}
    return [partial(_world, name, tuple(found), picture) for name, found in cases.items() if found]


def _shown(art: Path, row: Row) -> bool:
    role = row.get("role") or {}
    if not ({"palette_pair", "drift"} & role.keys() or "character" in role):
        return False
    name = str(row.get("file", ""))
    return name.lower().endswith(".png") and int(row.get("height") or 0) >= _LEAST_HEIGHT_PX


def _path(art: Path, row: Row) -> Path:
    return art / str(row["file"])


def _readable(path: Path) -> bool:
    try:
        return cut_figure(decode(path.read_bytes())) is not None
    except (OSError, BadImage) as error:
        print(f"LEFT OUT {path.name}: {error}")
        return False


def _colourways(art: Path, rows: Sequence[Row]) -> list[_Case]:
    pairs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if "palette_pair" in row["role"]:
            pairs[str(row.get("set", "")), str(row["role"]["palette_pair"])].append(row)
    found = []
    for (set_name, pair), alike in sorted(pairs.items())[:_DESIGNS_MOST]:
        ordered = sorted(alike, key=lambda r: (str(r["role"].get("costume", "")), str(r["file"])))
        paths = [path for path in (_path(art, row) for row in ordered) if _readable(path)]
        if len(paths) > 1:
            wrong = tuple(("colourway", path) for path in paths[1:])
            found.append(_Case(f"{pair}/default", f"{set_name}/{pair}", (paths[0],), wrong))
    return found


def _real(art: Path, rows: Sequence[Row]) -> list[_Case]:
    """Return the drawings with `role.drift`, each with the approved drawings of its reference's design."""
    by_file = {str(row["file"]): row for row in rows}
    by_design: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if not row["role"].get("drift"):
            by_design[_design(row)].append(row)
    cases: dict[tuple[str, str, str], list[tuple[str, Path]]] = defaultdict(list)
    approved: dict[tuple[str, str, str], list[Path]] = defaultdict(list)
    for row in rows:
        if row["role"].get("drift"):
            reference = _reference(row, by_file)
            design = _design(reference or row)
            cases[design].append((f"real_{row['role']['drift']}", _path(art, row)))
            own = [] if reference is None else [_path(art, reference)]
            approved[design] += own + [_path(art, r) for r in by_design[design]]
    return [case for design, wrong in cases.items() if (case := _case(design, approved[design], wrong))]


def _case(
    design: tuple[str, str, str], approved: Sequence[Path], wrong: Sequence[tuple[str, Path]]
) -> _Case | None:
    sheet = [path for path in dict.fromkeys(approved) if _readable(path)][:_SHEET_MOST]
    shown = [(kind, path) for kind, path in wrong if _readable(path)][:_DRIFTS_MOST]
    if not sheet or not shown:
        return None
    return _Case("/".join(design[1:]), "/".join(design[:2]), tuple(sheet), tuple(shown))


def _design(row: Row) -> tuple[str, str, str]:
    role = row["role"]
    return (
        str(row.get("set", "")),
        str(role.get("character", "unnamed")),
        str(role.get("costume") or "default"),
    )


def _reference(row: Row, by_file: dict[str, Row]) -> Row | None:
    """Return the row that `role.reference` names, by its whole path or by the path within the set."""
    name = str(row["role"].get("reference") or "")
    folder = str(Path(str(row["file"])).parent)
    ways = (name, f"{row.get('set', '')}/{name}", f"{folder}/{name}")
    return next((by_file[way] for way in ways if way in by_file), None)


def _world(name: str, cases: Sequence[_Case], picture: Picture) -> World:
    tasks = tuple(
        DesignTask(
            case.key,
            tuple(
                SheetPicture(str(i), encode_png(picture(path)), "turnaround", "")
                for i, path in enumerate(case.sheet)
            ),
        )
        for case in cases
    )
    return World(f"B/{name}", "B", tasks, partial(_questions, name, cases, picture))


def _questions(name: str, cases: Sequence[_Case], picture: Picture) -> Iterator[tuple[Question, Truth]]:
    for case in cases:
        for index, path in enumerate(case.sheet[:4]):
            for label in _SHAMS:
                id_ = f"{name}/{case.key}/{index}/{label}"
                shown = edits.SHAMS[label](picture(path)).rgba
                yield Question(id_, case.key, id_, encode_png(shown)), Truth(label, case.character)
        for index, (kind, path) in enumerate(case.wrong):
            id_ = f"{name}/{case.key}/{kind}/{index}"
            rgba = picture(path)
            truth = Truth(
                kind, case.character, edits.fault_of(kind), _place(picture(case.sheet[0]), rgba, kind)
            )
            yield Question(id_, case.key, id_, encode_png(rgba)), truth


def _place(approved: U8, shown: U8, kind: str) -> np.ndarray | None:
    """Return where a colourway differs from the approved drawing; for other drifts nobody has said where."""
    if kind != "colourway" or approved.shape != shown.shape:
        return None
    differs = (approved != shown).any(axis=2) & ((approved[..., 3] > 0) | (shown[..., 3] > 0))
    return np.asarray(differs) if differs.any() else None
