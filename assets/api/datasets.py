"""Datasets, their licences and the evidence for them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q
from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, selectors
from assets.api.base import EMPTY, ApiView, FileSerializer, Text, one
from assets.models import Dataset, Evidence
from assets.services import datasets
from studio.core import storage
from studio.core.api import StrictCharField
from studio.core.roles import Action


class DatasetFilter(django_filters.FilterSet):
    """Filters of a list of datasets."""

    licence = django_filters.CharFilter("licence_expression", max_length=200)
    ends_before = django_filters.DateFilter("valid_until", "lt")

    class Meta:
        model = Dataset
        fields: list[str] = []


class EvidenceSerializer(serializers.ModelSerializer):
    """A file that proves a right."""

    class Meta:
        model = Evidence
        fields = ["id", "file_name", "size_bytes", "added_at"]


class DatasetSerializer(serializers.ModelSerializer):
    """A body of art with its source and licence."""

    production = serializers.CharField(source="production.code", default=None)
    evidence = EvidenceSerializer(many=True)

    class Meta:
        model = Dataset
        fields = [
            "id",
            "production",
            "name",
            "source",
            "rights_holder",
            "licence_expression",
            "contract",
            "valid_from",
            "valid_until",
            "note",
            "evidence",
            "created_at",
        ]


class NewDatasetSerializer(serializers.Serializer):
    """What is known of a body of art. No licence means no right."""

    name = StrictCharField(max_length=200)
    source: Any = Text(max_length=500, required=False)
    rights_holder = Text(max_length=200, required=False)
    licence_expression = Text(max_length=200, required=False)
    contract = Text(max_length=200, required=False)
    valid_from = serializers.DateField(required=False, allow_null=True)
    valid_until = serializers.DateField(required=False, allow_null=True)
    note = Text(required=False)


class Datasets(ApiView):
    """The datasets of a production."""

    queryset = Dataset.objects.none()
    filterset_class = DatasetFilter

    @extend_schema(operation_id="datasets", responses=DatasetSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the datasets."""
        production = selectors.get_production(self.user, code)
        access.require(self.user, Action.VIEW_DATASETS, production)
        rows = selectors.datasets_of(self.user, production)
        return self.page(DatasetSerializer, rows.select_related("production"))

    @extend_schema(
        operation_id="dataset_create", request=NewDatasetSerializer, responses={201: DatasetSerializer}
    )
    def post(self, request: Request, code: str) -> Response:
        """Add a dataset."""
        production = selectors.get_production(self.user, code)
        made = datasets.create(actor=self.user, production=production, **self.body(NewDatasetSerializer))
        return self.answer(DatasetSerializer, made, status=201)


class OneDataset(ApiView):
    """One dataset."""

    @extend_schema(operation_id="dataset", responses=DatasetSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a dataset with its evidence."""
        return self.answer(DatasetSerializer, selectors.get_dataset(self.user, pk))

    @extend_schema(operation_id="dataset_update", request=NewDatasetSerializer, responses=DatasetSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Change what is known of a dataset."""
        dataset = selectors.get_dataset(self.user, pk)
        fields = self.body(NewDatasetSerializer, partial=True)
        return self.answer(DatasetSerializer, datasets.update(actor=self.user, dataset=dataset, **fields))

    @extend_schema(operation_id="dataset_remove", responses={204: EMPTY})
    def delete(self, request: Request, pk: int) -> Response:
        """Remove a dataset."""
        datasets.remove(actor=self.user, dataset=selectors.get_dataset(self.user, pk))
        return Response(status=204)


class DatasetEvidence(ApiView):
    """The evidence of a dataset."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="evidence_add",
        request={"multipart/form-data": FileSerializer},
        responses={201: EvidenceSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Add a file that proves a right; it is kept as it came."""
        dataset = selectors.get_dataset(self.user, pk)
        file: Any = self.body(FileSerializer)["file"]
        kept = datasets.add_evidence(actor=self.user, dataset=dataset, file_name=file.name, stream=file)
        return self.answer(EvidenceSerializer, kept, status=201)


class EvidenceFile(ApiView):
    """A file that proves a right."""

    @extend_schema(
        operation_id="evidence_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, pk: int) -> FileResponse:
        """Return the file as it came."""
        seen = Q(dataset__production__in=access.visible_productions(self.user)) | Q(dataset__production=None)
        visible = Evidence.objects.filter(seen).select_related("dataset__production")
        kept: Evidence = one(visible, "evidence", pk=pk)
        needs = Action.EDIT_DATASETS if kept.confidential else Action.VIEW_DATASETS
        access.require_for(self.user, needs, kept.production)
        return FileResponse(
            storage.blobs().open(kept.blob),
            as_attachment=True,
            filename=kept.file_name,
            content_type="application/octet-stream",
        )
