"""What is worn on the face and in the ears: glasses, patches, plasters, moles, scars, paint, ear rings."""

from __future__ import annotations

import math

import numpy as np

from ml.puppets.curves import Points, ellipse, moved, smooth
from ml.puppets.design import Accessory
from ml.puppets.face import eye_places
from ml.puppets.figure import Figure
from ml.puppets.head import contour, facing, keyed
from ml.puppets.worn_place import Scene, Spot, band, on_face, side_of


def _ring(shape: Points, inner: float) -> Points:
    """Return the outline of a ring as one closed line that goes round outside, then back round inside."""
    return np.vstack([shape, shape[:1], (shape * inner)[:1], (shape * inner)[::-1]])


def draw_glasses(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw the frame of glasses: round, angular, oval half-rimmed, or thick; the lenses are clear."""
    face, yaw = scene.features, scene.yaw
    if scene.away or abs(yaw) > 95:
        return
    w, h = face.eye_w * 0.66 * item.size, face.eye_h * 0.62 * item.size
    shape = item.variant % 4
    lens = {
        0: ellipse((0, 0), (max(w, h), max(w, h))),
        1: smooth([(-w, -h * 0.78), (w, -h * 0.86), (w * 0.96, h * 0.7), (-w * 0.9, h * 0.8)], (0, 1, 2, 3)),
        2: ellipse((0, 0), (w * 1.12, h * 0.95)),
        3: smooth([(-w, -h * 0.9), (w * 1.08, -h), (w * 0.9, h * 0.85), (-w * 0.84, h * 0.8)]),
    }[shape]
    dx, dy = item.shift[0] * math.cos(math.radians(yaw)), item.shift[1]
    ends = []
    for eye in eye_places(face, yaw):
        squeeze = max(0.30, eye.squeeze)
        at = (eye.centre[0] + dx, face.eye_y + 1.0 + dy)
        outline = lens * (eye.which * squeeze, 1) + at
        if shape == 3:
            ring = _ring(lens * (eye.which * squeeze, 1), 0.84) + at
            figure.fill("glasses", ring, width=0.7, role=f"rim{eye.suffix}")
        else:
            rim = outline[:17] if shape == 2 else np.vstack([outline, outline[:1]])
            figure.stroke("glasses", rim, 2.3, role=f"edge{eye.suffix}")
            figure.stroke("glasses", rim, 1.0, "normal", role=f"rim{eye.suffix}")
        ends.append((eye.which, at[0], float(lens[:, 0].max()) * squeeze, at[1]))
    _bridge_and_bows(figure, scene, ends, dy)


def _bridge_and_bows(
    figure: Figure, scene: Scene, ends: list[tuple[float, float, float, float]], dy: float
) -> None:
    """Draw what joins the lenses and what runs to the ears."""
    side = facing(scene.yaw)
    near = ends[0]
    if len(ends) == 2:
        far = ends[1]
        a, b = near[1] + side * near[2], far[1] - side * far[2]
        bridge = smooth([(a, near[3] - 2), ((a + b) / 2, near[3] - 4.5), (b, near[3] - 2)], closed=False)
        figure.stroke("glasses", bridge, 1.5, role="bridge")
    else:
        tip = near[1] + side * near[2]
        figure.stroke(
            "glasses", np.linspace((tip, near[3] - 2), (tip + side * 5, near[3] - 1), 4), 1.5, role="bridge"
        )
    ear = keyed(scene.yaw, -40.5, -33.5, -9) * side
    for which, x, half, y in ends:
        hinge = x + which * half
        end = ear if which == -side else keyed(scene.yaw, 40.5, 38.0, 36.0) * side
        if abs(end - hinge) > 1.5 and (end - hinge) * which > 0:
            figure.stroke(
                "glasses", np.linspace((hinge, y - 3), (end, 8.0 + dy), 5), 1.3, role=f"bow{int(which)}"
            )


def draw_eye_patch(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a patch over one eye with its band: shield-shaped, or a white dressing's round form."""
    face, side, yaw = scene.features, side_of(item), scene.yaw
    if scene.away:
        return
    outline = contour(face, max(-90.0, min(90.0, yaw)), scene.design.style.nose)
    places = {int(eye.which): eye for eye in eye_places(face, yaw)}
    dy = item.shift[1]
    eye = places.get(side)
    x0 = eye.centre[0] if eye else facing(yaw) * 36.0
    xs = np.linspace(-1, 1, 7)
    tilt = side * math.cos(math.radians(yaw)) * 7.0
    line = np.stack((xs * 46, face.eye_y - 9 + dy - tilt * 0.2 + tilt * (xs - x0 / 46)), axis=1)
    figure.fill(
        "eyewear", band(moved(line, 0, -1.5), moved(line, 0, 1.5)), width=0.7, clip=(outline,), role="band"
    )
    if eye is None:
        return
    w, h = face.eye_w * 0.68, face.eye_h * 0.66
    if item.variant % 2 == 0:
        shape = smooth(
            [(-w, -h * 0.7), (0, -h * 0.92), (w, -h * 0.7), (w * 0.8, h * 0.5), (0, h), (-w * 0.8, h * 0.5)],
            (0, 2),
        )
    else:
        shape = ellipse((0, 0), (w * 1.05, h * 0.95))
    spot = Spot(
        (eye.centre[0] + item.shift[0] * eye.squeeze, face.eye_y + dy), max(0.3, eye.squeeze), item.size
    )
    figure.fill("eyewear", spot.put(shape), shade=(-2, -2), role="patch")


def draw_plaster(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a plaster: across the cheek, two crossed, or over the bridge of the nose."""
    face, side, shape = scene.features, side_of(item), item.variant % 3
    spot = on_face(scene, item, *((26.0 * side, 33.0), (26.0 * side, 33.0), (1.0 * side, 23.5))[shape])
    if spot is None:
        return
    del face
    strip = smooth([(-8.5, -3), (8.5, -3), (8.5, 3), (-8.5, 3)], (), samples=5) * (1.06, 1)
    pad = np.array([(-2.8, -2.7), (2.8, -2.7), (2.8, 2.7), (-2.8, 2.7)])
    for k, turn in enumerate({0: (-16 * side,), 1: (40, -40), 2: (4 * side,)}[shape]):
        figure.fill("eyewear", spot.put(strip, turn), width=0.9, role=f"strip{k}")
    figure.fill("eyewear", spot.put(pad, -16 * side if shape == 0 else 0), "shadow", width=0, role="pad")


def draw_face_paint(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw paint on one cheek: two stripes, a triangle or a drop."""
    side, shape = side_of(item), item.variant % 3
    spot = on_face(scene, item, 25.0 * side, 33.0)
    if spot is None:
        return
    if shape == 0:
        for k, y in enumerate((-3.2, 2.4)):
            bar = np.array([(-7, y - 1.5), (7, y - 1.5), (7, y + 1.5), (-7, y + 1.5)])
            figure.fill("eyewear", spot.put(bar, -12 * side), width=0, role=f"bar{k}")
        return
    mark = (
        np.array([(-5, -5), (5, -5), (0, 7)])
        if shape == 1
        else smooth([(0, -8), (4, 0), (0, 5), (-4, 0)], (0,))
    )
    figure.fill("eyewear", spot.put(mark), width=0, role="bar0")


def draw_mole(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a mole under the eye or beside the mouth."""
    face, side = scene.features, side_of(item)
    at = ((face.eye_dx + 3.5, face.eye_y + face.eye_h * 0.5 + 5.5), (11.5, face.mouth_y - 1.5))[
        item.variant % 2
    ]
    spot = on_face(scene, item, at[0] * side, at[1])
    if spot is not None:
        figure.fill("face", spot.put(ellipse((0, 0), (1.35, 1.35))), "line", width=0, role="mole")


def draw_scar(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw a scar: on the cheek, crossed on the cheek, or down over the eye."""
    face, side, shape = scene.features, side_of(item), item.variant % 3
    if shape == 2:
        spot = on_face(scene, item, (face.eye_dx + 1) * side, face.eye_y)
        lines = [
            [(2.5, -face.eye_h * 0.95), (0.5, -face.eye_h * 0.5)],
            [(-1.0, face.eye_h * 0.56), (-3.5, face.eye_h * 0.95)],
        ]
    else:
        spot = on_face(scene, item, 25.0 * side, 33.0)
        lines = [[(-7.0, -4.0), (7.0, 4.0)], [(-5.0, 5.0), (5.0, -5.0)]][: 1 + shape]
    if spot is None:
        return
    for k, ((x0, y0), (x1, y1)) in enumerate(lines):
        across = np.array((y0 - y1, x1 - x0)) / math.hypot(x1 - x0, y1 - y0) * 1.3
        a, b, mid = np.array((x0, y0)), np.array((x1, y1)), np.array(((x0 + x1) / 2, (y0 + y1) / 2))
        gash = np.array([a, mid + across, b, mid - across]) * (side, 1)
        figure.fill("face", spot.put(gash), "shadow", width=0.7, role=f"scar{k}")


def draw_ear_rings(figure: Figure, scene: Scene, item: Accessory) -> None:
    """Draw rings in the ears that are seen: studs, hoops or drops."""
    a, side = abs(scene.yaw), facing(scene.yaw)
    found: list[tuple[float, float]] = []
    if a > 120:
        found = [(1.0, -40.5), (-1.0, 40.5)]
    else:
        found = [(-side, (keyed(scene.yaw, -40.5, -33.5, -9)) * side)]
        if a < 24:
            found.append((side, (40.5 - a * 0.05) * side))
    for which, x in found:
        if item.side and item.side != which:
            continue
        spot = Spot(
            (x + item.shift[0] * math.cos(math.radians(scene.yaw)), 27.0 + item.shift[1]), 1.0, item.size
        )
        role = f"ring{int(which)}"
        if item.variant % 3 == 0:
            figure.fill("ear_wear", spot.put(ellipse((0, 0), (3.0, 3.0))), width=0.9, role=role)
        elif item.variant % 3 == 1:
            figure.fill(
                "ear_wear",
                spot.put(moved(_ring(ellipse((0, 0), (5.2, 6.4)), 0.62), 0, 6)),
                width=0.7,
                role=role,
            )
        else:
            figure.fill("ear_wear", spot.put(ellipse((0, 1), (1.8, 1.8))), width=0.8, role=role + "top")
            figure.fill(
                "ear_wear",
                spot.put(smooth([(0, 3), (4.2, 13), (0, 17.5), (-4.2, 13)], (0,))),
                width=0.9,
                role=role,
            )
