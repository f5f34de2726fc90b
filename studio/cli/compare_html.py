"""The report of `sakkan compare` as one page: no network, no scripts, written piece by piece.

Whatever comes from a file's name or a colour model is escaped by `format_html`; the page's own policy forbids the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from studio.cli.compare_cards import NOTHING, Pictures, card, joined, shown_beside, uri
from studio.cli.compare_pictures import Still
from studio.cli.compare_report import Compared, fault_words, not_checked, views_of, worst_first

__all__ = ["Pictures", "page"]

MOST_CARDS, MOST_TILES, MOST_BARS = 200, 1_500, 600
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_MARK = mark_safe(
    '<svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">'
    '<rect width="32" height="32" rx="5" fill="#2b2b2b"/>'
    '<path d="M7 25 22 7l3 3L11 26l-5 1z" fill="#e8e8e8"/><path d="M6 8h9M6 13h5" stroke="#56a6e8" stroke-width="2.4"'
    ' fill="none"/></svg>'
)
Entry = Mapping[str, Any]


def page(compared: Compared, pictures: Pictures) -> Iterator[str]:
    """Yield the page, piece by piece; only one drawing's pictures are in memory at a time."""
    entries = [entry for entry in compared.entries if not entry["same_as"]]
    also = _also(compared.entries)
    flagged = worst_first([entry for entry in entries if entry["state"] == "flagged"])
    symbols = _symbols(flagged[:MOST_CARDS], pictures)
    yield _head(compared)
    yield _defs(symbols)
    yield _top(has_flags=bool(flagged))
    yield _summary(compared)
    if flagged:
        yield format_html('<section id="flagged"><h2>Flagged, the worst first</h2>\n')
        for index, entry in enumerate(flagged[:MOST_CARDS], start=1):
            yield card(entry, f"d{index}", pictures, symbols, also.get(entry["file"], []))
        yield _more(flagged[MOST_CARDS:])
        yield "</section>\n"
    yield from _apart([e for e in entries if e["state"] == "not_compared"], pictures)
    yield _unread(compared)
    yield from _clean([e for e in entries if e["state"] == "clean"], pictures, also)
    yield _about(compared)
    yield "</main></body></html>\n"


def _head(compared: Compared) -> SafeString:
    return format_html(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="{}"><title>{} · Sakkan</title><style>{}'
        "</style></head><body>\n",
        _POLICY,
        _verdict(compared),
        mark_safe(_style()),  # noqa: S308  (our own file)
    )


def _style() -> str:
    return files("studio.cli").joinpath("static", "compare.css").read_text(encoding="utf-8")


def _verdict(compared: Compared) -> str:
    totals = compared.totals
    judged = totals["flagged"] + totals["clean"]
    if not judged:
        return "No drawing could be compared"
    if not totals["flagged"]:
        return "1 drawing follows the sheet" if judged == 1 else f"All {judged:,} drawings follow the sheet"
    words = "drawing departs" if totals["flagged"] == 1 else "drawings depart"
    return f"{totals['flagged']:,} of {judged:,} {words} from the sheet"


def _symbols(flagged: Sequence[Entry], pictures: Pictures) -> dict[tuple[str, str], tuple[str, Still]]:
    """Return each approved drawing that is shown, once for all cards, under the name of its symbol."""
    wanted = dict.fromkeys(shown for entry in flagged for shown in shown_beside(entry))
    made = ((shown, pictures.approved(*shown)) for shown in wanted)
    found = [(shown, still) for shown, still in made if still is not None]
    return {shown: (f"s{index}", still) for index, (shown, still) in enumerate(found, start=1)}


def _defs(symbols: Mapping[tuple[str, str], tuple[str, Still]]) -> SafeString:
    rows = ((name, uri(still.data), still.size_hw[1], still.size_hw[0]) for name, still in symbols.values())
    return format_html(
        '<svg class="defs" aria-hidden="true"><defs>{}</defs></svg>\n',
        format_html_join("", '<image id="{}" href="{}" width="{}" height="{}"/>', rows),
    )


def _top(*, has_flags: bool) -> SafeString:
    tools = mark_safe(
        '<label><input type="checkbox" id="box" checked> Places</label>'
        '<label><input type="checkbox" id="heat"> Heat map</label>'
        '<span class="scale">drift 0 <i aria-hidden="true"></i> 2 + <span class="muted">mark: the limit</span></span>'
    )
    return format_html(
        '<header class="top"><span class="brand">{} Sakkan</span>{}</header>\n<main>',
        _MARK,
        tools if has_flags else NOTHING,
    )


def _summary(compared: Compared) -> SafeString:
    totals = compared.totals
    kinds = format_html_join(
        "",
        '<span class="chip chip-fault">{} {}</span>',
        ((fault_words(fault), count) for fault, count in totals["by_fault"].items()),
    )
    missing = not_checked(compared)
    return format_html(
        '<h1>{}</h1><p class="soft">{}</p><div class="figures">{}</div>{}{}{}',
        _verdict(compared),
        _asked(compared),
        _figures(totals),
        format_html('<p class="chips">{}</p>', kinds) if totals["by_fault"] else NOTHING,
        _notice("What was not checked", missing) if missing else NOTHING,
        _course(compared.entries, compared.asked.limit),
    )


def _asked(compared: Compared) -> str:
    asked = compared.asked
    limit = "" if asked.limit == 1.0 else f" · flagged beyond drift {asked.limit:g} (limit 1)"
    return f"{asked.drawings} against {', '.join(asked.sheets)} · stage {asked.stage}{limit}"


def _figures(totals: Mapping[str, Any]) -> SafeString:
    shown = (
        ("flagged", "flagged", "bad"),
        ("clean", "follow the sheet", ""),
        ("not_compared", "not compared", "warn"),
        ("unreadable", "not read", "warn"),
    )
    rows = (
        (f"#{state.replace('_', '-')}", tone if totals[state] else "", f"{totals[state]:,}", words)
        for state, words, tone in shown
        if totals[state] or state in {"flagged", "clean"}
    )
    return joined(
        [
            format_html('<a class="figure {}" href="{}"><b>{}</b> {}</a>', tone, href, count, words)
            if count != "0"
            else format_html('<span class="figure"><b>0</b> {}</span>', words)
            for href, tone, count, words in rows
        ]
    )


def _notice(title: str, sentences: Sequence[str], tone: str = "") -> SafeString:
    return format_html(
        '<div class="notice {}"><h2>{}</h2><ul>{}</ul></div>',
        tone,
        title,
        format_html_join("", "<li>{}</li>", ((each,) for each in sentences)),
    )


def _course(entries: Sequence[Entry], limit: float) -> SafeString:
    """Return the drift of all drawings in the order of their names: where in the cut it lies."""
    if len(entries) < 3 or not any(entry["drift"] is not None for entry in entries):
        return NOTHING
    step = -(-len(entries) // MOST_BARS)
    groups = [entries[start : start + step] for start in range(0, len(entries), step)]
    top = 3.0
    bars = []
    for index, group in enumerate(groups):
        drift = max(entry["drift"] or 0.0 for entry in group)
        over = any(entry["state"] == "flagged" for entry in group)
        height = round(max(1.0, min(drift, top) / top * 80), 1)
        bars.append(("over" if over else "bar", round(index + 0.1, 2), round(80 - height, 1), height))
    flagged = sum(entry["state"] == "flagged" for entry in entries)
    return format_html(
        '<div class="course"><svg viewBox="0 0 {} 80" preserveAspectRatio="none" role="img" '
        'aria-label="Drift of each drawing in the order of names; {} of {} are flagged">{}'
        '<line class="limit" x1="0" x2="{}" y1="{}" y2="{}"/></svg>'
        '<p class="small muted"><span>{}</span><span>drift in the order of names; the dashed line is the limit</span>'
        "<span>{}</span></p></div>",
        len(groups),
        flagged,
        len(entries),
        format_html_join("", '<rect class="{}" x="{}" y="{}" width="0.8" height="{}"/>', bars),
        len(groups),
        round(80 - min(limit, top) / top * 80, 1),
        round(80 - min(limit, top) / top * 80, 1),
        entries[0]["file"],
        entries[-1]["file"],
    )


def _more(entries: Sequence[Entry]) -> SafeString:
    if not entries:
        return NOTHING
    rows = format_html_join(
        "",
        '<tr><td>{}</td><td class="num">{}</td><td>{}</td></tr>',
        (
            (
                entry["file"],
                f"{entry['flags'][0]['drift']:.1f}",
                " ".join(f["sentence"] for f in entry["flags"]),
            )
            for entry in entries
        ),
    )
    return format_html(
        '<h3>{} more, less far out</h3><div class="wrap"><table><thead><tr><th scope="col">drawing</th><th scope="col" '
        'class="num">drift</th><th scope="col">what was seen</th></tr></thead><tbody>{}</tbody></table></div>',
        f"{len(entries):,}",
        rows,
    )


def _apart(entries: Sequence[Entry], pictures: Pictures) -> Iterator[str]:
    if not entries:
        return
    yield format_html('<section id="not-compared"><h2>Not compared</h2><ul class="tiles">\n')
    for entry in entries[:MOST_TILES]:
        yield _tile(entry, pictures, entry["reason"])
    yield format_html("</ul>{}</section>\n", _names(entries[MOST_TILES:]))


def _unread(compared: Compared) -> SafeString:
    rows = [
        (fault.where, fault.file, fault.message) for fault in compared.problems if fault.severity == "refused"
    ]
    rows += [("drawings", e["file"], e["reason"]) for e in compared.entries if e["state"] == "unreadable"]
    if not rows:
        return NOTHING
    return format_html(
        '<section id="unreadable"><h2>Not read</h2><div class="wrap"><table><thead><tr><th scope="col">where</th>'
        '<th scope="col">file</th><th scope="col">why, and what to do</th></tr></thead>'
        "<tbody>{}</tbody></table></div></section>\n",
        format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", rows),
    )


def _clean(entries: Sequence[Entry], pictures: Pictures, also: Mapping[str, list[str]]) -> Iterator[str]:
    if not entries:
        return
    yield format_html('<section id="clean"><h2>Follow the sheet</h2><ul class="tiles">\n')
    for entry in entries[:MOST_TILES]:
        same = also.get(entry["file"], [])
        words = f"also {', '.join(same[:3])}{' …' if len(same) > 3 else ''}" if same else ""
        yield _tile(entry, pictures, "an approved drawing itself" if entry["approved_as"] else words)
    yield format_html("</ul>{}</section>\n", _names(entries[MOST_TILES:]))


def _tile(entry: Entry, pictures: Pictures, words: str) -> SafeString:
    shot = pictures.of(entry)
    frame = NOTHING
    if shot and shot.small:
        high, wide = shot.small.size_hw
        frame = format_html(
            '<div class="frame"><img src="{}" width="{}" height="{}" alt=""></div>',
            uri(shot.small.data),
            wide,
            high,
        )
    drift = (
        format_html(' <span class="muted">drift {}</span>', f"{entry['drift']:.1f}")
        if entry["drift"] is not None
        else NOTHING
    )
    said = format_html('<br><span class="soft">{}</span>', words) if words else NOTHING
    return format_html('<li>{}<span class="name">{}{}{}</span></li>\n', frame, entry["file"], drift, said)


def _names(entries: Sequence[Entry]) -> SafeString:
    if not entries:
        return NOTHING
    return format_html(
        '<details><summary>{} more by name</summary><ul class="names">{}</ul></details>',
        f"{len(entries):,}",
        format_html_join("", "<li>{}</li>", ((entry["file"],) for entry in entries)),
    )


def _about(compared: Compared) -> SafeString:
    sheets = [
        *((sheet, "design") for sheet in compared.sheets),
        *((sheet, "other design") for sheet in compared.rivals),
    ]
    facts = [(words, f"{sheet.label}: {_of_sheet(compared, sheet)}") for sheet, words in sheets]
    if compared.ignored:
        named = ", ".join(compared.ignored[:12]) + (" …" if len(compared.ignored) > 12 else "")
        facts.append(("left out, no pictures", f"{len(compared.ignored)}: {named}"))
    facts.append(("made by", f"Sakkan {compared.version}, model {compared.engine['model_id']}"))
    remarks = [
        f"{f.file}: {f.message}" if f.file else f.message
        for f in compared.problems
        if f.severity != "refused"
    ]
    return format_html(
        '<section id="about"><h2>What it was compared with</h2>{}<dl class="facts">{}</dl></section>'
        "<footer>The machine claims, people decide. Drift 1 is the limit that a design’s own approved drawings allow; "
        "higher is worse.</footer>",
        _notice("Remarks", remarks[:40]) if remarks else NOTHING,
        format_html_join("", "<dt>{}</dt><dd>{}</dd>", facts),
    )


def _of_sheet(compared: Compared, sheet: Any) -> str:
    views = ", ".join(view.replace("_", "-") for view in views_of(sheet)) or "no view in their names"
    colours = f"colour model {sheet.colour_model}" if sheet.colour_model else "colours taken from the sheet"
    return f"{compared.packs[sheet.label].drawings} approved drawings ({views}), {colours}"


def _also(entries: Sequence[Entry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entry in entries:
        if entry["same_as"]:
            found.setdefault(entry["same_as"], []).append(entry["file"])
    return found
