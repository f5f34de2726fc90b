"""What was understood of a delivery, as a table, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from assets import selectors
from assets.models import Cut
from assets.services import previews, productions
from assets.services.previews import GivenFile, Preview, PreviewRow
from assets.services.reading import is_archive
from assets.views.reports import sentence_of
from assets.views.uploads import json_of
from studio.core.pages import SignedInRequest

_FILES_MAX = 20_000
_DIGEST_CHARS = 64


@login_required
@require_POST
def understand(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what the files are, before anything is sent.

    Takes JSON: stage, rule_id, cells {read: meant}, sheet (the text of a timesheet), and files
    [[path, bytes, sha256 or ""], …] or only paths.
    """
    cut = selectors.get_cut(request.user, pk)
    given = json_of(request)
    cells = given.get("cells")
    found = previews.preview(
        actor=request.user,
        cut=cut,
        stage=str(given.get("stage", "")),
        files=_files(given),
        rule_id=str(given.get("rule_id", "")),
        cells=cells if isinstance(cells, dict) else None,
        sheet_text=str(given.get("sheet") or ""),
    )
    return render(request, "assets/_understanding.html", _context(cut, found))


def _files(given: dict[str, Any]) -> list[GivenFile]:
    listed = given.get("files")
    if not isinstance(listed, list):
        return [GivenFile(str(path)) for path in given.get("paths", [])][:_FILES_MAX]
    return [_file(each) for each in listed[:_FILES_MAX] if isinstance(each, list) and each]


def _file(given: Sequence[Any]) -> GivenFile:
    size = given[1] if len(given) > 1 else None
    digest = str(given[2] or "") if len(given) > 2 else ""
    return GivenFile(
        path=str(given[0]),
        size_bytes=size if isinstance(size, int) and size >= 0 else None,
        sha256=digest.lower() if len(digest) == _DIGEST_CHARS else "",
    )


def _context(cut: Cut, found: Preview) -> dict[str, Any]:
    sent = [each for each in found.readable if not each.file.is_entry]
    drawings = [each for each in found.readable if not is_archive(each.file.path)]
    return {
        "cut": cut,
        "found": found,
        "rows": [_row(each) for each in _worst_first(found.rows)],
        "cells": found.cells,
        "may_rename": any(cell.drawings for cell in found.cells),
        "problems": [(problem.severity, sentence_of(problem)) for problem in found.problems],
        "rule": _rule_label(cut, found.rule_id),
        "n_sent": len(sent) if drawings or sent else 0,
        "n_bytes": sum(each.file.size_bytes or 0 for each in sent),
        "n_refused": len(found.rows) - len(found.readable),
    }


def _rule_label(cut: Cut, rule_id: str | None) -> str:
    rules = productions.naming_rules_of(cut.episode.production)
    return next((_(rule.label) for rule in rules if rule.id == rule_id), "")


def _worst_first(rows: Sequence[PreviewRow]) -> list[PreviewRow]:
    rank = {"refused": 0, "converted": 1, "notice": 1}

    def place(each: PreviewRow) -> tuple[int, str, int, str]:
        row = each.row
        worst = rank[row.problem.severity] if row.problem else 2
        return worst, row.cell or "", row.number or 0, row.path

    return sorted(rows, key=place)


def _row(each: PreviewRow) -> dict[str, Any]:
    problem = each.row.problem
    severity = problem.severity if problem else "taken"
    folder, _slash, name = each.file.path.rpartition("/")
    return {
        "row": each.row,
        "path": each.file.path,
        "folder": folder,
        "name": name,
        "size_bytes": each.file.size_bytes,
        "frames": each.frames,
        "against": each.against,
        "same_as": each.same_as,
        "status": "warn" if severity == "notice" else severity,
        "sentence": sentence_of(problem) if problem else "",
        "is_taken": severity != "refused",
        "is_sent": severity != "refused" and not each.file.is_entry,
        "is_entry": each.file.is_entry,
        "is_archive": is_archive(each.file.path),
    }
