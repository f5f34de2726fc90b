"""Saved views: a person's own named filters of a list page."""

from __future__ import annotations

from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets.api.base import EMPTY, ApiView, Text, one
from assets.services import views
from studio.core.api import StrictCharField
from studio.core.models import SavedView


class SavedViewFilter(django_filters.FilterSet):
    """Filters of the list."""

    of = django_filters.CharFilter("page", max_length=40)

    class Meta:
        model = SavedView
        fields: list[str] = []


class SavedViewSerializer(serializers.ModelSerializer):
    """A named query string of a list page."""

    class Meta:
        model = SavedView
        fields = ["id", "page", "name", "query"]


class NewSavedViewSerializer(serializers.Serializer):
    """Which page, under which name, with which filters."""

    page = StrictCharField(max_length=40)
    name: Any = StrictCharField(max_length=60)
    query = Text(max_length=500)


class SavedViews(ApiView):
    """A person's saved views."""

    queryset = SavedView.objects.none()
    filterset_class = SavedViewFilter

    @extend_schema(operation_id="saved_views", responses=SavedViewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List your saved views; `of` asks for those of one page."""
        return self.page(
            SavedViewSerializer, SavedView.objects.filter(user=self.user).order_by("page", "name")
        )

    @extend_schema(
        operation_id="saved_view_save", request=NewSavedViewSerializer, responses={201: SavedViewSerializer}
    )
    def post(self, request: Request) -> Response:
        """Keep a view; the same name on the same page is replaced."""
        kept = views.save_view(actor=self.user, **self.body(NewSavedViewSerializer))
        return self.answer(SavedViewSerializer, kept, status=201)


class OneSavedView(ApiView):
    """One saved view."""

    @extend_schema(operation_id="saved_view_remove", responses={204: EMPTY})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget a saved view."""
        view = one(SavedView.objects.filter(user=self.user), "saved view", pk=pk)
        views.delete_view(actor=self.user, view=view)
        return Response(status=204)
