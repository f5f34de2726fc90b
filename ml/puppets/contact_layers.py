"""A contact sheet of one drawing's layers, papers, lights and motion."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ml.puppets.contact_page import Panel, captioned, grid, shown
from ml.puppets.correspond import Scene, flow, points
from ml.puppets.design import Design
from ml.puppets.finish import Finish, finished
from ml.puppets.paper import on_paper
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING
from ml.puppets.production import designs
from ml.puppets.render import Framing, bust_for, render

_SIZE_HW = (260, 300)
_POSE = replace(STANDING, yaw=38.0)
_LAYERS: tuple[tuple[str, Finish], ...] = (
    ("painted cel", Finish()),
    ("ink", Finish("line")),
    ("ink and colour-trace lines", Finish("line", trace=True)),
    ("paint without ink", Finish("paint")),
    ("shadow", Finish("shadow")),
    ("highlight", Finish("highlight")),
    ("evening", Finish(variant="evening")),
    ("night", Finish(variant="night")),
    ("key on animation paper, scanned", Finish("line", trace=True, paper="animation", scanned=True)),
    ("correction on yellow paper", Finish("line", paper="yellow")),
)


def layer_sheet() -> np.ndarray:
    """Return an (h, w, 3) uint8 RGB contact sheet of one drawing's layers."""
    design = designs()["aki/travel"]
    bust = bust_for(design)
    framing = replace(bust, size_hw=_SIZE_HW, px_per_unit=1.5, line_px=1.5)
    panels = [_layer(design, framing, words, finish) for words, finish in _LAYERS]
    panels[8:8] = [_labels(design, framing), _binarised(design, framing)]
    panels += _motion(design, framing)
    return grid(panels, 4)


def _layer(design: Design, framing: Framing, words: str, finish: Finish) -> Panel:
    rgba = finished(design, _POSE, EXPRESSIONS["smile"], framing, finish).rgba
    if finish.layers in ("shadow", "highlight"):
        dark, light = np.array((60, 64, 92, 255), np.uint8), np.array((228, 228, 232, 255), np.uint8)
        rgba = np.where(rgba[..., 3:] > 127, dark, light)
    return captioned(on_paper(rgba, "cel")[..., :3].copy(), words, above=True)


def _labels(design: Design, framing: Framing) -> Panel:
    """Return the label map in colours that only tell labels apart."""
    labels = render(design, _POSE, EXPRESSIONS["smile"], framing).labels
    colours = np.random.default_rng(4).integers(70, 236, (256, 3)).astype(np.uint8)
    colours[0] = (242, 241, 236)
    return captioned(colours[labels], "label map: part and tone of each pixel", above=True)


def _binarised(design: Design, framing: Framing) -> Panel:
    """Return an eye of the binarised line layer, eight times enlarged."""
    frame = finished(design, _POSE, EXPRESSIONS["smile"], framing, Finish("line", trace=True, binarised=True))
    x, y = (round(v) for v in frame.landmarks["eye_r"])
    h, w = _SIZE_HW[0] // 5 // 2, _SIZE_HW[1] // 5 // 2
    crop = on_paper(frame.rgba[y - h : y + h, x - w : x + w], "cel")[..., :3]
    large = cv2.resize(crop, (_SIZE_HW[1], _SIZE_HW[0]), interpolation=cv2.INTER_NEAREST)
    return captioned(large, "binarised, five times enlarged", above=True)


def _motion(design: Design, framing: Framing) -> list[Panel]:
    """Return a pose and the next, what moves where, and the points that correspond."""
    body = replace(framing, px_per_unit=0.9, centre_xy=(0.0, -420.0), line_px=1.2)
    first = Scene(design, POSES["stride"], EXPRESSIONS["neutral"], body)
    second = Scene(design, POSES["hand_up"], EXPRESSIONS["smile"], body)
    a, b = first.drawn(), second.drawn()
    moved, pairs = flow(a, b), points(a, b)
    lines = shown(b.frame.rgba)
    lines = ((lines.astype(np.uint16) + 2 * 242) // 3).astype(np.uint8)
    for pair in pairs.values():
        seen = pair.visible_in_a & pair.visible_in_b
        for p, q in zip(pair.a_px[seen][::6], pair.b_px[seen][::6], strict=True):
            cv2.line(lines, _fixed(p), _fixed(q), (196, 108, 60), 1, cv2.LINE_AA, 4)
            cv2.circle(lines, _fixed(q), 16, (40, 92, 214), -1, cv2.LINE_AA, 4)
    return [
        captioned(shown(a.frame.rgba), "a pose ...", above=True),
        captioned(shown(b.frame.rgba), "... and another", above=True),
        captioned(
            _wheel(moved.vectors_px, moved.known, moved.visible_in_b), "motion of every pixel", above=True
        ),
        captioned(lines, "corresponding points of the outlines", above=True),
    ]


def _wheel(vectors: np.ndarray, known: np.ndarray, visible: np.ndarray) -> Panel:
    """Return (h, w, 2) vectors as colours: hue = direction, richness = length; dark where covered afterwards."""
    length = np.hypot(vectors[..., 0], vectors[..., 1])
    longest = max(1.0, float(np.percentile(length[known], 98)))
    hue = (np.degrees(np.arctan2(vectors[..., 1], vectors[..., 0])) % 360) / 2
    rich = np.clip(length / longest, 0, 1) * 215 + 20
    bright = np.where(visible, 245, 150)
    rgb = cv2.cvtColor(np.dstack([hue, rich, bright]).astype(np.uint8), cv2.COLOR_HSV2RGB)
    rgb[~known] = (242, 241, 236)
    return np.asarray(rgb, np.uint8)


def _fixed(point: np.ndarray) -> tuple[int, int]:
    return round(float(point[0]) * 16), round(float(point[1]) * 16)
