"""The plain records that pass between `ml` and its one caller, `studio.core.compute`.

Everything here is frozen and made of numbers, tuples and arrays, so that a fake can build it in a line
and a row can store it as JSON.

Convention:
    - `box_xyxy` is in pixels of the original picture, origin top left, right and bottom exclusive
    - rgb is three uint8 values, sRGB
    - `similarity` higher = nearer, `drift` higher = worse; both are named, never a bare score
    - drift is relative: 1.0 stands exactly at the limit that the design's approved drawings allow
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Box = tuple[int, int, int, int]
Rgb = tuple[int, int, int]
Aspect = Literal["PROPORTION", "FACE", "DETAIL", "LINE_WEIGHT", "COLOUR", "WRONG_DESIGN", "SHAPE"]


@dataclass(frozen=True)
class SwatchSpec:
    """One colour of a colour model. `tolerance_de` is CIEDE2000."""

    part: str
    tone: str
    rgb: Rgb
    tolerance_de: float = 2.0


@dataclass(frozen=True)
class SheetPicture:
    """One approved drawing of a sheet: `png` is an 8-bit PNG; `key` is the caller's name for it."""

    key: str
    png: bytes
    kind: str  # turnaround, expression, detail, size
    view: str  # front, three_quarter, side, back, "" = not said


@dataclass(frozen=True)
class Embeddings:
    """Vectors that know their maker.

    Convention:
        - `vectors` (N, C) float32, unit length, row order = the caller's
        - `model_id` = name@weights-sha[:12]/preprocessing-version
    """

    model_id: str
    vectors: npt.NDArray[np.float32]


@dataclass(frozen=True)
class ArchiveRows:
    """Vectors with their keys in the archive.

    Convention:
        - `groups` (N,) int64 (the production), `ids` (N,) int64 (the vector's number)
        - `vectors` (N, C) float32 unit rows; a row of zeros is kept and never found
    """

    groups: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Hit:
    """A vector that was found in the archive: its id and how near it is."""

    id: int
    similarity: float


@dataclass(frozen=True)
class DesignPack:
    """Everything the check needs to know about one approved design, compiled once per approval.

    It is a cache: `payload` holds arrays that `ml.runtime` wrote and alone reads; `sha256` is its checksum.
    `limits` are the design's own, by aspect, from leave-one-out over its approved drawings. `scores` hold, by
    aspect, how far each approved drawing that could be compared with its fellows lay out itself, in drift.
    """

    design_key: str
    model_id: str
    payload: bytes
    sha256: str
    limits: dict[str, float]
    drawings: int
    scores: dict[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Nearest:
    """An approved drawing and how near it is."""

    design_key: str
    drawing_key: str
    similarity: float


@dataclass(frozen=True)
class AspectMeasure:
    """One number about one aspect, with the sheet's value beside it.

    `drift` is relative to what the design allows: above 1 is outside. `value`, `sheet_value` and `allowed`
    are in `unit` ("%", "px", "dE00", "heads", "").
    """

    aspect: Aspect
    part: str
    value: float
    sheet_value: float
    allowed: float
    unit: str
    drift: float
    box_xyxy: Box | None = None


@dataclass(frozen=True)
class ColourMeasure:
    """A flat area whose colour belongs to no swatch of the colour model."""

    part: str  # the swatch that is meant: the nearest by colour and place
    tone: str
    expected_rgb: Rgb
    found_rgb: Rgb
    delta_e: float
    tolerance_de: float
    area_px: int
    box_xyxy: Box


@dataclass(frozen=True)
class Measurements:
    """What one drawing measures against one cast design.

    Convention:
        - `applicable` False: not judged; `why_not` = "empty", "too_small", "no_comparable_view",
          "no_view_from_left" and "no_view_from_right" (the head is turned farther that way), "other_design" (it
          shows others) or "not_found" (a composited frame in which this design was not found)
        - `nearest`: up to 3 approved drawings of the cast design, nearest first
        - `rival`: nearest approved drawing of any other design searched; `margin` = own similarity - rival's
        - `unchecked`: aspects that were not judged: the figure is too small, the sheet has no settled palette, or
          the picture is a composited frame
        - `drift_map` (gh, gw) float32 over `map_box_xyxy`, in drift (1.0 = at the limit), fixed scale
        - `fits`: how zones ("head", "torso") of the nearest approved drawing were laid over this one: six numbers, an
          affine map by rows, pixels of the zone (96 x 96) to pixels of the drawing; empty where nothing fitted
    """

    model_id: str
    design_key: str
    applicable: bool
    why_not: str
    nearest: tuple[Nearest, ...] = ()
    rival: Nearest | None = None
    margin: float = 0.0
    drift: float = 0.0
    region_xyxy: Box | None = None
    map_box_xyxy: Box | None = None
    drift_map: npt.NDArray[np.float32] | None = None
    aspects: tuple[AspectMeasure, ...] = ()
    colours: tuple[ColourMeasure, ...] = ()
    unchecked: tuple[Aspect, ...] = ()
    fits: dict[str, tuple[float, ...]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Claim:
    """What is to be explained: one fault of one part; `box_xyxy` is where it was seen, None = the whole figure."""

    aspect: Aspect
    part: str
    box_xyxy: Box | None = None


@dataclass(frozen=True)
class Held:
    """A drawing and the approved drawing that its claims are held against; `drawing_key` is the approved one's."""

    png: bytes
    drawing_key: str
    approved_png: bytes
    pack: DesignPack
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Outline:
    """The outline of a part: `of` "drawing" = as it is drawn, "sheet" = where the approved drawing has it.

    `points_xy` in pixels of the drawing, closed (the last joins the first).
    """

    of: Literal["drawing", "sheet"]
    points_xy: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Shown:
    """What there is to look at for one claim.

    Convention:
        - `affine`: six numbers by rows, pixels of the approved drawing to pixels of the drawing: turned, scaled and
          moved so that what the claim does not speak of agrees; None = it could not be laid over
        - `png`: the approved drawing laid so and pulled onto the drawing where both surely show the same; rgba, over
          the whole drawing, at most 1600 pixels on its longer side
        - `arrows`: (x0, y0, x1, y1) in pixels of the drawing, from where the sheet has something to where the
          drawing has it, longest first
        - `why_not`: "no_fit" = nothing agreed on how the approved drawing lies, "" = it was laid
    """

    affine: tuple[float, ...] | None = None
    png: bytes = b""
    arrows: tuple[tuple[float, float, float, float], ...] = ()
    outlines: tuple[Outline, ...] = ()
    why_not: str = ""


@dataclass(frozen=True)
class Explained:
    """The pictures and lines that explain a measurement: the heat map, and one `Shown` for each claim."""

    heat_png: bytes
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class Drafted:
    """A drawing between two keys.

    Convention:
        - `position` 0 = key A, 1 = key B
        - `png` 8 bits, RGBA where a key has alpha, else RGB; it says inside that a machine drew it
        - `confidence` 0..1; `weak` are places where a breakdown drawing is needed:
          {"box_xyxy", "reason": "no_partner" | "too_far" | "folded", "confidence"}
    """

    position: float
    png: bytes
    confidence: float
    weak: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Studied:
    """Two keys as the in-betweener sees them: regions of both, and where a breakdown drawing is needed (JSON)."""

    regions: tuple[dict[str, Any], ...]
    needs_breakdown: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Cleaned:
    """A cleaned drawing as bytes and plain forms.

    Attributes:
        png: RGBA PNG of the drawn ink on nothing, the size of the rough, marked as made by a machine.
        svg: the same as SVG 1.1 with named strokes, UTF-8.
        layers: PNG of each coloured pencil that is kept apart, by its name ("red", "blue", "green").
        strokes, closures: plain forms of `ml.cleanup.records`.
        regions: number of closed areas. stray_ends: ends that touch nothing.
        confidence: 0 to 1, of the least sure stroke's tenth.
        notes: said to the artist.
    """

    png: bytes
    svg: bytes
    layers: Mapping[str, bytes]
    strokes: Sequence[Mapping[str, Any]]
    closures: Sequence[Mapping[str, Any]]
    regions: int
    stray_ends: int
    confidence: float
    notes: tuple[str, ...]
