"""From a design, a pose and an expression to a drawing: order of the layers, framing, colours, masks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ml.puppets import body, clothes, extras, face, hair, hair_tails, head, worn
from ml.puppets.curves import turned
from ml.puppets.design import Design
from ml.puppets.figure import PART_SWATCH, PARTS, Figure, Placement
from ml.puppets.outlines import Box
from ml.puppets.painter import Painter, honoured
from ml.puppets.palette import palette_table
from ml.puppets.pose import Expression, Pose
from ml.puppets.raster import TONES, Layer, coloured
from ml.puppets.skeleton import Skeleton
from ml.puppets.style import Style
from ml.puppets.worn_place import Scene


@dataclass(frozen=True)
class Framing:
    """A picture's size and where the puppet stands in it.

    Attributes:
        size_hw: pixels.
        px_per_unit: scale; a head is 100 units long.
        centre_xy: puppet units that lie at the picture's centre (y = 0 is the ground, up is negative).
        line_px: weight of the ink in pixels.
        supersample: labels per pixel and axis; 1 = binarised, every pixel exactly one swatch.
        turn_deg: how far the picture is turned about its centre, clockwise on screen.
    """

    size_hw: tuple[int, int] = (1080, 960)
    px_per_unit: float = 1.62
    centre_xy: tuple[float, float] = (0.0, -314.0)
    line_px: float = 2.0
    supersample: int = 3
    turn_deg: float = 0.0


FULL = Framing()
BUST = Framing((720, 1280), 3.7, (0.0, -492.0), 3.2)


def bust_for(design: Design) -> Framing:
    """Return the framing of head and shoulders for a design of any height."""
    return Framing(BUST.size_hw, BUST.px_per_unit, (0.0, -(design.build.heads_tall * 100 - 66)), BUST.line_px)


def full_for(design: Design) -> Framing:
    """Return the framing of the whole figure; all designs are drawn at one scale."""
    del design
    return FULL


@dataclass(frozen=True)
class PuppetFrame:
    """One drawing with everything that is known about it.

    Attributes:
        rgba: (h, w, 4) uint8, straight alpha, transparent where nothing is drawn.
        labels: (h, w) uint8; 0 = nothing, else 1 + 4 * part + tone (order of PARTS and TONES). With
            anti-aliasing it is the label at each pixel's centre.
        landmarks: name -> (x, y) in pixels of the picture.
    """

    rgba: np.ndarray
    labels: np.ndarray
    landmarks: dict[str, tuple[float, float]]

    def mask(self, part: str) -> np.ndarray:
        """Return the (h, w) bool mask of a part, its line included."""
        first = 1 + 4 * PARTS.index(part)
        return (self.labels >= first) & (self.labels < first + len(TONES))

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts that can be seen."""
        found = np.unique(self.labels[self.labels > 0])
        return tuple(dict.fromkeys(PARTS[(int(v) - 1) // 4] for v in found))

    def swatch_mask(self, swatch: str) -> np.ndarray:
        """Return the (h, w) bool mask of all parts painted with a swatch, lines not included."""
        wanted = [1 + 4 * i + t for i, p in enumerate(PARTS) if PART_SWATCH[p] == swatch for t in range(3)]
        return np.isin(self.labels, wanted)


@dataclass(frozen=True)
class Laid:
    """A drawing laid out but not yet coloured: what line layers and other colourings start from.

    Attributes:
        design: whose drawing it is.
        framing: the picture it stands in.
        fine: (rows * s, columns * s) uint8 labels of the window, s = `framing.supersample` labels a pixel and
            axis; values as in PuppetFrame.labels.
        window: the part of the picture that `fine` covers, pixels (x0, y0, x1, y1), right and bottom exclusive.
        layers: the shapes, back to front, in puppet units.
        scale: fine pixels per puppet unit.
        origin_xy: fine pixel of the picture (not of the window) where the puppet's origin lies.
        landmarks: name -> (x, y) in pixels of the picture.
        shape: (2, 2) matrix that points are multiplied with before they are scaled; None = unchanged.
        marks: which layer painted each of `fine`, see `Painter.paint_marked`; None if not asked for.
    """

    design: Design
    framing: Framing
    fine: np.ndarray
    window: tuple[int, int, int, int]
    layers: list[Layer]
    scale: float
    origin_xy: tuple[float, float]
    landmarks: dict[str, tuple[float, float]]
    shape: np.ndarray | None = None
    marks: np.ndarray | None = None

    def on_grid(self, points: np.ndarray) -> np.ndarray:
        """Return (N, 2) points of puppet units in fine pixels of the picture; whole numbers are centres."""
        turned_ = points if self.shape is None else points @ self.shape
        return turned_ * self.scale + self.origin_xy

    def coloured(self, table: np.ndarray | None = None, fine: np.ndarray | None = None) -> np.ndarray:
        """Return the picture, (h, w, 4) uint8 straight alpha.

        Args:
            table: (256, 4) uint8 RGBA of each label; the design's own paints if not given.
            fine: labels to colour instead of `self.fine`, of the same shape.
        """
        x0, y0, x1, y1 = self.window
        rgba = np.zeros((*self.framing.size_hw, 4), np.uint8)
        paints = palette_table(self.design) if table is None else table
        rgba[y0:y1, x0:x1] = coloured(self.fine if fine is None else fine, paints, self.framing.supersample)
        return rgba

    def labels(self) -> np.ndarray:
        """Return the labels at the centres of the pixels, (h, w) uint8."""
        x0, y0, x1, y1 = self.window
        s = self.framing.supersample
        labels = np.zeros(self.framing.size_hw, np.uint8)
        labels[y0:y1, x0:x1] = self.fine[s // 2 :: s, s // 2 :: s]
        return labels


def render(design: Design, pose: Pose, expression: Expression, framing: Framing = FULL) -> PuppetFrame:
    """Draw one picture; the same arguments give the same bytes.

    Returns:
        A PuppetFrame whose arrays are the caller's own.
    """
    laid = lay(design, pose, expression, framing)
    return PuppetFrame(laid.coloured(), laid.labels(), laid.landmarks)


def lay(
    design: Design, pose: Pose, expression: Expression, framing: Framing = FULL, *, marked: bool = False
) -> Laid:
    """Lay a drawing out: shapes, labels and landmarks, without colours; `marked` adds `Laid.marks`."""
    skeleton = Skeleton(design.build, pose)
    figure = build(design, skeleton, expression)
    s = framing.supersample
    scale, origin, shape = _camera(framing, pose)
    painter = Painter(PARTS, framing.line_px / framing.px_per_unit, design.style)
    layers = honoured(figure.layers, design.style)
    painter.add(layers)
    placed = painter.place(scale, origin, shape)
    window = x0, y0, x1, y1 = _window(placed.extent(), framing, design.style)
    fine_window = x0 * s, y0 * s, x1 * s, y1 * s
    marks = None
    if marked:
        fine, marks = painter.paint_marked(placed, fine_window)
    else:
        fine = painter.paint_placed(placed, fine_window)
    laid = Laid(design, framing, fine, window, layers, scale, origin, {}, shape, marks)
    laid.landmarks.update({k: _pixel(p, laid) for k, p in _landmarks(design, skeleton).items()})
    return laid


def _camera(framing: Framing, pose: Pose) -> tuple[float, tuple[float, float], np.ndarray | None]:
    """Return fine pixels per unit, the fine pixel of the puppet's origin and the matrix on points before that."""
    scale = framing.px_per_unit * framing.supersample
    h, w = (n * framing.supersample / 2 for n in framing.size_hw)
    x, y = -framing.centre_xy[0], pose.bob - framing.centre_xy[1]
    shape = None
    if framing.turn_deg:
        shape = turned(np.eye(2), framing.turn_deg)
        x, y = (np.array((x, y)) @ shape).tolist()
    return scale, (w + x * scale, h + y * scale), shape


def _window(extent: Box, framing: Framing, style: Style) -> Box:
    """Return the box of the picture, in pixels, that the figure can touch; `extent` in fine pixels."""
    s, (h, w) = framing.supersample, framing.size_hw
    margin = 2 + math.ceil(framing.line_px * style.line * (style.contour + style.loose))
    x0, y0 = max(0, min(extent[0] // s - margin, w - 1)), max(0, min(extent[1] // s - margin, h - 1))
    x1, y1 = min(-(-extent[2] // s) + margin, w), min(-(-extent[3] // s) + margin, h)
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)


def build(design: Design, skeleton: Skeleton, expression: Expression) -> Figure:
    """Return all layers of a drawing, back to front, in puppet units."""
    figure = Figure()
    pose = skeleton.pose
    head_yaw = _head_yaw(pose)
    shell = hair.Shell(design.hair, head_yaw, pose.nod, pose.sway)
    placement = head_placement(skeleton)
    scene = Scene(design, skeleton, shell, head_yaw)
    near, far = (-1.0, 1.0) if pose.yaw >= 0 else (1.0, -1.0)
    turned = 20 < abs(pose.yaw) < 160

    if not scene.away:
        figure.placement = placement
        hair_tails.draw_behind(figure, shell)
        figure.placement = Placement()
    worn.draw(figure, scene, "behind")
    if turned:
        _arm(figure, scene, far)
    if design.costume.bottom != "skirt":
        clothes.draw_pelvis(figure, skeleton)
    for side in (far, near):
        _leg(figure, skeleton, design, side)
    _trunk(figure, scene)
    arms = (near,) if turned else (far, near)
    raised = [s for s in arms if skeleton.arm(s).joints[2][1] < skeleton.y(0.89)]
    for side in arms:
        if side not in raised:
            _arm(figure, scene, side)
    extras.draw_collar(figure, skeleton, design.costume)
    worn.draw(figure, scene, "neck")
    figure.placement = placement
    _head(figure, scene, expression)
    worn.draw(figure, scene, "head")
    figure.placement = Placement()
    for side in raised:
        _arm(figure, scene, side)
    return figure


def _head_yaw(pose: Pose) -> float:
    """Return the head's yaw in (-180, 180]."""
    yaw = (pose.yaw + pose.turn + 180) % 360 - 180
    return 180.0 if yaw == -180 else yaw


def head_placement(skeleton: Skeleton) -> Placement:
    """Return where head space lies: turned and scaled about the joint of the neck."""
    size = skeleton.build.head
    pivot = skeleton.head_pivot()
    turn = skeleton.pose.tilt + skeleton.pose.lean
    offset = Placement(size, turn).of(np.array([[0.0, 45.0 - 2.5 * skeleton.pose.nod]]))[0]
    return Placement(size, turn, (pivot[0] - float(offset[0]), pivot[1] - float(offset[1])))


def _head(figure: Figure, scene: Scene, expression: Expression) -> None:
    """Draw face, ears, features, what is worn on them, and the hair that lies before the body."""
    design, shell, yaw, nod = scene.design, scene.shell, scene.yaw, scene.skeleton.pose.nod
    bare = design.hair.side[1] < 30
    hair.draw_tufts(figure, shell)
    if scene.away:
        head.draw_ears(figure, yaw, bare=bare)
        head.draw_back_of_head(figure)
        hair.draw_front(figure, shell, None, design.style.shine)
        hair_tails.draw_mane(figure, shell)
        hair_tails.draw_tails(figure, shell)
        return
    features = face.styled(design.face, design.style, nod)
    outline = head.contour(features, yaw, design.style.nose)
    if abs(yaw) < 24:
        head.draw_ears(figure, yaw, bare=bare)
    figure.fill("face", outline, shade=(-2.2, -1.5))
    if abs(yaw) >= 24:
        head.draw_ears(figure, yaw, bare=bare)
    head.draw_nose(figure, yaw, design.style.nose, nod)
    face.draw_face(figure, features, design.style, yaw, expression, outline)
    worn.draw(figure, scene, "face")
    hair.draw_front(figure, shell, outline, design.style.shine)
    for eye in face.eye_places(features, yaw):
        face.draw_brow(figure, features, eye, expression)
    hair_tails.draw_tails(figure, shell, front=True)


def _leg(figure: Figure, skeleton: Skeleton, design: Design, side: float) -> None:
    """Draw a leg with what it wears."""
    costume = design.costume
    body.draw_leg(figure, skeleton, side)
    length = {"trousers": 1.0, "shorts": 0.42}.get(costume.bottom, 0.0)
    if costume.boots:
        if length:
            clothes.draw_trousers(figure, skeleton, side, min(length, 1.06 - 0.5 * costume.boots))
        clothes.draw_footwear(figure, skeleton, costume, side)
        return
    clothes.draw_footwear(figure, skeleton, costume, side)
    if length:
        clothes.draw_trousers(figure, skeleton, side, length)


def _trunk(figure: Figure, scene: Scene) -> None:
    """Draw the clothes of the trunk and the neck."""
    skeleton, costume = scene.skeleton, scene.design.costume
    body.draw_neck(figure, skeleton, scene.yaw)
    over = costume.top in ("blazer", "cardigan", "hoodie", "coat", "sailor")
    if costume.bottom == "skirt":
        clothes.draw_skirt(figure, skeleton, 0.50 if costume.top != "coat" else 0.56, 15.0, 18)
    if over:
        clothes.draw_top(figure, skeleton, costume)
    worn.draw(figure, scene, "trunk")


def _arm(figure: Figure, scene: Scene, side: float) -> None:
    """Draw an arm with its sleeve and what is worn on it."""
    body.draw_arm(figure, scene.skeleton, side)
    clothes.draw_sleeve(figure, scene.skeleton, scene.design.costume, side)
    worn.draw(figure, scene, "arm", side)


def _landmarks(design: Design, skeleton: Skeleton) -> dict[str, np.ndarray]:
    """Return named points in puppet units."""
    placement = head_placement(skeleton)
    yaw = _head_yaw(skeleton.pose)
    marks = {"chin": placement.of([(head.keyed(yaw, 0, 12.5, 29.5) * head.facing(yaw), 56.6)])[0],
             "crown": placement.of([(0.0, -44.0)])[0]}  # fmt: skip
    if abs(yaw) <= 90:
        features = face.styled(design.face, design.style, skeleton.pose.nod)
        for eye in face.eye_places(features, yaw):
            marks["eye" + eye.suffix] = placement.of([eye.centre])[0]
    for limb in ("arm", "leg"):
        for side in (-1.0, 1.0):
            chain = skeleton.arm(side) if limb == "arm" else skeleton.leg(side)
            for joint, point in zip(("root", "middle", "end"), chain.joints, strict=True):
                marks[f"{body.name(limb, side)}_{joint}"] = point
    return marks


def _pixel(point: np.ndarray, laid: Laid) -> tuple[float, float]:
    """Return a point of puppet units in pixels of the picture."""
    x, y = (laid.on_grid(np.asarray(point)) / laid.framing.supersample).tolist()
    return x, y
