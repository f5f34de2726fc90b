"""The studio that bench/licence.py times; it runs in a process of its own by `manage.py shell -c`."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.management import call_command
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from assets import models as rows
from assets.choices_rights import Influence, ParentKind, Split, SubjectKind, VersionState
from assets.rights import facts
from assets.rights.audit import audit
from assets.rights.engine import Engine
from assets.rights.facets import reviewed_licences
from assets.rights.impact import touched_by
from assets.rights.load import facts_of
from assets.services import gate, standings
from qa.models import Embedding
from studio.core.models import User

ON = date(2026, 11, 22)
EXPRESSIONS, HOLDERS, VERSIONS, MODELS, GENERATIONS, EPISODES, CUTS = 200, 300, 40, 200, 5, 12, 300
OUTPUTS_PER_WORK = 6
Result = TypeVar("Result")
_ROWS = 2_000


def measure(works: int) -> dict[str, Any]:
    """Fill the database with a studio of that many works and time the three questions on it."""
    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    production, holder, model = _fill(works)
    filled_s = time.perf_counter() - started
    queries: dict[str, int] = {}
    every = list(rows.ModelVersion.objects.values_list("pk", flat=True))
    versions = list(rows.DatasetVersion.objects.values_list("pk", flat=True))
    policy = gate.policy_of(production)

    def full_audit() -> int:
        known = facts_of(production=production.pk, models=every, versions=versions)
        return len(audit(known, production.pk, ON, policy))

    def one_gate() -> str:
        question = facts.Question(
            action="generate", on=ON, production=production.pk, model=model, family="inbetween"
        )
        return gate.answer(question).answer.value

    def impact() -> dict[str, int]:
        return touched_by(holder, list(rows.Grant.objects.filter(holder=holder))).counts

    with _counted(queries, "audit"):
        findings, audit_s = _timed(full_audit)
    with _counted(queries, "gate"):
        answer, _first = _timed(one_gate)
    clock = time.process_time()
    gate_s = statistics.median(_timed(one_gate)[1] for _ in range(30))
    gate_cpu_s = (time.process_time() - clock) / 30
    with _counted(queries, "impact"):
        touched, impact_s = _timed(impact)
    return {
        "works": works,
        "standings": rows.Standing.objects.count(),
        "outputs": rows.Artefact.objects.count(),
        "findings": findings,
        "answer": answer,
        "touched": touched,
        "audit_s": round(audit_s, 3),
        "gate_ms": round(1000 * gate_s, 2),
        "gate_cpu_ms": round(1000 * gate_cpu_s, 2),
        "impact_s": round(impact_s, 3),
        "baseline_audit_s": round(_baseline(production), 1),
        "queries": queries,
        "filled_s": round(filled_s, 1),
    }


def _timed(what: Callable[[], Result]) -> tuple[Result, float]:
    started = time.perf_counter()
    result = what()
    return result, time.perf_counter() - started


@contextmanager
def _counted(queries: dict[str, int], name: str) -> Iterator[None]:
    reset_queries()
    with CaptureQueriesContext(connection) as captured:
        yield
    queries[name] = len(captured)


def _baseline(production: rows.Production) -> float:
    """Return the seconds of an audit that judges work by work and looks up each owner's grants: one version, scaled."""
    version = rows.DatasetVersion.objects.order_by("pk")[0]
    known = facts_of(production=production.pk, versions=[version.pk])
    question = facts.Question(action="train", on=ON, production=production.pk, version=version.pk)
    started = time.perf_counter()
    entries = version.entries.select_related("item__standing").order_by("pk")[:200]
    for entry in entries:
        standing = facts.Standing.from_json(entry.item.standing.facts)
        grants: dict[int, facts.Grant] = {}
        for holder in standing.owners:
            listed = rows.Grant.objects.filter(holder=holder, revocation=None)
            grants |= {row.pk: known.grants[row.pk] for row in listed if row.pk in known.grants}
        Engine(replace(known, grants=grants), gate.policy_of(production)).work(
            standing, question, dataset=version.dataset_id
        )
    seconds = time.perf_counter() - started
    return seconds / max(1, min(200, version.item_count)) * rows.Entry.objects.count()


# Filling.


def _fill(works: int) -> tuple[rows.Production, rows.RightsHolder, int]:
    user = User.objects.create_user("bench")
    production = rows.Production.objects.create(
        code="BENCH", title="Bench", exploited_from=ON, exploited_until=ON + timedelta(days=3650)
    )
    holders = rows.RightsHolder.objects.bulk_create(
        [rows.RightsHolder(name=f"Artist {n}", pseudonym=f"H-{n:04d}") for n in range(HOLDERS)]
    )
    known = [standings.put(each) for each in _standings([each.pk for each in holders])]
    items = _items(works, known)
    versions = _versions(items, user)
    _grants(holders, user)
    models = _models(versions)
    _outputs(works, production, models)
    return production, holders[0], models[-1].pk


def _standings(holders: list[int]) -> Iterator[facts.Standing]:
    """Yield three standings of each of 200 expressions: of one artist, of two, and with an opt-out."""
    plain = sorted(reviewed_licences()) + [
        f"CC-BY{e}-{v}" for v in ("2.0", "3.0", "4.0") for e in ("", "-SA", "-NC", "-ND")
    ]
    for n in range(EXPRESSIONS):
        one, other = plain[n % len(plain)], plain[(7 * n + 3) % len(plain)]
        text = one if n < len(plain) else f"{one} OR {other}" if n % 2 else f"{one} AND {other}"
        for kind in range(3):
            owners = {(holders[(n + kind) % HOLDERS], "owner")} | (
                {(holders[0], "author")} if kind == 1 else set()
            )
            signal = facts.Signal("tdmrep", "1", forbids=True, seen_on="2026-01-01")
            yield facts.Standing(
                concluded=text,
                declared=text,
                declared_status="known",
                holders=tuple(sorted(owners)),
                evidence=True,
                signals_seen=True,
                signals=(signal,) if kind == 2 and n % 10 == 0 else (),
                source_kind="open",
            )


def _items(works: int, known: list[rows.Standing]) -> list[int]:
    made = (
        rows.Item(
            sha256=f"{n:064x}",
            size_bytes=1,
            content_sha256=f"{n:064x}",
            standing=known[n % len(known)],
        )
        for n in range(works)
    )
    rows.Item.objects.bulk_create(made, batch_size=_ROWS)
    Embedding.objects.bulk_create(
        (
            Embedding(content_sha256=f"{n:064x}", model_id="bench@0/1", vector=b"\0" * 16)
            for n in range(works)
        ),
        batch_size=_ROWS,
    )
    keys = list(rows.Item.objects.order_by("pk").values_list("pk", flat=True))
    rows.ItemStanding.objects.bulk_create(
        (rows.ItemStanding(item_id=key, standing=known[n % len(known)]) for n, key in enumerate(keys)),
        batch_size=_ROWS,
    )
    return keys


def _versions(items: list[int], user: User) -> list[rows.DatasetVersion]:
    made = []
    for n in range(VERSIONS):
        dataset = rows.Dataset.objects.create(name=f"Set {n}")
        part = items[n::VERSIONS]
        version = rows.DatasetVersion.objects.create(
            dataset=dataset,
            number=1,
            state=VersionState.APPROVED,
            merkle_root=f"{n:064x}",
            item_count=len(part),
        )
        rows.Entry.objects.bulk_create(
            (rows.Entry(version=version, item_id=key, alias=f"{key}.png", split=Split.TRAIN) for key in part),
            batch_size=_ROWS,
        )
        rows.Approval.objects.create(subject="version", version=version, root=version.merkle_root, by=user)
        made.append(version)
    standings.count_anew([each.pk for each in made])
    return made


def _grants(holders: list[rows.RightsHolder], user: User) -> None:
    made = rows.Grant.objects.bulk_create(
        [
            rows.Grant(
                holder=holder,
                subject_kind=SubjectKind.HOLDER,
                scopes=["train", "finetune", "generate", "analyse"] if n % 5 else ["analyse"],
                commercial=n % 7 != 3,
                territories=["WORLD"] if n % 3 else ["JP", "US"],
                valid_until=None if n % 2 else ON + timedelta(days=100 + n),
                signed_on=date(2026, 1, 1),
                moral_covenant=True,
                adaptation=True,
                by=user,
            )
            for n, holder in enumerate(holders)
        ]
    )
    rows.Evidence.objects.bulk_create(
        [
            rows.Evidence(grant=grant, kind="contract", file_name="contract.pdf", blob="0" * 64, size_bytes=1)
            for grant in made
        ]
    )


def _models(versions: list[rows.DatasetVersion]) -> list[rows.ModelVersion]:
    """Two hundred models: each learns from one version, and after the first forty comes from an older one."""
    made: list[rows.ModelVersion] = []
    for n in range(MODELS):
        model = rows.ModelVersion.objects.create(
            name=f"model-{n}", version="1", family="inbetween", origin="studio", weights_sha256=f"{n:064x}",
            disclosure="full", code_commit="0" * 40, recipe="bench",
        )  # fmt: skip
        rows.ModelInput.objects.create(model=model, version=versions[n % len(versions)], role=Split.TRAIN)
        if n >= MODELS // GENERATIONS:
            rows.ModelParent.objects.create(
                child=model, parent=made[n - MODELS // GENERATIONS], kind=ParentKind.FINETUNE
            )
        made.append(model)
    return made


def _outputs(works: int, production: rows.Production, models: list[rows.ModelVersion]) -> None:
    runs = []
    for number in range(EPISODES):
        episode = rows.Episode.objects.create(production=production, code=f"EP{number:02d}")
        cuts = rows.Cut.objects.bulk_create(
            [rows.Cut(episode=episode, number=f"{n:03d}") for n in range(CUTS)]
        )
        runs += [
            rows.Run(
                model=models[(number * CUTS + n) % MODELS],
                production=production,
                cut=cut,
                influence=Influence.PIXEL,
            )
            for n, cut in enumerate(cuts)
        ]
    runs = rows.Run.objects.bulk_create(runs, batch_size=_ROWS)
    count = works * OUTPUTS_PER_WORK
    rows.Artefact.objects.bulk_create(
        (rows.Artefact(run=runs[n % len(runs)], sha256=f"{n:064x}") for n in range(count)),
        batch_size=5 * _ROWS,
    )
