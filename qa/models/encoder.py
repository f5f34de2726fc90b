"""The models that made the vectors: one serves, one may be arriving, others are kept until they are dropped."""

from __future__ import annotations

from django.db import models

from qa.choices import EncoderState


class Encoder(models.Model):
    """A model of the picture engine, as the workers load it.

    `model_id` names weights and preprocessing; `embedder` and `weights` are what the settings said of it, and stay
    here so that it can go on serving after the settings have changed. `cursor` is the last vector of the serving
    model that the arriving one has looked at, `found` how many it made in this pass, `refused` the sheets that it
    could not compile. A `held` one was put aside by hand: settings alone do not bring it back.
    """

    model_id = models.CharField(max_length=120, unique=True)
    embedder = models.CharField(max_length=80)
    weights = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=EncoderState)
    held = models.BooleanField(default=False)
    cursor = models.BigIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    begun_at = models.DateTimeField(auto_now_add=True)
    served_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-served_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state=EncoderState.SERVING), name="one_serves"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state=EncoderState.ARRIVING), name="one_arrives"
            ),
        ]

    def __str__(self) -> str:
        return self.model_id
