"""The check of a take: its result, and starting it again."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors as asset_selectors
from assets.api.base import ApiView
from assets.api.jobs import JobSerializer
from qa import selectors
from qa.api.serializers import RunSerializer
from qa.services import runs
from studio.core.errors import NotFound


class Check(ApiView):
    """The check of a take."""

    @extend_schema(operation_id="take_check", responses=RunSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return the check that counts; not found while there is none."""
        run = selectors.run_of(self.user, asset_selectors.get_take(self.user, pk))
        if run is None:
            raise NotFound(what="check")
        return self.answer(RunSerializer, run)

    @extend_schema(operation_id="take_check_again", request=None, responses={202: JobSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Check a take again; a check that still waits is returned instead."""
        take = asset_selectors.get_take(self.user, pk)
        return self.answer(JobSerializer, runs.request(actor=self.user, take=take), status=202)
