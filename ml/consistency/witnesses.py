"""Two witnesses: a size that a gauge measures counts as far as the comparator sees it, too.

A hand before a jaw, a head that was laid on askew: registration then measures something else, and exactly. The
network is blunter but errs on other drawings. Where both speak of the same size the number of the gauge is shown,
and it strays no farther than the network supports; where no gauge could measure, the network speaks alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ml.consistency.gauges import Gauged


@dataclass(frozen=True)
class _Pair:
    """The comparator's name for what a gauge measures, and how many times its (shrunken) size supports.

    None: the gauge is so much the surer that it is believed alone.
    """

    net: str
    supports: float | None


_PAIRS = {
    "PROPORTION.heads_tall": _Pair("PROPORTION.net_tall", 2.5),
    "PROPORTION.head_size": _Pair("PROPORTION.net_head", 3.0),
    "FACE.eye_spacing": _Pair("FACE.net_spacing", 6.0),
    "FACE.eye_height": _Pair("FACE.net_height", None),
    "FACE.jaw": _Pair("FACE.net_jaw", 2.5),
}
_TALL, _HAIR, _OF_HAIR = "PROPORTION.net_tall", "SHAPE.net_hair", ("SHAPE.fringe", "SHAPE.hair")
_HAIR_HEARD, _UNHEARD = 0.8, 0.1
_FACE, _OF_FACE = "FACE.net_face", ("FACE.eye_height",)
_FACE_HEARD, _FACE_UNHEARD = 0.01, 0.35
_ROUGHLY = 3.0  # %: both may find so little


def witnessed(found: Sequence[Gauged]) -> list[Gauged]:
    """Return the numbers with each size told once: by its gauge as far as the comparator agrees, else by that."""
    by_name = {one.name: one for one in found}
    heard = {
        name: by_name[pair.net] for name, pair in _PAIRS.items() if name in by_name and pair.net in by_name
    }
    silent = {_PAIRS[name].net for name in heard}
    hair, face = by_name.get(_HAIR), by_name.get(_FACE)
    told = [
        _supported(_as_face(one, face), heard[one.name], _PAIRS[one.name].supports)
        if one.name in heard
        else _as_hair(_as_face(one, face), hair)
        for one in found
        if one.name not in silent and not _bent(one)
    ]
    return [one for one in told if one is not None]


def _bent(one: Gauged) -> bool:
    """Say whether the comparator takes a figure for shorter: alone it cannot tell that from bent knees."""
    return one.name == _TALL and one.value < one.sheet_value


def _as_hair(one: Gauged, net: Gauged | None) -> Gauged:
    """Return a measure of hair; where the comparator sees the hair as it should be, a turn or a breeze moved it."""
    if one.name not in _OF_HAIR or net is None or net.stray >= _HAIR_HEARD:
        return one
    return replace(one, stray=_UNHEARD * one.stray)


def _as_face(one: Gauged, net: Gauged | None) -> Gauged:
    """Return the height of the eyes; where the comparator sees the face as it should be, a nod or a blink moved them.

    Their distance and size are measured more surely than the comparator sees them in hands that it was not taught.
    """
    if one.name not in _OF_FACE or net is None or net.stray >= _FACE_HEARD:
        return one
    return replace(one, stray=_FACE_UNHEARD * one.stray)


def _supported(one: Gauged, net: Gauged, most: float | None) -> Gauged | None:
    """Return a size as far as it is supported; None of one that is far out while the comparator sees the contrary."""
    if most is None:
        return one
    same_way = (one.value - one.sheet_value) * (net.value - net.sheet_value) > 0.0
    if same_way:
        return replace(one, stray=min(one.stray, most * net.stray))
    return replace(one, stray=0.0) if one.stray <= _ROUGHLY else None
