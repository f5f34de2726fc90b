"""Reads a plan: the list of sheets, cuts and planted drifts that `ml` writes beside its pictures.

The format "sakkan-plan/1" is the same for our own drawn demo and for real art; docs/demo.md describes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.core.errors import InvalidInput

FORMAT = "sakkan-plan/1"


@dataclass(frozen=True)
class PlannedDesign:
    """A design with its sheet drawings and swatches, as plain rows of the plan."""

    code: str
    name: str
    sheet: list[dict[str, Any]]
    swatches: list[dict[str, Any]]


@dataclass(frozen=True)
class PlannedCharacter:
    """A character with its designs."""

    code: str
    name: str
    designs: list[PlannedDesign]


@dataclass(frozen=True)
class PlannedCut:
    """A cut with its cast ("aki/school"), drawings and planted drifts."""

    episode: str
    number: str
    stage: str
    duration_frames: int
    cast: list[str]
    note: str
    drawings: list[dict[str, Any]]
    truth: list[dict[str, Any]]


@dataclass(frozen=True)
class Plan:
    """A whole production on paper."""

    folder: Path
    code: str
    title: str
    fps: float
    made_by: str
    licence: str
    episodes: list[dict[str, str]]
    characters: list[PlannedCharacter]
    cuts: list[PlannedCut] = field(default_factory=list)


def read(folder: Path) -> Plan:
    """Read `folder`/plan.json.

    Raises:
        InvalidInput: no plan there, or not of our format.
    """
    path = folder / "plan.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(field=str(path), reason=str(error)) from error
    if data.get("format") != FORMAT:
        raise InvalidInput(field=str(path), reason=f"format is {data.get('format')!r}, not {FORMAT!r}")
    return Plan(
        folder=folder,
        code=data["code"],
        title=data["title"],
        fps=data.get("fps", 24),
        made_by=data.get("made_by", ""),
        licence=data.get("licence", ""),
        episodes=data["episodes"],
        characters=[_character(row) for row in data["characters"]],
        cuts=[_cut(row) for row in data["cuts"]],
    )


def _character(row: dict[str, Any]) -> PlannedCharacter:
    designs = [PlannedDesign(d["code"], d["name"], d["sheet"], d.get("swatches", [])) for d in row["designs"]]
    return PlannedCharacter(row["code"], row["name"], designs)


def _cut(row: dict[str, Any]) -> PlannedCut:
    return PlannedCut(
        episode=row["episode"],
        number=row["number"],
        stage=row["stage"],
        duration_frames=row.get("duration_frames", 0),
        cast=row["cast"],
        note=row.get("note", ""),
        drawings=row["drawings"],
        truth=row.get("truth", []),
    )
