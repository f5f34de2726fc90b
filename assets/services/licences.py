"""How the studio reads licences, and its policy profiles. A reading is signed by whoever read the text."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import date
from typing import IO, Any

from django.db import transaction
from django.utils import timezone

from assets import access, territories
from assets.models import LicenceReading, PolicyProfile, Production
from assets.rights import policy as policies
from assets.rights.facets import facets_from
from assets.services import rows
from studio.core.errors import InvalidInput, phrase
from studio.core.models import User
from studio.core.roles import Action
from studio.core.storage import blobs

_ID = re.compile(r"[A-Za-z0-9.+-]{1,120}")
SETTINGS = (
    "commercial", "territories", "exploited_from", "exploited_until", "deliver_on", "distributor", "policy",
)  # fmt: skip


def read_licence(
    *,
    actor: User,
    licence_id: str,
    facets: Mapping[str, Any],
    reviewed_by: str,
    reviewed_on: date | None = None,
    text: IO[bytes] | None = None,
    **words: str,
) -> LicenceReading:
    """Write down what a licence allows; the newest reading of an id counts, the older ones stay.

    `words` = `name_en`, `name_ja`, `source` (where the reading comes from).

    Raises:
        InvalidInput: an id that SPDX could not hold, a facet that is none, or nobody who has read it.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    if not _ID.fullmatch(licence_id):
        reason = "use an SPDX identifier, or LicenseRef- with letters, digits, dots and hyphens"
        raise InvalidInput(field="licence_id", reason=reason)
    if not reviewed_by.strip():
        raise InvalidInput(field="reviewed_by", reason="say who has read it")
    try:
        facets_from(facets)
    except ValueError as error:
        raise InvalidInput(field="facets", reason=str(error)) from error
    blob = blobs().put(text).sha256 if text is not None else ""
    reading = LicenceReading(
        licence_id=licence_id, facets=dict(facets), **words,
        reviewed_by=reviewed_by.strip(), reviewed_on=reviewed_on or timezone.localdate(), text_blob=blob, by=actor,
    )  # fmt: skip
    with transaction.atomic():
        return rows.create(
            reading,
            actor=actor,
            verb="licence.read",
            production_id=None,
            names=("licence_id", "facets", "reviewed_on", "reviewed_by"),
            studio=True,
        )


def set_policy_text(*, actor: User, text: str) -> PolicyProfile:
    """Keep a policy profile of the studio or of a distributor; the newest of a name counts.

    Raises:
        InvalidInput: it cannot be read, or it takes the name of one of Sakkan's own.
    """
    access.require_anywhere(actor, Action.EDIT_DATASETS)
    policy = policies.read(text)
    if policy.name in policies.shipped():
        reason = phrase("“{name}” is the name of one of Sakkan's own; take another", name=policy.name)
        raise InvalidInput(field="policy", reason=reason)
    profile = PolicyProfile(
        name=policy.name, text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), by=actor
    )
    with transaction.atomic():
        return rows.create(
            profile,
            actor=actor,
            verb="policy.set",
            production_id=None,
            names=("name", "sha256"),
            studio=True,
        )


def set_exploitation(*, actor: User, production: Production, **fields: Any) -> Production:
    """Say how a production is exploited and by whose rules: what every question about rights is measured by.

    Raises:
        InvalidInput: a policy that is not there, a territory that is none, an end before the beginning.
    """
    access.require(actor, Action.EDIT_DATASETS, production)
    known = {*policies.shipped(), *PolicyProfile.objects.values_list("name", flat=True)}
    if fields.get("policy", policies.DEFAULT) not in known:
        raise InvalidInput(
            field="policy", reason=phrase("there is no policy “{name}”", name=fields["policy"])
        )
    territories.require_codes("territories", fields.get("territories", ()))
    with transaction.atomic():
        changed = rows.change(
            rows.locked(production),
            fields,
            actor=actor,
            verb="production.exploitation",
            production_id=production.pk,
            allowed=SETTINGS,
        )
        if (
            changed.exploited_from
            and changed.exploited_until
            and changed.exploited_until < changed.exploited_from
        ):
            raise InvalidInput(field="exploited_until", reason="the exploitation would end before it begins")
    return changed
