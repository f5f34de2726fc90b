"""Dataset versions and the register of models in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, selectors
from assets import selectors_rights_questions as reads
from assets.api import rights_shapes as shapes
from assets.api.base import ApiView, one
from assets.choices_rights import Origin
from assets.models import DatasetVersion, ModelVersion, RightsHolder, VersionStanding
from assets.rights import facts
from assets.services import register, versions
from assets.services.versions import Conclusion
from assets.standing_words import holder_names, said_of
from studio.core.errors import InvalidInput
from studio.core.roles import Action


class Versions(ApiView):
    """The versions of a dataset."""

    queryset = DatasetVersion.objects.none()

    @extend_schema(operation_id="dataset_versions", responses=shapes.VersionSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List them, the newest first."""
        dataset = selectors.get_dataset(self.user, pk)
        return self.page(shapes.VersionSerializer, dataset.versions.select_related("made_by"))

    @extend_schema(
        operation_id="dataset_version_draft",
        request=shapes.NewVersionSerializer,
        responses={201: shapes.VersionSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Begin a draft."""
        dataset = selectors.get_dataset(self.user, pk)
        data = self.body(shapes.NewVersionSerializer)
        parent = (
            one(dataset.versions.all(), "dataset version", pk=data["parent"]) if data.get("parent") else None
        )
        made = versions.draft(
            actor=self.user, dataset=dataset, parent=parent, purpose=data.get("purpose", "")
        )
        return self.answer(shapes.VersionSerializer, made, status=201)


class OneVersion(ApiView):
    """One version of a dataset."""

    @extend_schema(operation_id="dataset_version", responses=shapes.VersionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return it with the report of its intake."""
        return self.answer(shapes.VersionSerializer, reads.get_version(self.user, pk))


class VersionGroups(ApiView):
    """How the works of a version stand."""

    queryset = VersionStanding.objects.none()

    @extend_schema(operation_id="dataset_version_groups", responses=shapes.StandingGroupSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List groups of works that stand alike, the most first."""
        shown: Any = self.paginate_queryset(reads.groups(reads.get_version(self.user, pk)))
        known = {row.pk: facts.Standing.from_json(row.standing.facts) for row in shown}
        names = holder_names(known.values())
        rows = [
            {
                "standing": row.standing_id,
                "digest": row.standing.digest,
                "split": row.split,
                "count": row.count,
                "headline": said_of(known[row.pk], names).headline,
                "facts": row.standing.facts,
            }
            for row in shown
        ]
        return self.get_paginated_response(shapes.StandingGroupSerializer(rows, many=True).data)


class ConcludeVersion(ApiView):
    """What a person concludes about works that stand alike."""

    @extend_schema(
        operation_id="dataset_version_conclude",
        request=shapes.ConcludeSerializer,
        responses=shapes.ChangedSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Conclude licence and owners for all of them."""
        version = reads.get_version(self.user, pk)
        data = self.body(shapes.ConcludeSerializer)
        standing = reads.group_of(version, data["standing"])
        key = data.get("evidence")
        conclusion = Conclusion(
            expression=data.get("expression"),
            owners=_holders(data, "owners"),
            authors=_holders(data, "authors"),
            why=data["why"],
            evidence=one(version.dataset.evidence.all(), "evidence", pk=key) if key else None,
            settled=data.get("settled", False),
        )
        changed = versions.conclude(
            actor=self.user, version=version, standing=standing, conclusion=conclusion
        )
        return self.answer(shapes.ChangedSerializer, {"works": changed})


def _holders(data: dict[str, Any], name: str) -> list[RightsHolder] | None:
    if name not in data:
        return None
    found = list(RightsHolder.objects.filter(pk__in=data[name]))
    if len(found) != len(set(data[name])):
        raise InvalidInput(field=name, reason="one of them is no rights holder of the list")
    return found


class FreezeVersion(ApiView):
    """The end of a draft."""

    @extend_schema(operation_id="dataset_version_freeze", request=None, responses=shapes.VersionSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Freeze it: no work joins or leaves it any more."""
        version = reads.get_version(self.user, pk)
        return self.answer(shapes.VersionSerializer, versions.freeze(actor=self.user, version=version))


class ApproveVersion(ApiView):
    """An approval by somebody who did not make it."""

    @extend_schema(
        operation_id="dataset_version_approve",
        request=shapes.WhySerializer,
        responses=shapes.VersionSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        """Approve it as it stands now."""
        version = reads.get_version(self.user, pk)
        note = self.body(shapes.WhySerializer).get("why", "")
        versions.approve(actor=self.user, version=version, note=note)
        return self.answer(shapes.VersionSerializer, reads.get_version(self.user, pk))


class VersionDifference(ApiView):
    """What changed in rights since the parent version."""

    @extend_schema(operation_id="dataset_version_difference", responses=shapes.DifferenceSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Compare it with its parent as that was frozen; without a parent nothing changed."""
        version = reads.get_version(self.user, pk)
        if version.parent is None:
            return self.answer(shapes.DifferenceSerializer, {"added": 0, "removed": 0, "restated": []})
        found = versions.difference(version.parent, version)
        moves = [
            {
                "before": before.as_json() if before else None,
                "after": after.as_json() if after else None,
                "count": count,
            }
            for before, after, count in found.restated
        ]
        body = {"added": found.added, "removed": found.removed, "restated": moves}
        return self.answer(shapes.DifferenceSerializer, body)


_RELATED = ("blocks", "parents", "children", "inputs")


class Models(ApiView):
    """The register of models."""

    queryset = ModelVersion.objects.none()

    @extend_schema(operation_id="models", responses=shapes.ModelSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the models."""
        access.require_anywhere(self.user, Action.VIEW_DATASETS)
        return self.page(shapes.ModelSerializer, ModelVersion.objects.prefetch_related(*_RELATED))

    @extend_schema(
        operation_id="model_register",
        request=shapes.NewModelSerializer,
        responses={201: shapes.ModelSerializer},
    )
    def post(self, request: Request) -> Response:
        """Enter a model from outside."""
        made = register.register(
            actor=self.user, origin=Origin.THIRD_PARTY, **self.body(shapes.NewModelSerializer)
        )
        return self.answer(shapes.ModelSerializer, made, status=201)


class OneModel(ApiView):
    """One model."""

    @extend_schema(operation_id="model", responses=shapes.ModelSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a model with its lineage both ways."""
        return self.answer(shapes.ModelSerializer, reads.get_model(self.user, pk))


class BlockModel(ApiView):
    """A block of a model."""

    @extend_schema(
        operation_id="model_block", request=shapes.BlockSerializer, responses=shapes.ModelSerializer
    )
    def post(self, request: Request, pk: int) -> Response:
        """Let it work no more, or (`lifted`) again."""
        model = reads.get_model(self.user, pk)
        register.block(actor=self.user, model=model, **self.body(shapes.BlockSerializer))
        return self.answer(shapes.ModelSerializer, model)
