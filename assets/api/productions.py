"""Productions, who works on them, their naming rules and episodes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, selectors
from assets.api.base import EMPTY, ApiView, PersonSerializer, Text, one
from assets.authority import papers_of, roles_for
from assets.choices import Stage
from assets.models import Episode, Membership, Production
from assets.services import productions
from studio.core.api import StrictCharField
from studio.core.errors import InvalidInput, phrase
from studio.core.models import User
from studio.core.roles import Action, Role


class ProductionSerializer(serializers.ModelSerializer):
    """A production."""

    retake_authority = serializers.SerializerMethodField()
    paper_colours = serializers.SerializerMethodField()

    class Meta:
        model = Production
        fields = [
            "id",
            "code",
            "title",
            "fps",
            "note",
            "archived",
            "drift_by_artist",
            "retake_authority",
            "paper_colours",
            "created_at",
        ]

    def get_retake_authority(self, production: Production) -> dict[str, list[str]]:
        """Which roles may order retakes of a stage and sign it off: the production's own table, or the usual one."""
        return {stage: list(roles_for(production, stage)) for stage in Stage.values}

    def get_paper_colours(self, production: Production) -> dict[str, str]:
        """On which paper each role corrects, as #rrggbb."""
        return papers_of(production)


class NewProductionSerializer(serializers.Serializer):
    """What a production is made of."""

    code = StrictCharField(max_length=20)
    title = StrictCharField(max_length=200)
    fps = serializers.DecimalField(max_digits=6, decimal_places=3, min_value=1, max_value=240, required=False)
    note = Text(required=False)


class ChangeProductionSerializer(NewProductionSerializer):
    """What of a production may be changed."""

    archived = serializers.BooleanField(required=False)
    drift_by_artist = serializers.BooleanField(
        required=False, help_text="Whether drift over the season may be shown by artist, with names."
    )
    retake_authority = serializers.DictField(
        child=serializers.ListField(child=serializers.ChoiceField(Role.choices), max_length=20),
        required=False,
        help_text="Roles by stage; stages that are left out get the usual roles. {} resets all.",
    )
    paper_colours = serializers.DictField(
        child=StrictCharField(max_length=7),
        required=False,
        help_text="#rrggbb by role; roles that are left out get the usual paper. {} resets all.",
    )


class NamingRuleSerializer(serializers.Serializer):
    """One way to read file names: a regular expression with the groups episode, cut, stage, cell, number, take."""

    id = StrictCharField(max_length=60)
    label: Any = StrictCharField(max_length=200)
    pattern = StrictCharField(max_length=400)
    example = Text(max_length=200, required=False)


class NamingRulesSerializer(serializers.Serializer):
    """The rules, tried in this order; none means Sakkan's own."""

    rules: Any = serializers.ListSerializer(child=NamingRuleSerializer(), max_length=50)


class MemberSerializer(serializers.ModelSerializer):
    """One role of one person."""

    user = PersonSerializer()

    class Meta:
        model = Membership
        fields = ["id", "user", "role"]


class NewMemberSerializer(serializers.Serializer):
    """Whom to give which role."""

    username = StrictCharField(max_length=150)
    role = serializers.ChoiceField(Role.choices)


class EpisodeSerializer(serializers.ModelSerializer):
    """An episode (話数)."""

    production = serializers.CharField(source="production.code")

    class Meta:
        model = Episode
        fields = ["id", "production", "code", "title", "due_on"]


class NewEpisodeSerializer(serializers.Serializer):
    """What an episode is made of."""

    code = StrictCharField(max_length=20)
    title = Text(max_length=200, required=False)
    due_on = serializers.DateField(required=False, allow_null=True)


class Productions(ApiView):
    """All productions of a person."""

    queryset = Production.objects.none()

    @extend_schema(operation_id="productions", responses=ProductionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the productions that you work on and that are not archived."""
        return self.page(ProductionSerializer, selectors.productions_of(self.user))

    @extend_schema(
        operation_id="production_create",
        request=NewProductionSerializer,
        responses={201: ProductionSerializer},
    )
    def post(self, request: Request) -> Response:
        """Open a production; you become its producer."""
        made = productions.create(actor=self.user, **self.body(NewProductionSerializer))
        return self.answer(ProductionSerializer, made, status=201)


class OneProduction(ApiView):
    """One production."""

    @extend_schema(operation_id="production", responses=ProductionSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Return a production."""
        return self.answer(ProductionSerializer, selectors.get_production(self.user, code))

    @extend_schema(
        operation_id="production_update", request=ChangeProductionSerializer, responses=ProductionSerializer
    )
    def patch(self, request: Request, code: str) -> Response:
        """Change a production, archive it or take it back."""
        production = selectors.get_production(self.user, code)
        fields = self.body(ChangeProductionSerializer, partial=True)
        changed = productions.update(actor=self.user, production=production, **fields)
        return self.answer(ProductionSerializer, changed)


class NamingRules(ApiView):
    """How file names are read in a production."""

    @extend_schema(operation_id="naming_rules", responses=NamingRulesSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Return the rules in force: the production's own, or Sakkan's."""
        return self._answer(selectors.get_production(self.user, code))

    @extend_schema(
        operation_id="naming_rules_set", request=NamingRulesSerializer, responses=NamingRulesSerializer
    )
    def put(self, request: Request, code: str) -> Response:
        """Replace the rules; an empty list means Sakkan's own."""
        production = selectors.get_production(self.user, code)
        rules: list[dict[str, Any]] = [
            {"example": "", **rule} for rule in self.body(NamingRulesSerializer)["rules"]
        ]
        return self._answer(productions.set_naming_rules(actor=self.user, production=production, rules=rules))

    def _answer(self, production: Production) -> Response:
        return self.answer(NamingRulesSerializer, {"rules": productions.naming_rules_of(production)})


class Members(ApiView):
    """Who works on a production."""

    queryset = Membership.objects.none()

    @extend_schema(operation_id="members", responses=MemberSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the roles of all people in a production. Not for outside artists."""
        production = selectors.get_production(self.user, code)
        access.require(self.user, Action.VIEW_ALL_CUTS, production)
        return self.page(MemberSerializer, production.memberships.select_related("user"))

    @extend_schema(operation_id="member_add", request=NewMemberSerializer, responses={201: MemberSerializer})
    def post(self, request: Request, code: str) -> Response:
        """Give a person a role; a person may hold several."""
        production = selectors.get_production(self.user, code)
        access.require(self.user, Action.MANAGE_MEMBERS, production)  # before it is said who has an account
        given = self.body(NewMemberSerializer)
        user = User.objects.filter(username=given["username"], is_active=True).first()
        if user is None:
            raise InvalidInput(
                field="username", reason=phrase("nobody is called “{name}”", name=given["username"])
            )
        held = productions.add_role(actor=self.user, production=production, user=user, role=given["role"])
        return self.answer(MemberSerializer, held, status=201)


class Member(ApiView):
    """One role of one person."""

    @extend_schema(operation_id="member_remove", responses={204: EMPTY})
    def delete(self, request: Request, pk: int) -> Response:
        """Take a role away."""
        visible = Membership.objects.filter(production__in=access.visible_productions(self.user))
        productions.remove_role(actor=self.user, membership=one(visible, "role", pk=pk))
        return Response(status=204)


class Episodes(ApiView):
    """The episodes of a production."""

    queryset = Episode.objects.none()

    @extend_schema(operation_id="episodes", responses=EpisodeSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the episodes."""
        production = selectors.get_production(self.user, code)
        return self.page(EpisodeSerializer, production.episodes.select_related("production"))

    @extend_schema(
        operation_id="episode_create", request=NewEpisodeSerializer, responses={201: EpisodeSerializer}
    )
    def post(self, request: Request, code: str) -> Response:
        """Add an episode."""
        production = selectors.get_production(self.user, code)
        made = productions.create_episode(
            actor=self.user, production=production, **self.body(NewEpisodeSerializer)
        )
        return self.answer(EpisodeSerializer, made, status=201)


class OneEpisode(ApiView):
    """One episode."""

    @extend_schema(operation_id="episode", responses=EpisodeSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return an episode."""
        return self.answer(EpisodeSerializer, visible_episode(self.user, pk))

    @extend_schema(operation_id="episode_update", request=NewEpisodeSerializer, responses=EpisodeSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Change an episode."""
        fields = self.body(NewEpisodeSerializer, partial=True)
        episode = visible_episode(self.user, pk)
        changed = productions.update_episode(actor=self.user, episode=episode, **fields)
        return self.answer(EpisodeSerializer, changed)


def visible_episode(user: User, pk: int) -> Episode:
    """Return an episode of a production that the person works on. Raises NotFound."""
    visible = Episode.objects.filter(production__in=access.visible_productions(user))
    return one(visible.select_related("production"), "episode", pk=pk)
