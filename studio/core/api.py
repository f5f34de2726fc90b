"""What every API view shares: one error shape, pages, and the errors in the schema."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_handler

from studio.core.errors import StudioError

_CODES = {400: "invalid_input", 401: "not_signed_in", 403: "not_allowed", 404: "not_found", 405: "bad_method"}
_DOCUMENTED = ("400", "401", "403", "404", "405", "409", "415", "422")


class Pages(PageNumberPagination):
    """Numbered pages; `page_size` up to 500."""

    page_size_query_param = "page_size"
    max_page_size = 500


class StrictCharField(serializers.CharField):
    """A text that must be a text: numbers and booleans are refused instead of silently written as text."""

    def to_internal_value(self, data: Any) -> str:
        """Return the text. Raises ValidationError for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Answer in the shape {code, message, data}; anything unforeseen goes on to Django (500)."""
    if isinstance(error, StudioError):
        body = {"code": error.code, "message": error.message, "data": error.data}
        return Response(body, status=error.status)
    if isinstance(error, (Http404, PermissionDenied)):
        error = exceptions.NotFound() if isinstance(error, Http404) else exceptions.PermissionDenied()
    response = drf_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        response.data = {
            "code": "invalid_input",
            "message": _first_sentence(error.detail),
            "data": {"fields": error.detail if isinstance(error.detail, dict) else {"": error.detail}},
        }
    else:
        detail = getattr(error, "detail", str(error))
        code = _CODES.get(response.status_code, getattr(error, "default_code", "error"))
        response.data = {"code": code, "message": str(detail), "data": {}}
    return response


def _first_sentence(detail: Any, name: str = "") -> str:
    """Return the first reason in a nest of DRF errors, with the field's name before it."""
    if isinstance(detail, dict):
        key, value = next(iter(detail.items()))
        return _first_sentence(value, str(key))
    if isinstance(detail, list):
        return _first_sentence(detail[0], name) if detail else name
    return f"{name}: {detail}" if name and name != "non_field_errors" else str(detail)


def document_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: FBT001
    """Add the error answers to every operation of the schema (a drf-spectacular hook)."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = {
        "type": "object",
        "required": ["code", "message", "data"],
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "data": {"type": "object", "additionalProperties": True},
        },
    }
    answer = {
        "description": "The error, in the one shape of all errors.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    for path in result["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                for code in _DOCUMENTED:
                    operation["responses"].setdefault(code, answer)
    return result
