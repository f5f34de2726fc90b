"""What is asked to clean drawings: Sakkan with and without its weights, Otsu's threshold, potrace, vtracer."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec

import cv2
import numpy as np

from bench.cleanup.svgs import painted
from bench.cleanup.types import LINE_PX, Answer, Method
from bench.inbetween.types import NotHere
from ml.cleanup.records import Clean
from ml.errors import MLError
from ml.training.cleanup_judge import otsu

METHODS = ("sakkan", "sakkan_no_weights", "otsu", "potrace", "vtracer")


class Otsu:
    """What is darker than Otsu's threshold."""

    name = "otsu"

    def clean(self, rgb: np.ndarray) -> Answer:
        """Return the threshold's mask."""
        return Answer(otsu(rgb))


class Potrace:
    """Otsu's mask traced by the command `potrace` (Debian, GPL-2, run as a program of its own)."""

    name = "potrace"

    def __init__(self) -> None:
        found = shutil.which("potrace")
        if found is None:
            msg = "potrace is left out: there is no such command here (apt-get install potrace)"
            raise NotHere(msg)
        self._command = found

    def clean(self, rgb: np.ndarray) -> Answer:
        """Return what its SVG paints."""
        mask = otsu(rgb)
        done = subprocess.run(
            [self._command, "--svg", "--output", "-", "-"], input=_pbm(mask), capture_output=True, check=True
        )
        svg = done.stdout.decode()
        return _vector(_px(svg, mask.shape), mask.shape, len(done.stdout))


def _pbm(mask: np.ndarray) -> bytes:
    """Return a portable bitmap, 1 = black."""
    h, w = mask.shape
    return f"P4\n{w} {h}\n".encode() + np.packbits(mask, axis=1).tobytes()


def _px(svg: str, size_hw: tuple[int, ...]) -> str:
    """Return potrace's SVG without its document type, which no safe parser takes; its points are pixels already."""
    return svg[svg.index("<svg") :]


class Vtracer:
    """Otsu's mask traced by vtracer (MIT), black and white."""

    name = "vtracer"

    def __init__(self) -> None:
        if find_spec("vtracer") is None:
            msg = "vtracer is left out: it is not installed (pip install -e .[bench])"
            raise NotHere(msg)

    def clean(self, rgb: np.ndarray) -> Answer:
        """Return what its SVG paints."""
        import vtracer  # noqa: PLC0415 - may not be installed

        mask = otsu(rgb)
        _, data = cv2.imencode(".png", np.where(mask, 0, 255).astype(np.uint8))
        svg = vtracer.convert_raw_image_to_svg(data.tobytes(), img_format="png", colormode="binary")
        return _vector(svg[svg.index("<svg") :], mask.shape, len(svg))


def _vector(svg: str, size_hw: tuple[int, ...], size_bytes: int) -> Answer:
    mask, paths = painted(svg, (size_hw[0], size_hw[1]))
    return Answer(mask, strokes=paths, svg_bytes=size_bytes)


class Sakkan:
    """The engine, as an artist gets it before touching a slider, at a line weight of 2 px."""

    def __init__(self, *, weights: bool) -> None:
        try:
            from ml.cleanup import engine  # noqa: PLC0415 - the bench says what is not here
        except ImportError as error:
            msg = f"sakkan is left out: {error}"
            raise NotHere(msg) from error
        self.name = "sakkan" if weights else "sakkan_no_weights"
        self._engine = engine
        self._net = _net() if weights else None

    def clean(self, rgb: np.ndarray) -> Answer:
        """Return what it draws of the ink layer."""
        return self.follow([rgb])[0]

    def follow(self, rgbs: Sequence[np.ndarray]) -> list[Answer]:
        """Return what it draws of the drawings of a sequence, each after the one before it."""
        from ml.cleanup.wishes import Wishes  # noqa: PLC0415

        wishes = Wishes(weight_px=LINE_PX)
        answers, before = [], None
        for rgb in rgbs:
            sketch = self._engine.prepare(rgb, net=self._net)
            clean = sketch.clean(wishes, before)
            before = self._engine.Before(clean, sketch)
            answers.append(_drawn(clean, len(sketch.svg(clean, wishes))))
        return answers


def _drawn(clean: Clean, svg_bytes: int) -> Answer:
    """Return the ink of a cleaned drawing at 2 px, its closures with it."""
    from ml.cleanup.raster import coverage  # noqa: PLC0415 - the bench says what is not here

    strokes = [one for one in clean.strokes if one.is_on and one.layer == "ink"]
    closures = [one for one in clean.closures if one.is_on]
    thin = [one for one in strokes if not one.is_filled]
    lines = [(one.points_xy, np.full(len(one.points_xy), LINE_PX)) for one in (*thin, *closures)]
    areas = [one.points_xy for one in strokes if one.is_filled]
    return Answer(
        coverage(lines, clean.size_hw, areas=areas) > 127,
        strokes=len(strokes),
        closures=tuple(one.points_xy for one in closures),
        svg_bytes=svg_bytes,
        points_xy=np.concatenate([points for points, _ in lines]) if lines else np.zeros((0, 2)),
    )


def _net() -> object:
    from ml.cleanup.network import CleanNet  # noqa: PLC0415 - torch takes seconds to import

    try:
        return CleanNet.load()
    except MLError as error:
        msg = f"sakkan is left out: {error}"
        raise NotHere(msg) from error


def methods(names: Sequence[str]) -> tuple[list[Method], list[str]]:
    """Return the methods of these names that are here, and what there is to say of the others."""
    made: list[Method] = []
    said: list[str] = []
    makers = {
        "sakkan": lambda: Sakkan(weights=True), "sakkan_no_weights": lambda: Sakkan(weights=False),
        "otsu": Otsu, "potrace": Potrace, "vtracer": Vtracer,
    }  # fmt: skip
    for name in names:
        try:
            made.append(makers[name]())
        except NotHere as error:
            said.append(str(error))
    return made, said
