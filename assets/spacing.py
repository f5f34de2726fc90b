"""Spacing charts as artists write them: where the drawings between two keys lie. Plain Python.

A position is how far a drawing has come from key A (0) to key B (1). Three ways of writing are read, mixed at will and
separated by commas or spaces (also full-width, 、 and ・):

- positions: ``1/3``, ``0.25``, ``50%``, ``3分の1``, ``½``
- names with the number of drawings: ``even:3`` ``halves:3`` ``ease-in:4`` ``ease-out:4`` ``ease:3`` ``favour-a:1``;
  ``half``, ``thirds`` and ``quarters`` alone
- the same in Japanese: 中割 1/2, 均等 3, 中3枚, ツメ 3, 前ヅメ 3, 後ヅメ 3, 両ヅメ 3

What closes up where: *in* is into key B and *out* is out of key A, as animators say it (and not as style sheets do);
前 is the key before, A, and 後 the key behind, B. Halves and ツメ halve again and again what is left, as one does on
the light table; the eases follow a parabola.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from assets.timing_words import BadTiming

MOST = 60  # drawings between two keys
MAX_CHARACTERS = 1_000
LEAST_STEP = Fraction(1, 1000)  # of the way; nobody would see less
_HALF = Fraction(1, 2)
_PLAIN_DENOMINATORS = 128

Spread = Callable[[int], Iterable[Fraction]]


def _even(count: int) -> Iterator[Fraction]:
    return (Fraction(index, count + 1) for index in range(1, count + 1))


def _halves(count: int) -> Iterator[Fraction]:
    return (1 - _HALF**index for index in range(1, count + 1))


def _eased_in(count: int) -> Iterator[Fraction]:
    return (1 - (1 - at) ** 2 for at in _even(count))


def _eased(count: int) -> Iterator[Fraction]:
    return (at * at * (3 - 2 * at) for at in _even(count))


def _favouring_a(count: int) -> Iterator[Fraction]:
    # The curve through 0, 1/3 in the middle, and 1: two drawings are at 1/5 and 1/2.
    return (at / (2 - at) for at in _even(count))


def _turned(spread: Spread) -> Spread:
    return lambda count: (1 - at for at in spread(count))


_SPREADS: dict[str, Spread] = {
    "even": _even,
    "halves": _halves,
    "halves-b": _halves,
    "halves-a": _turned(_halves),
    "ease-in": _eased_in,
    "ease-out": _turned(_eased_in),
    "ease": _eased,
    "favour-a": _favouring_a,
    "favour-b": _turned(_favouring_a),
}
_ALONE = {"half": 1, "thirds": 2, "quarters": 3}
_OTHER_NAMES = {
    "half": ("middle", "真ん中", "半分"),
    "even": ("evenly", "均等", "均等割", "等分", "中", "中割", "中割り"),
    "thirds": ("三つ割", "3つ割", "三つ割り", "3つ割り"),
    "halves": ("ツメ", "詰め", "つめ"),
    "halves-b": ("後ヅメ", "後ツメ", "後詰め", "後ろヅメ", "後づめ"),
    "halves-a": ("前ヅメ", "前ツメ", "前詰め", "前づめ"),
    "ease": ("ease-in-out", "ease-both", "slow-in-out", "両ヅメ", "両ツメ", "両詰め"),
    "ease-in": ("slow-in",),
    "ease-out": ("slow-out",),
    "favour-a": ("favor-a", "a寄り", "前寄り"),
    "favour-b": ("favor-b", "b寄り", "後寄り"),
}
_NAMES = {name: name for name in (*_SPREADS, *_ALONE)} | {
    other: name for name, others in _OTHER_NAMES.items() for other in others
}
_NAMED = re.compile(r"(?P<name>\D*?[^\d\s:=-])[\s:=-]*(?P<count>\d+)?\s*(?:枚|つ|drawings?)?")
# 中割 1/2 and 中割 50% name what the positions are; the name adds nothing to them.
_LEADING = re.compile(r"(?:中割り?|中)\s*:?\s*(?=\d+(?:\s*[/.%]|分の))")
_POSITION = re.compile(
    r"(?P<sign>[-+]?)(?:(?P<over>\d+)\s*/\s*(?P<under>\d+)|(?P<ja_under>\d+)分の(?P<ja_over>\d+)"
    r"|(?P<decimal>\d*\.?\d+|\d+\.)\s*(?P<percent>%?))"
)
_COUNT_OF = re.compile(r"(\d+)\s*(?:枚|drawings?)")


@dataclass(frozen=True)
class Chart:
    """Where the drawings between two keys lie; made by `parse` or `of`.

    Args:
        text: as the artist wrote it, in one line.
        positions: ascending, between 0 and 1, no two alike.
    """

    text: str
    positions: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def plain(self) -> str:
        """The positions alone, "1/4, 1/2, 3/4"; read again it gives the same positions."""
        return ", ".join(label_of(at) for at in self.positions)

    @property
    def order(self) -> tuple[int, ...]:
        """In which order they are drawn: the breakdown first, then what lies between it and the keys, and so on."""
        return tuple(tick.index for tick in sorted(self.ticks(), key=lambda tick: (tick.level, tick.index)))

    def turned(self) -> Chart:
        """Return the chart of the way back, from key B to key A."""
        return of(1 - _exact(at) for at in self.positions)

    def ticks(self) -> tuple[Tick, ...]:
        """Return the ladder as one draws it beside a key, without its two ends."""
        return tuple(sorted(_ticks(self.positions), key=lambda tick: tick.index))


@dataclass(frozen=True)
class Tick:
    """One rung of the ladder.

    Args:
        index: 0 = the drawing next to key A.
        position: between 0 and 1.
        label: "1/2".
        level: 1 = drawn first (the breakdown), 2 = drawn from a key and a breakdown, and so on.
        between: the positions of the two drawings that it is drawn from; 0.0 and 1.0 are the keys.
        share: where it lies between these two: "1/2" on most charts.
    """

    index: int
    position: float
    label: str
    level: int
    between: tuple[float, float]
    share: str = field(default="1/2")


def parse(text: str) -> Chart:
    """Return the chart that a text means.

    Raises:
        BadTiming: names the piece that cannot be read or used, and the way out.
    """
    if len(text) > MAX_CHARACTERS:
        raise BadTiming("CHART_TOO_LONG", length=len(text), limit=MAX_CHARACTERS)
    found = [(at, piece) for piece in _pieces(text) for at in _read(piece)]
    if not found:
        raise BadTiming("CHART_EMPTY")
    if len(found) > MOST:
        raise BadTiming("CHART_TOO_MANY", count=len(found), limit=MOST)
    found.sort(key=lambda each: each[0])
    _refuse_near(found)
    return Chart(" ".join(text.split()), tuple(float(at) for at, _piece in found))


def of(positions: Iterable[float | Fraction]) -> Chart:
    """Return the chart of positions, in any order.

    Raises:
        BadTiming: as `parse`.
    """
    return parse(", ".join(label_of(float(at)) for at in positions))


def label_of(position: float) -> str:
    """Return a position as one writes it: "1/3" where a plain fraction says exactly that, else "0.137"."""
    plain = Fraction(position).limit_denominator(_PLAIN_DENOMINATORS)
    return f"{plain.numerator}/{plain.denominator}" if float(plain) == position else repr(position)


def names() -> tuple[str, ...]:
    """Return the names that a chart may use, each with an example of its number."""
    return (*(f"{name}:3" for name in _SPREADS), *_ALONE)


def _share_label(share: Fraction) -> str:
    plain = share.limit_denominator(_PLAIN_DENOMINATORS)
    return (
        f"{plain.numerator}/{plain.denominator}"
        if abs(plain - share) < LEAST_STEP / 1000
        else f"{float(share):.3f}"
    )


def _exact(position: float) -> Fraction:
    plain = Fraction(position).limit_denominator(_PLAIN_DENOMINATORS)
    return plain if float(plain) == position else Fraction(repr(position))


def _pieces(text: str) -> Iterator[str]:
    """Yield what stands between commas; positions that only spaces keep apart are pieces of their own."""
    # ½ becomes 1⁄2 with a slash of its own kind, １／２ and ﾂﾒ become 1/2 and ツメ.
    plain = unicodedata.normalize("NFKC", text).replace("\u2044", "/").replace("\u2215", "/")
    for part in re.split(r"[,;、・\n]+", plain):
        piece = " ".join(part.split())
        positions = re.sub(r"\s*/\s*", "/", _LEADING.sub("", piece)).split()
        if len(positions) > 1 and all(_POSITION.fullmatch(each) or each in _ALONE for each in positions):
            yield from positions
        elif piece:
            yield piece


def _read(piece: str) -> Iterable[Fraction]:
    bare = _LEADING.sub("", piece.casefold())
    count = _COUNT_OF.fullmatch(bare)
    if count:
        return _spread(piece, "even", count[1])
    position = _POSITION.fullmatch(bare)
    if position:
        return [_position(piece, position)]
    named = _NAMED.fullmatch(piece.casefold())
    name = _NAMES.get(re.sub(r"[\s_]+", "-", named["name"])) if named else None
    if named is None or name is None:
        raise BadTiming("CHART_UNKNOWN", piece=piece, known=", ".join(names()))
    return _spread(piece, name, named["count"])


def _spread(piece: str, name: str, digits: str | None) -> Iterable[Fraction]:
    if name in _ALONE:
        if digits:
            raise BadTiming("CHART_NO_COUNT_TAKEN", piece=piece, example=f"{name}, even:{digits}")
        return _even(_ALONE[name])
    if not digits:
        raise BadTiming("CHART_NO_COUNT", piece=piece, example=f"{name}:3")
    count = int(digits[:9])
    if not 1 <= count <= MOST:
        raise BadTiming("CHART_COUNT", piece=piece, count=count, limit=MOST)
    return _SPREADS[name](count)


def _position(piece: str, match: re.Match[str]) -> Fraction:
    over, under = match["over"] or match["ja_over"], match["under"] or match["ja_under"]
    if under is not None:
        # n/0 lies infinitely far, so it is told as what lies beyond.
        at = Fraction(int(over), int(under)) if int(under) else Fraction(2)
    else:
        at = Fraction(match["decimal"]) / (100 if match["percent"] else 1)
    if match["sign"] == "-":
        at = -at
    if at in {0, 1}:
        raise BadTiming("CHART_ON_KEY", piece=piece, key="B" if at else "A")
    if not 0 < at < 1:
        is_count = at.denominator == 1 and 0 < at <= MOST and under is None
        example = f"3/4, or even:{at} for {at} drawings" if is_count else "1/4 or 3/4"
        raise BadTiming("CHART_BEYOND", piece=piece, key="B" if at > 0 else "A", example=example)
    return at


def _refuse_near(found: Sequence[tuple[Fraction, str]]) -> None:
    """Refuse what lies too near to its neighbour or to a key; `found` is sorted."""
    at_key_a, at_key_b = (Fraction(0), "key A"), (Fraction(1), "key B")
    chain = [at_key_a, *found, at_key_b]
    for (before, other), (after, piece) in pairwise(chain):
        if after == before:
            raise BadTiming("CHART_TWICE", piece=piece, other=other)
        if after - before < LEAST_STEP and piece == other:
            raise BadTiming("CHART_TOO_FINE", piece=piece)
        if after - before < LEAST_STEP:
            near = (other, piece) if after == 1 else (piece, other)
            raise BadTiming("CHART_TOO_NEAR", piece=near[0], other=near[1])


def _ticks(positions: Sequence[float]) -> Iterator[Tick]:
    exact = [Fraction(0), *(_exact(at) for at in positions), Fraction(1)]
    waiting = [(0, len(exact) - 1, 1)]
    while waiting:
        low, high, level = waiting.pop()
        if high - low < 2:
            continue
        middle = (exact[low] + exact[high]) / 2
        best = min(range(low + 1, high), key=lambda each: (abs(exact[each] - middle), each))
        share = (exact[best] - exact[low]) / (exact[high] - exact[low])
        yield Tick(
            index=best - 1,
            position=positions[best - 1],
            label=label_of(positions[best - 1]),
            level=level,
            between=(float(exact[low]), float(exact[high])),
            share=_share_label(share),
        )
        waiting += [(low, best, level + 1), (best, high, level + 1)]
