"""Models, what they learned from, and what they did: the way from a drawing back to every work behind it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.choices_rights import Disclosure, Influence, ModelFamily, Origin, ParentKind, Split
from assets.models.cut import Cut, Drawing
from assets.models.dataset import DatasetVersion
from assets.models.production import Production
from studio.core.models import AppendOnly


class ModelVersion(AppendOnly):
    """A model by the hash of its weights. `model_id` is the name under which its vectors and checks are kept.

    Append-only: what it learned from is written with it. Blocking is a ModelBlock.
    """

    name = models.CharField(_("name"), max_length=100)
    version = models.CharField(_("version"), max_length=60)
    family = models.CharField(_("does"), max_length=10, choices=ModelFamily)
    origin = models.CharField(_("comes from"), max_length=12, choices=Origin)
    weights_sha256 = models.CharField(max_length=64, blank=True)
    model_id = models.CharField(max_length=120, blank=True, db_index=True)
    framework = models.CharField(max_length=60, blank=True)
    disclosure = models.CharField(
        _("training art"), max_length=8, choices=Disclosure, default=Disclosure.NONE
    )
    licence_expression = models.CharField(_("licence (SPDX)"), max_length=200, blank=True)
    terms_forbid_training = models.BooleanField(default=False)  # on what it makes (R44)
    restrictions_kept = models.BooleanField(default=False)  # its licence hands use restrictions on (R35)
    recipe = models.CharField(_("recipe"), max_length=300, blank=True)
    recipe_sha256 = models.CharField(max_length=64, blank=True)
    code_commit = models.CharField(max_length=64, blank=True)
    seed = models.BigIntegerField(null=True)
    flops = models.FloatField(null=True)
    gpai = models.BooleanField(_("general-purpose model (EU)"), default=False)
    gpai_why = models.CharField(max_length=300, blank=True)
    style_of = models.CharField(_("imitates"), max_length=200, blank=True)  # one title or artist (R12)
    source = models.CharField(_("source"), max_length=500, blank=True)
    note = models.TextField(_("note"), blank=True)
    job = models.UUIDField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "-id"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="model_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class ModelParent(AppendOnly):
    """A model comes from another one. Parents are older rows, so the graph has no cycles."""

    child = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="children")
    kind = models.CharField(max_length=10, choices=ParentKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child", "parent"], name="model_parent_once"),
            models.CheckConstraint(
                condition=models.Q(parent_id__lt=models.F("child_id")), name="model_parent_is_older"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} < {self.parent}"


class ModelInput(AppendOnly):
    """A model was made with a version of a dataset."""

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="inputs")
    version = models.ForeignKey(DatasetVersion, on_delete=models.PROTECT, related_name="models")
    role = models.CharField(max_length=10, choices=Split)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "version", "role"], name="model_input_once")]

    def __str__(self) -> str:
        return f"{self.model} < {self.version}"


class ModelBlock(AppendOnly):
    """From here on a model may not work, or (`lifted`) may again."""

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="blocks")
    lifted = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.model} {self.reason}"


class Run(AppendOnly):
    """A model worked for a production: which, on which cut, under which decision of the gate."""

    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="runs")
    production = models.ForeignKey(Production, null=True, on_delete=models.PROTECT, related_name="runs")
    cut = models.ForeignKey(Cut, null=True, on_delete=models.PROTECT, related_name="runs")
    influence = models.CharField(max_length=10, choices=Influence)
    decision = models.ForeignKey("GateDecision", null=True, on_delete=models.PROTECT, related_name="runs")
    params = models.JSONField(default=dict)
    job = models.UUIDField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.model} {self.recorded_at:%Y-%m-%d}"


class Artefact(models.Model):
    """What a run made, by its pixels: a drawing for ever marked as made by a model.

    `marked`: the file itself says so too (XMP in the PNG), so the mark leaves the house with it.
    """

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="artefacts")
    sha256 = models.CharField(max_length=64, db_index=True)
    drawing = models.ForeignKey(Drawing, null=True, on_delete=models.SET_NULL, related_name="made_by_runs")
    marked = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.sha256[:12]
