"""Clean-up of roughs: asked for and steered; looked at, accepted and rejected it is like all that Sakkan draws."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors, selectors_derived
from assets.api import cleanup_shapes as shapes
from assets.api.base import PNG, ApiView, one, png_answer
from assets.api.derived import DerivedView
from assets.api.derived_shapes import DerivedDetailSerializer
from assets.api.jobs import JobSerializer
from assets.models import DatasetVersion, LineStyle, ModelSheet
from assets.services import cleanups, line_styles
from assets.services.cleanups import Rough
from assets.services.derived import Given
from studio.core.errors import InvalidInput, NotFound
from studio.core.storage import blobs


class CutCleanup(DerivedView):
    """A clean-up is asked for."""

    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        operation_id="cleanup_request",
        request={
            "application/json": shapes.CleanupSerializer,
            "multipart/form-data": shapes.CleanupFilesSerializer,
        },
        responses={201: DerivedDetailSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Have drawings of one cell cleaned up together. The licence gate is asked first; a refusal names its decision.

        As JSON: drawings of takes, each with its wishes. As multipart: roughs as files (PNG, PSD), with their numbers.
        """
        cut = selectors.get_cut(self.user, pk)
        is_form = str(request.content_type).startswith("multipart/")
        given = self.body(shapes.CleanupFilesSerializer if is_form else shapes.CleanupSerializer)
        made = cleanups.request(
            actor=self.user,
            cut=cut,
            stage=given["stage"],
            roughs=_uploaded(given) if is_form else [self._rough(each) for each in given["roughs"]],
            engine=given.get("engine"),
            cell=given.get("cell", ""),
        )
        return self.told(made.pk, status=201)

    def _rough(self, given: dict[str, Any]) -> Rough:
        drawing = selectors.get_drawing(self.user, given["drawing"])
        return Rough(Given(drawing=drawing), given.get("wishes", {}))


class SteerCleanup(DerivedView):
    """A clean-up is steered."""

    @extend_schema(
        operation_id="cleanup_steer",
        request=shapes.SteerCleanupSerializer,
        responses=DerivedDetailSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Clean up anew by other wishes for some of its drawings: a new version."""
        found = selectors_derived.get_derived(self.user, pk)
        given = self.body(shapes.SteerCleanupSerializer)
        wishes = {each["part"]: each["wishes"] for each in given["parts"]}
        cleanups.steer(actor=self.user, derived=found, wishes=wishes, engine=given.get("engine"))
        return self.told(pk)


class CleanSvg(ApiView):
    """The SVG of a cleaned drawing."""

    @extend_schema(operation_id="cleanup_svg", responses={(200, "image/svg+xml"): OpenApiTypes.STR})
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the drawing as SVG with named strokes, as a file."""
        found = selectors_derived.get_drawing(self.user, pk)
        return svg_answer(found.svg_blob, f"{found}.svg")


class CleanLayer(ApiView):
    """A coloured pencil of a rough, apart."""

    @extend_schema(operation_id="cleanup_layer", responses=PNG)
    def get(self, request: Request, pk: int, layer: str) -> HttpResponse:
        """Return the lines of the red, blue or green pencil as PNG, where the rough has any that were kept apart."""
        found = selectors_derived.get_drawing(self.user, pk)
        if layer not in found.layers:
            raise NotFound(what="drawing")
        return png_answer(found.layers[layer])


class LineStyles(ApiView):
    """Hands that clean-up may draw in."""

    queryset = LineStyle.objects.none()

    @extend_schema(operation_id="line_styles", responses=shapes.HandSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the hands that were learned for a production, with how each stands with the licences."""
        production = selectors.get_production(self.user, code)
        return self.page(shapes.HandSerializer, line_styles.offered(actor=self.user, production=production))

    @extend_schema(
        operation_id="line_style_learn", request=shapes.LearnSerializer, responses={202: JobSerializer}
    )
    def post(self, request: Request, code: str) -> Response:
        """Have a hand learned from an approved model sheet, or from a frozen set of an artist's drawings."""
        production = selectors.get_production(self.user, code)
        given = self.body(shapes.LearnSerializer)
        source: dict[str, Any] = {}
        if "sheet" in given:
            sheets = ModelSheet.objects.filter(design__character__production=production)
            source["sheet"] = one(sheets, "model sheet", pk=given["sheet"])
        if "version" in given:
            source["version"] = one(DatasetVersion.objects.all(), "dataset version", pk=given["version"])
        artist = given.get("artist", "")
        job = line_styles.learn(actor=self.user, production=production, artist=artist, **source)
        return self.answer(JobSerializer, job, status=202)


def svg_answer(blob: str, name: str) -> HttpResponse:
    """Answer with a stored SVG as a file: shown in the page it could run scripts."""
    if not blob:
        raise NotFound(what="drawing")
    answer = HttpResponse(blobs().read(blob), content_type="image/svg+xml")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _uploaded(given: dict[str, Any]) -> list[Rough]:
    files, numbers = given["files"], given["numbers"]
    if len(files) != len(numbers):
        raise InvalidInput(field="numbers", reason="say one number for each file")
    wishes = given.get("wishes", {})
    return [
        Rough(Given(data=file.read(), file_name=file.name, number=number), wishes)
        for file, number in zip(files, numbers, strict=True)
    ]
