"""Takes and their drawings: read only, for a take comes from an upload and is never overwritten."""

from __future__ import annotations

import django_filters
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from assets import access, selectors
from assets.api.base import PNG, ApiView, PersonSerializer, png_answer
from assets.choices import Stage
from assets.models import Drawing, Take, Timesheet


class TakeFilter(django_filters.FilterSet):
    """Filters of a list of takes."""

    production = django_filters.CharFilter("cut__episode__production__code", max_length=20)
    cut = django_filters.NumberFilter("cut", min_value=1, max_value=2**53)
    stage = django_filters.ChoiceFilter("stage", choices=Stage.choices)
    submitted_by = django_filters.CharFilter("submitted_by__username", max_length=150)

    class Meta:
        model = Take
        fields: list[str] = []


class DrawingFilter(django_filters.FilterSet):
    """Filters of the drawings of a take."""

    cell = django_filters.CharFilter("cell__name", max_length=60)

    class Meta:
        model = Drawing
        fields: list[str] = []


class TakeSerializer(serializers.ModelSerializer):
    """One delivery of a cut at one stage."""

    cut = serializers.IntegerField(source="cut_id")
    cut_code = serializers.CharField(source="cut.__str__")
    submitted_by = PersonSerializer(allow_null=True)

    class Meta:
        model = Take
        fields = [
            "id",
            "cut",
            "cut_code",
            "stage",
            "number",
            "source",
            "submitted_by",
            "submitted_at",
            "note",
        ]


class TimesheetSerializer(serializers.ModelSerializer):
    """Which drawing of which cell shows from which frame on: {cell: [[frame, number or null], …]}."""

    class Meta:
        model = Timesheet
        fields = ["duration_frames", "exposures"]


class TakeDetailSerializer(TakeSerializer):
    """A take with its timesheet, where one came."""

    timesheet = serializers.SerializerMethodField()

    class Meta(TakeSerializer.Meta):
        fields = [*TakeSerializer.Meta.fields, "timesheet"]

    @extend_schema_field(TimesheetSerializer(allow_null=True))
    def get_timesheet(self, take: Take) -> dict[str, object] | None:
        """The timesheet, or null."""
        sheet = Timesheet.objects.filter(take=take).first()
        return TimesheetSerializer(sheet).data if sheet else None


class DrawingSerializer(serializers.ModelSerializer):
    """A drawing; `numbers` are all numbers under which the same pixels came, `picture` is where its PNG is."""

    take = serializers.IntegerField(source="cell.take_id")
    cell = serializers.CharField(source="cell.name")
    numbers = serializers.ListField(child=serializers.IntegerField())
    picture = serializers.SerializerMethodField()

    class Meta:
        model = Drawing
        fields = [
            "id",
            "take",
            "cell",
            "number",
            "numbers",
            "file_name",
            "height_px",
            "width_px",
            "has_alpha",
            "content_sha256",
            "picture",
        ]

    @extend_schema_field(serializers.URLField())
    def get_picture(self, drawing: Drawing) -> str:
        """The address of the PNG."""
        return reverse("api_drawing_picture", [drawing.pk], request=self.context.get("request"))


class Takes(ApiView):
    """Takes that a person may see."""

    queryset = Take.objects.none()
    filterset_class = TakeFilter

    @extend_schema(operation_id="takes", responses=TakeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the takes of cuts that you may see, newest first."""
        rows = Take.objects.filter(cut__in=access.visible_cuts(self.user))
        return self.page(TakeSerializer, rows.select_related("cut__episode", "submitted_by"))


class OneTake(ApiView):
    """One take."""

    @extend_schema(operation_id="take", responses=TakeDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a take with its timesheet."""
        return self.answer(TakeDetailSerializer, selectors.get_take(self.user, pk))


class TakeDrawings(ApiView):
    """The drawings of a take."""

    queryset = Drawing.objects.none()
    filterset_class = DrawingFilter

    @extend_schema(operation_id="take_drawings", responses=DrawingSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the drawings of a take, by cell and number."""
        take = selectors.get_take(self.user, pk)
        rows = Drawing.objects.filter(cell__take=take).select_related("cell")
        return self.page(DrawingSerializer, rows.order_by("cell__position", "cell__name", "number"))


class OneDrawing(ApiView):
    """One drawing."""

    @extend_schema(operation_id="drawing", responses=DrawingSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a drawing."""
        return self.answer(DrawingSerializer, selectors.get_drawing(self.user, pk))


class DrawingPicture(ApiView):
    """The PNG of a drawing."""

    @extend_schema(operation_id="drawing_picture", responses=PNG)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the picture, 8 bits per channel."""
        return png_answer(selectors.get_drawing(self.user, pk).view_blob)
