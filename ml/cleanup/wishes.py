"""What an artist asks of the clean-up: sliders, closures and strokes switched, brush; and its JSON form.

Points are pixels of the rough, pixel centres at integers, x right, y down. Strokes and closures are named by a point
in them, so that a sidecar stays true when the engine numbers them anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from ml.cleanup import told
from ml.errors import BadWishes

FORMAT = "sakkan-cleanup/1"
XY = tuple[float, float]
Use = Literal["apart", "ink", "drop"]  # of a coloured pencil: a layer of its own, drawn as ink, or left out
MOST = 5_000  # entries of one list; more than anybody sets by hand
PROFILE = 16  # multipliers of a style's profile


@dataclass(frozen=True)
class Switch:
    """A stroke or a closure by a point in it, drawn or not."""

    xy: XY
    is_on: bool


@dataclass(frozen=True)
class Dab:
    """A round of the brush "keep this as it is"."""

    xy: XY
    radius_px: float


@dataclass(frozen=True)
class Style:
    """A hand: how lines of approved drawings are weighted and coloured.

    Attributes:
        line_rgb: colour of the line, sRGB.
        weight_px: usual width at `height_px`.
        height_px: height of the figure's drawing that it was learned from; 0 = widths are meant in px as they are.
        profile: 16 multipliers of the width from a stroke's beginning to its end, mean 1.
        spread: standard deviation of the width over strokes as a share of the usual width.
        by_length: multipliers of the width of strokes of the shortest, middle and longest third.
    """

    line_rgb: tuple[int, int, int]
    weight_px: float
    height_px: int
    profile: tuple[float, ...]
    spread: float
    by_length: tuple[float, float, float]


@dataclass(frozen=True)
class Wishes:
    """All that is asked of one drawing. The defaults are the automatic clean-up.

    Attributes:
        strength: 0 to 1, how much is taken for a construction line or dirt and left out; 0.5 = as learned.
        merge_px: strokes side by side within this become one; None = by the width of the pencil.
        gap_px: largest gap that is closed; 0 closes none.
        weight_px: width of the line; None = that of the pencil.
        pressure: 0 = equal width, 1 = the artist's pressure in full.
        taper_px: length over which free ends grow thin.
        jitter: 0 to 1, share of the trembling against the neighbouring drawings that is taken out.
        line_rgb: colour of the ink.
        is_binary: whether the picture has hard edges.
        red, blue, green: what becomes of that pencil.
        style: the hand that it is drawn in; overrules weight, taper and colour.
        strokes, closures: switched one by one.
        kept: where the rough stays as it is.
    """

    strength: float = 0.5
    merge_px: float | None = None
    gap_px: float = 10.0
    weight_px: float | None = None
    pressure: float = 0.0
    taper_px: float = 0.0
    jitter: float = 0.8
    line_rgb: tuple[int, int, int] = (0, 0, 0)
    is_binary: bool = False
    red: Use = "apart"
    blue: Use = "apart"
    green: Use = "apart"
    style: Style | None = None
    strokes: tuple[Switch, ...] = ()
    closures: tuple[Switch, ...] = ()
    kept: tuple[Dab, ...] = ()

    @classmethod
    def from_json(cls, said: Any) -> Wishes:
        """Read the part "wishes" of a sidecar; what is not said keeps its default.

        Raises:
            BadWishes: an unknown entry, or one that is not of its form; the message names it.
        """
        if not isinstance(said, Mapping):
            raise BadWishes("wishes is not an object", expected="an object", actual=type(said).__name__)
        unknown = sorted(str(name) for name in set(said) - set(_READERS))
        if unknown:
            msg = f"wishes.{unknown[0]} is not known"
            raise BadWishes(msg, expected=sorted(_READERS), actual=unknown)
        return cls(**{name: _READERS[name](f"wishes.{name}", said[name]) for name in sorted(said)})

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form, every slider named and empty lists left out."""
        out = {each.name: _plain(getattr(self, each.name)) for each in fields(self)}
        return {name: value for name, value in out.items() if value != [] or name not in _LISTS}


def sidecar(wishes: Wishes, size_hw: tuple[int, int]) -> dict[str, Any]:
    """Return what re-renders the same drawing from the same rough."""
    return {"format": FORMAT, "size_hw": list(size_hw), "wishes": wishes.as_json()}


def from_sidecar(said: Any, size_hw: tuple[int, int] | None = None) -> Wishes:
    """Read a sidecar.

    Args:
        said: its JSON.
        size_hw: of the rough that it is to be used with; None = not looked at.

    Raises:
        BadWishes: another format, a rough of another size, or an entry that is not of its form.
    """
    if not isinstance(said, Mapping) or said.get("format") != FORMAT:
        actual = said.get("format") if isinstance(said, Mapping) else type(said).__name__
        raise BadWishes("this is no sidecar of the clean-up", expected=FORMAT, actual=actual)
    unknown = sorted(str(name) for name in set(said) - {"format", "size_hw", "wishes"})
    if unknown:
        msg = f"{unknown[0]} is not known in a sidecar"
        raise BadWishes(msg, expected=["format", "size_hw", "wishes"], actual=unknown)
    if size_hw is not None and said.get("size_hw") != list(size_hw):
        msg = "the sidecar belongs to a rough of another size"
        raise BadWishes(msg, expected=list(size_hw), actual=said.get("size_hw"))
    return Wishes.from_json(said.get("wishes", {}))


def _plain(value: Any) -> Any:
    if isinstance(value, Style | Switch | Dab):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


_XY_BOUNDS = (-1e5, 1e5)


def _xy(where: str, said: Any) -> XY:
    x, y = told.numbers(where, said, 2, _XY_BOUNDS)
    return (x, y)


def _switch(where: str, said: Any) -> Switch:
    entry = told.entry(where, said, ("is_on", "xy"))
    return Switch(_xy(f"{where}.xy", entry["xy"]), told.yes_or_no(f"{where}.is_on", entry["is_on"]))


def _dab(where: str, said: Any) -> Dab:
    entry = told.entry(where, said, ("radius_px", "xy"))
    radius = told.number(f"{where}.radius_px", entry["radius_px"], (0.5, 2000.0))
    return Dab(_xy(f"{where}.xy", entry["xy"]), radius)


def _rgb(where: str, said: Any) -> tuple[int, int, int]:
    red, green, blue = (round(v) for v in told.numbers(where, said, 3, (0, 255), whole=True))
    return (red, green, blue)


def _style(where: str, said: Any) -> Style | None:
    if said is None:
        return None
    entry = told.entry(where, said, tuple(sorted(each.name for each in fields(Style))))
    short, middle, long = told.numbers(f"{where}.by_length", entry["by_length"], 3, (0.05, 10.0))
    return Style(
        line_rgb=_rgb(f"{where}.line_rgb", entry["line_rgb"]),
        weight_px=told.number(f"{where}.weight_px", entry["weight_px"], (0.2, 60.0)),
        height_px=round(told.number(f"{where}.height_px", entry["height_px"], (0, 20_000), whole=True)),
        profile=told.numbers(f"{where}.profile", entry["profile"], PROFILE, (0.0, 10.0)),
        spread=told.number(f"{where}.spread", entry["spread"], (0.0, 3.0)),
        by_length=(short, middle, long),
    )


def style_from_json(said: Any) -> Style:
    """Read a learned style.

    Raises:
        BadWishes: the message names the entry.
    """
    style = _style("style", said)
    if style is None:
        raise BadWishes("style is not an object", expected="an object", actual=None)
    return style


def style_as_json(style: Style) -> dict[str, Any]:
    """Return the JSON form of a style."""
    plain: dict[str, Any] = _plain(style)
    return plain


def _ranged(low: float, high: float, *, or_none: bool = False) -> Callable[[str, Any], float | None]:
    def read(where: str, said: Any) -> float | None:
        return None if said is None and or_none else told.number(where, said, (low, high))

    return read


def _use(where: str, said: Any) -> str:
    return told.one_of(where, said, get_args(Use))


def _list(read: Callable[[str, Any], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
    return lambda where, said: told.entries(where, said, read, MOST)


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "strength": _ranged(0, 1),
    "merge_px": _ranged(0, 60, or_none=True),
    "gap_px": _ranged(0, 64),
    "weight_px": _ranged(0.5, 40, or_none=True),
    "pressure": _ranged(0, 1),
    "taper_px": _ranged(0, 500),
    "jitter": _ranged(0, 1),
    "line_rgb": _rgb,
    "is_binary": told.yes_or_no,
    "red": _use,
    "blue": _use,
    "green": _use,
    "style": _style,
    "strokes": _list(_switch),
    "closures": _list(_switch),
    "kept": _list(_dab),
}
_LISTS = ("strokes", "closures", "kept")
