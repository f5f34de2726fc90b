"""The answer below /api/v1/ where no address fits, in the shape of every other error."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def nowhere(request: HttpRequest) -> JsonResponse:
    """Say that there is nothing here."""
    message = _("There is no {path} in this API. See /api/docs/.").format(path=request.path)
    return JsonResponse({"code": "not_found", "message": message, "data": {}}, status=404)
