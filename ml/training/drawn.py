"""One character drawn for training: approved drawings, clean drawings of cuts, wrong twins; cut and labelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ml.comparator.crops import (
    FACE_PX,
    FIGURE_HW,
    HeadBox,
    face_crop,
    face_map,
    figure_crop,
    figure_head_px,
    figure_map,
)
from ml.pixels import F32, U8
from ml.puppets.drift import KINDS
from ml.puppets.drift.place import place_of
from ml.puppets.drift.shows import shows
from ml.puppets.finish import Finish, delivered
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.render import Framing, PuppetFrame, frame_of, lay
from ml.training.marred import Marred, marred
from ml.training.scenes import Person, Rng, Shown, framing_of, head_of, person, sheet, state
from ml.training.wishes import ASPECTS, MEASURES, Wrong, as_line_only, random_wrong, wrong_of

REFERENCE, CLEAN, WRONG = 0, 1, 2
FAMILY_NAMES = ("", *dict.fromkeys(kind.family for kind in KINDS.values()))
CELL_PX = 8
FACE_CELLS = (FACE_PX // CELL_PX, FACE_PX // CELL_PX)
FIGURE_CELLS = (FIGURE_HW[0] // CELL_PX, FIGURE_HW[1] // CELL_PX)
ROW = np.dtype([
    ("person", "i4"), ("role", "u1"), ("yaw", "f4"), ("bust", "u1"), ("ink", "u1"), ("state", "i2"), ("twin", "i2"),
    ("family", "u1"), ("edit", "u1"), ("size", "f4"), ("any_face", "i1"), ("any_figure", "i1"),
    ("face", "i1", (len(ASPECTS),)), ("figure", "i1", (len(ASPECTS),)), ("dense_face", "u1"), ("dense_figure", "u1"),
    ("measure", "f4", (len(MEASURES),)), ("valid", "u1", (len(MEASURES),)), ("full", "u1"),
])  # fmt: skip
_SEEN_PX, _HIDDEN_PX = 12.0, 3.0  # changed pixels of a crop: surely seen, surely not
_CLEARLY, _PAINTED = 24, 8  # least change of a channel that counts; of paint
_UPRIGHT_DEG = 14.0


@dataclass
class Sample:
    """One row of a shard: both crops, the places as shares of cells in 0..255, and the labels."""

    face: U8
    figure: U8
    face_place: U8
    figure_place: U8
    row: np.ndarray


@dataclass(frozen=True)
class Amount:
    """How many drawings a character gives: of each kind of picture that many states, and twins of each state."""

    busts: int = 7
    fulls: int = 5
    twins: int = 2


@dataclass(frozen=True)
class _Drawn:
    """A drawing and where the finder sees its head."""

    shown: Shown
    frame: PuppetFrame
    rgba: U8
    head: HeadBox


class Desk:
    """Draws one character."""

    def __init__(self, seed: int, *, plain: bool = False) -> None:
        self.rng = np.random.default_rng((seed, 7))
        self.who: Person = person(seed, plain=plain)
        self.seed = seed
        self.head_px = self._standing_head()

    def _standing_head(self) -> float:
        """Return the head's side in figure crops, from a standing front figure, a little off as a finder would be."""
        shown = Shown(
            STANDING,
            EXPRESSIONS["neutral"],
            framing_of(self.who, self.rng, bust=False, camera=1.0),
            bust=False,
        )
        frame = frame_of(
            lay(self.who.design, shown.pose, shown.expression, replace(shown.framing, supersample=1))
        )
        rows = np.flatnonzero(frame.labels.any(axis=1))
        side = head_of(frame, shown, self.who.bias).side_px
        return figure_head_px(side, float(rows[-1] - rows[0]) * float(np.exp(self.rng.normal(0, 0.02))))

    def draw(
        self, shown: Shown, design: object = None, *, ink: bool = False, framing: Framing | None = None
    ) -> _Drawn:
        """Draw one picture, of the approved design or of a bent one."""
        laid = lay(design or self.who.design, shown.pose, shown.expression, framing or shown.framing)  # type: ignore[arg-type]
        frame = frame_of(laid)
        rgba = delivered(laid, Finish(layers="line")).rgba if ink else frame.rgba
        return _Drawn(shown, frame, rgba, head_of(frame, shown, self.who.bias))

    def jittered(self, head: HeadBox, *, query: bool, turn_deg: float) -> HeadBox:
        """Return a box as registration gives it: near, not exact."""
        scale, shift = (0.02, 0.016) if query else (0.013, 0.010)
        off = self.rng.normal(0, shift, 2) * head.side_px
        size = head.side_px * float(np.exp(self.rng.normal(0, scale)))
        turn = turn_deg + float(self.rng.normal(0, 1.0)) if query else 0.0
        return HeadBox(head.x + float(off[0]), head.y + float(off[1]), size, turn)

    def references(self) -> Iterator[Sample]:
        """Yield the approved drawings."""
        for shown in sheet(self.who, self.rng):
            one = self.draw(shown)
            yield self.cut(
                one.rgba, self.jittered(one.head, query=False, turn_deg=0.0), self.row(REFERENCE, shown)
            )

    def row(self, role: int, shown: Shown, number: int = -1) -> np.ndarray:
        """Return the labels of a drawing with nothing wrong."""
        row = np.zeros((), ROW)
        row["person"], row["role"], row["yaw"], row["bust"] = self.seed, role, shown.yaw, shown.bust
        row["state"], row["twin"], row["ink"] = number, -1, self.who.ink and role != REFERENCE
        row["dense_face"] = row["dense_figure"] = 1
        row["full"] = not shown.bust
        return row

    def cut(self, rgba: U8, head: HeadBox, row: np.ndarray, place: np.ndarray | None = None) -> Sample:
        """Cut both crops, and the place with them."""
        blank = np.zeros(rgba.shape[:2], np.bool_) if place is None else place
        return Sample(
            face_crop(rgba, head), figure_crop(rgba, head, self.head_px),
            cells(shares(blank, face_map(head), (FACE_PX, FACE_PX)), FACE_CELLS),
            cells(shares(blank, figure_map(head, self.head_px), FIGURE_HW), FIGURE_CELLS), row,
        )  # fmt: skip


def shares(mask: np.ndarray, affine: F32, size_hw: tuple[int, int]) -> F32:
    """Return how much of each pixel of a crop a mask covers, (h, w) float32 in 0..1."""
    k = float(np.hypot(affine[0, 0], affine[1, 0]))
    soft = mask.astype(np.float32)
    if k > 1.3:
        soft = np.asarray(cv2.blur(soft, (round(k), round(k))), np.float32)
    return np.asarray(
        cv2.warpAffine(soft, affine, size_hw[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    )


def cells(share: F32, grid: tuple[int, int]) -> U8:
    """Return the mean of each cell, (rows, columns) uint8."""
    h, w = grid
    return np.asarray(share.reshape(h, CELL_PX, w, CELL_PX).mean(axis=(1, 3)) * 255.0, np.uint8)


def measurable(one: PuppetFrame, shown: Shown, *, upright: bool) -> np.ndarray:
    """Return which of MEASURES a drawing tells, (9,) bool."""
    yaw = abs(shown.yaw)
    eyes = sum(f"eye_{side}" in one.visible or f"iris_{side}" in one.visible for side in "rl")
    known = {
        "eye_spacing": yaw < 58 and eyes == 2, "eye_size": yaw <= 90 and eyes > 0, "eye_height": yaw <= 90 and eyes > 0,
        "face_width": yaw < 70, "heads_tall": not shown.bust and upright,
    }  # fmt: skip
    return np.array([known.get(name, True) for name in MEASURES])


def is_upright(shown: Shown) -> bool:
    """Return whether the height of a figure can be measured: straight legs, no leaning."""
    pose = shown.pose
    bends = [abs(v) for leg in (pose.leg_r, pose.leg_l) for v in (leg.upper_fwd, leg.lower_fwd)]
    return max(bends) < _UPRIGHT_DEG and max(abs(pose.lean), abs(pose.bend)) < 6


def draw_person(seed: int, amount: Amount | None = None) -> list[Sample]:
    """Return all samples of a training character: approved drawings first, then states with their wrong twins."""
    desk, amount = Desk(seed), amount or Amount()
    samples = list(desk.references())
    for number in range(amount.busts + amount.fulls):
        shown = state(desk.who, desk.rng, bust=number < amount.busts)
        samples += _state(desk, shown, number, len(samples), amount.twins)
    return samples


def draw_judge(seed: int) -> list[Sample]:
    """Return the samples of a validation character: every kind of the bench at its own size, in seen views."""
    desk = Desk(seed, plain=True)
    samples = list(desk.references())
    for number, bust in enumerate((True, True, True, True, False, False, False, False)):
        shown = state(desk.who, desk.rng, bust=bust, far=0.0)
        if number in (4, 5):
            shown = replace(shown, pose=replace(STANDING, yaw=shown.pose.yaw))
        right = desk.draw(shown, ink=desk.who.ink)
        first = len(samples)
        samples.append(_clean(desk, right, number))
        for name in _asked(desk.rng, bust=bust):
            kind = KINDS[name]
            share = kind.magnitude / (100.0 if kind.unit == "%" else 1.0) if kind.magnitude else None
            wrong = wrong_of(desk.rng, kind.family, desk.who, desk.who.design, shown, share)
            made = None if wrong is None else _wrong(desk, right, wrong, number)
            if made is not None:
                made.row["twin"] = first
                made.row["size"] = kind.magnitude
                samples.append(made)
    return samples


_FACES = tuple(name for name, kind in KINDS.items() if kind.fault == "FACE")
_HAIR = ("hair_silhouette_15", "hair_silhouette_30", "other_hair")
_BODIES = (
    "heads_tall_4", "heads_tall_8", "heads_tall_15", "head_size_5", "head_size_10", "head_size_20", "other_shoes",
)  # fmt: skip
_DETAILS = ("detail_missing", "detail_moved", "detail_shape", "detail_mirrored")


def _asked(rng: Rng, *, bust: bool) -> list[str]:
    """Return the kinds that one drawing is asked about, each in one drawing or two of a character."""
    if bust:
        names = [*_FACES, *_HAIR, *_DETAILS, "head_size_10", "palette_de8"]
        return [n for n in names if rng.random() < 0.5]
    return [n for n in (*_BODIES, *_HAIR, *_DETAILS, "palette_de8") if rng.random() < 0.6]


def _state(desk: Desk, shown: Shown, number: int, first: int, twins: int) -> list[Sample]:
    """Return a clean drawing, its wrong twins, and resampled ones each with a sham as the clean twin."""
    ink = desk.who.ink
    right = desk.draw(shown, ink=ink)
    samples = [_clean(desk, right, number)]
    for _ in range(twins):
        edit = None if ink or desk.rng.random() > 0.22 else marred(desk.rng, right.rgba, right.frame, shown)
        if edit is not None:
            sham = _edited(desk, right, edit, number, sham=True)
            made = _edited(desk, right, edit, number, sham=False)
            made.row["twin"] = first + len(samples)
            samples += [sham, made]
            continue
        wrong = random_wrong(desk.rng, desk.who, shown)
        if wrong is not None and ink:
            wrong = as_line_only(wrong)
        twin = None if wrong is None else _wrong(desk, right, wrong, number)
        if twin is not None:
            twin.row["twin"] = first
            samples.append(twin)
    return samples


def _clean(desk: Desk, right: _Drawn, number: int) -> Sample:
    row = desk.row(CLEAN, right.shown, number)
    row["valid"] = measurable(right.frame, right.shown, upright=is_upright(right.shown))
    return desk.cut(right.rgba, _found(desk, right.head, right.shown), row)


def _found(desk: Desk, head: HeadBox, shown: Shown) -> HeadBox:
    return desk.jittered(head, query=True, turn_deg=shown.turn_deg)


def _wrong(desk: Desk, right: _Drawn, wrong: Wrong, number: int) -> Sample | None:
    """Return the wrong twin of a drawing, None if nothing of it is seen."""
    shown = right.shown
    thicker = replace(shown.framing, line_px=shown.framing.line_px * float(np.exp(desk.rng.normal(0, 0.05))))
    bent = desk.draw(shown, wrong.design, ink=desk.who.ink, framing=shown.framing)
    mask = right.frame.rgba.view(np.uint32)[..., 0] != bent.frame.rgba.view(np.uint32)[..., 0]
    if not all(shows(f, right.frame, bent.frame, mask) for f in wrong.families):
        return None
    place = np.zeros_like(mask)
    for family, target in zip(wrong.families, wrong.targets, strict=True):
        found = place_of(family, target, right.frame, bent.frame, mask)
        place |= mask if found is None else found
    least = _PAINTED if wrong.aspects == {"COLOUR"} else _CLEARLY
    away = cv2.absdiff(right.rgba, bent.rgba).max(axis=2)
    if desk.rng.random() < 0.3:  # the twin's lines are not told apart by their weight
        bent = desk.draw(shown, wrong.design, ink=desk.who.ink, framing=thicker)
    row = desk.row(WRONG, shown, number)
    row["family"] = FAMILY_NAMES.index(wrong.families[0])
    row["measure"] = [wrong.measures.get(name, 0.0) for name in MEASURES]
    row["valid"] = measurable(right.frame, shown, upright=is_upright(shown))
    row["valid"] &= np.array([name not in wrong.spoilt for name in MEASURES])
    head = _found(desk, bent.head, shown)
    seen = _seen(desk, np.asarray(away >= least), head)
    _judge(row, wrong.aspects, seen, sure=wrong.sure)
    return desk.cut(bent.rgba, head, row, place)


def _seen(desk: Desk, changed: np.ndarray, head: HeadBox) -> tuple[float, float]:
    """Return how many pixels of the two crops have changed."""
    face = shares(changed, face_map(head), (FACE_PX, FACE_PX)).sum()
    figure = shares(changed, figure_map(head, desk.head_px), FIGURE_HW).sum()
    return float(face), float(figure)


def _judge(row: np.ndarray, aspects: frozenset[str], seen: tuple[float, float], *, sure: bool) -> None:
    """Say in a row what each of the two crops should be called; -1 = not to be learned."""
    proportion = "PROPORTION" in aspects
    for crop, pixels in zip(("face", "figure"), seen, strict=True):
        state_ = 1 if pixels >= _SEEN_PX else (0 if pixels < _HIDDEN_PX else -1)
        if crop == "face" and proportion:
            state_ = -1  # the head is as it was; what hangs below it is the figure's to judge
        if crop == "figure":
            state_ = -1 if aspects == {"FACE"} else (1 if proportion else state_)
        if state_ == 1 and not sure:
            state_ = -1
        row[f"any_{crop}"] = state_
        row[f"dense_{crop}"] = state_ >= 0
        if state_ != 0:
            row[crop] = [(state_ if name in aspects else 0) for name in ASPECTS]
    if not sure or len(aspects) > 1:
        _unsure(row, aspects, sure=sure)


def _unsure(row: np.ndarray, aspects: frozenset[str], *, sure: bool) -> None:
    """Leave open what is too small to be called, and which crop shows which of two faults."""
    for crop in ("face", "figure"):
        for i, name in enumerate(ASPECTS):
            if name in aspects and (not sure or row[f"any_{crop}"] != 1):
                row[crop][i] = -1
    if len(aspects) > 1:
        row["figure"][ASPECTS.index("FACE")] = -1
        row["face"][ASPECTS.index("PROPORTION")] = -1


def _edited(desk: Desk, right: _Drawn, edit: Marred, number: int, *, sham: bool) -> Sample:
    """Return a resampled drawing: with the edit, or with its sham as the clean twin."""
    row = desk.row(CLEAN if sham else WRONG, right.shown, number)
    row["edit"] = 1
    row["valid"] = measurable(right.frame, right.shown, upright=is_upright(right.shown))
    head = HeadBox(right.head.x + edit.padded, right.head.y + edit.padded, right.head.side_px)
    if sham:
        return desk.cut(edit.sham, _found(desk, head, right.shown), row)
    head = edit.moved(head)
    found = _found(desk, head, right.shown)
    row["family"] = FAMILY_NAMES.index(edit.family)
    row["measure"] = [edit.measures.get(name, 0.0) for name in MEASURES]
    row["valid"] &= np.array([name not in edit.spoilt for name in MEASURES])
    changed = cv2.absdiff(edit.sham, edit.rgba).max(axis=2) >= _CLEARLY
    _judge(row, frozenset({edit.aspect}), _seen(desk, np.asarray(changed), found), sure=edit.sure)
    return desk.cut(edit.rgba, found, row, edit.place)
