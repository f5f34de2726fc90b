"""The comparator: a small reference-conditioned network that says how a drawing departs from approved drawings.

Use (`from ml.comparator.inference import Comparator, subset`; only that module needs torch)::

    crops:   head = box_of_affine(match.fits["head"].affine, ZONE_PX)   # in the picture that the crops are cut from
             face, figure = face_crop(rgba, head), figure_crop(rgba, head, head_px)
    pack:    kept = Comparator.load().features(face_crops, figure_crops)        # of all approved drawings, once
    check:   said = Comparator.load().compare(face, figure, subset(kept, face_rows, figure_rows))

What the caller must see to:

- `rgba` is the drawing with alpha = what the figure covers (for opaque paper put the figure's mask there), cut from
  the drawing's own pixels, not from a reduced copy; give `bounds_xyxy` if it is only the inhabited part of the picture.
- `head_px` is one number for a design (`figure_head_px`, from its standing front drawing) and stays in its pack.
- Heads of approved drawings are their zone squares, upright; that of a drawing under check is the square of the best
  match carried over by its fit. A finder that errs alike about all drawings of a design does no harm.
- References: two or three, best first. Faces: the nearest views, whatever the framing. Figures: the nearest views
  of the same framing (bust with bust, whole figure with whole figure), others only where there are none.
- Where the nearest approved view is more than about 30 degrees away, what is said means little: abstain.
- Limits of alarm come from clean drawings of the design (see `qa`), never from the numbers of training.
"""

from ml.comparator.crops import (
    FACE_PX,
    FIGURE_HW,
    HeadBox,
    box_of_affine,
    face_crop,
    face_map,
    figure_crop,
    figure_head_px,
    figure_map,
    line_map,
)

__all__ = [
    "FACE_PX",
    "FIGURE_HW",
    "HeadBox",
    "box_of_affine",
    "face_crop",
    "face_map",
    "figure_crop",
    "figure_head_px",
    "figure_map",
    "line_map",
]
