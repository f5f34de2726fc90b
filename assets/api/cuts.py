"""Cuts: lists, one cut, its cast, the cuts it shares drawings with, its stages; the table as CSV."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, selectors
from assets.api.base import ApiView, Count, Id, PersonSerializer, Text
from assets.api.productions import visible_episode
from assets.choices import Stage, StageStatus
from assets.models import Cut, Design, StageState
from assets.services import cuts
from studio.core.api import StrictCharField
from studio.core.errors import InvalidInput, phrase
from studio.core.models import User


class CutFilter(django_filters.FilterSet):
    """Filters of a list of cuts."""

    production = django_filters.CharFilter("episode__production__code", max_length=20)
    episode = django_filters.CharFilter("episode__code", max_length=20)
    number = django_filters.CharFilter("number", max_length=12)
    design = django_filters.NumberFilter("castings__design", min_value=1, max_value=2**53)
    stage = django_filters.ChoiceFilter(method="by_stage", choices=Stage.choices)
    state = django_filters.ChoiceFilter(method="by_state", choices=StageStatus.choices)
    assignee = django_filters.CharFilter("stages__assignee__username", max_length=150, distinct=True)
    omitted = django_filters.BooleanFilter("omitted")
    due_before = django_filters.DateFilter("due_on", "lte")

    class Meta:
        model = Cut
        fields: list[str] = []

    def by_stage(self, cuts: QuerySet[Cut], _name: str, value: str) -> QuerySet[Cut]:
        """Keep cuts where the stage was opened, in the state that is asked for too."""
        state = self.form.cleaned_data.get("state")
        wanted = {"stage": value, "state": state} if state else {"stage": value}
        return cuts.filter(pk__in=StageState.objects.filter(**wanted).values("cut"))

    def by_state(self, cuts: QuerySet[Cut], _name: str, value: str) -> QuerySet[Cut]:
        """Keep cuts with a stage in this state."""
        return cuts.filter(pk__in=StageState.objects.filter(state=value).values("cut"))


class StageSerializer(serializers.ModelSerializer):
    """Where a stage of a cut stands and who has it."""

    assignee = PersonSerializer(allow_null=True)

    class Meta:
        model = StageState
        fields = ["stage", "state", "assignee", "due_on", "changed_at"]


class StageChangeSerializer(serializers.Serializer):
    """What of a stage is to change; `assignee` is a user name, null for nobody."""

    state = serializers.ChoiceField(StageStatus.choices, required=False)
    assignee = StrictCharField(max_length=150, required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True)


class CastDesignSerializer(serializers.ModelSerializer):
    """A design that is worn in a cut."""

    character = serializers.CharField(source="character.code")

    class Meta:
        model = Design
        fields = ["id", "character", "code", "name"]


class CutSerializer(serializers.ModelSerializer):
    """A cut with its cast and stages."""

    code = serializers.CharField(source="__str__")
    production = serializers.CharField(source="episode.production.code")
    episode = serializers.CharField(source="episode.code")
    cast = CastDesignSerializer(many=True)
    stages = StageSerializer(many=True)
    shared_with: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)

    class Meta:
        model = Cut
        fields = [
            "id",
            "code",
            "production",
            "episode",
            "number",
            "duration_frames",
            "omitted",
            "due_on",
            "note",
            "cast",
            "stages",
            "shared_with",
        ]


class NewCutSerializer(serializers.Serializer):
    """What a cut is made of."""

    number = StrictCharField(max_length=12)
    duration_frames = Count(required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    note = Text(required=False)


class ChangeCutSerializer(NewCutSerializer):
    """What of a cut may change; `omitted` drops it (欠番) or takes it back."""

    omitted = serializers.BooleanField(required=False)


class CastSerializer(serializers.Serializer):
    """Which designs are worn, by number."""

    designs = serializers.ListField(child=Id(), max_length=200)


class SharedSerializer(serializers.Serializer):
    """Which cuts share drawings with this one, by number."""

    cuts = serializers.ListField(child=Id(), max_length=500)


class Cuts(ApiView):
    """All cuts that a person may see."""

    queryset = Cut.objects.none()
    filterset_class = CutFilter

    @extend_schema(operation_id="cuts", responses=CutSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List cuts of every production that you may see, by production, episode and number."""
        return self.page(CutSerializer, with_all(access.visible_cuts(self.user)))


class MyCuts(ApiView):
    """The cuts in which a stage is mine."""

    queryset = Cut.objects.none()
    filterset_class = CutFilter

    @extend_schema(operation_id="my_cuts", responses=CutSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the cuts where a stage is assigned to you."""
        mine = StageState.objects.filter(assignee=self.user).values("cut")
        return self.page(CutSerializer, with_all(access.visible_cuts(self.user).filter(pk__in=mine)))


class EpisodeCuts(ApiView):
    """The cuts of an episode."""

    @extend_schema(operation_id="cut_create", request=NewCutSerializer, responses={201: CutSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Add a cut to an episode."""
        made = cuts.create(
            actor=self.user, episode=visible_episode(self.user, pk), **self.body(NewCutSerializer)
        )
        return self.answer(CutSerializer, made, status=201)


class OneCut(ApiView):
    """One cut."""

    @extend_schema(operation_id="cut", responses=CutSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a cut."""
        return self.answer(CutSerializer, selectors.get_cut(self.user, pk))

    @extend_schema(operation_id="cut_update", request=ChangeCutSerializer, responses=CutSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Change a cut, drop it (欠番) or take it back."""
        cut = selectors.get_cut(self.user, pk)
        changed = cuts.update(actor=self.user, cut=cut, **self.body(ChangeCutSerializer, partial=True))
        return self.answer(CutSerializer, changed)


class Cast(ApiView):
    """A line of the costume table (香盤表)."""

    @extend_schema(operation_id="cut_cast", request=CastSerializer, responses=CutSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Say which designs are worn in a cut."""
        cut = selectors.get_cut(self.user, pk)
        ids = self.body(CastSerializer)["designs"]
        designs = Design.objects.filter(pk__in=ids, character__production=cut.episode.production_id)
        _require_all(ids, designs, "designs")
        cuts.set_cast(actor=self.user, cut=cut, designs=list(designs.select_related("character")))
        return self.answer(CutSerializer, selectors.get_cut(self.user, pk))


class Shared(ApiView):
    """Cuts that share drawings (兼用)."""

    @extend_schema(operation_id="cut_share", request=SharedSerializer, responses=CutSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Say which cuts share drawings with this one."""
        cut = selectors.get_cut(self.user, pk)
        ids = self.body(SharedSerializer)["cuts"]
        others = access.visible_cuts(self.user).filter(pk__in=ids).select_related("episode__production")
        _require_all(ids, others, "cuts")
        cuts.share(actor=self.user, cut=cut, cuts=list(others))
        return self.answer(CutSerializer, selectors.get_cut(self.user, pk))


class OneStage(ApiView):
    """A stage of a cut."""

    @extend_schema(operation_id="stage_set", request=StageChangeSerializer, responses=StageSerializer)
    def patch(self, request: Request, pk: int, stage: str) -> Response:
        """Move a stage on, give it to somebody, set its date; what is not named stays."""
        cut = selectors.get_cut(self.user, pk)
        fields = self.body(StageChangeSerializer)
        if fields.get("assignee") is not None:
            fields["assignee"] = _member(cut, fields["assignee"])
        return self.answer(StageSerializer, cuts.set_stage(actor=self.user, cut=cut, stage=stage, **fields))


def with_all(rows: QuerySet[Cut]) -> QuerySet[Cut]:
    """Add what a list of cuts shows, in a handful of queries."""
    return (
        rows.select_related("episode__production")
        .prefetch_related("cast__character", "stages__assignee", "shared_with")
        .order_by("episode__production__code", "episode__code", "number")
    )


def _require_all(ids: list[int], found: QuerySet[Any], field: str) -> None:
    missing = set(ids) - set(found.values_list("pk", flat=True))
    if missing:
        raise InvalidInput(
            field=field, reason=phrase("there is no {name} in this production", name=min(missing))
        )


def _member(cut: Cut, username: str) -> User:
    members = User.objects.filter(memberships__production=cut.episode.production_id, username=username)
    user = members.first()
    if user is None:
        raise InvalidInput(
            field="assignee", reason=phrase("“{name}” is no member of this production", name=username)
        )
    return user
