"""Whose rights they are, what they allowed, and what became of it. Terms never change: a new row supersedes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.choices_rights import Compensation, HolderKind, LegalBasis, OnRevoke, SubjectKind
from assets.models.dataset import Dataset, Evidence, Item
from assets.models.production import Production, world
from studio.core.models import AppendOnly


class RightsHolder(models.Model):
    """A person or body that holds rights; in packs and figures under the pseudonym."""

    name = models.CharField(_("name"), max_length=200)
    pseudonym = models.CharField(_("pseudonym"), max_length=60, unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=HolderKind, default=HolderKind.PERSON)
    credit = models.CharField(_("credit line"), max_length=200, blank=True)
    contact = models.CharField(_("contact"), max_length=300, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="holders"
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def log_name(self) -> str:
        """What the audit log calls them: a name that is erased on request must not live on there."""
        return self.pseudonym


class LicenceReading(AppendOnly):
    """How the studio reads a licence; the newest row of an id counts. Sakkan's own table stands below it.

    `facets` as `assets.rights.facets.Facets` reads them: allow, ask or deny for each act, and the duties.
    """

    licence_id = models.CharField(_("licence"), max_length=120, db_index=True)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    name_ja = models.CharField(_("name (Japanese)"), max_length=200, blank=True)
    facets = models.JSONField()
    reviewed_on = models.DateField(_("read on"))
    reviewed_by = models.CharField(_("read by"), max_length=200)
    source = models.CharField(_("source of the reading"), max_length=500, blank=True)
    text_blob = models.CharField(max_length=64, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["licence_id", "-id"]

    def __str__(self) -> str:
        return self.licence_id


class Grant(AppendOnly):
    """What a rights holder allowed, signed on a day. Withdrawn by a Revocation, changed by a Grant that supersedes it.

    `production` = the title that it speaks of (subject) ; `only_for` = the productions that may use it, empty for all.
    `purposes` = model families, empty for all. `territories` = ISO 3166 codes or WORLD. A grant that is not signed is
    an offer and allows nothing.
    """

    holder = models.ForeignKey(RightsHolder, on_delete=models.PROTECT, related_name="grants")
    grantee = models.CharField(_("granted to"), max_length=200, blank=True)
    subject_kind = models.CharField(_("speaks of"), max_length=10, choices=SubjectKind)
    dataset = models.ForeignKey(
        Dataset, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    production = models.ForeignKey(
        Production, null=True, blank=True, on_delete=models.PROTECT, related_name="grants"
    )
    items: Any = models.ManyToManyField(Item, through="GrantItem", related_name="grants")
    works_until = models.DateField(_("works until"), null=True, blank=True)
    basis = models.CharField(_("legal basis"), max_length=24, choices=LegalBasis, default=LegalBasis.CONSENT)
    scopes = models.JSONField(_("allows"), default=list)
    purposes = models.JSONField(_("for"), default=list, blank=True)
    only_for: Any = models.ManyToManyField(Production, blank=True, related_name="+")
    commercial = models.BooleanField(_("commercial use"), default=False)
    territories = models.JSONField(_("territories"), default=world)
    excluded = models.JSONField(_("except"), default=list, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    revocable = models.BooleanField(_("may be withdrawn"), default=True)
    notice_days = models.PositiveIntegerField(_("days of notice"), default=0)
    on_revoke = models.CharField(
        _("on withdrawal"), max_length=16, choices=OnRevoke, default=OnRevoke.STOP_GENERATION
    )
    sublicensable = models.BooleanField(_("others may act for us"), default=False)
    moral_covenant = models.BooleanField(_("moral rights not exercised (著作者人格権不行使)"), default=False)
    adaptation = models.BooleanField(_("adaptation named (articles 27, 28)"), default=False)
    compensation = models.CharField(
        _("payment"), max_length=8, choices=Compensation, default=Compensation.NONE
    )
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="JPY")
    due_on = models.DateField(_("payable on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    note = models.TextField(_("note"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.holder} #{self.pk}"

    @property
    def log_name(self) -> str:
        """What the audit log calls it, without the grantor's name."""
        return f"{self.holder.pseudonym} #{self.pk}"


class GrantItem(models.Model):
    """One work that a grant lists."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="listed")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["grant", "item"], name="grant_item_once")]

    def __str__(self) -> str:
        return f"{self.grant} {self.item}"


class Revocation(AppendOnly):
    """A grant was withdrawn: from `effective_on` it allows nothing new."""

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="revocation")
    withdrawal = models.ForeignKey("Withdrawal", on_delete=models.PROTECT, related_name="revocations")
    effective_on = models.DateField(_("from"))
    reason = models.TextField(_("reason"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.grant} {self.effective_on}"


class Payment(AppendOnly):
    """Money that a grantor was paid, with what proves it."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    paid_on = models.DateField(_("paid on"))
    evidence = models.ForeignKey(Evidence, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-paid_on"]

    def __str__(self) -> str:
        return f"{self.grant} {self.amount} {self.currency}"

    @property
    def log_name(self) -> str:
        """What the audit log calls it, without the grantor's name."""
        return f"{self.grant.log_name} {self.amount} {self.currency}"
