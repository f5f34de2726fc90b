"""What falls due, as list and calendar; credits and payments of a production."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, due_words, selectors
from assets.api.base import ApiView, Count
from assets.api.rights_people import PaymentSerializer
from assets.models import Grant, Production, RightsHolder
from assets.rights import credits as behind
from assets.rights.due import DueKind
from assets.services import due
from studio.core.roles import Action


class DaysSerializer(serializers.Serializer):
    """How many days ahead."""

    days = Count(max_value=due.MOST_DAYS, required=False)


class DueSerializer(serializers.Serializer):
    """Something that falls due; `days` below zero: it is over."""

    subject = serializers.CharField()
    kind = serializers.ChoiceField(DueKind.choices)
    on = serializers.DateField()
    days = serializers.IntegerField()
    name = serializers.CharField()
    sentence = serializers.CharField()
    way = serializers.CharField()
    url = serializers.CharField()


class CreditSerializer(serializers.Serializer):
    """A credit that a licence asks for. `line` empty: it is missing."""

    holder = serializers.IntegerField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    line = serializers.CharField(allow_blank=True)
    licence = serializers.CharField()
    works = serializers.IntegerField()


class PaySerializer(serializers.Serializer):
    """What a grant costs: what was paid, and what is open (`left` empty: no sum can be told)."""

    grant = serializers.IntegerField(source="grant.pk")
    holder = serializers.IntegerField(source="grant.holder_id")
    compensation = serializers.CharField(source="grant.compensation")
    amount = serializers.DecimalField(12, 2, source="grant.amount", allow_null=True)
    currency = serializers.CharField(source="grant.currency")
    due_on = serializers.DateField(allow_null=True)
    is_open = serializers.BooleanField()
    left = serializers.DecimalField(12, 2, allow_null=True)
    payments = PaymentSerializer(many=True)


class DueList(ApiView):
    """What falls due in the studio."""

    queryset = Grant.objects.none()

    @extend_schema(operation_id="rights_due", parameters=[DaysSerializer], responses=DueSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List what falls due within some days (90), what is over first."""
        days = self.query(DaysSerializer).get("days", due.DAYS)
        found = due.of_reader(actor=self.user, days=days)
        return self.page(DueSerializer, due_words.rows_of(found, timezone.localdate()))


class DueCalendar(ApiView):
    """What falls due, for a calendar."""

    @extend_schema(
        operation_id="rights_due_ics",
        parameters=[DaysSerializer],
        responses={(200, "text/calendar"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request) -> HttpResponse:
        """Return what falls due as an iCalendar file."""
        days = self.query(DaysSerializer).get("days", due.DAYS)
        data = due.calendar(due.of_reader(actor=self.user, days=days), request.get_host())
        response = HttpResponse(data, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="sakkan-rights.ics"'
        return response


class _OfProduction(ApiView):
    def production(self, code: str) -> Production:
        """Return the production, or refuse."""
        production = selectors.get_production(self.user, code)
        access.require(self.user, Action.VIEW_DATASETS, production)
        return production


class Credits(_OfProduction):
    """The credits of a production."""

    queryset = RightsHolder.objects.none()

    @extend_schema(operation_id="rights_credits", responses=CreditSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the credits that licences ask for, those that are missing first."""
        return self.page(CreditSerializer, behind.credits_of(self.production(code)))


class Payments(_OfProduction):
    """The payments of a production."""

    queryset = Grant.objects.none()

    @extend_schema(operation_id="rights_payments", responses=PaySerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List what was agreed, paid and is open; what is open first."""
        return self.page(PaySerializer, behind.payments_of(self.production(code)))
