"""Files on their way in, by tus 1.0 (core, creation, termination, checksum): what broke off goes on where it stopped.

The body is read as a stream and never by a parser, so what arrived before a break is kept. That needs WSGI: an ASGI
server would hold the whole body back first. A chunk with a checksum is the exception: it counts whole or not at all.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Protocol

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from assets import selectors
from assets.api.base import ApiView
from assets.api.uploads import UploadFileSerializer
from assets.models import UploadFile
from assets.services import uploads
from studio.core.errors import InvalidInput, StudioError, phrase

VERSION = "1.0.0"
_EXTENSIONS = "creation,termination,checksum"
_ALGORITHMS: dict[str, Callable[[], Any]] = {
    "sha256": hashlib.sha256,
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),
}
_BODY = "application/offset+octet-stream"
_CHUNK_BYTES = 256 * 1024
_SILENCE_S = 30.0
_SPOOL_BYTES = 8 * 1024 * 1024
_CHECKED_MAX_BYTES = 64 * 1024 * 1024
# Where tus asks for another status than the studio's own error has.
_STATUS = {"upload_busy": 423, "upload_too_long": 413, "FILE_TOO_LARGE": 413, "UPLOAD_TOO_LARGE": 413}


class Stream(Protocol):
    """Bytes to be read once."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""


class TusError(StudioError):
    """A refusal that only the protocol knows, with the status that it asks for."""

    def __init__(self, code: str, status: int, **data: Any) -> None:
        super().__init__(code, **data)
        self.status = status  # type: ignore[misc]  # one class for the protocol's handful of refusals


class TusView(ApiView):
    """What every answer of the protocol carries; refusals have the status that tus asks for."""

    renderer_classes = (JSONRenderer,)

    def get_permissions(self) -> Any:
        """Let anybody ask what the server can do; everything else needs a person."""
        return [AllowAny()] if self.request.method == "OPTIONS" else super().get_permissions()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse another version of the protocol before anything else."""
        super().initial(request, *args, **kwargs)
        if self.speaks_tus(request) and request.headers.get("Tus-Resumable") != VERSION:
            raise TusError("tus_version", 412, wanted=VERSION)

    def speaks_tus(self, request: Request) -> bool:
        """Return whether this request belongs to the protocol and needs its version."""
        return request.method != "OPTIONS"

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal with the status of tus."""
        response = super().handle_exception(exc)
        if isinstance(exc, StudioError):
            problem = str(exc.data.get("problem", ""))
            response.status_code = _STATUS.get(exc.code) or _STATUS.get(problem) or exc.status
            if exc.code == "upload_offset":
                response["Upload-Offset"] = str(exc.data["offset"])
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Add the headers of the protocol."""
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        if request.method == "OPTIONS" or response.status_code == 412:
            response["Tus-Version"] = VERSION
            response["Tus-Extension"] = _EXTENSIONS
            response["Tus-Max-Size"] = str(settings.MAX_UPLOAD_BYTES)
            response["Tus-Checksum-Algorithm"] = ",".join(_ALGORITHMS)
        return response

    @extend_schema(exclude=True)
    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        """Say what the server can do."""
        return Response(status=204)


class UploadFiles(TusView):
    """The files of an upload: the list (plain), and the creation of one (tus)."""

    queryset = UploadFile.objects.none()
    parser_classes = ()
    filter_backends = ()

    def speaks_tus(self, request: Request) -> bool:
        """Return whether a file is being announced; the list is plain HTTP."""
        return request.method == "POST"

    @extend_schema(operation_id="upload_files", responses=UploadFileSerializer(many=True))
    def get(self, request: Request, pk: uuid.UUID) -> Response:
        """List the files of an upload and how much of each has arrived."""
        return self.page(UploadFileSerializer, selectors.get_upload(self.user, pk).files.all())

    @extend_schema(exclude=True)
    def post(self, request: Request, pk: uuid.UUID) -> Response:
        """Announce a file: `Upload-Length`, and its path in `Upload-Metadata` (relativePath or filename).

        A file that stopped half-way is found again by its path; its offset says where to go on.
        """
        upload = selectors.get_upload(self.user, pk)
        size = _number(request, "Upload-Length")
        if size > settings.MAX_UPLOAD_BYTES:
            raise TusError("upload_too_long", 413, name="", size_bytes=settings.MAX_UPLOAD_BYTES)
        path = path_of(request.headers.get("Upload-Metadata", ""))
        file = uploads.add_file(actor=self.user, upload=upload, path=path, size_bytes=size)
        response = Response(status=201)
        response["Location"] = request.build_absolute_uri(reverse("api_tus_file", args=[file.pk]))
        response["Upload-Offset"] = str(file.offset_bytes)
        return response


@extend_schema(exclude=True)
class TusFile(TusView):
    """One file on its way."""

    parser_classes = ()

    def head(self, request: Request, pk: uuid.UUID) -> Response:
        """Say how much has arrived."""
        file = selectors.get_upload_file(self.user, pk)
        response = Response(status=200)
        response["Upload-Offset"] = str(file.offset_bytes)
        response["Upload-Length"] = str(file.size_bytes)
        return response

    def patch(self, request: Request, pk: uuid.UUID) -> Response:
        """Add bytes at `Upload-Offset`; what arrives before a break is kept."""
        if request.content_type != _BODY:
            raise TusError("tus_content_type", 415, wanted=_BODY)
        file = selectors.get_upload_file(self.user, pk)
        offset = _number(request, "Upload-Offset")
        body = _Body(request._request, _room(request, file, offset))
        checksum = request.headers.get("Upload-Checksum", "")
        with _impatient(request):
            if checksum:
                with _checked(body, checksum) as spooled:
                    file = uploads.append(actor=self.user, file=file, offset_bytes=offset, stream=spooled)
            else:
                file = uploads.append(actor=self.user, file=file, offset_bytes=offset, stream=body)
        response = Response(status=204)
        response["Upload-Offset"] = str(file.offset_bytes)
        return response

    def delete(self, request: Request, pk: uuid.UUID) -> Response:
        """Take the file out of its upload."""
        uploads.remove_file(actor=self.user, file=selectors.get_upload_file(self.user, pk))
        return Response(status=204)


class _Body:
    """The request's bytes, but never more than the file has room for, and one more to notice it."""

    def __init__(self, stream: Stream, room: int) -> None:
        self._stream = stream
        self._left = room + 1

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        chunk = self._stream.read(min(size, self._left)) if self._left else b""
        self._left -= len(chunk)
        return chunk


@contextmanager
def _impatient(request: Request) -> Iterator[None]:
    """Give a line up that says nothing for so long, or a client that lost its net would hold the file's lock.

    Only gunicorn hands out its socket; behind nginx, `client_body_timeout` does the same.
    """
    line = request.META.get("gunicorn.socket")
    if line is None:
        yield
        return
    before = line.gettimeout()
    line.settimeout(_SILENCE_S)
    try:
        yield
    finally:
        line.settimeout(before)


def path_of(metadata: str) -> str:
    """Return the file's path from tus metadata (`key base64,key base64`): with its folders where a client says them.

    Raises:
        InvalidInput: no name, or none that can be read.
    """
    pairs = dict(_pair(part) for part in metadata.split(",") if part.strip())
    for key in ("relativePath", "path", "filename", "name"):
        if path := pairs.get(key, "").strip():
            return path
    raise InvalidInput(field="Upload-Metadata", reason="relativePath or filename is needed, in base64")


def _pair(part: str) -> tuple[str, str]:
    key, _, coded = part.strip().partition(" ")
    try:
        return key, base64.b64decode(coded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidInput(
            field="Upload-Metadata", reason=phrase("{key} is no base64 of UTF-8", key=key)
        ) from error


def _number(request: Request, header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 31):
        raise InvalidInput(field=header, reason="a whole number from 0 on is needed")
    return int(text)


def _room(request: Request, file: UploadFile, offset: int) -> int:
    """Return how many bytes the file still takes; refuse a body that is announced longer, before it is sent."""
    room = max(0, file.size_bytes - offset)
    announced = request.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > room and offset == file.offset_bytes:
        raise TusError("upload_too_long", 413, name=file.path, size_bytes=file.size_bytes)
    return room


def _checked(body: Stream, header: str) -> IO[bytes]:
    """Return the whole chunk once its checksum is right.

    Raises:
        TusError: an algorithm that is not spoken (400), a chunk that is too long (413), a wrong checksum (460).
    """
    name, _, coded = header.partition(" ")
    if name not in _ALGORITHMS:
        raise TusError("tus_checksum_algorithm", 400, known=", ".join(_ALGORITHMS))
    digest = _ALGORITHMS[name]()
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(_SPOOL_BYTES)  # noqa: SIM115  (the caller closes it)
    while chunk := body.read(_CHUNK_BYTES):
        digest.update(chunk)
        spool.write(chunk)
        if spool.tell() > _CHECKED_MAX_BYTES:
            spool.close()
            raise TusError("upload_too_long", 413, name="", size_bytes=_CHECKED_MAX_BYTES)
    if base64.b64encode(digest.digest()).decode() != coded.strip():
        spool.close()
        raise TusError("tus_checksum", 460)
    spool.seek(0)
    return spool
