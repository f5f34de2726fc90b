"""The check of a take: its result, and starting it again. Saved views of a person."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors as asset_selectors
from assets.api.base import EMPTY, ApiView
from assets.api.jobs import JobSerializer
from qa import selectors
from qa.api.serializers import RunSerializer, SavedViewSerializer
from qa.services import runs, saved_views
from studio.core.errors import NotFound
from studio.core.models import SavedView


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


class SavedViews(ApiView):
    """Named filters, kept per person."""

    queryset = SavedView.objects.none()

    @extend_schema(operation_id="saved_views", responses=SavedViewSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List your saved views."""
        return self.page(
            SavedViewSerializer, SavedView.objects.filter(user=self.user).order_by("page", "name")
        )

    @extend_schema(
        operation_id="saved_view_save", request=SavedViewSerializer, responses={201: SavedViewSerializer}
    )
    def post(self, request: Request) -> Response:
        """Keep a view; the same name again replaces it."""
        kept = saved_views.save(actor=self.user, **self.body(SavedViewSerializer))
        return self.answer(SavedViewSerializer, kept, status=201)


class OneSavedView(ApiView):
    """One saved view."""

    @extend_schema(operation_id="saved_view_remove", responses={204: EMPTY})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget a saved view."""
        saved_views.remove(actor=self.user, view_id=pk)
        return Response(status=204)
