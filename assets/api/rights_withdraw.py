"""Withdrawals of consent: what one would touch, the withdrawal itself, its report and tasks."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, grant_words, selectors_rights
from assets.api.base import ApiView, Id, Text
from assets.choices_rights import OnRevoke, TaskKind, TaskState
from assets.models import Grant, RightsHolder, Withdrawal
from assets.rights.withdrawal_plan import steps_of
from assets.services import withdrawals
from studio.core.errors import NotFound
from studio.core.roles import Action

_MOST_GRANTS = 1_000


class WhichSerializer(serializers.Serializer):
    """Which grants are withdrawn (all that can be, where none are named) and from which day."""

    grants: Any = serializers.ListField(child=Id(), max_length=_MOST_GRANTS, required=False)
    effective_on = serializers.DateField()


class WithdrawSerializer(WhichSerializer):
    """The same, decided."""

    reason = Text(required=False)


class NamedSerializer(serializers.Serializer):
    """Something that is touched, with how many drawings."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    count = serializers.IntegerField()


class StepSerializer(serializers.Serializer):
    """What follows: by Sakkan itself, or a task for people."""

    kind = serializers.ChoiceField(TaskKind.choices)
    count = serializers.IntegerField()
    by_sakkan = serializers.BooleanField(source="is_ours")


class _IdName(serializers.Serializer):
    id = serializers.IntegerField(source="pk")
    name = serializers.CharField(source="__str__")


class ThingSerializer(_IdName):
    """A dataset version, a model or a production that is touched."""


class TouchedSerializer(serializers.Serializer):
    """What is touched. Lists leave out what the reader is no part of; the counts do not."""

    counts: Any = serializers.DictField(child=serializers.IntegerField())
    versions = ThingSerializer(many=True)
    models = ThingSerializer(many=True)
    cuts = NamedSerializer(many=True)
    output_cuts = NamedSerializer(many=True)
    productions = ThingSerializer(many=True)


class PreviewSerializer(serializers.Serializer):
    """What a withdrawal would touch and what would follow."""

    touched = TouchedSerializer()
    duty = serializers.ChoiceField(OnRevoke.choices)
    duties: Any = serializers.ListField(child=serializers.CharField())
    steps = StepSerializer(many=True)


class TaskSerializer(serializers.Serializer):
    """One thing that a withdrawal obliges to."""

    id = serializers.IntegerField(source="task.pk")
    kind = serializers.ChoiceField(TaskKind.choices, source="task.kind")
    name = serializers.CharField(allow_blank=True)
    count = serializers.IntegerField(source="task.count")
    state = serializers.ChoiceField(TaskState.choices, source="task.state")
    done_at = serializers.DateTimeField(source="task.done_at", allow_null=True)
    note = serializers.CharField(source="task.note", allow_blank=True)


class WithdrawalSerializer(serializers.ModelSerializer):
    """A withdrawal of consent."""

    n_tasks = serializers.IntegerField()
    n_open = serializers.IntegerField()

    class Meta:
        model = Withdrawal
        fields = ["id", "holder", "effective_on", "reason", "recorded_at", "n_tasks", "n_open"]


class ReportSerializer(serializers.Serializer):
    """The report of a withdrawal: what was touched and what became of the tasks."""

    id = serializers.IntegerField(source="withdrawal.pk")
    holder = serializers.IntegerField(source="withdrawal.holder_id")
    effective_on = serializers.DateField(source="withdrawal.effective_on")
    reason = serializers.CharField(source="withdrawal.reason", allow_blank=True)
    recorded_at = serializers.DateTimeField(source="withdrawal.recorded_at")
    touched = TouchedSerializer(source="shown")
    tasks = TaskSerializer(many=True)


class TickSerializer(serializers.Serializer):
    """A word on how it was done."""

    note = Text(max_length=300, required=False)


class _OfHolder(ApiView):
    def chosen(self, holder: RightsHolder, given: dict[str, Any]) -> list[Grant]:
        """Return the grants that are meant."""
        open_grants = withdrawals.open_grants(holder)
        if "grants" not in given:
            return [grant for grant in open_grants if withdrawals.can_be_withdrawn(grant)]
        found = list(open_grants.filter(pk__in=given["grants"]))
        if len(found) != len(set(given["grants"])):
            raise NotFound(what="grant")
        return found


class WithdrawPreview(_OfHolder):
    """What a withdrawal would touch."""

    @extend_schema(operation_id="withdraw_preview", request=WhichSerializer, responses=PreviewSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Say what would be touched and what would follow; nothing is changed."""
        holder = selectors_rights.get_holder(self.user, pk)
        given = self.body(WhichSerializer)
        chosen = self.chosen(holder, given)
        found = withdrawals.preview(
            actor=self.user, holder=holder, grants=chosen, effective_on=given["effective_on"]
        )
        duty = withdrawals.gravest(chosen)
        return self.answer(
            PreviewSerializer,
            {
                "touched": selectors_rights.shown_to(self.user, found.as_json()),
                "duty": duty,
                "duties": grant_words.duties_of(duty),
                "steps": steps_of(found.counts, duty, cuts_to_withdraw=len(found.output_cuts)),
            },
        )


class Withdraw(_OfHolder):
    """A withdrawal of consent."""

    @extend_schema(operation_id="withdraw", request=WithdrawSerializer, responses={201: ReportSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw grants and do what follows; the vectors are removed by a job right after it."""
        holder = selectors_rights.get_holder(self.user, pk)
        access.require_anywhere(self.user, Action.EDIT_DATASETS)
        given = self.body(WithdrawSerializer)
        made = withdrawals.withdraw(
            actor=self.user, holder=holder, **{**given, "grants": self.chosen(holder, given)}
        )
        return self.answer(ReportSerializer, _report(self, made), status=201)


def _report(view: ApiView, withdrawal: Withdrawal) -> dict[str, Any]:
    return {
        "withdrawal": withdrawal,
        "shown": selectors_rights.shown_to(view.user, withdrawal.touched),
        "tasks": selectors_rights.tasks_shown(view.user, withdrawal),
    }


class Withdrawals(ApiView):
    """The withdrawals of consent."""

    queryset = Withdrawal.objects.none()

    @extend_schema(operation_id="withdrawals", responses=WithdrawalSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the withdrawals, the newest first."""
        return self.page(WithdrawalSerializer, selectors_rights.withdrawals(self.user))


class OneWithdrawal(ApiView):
    """A withdrawal of consent."""

    @extend_schema(operation_id="withdrawal", responses=ReportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return the report of a withdrawal."""
        return self.answer(ReportSerializer, _report(self, selectors_rights.get_withdrawal(self.user, pk)))


class WithdrawalTaskDone(ApiView):
    """A task of a withdrawal."""

    @extend_schema(operation_id="withdrawal_task_done", request=TickSerializer, responses=ReportSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Tick off what a person had to do."""
        task = selectors_rights.get_task(self.user, pk)
        withdrawals.done(actor=self.user, task=task, **self.body(TickSerializer))
        return self.answer(ReportSerializer, _report(self, task.withdrawal))
