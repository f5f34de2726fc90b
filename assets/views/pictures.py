"""Pictures and evidence: stored bytes, after the permission was asked.

An address never shows other bytes than the first time, so browsers may keep what they have.
"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.views.decorators.http import require_safe

from assets import access, selectors
from assets.models import Evidence
from assets.services import pictures
from studio.core.errors import NotFound
from studio.core.pages import SignedInRequest
from studio.core.roles import Action
from studio.core.storage import blobs

_KEEP = "private, max-age=31536000, immutable"
_SIZES_PX = {"small": 160, "": 320, "large": 640}


@login_required
@require_safe
def drawing_picture(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send a drawing of a take as PNG."""
    return picture_response(request, selectors.get_drawing(request.user, pk).view_blob)


@login_required
@require_safe
def drawing_thumb(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send a drawing of a take, small; `?size=small` or `large` for other sizes."""
    return thumb_response(request, selectors.get_drawing(request.user, pk).view_blob)


@login_required
@require_safe
def sheet_picture(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send a drawing of a model sheet as PNG."""
    return picture_response(request, selectors.get_sheet_drawing(request.user, pk).view_blob)


@login_required
@require_safe
def sheet_thumb(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send a drawing of a model sheet, small."""
    return thumb_response(request, selectors.get_sheet_drawing(request.user, pk).view_blob)


@login_required
@require_safe
def evidence(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Send a file that proves a right, as it came; always as a download, it may be anything."""
    found = Evidence.objects.select_related("dataset__production").filter(pk=pk).first()
    if found is None:
        raise NotFound(what="file")
    needs = Action.EDIT_DATASETS if found.confidential else Action.VIEW_DATASETS
    access.require_for(request.user, needs, found.production)
    return FileResponse(
        blobs().open(found.blob),
        as_attachment=True,
        filename=found.file_name,
        content_type="application/octet-stream",
    )


def picture_response(request: HttpRequest, blob: str) -> HttpResponseBase:
    """Send a stored view as PNG. The caller has asked for the permission."""
    etag = f'"{blob}"'
    if request.headers.get("If-None-Match") == etag:
        return _kept(HttpResponseNotModified(), etag)
    return _kept(FileResponse(blobs().open(blob), content_type="image/png"), etag)


def thumb_response(request: HttpRequest, blob: str) -> HttpResponseBase:
    """Send a stored view as a small WebP; `?size=` says how small. The caller has asked for the permission."""
    size_px = _SIZES_PX.get(request.GET.get("size", ""), _SIZES_PX[""])
    etag = f'"{blob}-{size_px}"'
    if request.headers.get("If-None-Match") == etag:
        return _kept(HttpResponseNotModified(), etag)
    return _kept(HttpResponse(pictures.thumb(blob, size_px), content_type="image/webp"), etag)


def _kept(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response["Cache-Control"] = _KEEP
    response["ETag"] = etag
    return response
