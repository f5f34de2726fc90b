"""Files that hold many drawings: layers of a PSD as cells, frames of a movie as drawings; and held drawings as one.

Both readers stream: one picture is in memory at a time, whatever the file holds. Problems that do not stop the reading
are gathered in ``problems`` while it goes on.
"""

import io
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream
from psd_tools import PSDImage
from psd_tools.compression import PSDDecompressionWarning
from psd_tools.constants import ColorMode

from assets.intake.formats import DAMAGE, Picture, check_size, picture_from_rgba, read_content
from assets.intake.headers import HeaderBroken, read_header
from assets.intake.naming_rules import plain_path
from assets.intake.problems import Problem, Refused, converted, notice, refused
from assets.intake.safety import Limits

# An encoder writes a held frame with slightly other values. Measured on H.264 at crf 18 to 28 (1280 x 720): at most 24
# scattered pixels of a held frame differ by more than 12, while a mouth line moved by one pixel changes over 1000.
HOLD_TOLERANCE = 12
_HOLD_FEWEST_PX = 48
_HOLD_SHARE = 1 / 15_000
_MAX_CELL_NAME = 24
_MAX_LAYERS = 500


@dataclass(frozen=True, eq=False)
class LayerDrawing:
    """One layer of a PSD: the drawing ``number`` of ``cell``, as large as the canvas."""

    cell: str
    number: int
    picture: Picture


class LayerStack:
    """A PSD whose top-level layers and groups are cells, from the lowest to the highest.

    Iterate for its drawings. Hidden and empty layers are left out with a notice; layers of one name are drawings 1, 2,
    … of one cell.
    """

    def __init__(self, source: Path | bytes, name: str, limits: Limits) -> None:
        self.name = name
        self.problems: list[Problem] = []
        data = read_content(source, name, limits)
        if not data.startswith((b"8BPS\x00\x01", b"8BPS\x00\x02")):
            raise Refused(refused("PICTURE_DAMAGED", name, kind="PSD", reason="it is no PSD"))
        try:
            check_size(read_header(data, "PSD"), name, limits)
            self._psd = PSDImage.open(io.BytesIO(data))
        except HeaderBroken as error:
            raise self._damaged(str(error)) from error
        except DAMAGE as error:
            raise self._damaged(str(error) or type(error).__name__) from error
        self._check_mode()

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width of the canvas in pixels."""
        return self._psd.height, self._psd.width

    def __iter__(self) -> Iterator[LayerDrawing]:
        numbers: Counter[str] = Counter()
        for layer in self._shown_layers():
            rgba = self._render(layer)
            if rgba is None:
                self.problems.append(notice("LAYER_EMPTY", self.name, layer=layer.name))
                continue
            cell = cell_name(layer.name)
            numbers[cell] += 1
            yield LayerDrawing(cell, numbers[cell], picture_from_rgba(rgba))
        if not numbers:
            raise Refused(refused("NO_VISIBLE_LAYER", self.name))
        for cell, count in numbers.items():
            if count > 1:
                self.problems.append(notice("LAYER_NAME_REPEATED", self.name, layer=cell, count=count))

    def _shown_layers(self) -> Iterator[Any]:
        for layer in list(self._psd)[:_MAX_LAYERS]:
            if layer.visible:
                yield layer
            else:
                self.problems.append(notice("LAYER_HIDDEN", self.name, layer=layer.name))

    def _render(self, layer: Any) -> np.ndarray | None:
        """Return a layer on its canvas as (h, w, 4) uint8, None where it has no pixel."""
        height, width = self.size_hw
        try:
            with warnings.catch_warnings():
                # Without this a channel that cannot be unpacked would come out black and be believed.
                warnings.simplefilter("error", PSDDecompressionWarning)
                image = layer.composite(viewport=(0, 0, width, height))
        except (*DAMAGE, PSDDecompressionWarning) as error:
            reason = f"layer {layer.name}: {error}"
            raise self._damaged(reason) from error
        if image is None:
            return None
        rgba = np.array(image.convert("RGBA"), dtype=np.uint8)
        return rgba if rgba[..., 3].any() else None

    def _check_mode(self) -> None:
        mode = self._psd.color_mode
        if mode not in {ColorMode.RGB, ColorMode.GRAYSCALE}:
            raise Refused(refused("COLOUR_SPACE_NOT_TAKEN", self.name, mode=mode.name))
        if self._psd.depth not in {8, 16}:
            raise Refused(refused("DEPTH_NOT_TAKEN", self.name, bits=self._psd.depth))
        if self._psd.depth == 16:
            self.problems.append(converted("DEPTH_CONVERTED", self.name, bits=16))
        if mode == ColorMode.GRAYSCALE:
            self.problems.append(converted("GREY_CONVERTED", self.name, mode="PSD"))

    def _damaged(self, reason: str) -> Refused:
        return Refused(refused("PICTURE_DAMAGED", self.name, kind="PSD", reason=reason))


@dataclass(frozen=True, eq=False)
class MovieFrame:
    """One frame of a movie.

    Convention:
        ``rgba`` (h, w, 4) uint8, straight alpha (255 where the movie has none); ``frame_no`` from 1; ``drawing_no``
        from 1, the same for a frame that holds the one before it (then ``rgba`` is the held drawing's array itself).
    """

    frame_no: int
    drawing_no: int
    rgba: np.ndarray


class Movie:
    """The first picture track of an MP4 or MOV; iterate for its frames in the order they are shown.

    Turns that the container asks for are ignored: frames are compared as they were drawn. A frame that differs from
    the first frame of a drawing by no more than an encoder does holds that drawing (``is_held``).
    """

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._path = path
        self._limits = limits
        if path.stat().st_size == 0:
            raise Refused(refused("EMPTY_FILE", name))
        with self._open() as container:
            stream = self._stream(container)
            self.fps: Fraction = Fraction(stream.average_rate or stream.base_rate or 24)
            self.size_hw: tuple[int, int] = (stream.height, stream.width)
            self.declared_frames: int = stream.frames
            ratio = stream.sample_aspect_ratio
        self._check(ratio)

    def __iter__(self) -> Iterator[MovieFrame]:
        held: np.ndarray | None = None
        frame_no = drawing_no = 0
        for rgba in self._decoded():
            frame_no += 1
            if held is None or not is_held(held, rgba):
                held = rgba
                drawing_no += 1
            yield MovieFrame(frame_no, drawing_no, held)
        # Containers may count a few frames that are never shown; more than that is a movie that was cut off.
        if frame_no == 0 or frame_no + 2 < self.declared_frames:
            reason = "it announces more frames than it holds"
            raise Refused(refused("MOVIE_DAMAGED", self.name, decoded=frame_no, reason=reason))

    def _decoded(self) -> Iterator[np.ndarray]:
        count = 0
        with self._open() as container:
            frames = container.decode(self._stream(container))
            while True:
                try:
                    frame = next(frames, None)
                    rgba = None if frame is None else frame.to_ndarray(format="rgba")
                except (av.FFmpegError, ValueError, EOFError) as error:
                    problem = refused("MOVIE_DAMAGED", self.name, decoded=count, reason=_reason(error))
                    raise Refused(problem) from error
                if rgba is None:
                    return
                count += 1
                if count > self._limits.max_frames:
                    raise Refused(refused("MOVIE_TOO_LONG", self.name, limit=self._limits.max_frames))
                yield rgba

    def _open(self) -> av.container.InputContainer:
        try:
            # Only the demuxer of MP4 and MOV: a playlist could otherwise name files of the server.
            return av.open(str(self._path), mode="r", format="mov")
        except (av.FFmpegError, ValueError) as error:
            raise Refused(refused("NOT_A_MOVIE", self.name, reason=_reason(error))) from error

    def _stream(self, container: av.container.InputContainer) -> VideoStream:
        if not container.streams.video:
            raise Refused(refused("NOT_A_MOVIE", self.name, reason="it has no picture track"))
        stream = container.streams.video[0]
        if getattr(stream, "codec_context", None) is None:
            raise Refused(refused("NOT_A_MOVIE", self.name, reason="its codec is not known"))
        return stream

    def _check(self, ratio: Fraction | None) -> None:
        height, width = self.size_hw
        limits = self._limits
        if not (0 < height <= limits.max_side and 0 < width <= limits.max_side):
            problem = refused("SIDE_TOO_LONG", self.name, width=width, height=height, limit=limits.max_side)
            raise Refused(problem)
        if height * width > limits.max_pixels:
            problem = refused(
                "TOO_MANY_PIXELS", self.name, width=width, height=height, limit=limits.max_pixels
            )
            raise Refused(problem)
        if self.declared_frames > limits.max_frames:
            raise Refused(refused("MOVIE_TOO_LONG", self.name, limit=limits.max_frames))
        if ratio and ratio != 1:
            self.problems.append(notice("PIXELS_NOT_SQUARE", self.name, ratio=str(ratio)))


@dataclass(frozen=True)
class DistinctDrawing:
    """One drawing of a cell: its first number and all numbers under which its pixels came."""

    cell: str
    number: str
    content_sha256: str
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """The distinct drawings of an upload, and per cell the drawing shown at each number in order."""

    drawings: tuple[DistinctDrawing, ...]
    exposures: Mapping[str, tuple[str, ...]]


def merge_repeats(items: Iterable[tuple[str, int | str, str]]) -> Merged:
    """Make one drawing of those that share cell and content.

    Args:
        items: (cell, number, content_sha256) in the order they are shown; numbers may carry a letter.

    Returns:
        Drawings in order of first appearance; ``exposures[cell][i]`` is the number of the drawing that stands for the
        cell's i-th item.
    """
    first: dict[tuple[str, str], str] = {}
    numbers: dict[tuple[str, str], list[str]] = defaultdict(list)
    exposures: dict[str, list[str]] = defaultdict(list)
    for cell, number, content in items:
        key = (cell, content)
        first.setdefault(key, str(number))
        numbers[key].append(str(number))
        exposures[cell].append(first[key])
    drawings = tuple(
        DistinctDrawing(cell, first[cell, content], content, tuple(numbers[cell, content]))
        for cell, content in first
    )
    return Merged(drawings, {cell: tuple(shown) for cell, shown in exposures.items()})


def is_held(held: np.ndarray, frame: np.ndarray) -> bool:
    """Say whether ``frame`` shows the drawing ``held`` again, but for what an encoder changes.

    Args:
        held: (h, w, 4) uint8.
        frame: (h, w, 4) uint8.
    """
    if held.shape != frame.shape:
        return False
    difference = np.maximum(held, frame) - np.minimum(held, frame)
    changed_px = int(np.count_nonzero((difference > HOLD_TOLERANCE).any(axis=-1)))
    return changed_px <= max(_HOLD_FEWEST_PX, held.shape[0] * held.shape[1] * _HOLD_SHARE)


def cell_name(layer_name: str) -> str:
    """Return the name of the cell that a layer stands for: short, composed Unicode, upper case."""
    text = plain_path(layer_name).replace("/", " ").strip("\x00 ")
    return text[:_MAX_CELL_NAME].upper() or "A"


def meant_cells(given: Mapping[str, str] | None) -> dict[str, str]:
    """Return {cell as read: cell as meant}, both written as cells are; what changes nothing is left out."""
    listed = ((cell_name(str(read)), str(meant)) for read, meant in (given or {}).items())
    return {read: cell_name(meant) for read, meant in listed if meant.strip() and cell_name(meant) != read}


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
