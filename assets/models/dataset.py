"""Datasets: what art there is, where it came from, and its versions that never change once they are frozen."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.choices_rights import (
    Confidentiality,
    EvidenceKind,
    HolderRole,
    ItemKind,
    SourceKind,
    Split,
    VersionState,
)
from assets.models.production import Production
from studio.core.models import AppendOnly


class Dataset(models.Model):
    """A body of art with its source and licence. An empty licence counts as no right at all.

    `production` empty: of the whole studio (a bought set, the art that our own models learned from).
    """

    production = models.ForeignKey(
        Production, null=True, blank=True, on_delete=models.CASCADE, related_name="datasets"
    )
    name = models.CharField(_("name"), max_length=200)
    source = models.CharField(_("source"), max_length=500, blank=True)
    rights_holder = models.CharField(_("rights holder"), max_length=200, blank=True)
    licence_expression = models.CharField(_("licence (SPDX)"), max_length=200, blank=True)
    contract = models.CharField(_("contract"), max_length=200, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["production", "name"], name="dataset_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(production=None), name="studio_dataset_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Source(AppendOnly):
    """Where works came from and what was said there about machines reading them, as it was captured then.

    `signals` = [{kind: robots | tdmrep | aipref | plus | c2pa | terms, value, forbids, raw_sha256, seen_at}].
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="sources")
    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind)
    url = models.CharField(_("address"), max_length=500, blank=True)
    collected_on = models.DateField(_("collected on"), null=True, blank=True)
    collector = models.CharField(_("collected by"), max_length=200, blank=True)
    country = models.CharField(_("country of origin"), max_length=2, blank=True)
    signals = models.JSONField(default=list, blank=True)
    signals_seen = models.BooleanField(default=False)  # somebody looked; an empty list then means: none found

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.dataset} {self.kind}"


class Standing(models.Model):
    """All that decides about a work's rights, said once for the many works of which the same is true.

    Rules read a handful of these instead of a hundred thousand works. `facts` is canonical JSON
    (`assets.rights.facts.Standing`), `digest` its SHA-256; a row never changes.
    """

    digest = models.CharField(max_length=64, unique=True)
    facts = models.JSONField()
    # The same as in `facts`, for queries that go from a title or a model to works.
    production = models.ForeignKey(Production, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey("ModelVersion", null=True, on_delete=models.PROTECT, related_name="drew")

    def __str__(self) -> str:
        return self.digest[:12]


class StandingHolder(models.Model):
    """Somebody who holds rights in the works of a standing, as its facts say; for queries from people to works."""

    standing = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="held_by")
    holder = models.ForeignKey("RightsHolder", on_delete=models.PROTECT, related_name="standings")
    role = models.CharField(max_length=10, choices=HolderRole)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standing", "holder", "role"], name="standing_holder_once")
        ]

    def __str__(self) -> str:
        return f"{self.standing} {self.holder}"


class Item(models.Model):
    """One work by the hash of its original bytes. What is known of its rights is its `standing`; see ItemStanding.

    `content_sha256` = digest of the pixels, as drawings have it; empty where the work is no picture.
    """

    sha256 = models.CharField(max_length=64, unique=True)
    size_bytes = models.BigIntegerField()
    media_type = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=12, choices=ItemKind, default=ItemKind.OTHER)
    title = models.CharField(max_length=200, blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    look = models.CharField(
        max_length=64, blank=True
    )  # assets.rights.alike: what a copy has in common with it
    standing = models.ForeignKey(Standing, on_delete=models.PROTECT, related_name="items")
    derived_from: Any = models.ManyToManyField("self", symmetrical=False, related_name="derivatives")
    bytes_kept = models.BooleanField(default=True)  # False: deleted when it was due; the hash stays
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title or self.sha256[:12]


class ItemStanding(AppendOnly):
    """What was known of a work's rights from `recorded_at` on, who said so, why, and by what evidence."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="history")
    standing = models.ForeignKey(Standing, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["item", "recorded_at"], name="item_standing_at")]

    def __str__(self) -> str:
        return f"{self.item} {self.standing}"


class DatasetVersion(models.Model):
    """A dataset as it was frozen: its works never change, only its state does.

    `merkle_root` (RFC 6962 tree over the sorted manifest) names the content; an approval holds for that root alone.
    """

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    confidentiality = models.CharField(max_length=6, choices=Confidentiality, default=Confidentiality.AMBER)
    retained_until = models.DateField(_("delete by"), null=True, blank=True)
    merkle_root = models.CharField(max_length=64, blank=True)
    item_count = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)  # what the intake found and could not take
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(null=True)
    restated_at = models.DateTimeField(
        null=True
    )  # when something became known of a work in it, the last time

    class Meta:
        ordering = ["dataset__name", "-number"]
        constraints = [models.UniqueConstraint(fields=["dataset", "number"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.dataset} v{self.number}"


class Entry(models.Model):
    """A work in a dataset version: under what path, for what part, with what weight."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="entries")
    alias = models.CharField(max_length=500)
    split = models.CharField(max_length=10, choices=Split, default=Split.TRAIN)
    weight = models.FloatField(default=1.0)

    class Meta:
        ordering = ["alias"]
        constraints = [models.UniqueConstraint(fields=["version", "alias"], name="entry_once")]
        indexes = [models.Index(fields=["item", "version"], name="entry_of_item")]

    def __str__(self) -> str:
        return self.alias


class VersionStanding(models.Model):
    """How many works of a version stand alike: a cache of entries and standings that can be counted anew."""

    version = models.ForeignKey(DatasetVersion, on_delete=models.CASCADE, related_name="standings")
    standing = models.ForeignKey(Standing, on_delete=models.PROTECT, related_name="+")
    split = models.CharField(max_length=10, choices=Split)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "standing", "split"], name="version_standing_once")
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.standing} {self.count}"


class Evidence(models.Model):
    """A file that proves a right: a contract, a licence text, a screenshot. Kept as it came.

    It belongs to a dataset, and to a grant or to certain works where it speaks of these alone.
    """

    dataset = models.ForeignKey(Dataset, null=True, on_delete=models.CASCADE, related_name="evidence")
    grant = models.ForeignKey("Grant", null=True, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=12, choices=EvidenceKind, default=EvidenceKind.OTHER)
    file_name = models.CharField(max_length=255)
    blob = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    captured_on = models.DateField(null=True, blank=True)
    confidential = models.BooleanField(default=False)  # for producers alone, never in a pack
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-added_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(dataset__isnull=False) | models.Q(grant__isnull=False),
                name="evidence_of_something",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def log_name(self) -> str:
        """What the audit log calls it; a contract's file is mostly named after the person."""
        return f"{self.grant.log_name} {self.blob[:12]}" if self.grant else self.file_name

    @property
    def production(self) -> Production | None:
        """The production that may see it; None where it belongs to the whole studio."""
        return self.dataset.production if self.dataset else None
