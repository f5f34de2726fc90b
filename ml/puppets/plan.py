"""Write characters and productions as folders of PNG files; the production with a plan.json ("sakkan-plan/1")."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np

from ml.puppets.design import Design
from ml.puppets.drift import Wish, altered, drifted
from ml.puppets.figure import PARTS
from ml.puppets.palette import swatches
from ml.puppets.production import CutScript, SheetItem, cuts, designs, sheet_of
from ml.puppets.raster import TONES
from ml.puppets.render import PuppetFrame, bust_for, full_for, render
from ml.puppets.sequence import acting

MADE_BY = (
    "Drawn by ml.puppets, Sakkan's own generator of cel characters; every fault in it was put in on purpose."
)
LICENCE = "Apache-2.0, drawn by the Sakkan project"


def save_png(path: Path, picture: np.ndarray) -> None:
    """Write an (h, w, 4) RGBA or (h, w) uint8 array as PNG, folders included."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if picture.ndim == 3:
        picture = cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA)
    cv2.imwrite(
        str(path),
        picture,
        [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE],
    )


def write_json(path: Path, data: object) -> None:
    """Write a JSON file that people can read."""
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


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
        sheet = [_sheet_drawing(folder, design, item)[0] for item in sheet_of(design)]
        found.setdefault(design.code, []).append(
            {
                "code": design.costume.code,
                "name": design.costume.name,
                "sheet": sheet,
                "swatches": colour_model(design),
            }
        )
    return [{"code": code, "name": names[code], "designs": worn} for code, worn in found.items()]


def colour_model(design: Design) -> list[dict[str, object]]:
    """Return the swatches of a design as the plan holds them."""
    return [
        {"part": part, "tone": tone, "rgb": list(rgb), "tolerance_de": 2.0}
        for part, tone, rgb in swatches(design)
    ]


def _sheet_drawing(folder: Path, design: Design, item: SheetItem) -> tuple[dict[str, object], PuppetFrame]:
    """Draw one approved drawing and return its entry and the drawing."""
    slug = item.label.replace(" ", "_").replace("-", "_")
    file = f"sheets/{design.code}/{design.costume.code}/{item.kind}_{slug}.png"
    frame = render(design, item.pose, item.expression, item.framing)
    save_png(folder / file, frame.rgba)
    return {"file": file, "kind": item.kind, "view": item.view, "label": item.label}, frame


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


def write_character(folder: Path, design: Design) -> dict[str, object]:
    """Write one character: sheet, colour model, a short sequence, label masks and the truth about drifts."""
    folder.mkdir(parents=True, exist_ok=True)
    model = {"name": design.name, "costume": design.costume.name, "swatches": colour_model(design)}
    write_json(folder / "colour_model.json", model)
    sheet = []
    for item in sheet_of(design):
        entry, frame = _sheet_drawing(folder, design, item)
        masks = str(entry["file"]).replace("sheets/", "labels/")
        save_png(folder / masks, frame.labels)
        sheet.append({**entry, "labels": masks, "landmarks": frame.landmarks})
    play = acting("wave")
    for index in range(play.length):
        frame = render(design, *play.state(index), full_for(design))
        save_png(folder / f"sequence/A{index + 1:04d}.png", frame.rgba)
        save_png(folder / f"sequence_labels/A{index + 1:04d}.png", frame.labels)
    truth: dict[str, object] = {
        "labels": "0 = nothing, else 1 + 4 * part + tone",
        "parts": list(PARTS),
        "tones": list(TONES),
        "sheet": sheet,
        "drifts": _sample_drifts(folder, design),
    }
    write_json(folder / "truth.json", truth)
    return truth


def _sample_drifts(folder: Path, design: Design) -> list[dict[str, object]]:
    """Draw one example of each drift that needs no other character."""
    wishes = [Wish("recolour", 16, "top", seed=1), Wish("head_size", 0.15)]
    wishes += [Wish("missing_detail", target=extra) for extra in sorted(design.costume.extras)[:1]]
    entries: list[dict[str, object]] = []
    for wish in wishes:
        item = sheet_of(design)[0]
        result = drifted(design, item.pose, item.expression, item.framing, wish)
        save_png(folder / f"drifts/{wish.kind}.png", result.frame.rgba)
        save_png(folder / f"drifts/{wish.kind}_mask.png", (result.mask * 255).astype(np.uint8))
        entries.append(
            {"file": f"drifts/{wish.kind}.png", "mask": f"drifts/{wish.kind}_mask.png", "kind": wish.kind,
             "what": result.what, "fault": result.fault, "box_xyxy": list(result.box_xyxy)}
        )  # fmt: skip
    return entries
