"""Rush: playlists of cuts that are looked at in a row, and links by which a guest may look at one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assets.models.cut import Cut, Take
from assets.models.production import Production


class Playlist(models.Model):
    """Cuts in the order in which they are shown."""

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="playlists")
    name = models.CharField(_("name"), max_length=100)
    note = models.TextField(_("note"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["production", "name"], name="playlist_once")]

    def __str__(self) -> str:
        return self.name


class PlaylistItem(models.Model):
    """One cut of a playlist; without a take its newest one is shown."""

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="+")
    take = models.ForeignKey(Take, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.playlist}: {self.cut}"


class GuestLink(models.Model):
    """A link to one playlist for somebody without a login. Only the token's digest is kept."""

    playlist = models.ForeignKey(Playlist, on_delete=models.CASCADE, related_name="guest_links")
    label = models.CharField(_("for whom"), max_length=100)
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.playlist}: {self.label}"
