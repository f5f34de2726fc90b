"""The rigged character Sita (CC0, Morevna Project) and how it is posed: values of its Synfig file, drawn by `synfig`.

The file holds a rig of named values ("(stk)-elbow1-t" and so on): angles of joints, lengths of limbs (the drawing is
stretched along them), the place of the hips. Many poses are written into one file, a frame each, and drawn in one go.
"""

from __future__ import annotations

import cmath
import json
import math
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

import cv2
import numpy as np
from defusedxml.ElementTree import parse

from bench.inbetween.types import XY, NotHere, Rgb

SIZE = 512
_UNITS = 5.4  # of the rig's canvas in the picture
_SCALE = 0.670320034  # of the whole rig on its canvas, as the file says
_SHOULDERS = 1.2837814393  # from the hips up along the body, as the file says
_GAMMA = 2.2
_PREFIX = "(stk)-"
SIDES = ("1", "2")
Pose = Mapping[str, complex]  # name of a value -> what it is; numbers and angles are real


@dataclass(frozen=True)
class Rig:
    """A posable character: its file, its rest pose and the colours of its lines."""

    file: Path
    rest: Pose
    ink: tuple[Rgb, ...]


def load(art: Path) -> Rig:
    """Return the rig that a folder's MANIFEST.json names.

    Raises:
        NotHere: the folder holds none.
    """
    try:
        files = json.loads((art / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError) as error:
        msg = f"sita is left out: {art} has no MANIFEST.json that can be read"
        raise NotHere(msg) from error
    rigs = [art / f["file"] for f in files if f.get("role", {}).get("stage") == "rig"]
    rigs = [f for f in rigs if f.suffix == ".sif" and f.parent.name != "resources" and f.exists()]
    for file in rigs:
        rest = _rest(file)
        if _PREFIX + "body-t" in rest:
            return Rig(file, rest, _inks(file))
    msg = f"sita is left out: {art} holds no rigged character"
    raise NotHere(msg)


def _rest(file: Path) -> Pose:
    rest: dict[str, complex] = {}
    for node in parse(file).getroot().find("defs"):
        if node.tag == "vector":
            rest[node.get("id")] = complex(float(node.findtext("x")), float(node.findtext("y")))
        elif node.tag in ("real", "angle"):
            rest[node.get("id")] = float(node.get("value"))
    return rest


def _inks(file: Path) -> tuple[Rgb, ...]:
    """Return the colours of all outlines of the rig and of what it is put together from."""
    found = set()
    for part in (file, *sorted(file.parent.glob("resources/head-0*.sif"))):
        for layer in parse(part).getroot().iter("layer"):
            if layer.get("type") not in ("outline", "advanced_outline") or layer.get("active") != "true":
                continue
            for colour in layer.findall("./param[@name='color']/color"):
                linear = [float(colour.findtext(c)) for c in "rgb"]
                found.add(tuple(round(255 * min(max(v, 0.0), 1.0) ** (1 / _GAMMA)) for v in linear))
    return tuple((r, g, b) for r, g, b in sorted(found))


def joints(pose: Pose) -> dict[str, XY]:
    """Return where the joints of a pose lie in the picture, px."""

    def value(name: str) -> complex:
        return pose[_PREFIX + name]

    def turn(*names: str) -> complex:
        return cmath.exp(1j * math.radians(sum(value(n).real for n in names)))

    hips = value("origin")
    shoulders = hips + _SHOULDERS * turn("body-t")
    head = shoulders + turn("body-t") * value("head")
    crown = head + turn("body-t", "head-t") * value("head-r")
    found = {"hips": hips, "shoulders": shoulders, "head": head, "crown": crown}
    for side in SIDES:
        shoulder = shoulders + turn("body-t") * value(f"shoulder{side}")
        elbow = shoulder + turn("body-t", f"elbow{side}-t") * value(f"elbow{side}-r")
        wrist = elbow + turn("body-t", f"elbow{side}-t", f"wrist{side}-t") * value(f"wrist{side}-r")
        hand = turn("body-t", f"elbow{side}-t", f"wrist{side}-t", f"palm{side}-t") * value(f"palm{side}-r")
        found |= {
            "shoulder" + side: shoulder,
            "elbow" + side: elbow,
            "wrist" + side: wrist,
            "palm" + side: wrist + hand / 2,
        }
    return {name: _px(place) for name, place in found.items()}


def _px(place: complex) -> XY:
    k = SIZE / _UNITS
    return SIZE / 2 + place.real * _SCALE * k - 0.5, SIZE / 2 - place.imag * _SCALE * k - 0.5


def halfway(a: Pose, b: Pose, t: float) -> Pose:
    """Return the pose a share t of the way; every value moves in a straight line."""
    return {name: a[name] + (b[name] - a[name]) * t for name in a}


def render(rig: Rig, poses: Sequence[Pose]) -> list[np.ndarray]:
    """Return the drawings of poses, (512, 512, 4) uint8 straight alpha.

    Raises:
        NotHere: there is no `synfig`, or it fails.
    """
    synfig = shutil.which("synfig")
    if synfig is None:
        msg = "sita is left out: there is no synfig here (apt-get install --no-install-recommends synfig)"
        raise NotHere(msg)
    with tempfile.TemporaryDirectory(prefix="sita-") as name:
        folder = Path(name)
        (folder / "resources").symlink_to((rig.file.parent / "resources").resolve())
        (folder / "poses.sif").write_bytes(_written(rig, poses))
        last = len(poses) - 1
        command = [synfig, "poses.sif", "-t", "png", "-o", "p.png", "-w", str(SIZE), "-h", str(SIZE), "-q",
                   "--begin-time", "0f", "--end-time", f"{last}f", "-T", "2"]  # fmt: skip
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        files = sorted(folder.glob("p*.png"))
        if done.returncode or len(files) != len(poses):
            msg = f"sita is left out: synfig drew {len(files)} of {len(poses)} poses: {done.stderr.strip()[-200:]}"
            raise NotHere(msg)
        pictures = [cv2.imread(str(file), cv2.IMREAD_UNCHANGED) for file in files]
    return [np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA)) for picture in pictures]


def _written(rig: Rig, poses: Sequence[Pose]) -> bytes:
    """Return the rig's file with the poses as frames that cut from one to the next."""
    root = parse(rig.file).getroot()
    half = _UNITS / 2
    root.set("view-box", f"{-half} {half} {half} {-half}")
    root.set("width", str(SIZE))
    root.set("height", str(SIZE))
    root.set("end-time", f"{len(poses)}f")
    values = root.find("defs")
    for place, node in enumerate(list(values)):
        name = node.get("id")
        if name in rig.rest and any(pose[name] != rig.rest[name] for pose in poses):
            values[place] = _animated(node.tag, name, [pose[name] for pose in poses])
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True))


def _animated(kind: str, name: str, values: Sequence[complex]) -> Element:
    node = Element("animated", {"type": kind, "id": name})
    for frame, value in enumerate(values):
        point = SubElement(node, "waypoint", {"time": f"{frame}f", "before": "constant", "after": "constant"})
        if kind == "vector":
            vector = SubElement(point, "vector")
            SubElement(vector, "x").text = f"{value.real:.10f}"
            SubElement(vector, "y").text = f"{value.imag:.10f}"
        else:
            SubElement(point, kind, {"value": f"{value.real:.10f}"})
    return node
