"""What the desks of in-betweens and of clean-up share: takes, keys by their names, stages, and a script's requests."""

from __future__ import annotations

import json
import struct
import time
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from assets import access, selectors, selectors_derived
from assets.choices import DerivedKind, Stage, StageStatus
from assets.models import Cell, Cut, Drawing, Production, ProposalKey, Take
from assets.services import engines
from assets.services.derived import Given
from studio.core.errors import InvalidInput, NotFound, phrase
from studio.core.models import User
from studio.core.pages import SignedInRequest
from studio.core.roles import Action
from studio.core.storage import blobs

_ASKED_EVERY_S = 60.0
_MOST_BODY_BYTES = 2 * 1024 * 1024
_DRAWN_STAGES = (Stage.AD, Stage.SECOND_KEY, Stage.GEN)

_answers: dict[tuple[int, int, str], tuple[float, frozenset[str]]] = {}


def take_of(cut: Cut, wanted: str, least: int = 1) -> Take | None:
    """Return the take that `?take=` names, else the newest with so many drawings in a cell, else the newest.

    Raises:
        NotFound: it is none of this cut.
    """
    takes = list(cut.takes.prefetch_related("cells__drawings").order_by("-submitted_at", "-id"))
    if wanted:
        found = next((each for each in takes if str(each.pk) == wanted), None)
        if found is None:
            raise NotFound(what="take")
        return found
    full = (each for each in takes if any(len(cell.drawings.all()) >= least for cell in each.cells.all()))
    return next(full, takes[0] if takes else None)


def cell_of(take: Take, wanted: str, least: int = 1) -> Cell | None:
    """Return the cell that `?cell=` names, else the first with so many drawings, else the first."""
    cells = list(take.cells.all())
    named = next((each for each in cells if each.name == wanted), None)
    full = next((each for each in cells if len(each.drawings.all()) >= least), None)
    return named or full or next(iter(cells), None)


def as_key(picture: Drawing | ProposalKey) -> dict[str, Any]:
    """Return a picture that is drawn from for the script."""
    is_drawing = isinstance(picture, Drawing)
    name = "drawing_picture" if is_drawing else "proposal_key_picture"
    return {
        "id": f"{'d' if is_drawing else 'k'}{picture.pk}",
        "number": f"{picture.cell.name if isinstance(picture, Drawing) else picture.derived.cell}{picture.number_text}",
        "url": reverse(name, args=[picture.pk]),
        "sha256": picture.view_blob,
        "width": picture.width_px,
        "height": picture.height_px,
    }


def key_named(user: User, cut: Cut, name: str) -> Drawing | ProposalKey:
    """Return the picture that "d12" (a drawing of a take) or "k34" (a key of a proposal) names, of this cut.

    Raises:
        NotFound: not there, not visible, or of another cut.
    """
    kind, number = name[:1], name[1:]
    if not number.isdecimal() or len(number) > 18:
        raise NotFound(what="drawing")
    found: Drawing | ProposalKey
    if kind == "k":
        found = selectors_derived.get_key(user, int(number))
        owner = found.derived.cut_id
    elif kind == "d":
        found = selectors.get_drawing(user, int(number))
        owner = found.cell.take.cut_id
    else:
        raise NotFound(what="drawing")
    if owner != cut.pk:
        raise NotFound(what="drawing")
    return found


def given(picture: Drawing | ProposalKey) -> Given:
    """Return a picture as a service takes it."""
    if isinstance(picture, Drawing):
        return Given(drawing=picture)
    name = picture.file_name or "key.png"
    return Given(data=blobs().read(picture.blob), file_name=name, number=picture.number)


def stage_of(user: User, cut: Cut, take: Take | None) -> str:
    """Return the stage that the drawings are probably for: the one that the person has here, else in-between."""
    mine = cut.stages.filter(assignee=user).exclude(state__in=[StageStatus.APPROVED, StageStatus.OMITTED])
    stages = [each.stage for each in mine]
    for stage in _DRAWN_STAGES:
        if stage in stages:
            return str(stage)
    if stages:
        return str(stages[0])
    is_early = take is None or take.stage in {*_DRAWN_STAGES, Stage.KD, Stage.LO}
    return str(Stage.AD) if is_early or take is None else take.stage


def may_draw(user: User, production: Production, engine: str, kind: str = DerivedKind.INBETWEEN) -> bool:
    """Return whether the gate lets an engine draw for a production; asked once a minute while somebody steers."""
    known = _answers.get((user.pk, production.pk, kind))
    if known is None or time.monotonic() - known[0] > _ASKED_EVERY_S:
        offers = engines.offered(actor=user, production=production, kind=kind)
        known = (time.monotonic(), frozenset(each.name for each in offers if each.may_draw))
        if len(_answers) > 500:
            _answers.clear()
        _answers[user.pk, production.pk, kind] = known
    return engine in known[1]


def refusals(user: User, cut: Cut, engine: str, kind: str = DerivedKind.INBETWEEN) -> str:
    """Return why the gate does not let an engine draw for the production of a cut."""
    offers = engines.offered(actor=user, production=cut.episode.production, kind=kind)
    return "; ".join(each.reasons for each in offers if each.name == engine)


def shared_context(
    user: User, cut: Cut, take: Take | None, kind: str = DerivedKind.INBETWEEN
) -> dict[str, Any]:
    """Return what a desk shows whatever its pictures are."""
    production = cut.episode.production
    access.require(user, Action.DERIVE, production, cut)
    offers = engines.offered(actor=user, production=production, kind=kind)
    return {
        "production": production,
        "cut": cut,
        "offers": offers,
        "may_draw": any(each.may_draw for each in offers),
        "stages": Stage.choices,
        "stage": stage_of(user, cut, take),
    }


def shown(request: SignedInRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Return a desk's page, which no browser may keep: its answer of the gate is of now."""
    response = render(request, template, context)
    response["Cache-Control"] = "no-store"
    return response


def packed(header: dict[str, Any], pngs: Sequence[bytes]) -> HttpResponse:
    """Return an answer of a preview process: 4 bytes (a length), a JSON header, PNG after PNG."""
    head = json.dumps({**header, "blobs": [len(each) for each in pngs]}).encode()
    body = b"".join([struct.pack(">I", len(head)), head, *pngs])
    answer = HttpResponse(body, content_type="application/octet-stream")
    answer["Cache-Control"] = "no-store"
    return answer


def body_of(request: SignedInRequest) -> dict[str, Any]:
    """Return the JSON object that a script sent.

    Raises:
        InvalidInput: it is none.
    """
    try:
        told = json.loads(request.body) if len(request.body) <= _MOST_BODY_BYTES else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise InvalidInput(field="body", reason=phrase("this is no JSON"))
    return told


def object_of(told: Any, field: str) -> dict[str, Any]:
    """Return a part of a sidecar that a script sent; {} where there is none. Raises InvalidInput."""
    if told is None:
        return {}
    if not isinstance(told, dict):
        raise InvalidInput(field=field, reason="this is not of the form that a sidecar has")
    return told


def whole(told: Any, field: str) -> int:
    """Return a whole number that a script sent. Raises InvalidInput."""
    if not isinstance(told, int) or isinstance(told, bool):
        raise InvalidInput(field=field, reason=phrase("a whole number was expected"))
    return told


def one_of(told: Any, known: Iterable[int], usual: int) -> int:
    """Return a number that a script chose of those that are known, else the usual one."""
    return told if told in set(known) else usual
