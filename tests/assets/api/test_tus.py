"""tus 1.0 by raw HTTP against a real server: creation, offsets, refusals, checksum, termination."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from knox.models import AuthToken

from assets.models import UploadFile
from assets.services import arrivals, uploads
from studio.core.models import User
from tests.world import World, build_world

BODY = "application/offset+octet-stream"


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@dataclass
class Tus:
    """A bare client: one connection per call, so that what a header does is seen."""

    address: str
    token: str
    headers: dict[str, str] = field(default_factory=dict)

    def call(
        self, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Send one request; header names are written with _ for -."""
        sent = {"Authorization": f"Token {self.token}", "Tus-Resumable": "1.0.0"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(self.address, timeout=20)
        connection.request(method, path, body, {k: v for k, v in sent.items() if v})
        response = connection.getresponse()
        data = response.read()
        connection.close()
        return response, data

    def create(self, upload: object, name: str, size: int) -> str:
        """Announce a file and return its path on the server."""
        response, data = self.call(
            "POST",
            f"/api/v1/uploads/{upload}/files/",
            Upload_Length=str(size),
            Upload_Metadata=f"filename {b64('x.png')},relativePath {b64(name)}",
        )
        assert response.status == 201, data
        return urlsplit(response.getheader("Location")).path

    def patch(self, path: str, offset: int, data: bytes, **headers: str) -> http.client.HTTPResponse:
        """Send bytes."""
        return self.call("PATCH", path, data, Upload_Offset=str(offset), Content_Type=BODY, **headers)[0]


@pytest.fixture
def world(transactional_db: None) -> World:
    """Rows that the server's threads see."""
    return build_world()


@pytest.fixture
def tus(world: World, live_server: object) -> Tus:
    """The artist's client."""
    return client_of(world.artist, live_server)


@pytest.fixture
def upload(world: World) -> str:
    """An open upload of the artist."""
    return str(uploads.open_upload(actor=world.artist, cut=world.cut, stage="AD").pk)


def client_of(user: User, live_server: object) -> Tus:
    token = AuthToken.objects.create(user=user)[1]
    return Tus(urlsplit(str(live_server)).netloc, token)


def test_options_says_what_the_server_can_do_without_a_person(tus: Tus, upload: str) -> None:
    response, _ = tus.call("OPTIONS", f"/api/v1/uploads/{upload}/files/", Authorization="")
    assert response.status == 204
    assert response.getheader("Tus-Version") == "1.0.0"
    assert set(response.getheader("Tus-Extension").split(",")) == {"creation", "termination", "checksum"}
    assert int(response.getheader("Tus-Max-Size")) > 0


def test_a_file_arrives_in_two_parts_with_its_folder(tus: Tus, upload: str) -> None:
    data = bytes(range(256)) * 4000
    path = tus.create(upload, "EP01_C012/A/A0001.png", len(data))
    first = tus.patch(path, 0, data[:300_000])
    assert (first.status, first.getheader("Upload-Offset")) == (204, "300000")
    head, _ = tus.call("HEAD", path)
    assert (head.getheader("Upload-Offset"), head.getheader("Upload-Length")) == ("300000", str(len(data)))
    assert tus.patch(path, 300_000, data[300_000:]).status == 204
    file = UploadFile.objects.get()
    assert file.path == "EP01_C012/A/A0001.png"
    assert hashlib.sha256(arrivals.path_of(file).read_bytes()).digest() == hashlib.sha256(data).digest()


def test_a_wrong_offset_is_refused_with_the_right_one(tus: Tus, upload: str) -> None:
    path = tus.create(upload, "A/A0001.png", 10)
    assert tus.patch(path, 0, b"12345").status == 204
    response = tus.patch(path, 2, b"345")
    assert (response.status, response.getheader("Upload-Offset")) == (409, "5")
    assert UploadFile.objects.get().offset_bytes == 5


def test_announcing_a_file_again_finds_it_where_it_stopped(tus: Tus, upload: str) -> None:
    path = tus.create(upload, "A/A0001.png", 10)
    tus.patch(path, 0, b"1234")
    assert tus.create(upload, "A/A0001.png", 10) == path
    assert tus.call("HEAD", path)[0].getheader("Upload-Offset") == "4"


def test_another_version_is_refused(tus: Tus, upload: str) -> None:
    path = tus.create(upload, "A/A0001.png", 10)
    for version in ("", "0.2.2"):
        response, body = tus.call(
            "PATCH", path, b"12345", Tus_Resumable=version, Upload_Offset="0", Content_Type=BODY
        )
        assert response.status == 412
        assert response.getheader("Tus-Version") == "1.0.0"
        assert json.loads(body)["code"] == "tus_version"


def test_more_than_was_announced_is_refused(tus: Tus, upload: str) -> None:
    path = tus.create(upload, "A/A0001.png", 4)
    assert tus.patch(path, 0, b"12345").status == 413
    assert UploadFile.objects.get().offset_bytes == 0


def test_a_file_that_is_too_large_is_refused_when_it_is_announced(tus: Tus, upload: str) -> None:
    response, _ = tus.call(
        "POST",
        f"/api/v1/uploads/{upload}/files/",
        Upload_Length=str(2**60),
        Upload_Metadata=f"filename {b64('A0001.png')}",
    )
    assert response.status == 413


@pytest.mark.parametrize(
    ("length", "metadata"),
    [
        ("", f"filename {b64('a.png')}"),
        ("-1", f"filename {b64('a.png')}"),
        ("1.5", f"filename {b64('a.png')}"),
        ("10", ""),
        ("10", "filename not-base64!"),
        ("10", f"filetype {b64('image/png')}"),
    ],
)
def test_a_bad_announcement_is_refused(tus: Tus, upload: str, length: str, metadata: str) -> None:
    response, body = tus.call(
        "POST", f"/api/v1/uploads/{upload}/files/", Upload_Length=length, Upload_Metadata=metadata
    )
    assert response.status == 400
    assert json.loads(body)["code"] == "invalid_input"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "A/\0.png"])
def test_a_path_that_leaves_the_folder_is_refused(tus: Tus, upload: str, name: str) -> None:
    response, body = tus.call(
        "POST",
        f"/api/v1/uploads/{upload}/files/",
        Upload_Length="10",
        Upload_Metadata=f"relativePath {b64(name)}",
    )
    assert response.status == 422, body
    assert not UploadFile.objects.exists()


def test_another_type_of_body_is_refused(tus: Tus, upload: str) -> None:
    path = tus.create(upload, "A/A0001.png", 4)
    response, _ = tus.call("PATCH", path, b"1234", Upload_Offset="0", Content_Type="image/png")
    assert response.status == 415


@pytest.mark.parametrize("name", ["sha256", "sha1"])
def test_a_chunk_with_the_right_checksum_counts(tus: Tus, upload: str, name: str) -> None:
    path = tus.create(upload, "A/A0001.png", 9)
    digest = base64.b64encode(hashlib.new(name, b"123456789").digest()).decode()
    assert tus.patch(path, 0, b"123456789", Upload_Checksum=f"{name} {digest}").status == 204
    assert UploadFile.objects.get().is_complete


def test_a_damaged_chunk_is_thrown_away_whole(tus: Tus, upload: str) -> None:
    path = tus.create(upload, "A/A0001.png", 9)
    digest = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    assert tus.patch(path, 0, b"123456789", Upload_Checksum=f"sha256 {digest}").status == 460
    assert tus.patch(path, 0, b"123456789", Upload_Checksum="md5 x").status == 400
    assert UploadFile.objects.get().offset_bytes == 0


def test_two_writers_at_once_are_told_apart(tus: Tus, upload: str) -> None:
    path = tus.create(upload, "A/A0001.png", 9)
    with arrivals._opened(UploadFile.objects.get()):
        assert tus.patch(path, 0, b"123").status == 423
    assert tus.patch(path, 0, b"123").status == 204


def test_a_file_can_be_taken_back(tus: Tus, upload: str) -> None:
    path = tus.create(upload, "A/A0001.png", 9)
    tus.patch(path, 0, b"123")
    assert tus.call("DELETE", path)[0].status == 204
    assert tus.call("HEAD", path)[0].status == 404
    assert not UploadFile.objects.exists()


def test_nobody_else_can_write_into_an_upload(
    tus: Tus, upload: str, world: World, live_server: object
) -> None:
    path = tus.create(upload, "A/A0001.png", 9)
    assert client_of(world.stranger, live_server).patch(path, 0, b"123").status == 404
    assert client_of(world.supervisor, live_server).patch(path, 0, b"123").status == 403
    assert tus.patch(path, 0, b"123", Authorization="").status == 401


def test_a_session_needs_its_csrf_header(tus: Tus, upload: str, world: World, client: object) -> None:
    path = tus.create(upload, "A/A0001.png", 9)
    client.force_login(world.artist)
    cookie = f"sessionid={client.cookies['sessionid'].value}; csrftoken={'a' * 32}"
    assert tus.patch(path, 0, b"123", Authorization="", Cookie=cookie).status == 403
    assert tus.patch(path, 0, b"123", Authorization="", Cookie=cookie, X_CSRFToken="a" * 32).status == 204
