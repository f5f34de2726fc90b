"""The colour model of a sheet (色指定): swatches, the eyedropper, palette files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors
from assets.api.base import CSV, ApiView, Count, FileSerializer, Text, csv_answer
from assets.api.problems import ProblemSerializer
from assets.models import ModelSheet, Swatch
from assets.services import colours
from studio.core.api import StrictCharField


class SwatchSerializer(serializers.ModelSerializer):
    """One colour of one part in one tone; sRGB, 0 to 255."""

    rgb = serializers.SerializerMethodField()
    hex = serializers.CharField()

    class Meta:
        model = Swatch
        fields = ["part", "tone", "rgb", "hex", "tolerance_de"]

    def get_rgb(self, swatch: Swatch) -> list[int]:
        """Red, green, blue."""
        return [swatch.red, swatch.green, swatch.blue]


class NewSwatchSerializer(serializers.Serializer):
    """A colour to set."""

    part = StrictCharField(max_length=60)
    tone = StrictCharField(max_length=30, default="normal")
    rgb = serializers.ListField(child=Count(max_value=255), min_length=3, max_length=3)
    tolerance_de = serializers.FloatField(min_value=0.0, max_value=100.0, default=2.0)


class SwatchesSerializer(serializers.Serializer):
    """All colours of a sheet, in their order."""

    swatches = SwatchSerializer(many=True)


class NewSwatchesSerializer(serializers.Serializer):
    """All colours that a sheet is to have, in their order."""

    swatches: Any = serializers.ListSerializer(child=NewSwatchSerializer(), max_length=500)


class PaletteReportSerializer(SwatchesSerializer):
    """The colours after a palette was read, and what of it could not be."""

    problems = ProblemSerializer(many=True)


class PickSerializer(serializers.Serializer):
    """A pixel of a drawing, from its top left corner, and the colour that it sets."""

    x_px = Count(max_value=100_000)
    y_px = Count(max_value=100_000)
    part = StrictCharField(max_length=60)
    tone = Text(max_length=30, default="normal", allow_blank=False)


class Swatches(ApiView):
    """The colours of a sheet."""

    @extend_schema(operation_id="swatches", responses=SwatchesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return all colours of a sheet."""
        return self.answer(SwatchesSerializer, colours_of(selectors.get_sheet(self.user, pk)))

    @extend_schema(operation_id="swatches_set", request=NewSwatchesSerializer, responses=SwatchesSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Replace all colours of a draft."""
        sheet = selectors.get_sheet(self.user, pk)
        wanted = [_data(row) for row in self.body(NewSwatchesSerializer)["swatches"]]
        colours.set_swatches(actor=self.user, sheet=sheet, swatches=wanted)
        return self.answer(SwatchesSerializer, colours_of(sheet))


class Pick(ApiView):
    """The eyedropper."""

    @extend_schema(operation_id="swatch_pick", request=PickSerializer, responses=SwatchSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Set one colour from a pixel of a drawing of a draft."""
        drawing = selectors.get_sheet_drawing(self.user, pk)
        given = self.body(PickSerializer)
        swatch = colours.pick(
            actor=self.user,
            drawing=drawing,
            point_xy=(given["x_px"], given["y_px"]),
            part=given["part"],
            tone=given["tone"],
        )
        return self.answer(SwatchSerializer, swatch)


class Palette(ApiView):
    """The colours as a file."""

    parser_classes = (MultiPartParser,)

    @extend_schema(operation_id="palette", responses=CSV)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the colours as CSV."""
        sheet = selectors.get_sheet(self.user, pk)
        return csv_answer(colours.export_csv(actor=self.user, sheet=sheet), f"colours-{sheet.pk}.csv")

    @extend_schema(
        operation_id="palette_read",
        request={"multipart/form-data": FileSerializer},
        responses=PaletteReportSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Read colours from a CSV, ASE or GPL file into a draft."""
        sheet = selectors.get_sheet(self.user, pk)
        file = self.body(FileSerializer)["file"]
        _swatches, problems = colours.import_palette(
            actor=self.user, sheet=sheet, data=file.read(), file_name=file.name
        )
        return self.answer(PaletteReportSerializer, {**colours_of(sheet), "problems": problems})


def colours_of(sheet: ModelSheet) -> dict[str, Any]:
    """Return the colours of a sheet as they are now."""
    rows = Swatch.objects.filter(colour_model__sheet=sheet)
    return {"swatches": list(rows)}


def _data(row: dict[str, Any]) -> colours.SwatchData:
    red, green, blue = row["rgb"]
    return colours.SwatchData(row["part"], row["tone"], (red, green, blue), row["tolerance_de"])
