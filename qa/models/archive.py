"""What waits to be searched for in the archive."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class QueryPicture(models.Model):
    """A picture that somebody searches by. It is no drawing of the studio: gone as soon as its vector is known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    png = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.by} {self.created_at:%Y-%m-%d %H:%M}"
