"""A contact sheet: the cast, its expressions and views, and seeded characters side by side on paper."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ml.puppets.design import Design
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, Expression, Pose
from ml.puppets.production import designs
from ml.puppets.random_design import random_design
from ml.puppets.render import FULL, Framing, bust_for, render

PAPER = (242, 241, 236)
_FIGURE = replace(FULL, size_hw=(390, 200), px_per_unit=0.575, line_px=1.0)


def on_paper(rgba: np.ndarray) -> np.ndarray:
    """Return an (h, w, 4) uint8 straight-alpha drawing as (h, w, 3) RGB on paper."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    return np.round(rgba[..., :3] * alpha + np.array(PAPER) * (1 - alpha)).astype(np.uint8)


def contact_sheet(seeds: int = 6) -> np.ndarray:
    """Return an (h, w, 3) uint8 RGB contact sheet: cast, turn-around and poses, expressions, seeds."""
    people = list(designs().values())
    calm, smile = EXPRESSIONS["neutral"], EXPRESSIONS["smile"]
    aki, hinata, ren = people[0], people[2], people[3]
    rows = [[_figure(d, STANDING, smile) for d in people] + [_figure(aki, POSES["hand_up"], smile)]]
    views = [_figure(hinata, replace(STANDING, yaw=yaw), calm) for yaw in (0.0, 38.0, 90.0, 180.0)]
    walk = replace(POSES["stride"], yaw=38.0)
    rows.append([*views, _figure(ren, walk, calm), _figure(people[1], replace(walk, yaw=-38.0), smile)])
    faces = ("neutral", "smile", "angry", "surprised", "sad", "closed")
    rows.append([_bust(aki, STANDING, EXPRESSIONS[name]) for name in faces])
    turned = replace(STANDING, yaw=38.0)
    rows.append([_bust(d, p, e) for d in (hinata, ren, people[4])
                 for p, e in ((STANDING, smile), (turned, EXPRESSIONS["surprised"]))])  # fmt: skip
    if seeds:
        rows.append([_figure(random_design(seed), STANDING, smile) for seed in range(1, seeds + 1)])
    width = max(sum(p.shape[1] for p in row) for row in rows)
    return np.vstack([_wide(np.hstack(row), width) for row in rows])


def small_png(picture: np.ndarray) -> bytes:
    """Return an (h, w, 3) RGB picture as a small PNG of 5 bits a channel."""
    coarse = np.minimum(np.round(picture.astype(np.float32) / 8) * 8, 255).astype(np.uint8)
    _, data = cv2.imencode(".png", cv2.cvtColor(coarse, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return bytes(data)


def _figure(design: Design, pose: Pose, expression: Expression) -> np.ndarray:
    return on_paper(render(design, pose, expression, _FIGURE).rgba)


def _bust(design: Design, pose: Pose, expression: Expression) -> np.ndarray:
    framing: Framing = replace(bust_for(design), size_hw=(200, 200), px_per_unit=1.08, line_px=1.3)
    return on_paper(render(design, pose, expression, framing).rgba)


def _wide(row: np.ndarray, width: int) -> np.ndarray:
    """Return a row filled with paper up to a width."""
    rest = np.full((row.shape[0], width - row.shape[1], 3), PAPER, np.uint8)
    return np.hstack([row, rest])
