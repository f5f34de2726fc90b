"""Thumbnails: small, cached, whole or not there."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from assets.services import pictures
from studio.core.errors import InvalidInput, NotFound
from studio.core.storage import blobs
from tests.world import png


@pytest.fixture(autouse=True)
def _no_cache() -> None:
    shutil.rmtree(Path(settings.CACHE_DIR) / "thumbs", ignore_errors=True)


def _blob(size_hw: tuple[int, int] = (480, 320)) -> str:
    return blobs().put(io.BytesIO(png(size_hw=size_hw))).sha256


def test_a_thumbnail_keeps_the_shape_and_the_transparency() -> None:
    with Image.open(io.BytesIO(pictures.thumb(_blob(), 120))) as image:
        assert (image.format, image.size, image.mode) == ("WEBP", (80, 120), "RGBA")
        assert image.getpixel((0, 0))[3] < 8
        red, green, blue, alpha = image.getpixel((40, 60))
    assert alpha == 255
    assert max(abs(red - 200), abs(green - 60), abs(blue - 60)) < 12


def test_a_small_picture_is_not_blown_up() -> None:
    with Image.open(io.BytesIO(pictures.thumb(_blob((48, 32)), 320))) as image:
        assert image.size == (32, 48)


def test_a_thumbnail_is_made_once() -> None:
    blob = _blob()
    first = pictures.thumb(blob, 64)
    kept = list((Path(settings.CACHE_DIR) / "thumbs").rglob("*.webp"))
    assert [path.read_bytes() for path in kept] == [first]
    kept[0].write_bytes(b"from the cache")
    assert pictures.thumb(blob, 64) == b"from the cache"


def test_a_cache_that_cannot_be_written_costs_only_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_kwargs: object) -> None:
        raise OSError

    blob = _blob()
    monkeypatch.setattr(pictures.tempfile, "mkstemp", full)
    assert pictures.thumb(blob, 64).startswith(b"RIFF")


@pytest.mark.parametrize("max_px", [0, -1, 100_000])
def test_absurd_sizes_are_refused(max_px: int) -> None:
    with pytest.raises(InvalidInput):
        pictures.thumb("0" * 64, max_px)


def test_a_missing_blob_is_not_found() -> None:
    with pytest.raises(NotFound):
        pictures.thumb("0" * 64, 64)
