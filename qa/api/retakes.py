"""Retake orders (リテイク): lists, due dates, closing, CSV."""

from __future__ import annotations

import django_filters
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access
from assets import selectors as asset_selectors
from assets.api.base import CSV, ApiView, csv_answer
from assets.api.productions import visible_episode
from assets.choices import Stage
from qa import selectors
from qa.api.serializers import DueSerializer, RetakeSerializer
from qa.choices import RetakeState
from qa.models import Retake
from qa.services import retakes
from studio.core.roles import Action


class RetakeFilter(django_filters.FilterSet):
    """Filters of a list of retake orders."""

    episode = django_filters.CharFilter("cut__episode__code", max_length=20)
    cut = django_filters.NumberFilter("cut", min_value=1, max_value=2**53)
    stage = django_filters.ChoiceFilter("stage", choices=Stage.choices)
    state = django_filters.ChoiceFilter("state", choices=RetakeState.choices)
    due_before = django_filters.DateFilter("due_on", "lte")

    class Meta:
        model = Retake
        fields: list[str] = []


class Retakes(ApiView):
    """The retake orders of a production."""

    queryset = Retake.objects.none()
    filterset_class = RetakeFilter

    @extend_schema(operation_id="retakes", responses=RetakeSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the retake orders, newest first."""
        production = asset_selectors.get_production(self.user, code)
        access.require(self.user, Action.VIEW_RETAKES, production)
        return self.page(RetakeSerializer, selectors.retakes_of_production(self.user, production))


class RetakesCsv(ApiView):
    """The retake list of an episode as CSV."""

    @extend_schema(operation_id="retakes_csv", responses=CSV)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the list, in a form that spreadsheets open rightly."""
        episode = visible_episode(self.user, pk)
        data = retakes.write_csv(actor=self.user, episode=episode)
        return csv_answer(data, f"retakes-{episode.pk}.csv")


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
        """Close a retake order."""
        retake = selectors.get_retake(self.user, pk)
        retakes.close(actor=self.user, retake=retake)
        return self.answer(RetakeSerializer, selectors.get_retake(self.user, pk))
