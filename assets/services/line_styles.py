"""Hands that clean-up may draw in: learned from a model sheet, or from an artist's drawings where a grant allows.

A hand of an artist is a model like any other: it stands in the register with the set of drawings that it learned from,
so that the gate follows it back to every work, and a grant that ends stops it. A model sheet is the production's own;
its hand serves that production alone. A hand that nobody here has learned is not drawn in.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from assets import access, cleanup_wishes
from assets.choices import DerivedKind, SheetState
from assets.choices_rights import Disclosure, Influence, ModelFamily, Origin, Split, VersionState
from assets.intake.formats import read_picture
from assets.intake.problems import Refused
from assets.models import DatasetVersion, GateDecision, LineStyle, ModelSheet, ModelVersion, Production
from assets.rights.facts import Question
from assets.services import engines, gate, pictures, register, rows
from studio.core import audit, jobs
from studio.core.cleaning import cleaning
from studio.core.errors import InvalidInput, LicenceRefused, NotFound, phrase
from studio.core.jobs import Lease
from studio.core.models import Job, User
from studio.core.roles import Action
from studio.core.storage import blobs

_MOST_DRAWINGS = 60
_RECIPE = "Cleanups.learn_style"


@dataclass(frozen=True)
class Hand:
    """A hand as it is offered: whether the gate lets this production draw in it, and why not."""

    style: LineStyle
    answer: str
    reasons: str

    @property
    def may_draw(self) -> bool:
        """Whether it may be chosen."""
        return self.answer == "allow"


@dataclass(frozen=True)
class Sources:
    """What a hand can be learned from: approved model sheets, and frozen sets of drawings."""

    sheets: list[ModelSheet] = field(default_factory=list)
    versions: list[DatasetVersion] = field(default_factory=list)


def offered(*, actor: User, production: Production) -> list[Hand]:
    """Return the hands that were learned for a production, with how each stands.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
    """
    access.require(actor, Action.DERIVE, production)
    return [_hand(each) for each in production.line_styles.select_related("model", "sheet")]


def sources(*, actor: User, production: Production) -> Sources:
    """Return what a hand can be learned from for a production.

    Raises:
        NotFound, NotAllowed: by the actor's roles.
    """
    access.require(actor, Action.DERIVE, production)
    sheets = ModelSheet.objects.filter(state=SheetState.APPROVED, design__character__production=production)
    return Sources(list(sheets.select_related("design__character")), list(_versions(production)))


def learn(
    *,
    actor: User,
    production: Production,
    sheet: ModelSheet | None = None,
    version: DatasetVersion | None = None,
    artist: str = "",
) -> Job:
    """Have a hand learned of an approved model sheet, or of a frozen set of an artist's drawings; return the job.

    Raises:
        NotFound, NotAllowed: by the actor's roles. InvalidInput: neither or both, another production's sheet, no name.
        LicenceRefused: no grant lets a model imitate this artist.

    After commit: the worker gets the job's id.
    """
    access.require(actor, Action.DERIVE, production)
    if (sheet is None) == (version is None):
        raise InvalidInput(field="source", reason=phrase("name a model sheet or a set of drawings"))
    params: dict[str, Any] = {"production_id": production.pk}
    if sheet is not None:
        _refuse_sheet(production, sheet)
        params |= {"sheet_id": sheet.pk}
    else:
        assert version is not None, "looked at above"
        artist = _artist(artist, version)
        _require_source(actor, production, version, artist)
        params |= {"version_id": version.pk, "artist": artist}
    with transaction.atomic():
        job = jobs.submit(
            actor=actor,
            kind="assets.learn_line_style",
            subject=f"sheet:{sheet.pk}" if sheet else f"version:{version.pk if version else 0}",
            production_id=production.pk,
            params=params,
        )
        audit.record(
            actor=actor,
            verb="style.learn",
            target=production,
            production_id=production.pk,
            after={
                "sheet": str(sheet) if sheet else "",
                "set": str(version) if version else "",
                "artist": artist,
            },
        )
    return job


def learn_from(
    lease: Lease,
    production_id: int,
    sheet_id: int | None = None,
    version_id: int | None = None,
    artist: str = "",
) -> None:
    """Learn a hand: the gate again, then its drawings through the door. The worker's entry.

    Raises:
        NotFound: it is gone. LicenceRefused: the gate says no by now. InvalidInput: no drawing can be read.
        ComputeFailed: there is no line in them.
    """
    actor = lease.job.requested_by
    production = Production.objects.get(pk=production_id)
    sheet = ModelSheet.objects.filter(pk=sheet_id).first() if sheet_id else None
    version = (
        DatasetVersion.objects.select_related("dataset").filter(pk=version_id).first() if version_id else None
    )
    if sheet is None and version is None:
        raise NotFound(what="model sheet" if sheet_id else "dataset version")
    if version is not None:
        _require_source(actor, production, version, artist)
    pngs = _of_sheet(sheet) if sheet else _of_version(version)
    if not pngs:
        raise InvalidInput(field="source", reason=phrase("none of its drawings can be read"))
    profile = cleaning().learn_style(pngs)
    result: dict[str, Any] = {}
    with lease.committing(result):
        style = _written(production, profile, len(pngs), sheet, version, artist, actor)
        result["style"] = style.pk


def require(
    actor: User | None, production: Production, wishes: Iterable[Mapping[str, Any]]
) -> list[GateDecision]:
    """Let drawings in these hands pass, or refuse them; return the gate's answers, one for each hand of an artist.

    Raises:
        LicenceRefused: nobody has learned it for this production (code "style_unknown"), or the gate says no.
    """
    asked = {cleanup_wishes.style_sha256(each["style"]) for each in wishes if each.get("style")}
    known = {each.sha256: each for each in production.line_styles.filter(sha256__in=asked)}
    if asked - set(known):
        raise LicenceRefused("style_unknown")
    return [
        gate.require(actor=actor, question=_question(production, style.model))
        for style in known.values()
        if style.model is not None
    ]


def get(production: Production, pk: int) -> LineStyle:
    """Return a hand of a production, or raise NotFound."""
    found = production.line_styles.filter(pk=pk).first()
    if found is None:
        raise NotFound(what="line style")
    return found


def _hand(style: LineStyle) -> Hand:
    if style.model is None:
        return Hand(style, "allow", "")
    decision = gate.answer(_question(style.production, style.model))
    return Hand(style, str(decision.answer.value), gate.told(decision))


def _question(production: Production, model: ModelVersion) -> Question:
    return engines.question(production, model, DerivedKind.CLEANUP)


def _versions(production: Production) -> QuerySet[DatasetVersion]:
    mine = Q(dataset__production=production) | Q(dataset__production=None)
    ready = DatasetVersion.objects.filter(mine, state__in=[VersionState.FROZEN, VersionState.APPROVED])
    kept = ready.filter(entries__item__bytes_kept=True, entries__item__content_sha256__gt="")
    return kept.select_related("dataset").distinct().order_by("dataset__name", "-number")


def _refuse_sheet(production: Production, sheet: ModelSheet) -> None:
    if sheet.design.character.production_id != production.pk:
        raise NotFound(what="model sheet")
    if sheet.state != SheetState.APPROVED:
        raise InvalidInput(
            field="sheet", reason=phrase("only an approved model sheet shows the line that is wanted")
        )


def _artist(said: str, version: DatasetVersion) -> str:
    """Return whose hand it is; without a name the gate could not ask who has agreed to be imitated."""
    name = said.strip() or version.dataset.rights_holder.strip()
    if not name:
        raise InvalidInput(field="artist", reason=phrase("say whose hand it is"))
    return name[:200]


def _require_source(
    actor: User | None, production: Production, version: DatasetVersion, artist: str
) -> GateDecision:
    """Ask the gate whether a model may learn an artist's hand from these drawings."""
    if version.dataset.production_id not in {None, production.pk}:
        raise NotFound(what="dataset version")
    question = Question(
        action="finetune",
        on=timezone.localdate(),
        production=production.pk,
        version=version.pk,
        family=ModelFamily.CLEANUP,
        style_of=artist,
        influence=Influence.PIXEL,
    )
    return gate.require(actor=actor, question=question)


def _of_sheet(sheet: ModelSheet) -> list[bytes]:
    return [blobs().read(each.view_blob) for each in sheet.drawings.all()[:_MOST_DRAWINGS]]


def _of_version(version: DatasetVersion | None) -> list[bytes]:
    """Return the drawings of a set that are kept here and can be read."""
    assert version is not None, "a hand has a source"
    kept = version.entries.filter(split=Split.TRAIN, item__bytes_kept=True).select_related("item")
    pngs = []
    for entry in kept[:_MOST_DRAWINGS]:
        try:
            data = blobs().read(entry.item.sha256)
            picture = read_picture(data, entry.alias, pictures.limits())
        except (Refused, NotFound):
            continue
        pngs.append(picture.view_png or data)
    return pngs


def _written(
    production: Production,
    profile: Mapping[str, Any],
    drawings: int,
    sheet: ModelSheet | None,
    version: DatasetVersion | None,
    artist: str,
    actor: User | None,
) -> LineStyle:
    """Write a hand; one that says the same is there already and is returned."""
    sha256 = cleanup_wishes.style_sha256(profile)
    known = production.line_styles.filter(sha256=sha256).first()
    if known is not None:
        return known
    style = LineStyle(
        production=production,
        name=str(sheet) if sheet else artist,
        sheet=sheet,
        model=_registered(profile, version, artist) if version else None,
        profile=dict(profile),
        sha256=sha256,
        drawings=drawings,
        by=actor,
    )
    rows.save(style)
    return style


def _registered(profile: Mapping[str, Any], version: DatasetVersion, artist: str) -> ModelVersion:
    """Enter a hand into the register: its weights are the profile, its training art the set of drawings."""
    text = json.dumps(profile, sort_keys=True).encode()
    sha256 = hashlib.sha256(text).hexdigest()
    name = f"line style of {artist}"[:100]
    known = ModelVersion.objects.filter(name=name, version=f"{sha256[:12]}-{version.pk}").first()
    if known is not None:
        return known
    blobs().put(io.BytesIO(text))
    return register.register(
        actor=None,
        name=name,
        version=f"{sha256[:12]}-{version.pk}",
        family=ModelFamily.CLEANUP,
        origin=Origin.STUDIO,
        inputs=[(version, Split.TRAIN)],
        weights_sha256=sha256,
        disclosure=Disclosure.FULL,
        style_of=artist,
        recipe=_RECIPE,
        code_commit=cleanup_wishes.ENGINE,
        gpai_why="sixteen numbers and a colour",
        source="ml/cleanup",
    )
