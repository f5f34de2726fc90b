"""The sheet of an exported character: what the demo's sheets hold, more poses, and details seen from near."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.puppets.design import Design
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS
from ml.puppets.production import SheetItem, sheet_of
from ml.puppets.render import BUST, Framing, bust_for, full_for, lay

_POSES = (("arms_crossed", "front"), ("running", "three_quarter"), ("sitting", "three_quarter"))
_MORE_FACES = ("laugh", "shout", "worried", "pout", "wink", "determined")
# detail -> landmarks that it lies between, how wide the picture is in units
_DETAILS = {
    "eyes": (("eye_r", "eye_l"), 92.0),
    "hand": (("wrist_r",), 110.0),
    "feet": (("ankle_r", "ankle_l"), 150.0),
}


def export_sheet(design: Design) -> list[SheetItem]:
    """Return the approved drawings of an exported sheet, in order."""
    calm, whole, bust = EXPRESSIONS["neutral"], full_for(design), bust_for(design)
    usual = [replace(item, kind="pose") if item.kind == "detail" else item for item in sheet_of(design)]
    faces = [
        SheetItem(name, "expression", "front", STANDING, EXPRESSIONS[name], bust) for name in _MORE_FACES
    ]
    poses = [
        SheetItem(name.replace("_", " "), "pose", view, replace(POSES[name], yaw=VIEWS[view]), calm, whole)
        for name, view in _POSES
    ]
    heads = [
        SheetItem(f"head {view}", "detail", view, replace(STANDING, yaw=VIEWS[view]), calm, bust)
        for view in ("side", "back")
    ]
    near = [
        SheetItem(name, "detail", "front", STANDING, calm, _near(design, marks, wide))
        for name, (marks, wide) in _DETAILS.items()
    ]
    return [*usual, *faces, *poses, *heads, *near]


def _near(design: Design, marks: tuple[str, ...], wide: float) -> Framing:
    """Return the framing of what lies about some landmarks, `wide` units across."""
    whole = full_for(design)
    found = lay(design, STANDING, EXPRESSIONS["neutral"], whole).landmarks
    pixel = np.mean([found[name] for name in marks], axis=0)
    middle = (np.array(whole.size_hw[::-1]) - 1) / 2
    x, y = ((pixel - middle) / whole.px_per_unit + whole.centre_xy).tolist()
    return replace(BUST, px_per_unit=BUST.size_hw[1] / (wide * 1.6), centre_xy=(x, y), line_px=4.2)
