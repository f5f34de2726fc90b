"""What leaves the retake list: the table for Excel, and the printed sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from assets.csv_guard import guard
from assets.models import Production
from assets.services import pictures
from qa import selectors_retakes as selectors
from qa import sheet_pdf
from qa.retake_lines import Line, Order, orders_of
from studio.core.errors import InvalidInput
from studio.core.models import User

LINES_MAX = 300  # of a printed sheet: some nine seconds of one core, and more than anybody reads
_PICTURE_PX = 480
COLUMNS = (
    pgettext_lazy("column of a table", "episode"),
    pgettext_lazy("column of a table", "cut"),
    pgettext_lazy("column of a table", "stage"),
    pgettext_lazy("column of a table", "take"),
    pgettext_lazy("column of a table", "round"),
    pgettext_lazy("column of a table", "cell"),
    pgettext_lazy("column of a table", "drawing"),
    pgettext_lazy("column of a table", "fault"),
    pgettext_lazy("column of a table", "sentence"),
    pgettext_lazy("column of a table", "reason"),
    pgettext_lazy("column of a table", "note"),
    pgettext_lazy("column of a table", "by"),
    pgettext_lazy("column of a table", "at"),
    pgettext_lazy("column of a table", "artist"),
    pgettext_lazy("column of a table", "due"),
    pgettext_lazy("column of a table", "state"),
)


def write_csv(*, actor: User, production: Production, filters: Mapping[str, Any]) -> bytes:
    """Return the lines as CSV that Excel opens rightly: BOM, CRLF, no cell is a formula, in the reader's language.

    `filters` as `selectors_retakes.listed` takes them; withdrawn lines are left out.

    Raises:
        NotFound: the production is not the actor's.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([str(name) for name in COLUMNS])
    for order in _orders(actor, production, filters):
        for line in order.lines:
            if not line.item.withdrawn:
                writer.writerow([guard(cell) for cell in _cells(order, line)])
    return buffer.getvalue().encode("utf-8-sig")


def write_pdf(*, actor: User, production: Production, by: str, filters: Mapping[str, Any]) -> bytes:
    """Return the lines as a sheet to print, each episode, cut or artist (`by`) on its own pages.

    `filters` as `selectors_retakes.listed` takes them; withdrawn lines are left out.

    Raises:
        NotFound: the production is not the actor's.
        InvalidInput: nothing to print (code "sheet_without_lines"), or more than a sheet holds ("sheet_too_long").
    """
    orders = [_kept(order) for order in _orders(actor, production, filters)]
    count = sum(len(order.lines) for order in orders)
    if not count:
        raise InvalidInput("sheet_without_lines")
    if count > LINES_MAX:
        raise InvalidInput("sheet_too_long", count=count, most=LINES_MAX)
    return sheet_pdf.render(
        production=f"{production.title} ({production.code})",
        groups=_grouped(orders, by),
        printed_at=timezone.localtime(),
        read=lambda blob: pictures.on_paper(blob, _PICTURE_PX),
    )


def _kept(order: Order) -> Order:
    return replace(order, lines=[line for line in order.lines if not line.item.withdrawn])


def _grouped(orders: list[Order], by: str) -> list[sheet_pdf.Group]:
    found: dict[str, list[Order]] = {}
    for order in orders:
        if order.lines:
            found.setdefault(_title(order, by), []).append(order)
    return [sheet_pdf.Group(title, found[title]) for title in (sorted(found) if by == "artist" else found)]


def _title(order: Order, by: str) -> str:
    if by == "artist":
        return str(order.artist or _("nobody has this stage"))
    cut = order.retake.cut
    return str(cut) if by == "cut" else f"{cut.episode.code} {cut.episode.title}".strip()


def _orders(actor: User, production: Production, filters: Mapping[str, Any]) -> list[Order]:
    rows = list(selectors.with_lines(selectors.listed(actor, production, filters)))
    return orders_of(rows, selectors.artists_of(rows))


def _cells(order: Order, line: Line) -> list[str]:
    retake, item = order.retake, line.item
    return [
        retake.cut.episode.code,
        retake.cut.number,
        retake.stage,
        f"T{retake.take.number}",
        f"R{order.round_no}",
        line.drawing.cell.name if line.drawing else "",
        line.drawing.number_text if line.drawing else pgettext("drawing of a table", "all"),
        line.flag.get_fault_display() if line.flag else "",
        line.sentence,
        item.get_reason_display(),
        item.note,
        str(item.by or ""),
        timezone.localtime(item.at).strftime("%Y-%m-%d %H:%M"),
        str(order.artist or ""),
        str(retake.due_on or ""),
        retake.get_state_display(),
    ]
