"""Drawings like a drawing, out of the archive."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.base import ApiView, Id
from assets.api.jobs import JobSerializer
from qa import found
from qa.found import Card, Question
from qa.models import Embedding
from qa.services import finding
from studio.core.api import StrictCharField
from studio.core.choices import JobState

_AGAIN_S = "1"


class SimilarQuerySerializer(serializers.Serializer):
    """Where to search: a production's code, a character, approved work alone, other cuts alone; how many."""

    production = StrictCharField(required=False, max_length=20)
    character = Id(required=False)
    approved = serializers.BooleanField(required=False)
    elsewhere = serializers.BooleanField(required=False)
    top = serializers.IntegerField(required=False, min_value=1, max_value=found.TOP)


class SimilarSerializer(serializers.Serializer):
    """A picture that was found: a drawing of a take or of a sheet. `similarity` 1 is as good as the same."""

    similarity = serializers.FloatField()
    drawing = serializers.IntegerField(source="drawing.pk", allow_null=True, default=None)
    sheet_drawing = serializers.IntegerField(source="sheet_drawing.pk", allow_null=True, default=None)
    take = serializers.IntegerField(source="drawing.cell.take_id", allow_null=True, default=None)
    cut = serializers.IntegerField(source="drawing.cell.take.cut_id", allow_null=True, default=None)
    sheet = serializers.IntegerField(source="sheet_drawing.sheet_id", allow_null=True, default=None)
    production = serializers.CharField(source="production.code")
    characters = serializers.SerializerMethodField()
    more_places = serializers.IntegerField(source="n_also")

    def get_characters(self, card: Card) -> list[int]:
        """Return who is drawn, as the costume table or the sheet says."""
        return [one.pk for one in card.characters]


class _Similar(ApiView):
    """The question is a job: 202 and the job while it runs, 200 and the drawings when the same is asked again."""

    of = "drawing"
    queryset = Embedding.objects.none()
    filter_backends = ()

    def _answer(self, pk: int) -> Response:
        asked: dict[str, Any] = {self.of: pk, **self.query(SimilarQuerySerializer)}
        question = Question(**asked)
        job = finding.ask(actor=self.user, question=question)
        if job.state != JobState.DONE:
            response = self.answer(JobSerializer, job, status=202)
            response["Retry-After"] = _AGAIN_S
            return response
        hits = [(int(key), float(similarity)) for key, similarity in job.result["hits"]]
        return self.page(SimilarSerializer, found.cards(self.user, question, hits))


class SimilarToDrawing(_Similar):
    """Drawings like one of a take."""

    @extend_schema(
        operation_id="drawing_similar",
        parameters=[SimilarQuerySerializer],
        responses={200: SimilarSerializer(many=True), 202: JobSerializer},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Return what the archive has like it, nearest first; 202 while a worker looks: ask again then."""
        return self._answer(pk)


class SimilarToSheetDrawing(_Similar):
    """Drawings like one of a model sheet."""

    of = "sheet_drawing"

    @extend_schema(
        operation_id="sheet_drawing_similar",
        parameters=[SimilarQuerySerializer],
        responses={200: SimilarSerializer(many=True), 202: JobSerializer},
    )
    def get(self, request: Request, pk: int) -> Response:
        """Return what the archive has like it, nearest first; 202 while a worker looks: ask again then."""
        return self._answer(pk)
