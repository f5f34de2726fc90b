"""Reads the facts of a question from the database: in a constant number of queries, however many works there are.

`known_at` asks what the studio knew at a moment (record time); the question's own date asks what was true on a day
(valid time). Both together answer "what did we know, on the day we trained, about that day".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from assets import models as rows
from assets.choices_rights import ApprovalSubject
from assets.rights import facts as f
from assets.rights.facets import Facets, facets_from
from assets.rights.load_grants import grants_of, until
from assets.rights.load_versions import standings_of, versions_of
from assets.rights.rules.base import RULES


def facts_of(
    *,
    production: int | None = None,
    models: Collection[int] = (),
    versions: Collection[int] = (),
    known_at: datetime | None = None,
) -> f.Facts:
    """Return what is known about these models and versions, everything behind them, and a production.

    A question about anything else must not be asked of these facts: the engine raises KeyError.
    """
    known = _models(models, known_at)
    wanted = {version for model in known.values() for version, _ in model.inputs} | set(versions)
    held = versions_of(wanted, known_at)
    standings = standings_of({group.standing for version in held.values() for group in version.groups})
    drew = {s.made_by for s in standings.values() if s.made_by is not None} - set(known) - set(models)
    if drew:  # works that a model drew: what stands behind that model counts too
        return facts_of(production=production, models=[*models, *drew], versions=versions, known_at=known_at)
    grants = grants_of(standings.values(), {version.dataset for version in held.values()}, known_at)
    return f.Facts(
        standings=standings,
        grants=grants,
        versions=held,
        models=known,
        productions=_productions(production, known_at),
        licences=readings(known_at),
        waivers=_waivers(production, known_at),
        names=_names(grants.values(), standings.values(), known, held),
    )


# Models.


def _models(wanted: Collection[int], known_at: datetime | None) -> dict[int, f.Model]:
    if not wanted:
        return {}
    parents: dict[int, list[tuple[int, str]]] = {}
    for child, parent, kind in (
        rows.ModelParent.objects.filter(until(known_at))
        .order_by("parent_id")
        .values_list("child_id", "parent_id", "kind")
    ):
        parents.setdefault(child, []).append((parent, kind))
    keys, waiting = set(), list(wanted)
    while waiting:
        key = waiting.pop()
        if key not in keys:
            keys.add(key)
            waiting += [parent for parent, _ in parents.get(key, ())]
    inputs: dict[int, list[tuple[int, str]]] = {}
    found = rows.ModelInput.objects.filter(until(known_at), model__in=keys).order_by("version_id", "role")
    for model, version, role in found.values_list("model_id", "version_id", "role"):
        inputs.setdefault(model, []).append((version, role))
    blocked = _blocked(keys, known_at)
    listed = rows.ModelVersion.objects.filter(until(known_at), pk__in=keys)
    return {
        row.pk: _model(
            row, tuple(parents.get(row.pk, ())), tuple(inputs.get(row.pk, ())), blocked.get(row.pk, "")
        )
        for row in listed
    }


def _model(
    row: rows.ModelVersion,
    parents: tuple[tuple[int, str], ...],
    inputs: tuple[tuple[int, str], ...],
    blocked: str,
) -> f.Model:
    return f.Model(
        id=row.pk,
        name=str(row),
        family=row.family,
        origin=row.origin,
        weights_sha256=row.weights_sha256,
        disclosure=row.disclosure,
        licence=row.licence_expression,
        terms_forbid_training=row.terms_forbid_training,
        restrictions_kept=row.restrictions_kept,
        recipe=row.recipe,
        code_commit=row.code_commit,
        style_of=row.style_of,
        trained_on=row.recorded_at.date(),
        parents=parents,
        inputs=inputs,
        blocked=blocked,
    )


def _blocked(keys: Collection[int], known_at: datetime | None) -> dict[int, str]:
    """Return why models are blocked: of each the newest word counts."""
    latest: dict[int, tuple[bool, str]] = {}
    for model, lifted, reason in (
        rows.ModelBlock.objects.filter(until(known_at), model__in=keys).order_by("id").values_list(
            "model_id", "lifted", "reason"
        )
    ):  # fmt: skip
        latest[model] = (lifted, reason)
    return {model: reason for model, (lifted, reason) in latest.items() if not lifted}


# The rest.


def _productions(key: int | None, known_at: datetime | None) -> dict[int, f.Production]:
    if key is None:
        return {}
    approved = rows.Approval.objects.filter(
        until(known_at), subject=ApprovalSubject.DELIVERY, production=key
    ).order_by("id")
    uses = {each.use: each.approved for each in approved}
    return {
        row.pk: production_facts(row, frozenset(use for use, yes in uses.items() if yes))
        for row in rows.Production.objects.filter(pk=key)
    }


def production_facts(row: rows.Production, approved: frozenset[str] = frozenset()) -> f.Production:
    """Return a production as the rules see it."""
    return f.Production(
        id=row.pk,
        code=row.code,
        commercial=row.commercial,
        territories=frozenset(row.territories),
        exploited_from=row.exploited_from,
        exploited_until=row.exploited_until,
        policy=row.policy,
        approved_uses=approved,
    )


def readings(known_at: datetime | None = None) -> dict[str, Facets]:
    """Return how the studio itself reads licences: of each id the newest reading."""
    found = rows.LicenceReading.objects.filter(until(known_at)).order_by("id")
    return {
        row.licence_id: replace(facets_from(row.facets), reviewed_on=row.reviewed_on, source=row.source)
        for row in found
    }


def _waivers(production: int | None, known_at: datetime | None) -> dict[str, f.Waived]:
    if production is None:
        return {}
    decided = rows.WaiverDecision.objects.filter(until(known_at), waiver__finding__production=production)
    latest = {each.waiver_id: each for each in decided.select_related("waiver__finding").order_by("id")}
    found: dict[str, f.Waived] = {}
    for each in latest.values():
        waiver = each.waiver
        if not each.approved or not RULES[waiver.finding.rule].waivable:
            continue
        known = found.get(waiver.fingerprint)
        if known is None or known.expires_on < waiver.expires_on:
            found[waiver.fingerprint] = f.Waived(waiver.fingerprint, waiver.expires_on, production)
    return found


class _Names(Mapping[str, str]):
    """What people call holders, models and versions; holders are looked up when a sentence first needs one."""

    def __init__(
        self,
        holders: Collection[int],
        models: Mapping[int, f.Model],
        versions: Mapping[int, f.Version],
    ) -> None:
        self._holders = holders
        self._known = {f"model:{key}": model.name for key, model in models.items()}
        self._known |= {f"version:{key}": version.name for key, version in versions.items()}
        self._read = False

    def _all(self) -> dict[str, str]:
        if not self._read:
            named = rows.RightsHolder.objects.filter(pk__in=self._holders).values_list("pk", "name")
            self._known |= {f"holder:{key}": name for key, name in named}
            self._read = True
        return self._known

    def __getitem__(self, key: str) -> str:
        return self._known[key] if key in self._known else self._all()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _names(
    grants: Iterable[f.Grant],
    standings: Iterable[f.Standing],
    models: Mapping[int, f.Model],
    versions: Mapping[int, f.Version],
) -> _Names:
    holders = {grant.holder for grant in grants}
    holders |= {holder for standing in standings for holder, _ in standing.holders}
    return _Names(holders, models, versions)
