"""Characters and their designs (costumes)."""

from __future__ import annotations

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors
from assets.api.base import ApiView
from assets.models import Character, Design
from assets.services import sheets
from studio.core.api import StrictCharField


class CharacterSerializer(serializers.ModelSerializer):
    """A character."""

    production = serializers.CharField(source="production.code")

    class Meta:
        model = Character
        fields = ["id", "production", "code", "name"]


class DesignSerializer(serializers.ModelSerializer):
    """A character in one costume."""

    production = serializers.CharField(source="character.production.code")
    character = CharacterSerializer()

    class Meta:
        model = Design
        fields = ["id", "production", "character", "code", "name"]


class CodeAndNameSerializer(serializers.Serializer):
    """A short code (letters, digits, - and _) and a name."""

    code = StrictCharField(max_length=40)
    name = StrictCharField(max_length=100)


class DesignFilter(django_filters.FilterSet):
    """Filters of a list of designs."""

    character = django_filters.CharFilter("character__code", max_length=40)
    cut = django_filters.NumberFilter("castings__cut", min_value=1, max_value=2**53)

    class Meta:
        model = Design
        fields: list[str] = []


class Characters(ApiView):
    """The characters of a production."""

    queryset = Character.objects.none()

    @extend_schema(operation_id="characters", responses=CharacterSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the characters."""
        production = selectors.get_production(self.user, code)
        rows = selectors.sheets_of(self.user, production)
        return self.page(CharacterSerializer, rows.select_related("production"))

    @extend_schema(
        operation_id="character_create", request=CodeAndNameSerializer, responses={201: CharacterSerializer}
    )
    def post(self, request: Request, code: str) -> Response:
        """Add a character."""
        production = selectors.get_production(self.user, code)
        made = sheets.create_character(
            actor=self.user, production=production, **self.body(CodeAndNameSerializer)
        )
        return self.answer(CharacterSerializer, made, status=201)


class Designs(ApiView):
    """The designs of a production."""

    queryset = Design.objects.none()
    filterset_class = DesignFilter

    @extend_schema(operation_id="designs", responses=DesignSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the designs of all characters."""
        production = selectors.get_production(self.user, code)
        rows = selectors.designs_of(self.user, production)
        return self.page(DesignSerializer, rows.select_related("character__production"))


class CharacterDesigns(ApiView):
    """The designs of a character."""

    @extend_schema(
        operation_id="design_create", request=CodeAndNameSerializer, responses={201: DesignSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a design (a costume) to a character."""
        character = selectors.get_character(self.user, pk)
        made = sheets.create_design(actor=self.user, character=character, **self.body(CodeAndNameSerializer))
        return self.answer(DesignSerializer, made, status=201)


class OneDesign(ApiView):
    """One design."""

    @extend_schema(operation_id="design", responses=DesignSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a design."""
        return self.answer(DesignSerializer, selectors.get_design(self.user, pk))
