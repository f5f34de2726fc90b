"""Shapes of clean-up: what is asked for, drawing by drawing, and the hands that it may draw in."""

from __future__ import annotations

from rest_framework import serializers

from assets.api.base import Count, Id, SmallFile, Text
from assets.choices import Stage
from assets.models import Cell, LineStyle
from assets.services import cleanups, engines
from studio.core.api import StrictCharField

_CELL = Cell._meta.get_field("name").max_length


class _AskedSerializer(serializers.Serializer):
    stage = serializers.ChoiceField(Stage.choices)
    cell = Text(required=False, max_length=_CELL)
    engine = StrictCharField(required=False, max_length=40)


class RoughSerializer(serializers.Serializer):
    """A drawing of a take, and the part "wishes" of a sidecar for it; left out: automatic."""

    drawing = Id()
    wishes = serializers.JSONField(required=False)


class CleanupSerializer(_AskedSerializer):
    """Drawings of one cell, cleaned up together."""

    roughs = serializers.ListField(
        child=RoughSerializer(), allow_empty=False, max_length=cleanups.MOST_DRAWINGS
    )


class CleanupFilesSerializer(_AskedSerializer):
    """Roughs as files (PNG, or PSD: the layer named like the cell), each with its number; wishes for all of them."""

    files = serializers.ListField(child=SmallFile(), max_length=cleanups.MOST_DRAWINGS)
    numbers = serializers.ListField(child=Count(), max_length=cleanups.MOST_DRAWINGS)
    wishes = serializers.JSONField(required=False)


class PartWishesSerializer(serializers.Serializer):
    """Which drawing of the newest version, from 0, and what is wished for it now."""

    part = Count()
    wishes = serializers.JSONField()


class SteerCleanupSerializer(serializers.Serializer):
    """Other wishes for some drawings; those that are left out keep theirs."""

    parts = serializers.ListField(child=PartWishesSerializer(), max_length=cleanups.MOST_DRAWINGS)
    engine = StrictCharField(required=False, max_length=40)


class HandSerializer(serializers.ModelSerializer):
    """A hand that was learned. `answer` is that of the licence gate; only "allow" may draw.

    `profile` goes into wishes as "style". `model` is the hand of an artist in the register of models.
    """

    id = serializers.IntegerField(source="style.pk")
    name = serializers.CharField(source="style.name")
    sheet = serializers.IntegerField(source="style.sheet_id", allow_null=True)
    model = serializers.IntegerField(source="style.model_id", allow_null=True)
    drawings = serializers.IntegerField(source="style.drawings")
    profile = serializers.DictField(source="style.profile")
    answer = serializers.ChoiceField(engines.ANSWERS)
    reasons = serializers.CharField()

    class Meta:
        model = LineStyle
        fields = ["id", "name", "sheet", "model", "drawings", "profile", "answer", "reasons"]


class LearnSerializer(serializers.Serializer):
    """What a hand is learned from: an approved model sheet, or a frozen version of a dataset with whose hand it is."""

    sheet = Id(required=False)
    version = Id(required=False)
    artist = Text(required=False, max_length=200)
