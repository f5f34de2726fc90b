"""Filling a cell of a timesheet: which in-between shows at which frame, what number it gets, and where it lies.

A drawing that is there is a key; a number without a drawing is an in-between that the sheet asks for. The sheet says
either what shows between two keys (numbers or ○ ●), then its frames stay and positions follow from the time, or only
the keys; then a chart says what comes between them, on 1s, 2s or 3s right before the next key, and what is longer stays
a hold on the key before. Plain functions over frozen records; nothing here reads a row.

Convention:
    frames are 1-based, numbers are text as on the sheet ("3a"), positions lie between 0 (key A) and 1 (key B)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from assets import drawing_numbers, spacing
from assets.intake.timesheets import Exposure
from assets.spacing import Chart
from assets.timing_words import BadTiming

MAX_EXPOSURE = 48  # frames of one drawing; what is longer is a hold and belongs to a key
Pair = tuple[str, str]
_Place = tuple[int, str]


@dataclass(frozen=True)
class CellSheet:
    """One cell's column of a timesheet, and which of its numbers have a drawing (the keys)."""

    exposures: tuple[Exposure, ...]
    duration_frames: int
    drawn: frozenset[str]
    marks: tuple[Exposure, ...] = ()


@dataclass(frozen=True)
class Showing:
    """From `frame_no` on a drawing shows for `frames`; `number` is "" for an in-between that has none yet (○ ●)."""

    frame_no: int
    frames: int
    number: str


@dataclass(frozen=True)
class Gap:
    """Two keys that follow one another, from key A's first frame on, and what the sheet shows between them."""

    a: str
    b: str
    a_frame_no: int
    b_frame_no: int
    b_frames: int
    between: tuple[Showing, ...] = ()

    @property
    def frames(self) -> int:
        """From the first frame of key A to the last one before key B."""
        return self.b_frame_no - self.a_frame_no

    @property
    def is_open(self) -> bool:
        """Whether the sheet asks for nothing between them."""
        return not self.between


@dataclass(frozen=True)
class Order:
    """What is to come between two keys: a chart; on how many frames each (None = the time is shared out evenly)."""

    chart: Chart
    on: int | None = 2
    numbers: tuple[str, ...] = ()  # chosen by the artist; else by `drawing_numbers`


@dataclass(frozen=True)
class Planned:
    """A drawing to be made; the ladder says where it lies, `shown` when: (frame_no, frames), several where repeated."""

    number: str
    position: float
    shown: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class GapPlan:
    """The drawings to be made between two keys."""

    a: str
    b: str
    chart: Chart
    drawings: tuple[Planned, ...]


@dataclass(frozen=True)
class Filling:
    """A cell as it will be: what is to be drawn, the column with it, and what could not be filled and why."""

    gaps: tuple[GapPlan, ...]
    exposures: tuple[Exposure, ...]
    problems: tuple[BadTiming, ...] = ()


def gaps_of(sheet: CellSheet) -> tuple[tuple[Gap, ...], tuple[BadTiming, ...]]:
    """Return where one key follows another, in the order of time, and which in-betweens lie between no two keys.

    An empty stretch (×) ends a movement: nothing is between the keys around it.
    """
    drawn = _places(sheet.drawn)
    gaps: list[Gap] = []
    problems: list[BadTiming] = []
    before: Showing | None = None
    run: list[Showing] = []
    for each in _showings(sheet):
        is_key = each is not None and bool(each.number) and _place(each.number) in drawn
        if each is not None and not is_key:
            run.append(each)
            continue
        if each is None or before is None or (run and _place(before.number) == _place(each.number)):
            problems += _loose(run, before, each)
        else:
            gap = Gap(before.number, each.number, before.frame_no, each.frame_no, each.frames, tuple(run))
            gaps.append(gap)
        before, run = each, []
    return tuple(gaps), (*problems, *_loose(run, before, None))


def fill(sheet: CellSheet, orders: Mapping[Pair, Order] | None = None) -> Filling:
    """Return the cell filled: gaps that the sheet names by their time or chart, open gaps by their order alone.

    A drawing is planned once, however often it shows. What cannot be filled is a problem; the rest is filled all the
    same.
    """
    gaps, problems = gaps_of(sheet)
    wanted = orders or {}
    filler = _Filler(sheet, wanted, [*problems, *_without_gap(wanted, gaps)])
    for gap in gaps:
        filler.take(gap)
    return filler.done()


def pair_sheet(a: str, b: str, order: Order) -> Filling:
    """Return the filling of two keys that stand on no sheet: each drawing and key A on `order.on` frames.

    Raises:
        BadTiming: EXPOSURE_NOT_ONE, NUMBER_NOT_ONE, NUMBERS_FULL.
    """
    on = order.on or 1
    steps = len(order.chart) + 1
    exposures = (Exposure(1, a), Exposure(1 + steps * on, b))
    filling = fill(CellSheet(exposures, (steps + 1) * on, frozenset({a, b})), {(a, b): order})
    if filling.problems:
        raise filling.problems[0]
    return filling


def positions_by_time(gap: Gap) -> tuple[Fraction, ...]:
    """Return where each showing of a gap lies if the movement is even in time: by the middle of its exposure.

    A hold of key A ends, and one of key B begins, as if the key were exposed as long as its neighbour: while a key is
    held nothing moves.
    """
    if gap.is_open:
        return ()
    first, last = gap.between[0], gap.between[-1]
    a_frames = min(first.frame_no - gap.a_frame_no, first.frames)
    b_frames = min(gap.b_frames, last.frames)
    start = Fraction(2 * first.frame_no - a_frames, 2)
    end = Fraction(2 * gap.b_frame_no + b_frames, 2)
    return tuple((Fraction(2 * s.frame_no + s.frames, 2) - start) / (end - start) for s in gap.between)


class _Filler:
    """One filling while it goes on."""

    def __init__(self, sheet: CellSheet, orders: Mapping[Pair, Order], problems: Iterable[BadTiming]) -> None:
        self._sheet = sheet
        self._orders = {(_place(a), _place(b)): order for (a, b), order in orders.items()}
        self._problems = list(problems)
        self._plans: list[GapPlan] = []
        self._changes: dict[int, str] = {}
        self._repeats: set[int] = set()

    def take(self, gap: Gap) -> None:
        """Plan what lies in one gap; what is wrong with it is kept as a problem."""
        order = self._orders.get((_place(gap.a), _place(gap.b)))
        try:
            if not gap.is_open:
                self._take_named(gap, order)
            elif order is not None:
                self._take_open(gap, order)
        except BadTiming as problem:
            self._problems.append(problem)

    def done(self) -> Filling:
        """Return the filling."""
        kept = (each for each in self._sheet.exposures if each.frame_no not in self._repeats)
        written = {each.frame_no: each.number for each in kept} | self._changes
        exposures = tuple(Exposure(frame, written[frame]) for frame in sorted(written))
        shown: dict[_Place, list[tuple[int, int]]] = {}
        for each in _showings(replace(self._sheet, exposures=exposures)):
            if each is not None and each.number:
                shown.setdefault(_place(each.number), []).append((each.frame_no, each.frames))
        plans = (
            replace(
                plan, drawings=tuple(replace(d, shown=tuple(shown[_place(d.number)])) for d in plan.drawings)
            )
            for plan in self._plans
        )
        return Filling(tuple(plans), exposures, tuple(self._problems))

    def _take_open(self, gap: Gap, order: Order) -> None:
        before = next((plan for plan in self._plans if (plan.a, plan.b) == (gap.a, gap.b)), None)
        frames = _frames_of(gap, len(order.chart), order.on)
        if before is not None:
            numbers = tuple(drawing.number for drawing in before.drawings)
        else:
            numbers = self._numbers_for(gap, order)
            self._plan(gap, order.chart, numbers)
        self._changes |= dict(zip(frames, numbers, strict=True))
        # Some sheets say the key again while it is held; among the in-betweens that would show it once more.
        self._repeats |= {
            each.frame_no
            for each in self._sheet.exposures
            if frames[0] <= each.frame_no < gap.b_frame_no and each.number and _is_one(each.number)
        }

    def _take_named(self, gap: Gap, order: Order | None) -> None:
        numbers = self._numbered(gap)
        made = {_place(drawing.number) for plan in self._plans for drawing in plan.drawings}
        fresh = tuple(each for each in dict.fromkeys(numbers) if _place(each) not in made)
        if fresh:
            self._plan(gap, _chart_for(gap, numbers, fresh, order), fresh)
        self._changes |= {s.frame_no: n for s, n in zip(gap.between, numbers, strict=True) if not s.number}

    def _plan(self, gap: Gap, chart: Chart, numbers: Sequence[str]) -> None:
        drawings = (Planned(n, at, ()) for n, at in zip(numbers, chart.positions, strict=True))
        self._plans.append(GapPlan(gap.a, gap.b, chart, tuple(drawings)))

    def _taken(self) -> list[str]:
        written = [each.number for each in self._sheet.exposures if each.number]
        return [*self._sheet.drawn, *written, *self._changes.values()]

    def _numbers_for(self, gap: Gap, order: Order) -> tuple[str, ...]:
        if not order.numbers:
            return drawing_numbers.between(gap.a, gap.b, len(order.chart), self._taken())
        if len(order.numbers) != len(order.chart):
            raise BadTiming("NUMBERS_DIFFER", numbers=len(order.numbers), count=len(order.chart))
        taken = _places(self._taken())
        for number in order.numbers:
            if drawing_numbers.read(number).place in taken:
                raise BadTiming("NUMBER_TAKEN", number=number)
            taken.add(_place(number))
        return order.numbers

    def _numbered(self, gap: Gap) -> tuple[str, ...]:
        """Return the number of each showing; a run of marks gets numbers between those of its neighbours."""
        numbers: list[str] = []
        for is_named, run in groupby(gap.between, key=lambda showing: bool(showing.number)):
            showings = list(run)
            if is_named:
                numbers += [each.number for each in showings]
                continue
            before = numbers[-1] if numbers else gap.a
            behind = gap.between[len(numbers) + len(showings) :]
            after = behind[0].number if behind else gap.b
            numbers += drawing_numbers.between(before, after, len(showings), [*self._taken(), *numbers])
        return tuple(numbers)


def _chart_for(gap: Gap, numbers: Sequence[str], fresh: Sequence[str], order: Order | None) -> Chart:
    """Return where the drawings of a gap lie: by the artist's chart, else by time; evenly where some show again."""
    if order is not None:
        if len(order.chart) != len(fresh):
            raise BadTiming(
                "CHART_DIFFERS",
                a=gap.a,
                b=gap.b,
                named=len(fresh),
                numbers=", ".join(fresh),
                count=len(order.chart),
            )
        return order.chart
    if len(set(numbers)) < len(numbers):
        return spacing.parse(f"even:{len(fresh)}")
    by_time = dict(zip(numbers, positions_by_time(gap), strict=True))
    return spacing.of(by_time[number] for number in fresh)


def _frames_of(gap: Gap, count: int, on: int | None) -> tuple[int, ...]:
    """Return the first frame of each drawing that comes into an open gap."""
    if on is not None and not 1 <= on <= MAX_EXPOSURE:
        raise BadTiming("EXPOSURE_NOT_ONE", on=on, limit=MAX_EXPOSURE)
    needed = count * (on or 1) + 1
    if gap.frames < needed:
        raise BadTiming(
            "GAP_TOO_SHORT", a=gap.a, b=gap.b, frames=gap.frames, count=count, on=on or 1, needed=needed
        )
    if on is None:
        return tuple(gap.a_frame_no + gap.frames * index // (count + 1) for index in range(1, count + 1))
    return tuple(gap.b_frame_no - on * left for left in range(count, 0, -1))


def _showings(sheet: CellSheet) -> Iterator[Showing | None]:
    """Yield what shows one after the other, None for an empty stretch; a number that goes on is one showing.

    Names such as BOOK show no drawing: what showed before stays.
    """
    shown = {each.frame_no: "" for each in sheet.marks}
    changes: dict[int, str | None] = dict(shown)
    changes |= {e.frame_no: e.number for e in sheet.exposures if e.number is None or _is_one(e.number)}
    frames = sorted(changes)
    starts: list[int] = []
    for frame in frames:
        # A mark is always a drawing of its own; anything else may go on.
        if not starts or changes[frame] == "" or changes[frame] != changes[starts[-1]]:
            starts.append(frame)
    ends = [*starts[1:], max(sheet.duration_frames, starts[-1]) + 1] if starts else []
    for start, end in zip(starts, ends, strict=True):
        number = changes[start]
        yield None if number is None else Showing(start, end - start, number)


def _loose(run: Iterable[Showing], before: Showing | None, after: Showing | None) -> list[BadTiming]:
    """Return why each drawing of a run cannot be made: it does not lie between two keys, or both are one drawing."""
    found: dict[str, BadTiming] = {}
    for each in run:
        if not each.number:
            problem = BadTiming("MARK_WITHOUT_GAP", frame_no=each.frame_no)
        elif before is None:
            problem = BadTiming("NO_KEY_BEFORE", number=each.number)
        elif after is None:
            problem = BadTiming("NO_KEY_AFTER", number=each.number)
        else:
            problem = BadTiming("SAME_KEY", number=each.number, key=before.number)
        found.setdefault(problem.message, problem)
    return list(found.values())


def _place(number: str) -> _Place:
    return drawing_numbers.read(number).place


def _places(numbers: Iterable[str]) -> set[_Place]:
    return {_place(number) for number in numbers if _is_one(number)}


def _is_one(number: str) -> bool:
    return drawing_numbers.is_one(number)


def _without_gap(orders: Iterable[Pair], gaps: Sequence[Gap]) -> Iterator[BadTiming]:
    """Yield what is wrong with orders for keys that never follow one another."""
    known = {(_place(gap.a), _place(gap.b)) for gap in gaps}
    keys = ", ".join(dict.fromkeys(f"{gap.a} → {gap.b}" for gap in gaps)) or "–"
    for a, b in orders:
        if (_place(a), _place(b)) not in known:
            yield BadTiming("GAP_NOT_THERE", a=a, b=b, keys=keys)
