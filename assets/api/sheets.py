"""Model sheets: versions of a design, their drawings, and the steps from draft to approved."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from assets import selectors
from assets.api.base import (
    EMPTY,
    PNG,
    ApiView,
    Id,
    PersonSerializer,
    SmallFile,
    Text,
    one,
    png_answer,
)
from assets.api.designs import DesignSerializer
from assets.choices import SheetDrawingKind, SheetState, View
from assets.models import ModelSheet, SheetDrawing
from assets.services import sheets


class SheetFilter(django_filters.FilterSet):
    """Filters of a list of sheets."""

    state = django_filters.ChoiceFilter("state", choices=SheetState.choices)
    design = django_filters.NumberFilter("design", min_value=1, max_value=2**53)
    character = django_filters.CharFilter("design__character__code", max_length=40)

    class Meta:
        model = ModelSheet
        fields: list[str] = []


class SheetDrawingSerializer(serializers.ModelSerializer):
    """A drawing of a sheet; `picture` is where its PNG is."""

    sheet = serializers.IntegerField(source="sheet_id")
    picture = serializers.SerializerMethodField()

    class Meta:
        model = SheetDrawing
        fields = [
            "id",
            "sheet",
            "position",
            "kind",
            "view",
            "label",
            "file_name",
            "height_px",
            "width_px",
            "content_sha256",
            "picture",
        ]

    @extend_schema_field(serializers.URLField())
    def get_picture(self, drawing: SheetDrawing) -> str:
        """The address of the PNG."""
        return reverse("api_sheet_drawing_picture", [drawing.pk], request=self.context.get("request"))


class SheetSerializer(serializers.ModelSerializer):
    """A version of a design's sheet."""

    design = DesignSerializer()
    created_by = PersonSerializer(allow_null=True)
    approved_by = PersonSerializer(allow_null=True)

    class Meta:
        model = ModelSheet
        fields = [
            "id",
            "design",
            "version",
            "state",
            "note",
            "created_by",
            "created_at",
            "approved_by",
            "approved_at",
        ]


class SheetDetailSerializer(SheetSerializer):
    """A sheet with its drawings."""

    drawings = SheetDrawingSerializer(many=True)

    class Meta(SheetSerializer.Meta):
        fields = [*SheetSerializer.Meta.fields, "drawings"]


class NewSheetSerializer(serializers.Serializer):
    """A new version, empty or with the drawings and colours of another one."""

    copy_from = Id(required=False, allow_null=True)


class NewSheetDrawingSerializer(serializers.Serializer):
    """A picture and what it shows, as multipart/form-data."""

    file = SmallFile()
    kind = serializers.ChoiceField(SheetDrawingKind.choices)
    view = serializers.ChoiceField(View.choices, allow_blank=True, required=False)
    label: Any = Text(max_length=100, required=False)


class ChangeSheetDrawingSerializer(serializers.Serializer):
    """What a drawing shows."""

    kind = serializers.ChoiceField(SheetDrawingKind.choices, required=False)
    view = serializers.ChoiceField(View.choices, allow_blank=True, required=False)
    label: Any = Text(max_length=100, required=False)


class NoteSerializer(serializers.Serializer):
    """Why it is sent back."""

    note = Text(required=False)


class Sheets(ApiView):
    """The sheets of a production."""

    queryset = ModelSheet.objects.none()
    filterset_class = SheetFilter

    @extend_schema(operation_id="sheets", responses=SheetSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the versions of all designs' sheets."""
        production = selectors.get_production(self.user, code)
        seen = selectors.designs_of(self.user, production).values("pk")
        rows = ModelSheet.objects.filter(design__in=seen)
        return self.page(
            SheetSerializer, _with_all(rows).order_by("design__character__name", "design", "-version")
        )


class DesignSheets(ApiView):
    """The versions of a design."""

    @extend_schema(
        operation_id="sheet_start", request=NewSheetSerializer, responses={201: SheetDetailSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Start a new version, as a draft."""
        design = selectors.get_design(self.user, pk)
        source = self.body(NewSheetSerializer).get("copy_from")
        copied = one(ModelSheet.objects.filter(design=design), "sheet", pk=source) if source else None
        made = sheets.start_version(actor=self.user, design=design, copy_from=copied)
        return self.answer(SheetDetailSerializer, made, status=201)


class Sheet(ApiView):
    """One sheet."""

    @extend_schema(operation_id="sheet", responses=SheetDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a sheet with its drawings."""
        return self.answer(SheetDetailSerializer, selectors.get_sheet(self.user, pk))


class SubmitSheet(ApiView):
    """A draft is handed in."""

    @extend_schema(operation_id="sheet_submit", request=None, responses=SheetDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Submit a draft for approval."""
        sheet = selectors.get_sheet(self.user, pk)
        return self.answer(SheetDetailSerializer, sheets.submit(actor=self.user, sheet=sheet))


class ApproveSheet(ApiView):
    """A sheet becomes what drawings are checked against."""

    @extend_schema(operation_id="sheet_approve", request=None, responses=SheetDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Approve a submitted sheet; the one before it is superseded and cuts are checked again."""
        sheet = selectors.get_sheet(self.user, pk)
        return self.answer(SheetDetailSerializer, sheets.approve(actor=self.user, sheet=sheet))


class SendSheetBack(ApiView):
    """A sheet is a draft again."""

    @extend_schema(operation_id="sheet_send_back", request=NoteSerializer, responses=SheetDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Send a submitted sheet back, with a note."""
        sheet = selectors.get_sheet(self.user, pk)
        given = self.body(NoteSerializer)
        return self.answer(SheetDetailSerializer, sheets.send_back(actor=self.user, sheet=sheet, **given))


class SheetDrawings(ApiView):
    """The drawings of a sheet."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="sheet_drawing_add",
        request={"multipart/form-data": NewSheetDrawingSerializer},
        responses={201: SheetDrawingSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a drawing to a draft."""
        sheet = selectors.get_sheet(self.user, pk)
        given = self.body(NewSheetDrawingSerializer)
        file = given.pop("file")
        drawing = sheets.add_drawing(
            actor=self.user, sheet=sheet, data=file.read(), file_name=file.name, **given
        )
        return self.answer(SheetDrawingSerializer, drawing, status=201)


class OneSheetDrawing(ApiView):
    """One drawing of a sheet."""

    @extend_schema(operation_id="sheet_drawing", responses=SheetDrawingSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a drawing of a sheet."""
        return self.answer(SheetDrawingSerializer, selectors.get_sheet_drawing(self.user, pk))

    @extend_schema(
        operation_id="sheet_drawing_update",
        request=ChangeSheetDrawingSerializer,
        responses=SheetDrawingSerializer,
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change what a draft says about a drawing."""
        drawing = selectors.get_sheet_drawing(self.user, pk)
        fields = self.body(ChangeSheetDrawingSerializer, partial=True)
        changed = sheets.update_drawing(actor=self.user, drawing=drawing, **fields)
        return self.answer(SheetDrawingSerializer, changed)

    @extend_schema(operation_id="sheet_drawing_remove", responses={204: EMPTY})
    def delete(self, request: Request, pk: int) -> Response:
        """Take a drawing off a draft."""
        sheets.remove_drawing(actor=self.user, drawing=selectors.get_sheet_drawing(self.user, pk))
        return Response(status=204)


class SheetPicture(ApiView):
    """The PNG of a drawing of a sheet."""

    @extend_schema(operation_id="sheet_drawing_picture", responses=PNG)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the picture, 8 bits per channel."""
        return png_answer(selectors.get_sheet_drawing(self.user, pk).view_blob)


def _with_all(rows: QuerySet[ModelSheet]) -> QuerySet[ModelSheet]:
    return rows.select_related("design__character__production", "created_by", "approved_by")
