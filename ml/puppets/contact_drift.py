"""A contact sheet of every kind of drift: the right drawing, and beside it the drifted one with its place outlined."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ml.puppets.contact_page import Panel, captioned, grid, shown
from ml.puppets.design import Design
from ml.puppets.drift import KINDS, Drifted, Kind, UnknownDrift, box_of, make, possible
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.production import designs
from ml.puppets.random_design import random_costume, random_design
from ml.puppets.render import FULL, Framing, bust_for

_PANEL_HW = (180, 150)
_MARK = (222, 40, 90)
_MARGIN_SHARE = 0.35
_LEAST_SIDE = 1.5  # of a close view, large pixels to one of the panel
_FINE = 5  # how much larger a picture is drawn than it is shown


def drift_sheet(design: Design | None = None, seed: int = 1) -> np.ndarray:
    """Return an (h, w, 3) uint8 RGB contact sheet of every kind of drift that a design can show."""
    if design is None:
        design, second, stranger = (designs()[key] for key in ("aki/travel", "aki/school", "hinata/casual"))
    else:
        second, stranger = random_costume(design, seed), random_design(seed + 1, design.style)
    panels = []
    for kind in KINDS.values():
        pair = _pair(kind, design, second if kind.name == "costume" else stranger, seed)
        if pair is not None:
            panels.append(pair)
    return grid(panels, 4)


def _pair(kind: Kind, design: Design, other: Design, seed: int) -> Panel | None:
    """Return right and drifted drawing side by side; None if the design cannot show this kind."""
    h, w = _PANEL_HW
    near = kind.fault in {"FACE", "SHAPE", "LINE_WEIGHT"} and "feet" not in kind.needs
    tall = design.build.heads_tall * 100
    scale = h * _FINE / (tall * 1.22)
    whole = replace(
        FULL, size_hw=(h * _FINE, w * _FINE), px_per_unit=scale, centre_xy=(0.0, -0.54 * tall), line_px=3.2
    )
    bust = bust_for(design)
    face = replace(bust, size_hw=(h * _FINE, w * _FINE), px_per_unit=5.0, line_px=5.5)
    framing: Framing = face if near else whole
    if not possible(kind.name, design, STANDING, framing):
        return None
    try:
        result = make(kind.name, design, STANDING, EXPRESSIONS["neutral"], framing, seed, other=other)
    except UnknownDrift:
        return None
    close = kind.fault in {"DETAIL", "COLOUR"} or "feet" in kind.needs or kind.family == "head_size"
    x0, y0, x1, y1 = _view(result, (h, w)) if close else (0, 0, w * _FINE, h * _FINE)
    right = _small(shown(result.right.rgba)[y0:y1, x0:x1])
    wrong = _small(_outlined(kind, result, (x1 - x0) / w)[y0:y1, x0:x1])
    return captioned(np.hstack([right, wrong]), f"{kind.name}\n{result.what[:50]}", above=True)


def _view(result: Drifted, panel_hw: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a box of the panel's shape round what differs, with some of the figure about it."""
    h, w = panel_hw
    full_h, full_w = result.mask.shape
    x0, y0, x1, y1 = result.box_xyxy
    side = max((x1 - x0) / w, (y1 - y0) / h) * (1 + 2 * _MARGIN_SHARE)
    side = min(max(side, _LEAST_SIDE), full_h / h)
    width, height = round(side * w), round(side * h)
    left = int(np.clip((x0 + x1 - width) // 2, 0, full_w - width))
    top = int(np.clip((y0 + y1 - height) // 2, 0, full_h - height))
    return left, top, left + width, top + height


def _outlined(kind: Kind, result: Drifted, grow: float) -> Panel:
    """Return the drifted drawing with the outline of its place, about two pixels wide once it is made small."""
    picture = shown(result.frame.rgba)
    thick = max(1, round(1.6 * grow))
    if kind.family == "line":
        return picture  # its place is every line, and an outline would hide them
    if result.place is None:
        x0, y0, x1, y1 = box_of(result.mask)
        cv2.rectangle(picture, (x0, y0), (x1 - 1, y1 - 1), _MARK, thick)
        return picture
    round_it = np.ones((4 * thick + 1, 4 * thick + 1), np.uint8)
    around = cv2.dilate(result.place.astype(np.uint8), round_it)
    outlines, _ = cv2.findContours(around, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, outlines, -1, _MARK, thick)
    return picture


def _small(picture: Panel) -> Panel:
    return np.asarray(
        cv2.resize(picture, (_PANEL_HW[1], _PANEL_HW[0]), interpolation=cv2.INTER_AREA), np.uint8
    )
