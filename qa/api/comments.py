"""Comments of a take: reading, writing, resolving, withdrawing, CSV."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors as asset_selectors
from assets.api.base import CSV, ApiView, Count, Id, PersonSerializer, Text, csv_answer
from assets.api.productions import visible_episode
from assets.models import Take
from qa import selectors_comments as selectors
from qa.forms_comments import CommentForm
from qa.models import Comment
from qa.services import comments
from studio.core.errors import InvalidInput


class ReplySerializer(serializers.ModelSerializer):
    """What somebody wrote; empty once they have withdrawn it."""

    by = PersonSerializer()
    mentions = PersonSerializer(many=True)
    text = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = ["id", "text", "mentions", "by", "at", "withdrawn_at"]

    def get_text(self, comment: Comment) -> str:
        """The words, as long as they are not withdrawn."""
        return "" if comment.withdrawn_at else comment.text


class CommentSerializer(ReplySerializer):
    """A comment with its replies and where it is pinned: frames count from 1, a point is in px of the drawing."""

    take = serializers.IntegerField(source="take_id")
    drawing = serializers.IntegerField(source="drawing_id", allow_null=True)
    drawing_code = serializers.SerializerMethodField()
    point_xy = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    reply_to = serializers.IntegerField(source="parent_id", allow_null=True)
    resolved_by = PersonSerializer(allow_null=True)
    replies = ReplySerializer(many=True)

    class Meta(ReplySerializer.Meta):
        fields = [
            *ReplySerializer.Meta.fields,
            "take",
            "drawing",
            "drawing_code",
            "point_xy",
            "frame_from",
            "frame_to",
            "reply_to",
            "resolved_by",
            "resolved_at",
            "replies",
        ]

    def get_drawing_code(self, comment: Comment) -> str:
        """The drawing as people call it, e.g. "A3"; empty without one."""
        return str(comment.drawing or "")


class NewCommentSerializer(serializers.Serializer):
    """A comment to write; with `reply_to` it answers another one. Who is named by @login in it is mentioned too."""

    text = Text(allow_blank=False, max_length=comments.TEXT_MAX)
    drawing = Id(required=False, allow_null=True)
    point_xy = serializers.ListField(
        child=serializers.FloatField(min_value=0, max_value=1e6),
        min_length=2,
        max_length=2,
        required=False,
        allow_null=True,
    )
    frame_from = Count(required=False, allow_null=True, min_value=1, max_value=1_000_000)
    frame_to = Count(required=False, allow_null=True, min_value=1, max_value=1_000_000)
    reply_to = Id(required=False, allow_null=True)
    mentions = serializers.ListField(child=Id(), required=False, max_length=200)


class TakeComments(ApiView):
    """The comments of a take."""

    queryset = Comment.objects.none()
    filter_backends = ()

    @extend_schema(operation_id="take_comments", responses=CommentSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the comments of a take with their replies, in the order of writing."""
        take = asset_selectors.get_take(self.user, pk)
        return self.page(CommentSerializer, selectors.comments_of(self.user, take))

    @extend_schema(
        operation_id="take_comment_write", request=NewCommentSerializer, responses={201: CommentSerializer}
    )
    def post(self, request: Request, pk: int) -> Response:
        """Write a comment or a reply; the artist of the stage and whoever is mentioned are told."""
        take = asset_selectors.get_take(self.user, pk)
        made = comments.write(actor=self.user, take=take, **_given(take, self.body(NewCommentSerializer)))
        return self.answer(CommentSerializer, selectors.get_comment(self.user, made.pk), status=201)


def _given(take: Take, body: dict[str, Any]) -> dict[str, Any]:
    """Return a checked body as the service takes it. Raises InvalidInput for rows that are not of this take."""
    x_px, y_px = body.get("point_xy") or (None, None)
    names = ("text", "drawing", "frame_from", "frame_to", "mentions")
    given = {name: body.get(name) for name in names}
    form = CommentForm({**given, "parent": body.get("reply_to"), "x": x_px, "y": y_px}, take=take)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise InvalidInput(field=field, reason=str(errors[0]))
    return form.given


class OneComment(ApiView):
    """One comment."""

    @extend_schema(operation_id="comment", responses=CommentSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a comment with its replies."""
        return self.answer(CommentSerializer, selectors.get_comment(self.user, pk))


class ResolveComment(ApiView):
    """A comment is settled."""

    @extend_schema(operation_id="comment_resolve", request=None, responses=CommentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Say that a comment is settled: its writer, the artist of the stage and who gives verdicts may."""
        comments.resolve(actor=self.user, comment=selectors.get_comment(self.user, pk))
        return self.answer(CommentSerializer, selectors.get_comment(self.user, pk))


class ReopenComment(ApiView):
    """A comment is not settled after all."""

    @extend_schema(operation_id="comment_reopen", request=None, responses=CommentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Open a resolved comment again."""
        comments.reopen(actor=self.user, comment=selectors.get_comment(self.user, pk))
        return self.answer(CommentSerializer, selectors.get_comment(self.user, pk))


class WithdrawComment(ApiView):
    """Words are taken back."""

    @extend_schema(operation_id="comment_withdraw", request=None, responses=CommentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw a comment of your own: its place stays, the text goes."""
        comments.withdraw(actor=self.user, comment=selectors.get_comment(self.user, pk))
        return self.answer(CommentSerializer, selectors.get_comment(self.user, pk))


class CommentsCsv(ApiView):
    """The comments of an episode as CSV."""

    @extend_schema(operation_id="comments_csv", responses=CSV)
    def get(self, request: Request, pk: int) -> HttpResponse:
        """Return all comments of an episode, in a form that spreadsheets open rightly."""
        episode = visible_episode(self.user, pk)
        return csv_answer(comments.write_csv(actor=self.user, episode=episode), f"comments-{episode.pk}.csv")
