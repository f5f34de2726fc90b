"""Shapes of what Sakkan draws for artists: proposals with their versions, keys and drawings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from assets.api.base import Count, Id, PersonSerializer, SmallFile, Text
from assets.choices import DerivedState, Stage
from assets.models import Cell, DerivedJob, Proposal, ProposalDrawing, ProposalKey, ProposalPart
from assets.services import engines
from studio.core.api import StrictCharField
from studio.core.errors import StudioError

_CELL = Cell._meta.get_field("name").max_length
_CHART = ProposalPart._meta.get_field("chart").max_length


class DerivedSerializer(serializers.ModelSerializer):
    """Drawings that were asked of Sakkan. `job` is cancelled and tried again like any other job.

    `message` says why the job failed; a refusal of the licence gate names its decision in `decision`.
    """

    cut = serializers.IntegerField(source="cut_id")
    cut_code = serializers.CharField(source="cut.__str__")
    state: Any = serializers.ChoiceField(DerivedState.choices)
    from_take = serializers.IntegerField(source="from_take_id", allow_null=True)
    take = serializers.IntegerField(source="take_id", allow_null=True)
    job = serializers.UUIDField(source="job_id", allow_null=True)
    done_count = serializers.IntegerField(source="job.done_count", default=0)
    total_count = serializers.IntegerField(source="job.total_count", default=0)
    message = serializers.SerializerMethodField()
    decision = serializers.SerializerMethodField()
    by = PersonSerializer()
    decided_by = PersonSerializer(allow_null=True)

    class Meta:
        model = DerivedJob
        fields = [
            "id",
            "cut",
            "cut_code",
            "stage",
            "kind",
            "cell",
            "state",
            "from_take",
            "take",
            "job",
            "done_count",
            "total_count",
            "message",
            "decision",
            "by",
            "created_at",
            "decided_by",
            "decided_at",
            "note",
        ]

    def get_message(self, derived: DerivedJob) -> str:
        """Why it failed, in the sentence that pages show too."""
        job = derived.job
        return StudioError(job.error_code, **job.error_data).message if job and job.error_code else ""

    def get_decision(self, derived: DerivedJob) -> int | None:
        """The answer of the gate that stopped it."""
        found = derived.job.error_data.get("decision") if derived.job else None
        return found if isinstance(found, int) else None


class KeySerializer(serializers.ModelSerializer):
    """A picture that is drawn from; `drawing` where it is one of a take."""

    drawing = serializers.IntegerField(source="drawing_id", allow_null=True)
    corrects = serializers.IntegerField(source="corrects_id", allow_null=True)
    number_text = serializers.CharField()
    picture = serializers.SerializerMethodField()

    class Meta:
        model = ProposalKey
        fields = [
            "id",
            "origin",
            "drawing",
            "corrects",
            "number",
            "number_text",
            "height_px",
            "width_px",
            "has_alpha",
            "content_sha256",
            "picture",
        ]

    @extend_schema_field(serializers.URLField())
    def get_picture(self, key: ProposalKey) -> str:
        """The address of the PNG."""
        return reverse("api_derived_key_picture", [key.pk], request=self.context.get("request"))


class WeakSerializer(serializers.Serializer):
    """Where a breakdown drawing is needed, in pixels of the keys, and why."""

    box_xyxy = serializers.ListField(child=serializers.FloatField())
    reason = serializers.CharField()
    confidence = serializers.FloatField()


class DraftSerializer(serializers.ModelSerializer):
    """One drawing of a version. `drawing` is what it became in a take, `picture` where its PNG is once it is drawn.

    Of a clean-up, also `svg` and `layers` (addresses of the PNG of each coloured pencil that was kept apart), and
    `found`: how many strokes, closures, closed regions and stray ends, and notes for the artist.
    """

    number_text = serializers.CharField()
    weak = WeakSerializer(many=True)
    drawing = serializers.IntegerField(source="drawing_id", allow_null=True)
    picture = serializers.SerializerMethodField()
    svg = serializers.SerializerMethodField()
    layers = serializers.SerializerMethodField()
    found = serializers.DictField()

    class Meta:
        model = ProposalDrawing
        fields = [
            "id",
            "position",
            "number",
            "number_text",
            "state",
            "confidence",
            "weak",
            "content_sha256",
            "drawing",
            "picture",
            "svg",
            "layers",
            "found",
        ]

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_svg(self, draft: ProposalDrawing) -> str | None:
        """The address of the SVG, or null where there is none."""
        if not draft.svg_blob:
            return None
        return reverse("api_cleanup_svg", [draft.pk], request=self.context.get("request"))

    @extend_schema_field(serializers.DictField(child=serializers.URLField()))
    def get_layers(self, draft: ProposalDrawing) -> dict[str, str]:
        """The addresses of the PNG of each pencil."""
        request = self.context.get("request")
        return {
            name: reverse("api_cleanup_layer", [draft.pk, name], request=request) for name in draft.layers
        }

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_picture(self, draft: ProposalDrawing) -> str | None:
        """The address of the PNG, or null while there is none."""
        if not draft.view_blob:
            return None
        return reverse("api_derived_drawing_picture", [draft.pk], request=self.context.get("request"))


class PartSerializer(serializers.ModelSerializer):
    """What is drawn from one pair of keys. `steering` is that part of the sidecar."""

    a = KeySerializer()
    b = KeySerializer(allow_null=True)
    positions = serializers.ListField(child=serializers.FloatField())
    steering = serializers.DictField()
    drawings = DraftSerializer(many=True)

    class Meta:
        model = ProposalPart
        fields = ["index", "a", "b", "chart", "positions", "steering", "drawings"]


class ProposalSerializer(serializers.ModelSerializer):
    """A version of what was proposed; none is ever changed."""

    model = serializers.IntegerField(source="model_id")
    model_name = serializers.CharField(source="model.__str__")
    decision = serializers.IntegerField(source="decision_id")
    by = PersonSerializer()
    parts = PartSerializer(many=True)

    class Meta:
        model = Proposal
        fields = [
            "number",
            "cause",
            "engine",
            "model",
            "model_name",
            "decision",
            "on_frames",
            "by",
            "recorded_at",
            "parts",
        ]


class DerivedDetailSerializer(DerivedSerializer):
    """The same with its versions, newest first."""

    versions = ProposalSerializer(many=True, source="shown_versions")

    class Meta(DerivedSerializer.Meta):
        fields = [*DerivedSerializer.Meta.fields, "versions"]


class WishSerializer(serializers.Serializer):
    """What is wished for. `chart` as artists write it ("1/3, 2/3", "ease-in:4"), `steering` that part of a sidecar.

    `on_frames`: for how many frames each drawing shows; 0 shares the frames out. `engine`: see `engines`.
    """

    chart = StrictCharField(required=False, max_length=_CHART)
    steering = serializers.JSONField(required=False)
    on_frames = Count(required=False)
    engine = StrictCharField(required=False, max_length=40)


class RequestSerializer(WishSerializer):
    """Two keys of a cut: each a drawing by its number, or a picture as a file (multipart) with the number it has."""

    stage = serializers.ChoiceField(Stage.choices)
    cell = Text(required=False, max_length=_CELL)
    a = Id(required=False)
    b = Id(required=False)
    a_file = SmallFile(required=False)
    b_file = SmallFile(required=False)
    a_number = Count(required=False)
    b_number = Count(required=False)


class FillSerializer(WishSerializer):
    """Which gaps: those of a cell of a take, or of all its cells."""

    stage = serializers.ChoiceField(Stage.choices)
    take = Id()
    cell = Text(required=False, max_length=_CELL)


class SteerSerializer(WishSerializer):
    """Another wish for one part of the newest version."""

    part = Count(required=False)


class CorrectSerializer(serializers.Serializer):
    """A corrected drawing as PNG or PSD (the layer named like the cell, else all that shows).

    `is_anew`: nothing of the machine's drawing is left in it.
    """

    file = SmallFile()
    is_anew = serializers.BooleanField(required=False, default=False)


class AcceptSerializer(serializers.Serializer):
    """`version` = the one that was seen; `is_partial` = also without drawings that need a breakdown first.

    `drawings` = those of a clean-up that are accepted, by their ids; left out: all.
    """

    version = Count(required=False)
    is_partial = serializers.BooleanField(required=False, default=False)
    drawings = serializers.ListField(child=Id(), required=False)
    note = Text(required=False, max_length=2000)


class RejectSerializer(serializers.Serializer):
    """Why."""

    note = Text(required=False, max_length=2000)


class EngineSerializer(serializers.Serializer):
    """An engine that is installed here. `answer` is that of the licence gate for this production.

    Only "allow" may draw; "unknown" is not in the register of models.
    """

    name = serializers.CharField()
    title = serializers.CharField()
    model = serializers.IntegerField(source="model.pk", allow_null=True, default=None)
    licence = serializers.CharField(source="model.licence_expression", default="")
    answer = serializers.ChoiceField(engines.ANSWERS)
    reasons = serializers.CharField()
