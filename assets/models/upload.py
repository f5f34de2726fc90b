"""What is arriving: an upload and its files, resumable, kept until it is a take."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from assets.choices import Stage, TakeSource, UploadState
from assets.models.cut import Cut, Take


class Upload(models.Model):
    """One delivery on its way. `report` holds a line per file once it was read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="uploads")
    stage = models.CharField(max_length=4, choices=Stage)
    source = models.CharField(max_length=10, choices=TakeSource, default=TakeSource.UPLOAD)
    state = models.CharField(max_length=10, choices=UploadState, default=UploadState.OPEN)
    note = models.TextField(blank=True)
    rule_id = models.CharField(max_length=60, blank=True)
    cells = models.JSONField(default=dict)  # {cell as its name reads: cell as it is meant}
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    report = models.JSONField(default=list)
    take = models.ForeignKey(Take, null=True, on_delete=models.SET_NULL, related_name="uploads")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.cut} {self.stage}"


class UploadFile(models.Model):
    """One file of an upload, as tus sees it: `offset_bytes` of `size_bytes` have arrived."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=500)
    size_bytes = models.BigIntegerField()
    offset_bytes = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["upload", "path"], name="upload_path_once")]

    def __str__(self) -> str:
        return self.path

    @property
    def is_complete(self) -> bool:
        """Whether every byte has arrived."""
        return self.offset_bytes == self.size_bytes
