"""Jobs: what runs in a worker, how far it is, cancel, retry."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, selectors
from assets.api.base import ApiView, PersonSerializer
from assets.models import Production
from studio.core import jobs
from studio.core.choices import JobState
from studio.core.errors import NotAllowed, StudioError
from studio.core.models import Job, User
from studio.core.roles import Action


class JobFilter(django_filters.FilterSet):
    """Filters of a list of jobs."""

    state = django_filters.ChoiceFilter("state", choices=JobState.choices)
    kind = django_filters.CharFilter("kind", max_length=60)
    subject = django_filters.CharFilter("subject", max_length=80)
    production = django_filters.CharFilter(method="by_production", max_length=20)

    class Meta:
        model = Job
        fields: list[str] = []

    def by_production(self, rows: object, _name: str, value: str) -> object:
        """Keep the jobs of one production."""
        ids = Production.objects.filter(code=value).values("pk")
        return rows.filter(production_id__in=ids)  # type: ignore[attr-defined]


class JobSerializer(serializers.ModelSerializer):
    """A job. `subject` says what it is about ("take:17"); `message` why it failed."""

    requested_by = PersonSerializer(allow_null=True)
    percent = serializers.IntegerField()
    message = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            "id",
            "kind",
            "subject",
            "state",
            "attempt",
            "max_attempts",
            "done_count",
            "total_count",
            "percent",
            "note",
            "error_code",
            "message",
            "result",
            "seconds",
            "requested_by",
            "created_at",
            "started_at",
            "finished_at",
        ]

    def get_message(self, job: Job) -> str:
        """Why it failed, in the sentence that pages show too."""
        return StudioError(job.error_code, **job.error_data).message if job.error_code else ""


class Jobs(ApiView):
    """The jobs that a person may see."""

    queryset = Job.objects.none()
    filterset_class = JobFilter

    @extend_schema(operation_id="jobs", responses=JobSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List jobs, newest first: yours, and those of productions that you see whole."""
        return self.page(JobSerializer, selectors.jobs_of(self.user))


class OneJob(ApiView):
    """One job."""

    @extend_schema(operation_id="job", responses=JobSerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Return a job with its progress."""
        return self.answer(JobSerializer, selectors.get_job(self.user, pk))


class CancelJob(ApiView):
    """A job is asked to stop."""

    @extend_schema(operation_id="job_cancel", request=None, responses=JobSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Ask a job to stop; one that still waits stops at once."""
        return self.answer(JobSerializer, steer(self.user, pk, jobs.cancel))


class RetryJob(ApiView):
    """A job is started again."""

    @extend_schema(operation_id="job_retry", request=None, responses=JobSerializer)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Start a failed or cancelled job again."""
        return self.answer(JobSerializer, steer(self.user, pk, jobs.retry))


def steer(user: User, pk: uuid.UUID, step: Callable[..., Job]) -> Job:
    """Cancel or retry a job: its own person may, and whoever manages jobs of the production."""
    job = selectors.get_job(user, pk)
    production = Production.objects.filter(pk=job.production_id or 0).first()
    manages = production is not None and access.allowed(user, Action.MANAGE_JOBS, production)
    if not (user.is_superuser or job.requested_by_id == user.pk or manages):
        raise NotAllowed(action=str(Action.MANAGE_JOBS.label))
    return step(actor=user, job=job)
