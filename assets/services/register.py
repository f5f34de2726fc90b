"""The register of models: what each was made from, so that the gate can follow it back to every work.

Sakkan's own weights enter it by themselves, as trained on art that we generate, with recipe and hash. Weights that an
operator brings enter it as what they are: unknown training art stays unknown.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from assets import access
from assets.choices_rights import (
    Disclosure,
    EvidenceKind,
    ModelFamily,
    Origin,
    ParentKind,
    SourceKind,
    Split,
    VersionState,
)
from assets.models import (
    Dataset,
    DatasetVersion,
    Entry,
    Evidence,
    Item,
    ModelBlock,
    ModelInput,
    ModelParent,
    ModelVersion,
    Source,
)
from assets.rights import facts, merkle
from assets.services import rows, standings
from assets.services.datasets import checked_expression
from studio.core import audit
from studio.core.errors import DuplicateContent, InvalidInput
from studio.core.models import User
from studio.core.roles import Action
from studio.core.shipped import ShippedModel, shipped_models
from studio.core.storage import blobs

OWN_ART = "Drawings that Sakkan generates"
_LICENCE = "Apache-2.0"
# Shipped weights that draw; all others judge.
_FAMILIES = {"inbetween": ModelFamily.INBETWEEN, "cleanup": ModelFamily.CLEANUP}
NARROW = gettext_noop("a narrow network of less than two million parameters")
_FIELDS = (
    "weights_sha256", "model_id", "framework", "disclosure", "licence_expression", "terms_forbid_training",
    "restrictions_kept", "recipe", "recipe_sha256", "code_commit", "seed", "flops", "gpai", "gpai_why", "style_of",
    "source", "note", "job",
)  # fmt: skip
_AUDITED = ("name", "version", "family", "origin", "weights_sha256", "disclosure", "licence_expression")


def register(
    *,
    actor: User | None,
    name: str,
    version: str,
    family: str,
    origin: str,
    parents: Iterable[tuple[ModelVersion, ParentKind]] = (),
    inputs: Iterable[tuple[DatasetVersion, Split]] = (),
    **fields: Any,
) -> ModelVersion:
    """Enter a model with everything that it was made from; later nothing of it changes.

    Raises:
        NotAllowed: the actor may change datasets nowhere. DuplicateContent: this version is there.
        InvalidInput: a draft among its datasets, or a licence that SPDX does not know.
    """
    if actor is not None:
        access.require_anywhere(actor, Action.EDIT_DATASETS)
    unknown = sorted(set(fields) - set(_FIELDS))
    if unknown:
        raise InvalidInput(field=unknown[0], reason="this cannot be changed")
    if "licence_expression" in fields:
        fields["licence_expression"] = checked_expression(fields["licence_expression"])
    held = list(inputs)
    if any(each.state == VersionState.DRAFT for each, _ in held):
        raise InvalidInput(field="inputs", reason="a draft can still change; freeze it first")
    model = ModelVersion(name=name, version=version, family=family, origin=origin, by=actor, **fields)
    with transaction.atomic():
        rows.create(
            model, actor=actor, verb="model.register", production_id=None, names=_AUDITED, studio=True
        )
        ModelParent.objects.bulk_create(
            [ModelParent(child=model, parent=parent, kind=kind) for parent, kind in parents]
        )
        ModelInput.objects.bulk_create(
            [ModelInput(model=model, version=each, role=role) for each, role in held]
        )
    return model


def block(*, actor: User | None, model: ModelVersion, reason: str, lifted: bool = False) -> ModelBlock:
    """Let a model work no more, or (`lifted`) again.

    Raises:
        InvalidInput: no reason.
    """
    if actor is not None:
        access.require_anywhere(actor, Action.EDIT_DATASETS)
    if not reason.strip():
        raise InvalidInput(field="reason", reason="say why")
    with transaction.atomic():
        row = ModelBlock.objects.create(model=model, reason=reason.strip()[:300], lifted=lifted, by=actor)
        verb = "model.unblock" if lifted else "model.block"
        audit.record(actor=actor, verb=verb, target=model, after={"reason": row.reason})
    return row


def sync_shipped() -> list[ModelVersion]:
    """Enter the weights that this version of Sakkan ships, where they are not yet; return the new ones."""
    made = []
    for shipped in shipped_models():
        version = shipped.sha256[:12]
        if ModelVersion.objects.filter(name=shipped.name, version=version).exists():
            continue
        try:
            made.append(_enter_shipped(shipped, version))
        except DuplicateContent:  # another process was faster
            continue
    return made


def _enter_shipped(shipped: ShippedModel, version: str) -> ModelVersion:
    with transaction.atomic():
        art = _own_art(shipped)
        learned_from = ModelVersion.objects.filter(name__in=shipped.parents, origin=Origin.SHIPPED).order_by(
            "-pk"
        )[:1]
        return register(
            actor=None,
            name=shipped.name,
            version=version,
            family=_FAMILIES.get(shipped.name, ModelFamily.DRIFT),
            origin=Origin.SHIPPED,
            parents=[(parent, ParentKind.DISTIL) for parent in learned_from],
            inputs=[(art, Split.TRAIN)],
            weights_sha256=shipped.sha256,
            framework="PyTorch, safetensors",
            disclosure=Disclosure.FULL,
            licence_expression=_LICENCE,
            recipe=shipped.recipe,
            recipe_sha256=shipped.recipe_sha256,
            gpai_why=NARROW,
            source=f"ml/weights/{shipped.name}.safetensors",
        )


def _own_art(shipped: ShippedModel) -> DatasetVersion:
    """Return the version of our own generated art that these weights learned from: the recipe is its one work.

    The drawings themselves are not kept: the recipe draws the same ones again from its seeds.
    """
    dataset, _new = Dataset.objects.get_or_create(
        production=None,
        name=OWN_ART,
        defaults={"source": "ml.puppets", "rights_holder": "Sakkan", "licence_expression": _LICENCE},
    )
    card = json.dumps(shipped.card, sort_keys=True, indent=1).encode()
    if not dataset.sources.exists():
        Source.objects.create(dataset=dataset, kind=SourceKind.SYNTHETIC, url="ml/puppets", signals_seen=True)
    digest = shipped.recipe_sha256 or shipped.sha256
    known = DatasetVersion.objects.filter(dataset=dataset, entries__item__sha256=digest).first()
    if known is not None:
        return known
    item = _recipe(dataset, shipped, card, digest)
    number = dataset.versions.count() + 1
    alias = f"{shipped.name}/recipe"
    version = DatasetVersion.objects.create(
        dataset=dataset,
        number=number,
        state=VersionState.FROZEN,
        purpose=shipped.name,
        confidentiality="clear",
        merkle_root=merkle.manifest_root([(digest, alias, Split.TRAIN, 1.0)]),
        item_count=1,
        frozen_at=timezone.now(),
    )
    Entry.objects.create(version=version, item=item, alias=alias, split=Split.TRAIN)
    standings.count_anew([version.pk])
    return version


def _recipe(dataset: Dataset, shipped: ShippedModel, card: bytes, digest: str) -> Item:
    """Return the recipe as a work of the dataset, its card kept as evidence."""
    blob = blobs().put(io.BytesIO(card))
    Evidence.objects.get_or_create(
        dataset=dataset,
        blob=blob.sha256,
        defaults={
            "kind": EvidenceKind.MANIFEST,
            "file_name": f"{shipped.name}.json",
            "size_bytes": blob.size,
        },
    )
    standing = standings.put(
        facts.Standing(
            concluded=_LICENCE,
            declared=_LICENCE,
            declared_status="known",
            source_kind=SourceKind.SYNTHETIC,
            signals_seen=True,
            evidence=True,
        )
    )
    item, is_new = Item.objects.get_or_create(
        sha256=digest,
        defaults={
            "size_bytes": len(card),
            "media_type": "application/json",
            "title": f"recipe of {shipped.name}",
            "standing": standing,
            "bytes_kept": False,
        },
    )
    if is_new:
        standings.begin_history([item], by=None, why="shipped with Sakkan")
    return item
