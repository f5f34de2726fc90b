"""Corrections (修正) over a drawing: reading them, drawing, erasing and restoring strokes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors as asset_selectors
from assets.api.base import ApiView, PersonSerializer, Text
from assets.models import Drawing
from qa import selectors_notes
from qa.choices import StrokeTool
from qa.models import Correction, CorrectionStroke
from qa.services import corrections

_COORDINATE = 1e6


class PointField(serializers.ListField):
    """A point: x and y in px of the drawing, and the pressure from 0 to 1 (0.5 where there is none)."""

    def __init__(self, **kwargs: Any) -> None:
        number = serializers.FloatField(min_value=-_COORDINATE, max_value=_COORDINATE)
        super().__init__(child=number, min_length=2, max_length=3, **kwargs)


class StrokeSerializer(serializers.ModelSerializer):
    """A stroke; a text stands at its one point, arrow and box have two."""

    points = serializers.ListField(child=PointField())

    class Meta:
        model = CorrectionStroke
        fields = ["uid", "tool", "points", "width_px", "text", "drawn_at"]


class CorrectionSerializer(serializers.ModelSerializer):
    """One person's correction of a drawing, on the paper of their role."""

    drawing = serializers.IntegerField(source="drawing_id")
    by = PersonSerializer()
    strokes = StrokeSerializer(source="shown", many=True)

    class Meta:
        model = Correction
        fields = ["id", "drawing", "by", "role", "colour", "created_at", "changed_at", "strokes"]


class NewStrokeSerializer(serializers.Serializer):
    """A stroke to be drawn; its `uid` is made by who draws it, so that sending it twice changes nothing."""

    uid = serializers.UUIDField()
    tool = serializers.ChoiceField(StrokeTool.choices, default=StrokeTool.PEN)
    points = serializers.ListField(child=PointField(), min_length=1, max_length=corrections.MOST_POINTS)
    width_px = serializers.FloatField(min_value=0.01, max_value=corrections.WIDEST_PX, default=3.0)
    text = Text(max_length=corrections.MOST_TEXT, required=False)


class NewStrokesSerializer(serializers.Serializer):
    """Strokes to be drawn."""

    strokes = serializers.ListField(
        child=NewStrokeSerializer(), min_length=1, max_length=corrections.MOST_STROKES_AT_ONCE
    )


class UidsSerializer(serializers.Serializer):
    """Strokes by their uid."""

    uids = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=corrections.MOST_STROKES
    )


class CorrectionsView(ApiView):
    """What the addresses of corrections share."""

    queryset = Correction.objects.none()
    pagination_class = None
    filter_backends = ()

    def drawing(self, pk: int) -> Drawing:
        """Return the drawing, if the person may see it."""
        return asset_selectors.get_drawing(self.user, pk)

    def shown(self, drawing: Drawing) -> Response:
        """Answer with the corrections of the drawing."""
        rows = selectors_notes.corrections_of([drawing.pk]).get(drawing.pk, [])
        return Response(CorrectionSerializer(rows, many=True).data)


class Corrections(CorrectionsView):
    """The corrections of a drawing."""

    @extend_schema(operation_id="corrections", responses=CorrectionSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the corrections that have strokes, one for each person who drew."""
        return self.shown(self.drawing(pk))

    @extend_schema(
        operation_id="correction_draw",
        request=NewStrokesSerializer,
        responses=CorrectionSerializer(many=True),
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add strokes to your own correction of the drawing."""
        drawing = self.drawing(pk)
        corrections.draw(actor=self.user, drawing=drawing, **self.body(NewStrokesSerializer))
        return self.shown(drawing)


class EraseStrokes(CorrectionsView):
    """The eraser."""

    @extend_schema(
        operation_id="correction_erase", request=UidsSerializer, responses=CorrectionSerializer(many=True)
    )
    def post(self, request: Request, pk: int) -> Response:
        """Erase strokes of your own correction; they are kept and can be restored."""
        drawing = self.drawing(pk)
        corrections.erase(actor=self.user, drawing=drawing, **self.body(UidsSerializer))
        return self.shown(drawing)


class RestoreStrokes(CorrectionsView):
    """The eraser, taken back."""

    @extend_schema(
        operation_id="correction_restore", request=UidsSerializer, responses=CorrectionSerializer(many=True)
    )
    def post(self, request: Request, pk: int) -> Response:
        """Bring erased strokes of your own correction back."""
        drawing = self.drawing(pk)
        corrections.restore(actor=self.user, drawing=drawing, **self.body(UidsSerializer))
        return self.shown(drawing)
