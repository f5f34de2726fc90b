"""What `sakkan compare` found, as the plain data of the format sakkan-compare/1 (see docs/compare.md).

The same files, options and engine give the same bytes: nothing in a report is a time or a place of this machine beyond
the paths that the person typed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assets.choices import PAINTED_STAGES
from qa.checks.base import CODE_VERSION
from qa.choices import Fault as FaultName
from qa.sentences import not_comparable
from studio.cli.compare_bench import Measured
from studio.cli.compare_files import Fault, Sheet
from studio.core import compute as door

FORMAT = "sakkan-compare/1"
VIEWS = ("front", "three_quarter", "side", "back")


@dataclass(frozen=True)
class Asked:
    """What the person asked for, as typed."""

    sheets: tuple[str, ...]
    drawings: str
    rivals: str
    colour_models: tuple[str, ...]
    stage: str
    limit: float

    @property
    def painted(self) -> bool:
        """Whether drawings of this stage are painted; else their lines alone are looked at."""
        return self.stage in PAINTED_STAGES


@dataclass
class Compared:
    """All of one run. `entries` are drawings as the report holds them, in the order of their names."""

    asked: Asked
    engine: Mapping[str, Any]
    version: str
    sheets: Sequence[Sheet] = ()
    rivals: Sequence[Sheet] = ()
    packs: Mapping[str, door.DesignPack] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Fault] = field(default_factory=list)
    ignored: Sequence[str] = ()

    @property
    def totals(self) -> dict[str, Any]:
        """Count drawings by what they came to, and flags by fault."""
        states = Counter(entry["state"] for entry in self.entries)
        flags = [flag for entry in self.entries for flag in entry["flags"]]
        return {
            "drawings": len(self.entries),
            "flagged": states["flagged"],
            "clean": states["clean"],
            "not_compared": states["not_compared"],
            "unreadable": states["unreadable"],
            "flags": len(flags),
            "by_fault": dict(sorted(Counter(flag["fault"] for flag in flags).items())),
            "refused_files": sum(fault.severity == "refused" for fault in self.problems),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return the report."""
        return {
            "format": FORMAT,
            "made_by": {
                "sakkan": self.version,
                "checks": CODE_VERSION,
                "model_id": self.engine["model_id"],
                "device": str(self.engine.get("device", "")),
            },
            "asked": {
                "sheets": list(self.asked.sheets),
                "drawings": self.asked.drawings,
                "rivals": self.asked.rivals,
                "colour_models": list(self.asked.colour_models),
                "stage": self.asked.stage,
                "limit": self.asked.limit,
            },
            "totals": self.totals,
            "not_checked": not_checked(self),
            "designs": [
                *(self._design(sheet, is_cast=True) for sheet in self.sheets),
                *(self._design(sheet, is_cast=False) for sheet in self.rivals),
            ],
            "problems": [fault.as_dict() for fault in self.problems],
            "ignored_files": list(self.ignored),
            "drawings": self.entries,
        }

    def _design(self, sheet: Sheet, *, is_cast: bool) -> dict[str, Any]:
        pack = self.packs[sheet.label]
        return {
            "design": sheet.label,
            "cast": is_cast,
            "approved_drawings": pack.drawings,
            "colour_model": sheet.colour_model,
            "swatches": len(sheet.swatches),
            "views": views_of(sheet),
            "limits": dict(sorted(pack.limits.items())),
        }


def entry(measured: Measured) -> dict[str, Any]:
    """Return a drawing as the report holds it."""
    return {
        "file": measured.file,
        "state": measured.state,
        "drift": measured.drift,
        "same_as": "",
        "approved_as": measured.approved_as,
        "size_hw": list(measured.size_hw),
        "reason": measured.fault.message if measured.fault else _reason(measured),
        "flags": measured.flags,
        "results": measured.results,
        "notes": [{"code": note.code, "message": note.message} for note in measured.notes],
    }


def _reason(measured: Measured) -> str:
    """Return why a drawing was not compared, in words; empty when it was."""
    if measured.state != "not_compared":
        return ""
    if any(result["applicable"] for result in measured.results):
        return "Nothing of it could be measured at this stage."
    reasons = [result["why_not"] for result in measured.results if result["why_not"] != "other_design"]
    return not_comparable(reasons[0] if reasons else "other_design")


def repeated_entry(first: Mapping[str, Any], file: str) -> dict[str, Any]:
    """Return the entry of a file with the bytes of an earlier one: it came to the same."""
    return {**first, "file": file, "same_as": first["file"]}


def as_json(compared: Compared) -> str:
    """Return the report as JSON text with a newline at its end."""
    return json.dumps(compared.as_dict(), ensure_ascii=False, indent=1) + "\n"


def worst_first(entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return drawings by drift, the worst first; equal ones keep their order."""
    return sorted(entries, key=lambda each: -(each["drift"] or 0.0))


def views_of(sheet: Sheet) -> list[str]:
    """Return the views that the names of a sheet's drawings say, in the order of a turn-around."""
    found = {each.view for each in sheet.approved}
    return [view for view in VIEWS if view in found]


def aspect_words(aspect: str) -> str:
    """Return the name of an aspect in words; one that this version does not know is named by its code."""
    try:
        return str(FaultName(f"OFF_MODEL.{aspect}").label)
    except ValueError:
        return aspect.replace("_", " ").lower()


def fault_words(fault: str) -> str:
    """Return the name of a fault (OFF_MODEL.FACE) in words."""
    return aspect_words(fault.removeprefix("OFF_MODEL."))


def not_checked(compared: Compared) -> list[str]:
    """Return in sentences what this run could not look at, and what would change that."""
    said = []
    if not compared.asked.painted:
        said.append(_of_stage(compared))
    else:
        if not compared.rivals:
            said.append(
                "Wrong character or costume was not checked: give other designs with --rivals FOLDER."
            )
        said += _of_aspects(compared)
    apart = [each for each in compared.entries if each["state"] == "not_compared"]
    missing = sorted({view for sheet in compared.sheets for view in _missing_views(sheet)}, key=VIEWS.index)
    if apart and missing:
        words = ", ".join(view.replace("_", "-") for view in missing)
        said.append(
            f"{_drawings(len(apart))} could not be compared. By the names of its files the sheet has no drawing from: "
            f"{words}. Add approved drawings from there."
        )
    return said


def _missing_views(sheet: Sheet) -> list[str]:
    """Return the views that a sheet lacks; none where its names say no view at all."""
    known = views_of(sheet)
    return [view for view in VIEWS if view not in known] if known else []


def _of_stage(compared: Compared) -> str:
    seen = {aspect["aspect"] for each in compared.entries for r in each["results"] for aspect in r["aspects"]}
    missing = [aspect_words(name.value.removeprefix("OFF_MODEL.")) for name in FaultName
               if name.value.removeprefix("OFF_MODEL.") not in seen]  # fmt: skip
    return f"Stage {compared.asked.stage}: lines alone. Not checked at this stage: {', '.join(missing)}."


def _of_aspects(compared: Compared) -> list[str]:
    found = Counter(
        aspect
        for each in compared.entries
        for aspect in {a for result in each["results"] if result["applicable"] for a in result["unchecked"]}
    )
    by_count: dict[int, list[str]] = {}
    for aspect, count in sorted(found.items()):
        by_count.setdefault(count, []).append(aspect_words(aspect))
    bare = any(not sheet.colour_model for sheet in compared.sheets)
    help_ = " The swatches would settle it: give them with --colour-model FILE." if bare else ""
    return [
        f"{', '.join(aspects).capitalize()}: could not be judged on {_drawings(count)}, too small or painted without a "
        f"settled palette.{help_}"
        for count, aspects in sorted(by_count.items(), reverse=True)
    ]


def _drawings(count: int) -> str:
    return f"{count} drawing" if count == 1 else f"{count} drawings"
