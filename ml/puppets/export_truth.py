"""What is known about the drawings of an exported character: what labels mean, what moves where, what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ml.puppets.design import Design
from ml.puppets.drift import KINDS, Drifted, Kind, UnknownDrift, make, possible
from ml.puppets.export_files import save_mask, save_png
from ml.puppets.export_options import Export
from ml.puppets.figure import PART_SWATCH
from ml.puppets.finish import TRACES
from ml.puppets.finish_light import in_light
from ml.puppets.paper import on_paper, scanned
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.random_design import random_design
from ml.puppets.raster import TONES
from ml.puppets.render import PuppetFrame, bust_for, full_for, render
from ml.puppets.style import STYLES

Say = Callable[[str], None]


def labels_key() -> dict[str, object]:
    """Return what each value of a label map means."""
    labels: dict[str, object] = {"0": {"part": "", "tone": "", "swatch": ""}}
    for i, (part, swatch) in enumerate(PART_SWATCH.items()):
        for j, tone in enumerate(TONES):
            labels[str(1 + len(TONES) * i + j)] = {"part": part, "tone": tone, "swatch": swatch}
    traces = {str(label): {"parts": what, "rgb": list(rgb)} for label, (what, rgb) in TRACES.items()}
    return {
        "rule": "0 = nothing, else 1 + 4 * part + tone",
        "parts": list(PART_SWATCH),
        "tones": list(TONES),
        "labels": labels,
        "colour_trace": traces,
    }


def write_drifts(
    folder: Path, design: Design, second: Design, export: Export, say: Say
) -> list[dict[str, object]]:
    """Draw one example of each kind of drift that this character can show, and return their entries.

    Args:
        folder: the character's.
        design: the right one, in the light that was asked for.
        second: the same character in its other costume.
        export: size, finish and style.
        say: is told what is being drawn.
    """
    stranger = in_light(random_design(export.seed + 1, STYLES[export.style]), export.finish.variant)
    right = {name: render(design, *_shown(design, export, name)) for name in ("figure", "face")}
    for name, frame in right.items():
        save_png(folder / f"drift/right_{name}.png", _on_its_paper(frame.rgba, export))
    entries = []
    for kind in KINDS.values():
        say(f"drift: {kind.name}")
        other = second if kind.name == "costume" else stranger
        found = _example(kind, design, other, export, right)
        if found:
            entries.append(_entry(folder, kind, found[0], found[1], export))
    return entries


def _shown(design: Design, export: Export, name: str) -> tuple:
    framing = full_for(design) if name == "figure" else bust_for(design)
    return STANDING, EXPRESSIONS["neutral"], export.framed(framing)


def _example(
    kind: Kind, design: Design, other: Design, export: Export, right: dict[str, PuppetFrame]
) -> tuple[str, Drifted] | None:
    """Return the picture that shows a kind of drift and the drifted drawing; None if this character cannot."""
    pictures = ("face", "figure") if kind.fault in {"FACE", "SHAPE"} else ("figure", "face")
    for name in pictures:
        pose, expression, framing = _shown(design, export, name)
        if not possible(kind.name, design, pose, framing):
            continue
        try:
            result = make(
                kind.name, design, pose, expression, framing, export.seed, other=other, right=right[name]
            )
        except UnknownDrift:
            continue
        if result.shows:
            return name, result
    return None


def _entry(folder: Path, kind: Kind, name: str, result: Drifted, export: Export) -> dict[str, object]:
    """Write the files of one example and return what is known of it."""
    files = {"file": f"drift/{kind.name}.png", "mask": f"drift/{kind.name}_mask.png"}
    save_png(folder / files["file"], _on_its_paper(result.frame.rgba, export))
    save_mask(folder / files["mask"], result.mask)
    if result.place is not None:
        files["place"] = f"drift/{kind.name}_place.png"
        save_mask(folder / files["place"], result.place)
    return {
        "kind": kind.name,
        "magnitude": result.magnitude,
        "unit": kind.unit,
        "what": result.what,
        "fault": result.fault,
        "right": f"drift/right_{name}.png",
        **files,
        "box_xyxy": list(result.box_xyxy),
    }


def _on_its_paper(rgba: np.ndarray, export: Export) -> np.ndarray:
    """Return a painted cel on the paper that was asked for."""
    if export.finish.paper:
        rgba = on_paper(rgba, export.finish.paper)
    return scanned(rgba) if export.finish.scanned else rgba
