"""Sign-offs of a cut's stages: who signed what, signing, taking it back."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors
from assets.api.base import ApiView, Id, PersonSerializer, Text, one
from assets.choices import Stage
from assets.models import SignOff
from assets.services import sign_offs


class SignOffSerializer(serializers.ModelSerializer):
    """A person's word that a stage is done; `revoked`: this word takes the one before it back."""

    cut = serializers.IntegerField(source="cut_id")
    take = serializers.IntegerField(source="take_id", allow_null=True)
    by = PersonSerializer()

    class Meta:
        model = SignOff
        fields = ["id", "cut", "stage", "take", "revoked", "note", "by", "at"]


class RevokeSerializer(serializers.Serializer):
    """Which stage, and why."""

    stage = serializers.ChoiceField(Stage.choices)
    note = Text(required=False)


class SignSerializer(RevokeSerializer):
    """Which stage of the cut, with which take; without one the newest is meant."""

    take = Id(required=False, allow_null=True)


class SignOffs(ApiView):
    """The sign-offs of a cut."""

    queryset = SignOff.objects.none()

    @extend_schema(operation_id="sign_offs", responses=SignOffSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List who signed what and who took it back, newest first."""
        cut = selectors.get_cut(self.user, pk)
        return self.page(SignOffSerializer, cut.sign_offs.select_related("by"))

    @extend_schema(operation_id="sign_off", request=SignSerializer, responses={201: SignOffSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Sign a stage off: it becomes approved. Needs the authority over this stage."""
        cut = selectors.get_cut(self.user, pk)
        given = self.body(SignSerializer)
        key = given.pop("take", None)
        take = one(cut.takes.all(), "take", pk=key) if key else None
        signed = sign_offs.sign(actor=self.user, cut=cut, take=take, **given)
        return self.answer(SignOffSerializer, signed, status=201)


class RevokeSignOff(ApiView):
    """A sign-off is taken back."""

    @extend_schema(operation_id="sign_off_revoke", request=RevokeSerializer, responses=SignOffSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Take the sign-off of a stage back: the stage is submitted again."""
        cut = selectors.get_cut(self.user, pk)
        return self.answer(
            SignOffSerializer, sign_offs.revoke(actor=self.user, cut=cut, **self.body(RevokeSerializer))
        )
