"""Cuts, their stages and cast, and the takes that were delivered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Mod
from django.utils.translation import gettext_lazy as _

from assets.choices import Stage, StageStatus, TakeSource
from assets.models.character import Design
from assets.models.production import Episode

# A drawing "3a" lies between 3 and 4. It is kept as 3 + one step for each letter, which no plain number reaches.
LETTER_STEP = 100_000


def text_of_number(number: int) -> str:
    """Return a drawing's whole number as the artist writes it: "3", "3a"."""
    letter, plain = divmod(number, LETTER_STEP)
    return f"{plain}{chr(ord('a') + letter - 1)}" if letter else str(plain)


class Cut(models.Model):
    """The smallest managed unit: one continuous picture. `number` is text ("101A")."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="cuts")
    number = models.CharField(_("number"), max_length=12)
    duration_frames = models.PositiveIntegerField(_("length in frames"), default=0)
    omitted = models.BooleanField(_("dropped (欠番)"), default=False)
    due_on = models.DateField(_("due"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    shared_with = models.ManyToManyField("self", blank=True, verbose_name=_("shares drawings with (兼用)"))
    cast: Any = models.ManyToManyField(Design, through="Casting", related_name="cuts")

    class Meta:
        ordering = ["episode__code", "number"]
        constraints = [models.UniqueConstraint(fields=["episode", "number"], name="cut_once")]

    def __str__(self) -> str:
        return f"{self.episode.code}_C{self.number}"


class StageState(models.Model):
    """Where one stage of a cut stands and who has it."""

    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(_("stage"), max_length=4, choices=Stage)
    state = models.CharField(_("state"), max_length=10, choices=StageStatus, default=StageStatus.TODO)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="stages"
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["cut", "id"]
        constraints = [models.UniqueConstraint(fields=["cut", "stage"], name="stage_once")]
        indexes = [models.Index(fields=["assignee", "state"], name="stage_assignee")]

    def __str__(self) -> str:
        return f"{self.cut} {self.stage}"


class Casting(models.Model):
    """A line of the costume table (香盤表): this design is worn in this cut."""

    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="castings")
    design = models.ForeignKey(Design, on_delete=models.PROTECT, related_name="castings")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cut", "design"], name="cast_once")]

    def __str__(self) -> str:
        return f"{self.cut} {self.design}"


class Take(models.Model):
    """One delivery of a cut at one stage; numbered, never overwritten."""

    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="takes")
    stage = models.CharField(_("stage"), max_length=4, choices=Stage)
    number = models.PositiveIntegerField(_("number"))
    source = models.CharField(max_length=10, choices=TakeSource, default=TakeSource.UPLOAD)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="takes"
    )
    submitted_at = models.DateTimeField(auto_now_add=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["-submitted_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["cut", "stage", "number"], name="take_once")]

    def __str__(self) -> str:
        return f"{self.cut} {self.stage} T{self.number}"


class Cell(models.Model):
    """A layer of a take (セル: A, B, C …); A is lowest."""

    take = models.ForeignKey(Take, on_delete=models.CASCADE, related_name="cells")
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["take", "name"], name="cell_once")]

    def __str__(self) -> str:
        return self.name


class Drawing(models.Model):
    """One picture of a cell, whatever the number of times it is shown.

    `numbers` are all numbers under which the same pixels came (held or repeated drawings), `number` is the first.
    `blob` = the bytes as they came, `view_blob` = the 8-bit PNG that pages and checks read (often the same),
    `content_sha256` = digest of the pixels: what embeddings and measurements are kept under.
    """

    cell = models.ForeignKey(Cell, on_delete=models.CASCADE, related_name="drawings")
    number = models.PositiveIntegerField(_("number"))
    numbers = models.JSONField(default=list)
    file_name = models.CharField(max_length=255, blank=True)
    blob = models.CharField(max_length=64, db_index=True)
    view_blob = models.CharField(max_length=64, db_index=True)
    content_sha256 = models.CharField(max_length=64, db_index=True)
    height_px = models.PositiveIntegerField()
    width_px = models.PositiveIntegerField()
    has_alpha = models.BooleanField(default=False)

    class Meta:
        ordering = ["cell__position", Mod("number", LETTER_STEP), "number"]
        constraints = [models.UniqueConstraint(fields=["cell", "number"], name="drawing_once")]

    def __str__(self) -> str:
        return f"{self.cell.name}{self.number_text}"

    @property
    def number_text(self) -> str:
        """The number as the artist wrote it: "3", "3a"."""
        return text_of_number(self.number)

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in px."""
        return self.height_px, self.width_px


class Timesheet(models.Model):
    """Which drawing of which cell shows from which frame on.

    `exposures` = {cell: [[frame_no (1-based), drawing number or null], …]}; only changes are written.
    """

    take = models.OneToOneField(Take, on_delete=models.CASCADE, related_name="timesheet")
    duration_frames = models.PositiveIntegerField(default=0)
    exposures = models.JSONField(default=dict)
    raw_blob = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.take} timesheet"


class SignOff(models.Model):
    """A person's word that a stage of a cut is done, given with a take or without. Appended, never changed."""

    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="sign_offs")
    stage = models.CharField(_("stage"), max_length=4, choices=Stage)
    take = models.ForeignKey(Take, null=True, on_delete=models.SET_NULL, related_name="sign_offs")
    revoked = models.BooleanField(default=False)  # True: this row takes the sign-off before it back
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.cut} {self.stage} {self.by}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: who signed is history."""
        assert self._state.adding, "sign-offs are append-only"
        super().save(*args, **kwargs)
