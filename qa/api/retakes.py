"""Retake orders (リテイク): lists, by hand, due dates, closing, withdrawing; the table and the sheet to print."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors as asset_selectors
from assets.api.base import CSV, EMPTY, ApiView, Id, Text, csv_answer, one
from assets.api.productions import visible_episode
from assets.choices import Stage
from assets.models import Drawing
from qa import selectors
from qa import selectors_retakes as reads
from qa.api.serializers import DueSerializer, RetakeSerializer
from qa.choices import RetakeReason, RetakeState
from qa.models import Retake
from qa.services import retake_sheets, retakes, verdicts
from studio.core.api import StrictCharField

_PDF = {(200, "application/pdf"): OpenApiTypes.BINARY}


class RetakeQuerySerializer(serializers.Serializer):
    """Filters of the list. `artist` is who has the stage: an id, or "nobody"."""

    STATES = (("waiting", "waiting"), ("all", "all"), *RetakeState.choices)

    episode = StrictCharField(max_length=20, required=False, help_text="The episode's code.")
    cut = Id(required=False)
    stage = serializers.ChoiceField(Stage.choices, required=False)
    state = serializers.ChoiceField(STATES, required=False, help_text="all, where nothing is said.")
    artist = serializers.RegexField(r"^(nobody|[0-9]{1,18})$", required=False)
    reason = serializers.ChoiceField(RetakeReason.choices, required=False)
    due = serializers.ChoiceField(["late", "none"], required=False)
    due_before = serializers.DateField(required=False)
    q = StrictCharField(max_length=100, required=False)


class SheetQuerySerializer(RetakeQuerySerializer):
    """The same, and what has pages of its own."""

    by = serializers.ChoiceField(list(reads.BY), required=False)


class ByHandSerializer(serializers.Serializer):
    """What is to be redone and why: one drawing of the take, or without one the whole take."""

    drawing = Id(required=False, allow_null=True)
    reason = serializers.ChoiceField(RetakeReason.choices)
    note = Text(max_length=4000, required=False)


class ManyDueSerializer(serializers.Serializer):
    """One date for several orders: for all of them, or for none."""

    retakes = serializers.ListField(child=Id(), min_length=1, max_length=500)
    due_on = serializers.DateField(allow_null=True)


class ManyCloseSerializer(serializers.Serializer):
    """Several orders: all of them are closed, or none."""

    retakes = serializers.ListField(child=Id(), min_length=1, max_length=500)


class Retakes(ApiView):
    """The retake orders of a production."""

    queryset = Retake.objects.none()

    @extend_schema(
        operation_id="retakes", parameters=[RetakeQuerySerializer], responses=RetakeSerializer(many=True)
    )
    def get(self, request: Request, code: str) -> Response:
        """List the retake orders in the order of the cuts."""
        production = asset_selectors.get_production(self.user, code)
        given = self.query(RetakeQuerySerializer)
        before = given.pop("due_before", None)
        rows = reads.with_lines(reads.listed(self.user, production, _filters(production, given)))
        return self.page(RetakeSerializer, rows.filter(due_on__lte=before) if before else rows)


class RetakesTable(ApiView):
    """The retake list of a production as CSV."""

    @extend_schema(operation_id="production_retakes_csv", parameters=[RetakeQuerySerializer], responses=CSV)
    def get(self, request: Request, code: str) -> HttpResponse:
        """Return the list, in a form that spreadsheets open rightly."""
        production = asset_selectors.get_production(self.user, code)
        filters = _filters(production, self.query(RetakeQuerySerializer))
        data = retake_sheets.write_csv(actor=self.user, production=production, filters=filters)
        return csv_answer(data, f"{production.code}_retakes.csv")


class RetakesSheet(ApiView):
    """The retake list of a production as a sheet to print."""

    @extend_schema(operation_id="retakes_pdf", parameters=[SheetQuerySerializer], responses=_PDF)
    def get(self, request: Request, code: str) -> HttpResponse:
        """Return the list as PDF with pictures; each episode, cut or artist has pages of its own."""
        production = asset_selectors.get_production(self.user, code)
        given = self.query(SheetQuerySerializer)
        by = given.pop("by", reads.BY[0])
        data = retake_sheets.write_pdf(
            actor=self.user, production=production, by=by, filters=_filters(production, given)
        )
        response = HttpResponse(data, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{production.code}_retakes.pdf"'
        return response


class RetakesCsv(ApiView):
    """The retake list of an episode as CSV."""

    @extend_schema(operation_id="retakes_csv", responses=CSV)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the list, in a form that spreadsheets open rightly."""
        episode = visible_episode(self.user, pk)
        filters = {"episode": episode.pk, "state": "all"}
        data = retake_sheets.write_csv(actor=self.user, production=episode.production, filters=filters)
        return csv_answer(data, f"retakes-{episode.pk}.csv")


class RetakeByHand(ApiView):
    """A retake that no flag led to."""

    @extend_schema(operation_id="retake_by_hand", request=ByHandSerializer, responses={201: RetakeSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Order a retake of a take or of one of its drawings. Needs the authority over the stage."""
        take = asset_selectors.get_take(self.user, pk)
        given = self.body(ByHandSerializer)
        key = given.pop("drawing", None)
        drawing = one(Drawing.objects.filter(cell__take=take), "drawing", pk=key) if key else None
        item = retakes.order_by_hand(actor=self.user, take=take, drawing=drawing, **given)
        return self.answer(RetakeSerializer, selectors.get_retake(self.user, item.retake_id), status=201)


class RetakesDue(ApiView):
    """The dates of several orders."""

    queryset = Retake.objects.none()

    @extend_schema(
        operation_id="retakes_due", request=ManyDueSerializer, responses=RetakeSerializer(many=True)
    )
    def post(self, request: Request, code: str) -> Response:
        """Set one date for several orders: for all of them, or for none."""
        given = self.body(ManyDueSerializer)
        found = self._found(code, given["retakes"])
        retakes.set_due_many(actor=self.user, retakes=found, due_on=given["due_on"])
        return self.answer_many(code, given["retakes"])

    def _found(self, code: str, ids: list[int]) -> list[Retake]:
        production = asset_selectors.get_production(self.user, code)
        rows = reads.listed(self.user, production, {"state": "all"})
        return [one(rows, "retake", pk=pk) for pk in dict.fromkeys(ids)]

    def answer_many(self, code: str, ids: list[int]) -> Response:
        """Answer with the orders as they stand now."""
        rows = [selectors.get_retake(self.user, pk) for pk in dict.fromkeys(ids)]
        return Response(RetakeSerializer(rows, many=True, context=self.get_serializer_context()).data)


class RetakesClose(RetakesDue):
    """Several orders are over."""

    @extend_schema(
        operation_id="retakes_close", request=ManyCloseSerializer, responses=RetakeSerializer(many=True)
    )
    def post(self, request: Request, code: str) -> Response:
        """Close several orders, or none of them; those that are over already stay as they are."""
        given = self.body(ManyCloseSerializer)
        retakes.close_many(actor=self.user, retakes=self._found(code, given["retakes"]))
        return self.answer_many(code, given["retakes"])


class OneRetake(ApiView):
    """One retake order."""

    @extend_schema(operation_id="retake", responses=RetakeSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a retake order with its lines."""
        return self.answer(RetakeSerializer, selectors.get_retake(self.user, pk))

    @extend_schema(operation_id="retake_due", request=DueSerializer, responses=RetakeSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Set until when the redo is expected."""
        retake = selectors.get_retake(self.user, pk)
        retakes.set_due(actor=self.user, retake=retake, **self.body(DueSerializer))
        return self.answer(RetakeSerializer, selectors.get_retake(self.user, pk))


class CloseRetake(ApiView):
    """Nothing more is to be done."""

    @extend_schema(operation_id="retake_close", request=None, responses=RetakeSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Close a retake order. Needs the authority over the stage."""
        retake = selectors.get_retake(self.user, pk)
        retakes.close(actor=self.user, retake=retake)
        return self.answer(RetakeSerializer, selectors.get_retake(self.user, pk))


class WithdrawLine(ApiView):
    """One line of an order."""

    @extend_schema(operation_id="retake_line_withdraw", responses={204: EMPTY})
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraw a line, and the verdict that ordered it; an order without lines is withdrawn."""
        verdicts.withdraw(actor=self.user, item=reads.visible_item(self.user, pk))
        return Response(status=204)


def _filters(production: Any, given: dict[str, Any]) -> dict[str, Any]:
    filters = {"state": "all", **given}
    if "episode" in filters:
        episode = production.episodes.filter(code=filters["episode"]).first()
        filters["episode"] = episode.pk if episode else 0
    return filters
