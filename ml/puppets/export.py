"""Write one character as a folder that anyone can use: sheets, colour model, a sequence, masks and the truth.

The same options give the same bytes, file by file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from ml.puppets import landmarks
from ml.puppets.correspond import Scene
from ml.puppets.design import Design
from ml.puppets.export_files import LICENCE, MADE_BY, save_mask, save_png, write_json
from ml.puppets.export_flow import write_flow
from ml.puppets.export_model import gpl, table, with_variants
from ml.puppets.export_options import Export
from ml.puppets.export_readme import readme
from ml.puppets.export_sheet import export_sheet
from ml.puppets.export_truth import labels_key, write_drifts
from ml.puppets.finish import Finish, delivered
from ml.puppets.finish_light import LIGHTS, in_light
from ml.puppets.random_design import random_costume, random_design
from ml.puppets.render import PuppetFrame, bust_for, full_for, lay
from ml.puppets.sequence import acting
from ml.puppets.style import HOUSE, STYLES, Style

FORMAT = "sakkan-puppet/1"
LINE = Finish("line", trace=True)

Say = Callable[[str], None]


def wardrobe(seed: int, style: Style = HOUSE) -> tuple[Design, Design]:
    """Return the character of a seed in two costumes."""
    own = random_design(seed, style)
    return own, random_costume(own, seed)


def write_character(folder: Path, export: Export, say: Say = lambda _: None) -> dict[str, object]:
    """Write the folder and return what its truth.json says.

    Args:
        folder: made if it is not there; files of the same name are written over.
        export: what to write.
        say: is told in a few words what is being written.
    """
    own, second = wardrobe(export.seed, STYLES[export.style])
    folder.mkdir(parents=True, exist_ok=True)
    say("colour model")
    _colour_model(folder, [own, second])
    lit = [in_light(design, export.finish.variant) for design in (own, second)]
    sheet = [entry for design in lit for entry in _sheet(folder, export, design, say)]
    truth: dict[str, object] = {
        "format": FORMAT,
        "made_by": MADE_BY,
        "licence": LICENCE,
        "seed": export.seed,
        "name": own.name,
        "style": own.style.name,
        "costumes": [design.costume.code for design in lit],
        "finish": asdict(export.finish),
        "size_px": export.size_px,
        "sheet": sheet,
        "sequence": _sequence(folder, export, lit[0], say),
        "drifts": write_drifts(folder, lit[0], lit[1], export, say),
    }
    write_json(folder / "masks/labels.json", labels_key())
    write_json(folder / "truth.json", truth)
    (folder / "README.txt").write_text(readme(own, second, export), encoding="utf-8")
    return truth


def _colour_model(folder: Path, designs: list[Design]) -> None:
    """Write the colour model of each costume in each light, three ways."""
    own = designs[0]
    costumes = [with_variants(design) for design in designs]
    model = {"format": FORMAT, "character": own.code, "name": own.name, "costumes": costumes}
    write_json(folder / "colour_model.json", model)
    (folder / "colour_model.csv").write_text(table(designs), encoding="utf-8")
    for design in designs:
        for variant in LIGHTS:
            name = f"palettes/{design.costume.code}_{variant}.gpl"
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(gpl(design, variant), encoding="utf-8")


def _sheet(folder: Path, export: Export, design: Design, say: Say) -> list[dict[str, object]]:
    """Draw the approved drawings of one costume and return their entries."""
    entries = []
    items = export_sheet(design)
    for number, item in enumerate(items, 1):
        say(f"sheet of {design.costume.name}: {number} of {len(items)}")
        slug = item.label.replace(" ", "_").replace("-", "_")
        name = f"{design.costume.code}/{item.kind}_{slug}.png"
        about: dict[str, object] = {"kind": item.kind, "view": item.view, "label": item.label}
        files = {"file": f"sheet/{name}", "labels": f"masks/sheet/{name}"}
        parts = f"masks/parts/{name.removesuffix('.png')}" if number == 1 else ""
        scene = Scene(design, item.pose, item.expression, export.framed(item.framing))
        drawn = _drawing(folder, export, scene, files, parts)
        entries.append({**files, "costume": design.costume.code, **about, **drawn})
    return entries


def _sequence(folder: Path, export: Export, design: Design, say: Say) -> dict[str, object]:
    """Draw the sequence with its line layer and label maps, and the motion between its keys."""
    play = acting(export.play)
    count = export.frames or play.length
    base = export.framed(bust_for(design) if play.bust else full_for(design))
    drawings = []
    for index in range(count):
        say(f"sequence: {index + 1} of {count}")
        name = f"A{index + 1:04d}.png"
        files = {"file": f"sequence/{name}", "labels": f"masks/sequence/{name}"}
        if export.finish.layers != "line":
            files["line"] = f"sequence/line/{name}"
        drawn = _drawing(folder, export, play.scene(design, index % play.length, base), files)
        key = any(key.at == index % play.length for key in play.keys)
        drawings.append({"number": index + 1, "key": key, **files, **drawn})
    flow = write_flow(folder, design, play, base, count, say)
    return {
        "play": play.code,
        "costume": design.costume.code,
        "hold_frames": 2,
        "drawings": drawings,
        "flow": flow,
    }


def _drawing(
    folder: Path, export: Export, scene: Scene, files: dict[str, str], parts: str = ""
) -> dict[str, object]:
    """Write one drawing's files and return what is known of it."""
    laid = lay(scene.design, scene.pose, scene.expression, scene.framing)
    save_png(folder / files["file"], delivered(laid, export.finish).rgba)
    if "line" in files:
        line = replace(LINE, paper=export.finish.paper, scanned=export.finish.scanned)
        save_png(folder / files["line"], delivered(laid, line).rgba)
    seen = landmarks.visible(laid, laid.landmarks)
    frame = PuppetFrame(laid.coloured(), laid.labels(), laid.landmarks, seen)
    save_png(folder / files["labels"], frame.labels)
    if parts:
        for part in frame.parts:
            save_mask(folder / parts / f"{part}.png", frame.mask(part))
    return {
        "landmarks": {
            name: {"x": x, "y": y, "visible": name in seen} for name, (x, y) in laid.landmarks.items()
        },
        "pose": asdict(scene.pose),
        "expression": asdict(scene.expression),
        "framing": asdict(scene.framing),
    }
