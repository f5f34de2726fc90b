"""The answer below /api/v1/ where no address fits, in the shape of every other error."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def nowhere(request: HttpRequest) -> JsonResponse:
    """Say that there is nothing here."""
    message = f"There is no {request.path} in this API. See /api/docs/."
    return JsonResponse({"code": "not_found", "message": message, "data": {}}, status=404)
