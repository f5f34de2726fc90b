"""What else the pages of rights can do: works and steps of a version, exploitation, approvals, policies, a CSV."""

from __future__ import annotations

import django_filters
from django.http import StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access
from assets import selectors_rights_questions as reads
from assets.api import rights_shapes as shapes
from assets.api.base import CSV, ApiView, Count, Id, PersonSerializer, Text
from assets.api.rights_questions import viewed
from assets.models import Approval, Entry, PolicyProfile, Production
from assets.rights import policy as policies
from assets.services import approvals, licences, made_csv, versions
from studio.core.api import StrictCharField
from studio.core.roles import Action

_MOST_TERRITORIES = 250


class WorkSerializer(serializers.ModelSerializer):
    """A work in a version, with everything that is known of its rights; `facts` leaves out what is empty."""

    item = serializers.IntegerField(source="item_id")
    sha256 = serializers.CharField(source="item.sha256")
    standing = serializers.IntegerField(source="item.standing_id")
    facts = serializers.DictField(source="item.standing.facts")

    class Meta:
        model = Entry
        fields = ["id", "item", "alias", "split", "weight", "sha256", "standing", "facts"]


class WorkFilter(django_filters.FilterSet):
    """Filters of the works of a version."""

    alias = django_filters.CharFilter("alias", "icontains", max_length=200)
    sha256 = django_filters.CharFilter("item__sha256", max_length=64)

    class Meta:
        model = Entry
        fields: list[str] = []


class VersionWorks(ApiView):
    """The works of a version."""

    queryset = Entry.objects.none()
    filterset_class = WorkFilter

    @extend_schema(operation_id="dataset_version_works", responses=WorkSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the works, by path."""
        return self.page(WorkSerializer, reads.entries(reads.get_version(self.user, pk)))


class WhichWorksSerializer(serializers.Serializer):
    """Which works: those of this standing."""

    standing = Id()


class LeftOutSerializer(serializers.Serializer):
    """How many works were left out."""

    works = Count()


class LeaveOut(ApiView):
    """Works are taken out of a draft."""

    @extend_schema(
        operation_id="dataset_version_leave_out", request=WhichWorksSerializer, responses=LeftOutSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take the works of a standing out of a draft; they stay known."""
        version = reads.get_version(self.user, pk)
        standing = reads.group_of(version, self.body(WhichWorksSerializer)["standing"])
        gone = versions.leave_out(actor=self.user, version=version, standing=standing)
        return self.answer(LeftOutSerializer, {"works": gone})


class StopSerializer(serializers.Serializer):
    """Why a version may not be used."""

    why = StrictCharField(max_length=300)


class BlockVersion(ApiView):
    """A version is blocked."""

    @extend_schema(
        operation_id="dataset_version_block", request=StopSerializer, responses=shapes.VersionSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        """Let no new training use a version."""
        version = reads.get_version(self.user, pk)
        versions.block(actor=self.user, version=version, **self.body(StopSerializer))
        return self.answer(shapes.VersionSerializer, reads.get_version(self.user, pk))


class RetireVersion(ApiView):
    """A version is retired."""

    @extend_schema(
        operation_id="dataset_version_retire", request=StopSerializer, responses=shapes.VersionSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        """Take a version out of use for good; it stays as proof."""
        version = reads.get_version(self.user, pk)
        versions.retire(actor=self.user, version=version, **self.body(StopSerializer))
        return self.answer(shapes.VersionSerializer, reads.get_version(self.user, pk))


class NewApprovalSerializer(serializers.Serializer):
    """What a distributor approved in writing; `reference` is how the letter is found again."""

    use = serializers.ChoiceField(shapes.ACTIONS)
    reference = StrictCharField(max_length=200)
    approved = serializers.BooleanField(required=False, default=True)
    note = Text(required=False, max_length=2000)


class ApprovalSerializer(serializers.ModelSerializer):
    """A word of a distributor, or about a model; the newest counts."""

    by = PersonSerializer()

    class Meta:
        model = Approval
        fields = ["id", "subject", "use", "reference", "approved", "note", "by", "recorded_at"]


class Approvals(ApiView):
    """What was approved for a production."""

    queryset = Approval.objects.none()

    @extend_schema(operation_id="rights_approvals", responses=ApprovalSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the approvals, newest first."""
        production = viewed(self.user, code)
        return self.page(ApprovalSerializer, production.approvals.select_related("by").order_by("-pk"))

    @extend_schema(
        operation_id="rights_approval_add", request=NewApprovalSerializer, responses={201: ApprovalSerializer}
    )
    def post(self, request: Request, code: str) -> Response:
        """Write down that the distributor approved a use, or took it back."""
        given = self.body(NewApprovalSerializer)
        made = approvals.by_distributor(actor=self.user, production=viewed(self.user, code), **given)
        return self.answer(ApprovalSerializer, made, status=201)


class ExploitationSerializer(serializers.ModelSerializer):
    """How a production is exploited, and by whose rules: what every question about rights is measured by."""

    territories = serializers.ListField(
        child=StrictCharField(max_length=5), min_length=1, max_length=_MOST_TERRITORIES
    )

    class Meta:
        model = Production
        fields = list(licences.SETTINGS)


class Exploitation(ApiView):
    """How a production is exploited."""

    @extend_schema(operation_id="exploitation", responses=ExploitationSerializer)
    def get(self, request: Request, code: str) -> Response:
        """Return how the production is exploited."""
        return self.answer(ExploitationSerializer, viewed(self.user, code))

    @extend_schema(
        operation_id="exploitation_set", request=ExploitationSerializer, responses=ExploitationSerializer
    )
    def patch(self, request: Request, code: str) -> Response:
        """Say how the production is exploited."""
        production = viewed(self.user, code)
        given = self.body(ExploitationSerializer, partial=True)
        changed = licences.set_exploitation(actor=self.user, production=production, **given)
        return self.answer(ExploitationSerializer, changed)


class PolicySerializer(serializers.Serializer):
    """A policy profile: how strictly the rules are taken. `by_studio`: no profile of Sakkan's."""

    name = serializers.CharField()
    by_studio = serializers.BooleanField()
    title = serializers.DictField(child=serializers.CharField())
    text = serializers.CharField()


class NewPolicySerializer(serializers.Serializer):
    """A profile as YAML."""

    text = StrictCharField(max_length=20_000)


class Policies(ApiView):
    """The policy profiles."""

    queryset = PolicyProfile.objects.none()

    @extend_schema(operation_id="policies", responses=PolicySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List Sakkan's profiles and the studio's own."""
        access.require_anywhere(self.user, Action.VIEW_DATASETS)
        own = dict(PolicyProfile.objects.order_by("id").values_list("name", "text"))
        known = {**policies.shipped(), **{name: policies.read(text) for name, text in own.items()}}
        return self.page(
            PolicySerializer, [_told(each, by_studio=name in own) for name, each in known.items()]
        )

    @extend_schema(operation_id="policy_set", request=NewPolicySerializer, responses={201: PolicySerializer})
    def post(self, request: Request) -> Response:
        """Keep a profile of the studio or of a distributor; the newest of a name counts."""
        row = licences.set_policy_text(actor=self.user, **self.body(NewPolicySerializer))
        return self.answer(PolicySerializer, _told(policies.read(row.text), by_studio=True), status=201)


def _told(policy: policies.Policy, *, by_studio: bool) -> dict[str, object]:
    return {"name": policy.name, "by_studio": by_studio, "title": dict(policy.title), "text": policy.text}


class EpisodeQuery(serializers.Serializer):
    """Of which episode; left out: of all."""

    episode = Text(required=False, max_length=20)


class MadeByModelsCsv(ApiView):
    """The drawings that models made, for the delivery."""

    @extend_schema(operation_id="made_by_models_csv", parameters=[EpisodeQuery], responses=CSV)
    def get(self, request: Request, code: str) -> StreamingHttpResponse:
        """Return the list as CSV."""
        production = viewed(self.user, code)
        episode = self.query(EpisodeQuery).get("episode", "")
        lines = made_csv.write(actor=self.user, production=production, episode=episode)
        answer = StreamingHttpResponse(lines, content_type="text/csv")
        answer["Content-Disposition"] = f'attachment; filename="{production.code}-made-by-models.csv"'
        return answer
