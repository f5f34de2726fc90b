"""One row's way into the database: locked, cleaned by its own model, saved, audited before and after.

Services use this so that each of them only says who may do it and what it means. It asks for no permission.
"""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction

from studio.core import audit
from studio.core.errors import DuplicateContent, InvalidInput, NotFound
from studio.core.models import User

Row = TypeVar("Row", bound=models.Model)
_UNIQUE_CODES = frozenset({"unique", "unique_together"})


def locked(row: Row, *related: str) -> Row:
    """Return the row as it stands now, locked until the transaction ends.

    Raises:
        NotFound: somebody has removed it.
    """
    manager = type(row)._default_manager
    found = manager.select_for_update(of=("self",)).select_related(*related).filter(pk=row.pk).first()
    if found is None:
        raise NotFound(what=name_of(row))
    return found


def name_of(row: models.Model) -> str:
    """Return what people call such a row."""
    return str(row._meta.verbose_name)


def create(
    row: Row,
    *,
    actor: User | None,
    verb: str,
    production_id: int | None,
    names: Iterable[str],
    studio: bool = False,
) -> Row:
    """Save a new row and audit its `names`. `production_id` None stands for the row's own key; with `studio`, for none.

    Raises:
        InvalidInput, DuplicateContent: what the model refuses.
    """
    save(row)
    audit.record(
        actor=actor,
        verb=verb,
        target=row,
        production_id=production_id or (None if studio else row.pk),
        after=facts(row, names),
    )
    return row


def change(
    row: Row,
    fields: Mapping[str, Any],
    *,
    actor: User | None,
    verb: str,
    production_id: int | None,
    allowed: Iterable[str],
) -> Row:
    """Set `fields` of a locked row, save and audit; where nothing differs, nothing is written.

    Raises:
        InvalidInput: a field that may not be changed, or a value that the model refuses.
        DuplicateContent: a name that is taken.
    """
    unknown = sorted(set(fields) - set(allowed))
    if unknown:
        raise InvalidInput(field=unknown[0], reason="this cannot be changed")
    before = facts(row, fields)
    for name, value in fields.items():
        setattr(row, name, value)
    _clean(row)
    old, new = audit.diff(before, facts(row, fields))
    if new != old:
        save(row)
        audit.record(actor=actor, verb=verb, target=row, production_id=production_id, before=old, after=new)
    return row


def remove(
    row: models.Model, *, actor: User, verb: str, production_id: int | None, names: Iterable[str]
) -> None:
    """Delete a row and audit what it was."""
    audit.record(actor=actor, verb=verb, target=row, production_id=production_id, before=facts(row, names))
    row.delete()


def facts(row: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Return the row's fields as JSON can hold them."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return f"{value.normalize():f}"
    return value


def save(row: models.Model) -> None:
    """Save a row once its model accepts it; for rows that are audited as part of a larger thing."""
    _clean(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:  # somebody was faster than our own look
        raise DuplicateContent(what=name_of(row), key=str(row)) from error


def _clean(row: models.Model) -> None:
    """Ask the model about its fields and constraints; blank foreign keys are the database's matter."""
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str) and "\x00" in value:
            raise InvalidInput(field=field.name, reason="a text cannot hold a NUL character")
    try:
        row.clean_fields(exclude=_unset(row))
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as error:
        raise _refusal(row, error) from error


def _unset(row: models.Model) -> set[str]:
    return {f.name for f in row._meta.concrete_fields if f.null and getattr(row, f.attname) is None} | {
        f.name for f in row._meta.concrete_fields if f.has_default() and getattr(row, f.attname) in ([], {})
    }


def _refusal(row: models.Model, error: ValidationError) -> InvalidInput | DuplicateContent:
    for field, problems in error.error_dict.items():
        if any(problem.code in _UNIQUE_CODES for problem in problems):
            return DuplicateContent(what=name_of(row), key=str(row))
        reason = " ".join(str(message) for problem in problems for message in problem.messages)
        return InvalidInput(field=field.strip("_"), reason=reason)
    return InvalidInput(field=name_of(row), reason=str(error))
