"""Drift over the season: the spread of cuts by character and aspect, and what slides."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access
from assets import selectors as asset_selectors
from assets.api.base import ApiView, Id
from assets.choices import Stage
from qa import season
from qa.models import CutScore
from studio.core.roles import Action


class SeasonQuerySerializer(serializers.Serializer):
    """Which cuts count."""

    character = Id(required=False)
    episode = Id(required=False, help_text="The episode's id.")
    aspect = serializers.ChoiceField(season.ASPECTS, required=False)
    stage = serializers.ChoiceField(Stage.choices, required=False)


class SlideSerializer(serializers.Serializer):
    """A slow rise that lasts to the newest cut: since which cut, over how many, by how much drift a cut."""

    since_cut = serializers.IntegerField()
    cuts = serializers.IntegerField()
    per_cut = serializers.FloatField()
    chance = serializers.FloatField(help_text="Of so clear a rise in as many cuts that do not rise.")


class SeasonLineSerializer(serializers.Serializer):
    """The cuts of one character in one aspect: quartiles, first and last cut, as ratios to the sheet's limit."""

    character = serializers.IntegerField()
    aspect = serializers.CharField()
    cuts = serializers.IntegerField(source="spread.cuts")
    lower_quartile = serializers.FloatField(source="spread.low")
    median = serializers.FloatField(source="spread.middle")
    upper_quartile = serializers.FloatField(source="spread.high")
    first = serializers.FloatField(source="spread.first")
    last = serializers.FloatField(source="spread.last")
    slide = serializers.SerializerMethodField()

    @extend_schema_field(SlideSerializer(allow_null=True))
    def get_slide(self, line: season.Line) -> dict[str, Any] | None:
        """The slide, or null."""
        if line.slide is None or line.since is None:
            return None
        return {
            "since_cut": line.since.cut,
            "cuts": line.slide.cuts,
            "per_cut": line.slide.per_cut,
            "chance": line.slide.chance,
        }


class SeasonLines(ApiView):
    """How a production drifts over its cuts."""

    queryset = CutScore.objects.none()

    @extend_schema(
        operation_id="season", parameters=[SeasonQuerySerializer], responses=SeasonLineSerializer(many=True)
    )
    def get(self, request: Request, code: str) -> Response:
        """Return one line for each character and aspect, those that slide first. For who sees every cut."""
        production = asset_selectors.get_production(self.user, code)
        access.require(self.user, Action.VIEW_ALL_CUTS, production)
        asked = self.query(SeasonQuerySerializer)
        found = season.read(production, {name: str(value) for name, value in asked.items()})
        return Response(SeasonLineSerializer(found.lines, many=True).data)
