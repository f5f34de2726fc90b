"""What changed from one version of a model sheet to another: drawings and colours, paired as people would.

Pure: rows in, rows out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assets.colour_distance import delta_e00
from assets.models import SheetDrawing, Swatch

SAME, CHANGED, ADDED, REMOVED = "same", "changed", "added", "removed"


@dataclass(frozen=True)
class DrawingChange:
    """One drawing in both versions: either side may be missing."""

    kind: str  # SAME, CHANGED, ADDED or REMOVED
    old: SheetDrawing | None
    new: SheetDrawing | None


@dataclass(frozen=True)
class SwatchChange:
    """One colour in both versions; `delta_e` is 0 where the colour stayed."""

    kind: str
    part: str
    tone: str
    old: Swatch | None
    new: Swatch | None
    delta_e: float


@dataclass(frozen=True)
class SheetDiff:
    """Every drawing and colour of two versions, in the order of the newer one, what is gone last."""

    drawings: list[DrawingChange]
    swatches: list[SwatchChange]

    @property
    def changed_drawings(self) -> list[DrawingChange]:
        """The drawings that differ."""
        return [change for change in self.drawings if change.kind != SAME]

    @property
    def same_drawings(self) -> list[DrawingChange]:
        """The drawings that are the same pixel by pixel."""
        return [change for change in self.drawings if change.kind == SAME]

    @property
    def changed_swatches(self) -> list[SwatchChange]:
        """The colours or tolerances that differ."""
        return [change for change in self.swatches if change.kind != SAME]


def diff(
    old_drawings: Sequence[SheetDrawing],
    new_drawings: Sequence[SheetDrawing],
    old_swatches: Sequence[Swatch],
    new_swatches: Sequence[Swatch],
) -> SheetDiff:
    """Return what changed. A drawing is the same by its pixels, else it is paired by view and label, then by file."""
    return SheetDiff(_drawings(old_drawings, new_drawings), _swatches(old_swatches, new_swatches))


def _drawings(old: Sequence[SheetDrawing], new: Sequence[SheetDrawing]) -> list[DrawingChange]:
    left = list(old)
    paired: dict[int, SheetDrawing] = {}
    for key in (_pixels, _shows, _file):
        for index, drawing in enumerate(new):
            if index in paired or not key(drawing):
                continue
            partner = next((each for each in left if key(each) == key(drawing)), None)
            if partner is not None:
                paired[index] = partner
                left.remove(partner)
    changes = [_change(paired.get(index), drawing) for index, drawing in enumerate(new)]
    return changes + [_change(drawing, None) for drawing in left]


def _pixels(drawing: SheetDrawing) -> tuple[str, ...]:
    return (drawing.content_sha256,)


def _shows(drawing: SheetDrawing) -> tuple[str, ...]:
    return (drawing.kind, drawing.view, drawing.label) if drawing.view or drawing.label else ()


def _file(drawing: SheetDrawing) -> tuple[str, ...]:
    return (drawing.file_name,) if drawing.file_name else ()


def _change(old: SheetDrawing | None, new: SheetDrawing | None) -> DrawingChange:
    if old is None or new is None:
        return DrawingChange(ADDED if old is None else REMOVED, old, new)
    return DrawingChange(SAME if old.content_sha256 == new.content_sha256 else CHANGED, old, new)


def _swatches(old: Sequence[Swatch], new: Sequence[Swatch]) -> list[SwatchChange]:
    before = {(swatch.part, swatch.tone): swatch for swatch in old}
    changes = [_swatch(before.pop((swatch.part, swatch.tone), None), swatch) for swatch in new]
    return changes + [_swatch(swatch, None) for swatch in before.values()]


def _swatch(old: Swatch | None, new: Swatch | None) -> SwatchChange:
    shown = new or old
    assert shown is not None
    if old is None or new is None:
        return SwatchChange(ADDED if old is None else REMOVED, shown.part, shown.tone, old, new, 0.0)
    apart = delta_e00((old.red, old.green, old.blue), (new.red, new.green, new.blue))
    is_same = old.hex == new.hex and old.tolerance_de == new.tolerance_de
    return SwatchChange(SAME if is_same else CHANGED, new.part, new.tone, old, new, apart)
