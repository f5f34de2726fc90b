"""What the form asks that orders a retake by hand: whether the reader may, of which drawings, for which reasons."""

from __future__ import annotations

from typing import Any

from django import template

from assets import authority
from assets.models import Drawing, Take
from qa.choices import RetakeReason

register = template.Library()


@register.simple_tag(takes_context=True)
def may_order_retake(context: dict[str, Any], take: Take) -> bool:
    """Return whether the reader has the authority over the stage of the take."""
    return authority.has_authority(context["request"].user, take.cut.episode.production, take.stage, take.cut)


@register.simple_tag
def retake_refusal(take: Take) -> str:
    """Return the sentence that says whose retakes of this stage are."""
    return authority.refusal(take.cut.episode.production, take.stage).message


@register.simple_tag
def retake_drawings(take: Take) -> list[Drawing]:
    """Return the drawings of a take in their order."""
    return list(Drawing.objects.filter(cell__take=take).select_related("cell"))


@register.simple_tag
def retake_reasons() -> list[tuple[str, str]]:
    """Return the reasons that a retake may have."""
    return [(str(value), str(label)) for value, label in RetakeReason.choices]
