"""Contact sheets of people: the cast, its views and expressions, seeded characters, one character in every style."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ml.puppets.contact_page import Panel, captioned, page, row, shown
from ml.puppets.design import Design
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS, Expression, Pose
from ml.puppets.production import designs
from ml.puppets.random_design import random_design
from ml.puppets.render import BUST, bust_for, full_for, render
from ml.puppets.style import STYLES

_WIDTH = 1200
_FIGURE_H, _FACE_H = 300, 160
_SEEDS = ((1, 2, 3, 4, 5, 6, 7, 8), (9, 10, 11, 12, 13, 14, 15, 16))
_STYLED_FIGURE, _STYLED_FACES = 11, (10, 14, 9)  # seeds that are drawn in every style
_QUARTER = replace(STANDING, yaw=38.0)
_POSED = (
    ("running", 38.0), ("sitting", 38.0), ("arms_crossed", 0.0), ("jumping", 0.0), ("kick", 38.0), ("thinking", 0.0),
    ("kneeling", -38.0), ("cheering", 0.0), ("reaching_up", -38.0), ("fighting", -38.0), ("waving", 0.0),
    ("crouching", 38.0), ("looking_back", 180.0), ("dashing", 90.0),
)  # fmt: skip


def people_sheet() -> np.ndarray:
    """Return an (h, w, 3) uint8 RGB contact sheet of people."""
    smile = EXPRESSIONS["smile"]
    seeds = [_figures([(random_design(seed), STANDING, smile) for seed in row]) for row in _SEEDS]
    return page([*_cast(), *seeds, *_poses(), *_styles()], _WIDTH)


def _cast() -> list[np.ndarray]:
    """Return the people of the demo: figures, views, expressions, faces."""
    people = list(designs().values())
    calm, smile = EXPRESSIONS["neutral"], EXPRESSIONS["smile"]
    aki, travel, hinata, ren = people[0], people[1], people[2], people[3]
    cast = [(d, STANDING, smile) for d in people]
    cast += [(aki, POSES["hand_up"], smile), (ren, POSES["hands_on_hips"], calm)]
    cast += [(travel, replace(POSES["stride"], yaw=-38.0), smile)]
    views = [(d, replace(STANDING, yaw=yaw), calm) for d in (hinata, travel) for yaw in VIEWS.values()]
    faces = [(aki, name) for name in list(EXPRESSIONS)[:7]]
    faces += [((hinata, ren)[i % 2], name) for i, name in enumerate(list(EXPRESSIONS)[7:14])]
    shown_faces = [
        _face(d, _QUARTER if d is not aki else STANDING, EXPRESSIONS[name], 7, name) for d, name in faces
    ]
    return [_figures(cast), _figures(views), row(shown_faces[:7]), row(shown_faces[7:])]


def _poses() -> list[np.ndarray]:
    """Return seeded characters in motion, seen from all sides."""
    figures = []
    for seed, (name, yaw) in enumerate(_POSED, 20):
        expression = list(EXPRESSIONS.values())[seed % len(EXPRESSIONS)]
        figures.append((random_design(seed), replace(POSES[name], yaw=yaw), expression))
    return [_figures(figures[:7]), _figures(figures[7:])]


def _styles() -> list[np.ndarray]:
    """Return some characters in every style, a style to a column: a figure, and faces of others."""
    calm, count = EXPRESSIONS["neutral"], len(STYLES)
    styles = list(STYLES.values())
    figures = [random_design(_STYLED_FIGURE, style) for style in styles]
    rows = [row([_figure(d, STANDING, EXPRESSIONS["smile"], count, d.style.name) for d in figures])]
    for seed, pose in zip(_STYLED_FACES, (STANDING, _QUARTER, STANDING), strict=True):
        rows.append(row([_face(random_design(seed, style), pose, calm, count) for style in styles]))
    return rows


def _figures(wanted: list[tuple[Design, Pose, Expression]]) -> np.ndarray:
    return row([_figure(*one, len(wanted)) for one in wanted])


def _figure(design: Design, pose: Pose, expression: Expression, count: int, caption: str = "") -> Panel:
    whole = full_for(design)
    grow = _FIGURE_H / whole.size_hw[0]
    framing = replace(
        whole, size_hw=(_FIGURE_H, _WIDTH // count), px_per_unit=whole.px_per_unit * grow, line_px=0.9
    )
    return shown(render(design, pose, expression, framing).rgba, caption)


def _face(design: Design, pose: Pose, expression: Expression, count: int, caption: str = "") -> Panel:
    width = _WIDTH // count
    scale = min(width / 150, 1.1)
    height = min(_FACE_H, round(155 * scale))
    size = (height, width)
    bust = bust_for(design)
    far = scale * bust.px_per_unit / BUST.px_per_unit
    framing = replace(bust, size_hw=size, px_per_unit=far, line_px=max(0.9, 1.15 * scale))
    return captioned(shown(render(design, pose, expression, framing).rgba), caption, above=bool(caption))


def small_png(picture: np.ndarray) -> bytes:
    """Return an (h, w, 3) RGB picture as a small PNG of 5 bits a channel."""
    coarse = np.minimum(np.round(picture.astype(np.float32) / 8) * 8, 255).astype(np.uint8)
    _, data = cv2.imencode(
        ".png",
        cv2.cvtColor(coarse, cv2.COLOR_RGB2BGR),
        [cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE],
    )
    return bytes(data)
