"""What the demo production shows: its sheets, its ten cuts and what goes wrong in them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ml.puppets import cast
from ml.puppets.design import Design
from ml.puppets.drift import Wish
from ml.puppets.pose import EXPRESSIONS, POSES, STANDING, VIEWS, Expression, Pose
from ml.puppets.render import Framing, bust_for, full_for


@dataclass(frozen=True)
class SheetItem:
    """One approved drawing of a sheet."""

    label: str
    kind: str
    view: str
    pose: Pose
    expression: Expression
    framing: Framing


@dataclass(frozen=True)
class CutScript:
    """One cut of the demo.

    Attributes:
        number: of the cut within the episode.
        cast: character/costume.
        acting: name of the sequence.
        yaw: of the body.
        wishes: drawing number (1-based) -> what goes wrong in it.
        holds: drawing numbers that repeat the drawing before them.
        hold_frames: frames that each drawing is held.
    """

    episode: str
    number: str
    cast: str
    acting: str
    yaw: float
    wishes: dict[int, Wish]
    holds: tuple[int, ...] = ()
    hold_frames: int = 2
    note: str = ""


def designs() -> dict[str, Design]:
    """Return all designs by character/costume."""
    people = (cast.aki("school"), cast.aki("travel"), cast.hinata(), cast.ren("school"), cast.ren("travel"))
    return {f"{d.code}/{d.costume.code}": d for d in people}


def sheet_of(design: Design) -> list[SheetItem]:
    """Return the approved drawings of a design's sheet, in order."""
    full, bust = full_for(design), bust_for(design)
    calm = EXPRESSIONS["neutral"]
    items = [
        SheetItem(view, "turnaround", view, replace(STANDING, yaw=yaw), calm, full)
        for view, yaw in VIEWS.items()
    ]
    for name in ("neutral", "smile", "angry", "surprised", "sad", "closed"):
        items.append(SheetItem(f"{name}", "expression", "front", STANDING, EXPRESSIONS[name], bust))
    turned = replace(STANDING, yaw=VIEWS["three_quarter"])
    for name in ("neutral", "smile"):
        items.append(
            SheetItem(f"{name} three-quarter", "expression", "three_quarter", turned, EXPRESSIONS[name], bust)
        )
    items.append(SheetItem("hand up", "detail", "front", POSES["hand_up"], EXPRESSIONS["smile"], full))
    stride = replace(POSES["stride"], yaw=VIEWS["three_quarter"])
    items.append(SheetItem("stride", "detail", "three_quarter", stride, calm, full))
    return items


def cuts() -> list[CutScript]:
    """Return the cuts of the demo; five of EP01 are clean."""
    all_designs = designs()
    hinata, ren_travel, ren = (all_designs[k] for k in ("hinata/casual", "ren/travel", "ren/school"))
    quarter = VIEWS["three_quarter"]
    return [
        CutScript("EP01", "001", "aki/school", "wave", 0, {}, (2, 16), note="Aki sees the others and waves"),
        CutScript("EP01", "002", "hinata/casual", "talk", 0, {6: Wish("recolour", 16, "top", seed=3)}, (5,),
                  note="Hinata answers"),
        CutScript("EP01", "003", "ren/school", "talk", quarter, {}, (4, 12), note="Ren explains the plan"),
        CutScript("EP01", "004", "aki/school", "startle", 0, {9: Wish("other_eyes", other=hinata)}, (2, 3),
                  note="Aki is startled"),
        CutScript("EP01", "005", "ren/school", "walk", quarter, {5: Wish("head_size", 0.15)}, (),
                  note="Ren walks off"),
        CutScript("EP01", "006", "hinata/casual", "turn_to", 0, {}, (7, 8), note="Hinata looks after him"),
        CutScript("EP01", "007", "aki/school", "talk", quarter, {7: Wish("missing_detail", target="hair_clip"),
                                                                 8: Wish("missing_detail", target="hair_clip")},
                  (12,), note="Aki makes up her mind"),
        CutScript("EP01", "008", "ren/travel", "turn_to", 0, {10: Wish("wrong_costume", other=ren)}, (2,),
                  note="Ren, ready to go"),
        CutScript("EP01", "009", "aki/travel", "walk", quarter, {}, (), note="Aki sets out"),
        CutScript("EP01", "010", "hinata/casual", "sigh", quarter, {}, (3, 10), note="Hinata stays behind"),
        CutScript("EP02", "001", "aki/travel", "wave", 0, {7: Wish("wrong_design", other=ren_travel),
                                                          12: Wish("recolour", 12, "scarf", seed=5)}, (16,),
                  note="Aki on the hill"),
    ]  # fmt: skip
