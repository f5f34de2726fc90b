"""Write the demo production as a folder of PNG files with a plan.json ("sakkan-plan/1")."""

from __future__ import annotations

from pathlib import Path

from ml.puppets.design import Design
from ml.puppets.drift import Wish, altered
from ml.puppets.export_files import LICENCE, MADE_BY, save_png, write_json
from ml.puppets.export_model import colour_model
from ml.puppets.production import CutScript, SheetItem, cuts, designs, sheet_of
from ml.puppets.render import bust_for, full_for, render
from ml.puppets.sequence import acting


def write_demo(folder: Path) -> int:
    """Write the demo production with its plan and return the number of its cuts."""
    everyone = designs()
    drawn = [_cut(folder, script, everyone) for script in cuts()]
    plan: dict[str, object] = {
        "format": "sakkan-plan/1",
        "title": "Sakkan demo: Three on the road",
        "code": "DEMO",
        "fps": 24,
        "made_by": MADE_BY,
        "licence": LICENCE,
        "episodes": [{"code": "EP01", "title": "The plan"}, {"code": "EP02", "title": "The hill"}],
        "characters": _characters(folder, everyone),
        "cuts": drawn,
    }
    write_json(folder / "plan.json", plan)
    return len(drawn)


def _characters(folder: Path, everyone: dict[str, Design]) -> list[dict[str, object]]:
    """Write all sheets and return the plan's characters."""
    names: dict[str, str] = {}
    found: dict[str, list[dict[str, object]]] = {}
    for design in everyone.values():
        names[design.code] = design.name
        sheet = [_sheet_drawing(folder, design, item) for item in sheet_of(design)]
        found.setdefault(design.code, []).append(
            {
                "code": design.costume.code,
                "name": design.costume.name,
                "sheet": sheet,
                "swatches": colour_model(design),
            }
        )
    return [{"code": code, "name": names[code], "designs": worn} for code, worn in found.items()]


def _sheet_drawing(folder: Path, design: Design, item: SheetItem) -> dict[str, object]:
    """Draw one approved drawing and return its entry."""
    slug = item.label.replace(" ", "_").replace("-", "_")
    file = f"sheets/{design.code}/{design.costume.code}/{item.kind}_{slug}.png"
    save_png(folder / file, render(design, item.pose, item.expression, item.framing).rgba)
    return {"file": file, "kind": item.kind, "view": item.view, "label": item.label}


def _cut(folder: Path, script: CutScript, everyone: dict[str, Design]) -> dict[str, object]:
    """Draw one cut and return its entry."""
    design = everyone[script.cast]
    play = acting(script.acting, script.yaw)
    framing = bust_for(design) if play.bust else full_for(design)
    drawings, truth = [], []
    last = ""
    for number in range(1, play.length + 1):
        file = f"cuts/{script.episode}_C{script.number}/A/A{number:04d}.png"
        if number in script.holds:
            (folder / file).write_bytes((folder / last).read_bytes())
        else:
            pose, expression = play.state(number - 1)
            wish = script.wishes.get(number)
            shown = altered(design, wish).design if wish else design
            save_png(folder / file, render(shown, pose, expression, framing).rgba)
            if wish:
                truth.append(_truth(number, design, wish))
        last = file
        drawings.append({"cell": "A", "number": number, "file": file, "hold_frames": script.hold_frames})
    return {
        "episode": script.episode,
        "number": script.number,
        "stage": "PT",
        "fps": 24,
        "duration_frames": play.length * script.hold_frames,
        "cast": [script.cast],
        "note": script.note,
        "drawings": drawings,
        "truth": truth,
    }


def _truth(number: int, design: Design, wish: Wish) -> dict[str, object]:
    """Return what was put wrong in one drawing."""
    bent = altered(design, wish)
    return {"cell": "A", "number": number, "kind": wish.kind, "what": bent.what, "fault": bent.fault}
