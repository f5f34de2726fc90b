"""From a design, a pose and an expression to a drawing: order of the layers, framing, colours, masks."""

from __future__ import annotations

import numpy as np

from ml.puppets import dress, face, hair, hair_tails, head, landmarks, worn
from ml.puppets.design import Design
from ml.puppets.feet import sink
from ml.puppets.figure import PARTS, Figure, Placement
from ml.puppets.frames import BUST, FULL, Framing, Laid, PuppetFrame, bust_for, camera, full_for, window_of
from ml.puppets.painter import Painter, honoured
from ml.puppets.pose import Expression, Pose
from ml.puppets.skeleton import Skeleton
from ml.puppets.worn_place import Scene

__all__ = [
    "BUST", "FULL", "Framing", "Laid", "PuppetFrame", "build", "bust_for", "frame_of", "full_for", "lay", "render",
]  # fmt: skip


def render(design: Design, pose: Pose, expression: Expression, framing: Framing = FULL) -> PuppetFrame:
    """Draw one picture; the same arguments give the same bytes.

    Returns:
        A PuppetFrame whose arrays are the caller's own.
    """
    return frame_of(lay(design, pose, expression, framing))


def frame_of(laid: Laid) -> PuppetFrame:
    """Return the picture of a drawing that has been laid out."""
    seen = landmarks.visible(laid, laid.landmarks)
    return PuppetFrame(laid.coloured(), laid.labels(), laid.landmarks, seen)


def lay(
    design: Design, pose: Pose, expression: Expression, framing: Framing = FULL, *, marked: bool = False
) -> Laid:
    """Lay a drawing out: shapes, labels and landmarks, without colours; `marked` adds `Laid.marks`."""
    skeleton = Skeleton(design.shape, pose)
    figure = build(design, skeleton, expression)
    s = framing.supersample
    scale, origin, shape = camera(framing, sink(skeleton), pose.stretch)
    painter = Painter(PARTS, framing.line_px / framing.px_per_unit, design.style)
    layers = honoured(figure.layers, design.style)
    painter.add(layers)
    placed = painter.place(scale, origin, shape)
    window = x0, y0, x1, y1 = window_of(placed.extent(), framing, design.style)
    fine_window = x0 * s, y0 * s, x1 * s, y1 * s
    marks = None
    if marked:
        fine, marks = painter.paint_marked(placed, fine_window)
    else:
        fine = painter.paint_placed(placed, fine_window)
    laid = Laid(design, framing, fine, window, layers, scale, origin, {}, shape, marks)
    points = landmarks.find(skeleton, figure.layers, head_placement(skeleton), _head_yaw(pose))
    pixels = (laid.on_grid(np.array(list(points.values()))) - (s - 1) / 2) / s
    laid.landmarks.update(zip(points, map(tuple, pixels.tolist()), strict=True))
    return laid


def build(design: Design, skeleton: Skeleton, expression: Expression) -> Figure:
    """Return all layers of a drawing, back to front, in puppet units."""
    figure = Figure()
    pose = skeleton.pose
    head_yaw = _head_yaw(pose)
    shell = hair.Shell(design.hair, head_yaw, pose.nod, pose.sway)
    placement = head_placement(skeleton)
    scene = Scene(design, skeleton, shell, head_yaw)
    dresser = dress.Dresser(figure, skeleton, design, lambda side: worn.draw(figure, scene, "arm", side))

    if not scene.away:
        figure.placement = placement
        hair_tails.draw_behind(figure, shell)
        figure.placement = Placement()
    worn.draw(figure, scene, "behind")
    dresser.behind()
    dresser.middle(head_yaw)
    worn.draw(figure, scene, "trunk")
    dresser.arms()
    dresser.front()
    worn.draw(figure, scene, "neck")
    figure.placement = placement
    _head(figure, scene, expression)
    worn.draw(figure, scene, "head")
    figure.placement = Placement()
    dresser.over()
    return figure


def _head_yaw(pose: Pose) -> float:
    """Return the head's yaw in (-180, 180]."""
    yaw = (pose.yaw + pose.turn + 180) % 360 - 180
    return 180.0 if yaw == -180 else yaw


def head_placement(skeleton: Skeleton) -> Placement:
    """Return where head space lies: turned and scaled about the joint of the neck."""
    size = skeleton.build.head
    pivot = skeleton.head_pivot()
    turn = skeleton.pose.tilt + skeleton.lean
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
