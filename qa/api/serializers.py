"""The shapes of the review desk's API."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from assets.api.base import Id, PersonSerializer, Text
from assets.api.cuts import CastDesignSerializer
from assets.api.sheets import SheetDrawingSerializer
from assets.api.takes import DrawingSerializer
from assets.choices import Stage
from qa import sentences
from qa.choices import Decision, Fault, RetakeReason
from qa.models import CheckRun, Flag, FlagNearest, Retake, RetakeItem, Verdict
from qa.selectors import ORDERS, STATES

GIVEN = [choice for choice in Decision.choices if choice[0] != Decision.REOPENED]


class FlagQuerySerializer(serializers.Serializer):
    """Filters and order of the queue.

    `age` is how many days old at least, `assigned` who is to decide ("me", "nobody" or a person's id), `number` how
    the cut's number begins.
    """

    state = serializers.ChoiceField(STATES, required=False)
    episode = Id(required=False)
    cut = Id(required=False)
    character = Id(required=False)
    design = Id(required=False)
    assignee = Id(required=False)
    assigned = serializers.RegexField(r"^(me|nobody|\d{1,15})$", required=False)
    number = serializers.CharField(max_length=20, required=False)
    stage = serializers.ChoiceField(Stage.choices, required=False)
    fault = serializers.ChoiceField(Fault.choices, required=False)
    min_drift = serializers.FloatField(min_value=0.0, max_value=1e6, required=False)
    age = serializers.FloatField(min_value=0.0, max_value=36_500.0, required=False)
    order = serializers.ChoiceField(list(ORDERS), required=False)


class NextQuerySerializer(FlagQuerySerializer):
    """The same, and after which flag."""

    after = Id(required=False)


class FlagSerializer(serializers.ModelSerializer):
    """The machine's claim about one drawing; `drift` 1.0 lies at the design's limit."""

    cut = serializers.IntegerField(source="drawing.cell.take.cut_id")
    cut_code = serializers.CharField(source="drawing.cell.take.cut.__str__")
    take = serializers.IntegerField(source="drawing.cell.take_id")
    take_number = serializers.IntegerField(source="drawing.cell.take.number")
    stage = serializers.CharField(source="drawing.cell.take.stage")
    drawing = serializers.IntegerField(source="drawing_id")
    drawing_code = serializers.CharField(source="drawing.__str__")
    design = CastDesignSerializer()
    sentence = serializers.SerializerMethodField()
    box_xyxy = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    claimed_by = serializers.SerializerMethodField()
    assigned_to = serializers.SerializerMethodField()

    class Meta:
        model = Flag
        fields = [
            "id",
            "cut",
            "cut_code",
            "take",
            "take_number",
            "stage",
            "drawing",
            "drawing_code",
            "design",
            "fault",
            "part",
            "drift",
            "confidence",
            "one_in",
            "sentence",
            "box_xyxy",
            "decision",
            "decided_at",
            "claimed_by",
            "assigned_to",
            "created_at",
        ]

    def get_sentence(self, flag: Flag) -> str:
        """The claim in words."""
        return sentences.of_flag(flag)

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_claimed_by(self, flag: Flag) -> Any:
        """Who is looking at it just now, or null."""
        held = getattr(flag, "claim", None)
        if held is None or held.until <= timezone.now():
            return None
        return PersonSerializer(held.user).data

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_assigned_to(self, flag: Flag) -> Any:
        """Who is to decide about it, or null."""
        assignment = getattr(flag, "assignment", None)
        return PersonSerializer(assignment.user).data if assignment else None


class VerdictSerializer(serializers.ModelSerializer):
    """A person's word about a flag."""

    flag = serializers.IntegerField(source="flag_id")
    by = PersonSerializer()

    class Meta:
        model = Verdict
        fields = ["id", "flag", "decision", "reason", "note", "by", "at"]


class NearestSerializer(serializers.ModelSerializer):
    """An approved drawing that the flag was compared with."""

    drawing = SheetDrawingSerializer(source="sheet_drawing")

    class Meta:
        model = FlagNearest
        fields = ["rank", "similarity", "drawing"]


class CheckedDrawingSerializer(DrawingSerializer):
    """A drawing of the take with what the check said of it."""

    drift = serializers.FloatField(allow_null=True)
    open_flags = serializers.IntegerField()

    class Meta(DrawingSerializer.Meta):
        fields = [*DrawingSerializer.Meta.fields, "drift", "open_flags"]


class OutlineSerializer(serializers.Serializer):
    """The outline of a part: as it is drawn, or where the sheet has it. Points x, y in px of the drawing, closed."""

    of = serializers.ChoiceField(["drawing", "sheet"])
    points = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class ShownSerializer(serializers.Serializer):
    """How the nearest approved drawing lies over this one; everything is empty for a flag of an older check.

    `affine`: six numbers by rows, its px to px of this drawing; null where nothing agreed, then `why_not` is "no_fit".
    `arrows`: x0, y0, x1, y1 from where the sheet has something to where this drawing has it, longest first.
    """

    drawing_key = serializers.CharField(default="", allow_blank=True)
    affine = serializers.ListField(child=serializers.FloatField(), allow_null=True, default=None)
    arrows = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()), default=list)
    outlines = OutlineSerializer(many=True, default=list)
    why_not = serializers.CharField(default="", allow_blank=True)


class FlagDetailSerializer(serializers.Serializer):
    """Everything that the page of a flag shows."""

    flag = FlagSerializer()
    measures = serializers.ListField(source="flag.measures", child=serializers.DictField())
    colours = serializers.ListField(source="flag.colours", child=serializers.DictField())
    how_rare = serializers.SerializerMethodField()
    heat = serializers.SerializerMethodField()
    laid = serializers.SerializerMethodField()
    shown = ShownSerializer(source="flag.shown")
    nearest = NearestSerializer(many=True)
    verdicts = VerdictSerializer(many=True)
    drawings = CheckedDrawingSerializer(many=True)
    previous_drawing = serializers.IntegerField(source="previous_drawing.pk", allow_null=True, default=None)
    next_drawing = serializers.IntegerField(source="next_drawing.pk", allow_null=True, default=None)
    previous_cut = serializers.IntegerField(source="previous_cut.pk", allow_null=True, default=None)
    next_cut = serializers.IntegerField(source="next_cut.pk", allow_null=True, default=None)
    siblings = serializers.SerializerMethodField()

    def get_how_rare(self, page: Any) -> str:
        """How unusual this would be for an approved drawing, in words."""
        return sentences.one_in_words(page.flag)

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_heat(self, page: Any) -> str | None:
        """Where the heat map is, or null."""
        request = self.context.get("request")
        return reverse("api_flag_heat", [page.flag.pk], request=request) if page.flag.heat_blob else None

    @extend_schema_field(serializers.URLField(allow_null=True))
    def get_laid(self, page: Any) -> str | None:
        """Where the nearest approved drawing lies as a picture over this one, or null."""
        request = self.context.get("request")
        return reverse("api_flag_laid", [page.flag.pk], request=request) if page.flag.laid_blob else None

    def get_siblings(self, page: Any) -> list[int]:
        """Other flags of the same drawing."""
        return [flag.pk for flag in page.siblings]


class GroupSerializer(serializers.Serializer):
    """Flags of one cut, design, fault and part together: a recoloured costume is one row."""

    cut = serializers.IntegerField()
    design = serializers.IntegerField()
    fault = serializers.CharField()
    part = serializers.CharField(allow_blank=True)
    flags = serializers.IntegerField()
    worst = serializers.FloatField()


class NewVerdictSerializer(serializers.Serializer):
    """A decision; a retake needs a reason. `seen_decision` is what you saw: if it has changed, nothing is written."""

    decision = serializers.ChoiceField(GIVEN)
    reason = serializers.ChoiceField(RetakeReason.choices, allow_blank=True, required=False)
    note = Text(required=False)
    seen_decision = serializers.ChoiceField(Decision.choices, allow_blank=True, required=False)


class ManyVerdictsSerializer(serializers.Serializer):
    """The same decision for several flags: for all of them, or for none."""

    flags = serializers.ListField(child=Id(), min_length=1, max_length=500)
    decision = serializers.ChoiceField(GIVEN)
    reason = serializers.ChoiceField(RetakeReason.choices, allow_blank=True, required=False)
    note = Text(required=False)


class AssignFlagsSerializer(serializers.Serializer):
    """Who is to decide about several flags: the login name of a person, or null for nobody."""

    flags = serializers.ListField(child=Id(), min_length=1, max_length=500)
    username = serializers.CharField(max_length=150, allow_null=True)


class ClaimSerializer(serializers.Serializer):
    """Until when you are the one who looks at the flag."""

    flag = serializers.IntegerField(source="flag_id")
    until = serializers.DateTimeField()


class RunSerializer(serializers.ModelSerializer):
    """A check of a take: what it compared with, and what came of it in numbers."""

    take = serializers.IntegerField(source="take_id")
    sheets: Any = serializers.PrimaryKeyRelatedField(many=True, read_only=True)
    summary = serializers.DictField()
    drifts = serializers.DictField()

    class Meta:
        model = CheckRun
        fields = [
            "id",
            "take",
            "model_id",
            "code_version",
            "sheets",
            "summary",
            "drifts",
            "state",
            "created_at",
        ]


class RetakeItemSerializer(serializers.ModelSerializer):
    """One line of a retake order: what is to be redone and why, and the verdict where a flag led to it."""

    verdict = VerdictSerializer(allow_null=True)
    drawing = serializers.IntegerField(source="drawing_id", allow_null=True)
    drawing_code = serializers.SerializerMethodField()
    by = PersonSerializer(allow_null=True)
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = RetakeItem
        fields = [
            "id",
            "verdict",
            "drawing",
            "drawing_code",
            "reason",
            "note",
            "by",
            "at",
            "sentence",
            "withdrawn",
        ]

    def get_drawing_code(self, item: RetakeItem) -> str:
        """Cell and number; empty when the whole take is meant."""
        return str(item.drawing or "")

    def get_sentence(self, item: RetakeItem) -> str:
        """The claim in words; empty when a person ordered it without a flag."""
        return sentences.of_item(item)


class RetakeSerializer(serializers.ModelSerializer):
    """The order to redo a stage of a cut (リテイク)."""

    cut = serializers.IntegerField(source="cut_id")
    cut_code = serializers.CharField(source="cut.__str__")
    take = serializers.IntegerField(source="take_id")
    take_number = serializers.IntegerField(source="take.number")
    answered_by_take = serializers.IntegerField(source="answered_by_take_id", allow_null=True)
    ordered_by = PersonSerializer()
    items = RetakeItemSerializer(many=True)

    class Meta:
        model = Retake
        fields = [
            "id",
            "cut",
            "cut_code",
            "stage",
            "take",
            "take_number",
            "state",
            "ordered_by",
            "due_on",
            "answered_by_take",
            "items",
            "created_at",
        ]


class DueSerializer(serializers.Serializer):
    """Until when the redo is expected; null for no date."""

    due_on = serializers.DateField(allow_null=True)
