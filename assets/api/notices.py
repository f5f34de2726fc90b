"""A person's notices and what they are told; webhooks of a production with their deliveries."""

from __future__ import annotations

import uuid
from typing import Any

import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assets import access, notice_words, selectors, selectors_notices
from assets.api.base import EMPTY, ApiView, Id
from assets.choices import DeliveryState, MailWhen, NoticeKind, WebhookBody
from assets.models import Notice, NoticeChoice, Webhook, WebhookDelivery
from assets.services import notices, webhooks
from studio.core.api import StrictCharField
from studio.core.roles import Action


class NoticeFilter(django_filters.FilterSet):
    """Filters of the notices."""

    kind = django_filters.CharFilter("kind", max_length=20)
    unread = django_filters.BooleanFilter("read_at", lookup_expr="isnull")
    production = django_filters.CharFilter("production__code", max_length=20)

    class Meta:
        model = Notice
        fields: list[str] = []


class NoticeSerializer(serializers.ModelSerializer):
    """One notice; `title` and `sentence` are written in your language, `data` is for programs."""

    production = serializers.CharField(source="production.code")
    title = serializers.SerializerMethodField()
    sentence = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["id", "kind", "production", "title", "sentence", "data", "url", "created_at", "read_at"]

    def get_title(self, notice: Notice) -> str:
        """What it is about, in a few words."""
        return notice_words.title_of(notice.kind, notice.data)

    def get_sentence(self, notice: Notice) -> str:
        """What happened."""
        return notice_words.sentence_of(notice.kind, notice.data)


class ReadSerializer(serializers.Serializer):
    """Which notices are read; without a list all of them."""

    notices: Any = serializers.ListSerializer(child=Id(), max_length=500, required=False)


class NumberReadSerializer(serializers.Serializer):
    """How many were unread before."""

    read = serializers.IntegerField()


class ChoiceSerializer(serializers.ModelSerializer):
    """What you are told of one kind."""

    kind = serializers.ChoiceField(NoticeKind.choices)
    mail = serializers.ChoiceField(MailWhen.choices)
    in_page = serializers.BooleanField()

    class Meta:
        model = NoticeChoice
        fields = ["kind", "in_page", "mail"]


class ChoicesSerializer(serializers.Serializer):
    """Choices by kind; kinds that are not named stay as they are."""

    choices: Any = ChoiceSerializer(many=True)


class WebhookSerializer(serializers.ModelSerializer):
    """An address of another system. Its secret is only in the answer that makes one."""

    kinds: Any = serializers.ListSerializer(child=serializers.ChoiceField(NoticeKind.choices))

    class Meta:
        model = Webhook
        fields = ["id", "url", "kinds", "body", "active", "created_at"]


class NewWebhookSerializer(serializers.Serializer):
    """What a webhook is made of; no kinds means every kind."""

    url = StrictCharField(max_length=500)
    kinds: Any = serializers.ListSerializer(child=serializers.ChoiceField(NoticeKind.choices), required=False)
    body = serializers.ChoiceField(WebhookBody.choices, required=False)


class ChangeWebhookSerializer(NewWebhookSerializer):
    """What of a webhook may be changed."""

    active = serializers.BooleanField(required=False)


class SecretSerializer(WebhookSerializer):
    """A webhook with its new secret, shown this once."""

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class DeliveryFilter(django_filters.FilterSet):
    """Filters of deliveries."""

    state = django_filters.ChoiceFilter("state", choices=DeliveryState.choices)
    kind = django_filters.CharFilter("kind", max_length=20)

    class Meta:
        model = WebhookDelivery
        fields: list[str] = []


class DeliverySerializer(serializers.ModelSerializer):
    """One event for one webhook: how often it was tried, and what the other side answered."""

    class Meta:
        model = WebhookDelivery
        fields = [
            "id",
            "kind",
            "payload",
            "state",
            "attempts",
            "next_try_at",
            "http_status",
            "error",
            "answer",
            "created_at",
            "finished_at",
        ]


class Notices(ApiView):
    """A person's notices."""

    queryset = Notice.objects.none()
    filterset_class = NoticeFilter

    @extend_schema(operation_id="notices", responses=NoticeSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List your notices, newest first."""
        return self.page(NoticeSerializer, selectors_notices.notices_of(self.user))


class ReadNotices(ApiView):
    """Notices are marked as read."""

    @extend_schema(operation_id="notices_read", request=ReadSerializer, responses=NumberReadSerializer)
    def post(self, request: Request) -> Response:
        """Mark your notices as read: those that are named, or all."""
        named = self.body(ReadSerializer).get("notices")
        return self.answer(NumberReadSerializer, {"read": notices.mark_read(actor=self.user, notices=named)})


class NoticeChoices(ApiView):
    """What a person is told."""

    @extend_schema(operation_id="notice_choices", responses=ChoicesSerializer)
    def get(self, request: Request) -> Response:
        """Return what you are told, by kind."""
        return self.answer(ChoicesSerializer, {"choices": notices.choices_of(self.user)})

    @extend_schema(operation_id="notice_choices_set", request=ChoicesSerializer, responses=ChoicesSerializer)
    def put(self, request: Request) -> Response:
        """Change what you are told."""
        wanted = {each.pop("kind"): each for each in map(dict, self.body(ChoicesSerializer)["choices"])}
        kept = notices.set_choices(actor=self.user, choices=wanted)
        return self.answer(ChoicesSerializer, {"choices": kept})


class Webhooks(ApiView):
    """The webhooks of a production. For whoever runs it."""

    queryset = Webhook.objects.none()

    @extend_schema(operation_id="webhooks", responses=WebhookSerializer(many=True))
    def get(self, request: Request, code: str) -> Response:
        """List the webhooks."""
        production = selectors.get_production(self.user, code)
        access.require(self.user, Action.MANAGE_PRODUCTION, production)
        return self.page(WebhookSerializer, production.webhooks.order_by("pk"))

    @extend_schema(
        operation_id="webhook_create", request=NewWebhookSerializer, responses={201: SecretSerializer}
    )
    def post(self, request: Request, code: str) -> Response:
        """Add a webhook; the answer holds its secret, this once."""
        production = selectors.get_production(self.user, code)
        access.require(self.user, Action.MANAGE_PRODUCTION, production)
        made = webhooks.create(actor=self.user, production=production, **self.body(NewWebhookSerializer))
        return self.answer(SecretSerializer, made, status=201)


class OneWebhook(ApiView):
    """One webhook."""

    @extend_schema(operation_id="webhook", responses=WebhookSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Return a webhook."""
        return self.answer(WebhookSerializer, webhooks.get(self.user, pk))

    @extend_schema(
        operation_id="webhook_update", request=ChangeWebhookSerializer, responses=WebhookSerializer
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Change a webhook, switch it off or on."""
        webhook = webhooks.get(self.user, pk)
        fields = self.body(ChangeWebhookSerializer, partial=True)
        return self.answer(WebhookSerializer, webhooks.update(actor=self.user, webhook=webhook, **fields))

    @extend_schema(operation_id="webhook_remove", responses={204: EMPTY})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget a webhook with its deliveries."""
        webhooks.remove(actor=self.user, webhook=webhooks.get(self.user, pk))
        return Response(status=204)


class WebhookSecret(ApiView):
    """The secret of a webhook."""

    @extend_schema(operation_id="webhook_rotate", request=None, responses=SecretSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Make a new secret; the old one signs nothing from now on."""
        return self.answer(
            SecretSerializer, webhooks.rotate(actor=self.user, webhook=webhooks.get(self.user, pk))
        )


class TestWebhook(ApiView):
    """A test delivery."""

    @extend_schema(operation_id="webhook_test", request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Send a test; look at the delivery to see what the other side answered."""
        made = webhooks.send_test(actor=self.user, webhook=webhooks.get(self.user, pk))
        return self.answer(DeliverySerializer, made, status=202)


class Deliveries(ApiView):
    """What was sent to a webhook."""

    queryset = WebhookDelivery.objects.none()
    filterset_class = DeliveryFilter

    @extend_schema(operation_id="webhook_deliveries", responses=DeliverySerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the deliveries of a webhook, newest first."""
        return self.page(DeliverySerializer, webhooks.get(self.user, pk).deliveries.all())


class OneDelivery(ApiView):
    """One delivery."""

    @extend_schema(operation_id="webhook_delivery", responses=DeliverySerializer)
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """Return a delivery."""
        return self.answer(DeliverySerializer, webhooks.get_delivery(self.user, pk))


class SendAgain(ApiView):
    """A delivery is sent again."""

    @extend_schema(operation_id="webhook_send_again", request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Send a delivery again, with its tries counted from the beginning."""
        found = webhooks.get_delivery(self.user, pk)
        return self.answer(
            DeliverySerializer, webhooks.send_again(actor=self.user, delivery=found), status=202
        )
