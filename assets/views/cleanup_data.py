"""What the clean-up page shows and its script is given: roughs with their wishes, hands, and what may be set."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse

from assets import cleanup_wishes, selectors
from assets.models import Cut, Drawing, Production, ProposalKey
from assets.services import line_styles
from assets.services.cleanups import MOST_DRAWINGS, Rough
from assets.services.derived import Given
from assets.views import desk_data
from assets.views.cleanup_words import words
from studio.core.errors import InvalidInput, NotFound, StudioError, phrase
from studio.core.models import User

SIZES_PX = (512, 640, 768, 1024, 1536)
USUAL_PX = 640


@dataclass(frozen=True)
class Told:
    """A rough as the script names it, with its wishes."""

    picture: Drawing | ProposalKey
    wishes: dict[str, Any]


def desk(
    user: User,
    cut: Cut,
    roughs: list[dict[str, Any]],
    *,
    at: str,
    wishes: dict[str, Any] | None = None,
    derived: int | None = None,
) -> dict[str, Any]:
    """Return what the page needs to work on roughs."""
    production = cut.episode.production
    ids = [each["id"] for each in roughs]
    order = reverse("cleanup_steer", args=[derived]) if derived else reverse("cleanup_order", args=[cut.pk])
    data = {
        "user": user.pk,
        "page": uuid.uuid4().hex[:12],
        "name": str(cut),
        "at": at if at in ids else ids[0],
        "roughs": roughs,
        "wishes": wishes or {},
        "derived": derived,
        "usual_px": USUAL_PX,
        "words": words(),
        "styles": styles_told(user, production)["styles"],
        "urls": {
            "look": reverse("cleanup_look", args=[cut.pk]),
            "order": order,
            "styles": reverse("cleanup_styles", args=[cut.pk]),
        },
    }
    return {
        "data": data,
        "sizes": SIZES_PX,
        "sources": line_styles.sources(actor=user, production=production),
        "hands": line_styles.offered(actor=user, production=production),
    }


def styles_told(user: User, production: Production, job: str = "") -> dict[str, Any]:
    """Return the hands of a production, and how far a job is that learns one."""
    hands = line_styles.offered(actor=user, production=production)
    found: dict[str, Any] = {
        "styles": [
            {
                "id": each.style.pk,
                "name": each.style.name,
                "profile": each.style.profile,
                "may_draw": each.may_draw,
                "reasons": each.reasons,
            }
            for each in hands
        ]
    }
    if job:
        found["job"] = _job_told(user, job)
    return found


def told(user: User, cut: Cut, entry: dict[str, Any]) -> Told:
    """Return a rough that a script names, with its wishes. Raises InvalidInput, NotFound."""
    name = entry.get("rough")
    if not isinstance(name, str):
        raise InvalidInput(field="rough", reason=phrase("say which drawing it is"))
    wishes = cleanup_wishes.checked(desk_data.object_of(entry.get("wishes"), "wishes"))
    return Told(desk_data.key_named(user, cut, name), wishes)


def roughs_told(user: User, cut: Cut, order: dict[str, Any]) -> list[Told]:
    """Return the roughs of an order with their wishes. Raises InvalidInput, NotFound."""
    asked = order.get("roughs")
    if not isinstance(asked, list) or not 0 < len(asked) <= MOST_DRAWINGS:
        raise InvalidInput(field="roughs", reason=phrase("choose at least one drawing"))
    return [told(user, cut, desk_data.object_of(each, "roughs")) for each in asked]


def uploaded(files: Iterable[UploadedFile], start: int) -> list[Rough]:
    """Return uploaded files as roughs, numbered one after the other in the order of their names."""
    ordered = sorted(files, key=lambda file: str(file.name))
    return [
        Rough(Given(data=file.read(), file_name=str(file.name), number=start + index))
        for index, file in enumerate(ordered)
    ]


def _job_told(user: User, pk: str) -> dict[str, Any]:
    try:
        job = selectors.get_job(user, uuid.UUID(pk))
    except ValueError as error:
        raise NotFound(what="job") from error
    message = StudioError(job.error_code, **job.error_data).message if job.error_code else ""
    return {"is_over": job.is_over, "state": job.state, "message": message, "result": job.result}
