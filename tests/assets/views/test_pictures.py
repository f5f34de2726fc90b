"""Pictures: streamed with permission, kept by browsers, never sent twice."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from PIL import Image

from tests.full_world import FullWorld


def _opened(answer: object) -> Image.Image:
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(("name", "thing"), [("drawing", "drawing"), ("sheet", "sheet_drawing")])
def test_a_picture_comes_as_it_is_and_may_be_kept(
    name: str, thing: str, full: FullWorld, as_person: object
) -> None:
    address = reverse(f"{name}_picture", args=[getattr(full, thing).pk])
    answer = as_person(full.world.artist).get(address)
    assert answer["Content-Type"] == "image/png"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["ETag"] == f'"{getattr(full, thing).view_blob}"'
    assert _opened(answer).size == (32, 48)


def test_a_known_picture_is_not_sent_again(full: FullWorld, as_person: object) -> None:
    client = as_person(full.world.artist)
    for name in ("drawing_picture", "drawing_thumb"):
        address = reverse(name, args=[full.drawing.pk])
        first = client.get(address)
        b"".join(first.streaming_content) if first.streaming else first.content
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]


def test_permission_is_asked_even_for_a_known_picture(full: FullWorld, as_person: object) -> None:
    address = reverse("drawing_picture", args=[full.drawing.pk])
    tag = f'"{full.drawing.view_blob}"'
    answer = as_person(full.world.stranger).get(address, headers={"If-None-Match": tag})
    assert answer.status_code == 404


def test_a_thumbnail_is_a_webp_of_the_asked_size(full: FullWorld, as_person: object) -> None:
    client, address = as_person(full.world.artist), reverse("drawing_thumb", args=[full.drawing.pk])
    answer = client.get(address, {"size": "small"})
    assert answer["Content-Type"] == "image/webp"
    assert _opened(answer).format == "WEBP"
    assert client.get(address, {"size": "99999"}).status_code == 200


def test_evidence_is_a_download_whatever_it_is(full: FullWorld, as_person: object) -> None:
    answer = as_person(full.world.producer).get(reverse("evidence", args=[full.evidence.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="contract.pdf"'
    assert answer["Content-Type"] == "application/octet-stream"
    assert b"".join(answer.streaming_content) == b"%PDF-1.4"
