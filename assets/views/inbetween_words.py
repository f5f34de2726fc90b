"""What the scripts of the in-between page say, in the reader's language. The scripts have no words of their own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

CHARTS = ("even", "halves-b", "halves-a", "ease-in", "ease-out", "ease", "favour-a", "favour-b")


def chart_words() -> dict[str, str]:
    """Return the usual spacings by the name that a chart has for them."""
    return {
        "even": _("even"),
        "halves-b": _("halves towards B (後ヅメ)"),
        "halves-a": _("halves towards A (前ヅメ)"),
        "ease-in": _("ease into B"),
        "ease-out": _("ease out of A"),
        "ease": _("ease out and in (両ヅメ)"),
        "favour-a": _("favour A"),
        "favour-b": _("favour B"),
    }


def words() -> dict[str, Any]:
    """Return every sentence by its name."""
    return {
        **_plain(),
        "lists": _lists(),
        "numbers": {
            "depth": _("steps; + is nearer"),
            "arcs": _("bend; + is to the left"),
            "smear": _("share of the path"),
        },
        "grades": {
            "sure": _("sure"),
            "fair": _("fairly sure"),
            "weak": _("not sure"),
            "alone": _("without a partner"),
        },
        "reasons": _reasons(),
        "hints": _hints(),
        "said": _said(),
    }


def _plain() -> dict[str, str]:
    return {
        "chart": _("Spacing chart from key A to key B"),
        "rung": _("In-between {n}"),
        "key": _("Key {number}"),
        "sure": _("sure to {sure}"),
        "drawing": _("Drawing …"),
        "took": _("drawn in {s} s"),
        "length": _("{frames} frames, {seconds} s at {fps} fps"),
        "hover": _("Point at a part of the drawing."),
        "region_of": _("An area of key {key}."),
        "line_of": _("A line of key {key}."),
        "becomes": _("Its partner is outlined: {grade}, {sure}."),
        "has_none": _("It has no partner in key B: it disappears."),
        "comes_from_none": _("It has no partner in key A: it appears."),
        "depth_of": _("Depth {step}."),
        "show_place": _("Place {n}"),
        "remove": _("Remove {what} {n}"),
        "offline": _("The server did not answer. Try again."),
        "broken": _("A key could not be loaded. Reload the page."),
        "differ": _(
            "The two keys differ in size ({sizes}). Export both at the same size, or choose another key."
        ),
    }


def _lists() -> dict[str, str]:
    return {
        "pins": _("Pin"),
        "matches": _("The same area"),
        "apart": _("Not the same"),
        "vanishes": _("Disappears"),
        "appears": _("Appears"),
        "depth": _("Depth"),
        "arcs": _("Arc"),
        "protect": _("Protected"),
        "smear": _("Smear"),
    }


def _reasons() -> dict[str, str]:
    return {
        "no_partner": _(
            "This part has no counterpart in the other key. Pin it, say that it appears or disappears, or draw a "
            "breakdown."
        ),
        "too_far": _(
            "This part moves too far or turns too much to be sure. Pin it at two or three places, or draw a breakdown."
        ),
        "folded": _(
            "The drawing would fold over itself here. Protect the part, match its areas, or draw a breakdown."
        ),
    }


def _hints() -> dict[str, str]:
    return {
        "look": _(
            "Point to see what becomes what; drag moves, the wheel zooms, double click shows everything."
        ),
        "pin": _("Drag from a point of key A (orange) to where it is in key B (blue)."),
        "match": _("Drag from an area of key A to the area of key B that it becomes."),
        "apart": _("Drag from an area of key A to the area of key B that it must not become."),
        "vanish": _("Click an area of key A that is gone in key B; again takes it back."),
        "appear": _("Click an area of key B that was not there in key A; again takes it back."),
        "depth": _("Click brings an area nearer, Alt and click farther. Shift takes the one of key B."),
        "bend": _("Drag the diamond in the middle of a path: it becomes an arc."),
        "protect": _("Click an area that may move and turn but must keep its shape; again takes it back."),
        "smear": _("Drag on a moving area: how far it is drawn out along its path, at this drawing only."),
    }


def _said() -> dict[str, str]:
    return {
        "across": _("Begin on the one key and end on the other."),
        "drag": _("Drag from the one area to the other."),
        "no_region": _("There is no area at this place."),
        "no_path": _("Drag one of the diamonds; areas that stay where they are have none."),
        "overlay": _("Show both keys in one picture first (1 or 2)."),
        "between": _("Go to a drawing between the keys first."),
        "side_a": _("This is about key A, on the left."),
        "side_b": _("This is about key B, on the right."),
        "one_key": _("A drawing cannot be both keys."),
        "no_pair": _("There is no further pair on this side."),
        "no_positions": _("The chart is empty: put at least one drawing between the keys."),
        "no_sidecar": _("This file is no sidecar of in-betweens."),
        "other_keys": _("Taken. It was made for other keys: look whether it fits."),
        "taken": _("Taken. Undo brings back what was there."),
        "kept": _("What you had set for these keys is back."),
    }
