"""Shapes of the questions about rights in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from assets.api.base import Id, PersonSerializer, Text
from assets.choices_rights import Disclosure, ModelFamily, WaiverReason
from assets.models import (
    Artefact,
    DatasetVersion,
    Entry,
    Finding,
    ModelVersion,
    Waiver,
)
from assets.rights.asking import ACTS
from assets.rights_words import line_of
from studio.core.api import StrictCharField

ACTIONS = [(each, each) for each in sorted(ACTS)]


class ReasonSerializer(serializers.Serializer):
    """One thing that a rule found, as facts and as a sentence with the way out."""

    rule = serializers.CharField()
    severity = serializers.CharField()
    title = serializers.CharField()
    message = serializers.CharField()
    fix = serializers.CharField()
    who = serializers.CharField()
    works = serializers.IntegerField()
    fingerprints: Any = serializers.ListField(child=serializers.CharField())


class AnswerSerializer(serializers.Serializer):
    """An answer of the licence engine: allow, ask or deny, with every reason, duty and choice."""

    id = serializers.IntegerField(required=False)
    url = serializers.CharField(required=False)
    answer = serializers.ChoiceField(choices=["allow", "ask", "deny"])
    sentence = serializers.CharField()
    reasons = ReasonSerializer(many=True)
    warnings = ReasonSerializer(many=True)
    waived = ReasonSerializer(many=True)
    duties: Any = serializers.ListField(child=serializers.CharField())
    choices: Any = serializers.ListField(child=serializers.CharField())
    question: Any = serializers.DictField(child=serializers.JSONField(allow_null=True))
    ruleset = serializers.CharField()
    policy = serializers.CharField(required=False)
    input_sha256 = serializers.CharField()


class QuestionSerializer(serializers.Serializer):
    """May a model or a dataset version be used? What is not given is as the production says."""

    action = serializers.ChoiceField(choices=ACTIONS)
    model = Id(required=False, allow_null=True)
    version = Id(required=False, allow_null=True)
    on = serializers.DateField(required=False, allow_null=True)
    until = serializers.DateField(required=False, allow_null=True)
    territories: Any = serializers.ListField(
        child=serializers.RegexField(r"^(WORLD|[A-Z]{2})$"), required=False, max_length=300
    )
    commercial = serializers.BooleanField(required=False, allow_null=True, default=None)
    family = serializers.ChoiceField(choices=ModelFamily.choices, required=False)
    known_at = serializers.DateTimeField(required=False, allow_null=True)


class FindingSerializer(serializers.ModelSerializer):
    """Something that has to be put right before delivery."""

    assignee = PersonSerializer(allow_null=True)
    message = serializers.SerializerMethodField()
    fix = serializers.SerializerMethodField()
    who = serializers.SerializerMethodField()
    works = serializers.SerializerMethodField()

    class Meta:
        model = Finding
        fields = [
            "id",
            "rule",
            "severity",
            "subject",
            "fingerprint",
            "message",
            "fix",
            "who",
            "works",
            "assignee",
            "found_at",
            "gone_at",
        ]

    def get_message(self, row: Finding) -> str:
        """What was found, in the reader's language."""
        return line_of(row.reason).message

    def get_fix(self, row: Finding) -> str:
        """The way out."""
        return line_of(row.reason).fix

    def get_who(self, row: Finding) -> str:
        """Whose task it is."""
        return line_of(row.reason).who

    def get_works(self, row: Finding) -> int:
        """How many works it is about."""
        return line_of(row.reason).works


class AssignSerializer(serializers.Serializer):
    """Who looks after a finding; null for nobody."""

    username = StrictCharField(max_length=150, allow_null=True)


class NewWaiverSerializer(serializers.Serializer):
    """Why a finding may stand, and until when."""

    reason = serializers.ChoiceField(choices=WaiverReason.choices)
    text = StrictCharField(max_length=2000)
    expires_on = serializers.DateField()


class WaiverDecisionSerializer(serializers.Serializer):
    """A second pair of eyes."""

    approved = serializers.BooleanField()
    note = Text(max_length=2000, required=False)


class WaiverSerializer(serializers.ModelSerializer):
    """A waiver that was asked for."""

    requested_by = PersonSerializer()

    class Meta:
        model = Waiver
        fields = ["id", "finding", "reason", "text", "expires_on", "requested_by", "recorded_at"]


class AuditedSerializer(serializers.Serializer):
    """What an audit found."""

    standing = serializers.IntegerField()
    new = serializers.IntegerField()
    gone = serializers.IntegerField()


class VersionSerializer(serializers.ModelSerializer):
    """A version of a dataset."""

    made_by = PersonSerializer(allow_null=True)

    class Meta:
        model = DatasetVersion
        fields = [
            "id",
            "dataset",
            "number",
            "parent",
            "state",
            "purpose",
            "confidentiality",
            "merkle_root",
            "item_count",
            "report",
            "made_by",
            "created_at",
            "frozen_at",
        ]


class NewVersionSerializer(serializers.Serializer):
    """A draft; with `parent`, holding its works."""

    purpose = Text(max_length=300, required=False)
    parent: Any = Id(required=False, allow_null=True)


class StandingGroupSerializer(serializers.Serializer):
    """So many works of a version stand alike."""

    standing = serializers.IntegerField()
    digest = serializers.CharField()
    split = serializers.CharField()
    count = serializers.IntegerField()
    headline = serializers.CharField()
    facts: Any = serializers.DictField(child=serializers.JSONField(allow_null=True))


class ConcludeSerializer(serializers.Serializer):
    """What a person concludes for all works that stand alike; what is left out stays as it is."""

    standing = Id()
    expression = Text(max_length=200, required=False)
    owners: Any = serializers.ListField(child=Id(), required=False, max_length=100)
    authors: Any = serializers.ListField(child=Id(), required=False, max_length=100)
    evidence = Id(required=False, allow_null=True)
    settled = serializers.BooleanField(required=False)
    why = StrictCharField(max_length=300)


class ChangedSerializer(serializers.Serializer):
    """How many works it was about."""

    works = serializers.IntegerField()


class WhySerializer(serializers.Serializer):
    """A note that is kept with the step."""

    why = Text(max_length=300, required=False)


class MoveSerializer(serializers.Serializer):
    """So many works stood so, and stand so now; null where they were not in it."""

    before: Any = serializers.DictField(child=serializers.JSONField(allow_null=True), allow_null=True)
    after: Any = serializers.DictField(child=serializers.JSONField(allow_null=True), allow_null=True)
    count = serializers.IntegerField()


class DifferenceSerializer(serializers.Serializer):
    """What changed in rights since the parent version."""

    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    restated = MoveSerializer(many=True)


class ModelSerializer(serializers.ModelSerializer):
    """A model of the register with what it was made from."""

    blocked = serializers.SerializerMethodField()
    parents = serializers.SerializerMethodField()
    children = serializers.SerializerMethodField()
    inputs = serializers.SerializerMethodField()

    class Meta:
        model = ModelVersion
        fields = [
            "id",
            "name",
            "version",
            "family",
            "origin",
            "weights_sha256",
            "model_id",
            "disclosure",
            "licence_expression",
            "recipe",
            "recipe_sha256",
            "source",
            "blocked",
            "parents",
            "children",
            "inputs",
            "recorded_at",
        ]

    def get_blocked(self, row: ModelVersion) -> str:
        """Why it is blocked; empty where it is not."""
        newest = max(row.blocks.all(), key=lambda each: each.pk, default=None)
        return "" if newest is None or newest.lifted else newest.reason

    def get_parents(self, row: ModelVersion) -> list[int]:
        """The models that it was made from."""
        return [each.parent_id for each in row.parents.all()]

    def get_children(self, row: ModelVersion) -> list[int]:
        """The models that were made from it."""
        return [each.child_id for each in row.children.all()]

    def get_inputs(self, row: ModelVersion) -> list[int]:
        """The dataset versions that it learned from."""
        return [each.version_id for each in row.inputs.all()]


class NewModelSerializer(serializers.Serializer):
    """A model from outside; what is not known of its art stays unknown."""

    name = StrictCharField(max_length=100)
    version = StrictCharField(max_length=60)
    family = serializers.ChoiceField(choices=ModelFamily.choices)
    disclosure = serializers.ChoiceField(choices=Disclosure.choices, required=False)
    licence_expression = Text(max_length=200, required=False)
    weights_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)
    source: Any = Text(max_length=500, required=False)
    recipe = Text(max_length=300, required=False)
    note = Text(max_length=2000, required=False)


class BlockSerializer(serializers.Serializer):
    """Why a model is blocked, or (`lifted`) may work again."""

    reason = StrictCharField(max_length=300)
    lifted = serializers.BooleanField(required=False)


class EntrySerializer(serializers.ModelSerializer):
    """Where a work stands."""

    version_name = serializers.CharField(source="version")
    sha256 = serializers.CharField(source="item.sha256")

    class Meta:
        model = Entry
        fields = ["version", "version_name", "alias", "split", "sha256"]


class EnquirySerializer(serializers.Serializer):
    """The hash of a work's original bytes."""

    sha256 = serializers.RegexField(r"^[0-9a-fA-F]{64}$")


class FoundSerializer(serializers.Serializer):
    """In which datasets a work stands, and which models learned from it."""

    sha256 = serializers.CharField()
    entries = EntrySerializer(many=True)
    models: Any = serializers.ListField(child=serializers.IntegerField())
    drawings = serializers.IntegerField()
    alike = EntrySerializer(many=True)


class ArtefactSerializer(serializers.ModelSerializer):
    """A drawing that a model made."""

    model = serializers.IntegerField(source="run.model_id")
    cut = serializers.IntegerField(source="run.cut_id", allow_null=True)
    influence = serializers.CharField(source="run.influence")
    decision = serializers.IntegerField(source="run.decision_id", allow_null=True)
    at = serializers.DateTimeField(source="run.recorded_at")

    class Meta:
        model = Artefact
        fields = ["id", "sha256", "drawing", "model", "cut", "influence", "decision", "at", "withdrawn_at"]


class LicenceSerializer(serializers.Serializer):
    """How a licence is read: by the studio where it has signed a reading, else by Sakkan."""

    licence_id = serializers.CharField()
    by_studio = serializers.BooleanField()
    facets: Any = serializers.DictField(child=serializers.JSONField(allow_null=True))
    reviewed_on = serializers.DateField(allow_null=True)
    source: Any = serializers.CharField()


class ReadingSerializer(serializers.Serializer):
    """A reading of a licence, signed by whoever read its text."""

    facets: Any = serializers.DictField(child=serializers.JSONField())
    reviewed_by = StrictCharField(max_length=200)
    reviewed_on = serializers.DateField(required=False, allow_null=True)
    source: Any = Text(max_length=500, required=False)
