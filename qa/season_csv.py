"""The scores of a season's cuts as a table for Excel: stable heads, one row per cut, design and aspect."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from assets.csv_guard import guard
from assets.models import Production
from qa import season
from qa.checks.alarms import drift_of

COLUMNS = ("episode", "cut", "stage", "take", "character", "design", "aspect", "drift", "drawing")


def write(production: Production, filters: Mapping[str, str]) -> bytes:
    """Return the table with BOM and CRLF; a column "artist" only where the production allows it."""
    rows = season.scores(production, filters).select_related(
        "run__take__cut__episode", "run__take__submitted_by", "design__character", "drawing__cell"
    )
    named = production.drift_by_artist
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(["artist"] if named else [])])
    for row in rows.iterator():
        take = row.run.take
        cells = [
            take.cut.episode.code,
            take.cut.number,
            take.stage,
            str(take.number),
            row.design.character.code,
            row.design.code,
            row.aspect,
            f"{drift_of(row.score):.4f}",
            str(row.drawing),
        ]
        writer.writerow(
            [guard(cell) for cell in [*cells, *([str(take.submitted_by or "")] if named else [])]]
        )
    return buffer.getvalue().encode("utf-8-sig")
