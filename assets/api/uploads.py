"""Uploads: say what names mean, open, watch files arrive (they arrive by `tus`), submit, discard, report."""

from __future__ import annotations

import uuid
from typing import Any

import django_filters
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, selectors
from assets.api.base import EMPTY, ApiView, PersonSerializer, Text
from assets.api.jobs import JobSerializer
from assets.api.problems import ProblemSerializer
from assets.choices import Stage, TakeSource, UploadState
from assets.models import Upload, UploadFile
from assets.services import uploads
from studio.core.api import StrictCharField

_MAX_FILES = 20_000


class UploadFilter(django_filters.FilterSet):
    """Filters of a list of uploads."""

    cut = django_filters.NumberFilter("cut", min_value=1, max_value=2**53)
    state = django_filters.ChoiceFilter("state", choices=UploadState.choices)

    class Meta:
        model = Upload
        fields: list[str] = []


class UploadFileSerializer(serializers.ModelSerializer):
    """A file on its way; `tus` is where its bytes are sent to."""

    tus = serializers.SerializerMethodField()

    class Meta:
        model = UploadFile
        fields = ["id", "path", "size_bytes", "offset_bytes", "is_complete", "tus"]

    @extend_schema_field(OpenApiTypes.STR)
    def get_tus(self, file: UploadFile) -> str:
        """The path below the server's address."""
        return reverse("api_tus_file", args=[file.pk])


class UploadSerializer(serializers.ModelSerializer):
    """An upload; `report` has a line per file once they were read."""

    cut = serializers.IntegerField(source="cut_id")
    cut_code = serializers.CharField(source="cut.__str__")
    submitted_by = PersonSerializer(allow_null=True)
    take = serializers.IntegerField(source="take_id", allow_null=True)
    report = serializers.ListField(child=serializers.DictField())

    class Meta:
        model = Upload
        fields = [
            "id",
            "cut",
            "cut_code",
            "stage",
            "source",
            "state",
            "note",
            "rule_id",
            "submitted_by",
            "take",
            "report",
            "created_at",
        ]


class NewUploadSerializer(serializers.Serializer):
    """For which stage, and what to say about it."""

    stage = serializers.ChoiceField(Stage.choices)
    note = Text(required=False)


class NamesSerializer(serializers.Serializer):
    """File names with their folders, as they would be sent; `rule_id` asks for one naming rule.

    `cells` = {cell as the names say it: cell as it is meant}, where they mislead.
    """

    stage = serializers.ChoiceField(Stage.choices)
    paths = serializers.ListField(child=StrictCharField(max_length=500), min_length=1, max_length=_MAX_FILES)
    rule_id = Text(max_length=60, required=False)
    cells = serializers.DictField(child=StrictCharField(max_length=60), required=False)


class NameSerializer(serializers.Serializer):
    """How one name was read."""

    path = serializers.CharField()
    kind = serializers.CharField()
    episode = serializers.CharField(allow_null=True)
    cut = serializers.CharField(allow_null=True)
    stage = serializers.CharField(allow_null=True)
    cell = serializers.CharField(allow_null=True)
    number = serializers.CharField(source="number_text")
    take = serializers.CharField(allow_null=True)
    rule_id = serializers.CharField(allow_null=True)
    problem = ProblemSerializer(allow_null=True)


class UnderstandingSerializer(serializers.Serializer):
    """How all names were read, and what is odd about them together."""

    rule_id = serializers.CharField(allow_null=True)
    rows = NameSerializer(many=True)
    problems = ProblemSerializer(many=True)


class SubmitSerializer(serializers.Serializer):
    """By which naming rule the names are to be read (empty for the one that reads most), and which cells are meant."""

    rule_id = Text(max_length=60, required=False)
    cells = serializers.DictField(child=StrictCharField(max_length=60), required=False)


class Uploads(ApiView):
    """Uploads that a person may see."""

    queryset = Upload.objects.none()
    filterset_class = UploadFilter

    @extend_schema(operation_id="uploads", responses=UploadSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the uploads to cuts that you may see, newest first."""
        rows = Upload.objects.filter(cut__in=access.visible_cuts(self.user))
        return self.page(UploadSerializer, rows.select_related("cut__episode", "submitted_by"))


class CutUploads(ApiView):
    """Uploads of a cut."""

    @extend_schema(operation_id="upload_open", request=NewUploadSerializer, responses={201: UploadSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Open an upload: send its files by tus, then submit it."""
        cut = selectors.get_cut(self.user, pk)
        made = uploads.open_upload(
            actor=self.user, cut=cut, source=TakeSource.API, **self.body(NewUploadSerializer)
        )
        return self.answer(UploadSerializer, made, status=201)


class Understand(ApiView):
    """What names mean, before anything is sent."""

    @extend_schema(
        operation_id="upload_understand", request=NamesSerializer, responses=UnderstandingSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        """Say how file names would be read: cell, number, what is missing, what fits no rule."""
        cut = selectors.get_cut(self.user, pk)
        read: Any = uploads.understand(actor=self.user, cut=cut, **self.body(NamesSerializer))
        return self.answer(UnderstandingSerializer, read)


class OneUpload(ApiView):
    """One upload."""

    @extend_schema(operation_id="upload", responses=UploadSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Return an upload with its report."""
        return self.answer(UploadSerializer, selectors.get_upload(self.user, pk))

    @extend_schema(operation_id="upload_discard", responses={204: EMPTY})
    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Throw an upload away before it was submitted."""
        uploads.discard(actor=self.user, upload=selectors.get_upload(self.user, pk))
        return Response(status=204)


class SubmitUpload(ApiView):
    """An upload becomes a take."""

    @extend_schema(operation_id="upload_submit", request=SubmitSerializer, responses={202: JobSerializer})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Have the files read and made a take, then checked. The job's subject names the upload."""
        upload = selectors.get_upload(self.user, pk)
        job = uploads.submit(actor=self.user, upload=upload, **self.body(SubmitSerializer))
        return self.answer(JobSerializer, job, status=202)
