"""What the scripts of the clean-up page say, in the reader's language. The scripts have no words of their own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """Return every sentence by its name."""
    return {**_plain(), "hints": _hints(), "said": _said(), "layers": _layers()}


def _plain() -> dict[str, str]:
    return {
        "drawing": _("Cleaning …"),
        "took": _("cleaned in {s} s"),
        "offline": _("The server did not answer. Try again."),
        "broken": _("The drawing could not be loaded. Reload the page."),
        "automatic": _("by itself"),
        "counts": _("lines {strokes} · closed areas {regions} · stray ends {ends}"),
        "closure": _("Gap {name}, {length} px, sure to {sure}"),
        "closed": _("closed"),
        "open": _("left open"),
        "stroke_on": _("{layer} {name}, sure to {sure}: drawn. Click leaves it out."),
        "stroke_off": _("{layer} {name}, sure to {sure}: left out. Click draws it."),
        "is_kept": _("kept as in the rough"),
        "hover": _("Point at a line."),
        "order_one": _("Clean up 1 drawing"),
        "order_many": _("Clean up {n} drawings"),
        "learning": _("Learning the hand …"),
        "learned": _("Learned. It can be chosen now."),
        "no_hand": _("none: as the sliders say"),
        "refused": _("refused"),
        "place": _("{number} · {at} of {count}"),
    }


def _layers() -> dict[str, str]:
    return {
        "ink": _("Line"),
        "red": _("Red line"),
        "blue": _("Blue line"),
        "green": _("Green line"),
    }


def _hints() -> dict[str, str]:
    return {
        "look": _(
            "Drag the seam to wipe; drag elsewhere moves, the wheel zooms, double click shows everything."
        ),
        "stroke": _("Click a line to leave it out, again to draw it. What is left out is dashed."),
        "closure": _("Click a gap to close it or leave it open. Blue is closed, orange is left open."),
        "brush": _("Paint over what is to stay as it is in the rough. Alt or the eraser takes it back."),
        "erase": _("Paint over what is kept to let it be cleaned up again."),
    }


def _said() -> dict[str, str]:
    return {
        "no_stroke": _("There is no line at this place."),
        "no_closure": _("There is no gap at this place."),
        "first": _("This is the first drawing."),
        "last": _("This is the last drawing."),
        "none_chosen": _("Tick at least one drawing on the left."),
        "no_sidecar": _("This file is no sidecar of clean-up."),
        "other_size": _("Taken. It was made for a drawing of another size: look whether it fits."),
        "taken": _("Taken. Undo brings back what was there."),
        "kept": _("What you had set for these drawings is back."),
        "nothing_to_undo": _("There is nothing to undo."),
    }
