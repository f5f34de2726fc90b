"""Rights holders and their grants."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, grant_words, selectors_rights
from assets.api.base import ApiView, Count, FileSerializer, Id, Text, one
from assets.api.datasets import EvidenceSerializer
from assets.choices_rights import (
    Compensation,
    EvidenceKind,
    HolderKind,
    LegalBasis,
    ModelFamily,
    OnRevoke,
    Scope,
    SubjectKind,
)
from assets.models import Dataset, Evidence, Grant, Item, Payment, Production, RightsHolder
from assets.rights.grant_state import GrantState
from assets.services import grants, holders
from studio.core.api import StrictCharField
from studio.core.errors import InvalidInput
from studio.core.models import User
from studio.core.roles import Action

_MOST_WORKS = 10_000
_MOST_LISTED = 300


class HolderQuery(serializers.Serializer):
    """Filters of the list of rights holders."""

    q = Text(max_length=200, required=False)


class HolderSerializer(serializers.ModelSerializer):
    """Somebody who holds rights."""

    class Meta:
        model = RightsHolder
        fields = ["id", "name", "pseudonym", "kind", "credit", "contact", "note", "created_at"]


class NewHolderSerializer(serializers.Serializer):
    """What is known of somebody who holds rights. Without a pseudonym they get a number."""

    name = StrictCharField(max_length=200)
    pseudonym = Text(max_length=60, required=False)
    kind = serializers.ChoiceField(HolderKind.choices, required=False)
    credit = Text(max_length=200, required=False)
    contact = Text(max_length=300, required=False)
    note = Text(required=False)


class Holders(ApiView):
    """Who holds rights in the art that the studio uses."""

    queryset = RightsHolder.objects.none()

    @extend_schema(operation_id="holders", parameters=[HolderQuery], responses=HolderSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the rights holders; `q` searches name, credit line and pseudonym."""
        text = self.query(HolderQuery).get("q", "")
        return self.page(HolderSerializer, selectors_rights.holders(self.user, text))

    @extend_schema(
        operation_id="holder_create", request=NewHolderSerializer, responses={201: HolderSerializer}
    )
    def post(self, request: Request) -> Response:
        """Add a rights holder."""
        return self.answer(
            HolderSerializer, holders.create(actor=self.user, **self.body(NewHolderSerializer)), status=201
        )


class OneHolder(ApiView):
    """A rights holder."""

    @extend_schema(operation_id="holder", responses=HolderSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a rights holder."""
        return self.answer(HolderSerializer, selectors_rights.get_holder(self.user, pk))

    @extend_schema(operation_id="holder_update", request=NewHolderSerializer, responses=HolderSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is known of a rights holder; what they granted stays as it was signed."""
        holder = selectors_rights.get_holder(self.user, pk)
        fields = self.body(NewHolderSerializer, partial=True)
        return self.answer(HolderSerializer, holders.update(actor=self.user, holder=holder, **fields))


class PaymentSerializer(serializers.ModelSerializer):
    """Money that a grantor was paid."""

    class Meta:
        model = Payment
        fields = ["id", "amount", "currency", "paid_on", "evidence", "note"]


class GrantSerializer(serializers.ModelSerializer):
    """What a rights holder allowed. Terms never change: another grant supersedes."""

    state = serializers.SerializerMethodField()
    dataset: Any = serializers.IntegerField(source="dataset_id", allow_null=True)
    production: Any = serializers.SerializerMethodField()
    only_for: Any = serializers.SerializerMethodField()
    evidence = EvidenceSerializer(many=True)
    payments = PaymentSerializer(many=True)
    _codes: dict[int, str] | None = None

    class Meta:
        model = Grant
        fields = [
            "id", "holder", "state", "subject_kind", "dataset", "production", "works_until", "grantee", "basis",
            "scopes", "purposes", "only_for", "commercial", "territories", "excluded", "valid_from", "valid_until",
            "signed_on", "revocable", "notice_days", "on_revoke", "sublicensable", "moral_covenant", "adaptation",
            "compensation", "amount", "currency", "due_on", "language", "supersedes", "note", "evidence", "payments",
        ]  # fmt: skip

    def get_state(self, grant: Grant) -> str:
        """Return where it stands today: draft, offer, coming, active, expiring, expired, withdrawn or superseded."""
        return GrantState(grant_words.standing_of(grant, timezone.localdate()).state).value

    def get_production(self, grant: Grant) -> str | None:
        """Return the code of the production whose art it speaks of, where the reader belongs to it."""
        return self._code(grant.production_id)

    def get_only_for(self, grant: Grant) -> list[str]:
        """Return the codes of the productions that may use it; those of others are left out."""
        return [code for each in grant.only_for.all() if (code := self._code(each.pk))]

    def _code(self, pk: int | None) -> str | None:
        if self._codes is None:
            user: User = self.context["request"].user
            self._codes = dict(access.visible_productions(user).order_by().values_list("pk", "code"))
        return self._codes.get(pk or 0)


class NewGrantSerializer(serializers.Serializer):
    """The terms of a grant. What is not named is not allowed; without `signed_on` it is an offer."""

    subject_kind = serializers.ChoiceField(SubjectKind.choices)
    dataset = Id(required=False, allow_null=True)
    production = serializers.SlugField(max_length=20, required=False, allow_null=True)
    works: Any = serializers.ListField(
        child=serializers.RegexField(r"^[0-9a-f]{64}$"), max_length=_MOST_WORKS, required=False
    )
    works_until = serializers.DateField(required=False, allow_null=True)
    grantee = Text(max_length=200, required=False)
    basis = serializers.ChoiceField(LegalBasis.choices, required=False)
    scopes: Any = serializers.ListField(
        child=serializers.ChoiceField(Scope.choices), max_length=len(Scope.values)
    )
    purposes: Any = serializers.ListField(
        child=serializers.ChoiceField(ModelFamily.choices), max_length=len(ModelFamily.values), required=False
    )
    only_for: Any = serializers.ListField(
        child=serializers.SlugField(max_length=20), max_length=_MOST_LISTED, required=False
    )
    commercial = serializers.BooleanField(required=False)
    territories: Any = serializers.ListField(child=Text(max_length=5), max_length=_MOST_LISTED)
    excluded: Any = serializers.ListField(child=Text(max_length=5), max_length=_MOST_LISTED, required=False)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)
    signed_on = serializers.DateField(required=False, allow_null=True)
    revocable = serializers.BooleanField(required=False)
    notice_days = Count(max_value=3650, required=False)
    on_revoke = serializers.ChoiceField(OnRevoke.choices, required=False)
    sublicensable = serializers.BooleanField(required=False)
    moral_covenant = serializers.BooleanField(required=False)
    adaptation = serializers.BooleanField(required=False)
    compensation = serializers.ChoiceField(Compensation.choices, required=False)
    amount = serializers.DecimalField(12, 2, min_value=0, required=False, allow_null=True)
    currency = StrictCharField(max_length=3, required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    language = Text(max_length=10, required=False)
    note = Text(required=False)
    supersedes = Id(required=False, allow_null=True)


def _terms(user: User, given: dict[str, Any]) -> dict[str, Any]:
    """Return what the service takes: keys become rows that the person may see."""
    terms = dict(given)
    mine = access.visible_productions(user)
    if terms.get("dataset"):
        theirs = Q(production=None) | Q(production__in=mine.order_by().values("pk"))
        terms["dataset"] = one(Dataset.objects.filter(theirs), "dataset", pk=terms["dataset"])
    if terms.get("production"):
        terms["production"] = one(mine, "production", code=terms["production"])
    codes = terms.pop("only_for", [])
    found = list(Production.objects.filter(pk__in=mine.order_by().values("pk"), code__in=codes))
    if len(found) != len(set(codes)):
        raise InvalidInput(field="only_for", reason="a production that you do not belong to")
    works = terms.pop("works", [])
    items = list(Item.objects.filter(sha256__in=works))
    if len(items) != len(set(works)):
        raise InvalidInput(field="works", reason="a work that is in no dataset")
    older = terms.pop("supersedes", None)
    return {
        **terms,
        "only_for": found,
        "items": items,
        "supersedes": selectors_rights.get_grant(user, older) if older else None,
    }


def _listed() -> QuerySet[Grant]:
    return selectors_rights.grants().prefetch_related("evidence", "payments", "only_for")


class HolderGrants(ApiView):
    """The grants of a rights holder."""

    queryset = Grant.objects.none()

    @extend_schema(operation_id="holder_grants", responses=GrantSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List what somebody granted, the newest first."""
        holder = selectors_rights.get_holder(self.user, pk)
        return self.page(GrantSerializer, _listed().filter(holder=holder))

    @extend_schema(operation_id="grant_create", request=NewGrantSerializer, responses={201: GrantSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Write down what somebody allows; with `supersedes`, newer terms."""
        holder = selectors_rights.get_holder(self.user, pk)
        access.require_anywhere(self.user, Action.EDIT_DATASETS)
        terms = _terms(self.user, self.body(NewGrantSerializer))
        made = grants.create(actor=self.user, holder=holder, **terms)
        return self.answer(GrantSerializer, _listed().get(pk=made.pk), status=201)


class OneGrant(ApiView):
    """A grant."""

    @extend_schema(operation_id="grant", responses=GrantSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a grant with its papers and payments."""
        return self.answer(GrantSerializer, selectors_rights.get_grant(self.user, pk))


class GrantFileSerializer(FileSerializer):
    """A paper; `confidential` (the usual) means for producers alone."""

    kind = serializers.ChoiceField(EvidenceKind.choices, required=False)
    confidential = serializers.BooleanField(required=False, default=True)


class GrantEvidence(ApiView):
    """The papers of a grant."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="grant_evidence_add",
        request={"multipart/form-data": GrantFileSerializer},
        responses={201: EvidenceSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a file that proves the grant; it is kept as it came."""
        grant = selectors_rights.get_grant(self.user, pk)
        access.require_anywhere(self.user, Action.EDIT_DATASETS)
        given = self.body(GrantFileSerializer)
        file: Any = given.pop("file")
        kept = grants.add_evidence(actor=self.user, grant=grant, file_name=file.name, stream=file, **given)
        return self.answer(EvidenceSerializer, kept, status=201)


class NewPaymentSerializer(serializers.Serializer):
    """Money that was paid."""

    amount = serializers.DecimalField(12, 2, min_value=0)
    currency = StrictCharField(max_length=3, required=False)
    paid_on = serializers.DateField()
    evidence = Id(required=False, allow_null=True)
    note = Text(max_length=300, required=False)


class GrantPayments(ApiView):
    """The payments of a grant."""

    @extend_schema(operation_id="grant_pay", request=NewPaymentSerializer, responses={201: PaymentSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Write down that the grantor was paid."""
        grant = selectors_rights.get_grant(self.user, pk)
        access.require_anywhere(self.user, Action.EDIT_DATASETS)
        given = self.body(NewPaymentSerializer)
        if given.get("evidence"):
            given["evidence"] = one(Evidence.objects.filter(grant=grant), "evidence", pk=given["evidence"])
        return self.answer(PaymentSerializer, grants.pay(actor=self.user, grant=grant, **given), status=201)
