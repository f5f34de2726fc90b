"""The keys of a proposal: drawings of takes, or pictures that are uploaded for it, read and stored before rows are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from assets.choices import KeyOrigin
from assets.intake.formats import Picture, read_picture
from assets.intake.problems import TEMPLATES, Refused
from assets.intake.sequences import LayerStack
from assets.models import Cut, DerivedJob, Drawing, ProposalDrawing, ProposalKey
from assets.models.cut import LETTER_STEP
from assets.services import pictures, rows
from assets.services.pictures import StoredPicture
from studio.core.errors import BadUpload, InvalidInput, phrase
from studio.core.models import User

_MOST_NUMBER = 99_999


@dataclass(frozen=True)
class Given:
    """A key as somebody names it: a drawing of a take of the cut, or a picture with the number that it has."""

    drawing: Drawing | None = None
    data: bytes = b""
    file_name: str = ""
    number: int = 0


@dataclass(frozen=True)
class Ready:
    """A key whose bytes are stored, before its row is written."""

    origin: str
    picture: StoredPicture
    number: int
    file_name: str = ""
    drawing: Drawing | None = None
    corrects: ProposalDrawing | None = None
    is_anew: bool = False


def ready(given: Given, cut: Cut, cell: str) -> Ready:
    """Return a key with its bytes stored.

    Raises:
        InvalidInput: a drawing of another cut, or a picture without a number.
        BadUpload: the picture cannot be taken.
    """
    drawing = given.drawing
    if drawing is None:
        if not 0 < given.number <= _MOST_NUMBER:
            reason = phrase("a whole number from {first} to {last}", first=1, last=_MOST_NUMBER)
            raise InvalidInput(field="number", reason=reason)
        picture = read(given.data, given.file_name, cell)
        return Ready(KeyOrigin.UPLOAD, picture, given.number, given.file_name[-255:])
    if drawing.cell.take.cut_id != cut.pk:
        raise InvalidInput(field="keys", reason=phrase("{name} is of another cut", name=str(drawing)))
    picture = StoredPicture.of(drawing)
    return Ready(KeyOrigin.DRAWING, picture, drawing.number, drawing.file_name, drawing)


def read(data: bytes, file_name: str, cell: str) -> StoredPicture:
    """Store a picture; of a PSD the layer that is named like the cell, and where there is none, all that shows.

    Raises:
        BadUpload: it cannot be taken (code "bad_picture"). StorageFull: no room.
    """
    try:
        layer = _layer(data, file_name, cell)
        picture = layer or read_picture(data, file_name, pictures.limits())
    except Refused as refusal:
        reason = phrase(TEMPLATES[refusal.problem.code], **refusal.problem.data)
        raise BadUpload(
            "bad_picture", name=file_name, reason=reason, problem=refusal.problem.code
        ) from refusal
    return pictures.store(picture, None if layer else data)


def row(derived: DerivedJob, key: Ready, by: User) -> ProposalKey:
    """Write the row of a key."""
    picture = key.picture
    made = ProposalKey(
        derived=derived,
        origin=key.origin,
        drawing=key.drawing,
        corrects=key.corrects,
        is_anew=key.is_anew,
        number=key.number,
        file_name=key.file_name,
        **picture.columns(),
        by=by,
    )
    rows.save(made)
    return made


def ready_again(key: ProposalKey) -> Ready:
    """Return a key that has a row as one that is ready, to be compared with others."""
    picture = StoredPicture.of(key)
    return Ready(key.origin, picture, key.number, key.file_name, key.drawing)


def order_of(number: int) -> tuple[int, int]:
    """Return by what drawings are put in order: 1, 1a, 2."""
    letter, plain = divmod(number, LETTER_STEP)
    return plain, letter


def refuse_unlike(keys: Sequence[Ready]) -> None:
    """Raise where keys differ in size."""
    sizes = {key.picture.size_hw for key in keys}
    if len(sizes) > 1:
        first, second, *_rest = (f"{width}x{height}" for height, width in sorted(sizes))
        reason = phrase("the keys differ in size: {first} and {second}", first=first, second=second)
        raise InvalidInput(field="keys", reason=reason)


def _layer(data: bytes, file_name: str, cell: str) -> Picture | None:
    if PurePosixPath(file_name).suffix.lower() != ".psd" and not data.startswith(b"8BPS"):
        return None
    found = [each for each in LayerStack(data, file_name, pictures.limits()) if each.cell == cell]
    return found[-1].picture if found else None
