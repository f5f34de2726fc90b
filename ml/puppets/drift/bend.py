"""Proportions, face, hair and line that drift: functions from a `Wish` to an `Altered` design.

Sizes are those of the drawing, not of the parameter: a jaw 8 % wider is 8 % wider at the height of the mouth,
and a figure 8 % more heads tall is that from crown to ground, with the head as it was.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.puppets.design import Build, Design, FaceSpec, HairSpec
from ml.puppets.drift.kinds import Altered, UnknownDrift, Wish
from ml.puppets.face import styled

HEAD_UNITS = 100.6  # crown to chin of a head of size 1 (head.CONTOURS)
HAIRLINE_Y = -34.0  # where a fringe grows from, head space
HAIR_SHARES = ("length", "volume", "fringe")


def _words(amount: float, more: str, less: str) -> str:
    """Return "more by 8 %" or "less by 8 %"."""
    return f"{more if amount > 0 else less} by {abs(amount) * 100:.0f} %"


def _bent(design: Design, wish: Wish, what: str, fault: str) -> Altered:
    return Altered(design, what, f"OFF_MODEL.{fault}", wish.amount * 100)


def with_build(design: Design, **sizes: float) -> Design:
    """Return the design with other proportions."""
    build: Build = replace(design.build, **sizes)
    return replace(design, build=build)


def with_face(design: Design, **sizes: float) -> Design:
    """Return the design with other sizes of the face."""
    face: FaceSpec = replace(design.face, **sizes)  # type: ignore[arg-type]
    return replace(design, face=face)


def with_hair(design: Design, **changes: object) -> Design:
    """Return the design with its hair cut otherwise."""
    hair: HairSpec = replace(design.hair, **changes)  # type: ignore[arg-type]
    return replace(design, hair=hair)


def heads_tall(design: Design, wish: Wish) -> Altered:
    """Stretch or press the body until the figure is `amount` more heads tall; the head keeps its size."""
    build = design.build
    crown = 89.0 * design.shape.head  # above the joint of the neck (render.head_placement)
    height = (build.heads_tall - 1) * 100.0 + 12.0 + crown
    bent = with_build(design, heads_tall=build.heads_tall + wish.amount * height / 100.0)
    what = f"figure {_words(wish.amount, 'taller', 'shorter')}, the head as it was"
    return _bent(bent, wish, what, "PROPORTION")


def head_size(design: Design, wish: Wish) -> Altered:
    """Enlarge or reduce the whole head about its joint."""
    what = f"head {_words(wish.amount, 'enlarged', 'reduced')}"
    return _bent(with_build(design, head=design.build.head * (1 + wish.amount)), wish, what, "PROPORTION")


def eye_spacing(design: Design, wish: Wish) -> Altered:
    """Move the eyes apart or together, brows with them."""
    bent = with_face(design, eye_dx=design.face.eye_dx * (1 + wish.amount))
    return _bent(bent, wish, f"eyes {_words(wish.amount, 'further apart', 'closer together')}", "FACE")


def eye_size(design: Design, wish: Wish) -> Altered:
    """Scale the eyes about their centres."""
    grow, face = 1 + wish.amount, design.face
    bent = with_face(design, eye_w=face.eye_w * grow, eye_h=face.eye_h * grow)
    return _bent(bent, wish, f"eyes {_words(wish.amount, 'larger', 'smaller')}", "FACE")


def eye_height(design: Design, wish: Wish) -> Altered:
    """Move the eyes up or down by a share of the head's height, brows with them."""
    bent = with_face(design, eye_y=design.face.eye_y + wish.amount * HEAD_UNITS)
    word = "lower" if wish.amount > 0 else "higher"
    return _bent(bent, wish, f"eyes {word} by {abs(wish.amount) * 100:.0f} % of the head", "FACE")


def eyes_fit(design: Design, amount: float) -> bool:
    """Return whether eyes moved by a share of the head's height stay between fringe and mouth."""
    drawn = styled(design.face, design.style)
    at = drawn.eye_y + amount * HEAD_UNITS
    return at - drawn.eye_h / 2 > -3.5 and at + drawn.eye_h / 2 < drawn.mouth_y - 1.0


def face_shape(design: Design, wish: Wish) -> Altered:
    """Widen or narrow cheeks and jaw, by `amount` at the height of the mouth."""
    drawn = styled(design.face, design.style)
    share = (drawn.mouth_y - 12.0) / 45.0  # head.contour: the jaw grows from 0 at the cheek to 1 at the chin
    width = (1 + (drawn.jaw - 1) * share) * (1 + wish.amount)
    jaw = 1 + (width - 1) / share
    bent = with_face(design, jaw=design.face.jaw * jaw / drawn.jaw)
    return _bent(bent, wish, f"jaw {_words(wish.amount, 'wider', 'narrower')}", "FACE")


def hair_silhouette(design: Design, wish: Wish) -> Altered:
    """Change length, volume or fringe of the hair; which one by `target`, or by seed."""
    share = wish.target or _hair_share(design, wish.seed)
    if share not in HAIR_SHARES:
        msg = f"Hair has no {share!r} to change."
        raise UnknownDrift(msg, expected=HAIR_SHARES, actual=share)
    if share == "fringe":
        bent, what = _fringe(design, wish.amount, wish.seed)
    else:
        bent, what = (_hair_length if share == "length" else _hair_volume)(design, wish.amount)
    return _bent(bent, wish, what, "SHAPE")


def _hair_share(design: Design, seed: int) -> str:
    """Return what of the hair is to change: cropped hair has no length, a bare forehead no fringe."""
    fit = [s for s in HAIR_SHARES if not (s == "length" and design.hair.cropped)]
    fit = [s for s in fit if not (s == "fringe" and len(design.hair.fringe) < 3)]
    return fit[seed % len(fit)]


def _hair_length(design: Design, amount: float) -> tuple[Design, str]:
    """Lengthen or cut the hair by a share of its length from the crown, loose tails from their root."""
    hair = design.hair
    crown = 44.0 + hair.lift
    tail = 1.0 if hair.tail_shape == "bun" else 1 + amount
    bent = with_hair(
        design,
        side=(hair.side[0], (hair.side[1] + crown) * (1 + amount) - crown),
        back=(hair.back + crown) * (1 + amount) - crown,
        mane=hair.mane * (1 + amount),
        tail_length=hair.tail_length * tail,
    )
    return bent, f"hair {_words(amount, 'longer', 'shorter')}"


def _hair_volume(design: Design, amount: float) -> tuple[Design, str]:
    """Widen or narrow the hair by a share below the temples; fuller hair stands off the temples by half of it."""
    hair = design.hair
    temples = 1 + max(amount, 0.0) * 0.5  # no narrower than the skull
    flare = (hair.flare[0], *(f * (1 + amount) / temples for f in hair.flare[1:]))
    bent = with_hair(design, flare=flare, radius=hair.radius * temples, lift=hair.lift * (1 + amount))
    return bent, f"hair {_words(amount, 'fuller', 'flatter')}"


def _fringe(design: Design, amount: float, seed: int) -> tuple[Design, str]:
    """Cut the fringe longer or shorter by a share of its length from the hairline, or into more or fewer locks."""
    hair = design.hair
    if seed // 2**16 % 2 and len(hair.fringe) > 3:
        now = len(hair.fringe)
        count = max(2, now + int(np.copysign(max(1, round(abs(amount) * now)), amount)))
        ends, steps = np.linspace(0, now - 1, count), np.arange(now)
        angles, heights = np.array(hair.fringe).T
        new = zip(np.interp(ends, steps, angles), np.interp(ends, steps, heights), strict=True)
        bent = with_hair(design, fringe=tuple((float(a), float(y)) for a, y in new))
        return bent, f"fringe of {count} locks instead of {now}"
    longer = tuple((a, (y - HAIRLINE_Y) * (1 + amount) + HAIRLINE_Y) for a, y in hair.fringe)
    return with_hair(design, fringe=longer), f"fringe {_words(amount, 'longer', 'shorter')}"


def line(design: Design, wish: Wish) -> Altered:
    """Draw all lines heavier or finer."""
    what = f"line {_words(wish.amount, 'heavier', 'finer')}"
    bent = _bent(design, wish, what, "LINE_WEIGHT")
    return replace(bent, line=1 + wish.amount)
