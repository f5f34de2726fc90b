"""Writes what an artist has accepted as the next take of its cut and stage. Nothing is ever overwritten.

The take holds the cell with its keys and in-betweens; what the newest take of the stage holds besides is carried over,
so that accepting one cell after another loses none.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from assets.choices import DerivedKind, DraftState, TakeSource
from assets.models import (
    Cell,
    DerivedJob,
    Drawing,
    Proposal,
    ProposalDrawing,
    ProposalKey,
    ProposalPart,
    Take,
    Timesheet,
)
from assets.models.cut import text_of_number
from assets.services import cuts, derived_keys, derived_sheets, made, news, rows, takes
from assets.services.derived_sheets import Chain, Changes
from assets.services.pictures import StoredPicture
from studio.core import audit
from studio.core.models import User
from studio.core.storage import blobs

_BATCH = 200


@dataclass(frozen=True)
class Piece:
    """One distinct drawing of a cell as it will be written, and the numbers under which it shows."""

    number: int
    numbers: tuple[int, ...]
    file_name: str
    picture: StoredPicture
    made: ProposalDrawing | None = None


@dataclass
class _Pile:
    """The drawings of the cell by number; what comes later takes a number over."""

    pieces: dict[int, Piece] = field(default_factory=dict)

    def put(self, piece: Piece) -> None:
        for number in piece.numbers:
            self.pieces[number] = piece

    def distinct(self) -> list[Piece]:
        """Return each picture once, with every number that still shows it."""
        shown: dict[str, list[int]] = {}
        first: dict[str, Piece] = {}
        for number in sorted(self.pieces, key=derived_keys.order_of):
            piece = self.pieces[number]
            shown.setdefault(piece.picture.content_sha256, []).append(number)
            kept = first.setdefault(piece.picture.content_sha256, piece)
            if kept.made is not None and piece.made is None:  # a person drew the same pixels
                first[piece.picture.content_sha256] = piece
        return [
            replace(first[sha256], number=numbers[0], numbers=tuple(numbers))
            for sha256, numbers in shown.items()
        ]


def write(
    derived: DerivedJob, proposal: Proposal, *, by: User, chosen: Collection[ProposalDrawing], note: str = ""
) -> Take:
    """Write the take of an accepted proposal: cells, drawings, timesheet, marks. Call it in a transaction.

    `chosen` = its drawings that were accepted. What was cleaned up takes the place of nothing but an older drawing of
    the same stage: the rough stays in its own take.

    Locks: the cut, so that two takes never get one number.

    Raises:
        InvalidTransition: the cut was dropped meanwhile.
    """
    cut = rows.locked(derived.cut, "episode__production")
    cuts.refuse_dropped(cut)
    base = cut.takes.filter(stage=derived.stage).order_by("-number").first()
    parts = list(proposal.parts.select_related("a__drawing", "b").prefetch_related("drawings"))
    take = Take.objects.create(
        cut=cut,
        stage=derived.stage,
        number=takes.next_number(cut, derived.stage),
        source=TakeSource.DERIVED,
        submitted_by=by,
        note=note,
    )
    counts = _write_drawings(take, derived, base, parts, {each.pk for each in chosen})
    _write_timesheet(take, derived, proposal, base, parts)
    made.follow(take)
    _record(take, by, counts)
    takes.submit_stage(cut, take.stage, by)
    news.take_arrived(take, drawings=sum(counts.values()))
    takes.send_to_check(take, by)
    return take


def _write_drawings(
    take: Take, derived: DerivedJob, base: Take | None, parts: Iterable[ProposalPart], chosen: Collection[int]
) -> dict[str, int]:
    names = [each.name for each in base.cells.all()] if base else []
    counts: dict[str, int] = {}
    for position, name in enumerate(_with_cell(names, derived.cell)):
        cell = Cell.objects.create(take=take, name=name, position=position)
        if name == derived.cell:
            is_clean = derived.kind == DerivedKind.CLEANUP
            pile = _clean_pile(derived, base, parts, chosen) if is_clean else _pile(derived, base, parts)
            pieces = pile.distinct()
            _write_pieces(cell, pieces)
        else:
            pieces = [_of_drawing(each) for each in _drawings(base, name)]
            _write_pieces(cell, pieces)
        counts[name] = len(pieces)
    return counts


def _pile(derived: DerivedJob, base: Take | None, parts: Iterable[ProposalPart]) -> _Pile:
    """Return the cell: what was there, then the keys that were drawn from, then what was drawn."""
    pile = _Pile()
    from_take = derived.from_take
    # A take of another stage brings newer keys; an older take of the same stage must not undo the newest one.
    is_same = from_take is not None and from_take.stage == derived.stage
    for take in (from_take, base) if is_same else (base, from_take):
        for drawing in _drawings(take, derived.cell):
            pile.put(_of_drawing(drawing))
    for part in parts:
        for key in (part.a, part.b):
            if key is not None:
                pile.put(_of_key(key))
        for drawn in part.drawings.all():
            if drawn.state == DraftState.DRAWN:
                pile.put(_of_draft(derived.cell, drawn))
    return pile


def _clean_pile(
    derived: DerivedJob, base: Take | None, parts: Iterable[ProposalPart], chosen: Collection[int]
) -> _Pile:
    """Return the cell: what the stage has already, then the cleaned drawings, under every number of their rough."""
    pile = _Pile()
    for drawing in _drawings(base, derived.cell):
        pile.put(_of_drawing(drawing))
    for part in parts:
        rough = part.a.drawing
        for drawn in part.drawings.all():
            if drawn.state == DraftState.DRAWN and drawn.pk in chosen:
                piece = _of_draft(derived.cell, drawn)
                numbers = {*piece.numbers, *(rough.numbers if rough else ())}
                pile.put(replace(piece, numbers=tuple(sorted(numbers))))
    return pile


def _write_pieces(cell: Cell, pieces: list[Piece]) -> None:
    drawings = Drawing.objects.bulk_create(
        [
            Drawing(
                cell=cell,
                number=piece.number,
                numbers=list(piece.numbers),
                file_name=piece.file_name,
                **piece.picture.columns(),
            )
            for piece in pieces
        ],
        batch_size=_BATCH,
    )
    for piece, drawing in zip(pieces, drawings, strict=True):
        if piece.made is not None:
            ProposalDrawing.objects.filter(pk=piece.made.pk).update(drawing=drawing)


def _write_timesheet(
    take: Take, derived: DerivedJob, proposal: Proposal, base: Take | None, parts: list[ProposalPart]
) -> None:
    sheets = [getattr(each, "timesheet", None) for each in (base, derived.from_take) if each]
    durations = [sheet.duration_frames for sheet in sheets if sheet]
    duration = max([take.cut.duration_frames, *durations])
    exposures = {
        cell: list(changes) for cell, changes in (sheets[0].exposures.items() if base and sheets[0] else ())
    }
    exposures[derived.cell] = _filled(take, derived, proposal, base, parts, duration)
    last = max((changes[-1][0] or 0 for changes in exposures.values() if changes), default=0)
    duration = max(duration, last)
    raw_blob = next((sheet.raw_blob for sheet in sheets if sheet and sheet.raw_blob), "")
    written = derived_sheets.xdts_of(raw_blob, {derived.cell: exposures[derived.cell]}, duration)
    if written is not None:
        raw_blob = blobs().put(io.BytesIO(written)).sha256
    Timesheet.objects.create(take=take, duration_frames=duration, exposures=exposures, raw_blob=raw_blob)


def _filled(
    take: Take,
    derived: DerivedJob,
    proposal: Proposal,
    base: Take | None,
    parts: list[ProposalPart],
    duration: int,
) -> Changes:
    """Return what shows when in the cell: as the sheet said, with the in-betweens, held pictures by one number."""
    columns = [derived_sheets.column_of(each, derived.cell) for each in (base, derived.from_take) if each]
    column = next((each for each in columns if each.exposures), None)
    chains = _chains(parts)
    if column is None:
        shown = [number for each in chains for number in (each.a, *each.numbers, each.b)]
        shown = shown or [each.number for each in _drawings(take, derived.cell)]
        filled = derived_sheets.guessed(shown, duration, proposal.on_frames)
    else:
        drawn = frozenset().union(*(each.drawn for each in columns))
        column = replace(column, drawn=drawn, duration_frames=duration)
        filled = derived_sheets.filled(column, chains, proposal.on_frames)
    kept = {
        number: each.number
        for each in Drawing.objects.filter(cell__take=take, cell__name=derived.cell)
        for number in each.numbers
    }
    return derived_sheets.only_changes(
        {int(frame or 1): kept.get(number, number) if number else None for frame, number in filled}
    )


def _chains(parts: Iterable[ProposalPart]) -> list[Chain]:
    """Return what comes between the keys of the sheet; a corrected drawing that became a key is part of it."""
    found: list[Chain] = []
    last: ProposalPart | None = None
    for part in parts:
        if part.b is None:
            continue
        numbers = tuple(each.number for each in part.drawings.all())
        if last is not None and last.b_id == part.a_id and part.a.corrects_id is not None:
            found[-1] = Chain(found[-1].a, part.b.number, (*found[-1].numbers, part.a.number, *numbers))
        else:
            found.append(Chain(part.a.number, part.b.number, numbers))
        last = part
    return found


def _record(take: Take, by: User, counts: dict[str, int]) -> None:
    audit.record(
        actor=by,
        verb="take.submit",
        target=take,
        production_id=take.cut.episode.production_id,
        after={"number": take.number, "stage": take.stage, "source": take.source, "cells": counts},
    )


def _drawings(take: Take | None, cell: str) -> list[Drawing]:
    return list(Drawing.objects.filter(cell__take=take, cell__name=cell).order_by("number")) if take else []


def _of_drawing(drawing: Drawing) -> Piece:
    return Piece(
        drawing.number,
        tuple(drawing.numbers or [drawing.number]),
        drawing.file_name,
        StoredPicture.of(drawing),
    )


def _of_key(key: ProposalKey) -> Piece:
    name = key.file_name or f"{key.derived.cell}{key.number_text}.png"
    return Piece(
        key.number,
        (key.number,),
        name,
        StoredPicture.of(key),
    )


def _of_draft(cell: str, drawn: ProposalDrawing) -> Piece:
    return Piece(
        drawn.number,
        (drawn.number,),
        f"{cell}{text_of_number(drawn.number)}.png",
        StoredPicture.of(drawn),
        drawn,
    )


def _with_cell(names: list[str], cell: str) -> list[str]:
    """Return the cells of the stage from the lowest, with this one: A, B, … AA by name, others on top."""
    if cell in names:
        return names
    if all(re.fullmatch(r"[A-Z]{1,3}", name) for name in (*names, cell)):
        return sorted([*names, cell], key=lambda name: (len(name), name))
    return [*names, cell]
