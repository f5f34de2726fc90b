"""Characters, their designs (costumes) and the versioned model sheets that a drawing is compared with."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.choices import SheetDrawingKind, SheetState, View
from assets.models.production import Production


class Character(models.Model):
    """Somebody who is drawn."""

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="characters")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["production", "code"], name="character_once")]

    def __str__(self) -> str:
        return self.name


class Design(models.Model):
    """A character in one costume."""

    character = models.ForeignKey(Character, on_delete=models.CASCADE, related_name="designs")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["character__name", "name"]
        constraints = [models.UniqueConstraint(fields=["character", "code"], name="design_once")]

    def __str__(self) -> str:
        return f"{self.character.name} · {self.name}"


class ModelSheet(models.Model):
    """One version of a design's approved drawings and colours. Never edited after approval."""

    design = models.ForeignKey(Design, on_delete=models.CASCADE, related_name="sheets")
    version = models.PositiveIntegerField(_("version"))
    state = models.CharField(max_length=12, choices=SheetState, default=SheetState.DRAFT)
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["design", "version"], name="sheet_version_once"),
            models.UniqueConstraint(
                fields=["design"], condition=models.Q(state="approved"), name="one_approved_sheet_per_design"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.design} v{self.version}"

    @property
    def is_final(self) -> bool:
        """Whether nothing in it may change any more."""
        return self.state in {SheetState.APPROVED, SheetState.SUPERSEDED}


class SheetDrawing(models.Model):
    """One drawing of a sheet: `blob` as it came, `view_blob` the 8-bit PNG that pages and checks read."""

    sheet = models.ForeignKey(ModelSheet, on_delete=models.CASCADE, related_name="drawings")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(
        _("kind"), max_length=12, choices=SheetDrawingKind, default=SheetDrawingKind.TURNAROUND
    )
    view = models.CharField(_("view"), max_length=16, choices=View, blank=True)
    label = models.CharField(_("label"), max_length=100, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    blob = models.CharField(max_length=64)
    view_blob = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64, db_index=True)
    height_px = models.PositiveIntegerField()
    width_px = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label or self.file_name or f"#{self.pk}"


class ColourModel(models.Model):
    """The approved colours of a sheet version (色指定)."""

    sheet = models.OneToOneField(ModelSheet, on_delete=models.CASCADE, related_name="colour_model")
    name = models.CharField(_("name"), max_length=100, default="normal")

    def __str__(self) -> str:
        return f"{self.sheet} {self.name}"


class Swatch(models.Model):
    """One colour of one part in one tone."""

    colour_model = models.ForeignKey(ColourModel, on_delete=models.CASCADE, related_name="swatches")
    position = models.PositiveIntegerField(default=0)
    part = models.CharField(_("part"), max_length=60)
    tone = models.CharField(_("tone"), max_length=30, default="normal")
    red = models.PositiveSmallIntegerField(validators=[MaxValueValidator(255)])
    green = models.PositiveSmallIntegerField(validators=[MaxValueValidator(255)])
    blue = models.PositiveSmallIntegerField(validators=[MaxValueValidator(255)])
    tolerance_de = models.FloatField(_("tolerance ΔE00"), default=2.0, validators=[MinValueValidator(0.0)])

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["colour_model", "part", "tone"], name="swatch_once")]

    def __str__(self) -> str:
        return f"{self.part} {self.tone}"

    @property
    def hex(self) -> str:
        """The colour as `#rrggbb`."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"
