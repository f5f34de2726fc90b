"""Contact sheets of people: the cast, its views and expressions, seeded characters, one character in every style."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ml.puppets.contact_page import Panel, page, row, shown
from ml.puppets.design import Design
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS, Expression, Pose
from ml.puppets.production import designs
from ml.puppets.random_design import random_design
from ml.puppets.render import FULL, Framing, bust_for, render
from ml.puppets.style import STYLES

_WIDTH = 1200
_FIGURE_H, _FACE_H = 330, 170
_SEEDS = (1, 2, 3, 4, 5, 6, 7, 8)
_STYLED = 3  # the seed that is drawn in every style


def people_sheet() -> np.ndarray:
    """Return an (h, w, 3) uint8 RGB contact sheet of people."""
    people = list(designs().values())
    calm, smile = EXPRESSIONS["neutral"], EXPRESSIONS["smile"]
    aki, hinata, ren = people[0], people[2], people[3]
    walk = replace(POSES["stride"], yaw=38.0)
    turned = replace(STANDING, yaw=38.0)
    cast = [(d, STANDING, smile) for d in people]
    cast += [
        (aki, POSES["hand_up"], smile),
        (ren, POSES["hands_on_hips"], calm),
        (hinata, POSES["pointing"], smile),
    ]
    views = [(hinata, replace(STANDING, yaw=yaw), calm) for yaw in VIEWS.values()]
    views += [(people[1], replace(STANDING, yaw=yaw), calm) for yaw in (90.0, 180.0)]
    views += [(ren, walk, calm), (people[1], replace(walk, yaw=-38.0), smile)]
    faces = ("neutral", "smile", "angry", "surprised", "sad", "closed", "laugh")
    pairs = [
        (d, p, e)
        for d in (hinata, ren, people[4])
        for p, e in ((STANDING, smile), (turned, EXPRESSIONS["surprised"]))
    ]
    return page(
        [
            _figures(cast),
            _figures(views),
            row([_face(aki, STANDING, EXPRESSIONS[name], len(faces), name) for name in faces]),
            row([_face(d, p, e, len(pairs)) for d, p, e in pairs]),
            _figures([(random_design(seed), STANDING, smile) for seed in _SEEDS]),
            *_styles(),
        ],
        _WIDTH,
    )


def _styles() -> list[np.ndarray]:
    """Return one character's figure and face in every style, five to a row."""
    rows = []
    names = list(STYLES)
    for start in range(0, len(names), 5):
        panels = []
        for name in names[start : start + 5]:
            design = random_design(_STYLED, STYLES[name])
            panels.append(_figure(design, STANDING, EXPRESSIONS["smile"], 10, f"{name}"))
            panels.append(_face(design, STANDING, EXPRESSIONS["neutral"], 10, height=_FIGURE_H))
        rows.append(row(panels))
    return rows


def _figures(wanted: list[tuple[Design, Pose, Expression]]) -> np.ndarray:
    return row([_figure(*one, len(wanted)) for one in wanted])


def _figure(design: Design, pose: Pose, expression: Expression, count: int, caption: str = "") -> Panel:
    size = (_FIGURE_H, _WIDTH // count)
    framing = replace(FULL, size_hw=size, px_per_unit=_FIGURE_H / 680, line_px=0.9)
    return shown(render(design, pose, expression, framing).rgba, caption)


def _face(
    design: Design, pose: Pose, expression: Expression, count: int, caption: str = "", height: int = _FACE_H
) -> Panel:
    bust = bust_for(design)
    width = _WIDTH // count
    framing: Framing = replace(
        bust, size_hw=(height, width), px_per_unit=min(width / 150, 1.15), line_px=1.25
    )
    return shown(render(design, pose, expression, framing).rgba, caption)


def small_png(picture: np.ndarray) -> bytes:
    """Return an (h, w, 3) RGB picture as a small PNG of 5 bits a channel."""
    coarse = np.minimum(np.round(picture.astype(np.float32) / 8) * 8, 255).astype(np.uint8)
    _, data = cv2.imencode(".png", cv2.cvtColor(coarse, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return bytes(data)
