"""What Sakkan draws for artists: asked for, looked at, steered, corrected, accepted or rejected."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors, selectors_derived, sidecars
from assets.api import derived_shapes as shapes
from assets.api.base import PNG, ApiView, Count, png_answer
from assets.api.takes import TakeSerializer
from assets.choices import DerivedKind, DerivedState
from assets.models import DerivedJob
from assets.services import derived, engines
from assets.services.derived import Given, Wish
from studio.core.errors import InvalidInput, NotFound

_WISHES = ("chart", "steering", "on_frames", "engine")


class DerivedFilter(django_filters.FilterSet):
    """Filters of a list of proposals."""

    production = django_filters.CharFilter("cut__episode__production__code", max_length=20)
    cut = django_filters.NumberFilter("cut", min_value=1, max_value=2**53)
    cell = django_filters.CharFilter("cell", max_length=60)
    kind = django_filters.ChoiceFilter("kind", choices=DerivedKind.choices)
    state = django_filters.ChoiceFilter(method="by_state", choices=DerivedState.choices)
    by = django_filters.CharFilter("by__username", max_length=150)

    class Meta:
        model = DerivedJob
        fields: list[str] = []

    def by_state(self, rows: QuerySet[DerivedJob], _name: str, value: str) -> QuerySet[DerivedJob]:
        """Keep those that stand so."""
        return selectors_derived.in_state(rows, value)


class DerivedView(ApiView):
    """What the views of one proposal share."""

    def told(self, pk: int, status: int = 200) -> Response:
        """Answer with a proposal and its versions, as they stand now."""
        found = selectors_derived.get_derived(self.user, pk)
        found.shown_versions = selectors_derived.versions_of(found)  # type: ignore[attr-defined]
        return self.answer(shapes.DerivedDetailSerializer, found, status)


class AllDerived(ApiView):
    """Everything that was asked of Sakkan."""

    queryset = DerivedJob.objects.none()
    filterset_class = DerivedFilter

    @extend_schema(operation_id="derived_list", responses=shapes.DerivedSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List what Sakkan draws or drew for cuts that you may see, newest first."""
        return self.page(shapes.DerivedSerializer, selectors_derived.derived_of(self.user))


class CutDerived(DerivedView):
    """In-betweens are asked for."""

    parser_classes = (JSONParser, MultiPartParser)

    @extend_schema(
        operation_id="derived_request",
        request={
            "application/json": shapes.RequestSerializer,
            "multipart/form-data": shapes.RequestSerializer,
        },
        responses={201: shapes.DerivedDetailSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Have in-betweens drawn between two keys. The licence gate is asked first; a refusal names its decision."""
        cut = selectors.get_cut(self.user, pk)
        given = self.body(shapes.RequestSerializer)
        made = derived.request(
            actor=self.user,
            cut=cut,
            stage=given["stage"],
            keys=(self._key(given, "a"), self._key(given, "b")),
            wish=_wish(given),
            cell=given.get("cell", ""),
        )
        return self.told(made.pk, status=201)

    def _key(self, given: dict[str, Any], name: str) -> Given:
        if name in given:
            return Given(drawing=selectors.get_drawing(self.user, given[name]))
        file = given.get(f"{name}_file")
        if file is None:
            raise InvalidInput(field=name, reason="name a drawing, or send a file with its number")
        return Given(data=file.read(), file_name=file.name, number=given.get(f"{name}_number", 0))


class FillCut(ApiView):
    """The gaps of a timesheet are filled."""

    queryset = DerivedJob.objects.none()
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        operation_id="derived_fill",
        request=shapes.FillSerializer,
        responses={201: shapes.DerivedSerializer(many=True)},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Have the gaps of a cell drawn by its timesheet, or those of all cells of a take; one proposal for each."""
        cut = selectors.get_cut(self.user, pk)
        given = self.body(shapes.FillSerializer)
        made = derived.fill(
            actor=self.user,
            cut=cut,
            stage=given["stage"],
            take=selectors.get_take(self.user, given["take"]),
            wish=_wish(given),
            cell=given.get("cell", ""),
        )
        rows = (
            selectors_derived.derived_of(self.user).filter(pk__in=[each.pk for each in made]).order_by("pk")
        )
        shape = shapes.DerivedSerializer(rows, many=True, context=self.get_serializer_context())
        return Response(shape.data, status=201)


class OneDerived(DerivedView):
    """One proposal."""

    @extend_schema(operation_id="derived", responses=shapes.DerivedDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a proposal with its versions, keys and drawings, and how far its job is."""
        return self.told(pk)


class SteerDerived(DerivedView):
    """A proposal is steered."""

    @extend_schema(
        operation_id="derived_steer", request=shapes.SteerSerializer, responses=shapes.DerivedDetailSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        """Draw a part anew by another sidecar, chart or engine: a new version."""
        found = selectors_derived.get_derived(self.user, pk)
        given = self.body(shapes.SteerSerializer)
        derived.steer(actor=self.user, derived=found, wish=_wish(given), part=given.get("part", 0))
        return self.told(pk)


class AcceptDerived(ApiView):
    """A proposal becomes a take."""

    @extend_schema(
        operation_id="derived_accept", request=shapes.AcceptSerializer, responses={201: TakeSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Make a take of what is proposed; it is checked next."""
        found = selectors_derived.get_derived(self.user, pk)
        take = derived.accept(actor=self.user, derived=found, **self.body(shapes.AcceptSerializer))
        return self.answer(TakeSerializer, selectors.get_take(self.user, take.pk), status=201)


class RejectDerived(DerivedView):
    """A proposal is refused."""

    @extend_schema(
        operation_id="derived_reject",
        request=shapes.RejectSerializer,
        responses=shapes.DerivedDetailSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Refuse what is proposed, or what is still being drawn."""
        found = selectors_derived.get_derived(self.user, pk)
        derived.reject(actor=self.user, derived=found, **self.body(shapes.RejectSerializer))
        return self.told(pk)


class CorrectDrawing(DerivedView):
    """A drawing of a proposal is corrected."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="derived_correct",
        request={"multipart/form-data": shapes.CorrectSerializer},
        responses=shapes.DerivedDetailSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Send a corrected drawing: it becomes a key, and both sides are drawn from it."""
        drawing = selectors_derived.get_drawing(self.user, pk)
        given = self.body(shapes.CorrectSerializer)
        file = given.pop("file")
        proposal = derived.correct(
            actor=self.user, drawing=drawing, data=file.read(), file_name=file.name, **given
        )
        return self.told(proposal.derived_id)


class VersionQuery(serializers.Serializer):
    """Which version, left out: the newest; which part, left out: all, in a list."""

    version = Count(required=False)
    part = Count(required=False)


class Sidecar(ApiView):
    """The sidecar of a proposal."""

    @extend_schema(
        operation_id="derived_sidecar", parameters=[VersionQuery], responses={200: OpenApiTypes.OBJECT}
    )
    def get(self, request: Request, pk: int) -> JsonResponse:
        """Return the sidecars of a version, one for each pair of keys or rough: by them the same is drawn again.

        With `part` the one as `sakkan inbetween` or `sakkan cleanup` reads it.
        """
        found = selectors_derived.get_derived(self.user, pk)
        versions = selectors_derived.versions_of(found)
        asked = self.query(VersionQuery)
        number = asked.get("version")
        proposal = (versions.filter(number=number) if number is not None else versions).first()
        if proposal is None:
            raise NotFound(what="proposal")
        told = {part.index: sidecars.of_part(part, proposal) for part in proposal.parts.all()}
        if "part" in asked and asked["part"] not in told:
            raise NotFound(what="proposal")
        answer = JsonResponse(told[asked["part"]] if "part" in asked else {"parts": list(told.values())})
        answer["Content-Disposition"] = f'attachment; filename="proposal-{found.pk}-v{proposal.number}.json"'
        return answer


class DraftPicture(ApiView):
    """The PNG of a drawing of a proposal."""

    @extend_schema(operation_id="derived_drawing_picture", responses=PNG)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the drawing; it says inside that a model made it."""
        found = selectors_derived.get_drawing(self.user, pk)
        if not found.view_blob:
            raise NotFound(what="drawing")
        return png_answer(found.blob)


class KeyPicture(ApiView):
    """The PNG of a key."""

    @extend_schema(operation_id="derived_key_picture", responses=PNG)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the picture, 8 bits per channel."""
        return png_answer(selectors_derived.get_key(self.user, pk).view_blob)


class KindQuery(serializers.Serializer):
    """What the engines are to draw; left out: in-betweens."""

    kind = serializers.ChoiceField(DerivedKind.choices, required=False, default=DerivedKind.INBETWEEN)


class Engines(ApiView):
    """Who can draw here."""

    queryset = DerivedJob.objects.none()

    @extend_schema(
        operation_id="engines", parameters=[KindQuery], responses=shapes.EngineSerializer(many=True)
    )
    def get(self, request: Request, code: str) -> Response:
        """List the engines that are installed, with how each stands with the licences of this production."""
        production = selectors.get_production(self.user, code)
        kind = self.query(KindQuery)["kind"]
        offers = engines.offered(actor=self.user, production=production, kind=kind)
        return self.page(shapes.EngineSerializer, offers)


def _wish(given: dict[str, Any]) -> Wish:
    return Wish(**{name: given[name] for name in _WISHES if name in given})
