"""What the API's views share: reading a body, answering, pages of a list, bounded numbers, files."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.response import Response

from studio.core import storage
from studio.core.api import StrictCharField
from studio.core.errors import NotFound
from studio.core.models import User

Row = TypeVar("Row", bound=Model)

BIG = 2**63 - 1  # what a 64-bit column holds
SMALL = 2**31 - 1
FILE_NAME_LENGTH = 255
SMALL_FILE_BYTES = 256 * 1024 * 1024

EMPTY = OpenApiResponse(description="Done; there is nothing to say.")
CSV = {(200, "text/csv"): OpenApiTypes.BINARY}
PNG = {(200, "image/png"): OpenApiTypes.BINARY}


class ApiView(GenericAPIView):
    """A thin view: the service or selector does the work, serializers give the shape."""

    metadata_class = None  # OPTIONS is no method of ours: the schema says what can be asked

    @property
    def user(self) -> User:
        """The person who asks."""
        return cast("User", self.request.user)

    def body(self, shape: type[serializers.Serializer], *, partial: bool = False) -> dict[str, Any]:
        """Return the request's body, checked. Raises ValidationError."""
        return self._checked(shape, self.request.data, partial=partial)

    def query(self, shape: type[serializers.Serializer]) -> dict[str, Any]:
        """Return the query string, checked; what was not given is not in it. Raises ValidationError."""
        return self._checked(shape, self.request.query_params.dict())

    def answer(self, shape: type[serializers.BaseSerializer], thing: Any, status: int = 200) -> Response:
        """Answer with one thing."""
        return Response(shape(thing, context=self.get_serializer_context()).data, status=status)

    def page(self, shape: type[serializers.BaseSerializer], rows: QuerySet[Any] | list[Any]) -> Response:
        """Answer with a page of a list, after the view's filters."""
        if isinstance(rows, QuerySet):
            rows = self.filter_queryset(rows)
        shown = self.paginate_queryset(rows)
        return self.get_paginated_response(
            shape(shown, many=True, context=self.get_serializer_context()).data
        )

    def _checked(
        self, shape: type[serializers.Serializer], data: Any, *, partial: bool = False
    ) -> dict[str, Any]:
        serializer = shape(data=data, partial=partial, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class Id(serializers.IntegerField):
    """The number of a row, within what a column holds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 1, "max_value": BIG, **kwargs})


class Count(serializers.IntegerField):
    """A whole number from 0 on, within what a column holds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": SMALL, **kwargs})


class Text(StrictCharField):
    """A text that may be empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_blank": True, "max_length": 10_000, **kwargs})


class PersonSerializer(serializers.ModelSerializer):
    """A person as others see them."""

    name = serializers.CharField(source="__str__", read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "name"]


class SmallFile(serializers.FileField):
    """A file that is read whole, so it may not be of any size; takes come by tus and have no such limit."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": FILE_NAME_LENGTH, **kwargs})

    def to_internal_value(self, data: Any) -> Any:
        """Return the file. Raises ValidationError for one that is too large."""
        file = super().to_internal_value(data)
        if file.size > SMALL_FILE_BYTES:
            msg = _("The file has {size} bytes; at most {limit} are taken here.").format(
                size=file.size, limit=SMALL_FILE_BYTES
            )
            raise serializers.ValidationError(msg)
        return file


class FileSerializer(serializers.Serializer):
    """A file, as multipart/form-data."""

    file = SmallFile()


def one(rows: QuerySet[Row], what: str, **keys: Any) -> Row:
    """Return the one visible row. Raises NotFound."""
    row = rows.filter(**keys).first()
    if row is None:
        raise NotFound(what=what)
    return row


def csv_answer(data: bytes, name: str) -> HttpResponse:
    """Answer with a CSV file."""
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def png_answer(blob: str) -> HttpResponse:
    """Answer with a stored PNG; its name is its content, so a browser may keep it for ever."""
    response = HttpResponse(storage.blobs().read(blob), content_type="image/png")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
