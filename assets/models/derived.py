"""Drawings that Sakkan makes for an artist: what was asked, what was proposed, what a person said to it.

A DerivedJob is one piece of work (the in-betweens of a cell, the clean-up of one). Each time it is asked for, steered
or corrected a Proposal is written: a new version, from which keys, by which charts and steering. Nothing of a version
is changed later; only its drawings fill in while the job draws them. In-betweens have two keys a part, clean-up has
one.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.choices import (
    DerivedKind,
    DerivedState,
    DraftState,
    KeyOrigin,
    ProposalCause,
    Stage,
)
from assets.models.character import ModelSheet
from assets.models.cut import Cut, Drawing, Take, text_of_number
from assets.models.decision import GateDecision
from assets.models.lineage import ModelVersion, Run
from assets.models.production import Production
from studio.core.choices import JobState
from studio.core.models import AppendOnly, Job

_OF_JOB = {
    JobState.QUEUED: DerivedState.QUEUED,
    JobState.RUNNING: DerivedState.RUNNING,
    JobState.DONE: DerivedState.PROPOSED,
    JobState.FAILED: DerivedState.FAILED,
    JobState.CANCELLED: DerivedState.CANCELLED,
}


class DerivedJob(models.Model):
    """One piece of work for one cell. `outcome` is a person's word; until then the present job says where it stands.

    `from_take` is the take whose cell the keys come from, `take` the one that it became.
    """

    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="derived")
    stage = models.CharField(_("stage"), max_length=4, choices=Stage)
    kind = models.CharField(max_length=10, choices=DerivedKind, default=DerivedKind.INBETWEEN)
    cell = models.CharField(_("cell"), max_length=60)
    from_take = models.ForeignKey(Take, null=True, on_delete=models.CASCADE, related_name="derived")
    outcome = models.CharField(max_length=10, choices=DerivedState, blank=True)
    take = models.OneToOneField(Take, null=True, on_delete=models.SET_NULL, related_name="made_by")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="derived")
    created_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.cut} {self.stage} {self.cell}"

    @property
    def state(self) -> DerivedState:
        """Where it stands."""
        if self.outcome:
            return DerivedState(self.outcome)
        return _OF_JOB[JobState(self.job.state)] if self.job else DerivedState.CANCELLED

    @property
    def is_open(self) -> bool:
        """Whether nobody has accepted or rejected it yet."""
        return not self.outcome


class Proposal(AppendOnly):
    """A version of what was proposed: why, by which engine and model, under which answer of the gate.

    `on_frames`: 1, 2, 3 = each in-between is held so long; 0 = the frames between the keys are shared out.
    """

    derived = models.ForeignKey(DerivedJob, on_delete=models.CASCADE, related_name="proposals")
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=10, choices=ProposalCause)
    engine = models.CharField(max_length=40)
    model = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="proposals")
    decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="proposals")
    on_frames = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["derived", "number"], name="proposal_once")]

    def __str__(self) -> str:
        return f"{self.derived} V{self.number}"


class ProposalKey(AppendOnly):
    """A picture that is drawn from. `drawing` where it is one of a take, `corrects` where it was drawn over a draft.

    `is_anew`: the artist says that nothing of the machine's drawing is left in the corrected one.
    """

    derived = models.ForeignKey(DerivedJob, on_delete=models.CASCADE, related_name="keys")
    origin = models.CharField(max_length=10, choices=KeyOrigin)
    drawing = models.ForeignKey(Drawing, null=True, on_delete=models.CASCADE, related_name="+")
    corrects = models.ForeignKey(
        "ProposalDrawing", null=True, on_delete=models.CASCADE, related_name="corrections"
    )
    is_anew = models.BooleanField(default=False)
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=255, blank=True)
    blob = models.CharField(max_length=64, db_index=True)
    view_blob = models.CharField(max_length=64, db_index=True)
    content_sha256 = models.CharField(max_length=64)
    height_px = models.PositiveIntegerField()
    width_px = models.PositiveIntegerField()
    has_alpha = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.derived.cell}{self.number_text}"

    @property
    def number_text(self) -> str:
        """The number as the artist writes it: "3", "3a"."""
        return text_of_number(self.number)

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in px."""
        return self.height_px, self.width_px


class ProposalPart(AppendOnly):
    """What is drawn from one pair of keys (from one key: clean-up): the chart, its positions and the steering.

    `positions` are in 0..1 between the keys; `steering` is that part of the sidecar.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="parts")
    index = models.PositiveIntegerField()
    a = models.ForeignKey(ProposalKey, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(ProposalKey, null=True, on_delete=models.CASCADE, related_name="+")
    chart = models.CharField(_("spacing chart"), max_length=1000, blank=True)
    positions = models.JSONField(default=list)
    steering = models.JSONField(default=dict)

    class Meta:
        ordering = ["index"]
        constraints = [models.UniqueConstraint(fields=["proposal", "index"], name="proposal_part_once")]

    def __str__(self) -> str:
        return f"{self.a} – {self.b}" if self.b else str(self.a)


class ProposalDrawing(models.Model):
    """One drawing of a version. It waits, then it is drawn, or the engine says that a breakdown is needed there.

    `weak` = [{"box_xyxy", "reason", "confidence"}] in pixels of the keys. `recipe` names keys, steering, position and
    model: equal recipes give equal bytes, so nothing is drawn twice. `run` leads to the model; `drawing` is what it
    became in a take. Of clean-up there are also the same as SVG, a PNG of each coloured pencil that was kept apart
    ({"red": blob}), and what was found ({"strokes", "closures", "regions", "stray_ends", "notes"}).
    """

    part = models.ForeignKey(ProposalPart, on_delete=models.CASCADE, related_name="drawings")
    index = models.PositiveIntegerField()
    position = models.FloatField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=DraftState, default=DraftState.WAITING)
    recipe = models.CharField(max_length=64, db_index=True)
    blob = models.CharField(max_length=64, blank=True, db_index=True)
    view_blob = models.CharField(max_length=64, blank=True, db_index=True)
    content_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    height_px = models.PositiveIntegerField(default=0)
    width_px = models.PositiveIntegerField(default=0)
    has_alpha = models.BooleanField(default=False)
    confidence = models.FloatField(null=True)
    weak = models.JSONField(default=list)
    svg_blob = models.CharField(max_length=64, blank=True)
    layers = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    run = models.ForeignKey(Run, null=True, on_delete=models.PROTECT, related_name="+")
    drawing = models.ForeignKey(Drawing, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["part__index", "index"]
        constraints = [models.UniqueConstraint(fields=["part", "index"], name="proposal_drawing_once")]

    def __str__(self) -> str:
        return self.number_text

    @property
    def number_text(self) -> str:
        """The number as the artist writes it: "3", "3a"."""
        return text_of_number(self.number)

    @property
    def size_hw(self) -> tuple[int, int]:
        """Height and width in px."""
        return self.height_px, self.width_px

    def as_facts(self) -> dict[str, Any]:
        """Return what the engine made, for a row of the same recipe."""
        names = ("state", "blob", "view_blob", "content_sha256", "height_px", "width_px", "has_alpha")
        more = ("confidence", "weak", "svg_blob", "layers", "found", "run_id")
        return {name: getattr(self, name) for name in (*names, *more)}


class LineStyle(AppendOnly):
    """A hand that clean-up may draw in: weight, colour and swelling of the line, learned from finished drawings.

    Of a model sheet of the production, or of an artist's drawings: then `model` stands in the register with the dataset
    that it learned from, and the gate is asked of it each time.
    """

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="line_styles")
    name = models.CharField(_("name"), max_length=200)
    sheet = models.ForeignKey(ModelSheet, null=True, on_delete=models.PROTECT, related_name="line_styles")
    model = models.ForeignKey(ModelVersion, null=True, on_delete=models.PROTECT, related_name="line_styles")
    profile = models.JSONField()
    sha256 = models.CharField(max_length=64, db_index=True)
    drawings = models.PositiveIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "-id"]
        constraints = [models.UniqueConstraint(fields=["production", "sha256"], name="line_style_once")]

    def __str__(self) -> str:
        return self.name
