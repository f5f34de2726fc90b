"""The API keeps to its schema whatever it is sent: schemathesis looks for a fault in every operation."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from knox.models import AuthToken
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from studio.config.wsgi import application
from tests.full_world import build_full_world, give_every_role, keys_of

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    response_schema_conformance,
    content_type_conformance,
]
schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
schema.app = application
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@dataclass(frozen=True)
class Prepared:
    """A token of somebody who may do everything, and the keys of what is there, by the first word of a path."""

    token: str
    keys: dict[str, Any]


@pytest.fixture(scope="module")
def prepared(django_db_setup: None, django_db_blocker: Any) -> Iterator[Prepared]:
    """A world with one of everything, built once and undone."""
    for signal in (request_started, request_finished):  # as Django's own test client does
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        full = build_full_world()
        token = AuthToken.objects.create(user=give_every_role(full.world))[1]
        yield Prepared(token, keys_of(full))
        transaction.set_rollback(True)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _aim(case: schemathesis.Case, keys: dict[str, Any]) -> None:
    """Let three of four calls go to something that is there; which ones depends on the call alone."""
    word = case.operation.path.removeprefix("/api/v1/").split("/")[0]
    if word in keys and zlib.crc32(repr((case.query, case.body)).encode()) % 4:
        for name in set(case.path_parameters or {}) & {"id", "code"}:
            case.path_parameters[name] = keys[word]


@schema.parametrize()
@settings(max_examples=4, deadline=timedelta(seconds=20), suppress_health_check=list(HealthCheck))
def test_no_operation_leaves_the_schema(case: schemathesis.Case, prepared: Prepared) -> None:
    _aim(case, prepared.keys)
    with transaction.atomic():  # whatever this call does is undone before the next
        response = case.call(headers={"Authorization": f"Token {prepared.token}"})
        transaction.set_rollback(True)
    case.validate_response(response, checks=CHECKS)
