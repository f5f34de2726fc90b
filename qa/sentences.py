"""The words of a flag. A flag keeps a code and numbers; the sentence is made for the reader, in their language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from qa.choices import Fault

if TYPE_CHECKING:  # the words need no database: `sakkan compare` has none
    from qa.models import CheckRun, Flag, RetakeItem

SENTENCES: dict[str, str] = {
    "larger": gettext_noop("The {part} is {more} larger than on {sheet}; this design allows {allowed}."),
    "smaller": gettext_noop("The {part} is {more} smaller than on {sheet}; this design allows {allowed}."),
    "wider": gettext_noop("{part}: {more} wider than on {sheet}; this design allows {allowed}."),
    "narrower": gettext_noop("{part}: {more} narrower than on {sheet}; this design allows {allowed}."),
    "taller": gettext_noop(
        "The figure is {value} tall, {more} more than on {sheet} ({sheet_value}); this design allows {allowed}."
    ),
    "shorter": gettext_noop(
        "The figure is {value} tall, {more} less than on {sheet} ({sheet_value}); this design allows {allowed}."
    ),
    "legs_longer": gettext_noop("The legs are {more} longer than on {sheet}; this design allows {allowed}."),
    "eyes_apart": gettext_noop(
        "The eyes are {more} wider apart than on {sheet}; this design allows {allowed}."
    ),
    "eyes_together": gettext_noop(
        "The eyes are {more} closer together than on {sheet}; this design allows {allowed}."
    ),
    "eyes_larger": gettext_noop("The eyes are {more} larger than on {sheet}; this design allows {allowed}."),
    "eyes_smaller": gettext_noop(
        "The eyes are {more} smaller than on {sheet}; this design allows {allowed}."
    ),
    "eyes_lower": gettext_noop(
        "The eyes lie lower than on {sheet} by {more} of the head; this design allows {allowed}."
    ),
    "eyes_higher": gettext_noop(
        "The eyes lie higher than on {sheet} by {more} of the head; this design allows {allowed}."
    ),
    "fringe_longer": gettext_noop(
        "The fringe reaches lower than on {sheet} by {more} of the head; this design allows {allowed}."
    ),
    "fringe_shorter": gettext_noop(
        "The fringe ends higher than on {sheet} by {more} of the head; this design allows {allowed}."
    ),
    "hair_more": gettext_noop(
        "The hair is {more} fuller or longer than on {sheet}; this design allows {allowed}."
    ),
    "hair_less": gettext_noop(
        "The hair is {more} thinner or shorter than on {sheet}; this design allows {allowed}."
    ),
    "part_gone": gettext_noop(
        "“{part}” is missing: it covers {sheet_value} of the figure on {sheet} and {value} here."
    ),
    "part_left_out": gettext_noop(
        "“{part}” is left out or painted as something else; every comparable approved drawing shows it."
    ),
    "piece_otherwise": gettext_noop(
        "“{part}” is not where {sheet} has it, or not of that shape: {value} of it agrees."
    ),
    "worn_otherwise": gettext_noop(
        "“{part}” is not as on {sheet}: missing, elsewhere, on the other side or of another shape."
    ),
    "mark_otherwise": gettext_noop(
        "A mark on the face is not as on {sheet}: missing, new, elsewhere or on the other side."
    ),
    "looks_otherwise": gettext_noop(
        "{part}: looks otherwise than on {sheet}; how far could not be measured in this drawing."
    ),
    "painted_otherwise": gettext_noop(
        "“{part}” is painted otherwise than in every approved drawing that fits."
    ),
    "piece_gone": gettext_noop(
        "A piece of “{part}” is missing or differs from every approved drawing: {value} of the region;"
        " this design allows {allowed}."
    ),
    "thing_otherwise": gettext_noop(
        "Something here is in no approved drawing that fits, or is missing; it is {value} as wide as the figure,"
        " and this design allows {allowed}."
    ),
    "outline_otherwise": gettext_noop(
        "The outline here is farther from the approved drawings that fit than they are from each other."
    ),
    "lies_otherwise": gettext_noop(
        "Something here lies farther from its place in the approved drawings that fit than in any of them."
    ),
    "face": gettext_noop(
        "The face has “{part}” where no approved drawing has it: {value} of the head; this design allows {allowed}."
    ),
    "other_eyes": gettext_noop(
        "The eyes are not those of {sheet}: their colours are {value} away; this design allows {allowed}."
    ),
    "wrong_design": gettext_noop(
        "This looks like “{rival}”, which is not cast here (similarity {sheet_value}; cast design {value})."
    ),
    "colour": gettext_noop(
        "“{part}” ({tone}) painted {found} instead of {expected} (ΔE00 {delta_e}) over {area_px} px."
    ),
    "other_paint": gettext_noop("“{part}” is painted in the paint of another part."),
    "colour_off": gettext_noop("“{part}” is off its approved paint (ΔE00 {delta_e})."),
    "line_heavier": gettext_noop(
        "Lines of “{part}” are heavier than on {sheet}: {value} against {sheet_value}."
    ),
    "line_lighter": gettext_noop(
        "Lines of “{part}” are lighter than on {sheet}: {value} against {sheet_value}."
    ),
    "lines_heavier": gettext_noop("The lines are heavier than on {sheet}: {value} against {sheet_value}."),
    "lines_lighter": gettext_noop("The lines are lighter than on {sheet}: {value} against {sheet_value}."),
    "off": gettext_noop(
        "“{part}” departs from {sheet}: {value} against {sheet_value}; this design allows {allowed}."
    ),
}
NOT_CHECKED: dict[str, str] = {
    "no_cast": gettext_noop("Not checked: the costume table casts nobody in this cut."),
    "no_approved_sheet": gettext_noop("Not checked against {design}: there is no approved model sheet."),
    "sheet_unreadable": gettext_noop("Not checked against {design}: its sheet cannot be used ({detail})."),
}
NOT_COMPARABLE: dict[str, str] = {
    "empty": gettext_noop("The drawing is empty."),
    "too_small": gettext_noop("The figure is too small to be compared."),
    "no_comparable_view": gettext_noop("No comparable approved view; add one to the sheet."),
    "no_view_from_left": gettext_noop(
        "No approved drawing shows the head turned this far to the viewer's left; add one to the sheet."
    ),
    "no_view_from_right": gettext_noop(
        "No approved drawing shows the head turned this far to the viewer's right; add one to the sheet."
    ),
    "other_design": gettext_noop("It shows another design."),
    "not_found": gettext_noop("No cast character was found in this picture."),
}
# Names that the engine gives to regions; everything else is the studio's own name of a swatch.
_REGIONS = {
    "head": gettext_noop("head"),
    "torso": gettext_noop("torso"),
    "whole figure": gettext_noop("whole figure"),
    "another figure": gettext_noop("another figure"),
    "heads tall": gettext_noop("height in heads"),
    "head width": gettext_noop("head width"),
    "shoulders": gettext_noop("shoulders"),
    "legs": gettext_noop("legs"),
    "eye spacing": gettext_noop("eye spacing"),
    "eye size": gettext_noop("eye size"),
    "eye height": gettext_noop("eye height"),
    "jaw": gettext_noop("jaw"),
    "fringe": gettext_noop("fringe"),
    "hair shape": gettext_noop("hair shape"),
    "normal": gettext_noop("normal"),
    "shadow": gettext_noop("shadow"),
    "highlight": gettext_noop("highlight"),
}

_NUMBERED = re.compile(r"((dark|mid|light) [a-z]+|black|white|grey) \d+")  # ml.consistency.names.colour_name
_NAMED = 8  # drawings named in one sentence; the rest is on the page of the take


def sentence(code: str, data: Mapping[str, Any]) -> str:
    """Return the claim in words. An unknown code names itself: a flag of an old version must still be readable."""
    template = SENTENCES.get(code)
    if template is None:
        return code
    try:
        return _begun(_(template).format(**_words(data)))
    except (KeyError, ValueError):
        return code


def of_flag(flag: Flag) -> str:
    """Return the flag's claim in words."""
    return sentence(flag.sentence_code, flag.sentence_data)


def of_item(item: RetakeItem) -> str:
    """Return the claim behind a line of a retake; empty for one that a person ordered without a flag."""
    return of_flag(item.flag) if item.flag else ""


def region_words(name: str) -> str:
    """Return the name of a region or a tone: the engine's own in words, a swatch's as the studio wrote it.

    Paint of a sheet without a colour model is numbered, to be told apart; the number says nothing to anybody.
    """
    if name in _REGIONS:
        return _(_REGIONS[name])
    return name.rpartition(" ")[0] if _NUMBERED.fullmatch(name) else name


def not_checked(run: CheckRun) -> list[str]:
    """Return what a run did not check and why; nothing when all of the cast and every aspect was there."""
    missing = [
        _(NOT_CHECKED[row["reason"]]).format(**{"design": "", "detail": "", **row})
        for row in run.summary.get("not_checked", [])
        if row["reason"] in NOT_CHECKED
    ]
    count = run.summary.get("composited", 0)
    if count:
        missing.append(
            _(
                "Composited frames ({count}): colour, costume detail, line weight and wrong design are not checked"
                " at this stage."
            ).format(count=count)
        )
    if not run.summary.get("painted", True):
        return missing + _of_lines(run.summary)
    unclear = [
        ngettext("{aspect} ({count} drawing)", "{aspect} ({count} drawings)", count).format(
            aspect=Fault(f"OFF_MODEL.{aspect}").label, count=count
        )
        for aspect, count in run.summary.get("unchecked", {}).items()
    ]
    if unclear:
        missing.append(
            _("Could not be judged, too small or painted without a settled palette: {aspects}.").format(
                aspects=", ".join(unclear)
            )
        )
    return missing


def _begun(words: str) -> str:
    """Return a sentence with a capital letter at its beginning, be it the name of a part; Japanese has none."""
    return words[:1].upper() + words[1:]


def _of_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return what lines alone could not tell: of every drawing, which is the stage's, and of some."""
    unchecked, total = summary.get("unchecked", {}), summary.get("checked", 0)
    labels = {aspect: str(Fault(f"OFF_MODEL.{aspect}").label) for aspect in unchecked}
    said = []
    never = [labels[aspect] for aspect, count in unchecked.items() if count >= total]
    if never:
        said.append(_("Not checked at this stage: {aspects}.").format(aspects=", ".join(never)))
    return said + [
        _begun(
            ngettext(
                "{aspect} could not be told from the lines of {count} drawing.",
                "{aspect} could not be told from the lines of {count} drawings.",
                count,
            ).format(aspect=labels[aspect], count=count)
        )
        for aspect, count in unchecked.items()
        if count < total
    ]


def left_apart(run: CheckRun, names: Mapping[str, str]) -> list[str]:
    """Return which drawings of a run could not be compared and why, a sentence for each reason.

    `names` = what each drawing is called, by its id as text.
    """
    by_reason: dict[str, list[str]] = {}
    for drawing_id, reason in run.summary.get("not_comparable", {}).items():
        by_reason.setdefault(reason, []).append(names.get(drawing_id, drawing_id))
    return [
        f"{', '.join(found[:_NAMED])}{' …' if len(found) > _NAMED else ''}: {not_comparable(reason)}"
        for reason, found in by_reason.items()
    ]


def not_comparable(reason: str) -> str:
    """Return why a drawing was not judged."""
    return _(NOT_COMPARABLE[reason]) if reason in NOT_COMPARABLE else reason


def one_in_words(flag: Flag) -> str:
    """Return how unusual this would be for a clean cut, or an approved drawing; empty when nothing says so."""
    if flag.calibration:
        return _calibrated_words(flag.calibration)
    if flag.one_in < 2:
        return ""
    return _("At most about 1 in {count} drawings that follow the sheet lies this far out.").format(
        count=number_format(flag.one_in, use_l10n=True, force_grouping=True)
    )


def _calibrated_words(told: Mapping[str, Any]) -> str:
    def number(value: float) -> str:
        return str(number_format(round(value), use_l10n=True, force_grouping=True))

    own = round(told["own"])
    whose = (
        ngettext("{n} approved cut of this design", "{n} approved cuts of this design", own)
        if own
        else _("cuts of other designs; none of this one is approved yet")
    )
    words = (
        _("1 in {count} approved cuts is this far out (1 in {low} to 1 in {high}).") + " " + _("By {whose}.")
    )
    return words.format(
        count=number(told["one_in"]),
        low=number(told["one_in_low"]),
        high=number(told["one_in_high"]),
        whose=whose.format(n=number(own)),
    )


def _words(data: Mapping[str, Any]) -> dict[str, str]:
    unit = str(data.get("unit", ""))
    words = {key: _word(value) for key, value in data.items()} | {"sheet": _sheet(data)}
    if "rival" in data:  # similarities are read against each other: the same number of digits
        words |= {key: f"{data[key]:.2f}" for key in ("value", "sheet_value") if key in data}
    for key in ("value", "sheet_value", "allowed"):
        if key in words:
            words[key] = _with_unit(words[key], unit)
    if "value" in data and "sheet_value" in data:
        words["more"] = _with_unit(_word(abs(float(data["value"]) - float(data["sheet_value"]))), unit)
    return words


def _sheet(data: Mapping[str, Any]) -> str:
    """Return the approved drawing that the claim was held against; a flag that knows none says "the sheet"."""
    drawing = str(data.get("sheet", ""))
    return _("sheet “{drawing}”").format(drawing=drawing) if drawing else _("the sheet")


def _word(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return str(number_format(value, use_l10n=True, force_grouping=True))
    if isinstance(value, float):
        digits = 0 if abs(value) >= 100 or value == 0 else 1 if abs(value) >= 1 else 2
        return str(number_format(round(value, digits), decimal_pos=digits, use_l10n=True))
    return region_words(str(value))


def with_unit(value: float, unit: str) -> str:
    """Return a measured number with its unit, with as many digits as anybody reads."""
    return _with_unit(_word(float(value)), unit)


def _with_unit(number: str, unit: str) -> str:
    if unit == "dE00":
        return f"ΔE00 {number}"
    return f"{number} {unit}" if unit else number
