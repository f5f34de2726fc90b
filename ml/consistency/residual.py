"""What no approved drawing explains: the evidence of all that could be laid over a drawing, place by place.

A place counts only as far as every approved drawing disagrees with it, and only beyond what the approved drawings
disagree there among themselves: mouths open, eyes shut, hands wave. What one approved drawing taught is left out
when that drawing itself is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ml.consistency.residual_flow import Ground, Laid, lay, seen_at
from ml.consistency.residual_picture import Picture, Words, laid_on
from ml.pixels import F32, Mask

CELL = 4  # places of evidence (half pixels) for one cell of tolerance
_FELLOWS = 6  # approved drawings that each is held against
_SURE = 0.35
_EXCUSED = 1.2
FEW = 3  # in so small a sheet nothing would be known if each drawing's own part were left out


@dataclass(frozen=True)
class Slack:
    """How far the fellows of one approved drawing differ from it, by place.

    Convention: (gh, gw) float32 over its picture; `most` the largest, `next` the largest of the others, `by` (int16)
    the fellow with the largest, -1 for none.
    """

    most: F32
    next: F32
    by: np.ndarray

    def without(self, fellow: int) -> F32:
        """Return the slack as the others alone had taught it."""
        return np.asarray(np.where(self.by == fellow, self.next, self.most), np.float32)


@dataclass(frozen=True)
class Known:
    """An approved drawing: its picture and its slack in strays and in colour; None where it has no fellow."""

    picture: Picture
    strays: Slack | None
    colours: Slack | None


@dataclass(frozen=True)
class Evidence:
    """What remains unexplained in a drawing.

    Attributes:
        strays, new, gone: (h2, w2) float32, see `Laid`.
        cover: (h2, w2) bool, where any of the approved figures lies.
        used: rows of the approved drawings.
    """

    strays: F32
    new: F32
    gone: F32
    cover: Mask
    used: tuple[int, ...]


def slack_of(maps: Sequence[tuple[int, F32]]) -> Slack | None:
    """Return the slack of (fellow, map) pairs, each map as large as the evidence; None of none."""
    if not maps:
        return None
    stack = np.stack([_pooled(field) for _, field in maps])
    owners = np.array([fellow for fellow, _ in maps], np.int16)
    first = stack.argmax(axis=0)
    ordered = np.sort(stack, axis=0)
    second = ordered[-2] if len(maps) > 1 else np.zeros_like(ordered[-1])
    return Slack(ordered[-1], second, owners[first])


def _pooled(field: F32) -> F32:
    wide = cv2.dilate(field, np.ones((2 * CELL + 1, 2 * CELL + 1), np.uint8))
    return np.asarray(wide[CELL // 2 :: CELL, CELL // 2 :: CELL], np.float32)


def learned_slack(pictures: Sequence[Picture]) -> list[tuple[Slack | None, Slack | None]]:
    """Return for each approved drawing its slack in strays and in colour, by its fellows that can be laid over it."""
    found, words = [], [p.words for p in pictures]
    for row, picture in enumerate(pictures):
        ground = Ground(picture)
        laid = [
            (fellow, lay(ground, pictures[fellow], start))
            for fellow, start in fitting(picture, words, [i for i in range(len(pictures)) if i != row])
        ][:_FELLOWS]
        strays = slack_of([(i, one.strays) for i, one in laid])
        found.append((strays, slack_of([(i, np.maximum(one.new, one.gone)) for i, one in laid])))
    return found


def fitting(picture: Picture, approved: Sequence[Words], rows: Sequence[int]) -> list[tuple[int, F32]]:
    """Return (row, start) of the approved drawings that can be laid over a picture, most features alike first."""
    found = []
    for row in rows:
        start, alike = laid_on(approved[row], picture.words)
        if start is not None:
            found.append((-alike, row, start))
    return [(row, start) for _, row, start in sorted(found, key=lambda f: f[:2])]


def unexplained(
    ground: Ground, known: Mapping[int, Known], starts: Sequence[tuple[int, F32]], own: int
) -> Evidence:
    """Return the evidence against a drawing by approved drawings laid at `starts` (row, start), at least one.

    Args:
        ground: the drawing.
        known: the approved drawings of `starts`.
        starts: what can be laid over it; see `fitting`.
        own: row of the approved drawing that is read, whose own part of the slack is left out; -1 for none.
    """
    strays: list[F32] = []
    new: list[F32] = []
    gone: list[F32] = []
    cover: list[Mask] = []
    for row, start in starts:
        one = lay(ground, known[row].picture, start)
        slack = known[row].strays, known[row].colours
        moved, off = (_there(s, own, one) for s in slack)
        strays.append(np.where(one.sure > _SURE, one.strays / np.maximum(1.0, moved), np.inf))
        new.append(np.maximum(0.0, one.new - _EXCUSED * off))
        gone.append(np.maximum(0.0, one.gone - _EXCUSED * off))
        cover.append(one.cover)
    least = np.min(strays, axis=0)
    known_strays = np.where(np.isfinite(least), least, 0.0).astype(np.float32)
    used = tuple(row for row, _ in starts)
    return Evidence(
        np.asarray(cv2.blur(known_strays, (5, 5)), np.float32),
        np.asarray(np.min(new, axis=0), np.float32),
        np.asarray(np.min(gone, axis=0), np.float32),
        np.asarray(np.any(cover, axis=0)),
        used,
    )


def _there(slack: Slack | None, skip: int, one: Laid) -> F32:
    """Return an approved drawing's slack as it lies over the drawing."""
    if slack is None:
        return np.zeros(one.strays.shape, np.float32)
    at = (one.to_xy - np.float32(CELL)) / np.float32(2 * CELL)
    return np.asarray(seen_at(slack.without(skip), at), np.float32)
