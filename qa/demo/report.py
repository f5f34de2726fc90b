"""Compares what a plan planted with what was flagged: the demo page and `make demo-art` both print it."""

from __future__ import annotations

import json
from typing import Any

from assets.models import Drawing, Production
from qa.choices import RunState
from qa.demo.loader import plan_path
from qa.models import Flag


def demo_report(code: str = "DEMO") -> dict[str, Any]:
    """Return {code, made_by, licence, rows, clean_drawings, false_flags, found, planted}; empty when nothing is loaded.

    A planted drift counts as found when its drawing carries a flag, whatever the fault is called; `named` says
    whether the fault's name is the planted one too. A false flag is a clean drawing with a flag.
    """
    production = Production.objects.filter(code=code).first()
    path = plan_path(code)
    if production is None or not path.exists():
        return {}
    plan = json.loads(path.read_text(encoding="utf-8"))
    flags = _flags(production)
    drawings = _drawings(production)
    rows = [row for cut in plan["cuts"] for row in _cut_rows(cut, drawings, flags)]
    planted = {row["drawing_id"] for row in rows}
    clean = {drawing.pk for drawing in drawings.values()} - planted
    return {
        "code": code,
        "made_by": plan.get("made_by", ""),
        "licence": plan.get("licence", ""),
        "rows": rows,
        "planted": len(rows),
        "found": sum(row["found"] for row in rows),
        "clean_drawings": len(clean),
        "false_flags": sum(pk in flags for pk in clean),
    }


def _flags(production: Production) -> dict[int, list[Flag]]:
    found: dict[int, list[Flag]] = {}
    current = Flag.objects.filter(
        run__state=RunState.CURRENT, run__take__cut__episode__production=production, run__take__number=1
    )
    for flag in current.select_related("drawing__cell__take__cut__episode", "design__character"):
        found.setdefault(flag.drawing_id, []).append(flag)
    return found


def _drawings(production: Production) -> dict[tuple[str, str, str, int], Drawing]:
    rows = Drawing.objects.filter(cell__take__cut__episode__production=production, cell__take__number=1)
    return {
        (d.cell.take.cut.episode.code, d.cell.take.cut.number, d.cell.name, number): d
        for d in rows.select_related("cell__take__cut__episode")
        for number in d.numbers or [d.number]
    }


def _cut_rows(
    cut: dict[str, Any],
    drawings: dict[tuple[str, str, str, int], Drawing],
    flags: dict[int, list[Flag]],
) -> list[dict[str, Any]]:
    rows = []
    for truth in cut.get("truth", []):
        drawing = drawings.get((cut["episode"], cut["number"], truth["cell"], truth["number"]))
        mine = flags.get(drawing.pk, []) if drawing else []
        rows.append(
            {
                "cut": f"{cut['episode']}_C{cut['number']}",
                "drawing": f"{truth['cell']}{truth['number']}",
                "drawing_id": drawing.pk if drawing else None,
                "kind": truth["kind"],
                "what": truth["what"],
                "found": bool(mine),
                "named": any(flag.fault == truth.get("fault") for flag in mine),
                "flag": mine[0] if mine else None,
            }
        )
    return rows
