"""Is this work in any dataset? By the original bytes, and for pictures by their pixels too; nothing is kept of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.utils.translation import gettext as _

from assets import access
from assets import selectors_rights_questions as reads
from assets.intake import formats
from assets.intake.problems import Refused
from assets.models import Drawing, Entry, ModelInput, ModelVersion
from assets.rights.alike import look_of, nearest
from assets.services import pictures
from studio.core.models import User
from studio.core.roles import Action

_MOST = 200
_MOST_ALIKE = 20


@dataclass(frozen=True)
class Found:
    """Where a work stands. `learned` = models with the version that they learned it from."""

    sha256: str
    pixels: str
    entries: list[Entry]
    learned: list[ModelInput]
    descendants: list[ModelVersion]
    drawings: int
    by_pixels: bool
    alike: list[Entry]


def nothing_asked() -> str:
    """Return what to say when neither a file nor a hash came."""
    return _("Choose a file or write a hash.")


def enquire(*, actor: User, data: bytes | None = None, name: str = "", sha256: str = "") -> Found:
    """Look a work up, by its bytes or by their hash, in what the person may see.

    Raises:
        NotAllowed: they see datasets nowhere.
    """
    access.require_anywhere(actor, Action.VIEW_DATASETS)
    digest = hashlib.sha256(data).hexdigest() if data is not None else sha256.strip().lower()
    pixels, look = _pixels(data, name) if data is not None else ("", "")
    entries = list(reads.entries_of_work(actor, digest, pixels or _kept_pixels(actor, digest))[:_MOST])
    keys = {entry.version_id for entry in entries}
    learned = list(
        ModelInput.objects.filter(version__in=keys, role="train")
        .select_related("model", "version__dataset")
        .order_by("model__name", "-model__pk")
    )
    drawings = Drawing.objects.filter(
        content_sha256=pixels or digest, cell__take__cut__in=access.visible_cuts(actor)
    )
    return Found(
        sha256=digest,
        pixels=pixels,
        entries=entries,
        learned=learned,
        descendants=_descendants({each.model_id for each in learned}),
        drawings=drawings.count(),
        by_pixels=any(entry.item.sha256 != digest for entry in entries),
        alike=_alike(actor, look, {entry.item_id for entry in entries}),
    )


def _pixels(data: bytes, name: str) -> tuple[str, str]:
    """Return the digest of the pixels and what they look like; empty where it is no picture."""
    try:
        picture = formats.read_picture(data, PurePosixPath(name).name, pictures.limits())
    except Refused:
        return "", ""
    return picture.content_sha256, look_of(picture.rgba)


def _alike(actor: User, look: str, known: set[int]) -> list[Entry]:
    """Return places of works that look like it, the nearest first, without those that are it."""
    if not look:
        return []
    held = reads.looks_of(actor)
    near = [key for key, _apart in nearest(look, held) if key not in known][:_MOST_ALIKE]
    place = {key: n for n, key in enumerate(near)}
    found = reads.entries_of_items(actor, near)[:_MOST]
    return sorted(found, key=lambda entry: (place[entry.item_id], entry.pk))


def _kept_pixels(actor: User, digest: str) -> str:
    """Return the digest of the pixels of a work that is known by its bytes."""
    entry = reads.entries_of_work(actor, digest).first()
    return entry.item.content_sha256 if entry else ""


def _descendants(keys: set[int]) -> list[ModelVersion]:
    """Return the models that come from these, in whatever number of steps; the graph is read once."""
    from_parent: dict[int, list[int]] = {}
    for child, parent in reads.lineage():
        from_parent.setdefault(parent, []).append(child)
    found: set[int] = set()
    waiting = list(keys)
    while waiting:
        for child in from_parent.get(waiting.pop(), ()):
            if child not in found and child not in keys:
                found.add(child)
                waiting.append(child)
    return list(ModelVersion.objects.filter(pk__in=found))
