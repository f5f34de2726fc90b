"""The cut table of a production as CSV, out and in."""

from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors
from assets.api.base import CSV, ApiView, FileSerializer, csv_answer
from assets.services import cut_csv


class CsvProblemSerializer(serializers.Serializer):
    """A line that cannot be read, and why."""

    line = serializers.IntegerField()
    reason = serializers.CharField()


class CsvReportSerializer(serializers.Serializer):
    """What a table changed; with a problem nothing is changed."""

    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    problems = CsvProblemSerializer(many=True)


class CutsCsv(ApiView):
    """The cut table of a production as CSV."""

    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="cuts_csv", responses=CSV)
    def get(self, request: Request, code: str) -> HttpResponse:
        """Return the table, in a form that spreadsheets open rightly."""
        production = selectors.get_production(self.user, code)
        return csv_answer(
            cut_csv.write(actor=self.user, production=production), f"{production.code}-cuts.csv"
        )

    @extend_schema(
        operation_id="cuts_csv_read",
        request={"multipart/form-data": FileSerializer},
        responses=CsvReportSerializer,
    )
    def post(self, request: Request, code: str) -> Response:
        """Read a table: all of it, or nothing where a line has a problem."""
        production = selectors.get_production(self.user, code)
        data = self.body(FileSerializer)["file"].read()
        report = cut_csv.read(actor=self.user, production=production, data=data)
        problems = [{"line": line, "reason": reason} for line, reason in report.problems]
        counts = {"created": report.created, "changed": report.changed, "unchanged": report.unchanged}
        return self.answer(CsvReportSerializer, {**counts, "problems": problems})
