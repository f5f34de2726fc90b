"""The report of an upload: one line per file, with what was done and why, kept on the upload as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from assets.intake.problems import Problem, refused
from assets.models import Upload

Line = dict[str, Any]


def line(
    path: str,
    problems: Iterable[Problem] = (),
    *,
    status: str = "",
    cell: str = "",
    number: str = "",
) -> Line:
    """Return one line. Without a status the gravest problem decides: refused, converted, else taken."""
    listed = list(problems)
    return {
        "path": path,
        "status": status or _status(listed),
        "cell": cell,
        "number": number,
        "problems": [_plain(problem) for problem in listed],
    }


def held(path: str, cell: str, number: str, first: str, problems: Iterable[Problem] = ()) -> Line:
    """Return the line of a file that shows the same drawing as an earlier one."""
    found = line(path, problems, status="held", cell=cell, number=number)
    found["problems"].append(
        {
            "code": "SAME_DRAWING",
            "message": f"The same drawing as {cell}{first}; it is kept once.",
            "data": {"cell": cell, "number": first},
            "severity": "notice",
        }
    )
    return found


def whole(problem: Problem) -> Line:
    """Return the line of something that concerns the upload and no single file (status "notice", or "refused")."""
    return line(problem.path, [problem], status="refused" if problem.severity == "refused" else "notice")


def early(problem: Problem) -> Line:
    """Return the line of a file that was refused before it was sent; such lines outlive a second reading."""
    return line(problem.path[:500], [problem]) | {"early": True}


def early_lines(upload: Upload) -> list[Line]:
    """Return the lines of files that were refused before they were sent."""
    return [found for found in upload.report if found.get("early")]


def of_dropped_cut(upload: Upload) -> list[Line]:
    """Return the report of a delivery for a dropped cut: every file is refused for the same reason."""
    lines = [
        line(file.path, [refused("CUT_DROPPED", file.path, cut=str(upload.cut))])
        for file in upload.files.all()
    ]
    return early_lines(upload) + lines


def _status(problems: list[Problem]) -> str:
    severities = {problem.severity for problem in problems}
    if "refused" in severities:
        return "refused"
    return "converted" if "converted" in severities else "taken"


def _plain(problem: Problem) -> dict[str, Any]:
    found = problem.as_dict()
    return {name: found[name] for name in ("code", "message", "data", "severity")}
