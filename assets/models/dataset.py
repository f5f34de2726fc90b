"""Datasets and what is known of the right to use them. The licence engine will grow from here."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.models.production import Production


class Dataset(models.Model):
    """A body of art with its source and licence. An empty licence counts as no right at all."""

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="datasets")
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
        constraints = [models.UniqueConstraint(fields=["production", "name"], name="dataset_once")]

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """A file that proves a right: a contract, a licence text, a screenshot. Kept as it came."""

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="evidence")
    file_name = models.CharField(max_length=255)
    blob = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-added_at"]

    def __str__(self) -> str:
        return self.file_name
