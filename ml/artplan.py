"""Turns a folder of real art with a MANIFEST.json (anime-qa-testdata/1) into a production plan (sakkan-plan/1).

A part of each character's drawings becomes the approved sheet, the rest becomes cuts as clean drawings; some
cuts also hold controlled edits and swapped characters, which the plan lists under `truth`. Nothing depends on
which sets the folder has, only on the roles that its files state.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ml import edits
from ml.errors import BadImage
from ml.pixels import U8, cut_figure, decode, encode_png

FORMAT = "sakkan-plan/1"
_FINISHED = {"final", "clean", None}
_MAX_CHARACTERS, _MAX_CUTS = 16, 26
_LEAST_DRAWINGS, _LEAST_HEIGHT_PX = 4, 56
_SHEET_MOST, _CUT_MOST = 14, 12
VIEWS = {
    "front": "front",
    "back": "back",
    "side": "side",
    "3q": "three_quarter",
    "front_3q": "three_quarter",
}


@dataclass(frozen=True)
class Art:
    """One finished drawing of the folder."""

    path: Path
    set_name: str
    character: str
    costume: str
    sequence: str
    frame: int
    view: str
    expression: str


@dataclass
class Design:
    """A character in one costume and its drawings: `sheet` approved, `rest` not."""

    character: str
    code: str
    sheet: list[Art] = field(default_factory=list)
    rest: list[Art] = field(default_factory=list)


Wrong = tuple[str, str, str]  # kind, what, fault


def read_manifest(folder: Path) -> list[Art]:
    """Return the finished drawings that the manifest names, in its order of paths.

    Raises:
        BadImage: no manifest of this form.
    """
    try:
        manifest = json.loads((folder / "MANIFEST.json").read_text())
        rows = manifest["files"]
    except (OSError, ValueError, KeyError) as error:
        msg = "this folder has no MANIFEST.json of the form anime-qa-testdata/1"
        raise BadImage(msg, expected="MANIFEST.json", actual=str(error)) from error
    found = [_art(folder, row) for row in sorted(rows, key=lambda r: str(r.get("file", "")))]
    return [art for art in found if art is not None]


def _art(folder: Path, row: dict[str, Any]) -> Art | None:
    role = row.get("role") or {}
    name = str(row.get("file", ""))
    usable = name.lower().endswith(".png") and "character" in role and role.get("stage") in _FINISHED
    if (
        not usable
        or role.get("drift")
        or role.get("subject")
        or int(row.get("height") or 0) < _LEAST_HEIGHT_PX
    ):
        return None
    return Art(
        folder / name,
        str(row.get("set", "")),
        str(role["character"]),
        str(role.get("costume") or "default"),
        str(role.get("sequence") or ""),
        int(role.get("frame") or 0),
        str(role.get("view") or ""),
        str(role.get("expression") or role.get("pose") or role.get("action") or ""),
    )


def group(drawings: Sequence[Art]) -> list[Design]:
    """Return the designs with enough drawings, sets in turn, each split into sheet and rest."""
    by_design: dict[tuple[str, str, str], list[Art]] = defaultdict(list)
    for art in drawings:
        by_design[art.set_name, art.character, art.costume].append(art)
    by_set: dict[str, list[list[Design]]] = defaultdict(list)
    by_character: dict[tuple[str, str], list[Design]] = defaultdict(list)
    for (set_name, character, costume), items in by_design.items():
        if len(items) >= _LEAST_DRAWINGS:
            design = _split(f"{set_name}_{character}", costume, items)
            by_character[set_name, character].append(design)
    for (set_name, _), designs in by_character.items():
        by_set[set_name].append(designs)
    turns = [designs for row in zip_longest(*by_set.values()) for designs in row if designs is not None]
    return [design for designs in turns[:_MAX_CHARACTERS] for design in designs]


def _split(character: str, costume: str, items: list[Art]) -> Design:
    """Take every third frame of a sequence and every second single drawing into the sheet."""
    design = Design(_slug(character), _slug(costume))
    for sequence, frames in _by_sequence(items).items():
        step = 3 if sequence else 2
        for index, art in enumerate(sorted(frames, key=lambda a: (a.frame, str(a.path)))):
            approved = index % step == 0 and len(design.sheet) < _SHEET_MOST
            (design.sheet if approved else design.rest).append(art)
    return design


def _by_sequence(items: Sequence[Art]) -> dict[str, list[Art]]:
    by: dict[str, list[Art]] = defaultdict(list)
    for art in items:
        by[art.sequence].append(art)
    longest = dict(sorted(by.items(), key=lambda kv: (bool(kv[0]), -len(kv[1]), kv[0])))
    return dict(list(longest.items())[:3])


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:48] or "x"


class _Writer:
    """Writes the pictures beside the plan and remembers what was written."""

    def __init__(self, out: Path) -> None:
        self._out = out

    def put(self, name: str, rgba: U8) -> str:
        path = self._out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_png(rgba))
        return name


def write_plan(folder: Path, out: Path) -> dict[str, Any]:
    """Write plan.json and its pictures under `out` and return the plan.

    Raises:
        BadImage: the folder has no manifest, or no character with enough drawings.
    """
    designs = group(read_manifest(folder))
    if not designs:
        msg = "no character of this folder has enough finished drawings"
        raise BadImage(msg, expected=_LEAST_DRAWINGS, actual=0)
    writer = _Writer(out)
    plan = {
        "format": FORMAT,
        "title": "Real art",
        "code": "ART",
        "fps": 24,
        "made_by": "Real drawings by their manifest; edits in `truth` were made by ml.edits.",
        "licence": "per file, see the folder's MANIFEST.json and ATTRIBUTION.md",
        "episodes": [{"code": "EP01", "title": "Real art"}],
        "characters": _characters(designs, writer),
        "cuts": list(_cuts(designs, writer)),
    }
    (out / "plan.json").write_text(json.dumps(plan, ensure_ascii=False, indent=1))
    return plan


def _characters(designs: Sequence[Design], writer: _Writer) -> list[dict[str, Any]]:
    by: dict[str, list[Design]] = defaultdict(list)
    for design in designs:
        by[design.character].append(design)
    return [
        {
            "code": character,
            "name": character.replace("-", " ").title(),
            "designs": [
                {"code": d.code, "name": d.code, "sheet": list(_sheet(d, writer)), "swatches": []}
                for d in theirs
            ],
        }
        for character, theirs in by.items()
    ]


def _sheet(design: Design, writer: _Writer) -> Iterator[dict[str, str]]:
    for index, art in enumerate(design.sheet):
        label = art.expression or art.path.stem
        name = f"sheets/{design.character}/{design.code}/{index + 1:02d}_{_slug(label)}.png"
        view = VIEWS.get(art.view, "")
        kind = "expression" if art.expression else "turnaround"
        yield {
            "file": writer.put(name, decode(art.path.read_bytes())),
            "kind": kind,
            "view": view,
            "label": label,
        }


def _cuts(designs: Sequence[Design], writer: _Writer) -> Iterator[dict[str, Any]]:
    usable = [d for d in designs if d.rest]
    number = 0
    for index, design in enumerate(usable):
        for take, frames in enumerate(_portions(design.rest)):
            if number >= _MAX_CUTS or take > 1:
                break
            number += 1
            yield _cut(number, design, frames, _plan_wrong(usable, index, take), writer)


def _portions(rest: Sequence[Art]) -> list[list[Art]]:
    by = _by_sequence(rest)
    return [
        frames[start : start + _CUT_MOST]
        for frames in by.values()
        for start in range(0, len(frames), _CUT_MOST)
    ]


def _plan_wrong(
    designs: Sequence[Design], index: int, take: int
) -> list[Callable[[U8], tuple[U8, Wrong] | None]]:
    """Say which faults a cut gets: the first cut of a design has faults by turns, its second is clean."""
    if take:
        return []
    design = designs[index]
    others = [d for d in designs if d.character != design.character]
    sisters = [d for d in designs if d.character == design.character and d.code != design.code]
    makers: list[Callable[[U8], tuple[U8, Wrong] | None]] = [
        lambda rgba: _edited(edits.recolour(rgba, 16.0, index), "recolour", "COLOUR"),
        lambda rgba: _edited(edits.enlarge_head(rgba, 1.15), "head_size", "PROPORTION"),
        lambda rgba: _edited(edits.erase_detail(rgba, index), "missing_detail", "DETAIL"),
    ]
    if sisters:
        makers.insert(0, lambda _: _swapped(sisters[0], "wrong_costume"))
    elif others:
        makers.insert(index % 3, lambda _: _swapped(others[(index * 5 + 1) % len(others)], "wrong_design"))
    return [makers[index % len(makers)], makers[(index + 1) % len(makers)]] if index % 4 != 3 else []


def _edited(edit: edits.Edit | None, kind: str, fault: str) -> tuple[U8, Wrong] | None:
    return None if edit is None else (edit.rgba, (kind, edit.what, f"OFF_MODEL.{fault}"))


def _swapped(other: Design, kind: str) -> tuple[U8, Wrong]:
    art = (other.rest or other.sheet)[0]
    what = f"drawing of {other.character}/{other.code}"
    return decode(art.path.read_bytes()), (kind, what, "OFF_MODEL.WRONG_DESIGN")


def _cut(
    number: int,
    design: Design,
    frames: Sequence[Art],
    wrong: Sequence[Callable[[U8], tuple[U8, Wrong] | None]],
    writer: _Writer,
) -> dict[str, Any]:
    code = f"{number:03d}"
    drawings, truth = [], []
    places = {1 + (k + 1) * len(frames) // (len(wrong) + 1): maker for k, maker in enumerate(wrong)}
    for index, art in enumerate(frames, start=1):
        rgba = decode(art.path.read_bytes())
        made = places[index](rgba) if index in places else None
        if made is not None and cut_figure(made[0]) is not None:
            rgba, (kind, what, fault) = made
            truth.append({"cell": "A", "number": index, "kind": kind, "what": what, "fault": fault})
        name = writer.put(f"cuts/EP01_C{code}/A/A{index:04d}.png", rgba)
        drawings.append({"cell": "A", "number": index, "file": name, "hold_frames": 2})
    return {
        "episode": "EP01",
        "number": code,
        "stage": "PT",
        "fps": 24,
        "duration_frames": 2 * len(frames),
        "cast": [f"{design.character}/{design.code}"],
        "note": frames[0].sequence or "",
        "drawings": drawings,
        "truth": truth,
    }
