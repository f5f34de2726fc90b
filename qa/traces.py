"""Where vectors of certain pictures are kept: told to the licence engine, which knows no vectors."""

from __future__ import annotations

from typing import Any

from qa.models import Embedding


def count(contents: Any) -> int:
    """Return how many vectors show pictures of these digests (a query or a list of `content_sha256`)."""
    return Embedding.objects.filter(content_sha256__in=contents).count()
