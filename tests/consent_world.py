"""An artist with consent and everything that came of it: dataset, models, cuts, drawings made by a model, vectors."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from assets.choices_rights import Influence, ModelFamily, OnRevoke, Origin, ParentKind, Split, SubjectKind
from assets.models import (
    Artefact,
    Cell,
    Cut,
    Dataset,
    DatasetVersion,
    Drawing,
    Grant,
    Item,
    ModelVersion,
    RightsHolder,
    Run,
    Take,
    Withdrawal,
)
from assets.rights import facts
from assets.services import datasets, grants, holders, register, standings, versions, withdrawals
from qa.models import Embedding
from tests.world import World

SCOPES = ["train", "finetune", "generate"]
TODAY = timezone.localdate


@dataclass
class ConsentWorld:
    """Hana Mori's twelve works, and what came of them."""

    world: World
    holder: RightsHolder
    grant: Grant
    dataset: Dataset
    version: DatasetVersion
    model: ModelVersion
    child: ModelVersion
    items: list[Item]
    own: Drawing
    made: Drawing


def build(world: World, *, works: int = 12, **terms: Any) -> ConsentWorld:
    """Write it by the services wherever one exists; one work of the artist is also a drawing of cut 012."""
    actor = world.producer
    holder = holders.create(actor=actor, name="Hana Mori", credit="")
    grant = grants.create(
        actor=actor,
        holder=holder,
        subject_kind=SubjectKind.HOLDER,
        **{
            "scopes": SCOPES,
            "commercial": True,
            "signed_on": TODAY() - timedelta(days=200),
            "on_revoke": OnRevoke.WITHDRAW_OUTPUTS,
            **terms,
        },
    )
    dataset = datasets.create(actor=actor, production=world.production, name="Keys of Hana")
    version = versions.draft(actor=actor, dataset=dataset)
    items = [_item(number, holder, world) for number in range(works)]
    standings.begin_history(items, by=actor, why="delivered")
    for number, item in enumerate(items):
        version.entries.create(item=item, alias=f"genga/{number:04d}.png")
    standings.count_anew([version.pk])
    version = versions.freeze(actor=actor, version=version)
    model = _model(world, "tween", inputs=[(version, Split.TRAIN)])
    child = _model(world, "tween-fine", parents=[(model, ParentKind.FINETUNE)])
    own = _drawing(world.cut, 1, items[0].content_sha256)
    made = _drawing(world.other_cut, 1, f"{9:064}")
    run = Run.objects.create(
        model=child, production=world.production, cut=world.other_cut, influence=Influence.PIXEL
    )
    Artefact.objects.create(run=run, sha256=made.content_sha256, drawing=made)
    return ConsentWorld(world, holder, grant, dataset, version, model, child, items, own, made)


def keep_vectors(place: ConsentWorld) -> int:
    """Keep a vector of every work and one of somebody else's drawing; return how many."""
    contents = [*(item.content_sha256 for item in place.items), f"{77:064}"]
    for content in contents:
        Embedding.objects.create(
            content_sha256=content,
            region="whole",
            model_id="hand@0/1",
            vector=np.zeros(4, np.float32).tobytes(),
        )
    return len(contents)


def _item(number: int, holder: RightsHolder, world: World) -> Item:
    standing = standings.put(
        facts.Standing(
            holders=((holder.pk, "owner"),), source_kind="commission", production=world.production.pk
        )
    )
    return Item.objects.create(
        sha256=f"{1000 + number:064}",
        size_bytes=9,
        title=f"Key {number}",
        content_sha256=f"{2000 + number:064}",
        standing=standing,
    )


def _model(world: World, name: str, **fields: Any) -> ModelVersion:
    return register.register(
        actor=world.producer,
        name=name,
        version="1",
        family=ModelFamily.INBETWEEN,
        origin=Origin.STUDIO,
        **fields,
    )


def _drawing(cut: Cut, number: int, content: str) -> Drawing:
    take = Take.objects.create(cut=cut, stage="AD", number=Take.objects.filter(cut=cut).count() + 1)
    cell = Cell.objects.create(take=take, name="A")
    return Drawing.objects.create(
        cell=cell, number=number, blob="b" * 64, view_blob="b" * 64, content_sha256=content,
        width_px=32, height_px=48, has_alpha=True,
    )  # fmt: skip


def paper(place: ConsentWorld, grant: Grant | None = None) -> Any:
    """Keep a contract with the grant."""
    return grants.add_evidence(
        actor=place.world.producer,
        grant=grant or place.grant,
        file_name="hana_mori_contract.pdf",
        stream=io.BytesIO(b"%PDF-1.7"),
    )


def day(offset: int) -> date:
    """Return a day from today."""
    return TODAY() + timedelta(days=offset)


def latest() -> Withdrawal:
    """Return the newest withdrawal."""
    return Withdrawal.objects.latest("pk")


def is_mine(pattern: str) -> bool:
    """Return whether an address is about people, grants or withdrawals."""
    return pattern.startswith(("rights/people/", "rights/grants/", "rights/withdrawal"))


def key_of(pattern: str, world: World) -> int:
    """Return the key of the person, grant, withdrawal or task that an address below `rights/` is about.

    One artist for a world: her first consent is withdrawn, the second is in force.
    """
    holder = RightsHolder.objects.filter(name="Hana Mori").first()
    if holder is None:
        place = build(world, works=2)
        holder = place.holder
        withdrawals.withdraw(actor=world.producer, holder=holder, effective_on=day(0))
        grants.create(
            actor=world.producer, holder=holder, subject_kind=SubjectKind.HOLDER, scopes=SCOPES, signed_on=day(0),
            compensation="flat", amount=5, due_on=day(9), valid_until=day(30),
        )  # fmt: skip
    word = pattern.split("/")[1]
    if word == "people":
        return int(holder.pk)
    if word == "grants":
        return int(holder.grants.latest("pk").pk)
    if word == "withdrawals":
        return int(latest().pk)
    return int(latest().tasks.filter(state="open").exclude(kind="remove_vectors").latest("pk").pk)
