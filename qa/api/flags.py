"""The review desk: the queue, one flag, verdicts, claims."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors as asset_selectors
from assets.api.base import EMPTY, PNG, ApiView, png_answer
from assets.models import Production
from qa import selectors
from qa.api.serializers import (
    AssignFlagsSerializer,
    ClaimSerializer,
    FlagDetailSerializer,
    FlagQuerySerializer,
    FlagSerializer,
    GroupSerializer,
    ManyVerdictsSerializer,
    NewVerdictSerializer,
    NextQuerySerializer,
    VerdictSerializer,
)
from qa.models import Flag
from qa.services import assignments, verdicts
from studio.core.errors import InvalidInput, NotFound, phrase
from studio.core.models import User


class FlagsView(ApiView):
    """What the lists of flags share: filters that the selector reads."""

    queryset = Flag.objects.none()
    filter_backends = ()

    def production(self, code: str) -> Production:
        """Return the production whose queue it is."""
        return asset_selectors.get_production(self.user, code)


class Flags(FlagsView):
    """The review queue."""

    @extend_schema(
        operation_id="flags", parameters=[FlagQuerySerializer], responses=FlagSerializer(many=True)
    )
    def get(self, request: Request, code: str) -> Response:
        """List the flags that count: open ones first to last unless asked otherwise."""
        filters = self.query(FlagQuerySerializer)
        return self.page(FlagSerializer, selectors.queue(self.user, self.production(code), filters))


class NextFlag(FlagsView):
    """What to look at next."""

    @extend_schema(
        operation_id="flag_next",
        parameters=[NextQuerySerializer],
        responses={200: FlagSerializer, 204: OpenApiResponse(description="The queue is empty.")},
    )
    def get(self, request: Request, code: str) -> Response:
        """Return the next flag of the queue that nobody else is looking at."""
        filters = self.query(NextQuerySerializer)
        after_id = filters.pop("after", None)
        production = self.production(code)
        after = selectors.get_flag(self.user, after_id) if after_id else None
        flag = selectors.next_flag(self.user, production, filters, after)
        return self.answer(FlagSerializer, flag) if flag else Response(status=204)


class FlagGroups(FlagsView):
    """The queue, gathered."""

    @extend_schema(
        operation_id="flag_groups", parameters=[FlagQuerySerializer], responses=GroupSerializer(many=True)
    )
    def get(self, request: Request, code: str) -> Response:
        """List the queue with one row per cut, design, fault and part."""
        rows = selectors.groups(self.user, self.production(code), self.query(FlagQuerySerializer))
        return self.page(GroupSerializer, rows)


class CutFlags(FlagsView):
    """The flags of a cut."""

    @extend_schema(operation_id="cut_flags", responses=FlagSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the flags of a cut that count, decided or not, in the order of its drawings."""
        cut = asset_selectors.get_cut(self.user, pk)
        return self.page(FlagSerializer, selectors.flags_of_cut(self.user, cut))


class OneFlag(ApiView):
    """One flag."""

    @extend_schema(operation_id="flag", responses=FlagDetailSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return everything that the page of a flag shows."""
        flag = selectors.get_flag(self.user, pk)
        return self.answer(FlagDetailSerializer, selectors.flag_page(self.user, flag))


class FlagHeat(ApiView):
    """The heat map of a flag."""

    @extend_schema(operation_id="flag_heat", responses=PNG)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return the heat map as PNG, on the scale that is the same for all flags."""
        flag = selectors.get_flag(self.user, pk)
        if not flag.heat_blob:
            raise NotFound(what="heat map")
        return png_answer(flag.heat_blob)


class FlagLaid(ApiView):
    """The approved drawing as it lies over the flagged one."""

    @extend_schema(operation_id="flag_laid", responses=PNG)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return it as PNG over the whole drawing, pulled onto it where both surely show the same."""
        flag = selectors.get_flag(self.user, pk)
        if not flag.laid_blob:
            raise NotFound(what="approved drawing laid over this one")
        return png_answer(flag.laid_blob)


class GiveVerdict(ApiView):
    """A person's word."""

    @extend_schema(
        operation_id="flag_verdict", request=NewVerdictSerializer, responses={201: VerdictSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Decide about a flag; a retake goes on the retake list with its reason."""
        flag = selectors.get_flag(self.user, pk)
        verdict = verdicts.give(actor=self.user, flag=flag, **self.body(NewVerdictSerializer))
        return self.answer(VerdictSerializer, verdict, status=201)


class GiveVerdicts(ApiView):
    """The same word about several flags."""

    queryset = Flag.objects.none()
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        operation_id="flag_verdicts",
        request=ManyVerdictsSerializer,
        responses={201: VerdictSerializer(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Decide about several flags alike: about all of them, or about none."""
        given: dict[str, Any] = self.body(ManyVerdictsSerializer)
        flags = [selectors.get_flag(self.user, pk) for pk in dict.fromkeys(given.pop("flags"))]
        made = verdicts.give_many(actor=self.user, flags=flags, **given)
        context = self.get_serializer_context()
        return Response(VerdictSerializer(made, many=True, context=context).data, status=201)


class AssignFlags(ApiView):
    """Who is to decide."""

    queryset = Flag.objects.none()
    pagination_class = None
    filter_backends = ()

    @extend_schema(
        operation_id="flag_assign", request=AssignFlagsSerializer, responses=FlagSerializer(many=True)
    )
    def post(self, request: Request) -> Response:
        """Give flags to a person who may give verdicts, or to nobody: all of them, or none."""
        asked: dict[str, Any] = self.body(AssignFlagsSerializer)
        flags = [selectors.get_flag(self.user, pk) for pk in dict.fromkeys(asked["flags"])]
        name = asked["username"]
        user = User.objects.filter(username=name, is_active=True).first() if name else None
        if name and user is None:
            raise InvalidInput(field="username", reason=phrase("there is no such person"))
        assignments.assign(actor=self.user, flags=flags, user=user)
        fresh = selectors.flags_by_id([flag.pk for flag in flags])
        context = self.get_serializer_context()
        return Response(FlagSerializer(fresh, many=True, context=context).data)


class UndoVerdict(ApiView):
    """A word is taken back."""

    @extend_schema(operation_id="flag_undo", request=None, responses={201: VerdictSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Take the present decision back, by another verdict; the flag is open again."""
        flag = selectors.get_flag(self.user, pk)
        return self.answer(VerdictSerializer, verdicts.undo(actor=self.user, flag=flag), status=201)


class Claim(ApiView):
    """Who looks at a flag."""

    @extend_schema(operation_id="flag_claim", request=None, responses=ClaimSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Say that you are looking at a flag, for a minute; again to go on."""
        flag = selectors.get_flag(self.user, pk)
        return self.answer(ClaimSerializer, verdicts.claim(actor=self.user, flag=flag))

    @extend_schema(operation_id="flag_release", responses={204: EMPTY})
    def delete(self, request: Request, pk: int) -> Response:
        """Say that you are no longer looking at it."""
        verdicts.release(actor=self.user, flag=selectors.get_flag(self.user, pk))
        return Response(status=204)
