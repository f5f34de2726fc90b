"""Prints what was measured: a table to read, the same as markdown for docs/benchmarks.md, and one JSON line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bench.drift.run import Result
from bench.drift.table import Figures, evaluate
from bench.drift.targets import targets_table

Table = list[list[str]]
_JSON_ALSO = (
    "recall_at_5", "judged_recall_at_1", "min_magnitude", "sham_alarms", "unseen_alarms", "flagged", "abstained",
    "confusion", "alarm_rate_promised", "alarm_rate_conformal", "aupimo", "aupimo_range", "pixel_auroc_by_kind",
    "aupimo_by_kind", "comparable", "aspect", "encoded", "ci", "counts",
)  # fmt: skip


def tier_json(figures: dict[str, Figures]) -> Figures:
    """Return the JSON of one tier; `figures` by method, the judged one first, the others are its baselines."""
    own, *others = figures
    first = figures[own]
    told: Figures = {
        "method": own,
        "recall_at_1": first["recall_at_1"],
        "auroc": first["auroc"],
        "baselines": {name: figures[name]["auroc"] for name in others},
        "pixel_auroc": first["pixel_auroc"],
        "alarm_rate": first["alarm_rate"],
        "baselines_recall_at_1": {name: figures[name]["recall_at_1"] for name in others},
        "baselines_pixel_auroc": {n: figures[n]["pixel_auroc"] for n in others if figures[n]["pixel_auroc"]},
    }
    return told | {key: first[key] for key in _JSON_ALSO if first.get(key) is not None}


def figures_of(result: Result) -> dict[str, Figures]:
    """Return the figures of every method of a tier."""
    return {name: evaluate(rows, result.promises.get(name)) for name, rows in result.rows.items()}


def speed_json(results: dict[str, Result], workers: int) -> Figures:
    """Return how fast the first method answers with every worker busy, and the memory of one worker."""
    first = [row.ms for result in results.values() for row in next(iter(result.rows.values()))]
    mean = sum(first) / max(1, len(first))
    return {
        "drawings_per_s": round(workers * 1000.0 / mean, 2) if mean else None,
        "ms_per_drawing": round(mean, 1),
        "workers": workers,
        "peak_mb": round(min((r.peak_mb for r in results.values()), default=0.0), 1),
    }


def targets_text(told: Sequence[Figures], *, markdown: bool = False) -> str:
    """Return the targets beside what was measured."""
    met = sum(one["met"] for one in told)
    title = f"{'## ' if markdown else '== '}Targets: {met} of {len(told)} met{'' if markdown else ' =='}"
    return f"{title}\n{_lined(targets_table(told), markdown=markdown)}"


def last_line(tiers: dict[str, Figures], speed: Figures, targets: Sequence[Figures] = ()) -> str:
    """Return the JSON line that ends a run."""
    told = {"bench": "drift", **tiers, "targets": list(targets), "speed": speed}
    return json.dumps(told, ensure_ascii=False, allow_nan=False)


def _cell(value: float | None, digits: int = 3) -> str:
    if value is None:
        return "–"
    text = f"{value:.{digits}f}"
    return text[1:] if text.startswith("0.") else text


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


_KIND_COLUMNS = {
    "AUROC": "auroc", "95 %": "ci", "R@1 %": "recall_at_1", "R@5 %": "recall_at_5",
    "R@1 % judged": "judged_recall_at_1", "flagged": "flagged", "comparable AUROC": "comparable",
    "named AUROC": "aspect", "place AUROC": "pixel_auroc_by_kind", "AUPIMO": "aupimo_by_kind",
}  # fmt: skip
_TWO_DIGITS = {"recall_at_1", "recall_at_5", "judged_recall_at_1", "flagged"}


def kinds_table(figures: Figures) -> Table:
    """Return a row for each kind with everything that is known of one method."""
    rows = [["kind", "n", *_KIND_COLUMNS]]
    for name in (k for k in figures["auroc"] if k != "all"):
        cells = [_kind_cell(figures, key, name) for key in _KIND_COLUMNS.values()]
        rows.append([name, str(figures["counts"].get(name, 0)), *cells])
    whole = {"auroc": figures["auroc"]["all"], "pixel_auroc_by_kind": figures["pixel_auroc"]}
    whole["aupimo_by_kind"] = figures["aupimo"]
    return [*rows, ["all", "", *(_cell(whole[k]) if k in whole else "" for k in _KIND_COLUMNS.values())]]


def _kind_cell(figures: Figures, key: str, name: str) -> str:
    if key == "ci":
        low, high = figures["ci"]["auroc"][name]
        return f"{_cell(low, 2)}–{_cell(high, 2)}"
    by_kind: Figures = figures.get(key) or {}
    by_kind = by_kind.get("auroc", by_kind)
    return _cell(by_kind.get(name), 2 if key in _TWO_DIGITS else 3)


def methods_table(figures: dict[str, Figures]) -> Table:
    """Return a row for each kind, a column for each method: AUROC / recall at 1 % false alarms."""
    rows = [["kind", *figures]]
    for name in dict.fromkeys(k for f in figures.values() for k in f["auroc"] if k != "all"):
        rows.append(
            [name, *(_pair(f["auroc"].get(name), f["recall_at_1"].get(name)) for f in figures.values())]
        )
    rows.append(["all", *(_cell(f["auroc"]["all"]) for f in figures.values())])
    return [*rows, ["place", *(_cell(f["pixel_auroc"]) for f in figures.values())]]


def _pair(area: float | None, recall: float | None) -> str:
    return f"{_cell(area)} / {_cell(recall, 2)}"


def rates_table(figures: dict[str, Figures]) -> Table:
    """Return a row for each method: false alarms, promises and abstentions."""
    shams = list(dict.fromkeys(s for f in figures.values() for s in f["sham_alarms"]))
    rates = list(dict.fromkeys(r for f in figures.values() for r in f["alarm_rate_conformal"]))
    head = [
        "method",
        *shams,
        "unseen",
        "own alarms/cut",
        "promised",
        *(f"conformal {float(r):.0%}" for r in rates),
    ]
    table = [[*head, "abstains clean", "unseen", "shams", "drift", "ms"]]
    for name, f in figures.items():
        quiet = [_percent(f["abstained"].get(group)) for group in ("clean", "unseen", "shams", "drift")]
        table.append(
            [
                name,
                *(_percent(f["sham_alarms"].get(s)) for s in shams),
                _percent(f["unseen_alarms"]),
                _percent(f["alarm_rate"]),
                _percent(f["alarm_rate_promised"]),
                *(_percent(f["alarm_rate_conformal"].get(r)) for r in rates),
                *quiet,
                _cell(f["ms"], 1),
            ]
        )
    return table


def confusion_table(figures: Figures) -> Table:
    """Return true aspect by named aspect, as shares of the flagged drawings of the row."""
    named = list(dict.fromkeys(n for row in figures["confusion"].values() for n in row))
    table = [["true \\ named", *named, "flagged"]]
    for true, row in figures["confusion"].items():
        total = sum(row.values())
        table.append([true, *(_percent(row.get(n, 0) / total) for n in named), str(total)])
    return table


def _lined(table: Table, *, markdown: bool) -> str:
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    if markdown:
        rows = ["| " + " | ".join(row) + " |" for row in table]
        return "\n".join([rows[0], "|" + "---|" * len(table[0]), *rows[1:]])
    return "\n".join(
        "  ".join(
            cell.ljust(w) if i == 0 else cell.rjust(w)
            for i, (cell, w) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    )


def tier_text(title: str, figures: dict[str, Figures], *, markdown: bool = False) -> str:
    """Return everything that a reader wants to see of one tier."""
    own = next(iter(figures))
    first = figures[own]
    counts: dict[str, Any] = first["counts"]
    asked = sum(
        n for label, n in counts.items() if label not in {"unseen", "encoded", "characters", "clean_cuts"}
    )
    told = [
        f"{'## ' if markdown else '== '}{title}: {own}{'' if markdown else ' =='}",
        f"{counts['characters']} characters, {asked} lossless questions ({counts.get('clean', 0)} clean in "
        f"{counts['clean_cuts']} cuts, {counts['unseen']} of them in views or poses that the sheet lacks), "
        f"{counts['encoded']} encoded ones in a table of their own.",
        "AUROC and recall against clean drawings and the kind's shams; 95 % by bootstrap over characters; R@1 % = "
        "recall at 1 % false alarms; flagged = beyond its own limit; named = by the aspect that should name it.",
        _lined(kinds_table(first), markdown=markdown),
        "All methods, AUROC / recall at 1 % false alarms:",
        _lined(methods_table(figures), markdown=markdown),
        "False alarms at each method's 5 % limit, alarms per clean cut, abstentions:",
        _lined(rates_table(figures), markdown=markdown),
        f"Least magnitude found (recall ≥ .8 at 1 % from there on): {_least(first['min_magnitude'])}",
    ]
    if first.get("aupimo_range"):
        low, high = first["aupimo_range"]
        told.append(f"AUPIMO over false alarms of {low:g}–{high:g} of the pixels of clean figures.")
    if first["confusion"]:
        told += ["What the flagged drawings were named:", _lined(confusion_table(first), markdown=markdown)]
    if first.get("encoded"):
        told.append(f"Encoded drawings, AUROC: {_pairs(first['encoded']['auroc'])}")
    return "\n\n".join(told) if markdown else "\n".join(told)


def _least(found: dict[str, int | None]) -> str:
    return ", ".join(f"{family} {'none' if size is None else size}" for family, size in found.items()) or "–"


def _pairs(found: dict[str, float | None]) -> str:
    return ", ".join(f"{name} {_cell(value)}" for name, value in found.items())


def printed(texts: Sequence[str]) -> None:
    """Print blocks with a line between them."""
    print("\n\n".join(texts), flush=True)
