"""Productions, their members and episodes."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from studio.core.roles import Role


def world() -> list[str]:
    """Return the territories of a production about which nothing was said: everywhere."""
    return ["WORLD"]


class Production(models.Model):
    """One show, film or season. `naming_rules` empty means Sakkan's own rules in their order."""

    code = models.SlugField(_("code"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=200)
    fps = models.DecimalField(
        _("frames per second"),
        max_digits=6,
        decimal_places=3,
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    naming_rules = models.JSONField(_("naming rules"), default=list, blank=True)
    # {stage: [roles]} who may order a retake or sign a stage off, and {role: "#rrggbb"} the correction paper;
    # empty means the trade's own table (assets.authority).
    retake_authority = models.JSONField(_("retake authority"), default=dict, blank=True)
    paper_colours = models.JSONField(_("correction paper"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    # Whether the page of drift over the season may group cuts by who submitted them, with names.
    drift_by_artist = models.BooleanField(_("drift by artist"), default=False)
    archived = models.BooleanField(_("archived"), default=False)
    # What the licence engine asks: is it sold, where, how long, and by whose rules.
    commercial = models.BooleanField(_("commercial"), default=True)
    territories = models.JSONField(_("territories"), default=world, blank=True)  # ISO 3166 codes, or WORLD
    exploited_from = models.DateField(_("exploited from"), null=True, blank=True)
    exploited_until = models.DateField(_("exploited until"), null=True, blank=True)  # empty: without end
    deliver_on = models.DateField(_("delivery"), null=True, blank=True)
    distributor = models.CharField(_("distributor"), max_length=200, blank=True)
    policy = models.CharField(_("licence policy"), max_length=60, default="strict-optin")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    """One role of one person in one production; a person may hold several."""

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        ordering = ["user__username", "role"]
        constraints = [models.UniqueConstraint(fields=["production", "user", "role"], name="role_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class Episode(models.Model):
    """One numbered programme (話数)."""

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="episodes")
    code = models.CharField(_("code"), max_length=20)
    title = models.CharField(_("title"), max_length=200, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["production", "code"], name="episode_once")]

    def __str__(self) -> str:
        return self.code
