"""One flagged drawing on the page of `sakkan compare`: the drawing, the approved one, the claims, the measures."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from qa import outness
from qa.sentences import region_words
from studio.cli import compare_files, compare_pictures
from studio.cli.compare_bench import Measured
from studio.cli.compare_files import Named, Unread
from studio.cli.compare_out import Album, Kept
from studio.cli.compare_pictures import Still
from studio.cli.compare_report import aspect_words, fault_words

_BAR_LIMITS = 3.0  # a bar ends at three times the limit, as on the studio's pages
_INSIDE_SHOWN = 5
_LABEL_PX = 36
NOTHING = mark_safe("")


@dataclass(frozen=True)
class KeptShot:
    """The pictures of one drawing, put away."""

    small: Kept | None
    big: Kept | None
    close: Kept | None
    heat: tuple[int, int] | None


class Pictures:
    """All pictures of a page: those of drawings lie in an album, those of approved ones are made when asked for.

    Args:
        album: where they lie meanwhile.
        roots: the folder of each design.
    """

    def __init__(self, album: Album, roots: Mapping[str, Path]) -> None:
        self._album, self._roots = album, roots
        self._shots: dict[str, KeptShot] = {}

    def keep(self, measured: Measured) -> None:
        """Put a drawing's pictures away."""
        shot = measured.shot
        if shot is not None:
            heat = self._album.put(shot.heat) if shot.heat else None
            keep = self._album.keep
            self._shots[measured.file] = KeptShot(keep(shot.small), keep(shot.big), keep(shot.close), heat)

    def of(self, entry: Mapping[str, Any]) -> KeptShot | None:
        """Return the pictures of an entry of the report; None for a file that was not read."""
        return self._shots.get(entry["same_as"] or entry["file"])

    def heat(self, shot: KeptShot) -> bytes:
        """Return the PNG to lay over `big`; empty where there is none."""
        return self._album.get(shot.heat) if shot.heat else b""

    def approved(self, design: str, key: str) -> Still | None:
        """Return an approved drawing; None where its file can no longer be read."""
        try:
            picture = compare_files.read_drawing(Named(self._roots[design] / key, key), "sheet")
        except (Unread, KeyError):
            return None
        return compare_pictures.approved(picture.rgba)


Shown = tuple[str, str]  # design and key of an approved drawing


def shown_beside(entry: Mapping[str, Any]) -> list[Shown]:
    """Return the approved drawings beside a flagged one: the nearest, and what a wrong design looks like."""
    result = judged(entry)
    near = [(result["design_key"], one["drawing_key"]) for one in result["nearest"][:1]]
    if any("rival_key" in flag["sentence_data"] for flag in entry["flags"]) and result["rival"]:
        near.append((result["rival"]["design_key"], result["rival"]["drawing_key"]))
    return near


def judged(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the measurement behind the worst flag of a flagged drawing."""
    design = entry["flags"][0]["design"]
    found: Mapping[str, Any] = next(one for one in entry["results"] if one["design_key"] == design)
    return found


def card(
    entry: Mapping[str, Any], anchor: str, pictures: Pictures, symbols: Mapping[Shown, tuple[str, Still]],
    also: Sequence[str],
) -> SafeString:  # fmt: skip
    """Return a flagged drawing as an article; `symbols` are the approved drawings that the page holds once."""
    shot = pictures.of(entry)
    figures = [_drawn(entry, shot, pictures)] if shot else []
    figures += [_approved(shown, symbols.get(shown), entry) for shown in shown_beside(entry)]
    figures += [_close(shot.close)] if shot and shot.close else []
    return format_html(
        '<article class="card" id="{}"><div class="pictures">{}</div><div>{}</div></article>\n',
        anchor,
        joined(figures),
        joined([_head(entry), _claims(entry), *_asides(entry, also), _aspects(entry), _colours(entry)]),
    )


def joined(parts: Sequence[SafeString]) -> SafeString:
    """Return parts one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def uri(data: bytes, kind: str = "jpeg") -> SafeString:
    """Return a picture as an address that needs no network."""
    return mark_safe(f"data:image/{kind};base64,{base64.b64encode(data).decode()}")  # noqa: S308  (letters of base64)


def number(value: float) -> str:
    """Return a number with as many digits as anybody reads."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _head(entry: Mapping[str, Any]) -> SafeString:
    worst = entry["flags"][0]
    out = _outness(entry, worst)
    return format_html(
        '<h3>{}</h3><p class="outness soft"><b>{}</b> {} · {}{}</p>',
        entry["file"],
        out.value,
        out.limit,
        worst["design"],
        _one_in(worst["one_in"]),
    )


def _claims(entry: Mapping[str, Any]) -> SafeString:
    flags = entry["flags"]
    several = len(flags) > 1
    rows = (
        (
            format_html('<span class="n">{}</span> ', index) if several else NOTHING,
            fault_words(flag["fault"]),
            _chip(flag, _outness(entry, flag), several=several),
            flag["sentence"],
        )
        for index, flag in enumerate(flags, start=1)
    )
    return format_html(
        '<ol class="claims">{}</ol>',
        format_html_join(
            "", '<li><span class="chips">{}<span class="chip chip-fault">{}</span>{}</span> {}</li>', rows
        ),
    )


def _outness(entry: Mapping[str, Any], flag: Mapping[str, Any]) -> outness.Outness:
    """Return how far out a claim is, by the measures of the design that it is about."""
    own = next((r for r in entry["results"] if r["design_key"] == flag["design"]), None)
    aspects = own["aspects"] if own else []
    spoken = [one for one in aspects if f"OFF_MODEL.{one['aspect']}" == flag["fault"]]
    return outness.of(spoken, flag["part"], flag["drift"], flag["sentence_data"])


def _chip(flag: Mapping[str, Any], out: outness.Outness, *, several: bool) -> SafeString:
    words = [str(region_words(flag["part"]))] if flag["part"] else []
    words += [str(out)] if several else []
    return format_html_join("", '<span class="chip">{}</span>', ((word,) for word in words))


def _one_in(count: int) -> SafeString:
    if count < 2:
        return NOTHING
    return format_html(
        '<br><span class="small soft">At most about 1 in {} drawings that follow the sheet lies this far out.</span>',
        f"{count:,}",
    )


def _asides(entry: Mapping[str, Any], also: Sequence[str]) -> list[SafeString]:
    said = []
    if also:
        said.append(f"The same picture: {', '.join(also)}.")
    if entry["approved_as"]:
        said.append(f"It is an approved drawing of the sheet itself ({entry['approved_as']}).")
    unchecked = judged(entry)["unchecked"]
    if unchecked:
        said.append(f"Not judged here: {', '.join(aspect_words(one) for one in unchecked)}.")
    said += [note["message"] for note in entry["notes"]]
    return [format_html('<p class="small soft">{}</p>', each) for each in said]


def _aspects(entry: Mapping[str, Any]) -> SafeString:
    rows = _distinct(sorted(judged(entry)["aspects"], key=lambda one: -one["drift"]))
    first = sum(one["drift"] > 1.0 for one in rows) + _INSIDE_SHOWN
    if not rows:
        return NOTHING
    more = NOTHING
    if rows[first:]:
        more = format_html(
            "<details><summary>{} more, all inside their limits</summary>{}</details>",
            len(rows) - first,
            _table(rows[first:], "Inside their limits"),
        )
    return joined([_table(rows[:first], "Measured; the mark on a bar is the limit of this design"), more])


def _distinct(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return rows without those that would read the same: the tones of one part, mostly."""
    told = ("aspect", "part", "value", "sheet_value", "allowed", "drift")
    return list({tuple(row[name] for name in told): row for row in reversed(rows)}.values())[::-1]


def _table(rows: Sequence[Mapping[str, Any]], caption: str) -> SafeString:
    head = format_html(
        '<caption>{}</caption><thead><tr><th scope="col">aspect</th><th scope="col">against the limit</th>'
        '<th scope="col" class="num">here</th><th scope="col" class="num">sheet</th>'
        '<th scope="col" class="num">allows</th><th scope="col" class="num">drift</th></tr></thead>',
        caption,
    )
    body = format_html_join(
        "",
        '<tr{}><td>{} <span class="muted">{}</span></td><td class="bar">{}</td><td class="num">{}</td>'
        '<td class="num">{}</td><td class="num">{}</td><td class="num times">{}</td></tr>',
        (
            (
                mark_safe(' class="over-limit"') if one["drift"] > 1.0 else NOTHING,
                aspect_words(one["aspect"]),
                region_words(one["part"]),
                _meter(one["drift"]),
                *_values(one),
                _with_unit(one["allowed"], one["unit"]) if one["allowed"] else "–",
                f"{one['drift']:.1f}",
            )
            for one in rows
        ),
    )
    return format_html('<table class="aspects">{}<tbody>{}</tbody></table>', head, body)


def _values(one: Mapping[str, Any]) -> tuple[str, str]:
    """Return the measured value and the sheet's; of a wrong design how like the own and how like the other one."""
    if one["aspect"] == "WRONG_DESIGN":
        return f"own {number(one['value'])}", f"other {number(one['sheet_value'])}"
    if one["unit"] == "dE00" and not one["sheet_value"]:  # a distance from the sheet's own colour
        return _with_unit(one["value"], one["unit"]), "–"
    return _with_unit(one["value"], one["unit"]), _with_unit(one["sheet_value"], one["unit"])


def _meter(drift: float) -> SafeString:
    width = round(min(max(drift, 0.0), _BAR_LIMITS) / _BAR_LIMITS * 90, 1)
    return format_html(
        '<svg class="meter" viewBox="0 0 90 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="ground" width="90" height="6" y="3"/><rect class="fill" width="{}" height="6" y="3"/>'
        '<rect class="limit" x="29.5" width="1.5" height="12"/></svg>',
        width,
    )


def _with_unit(value: float, unit: str) -> str:
    if unit == "dE00":
        return f"ΔE {number(value)}"
    return f"{number(value)} {unit}" if unit else number(value)


def _colours(entry: Mapping[str, Any]) -> SafeString:
    pairs = judged(entry)["colours"]
    rows = (
        (
            one["expected"],
            one["found"],
            region_words(one["part"]),
            region_words(one["tone"]),
            one["expected"],
            one["found"],
            number(one["delta_e"]),
            number(one["tolerance_de"]),
            f"{one['area_px']:,}",
        )
        for one in sorted(pairs, key=lambda one: -one["delta_e"])[:12]
    )
    body = format_html_join(
        "",
        '<li><svg viewBox="0 0 56 24" width="56" height="24" aria-hidden="true">'
        '<rect width="28" height="24" fill="{}"/>'
        '<rect x="28" width="28" height="24" fill="{}"/></svg><span><b>{}</b> {}<br><code class="muted">{} → {}</code>'
        '</span><span class="num">ΔE00 {}<br><span class="muted">allows {} · {} px</span></span></li>',
        rows,
    )
    return format_html('<h4>Colours, sheet → here</h4><ul class="pairs">{}</ul>', body) if pairs else NOTHING


def _drawn(entry: Mapping[str, Any], shot: KeptShot, pictures: Pictures) -> SafeString:
    still = shot.big or shot.small
    if still is None:
        return NOTHING
    high, wide = still.size_hw
    heat = pictures.heat(shot) if shot.big else b""
    layer = (
        format_html('<image class="heat" href="{}" width="{}" height="{}"/>', uri(heat, "png"), wide, high)
        if heat
        else NOTHING
    )
    return format_html(
        '<figure><figcaption>{}</figcaption><svg class="picture" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="{}, with the place of what is off"><image href="{}" width="{}" height="{}"/>{}'
        '<g class="boxes">{}</g></svg></figure>',
        entry["file"],
        wide, high, wide, high,
        entry["file"],
        uri(still.data),
        wide, high,
        layer,
        _boxes(entry["flags"], still),
    )  # fmt: skip


def _boxes(flags: Sequence[Mapping[str, Any]], still: Kept) -> SafeString:
    """Return the boxes of the flags in px of the small picture, each with the numbers of its claims."""
    left, top, right, _bottom = still.box_xyxy
    scale = still.size_hw[1] / (right - left)
    numbers: dict[tuple[int, ...], list[str]] = {}
    for index, flag in enumerate(flags, start=1):
        if flag["box_xyxy"]:
            numbers.setdefault(tuple(flag["box_xyxy"]), []).append(str(index))
    rows = []
    for (x0, y0, x1, y1), names in numbers.items():
        place = (round((x0 - left) * scale, 1), round((y0 - top) * scale, 1))
        size = (round((x1 - x0) * scale, 1), round((y1 - y0) * scale, 1))
        label = ", ".join(names) if len(flags) > 1 else ""
        small = min(size) < _LABEL_PX  # then the number stands above, or it would hide what it points at
        text_xy = (place[0], max(12, place[1] - 5)) if small else (place[0] + 5, place[1] + 15)
        rows.append((*place, *size, *place, *size, *text_xy, label))
    return format_html_join(
        "",
        '<rect class="under" x="{}" y="{}" width="{}" height="{}"/>'
        '<rect class="edge" x="{}" y="{}" width="{}" height="{}"/>'
        '<text x="{}" y="{}">{}</text>',
        rows,
    )


def _approved(shown: Shown, symbol: tuple[str, Still] | None, entry: Mapping[str, Any]) -> SafeString:
    design, key = shown
    result = judged(entry)
    foreign = design != result["design_key"]
    near = result["rival"] if foreign else result["nearest"][0]
    caption = format_html(
        '{} {} <span class="muted">{}{}</span>',
        "Looks like"
        if foreign
        else mark_safe('<span class="tick" aria-hidden="true">✓</span> nearest approved:'),
        key,
        f"{design} · " if foreign else "",
        f"similarity {near['similarity']:.2f}",
    )
    if symbol is None:
        return format_html("<figure><figcaption>{}</figcaption></figure>", caption)
    name, still = symbol
    high, wide = still.size_hw
    return format_html(
        '<figure><figcaption>{}</figcaption><svg class="picture" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'aria-label="approved drawing {}"><use href="#{}"/></svg></figure>',
        caption, wide, high, wide, high, key, name,
    )  # fmt: skip


def _close(still: Kept) -> SafeString:
    high, wide = still.size_hw
    return format_html(
        '<figure><figcaption>closer</figcaption>'
        '<img class="picture" src="{}" width="{}" height="{}" alt="The worst place, closer"></figure>',
        uri(still.data), wide, high,
    )  # fmt: skip
