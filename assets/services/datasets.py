"""Datasets and the right to use them. What cannot be read as a licence is refused; nothing said means no right."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import IO, Any

from django.db import transaction
from license_expression import ExpressionError, ParseError, get_spdx_licensing

from assets import access
from assets.models import Dataset, Evidence, Production
from assets.services import rows
from studio.core.errors import InvalidInput, InvalidTransition, phrase
from studio.core.models import User
from studio.core.roles import Action
from studio.core.storage import Blob, blobs

_FIELDS = (
    "name",
    "source",
    "rights_holder",
    "licence_expression",
    "contract",
    "valid_from",
    "valid_until",
    "note",
)
_MAX_FILE_NAME = 255
_MAX_EXPRESSION = 200
# The library lets Python's own errors out for texts such as "()".
_UNREADABLE = (ExpressionError, ParseError, IndexError, AttributeError, TypeError, RecursionError)
_OWN = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")  # SPDX keeps these for licences of one's own


def create(*, actor: User, production: Production | None, name: str, **fields: Any) -> Dataset:
    """Enter a dataset.

    Raises:
        InvalidInput: a licence expression that cannot be read, with the word that is unknown.
        DuplicateContent: the name is taken.
    """
    access.require_for(actor, Action.EDIT_DATASETS, production)
    values = _checked({"name": name, **fields})
    with transaction.atomic():
        dataset = rows.create(
            Dataset(production=production, **values),
            actor=actor,
            verb="dataset.create",
            production_id=production.pk if production else None,
            names=_FIELDS,
            studio=True,
        )
        _check_window(dataset)
    return dataset


def update(*, actor: User, dataset: Dataset, **fields: Any) -> Dataset:
    """Change what is known of a dataset."""
    access.require_for(actor, Action.EDIT_DATASETS, dataset.production)
    values = _checked(fields)
    with transaction.atomic():
        dataset = rows.change(
            rows.locked(dataset, "production"),
            values,
            actor=actor,
            verb="dataset.update",
            production_id=dataset.production_id,
            allowed=_FIELDS,
        )
        _check_window(dataset)
    return dataset


def remove(*, actor: User, dataset: Dataset) -> None:
    """Take a dataset out of the list; the files of its evidence stay in the store.

    Raises:
        InvalidTransition: it has versions or grants, which are proof and stay.
    """
    access.require_for(actor, Action.EDIT_DATASETS, dataset.production)
    with transaction.atomic():
        if dataset.versions.exists() or dataset.grants.exists() or dataset.sources.exists():
            raise InvalidTransition(what="the dataset", state="in use", wanted="remove")
        rows.remove(
            rows.locked(dataset),
            actor=actor,
            verb="dataset.remove",
            production_id=dataset.production_id,
            names=_FIELDS,
        )


def add_evidence(*, actor: User, dataset: Dataset, file_name: str, stream: IO[bytes]) -> Evidence:
    """Keep a file that proves a right: a contract, a licence text, a screenshot.

    Raises:
        InvalidInput: an empty file or a name that is none.
        StorageFull: no room; nothing was lost.
    """
    access.require_for(actor, Action.EDIT_DATASETS, dataset.production)
    name, blob = kept_file(file_name, stream)
    with transaction.atomic():
        dataset = rows.locked(dataset, "production")
        return rows.create(
            Evidence(dataset=dataset, file_name=name, blob=blob.sha256, size_bytes=blob.size),
            actor=actor,
            verb="dataset.add_evidence",
            production_id=dataset.production_id,
            names=("file_name", "blob", "size_bytes"),
            studio=True,
        )


def kept_file(file_name: str, stream: IO[bytes]) -> tuple[str, Blob]:
    """Return the plain name and the stored bytes of a file that is to prove something.

    Raises:
        InvalidInput: an empty file or a name that is none. StorageFull: no room; nothing was lost.
    """
    name = PurePosixPath(file_name.replace("\\", "/")).name
    if not name or not name.isprintable() or len(name) > _MAX_FILE_NAME:
        raise InvalidInput(field="file", reason="the file needs a plain name")
    blob = blobs().put(stream)
    if blob.size == 0:
        raise InvalidInput(field="file", reason="the file is empty")
    return name, blob


def checked_expression(text: str) -> str:
    """Return an SPDX expression in its usual spelling; an empty one stays empty and means: no right known.

    Raises:
        InvalidInput: it cannot be read, or names a licence that SPDX does not know.
    """
    plain = " ".join(text.split())
    if not plain:
        return ""
    if len(plain) > _MAX_EXPRESSION:
        raise InvalidInput(
            field="licence_expression", reason=phrase("at most {limit} characters", limit=_MAX_EXPRESSION)
        )
    licensing = get_spdx_licensing()
    try:
        parsed = licensing.parse(plain, strict=True)
        unknown = [key for key in licensing.unknown_license_keys(parsed) if not _OWN.fullmatch(key)]
    except _UNREADABLE as error:
        reason = str(error) or phrase("“{text}” cannot be read", text=plain)
        raise InvalidInput(field="licence_expression", reason=reason) from error
    if unknown:
        names = ", ".join(unknown)
        reason = phrase(
            "SPDX knows no {names}. Use identifiers such as CC-BY-4.0, or LicenseRef-… for a contract",
            names=names,
        )
        raise InvalidInput(field="licence_expression", reason=reason)
    return str(parsed.render())


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(fields) - set(_FIELDS))
    if unknown:
        raise InvalidInput(field=unknown[0], reason="this cannot be changed")
    if "licence_expression" in fields:
        fields = {**fields, "licence_expression": checked_expression(str(fields["licence_expression"]))}
    return fields


def _check_window(dataset: Dataset) -> None:
    if dataset.valid_from and dataset.valid_until and dataset.valid_until < dataset.valid_from:
        raise InvalidInput(field="valid_until", reason="the right would end before it begins")
