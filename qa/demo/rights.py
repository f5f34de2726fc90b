"""Whose art the demo's is said to be: three artists, what each allowed, and a model that learned from two of them.

So that the pages of rights have something to show and a withdrawal can be tried. The people are invented, and behind
the model there are no weights: its note says so.
"""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from assets.choices_rights import (
    Compensation,
    Disclosure,
    EvidenceKind,
    HolderRole,
    ItemKind,
    LegalBasis,
    ModelFamily,
    OnRevoke,
    Origin,
    Scope,
    SourceKind,
    Split,
    SubjectKind,
)
from assets.models import Dataset, DatasetVersion, Drawing, Entry, Item, Production, RightsHolder, Source
from assets.rights import facts
from assets.services import datasets, grants, holders, register, standings, versions
from studio.core.models import User

DATASET = "In-betweens of the pilot"
_ARTISTS = ("Aoki Hana", "Mori Ren", "Kanda Sora")
_FORM = b"Demo. In a real studio the signed form of consent lies here.\n"


def tell(production: Production, producer: User) -> None:
    """Write the demo's rights down, once."""
    if Dataset.objects.filter(production=production, name=DATASET).exists():
        return
    with transaction.atomic():
        people = [holders.create(actor=producer, name=name, credit=name) for name in _ARTISTS]
        for holder, terms in zip(people, _terms(), strict=True):
            grant = grants.create(
                actor=producer,
                holder=holder,
                subject_kind=SubjectKind.HOLDER,
                grantee=production.title,
                **terms,
            )
            form = io.BytesIO(_FORM)
            grants.add_evidence(
                actor=producer, grant=grant, file_name="consent.txt", stream=form, kind=EvidenceKind.FORM
            )
        dataset = datasets.create(
            actor=producer, production=production, name=DATASET, source="drawn by the generator for the demo"
        )
        source = Source.objects.create(dataset=dataset, kind=SourceKind.COMMISSION, signals_seen=True)
        # The system makes it, so that the demo's one producer may approve it: nobody approves their own.
        first = versions.draft(actor=None, dataset=dataset, purpose="clean-up")
        _enter(first, source, people[:2], production)
        first = versions.freeze(actor=None, version=first)
        versions.approve(actor=producer, version=first, note="All works rest on signed consent.")
        second = versions.draft(actor=producer, dataset=dataset, parent=first, purpose="clean-up, more art")
        _enter(second, source, people[2:], production)
        register.register(
            actor=producer,
            name="demo-cleanup",
            version="0.1",
            family=ModelFamily.CLEANUP,
            origin=Origin.STUDIO,
            inputs=[(first, Split.TRAIN)],
            weights_sha256=facts.digest_of(DATASET),
            disclosure=Disclosure.FULL,
            recipe="none",
            code_commit="demo",
            note="An entry of the demo: there are no weights behind it.",
        )


def _terms() -> list[dict[str, Any]]:
    today = timezone.localdate()
    signed: dict[str, Any] = {
        "basis": LegalBasis.CONSENT,
        "signed_on": today - timedelta(days=200),
        "valid_from": today - timedelta(days=200),
        "commercial": True,
        "moral_covenant": True,
        "adaptation": True,
    }
    drawing = [Scope.ANALYSE, Scope.TRAIN, Scope.FINETUNE, Scope.GENERATE]
    return [
        {**signed, "scopes": drawing, "on_revoke": OnRevoke.RETRAIN},
        {
            **signed,
            "scopes": drawing,
            "purposes": [ModelFamily.CLEANUP],
            "valid_until": today + timedelta(days=60),
            "compensation": Compensation.FLAT,
            "amount": Decimal(120_000),
            "due_on": today + timedelta(days=20),
        },
        {**signed, "scopes": [Scope.ANALYSE], "on_revoke": OnRevoke.STOP_TRAINING},
    ]


def _enter(
    version: DatasetVersion, source: Source, people: list[RightsHolder], production: Production
) -> None:
    """Enter the production's drawings, each cut by one artist; those of others are left out."""
    drawings = Drawing.objects.filter(cell__take__cut__episode__production=production)
    drawings = drawings.select_related("cell__take__cut__episode").order_by("cell__take__cut", "pk")
    cuts = sorted({drawing.cell.take.cut_id for drawing in drawings})
    for drawing in drawings:
        cut = drawing.cell.take.cut
        name = _ARTISTS[cuts.index(cut.pk) % len(_ARTISTS)]
        holder = next((each for each in people if each.name == name), None)
        if holder is None:
            continue
        standing = standings.put(
            facts.Standing(
                holders=((holder.pk, HolderRole.OWNER.value),),
                source=source.pk,
                source_kind=source.kind,
                signals_seen=True,
                evidence=True,
                production=production.pk,
            )
        )
        item, is_new = Item.objects.get_or_create(
            sha256=drawing.blob,
            defaults={
                "size_bytes": 0,
                "media_type": "image/png",
                "kind": ItemKind.INBETWEEN,
                "title": f"{cut} {drawing}",
                "content_sha256": drawing.content_sha256,
                "standing": standing,
            },
        )
        if is_new:
            standings.begin_history([item], by=None, why="drawn for the demo")
        alias = f"{cut}/{drawing.cell.name}{drawing.number:04d}_{drawing.pk}.png"
        Entry.objects.get_or_create(
            version=version, alias=alias, defaults={"item": item, "split": Split.TRAIN}
        )
    standings.count_anew([version.pk])
