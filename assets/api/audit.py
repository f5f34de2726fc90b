"""The audit log of a production: read only."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, selectors
from assets.api.base import ApiView
from studio.core.models import AuditEvent
from studio.core.roles import Action


class AuditFilter(django_filters.FilterSet):
    """Filters of the log."""

    actor = django_filters.CharFilter("actor__username", max_length=150)
    verb = django_filters.CharFilter("verb", max_length=60)
    target_type = django_filters.CharFilter("target_type", max_length=40)
    target_id = django_filters.CharFilter("target_id", max_length=64)
    since = django_filters.DateFilter("at__date", "gte")
    until = django_filters.DateFilter("at__date", "lte")

    class Meta:
        model = AuditEvent
        fields: list[str] = []


class AuditEventSerializer(serializers.ModelSerializer):
    """Who did what to what, before and after."""

    actor = serializers.CharField(source="actor.username", allow_null=True, default=None)

    class Meta:
        model = AuditEvent
        fields = [
            "id",
            "at",
            "actor",
            "actor_name",
            "verb",
            "target_type",
            "target_id",
            "target_name",
            "before",
            "after",
        ]


class Audit(ApiView):
    """The log of a production."""

    queryset = AuditEvent.objects.none()
    filterset_class = AuditFilter

    @extend_schema(operation_id="audit", responses=AuditEventSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List what was done, newest first."""
        production = selectors.get_production(self.user, code)
        access.require(self.user, Action.VIEW_AUDIT, production)
        rows = AuditEvent.objects.filter(production_id=production.pk)
        return self.page(AuditEventSerializer, rows.select_related("actor"))
