"""Lists of files with licences that have no columns: "hero.png - CC BY 3.0, by Ann".

Prose names files and licences too, so a text is such a list only if most of its lines that begin with a file name go on
to name a licence. What stands between a file's name and the end of its line is kept as written.
"""

from __future__ import annotations

import re

from assets.rights.expressions import read
from assets.rights.reading.prose import read_prose
from assets.rights.reading.row import Row

_LINE = re.compile(
    r"\s*(?:[-*•・]\s*)?[`\"']?(?P<path>[\w*][\w ./\\()*+-]{0,300}?\.[A-Za-z0-9]{2,5})[`\"']?"
    r"(?:\s*[:：|,–—]\s*|\s+-+>?\s+|\s+by\s+|\s*\(|\s{2,}|\t)(?P<rest>.{2,600})"
)
_MIN_ROWS = 2


def loose_rows(text: str, limit: int) -> list[Row]:
    """Return a row per line of a list; [] if the text is no such list. At most ``limit`` lines are looked at."""
    lines = [
        (no, _LINE.fullmatch(line))
        for no, line in enumerate(text.splitlines()[:limit], 1)
        if len(line) < 1_000
    ]
    begun = [(no, found["path"], found["rest"]) for no, found in lines if found]
    rows = [Row(path.strip(), _licence(rest), line_no=no) for no, path, rest in begun]
    named = sum(bool(row.licence) for row in rows)
    return rows if named >= _MIN_ROWS and named * 2 > len(rows) else []


def _licence(rest: str) -> str:
    """Return what a line says about the licence: a part that is one, else every licence that it names."""
    for part in re.split(r"\s*[–—|]\s*|\s+-\s+|[,;(]\s*|\s+by\s+|\s{2,}|[).]\s*$", rest):
        if read(part).is_known:
            return part.strip()
    return " AND ".join(f"({mention.spdx})" for mention in read_prose(rest).mentions)
