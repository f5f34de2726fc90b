"""What the licence engine said and what people decided about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.choices_rights import ApprovalSubject, Severity, TaskKind, TaskState, WaiverReason
from assets.models.dataset import DatasetVersion
from assets.models.lineage import ModelVersion
from assets.models.production import Production
from assets.models.rights import RightsHolder
from studio.core.models import AppendOnly


class PolicyProfile(AppendOnly):
    """A distributor's or the studio's own rules of thumb in YAML; the newest row of a name counts."""

    name = models.SlugField(_("name"), max_length=60)
    text = models.TextField(_("YAML"))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "-id"]

    def __str__(self) -> str:
        return self.name


class GateDecision(AppendOnly):
    """What the gate answered to a question, by which facts and rules: told again on the page of a refusal."""

    production = models.ForeignKey(Production, null=True, on_delete=models.PROTECT, related_name="decisions")
    model = models.ForeignKey(ModelVersion, null=True, on_delete=models.PROTECT, related_name="decisions")
    version = models.ForeignKey(DatasetVersion, null=True, on_delete=models.PROTECT, related_name="decisions")
    action = models.CharField(max_length=20)
    answer = models.CharField(max_length=5)
    question = models.JSONField()
    reasons = models.JSONField()
    ruleset = models.CharField(max_length=20)
    input_sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Finding(models.Model):
    """Something that a rule found in a production's audit; the same again keeps its row.

    `reason` is the engine's Reason as JSON (message, way out, who). `gone_at` empty: it still stands.
    """

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="findings")
    fingerprint = models.CharField(max_length=64)
    rule = models.CharField(max_length=8)
    severity = models.CharField(max_length=5, choices=Severity)
    subject = models.CharField(max_length=120)
    reason = models.JSONField()
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    found_at = models.DateTimeField(auto_now_add=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["production", "fingerprint"], name="finding_once")]

    def __str__(self) -> str:
        return f"{self.rule} {self.subject}"


class Waiver(AppendOnly):
    """A finding may stand until a day: asked for by one person, approved by another (WaiverDecision)."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="waivers")
    fingerprint = models.CharField(max_length=64, db_index=True)
    reason = models.CharField(_("reason"), max_length=20, choices=WaiverReason)
    text = models.TextField(_("explanation"))
    expires_on = models.DateField(_("until"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.finding} {self.expires_on}"


class WaiverDecision(AppendOnly):
    """A second pair of eyes on a waiver; a later row takes an earlier one back."""

    waiver = models.ForeignKey(Waiver, on_delete=models.PROTECT, related_name="decisions")
    approved = models.BooleanField()
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.waiver} {self.approved}"


class Approval(AppendOnly):
    """Somebody approves a dataset version as it is, a model for a production, or (a distributor) a use in a delivery.

    `root` is what was approved: the Merkle root or the weights' hash; another root is not approved.
    """

    subject = models.CharField(max_length=10, choices=ApprovalSubject)
    version = models.ForeignKey(DatasetVersion, null=True, on_delete=models.PROTECT, related_name="approvals")
    model = models.ForeignKey(ModelVersion, null=True, on_delete=models.PROTECT, related_name="approvals")
    production = models.ForeignKey(Production, null=True, on_delete=models.PROTECT, related_name="approvals")
    root = models.CharField(max_length=64, blank=True)
    approved = models.BooleanField(default=True)
    use = models.CharField(_("use"), max_length=40, blank=True)
    reference = models.CharField(_("reference of the approval"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.subject} {self.approved}"


class Withdrawal(AppendOnly):
    """Somebody withdrew consent: what was touched, as it was counted at that moment."""

    holder = models.ForeignKey(RightsHolder, on_delete=models.PROTECT, related_name="withdrawals")
    effective_on = models.DateField(_("from"))
    reason = models.TextField(_("reason"), blank=True)
    touched = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.holder} {self.effective_on}"

    @property
    def log_name(self) -> str:
        """What the audit log calls it, without the person's name."""
        return f"{self.holder.pseudonym} {self.effective_on}"


class WithdrawalTask(models.Model):
    """One thing that a withdrawal obliges to, done by Sakkan itself or by a person."""

    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=16, choices=TaskKind)
    subject = models.CharField(max_length=120)
    subject_name = models.CharField(max_length=200)
    count = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=6, choices=TaskState, default=TaskState.OPEN)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_name}"


class BarredContent(models.Model):
    """A picture whose vectors may not be kept, because of a withdrawal; checks may look at it and forget."""

    content_sha256 = models.CharField(max_length=64, unique=True)
    withdrawal = models.ForeignKey(Withdrawal, on_delete=models.PROTECT, related_name="barred")

    def __str__(self) -> str:
        return self.content_sha256[:12]
