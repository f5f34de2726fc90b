"""What the rules read: frozen facts, told once, without a database behind them.

The same facts give the same answer on any machine; `input_sha256` names them. Dates are days, ids are the
database's keys, licences are SPDX expressions. Nothing here is looked up later: a rule that needs more says that it
does not know.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any

from assets.rights.facets import Facets

WORLD = "WORLD"
_SHA256_CHARACTERS = 64


@dataclass(frozen=True, slots=True, order=True)
class Signal:
    """What a source said to machines: `kind` as Source.signals, `seen_on` the day of the capture (ISO)."""

    kind: str
    value: str = ""
    forbids: bool = False
    seen_on: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides about a work's rights. Equal standings are judged once, for however many works.

    `concluded` is what a person concluded; `declared` what the art or its record says; `detected` what was read from
    the bytes. `holders` = (holder id, role). `grants` = ids of grants that list the work itself. `conflicts` = codes of
    contradictions between what was said. `production` = the title it was drawn for. `parents` = digests of the
    standings of works that it was made from. `made_by` = id of the model that drew it. Lists are kept sorted: the same
    facts are the same standing, in whatever order they were told.
    """

    concluded: str = ""
    declared: str = ""
    declared_status: str = "missing"
    raw: str = ""
    detected: tuple[str, ...] = ()
    holders: tuple[tuple[int, str], ...] = ()
    grants: tuple[int, ...] = ()
    source: int | None = None
    source_kind: str = ""
    signals_seen: bool = False
    signals: tuple[Signal, ...] = ()
    conflicts: tuple[str, ...] = ()
    generator: str = ""
    source_type: str = ""
    personal_data: bool = False
    retention_known: bool = False
    evidence: bool = False
    intact: bool = True
    near: str = ""
    made_on: str = ""
    production: int | None = None
    parents: tuple[str, ...] = ()
    made_by: int | None = None

    def __post_init__(self) -> None:
        for name in ("detected", "holders", "grants", "signals", "conflicts", "parents"):
            _sort(self, name)

    def as_json(self) -> dict[str, Any]:
        """Return the facts without what is empty, as `Standing.facts` in the database holds them."""
        empty = Standing()
        return {
            f.name: _plain(getattr(self, f.name))
            for f in fields(self)
            if getattr(self, f.name) != getattr(empty, f.name)
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Standing:
        """Return the standing that `as_json` wrote. Names that are not known are an error: facts are not dropped."""
        values = dict(data)
        for name in ("detected", "grants", "conflicts", "parents"):
            if name in values:
                values[name] = tuple(values[name])
        if "holders" in values:
            values["holders"] = tuple((int(holder), str(role)) for holder, role in values["holders"])
        if "signals" in values:
            values["signals"] = tuple(Signal(**signal) for signal in values["signals"])
        return cls(**values)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON."""
        return digest_of(self.as_json())

    @property
    def owners(self) -> tuple[int, ...]:
        """Ids of those who own the copyright."""
        return tuple(holder for holder, role in self.holders if role == "owner")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a rights holder allowed. `revoked_on` is the day from which it allows nothing new."""

    id: int
    holder: int
    subject_kind: str
    dataset: int | None = None
    production: int | None = None
    works_until: date | None = None
    basis: str = "consent"
    scopes: frozenset[str] = frozenset()
    purposes: frozenset[str] = frozenset()
    only_for: frozenset[int] = frozenset()
    commercial: bool = False
    territories: frozenset[str] = frozenset({WORLD})
    excluded: frozenset[str] = frozenset()
    valid_from: date | None = None
    valid_until: date | None = None
    signed_on: date | None = None
    revocable: bool = True
    revoked_on: date | None = None
    on_revoke: str = "stop_generation"
    sublicensable: bool = False
    moral_covenant: bool = False
    adaptation: bool = False
    compensation: str = "none"
    due_on: date | None = None
    paid: bool = True
    evidence: bool = False
    changed_at: str = ""

    @property
    def is_exception(self) -> bool:
        """Whether it rests on a statutory exception and on nobody's permission."""
        return self.basis.startswith("exception:")

    @property
    def needs_no_signature(self) -> bool:
        """Whether nobody signs it: a law allows it, or it is nobody's or our own."""
        return self.is_exception or self.basis in {"public_domain", "owned"}


@dataclass(frozen=True, slots=True, order=True)
class Group:
    """So many works of a version stand alike and play the same part."""

    standing: str
    split: str
    count: int


@dataclass(frozen=True, slots=True)
class Version:
    """A dataset version. `approved_root` is the Merkle root that somebody approved, empty when nobody did.

    `rights_changed` = a right of a work changed after the approval; `self_approved` = the one who asked approved it.
    `eval_leak` = count of works that the same lineage has in training and in evaluation. A version without
    groups is one of which no work is known, not one without faults: nothing may be learned from it.
    """

    id: int
    dataset: int
    name: str
    number: int = 1
    production: int | None = None
    state: str = "frozen"
    root: str = ""
    approved_root: str = ""
    self_approved: bool = False
    rights_changed: bool = False
    confidentiality: str = "amber"
    retained_until: date | None = None
    bytes_kept: bool = True
    eval_leak: int = 0
    groups: tuple[Group, ...] = ()

    def __post_init__(self) -> None:
        _sort(self, "groups")


@dataclass(frozen=True, slots=True)
class Model:
    """A model. `parents` = (model id, how); `inputs` = (dataset version id, part); `trained_on` = the day."""

    id: int
    name: str
    family: str = "other"
    origin: str = "studio"
    weights_sha256: str = ""
    disclosure: str = "full"
    licence: str = ""
    terms_forbid_training: bool = False
    restrictions_kept: bool = False
    recipe: str = ""
    code_commit: str = ""
    style_of: str = ""
    trained_on: date | None = None
    parents: tuple[tuple[int, str], ...] = ()
    inputs: tuple[tuple[int, str], ...] = ()
    blocked: str = ""

    def __post_init__(self) -> None:
        _sort(self, "parents")
        _sort(self, "inputs")


@dataclass(frozen=True, slots=True)
class Production:
    """A production as the rules see it. `approved_uses` = what the distributor has approved in writing.

    `unmarked_outputs` = drawings by a model without a mark of it; `uncredited` = ids of holders to be credited who have
    no credit line. `uses` = (model id, action) of what models do here; empty: every model of the facts that no other
    one comes from, each as its kind works.
    """

    id: int
    code: str
    commercial: bool = True
    territories: frozenset[str] = frozenset({WORLD})
    exploited_from: date | None = None
    exploited_until: date | None = None
    policy: str = "strict-optin"
    approved_uses: frozenset[str] = frozenset()
    unmarked_outputs: int = 0
    uncredited: frozenset[int] = frozenset()
    uses: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that may stand: until a day, in a production, approved by a second person."""

    fingerprint: str
    expires_on: date
    production: int


@dataclass(frozen=True)
class Facts:
    """Everything that a question may need. `licences` = the studio's own readings, above Sakkan's table."""

    standings: Mapping[str, Standing] = field(default_factory=dict)
    grants: Mapping[int, Grant] = field(default_factory=dict)
    versions: Mapping[int, Version] = field(default_factory=dict)
    models: Mapping[int, Model] = field(default_factory=dict)
    productions: Mapping[int, Production] = field(default_factory=dict)
    licences: Mapping[str, Facets] = field(default_factory=dict)
    waivers: Mapping[str, Waived] = field(default_factory=dict)
    log_holds: bool = True
    names: Mapping[str, str] = field(default_factory=dict)

    def name(self, kind: str, key: int | str) -> str:
        """Return what people call it; names are for sentences and decide nothing."""
        return self.names.get(f"{kind}:{key}", f"{kind} {key}")

    @cached_property
    def input_sha256(self) -> str:
        """Name these facts: equal facts, equal name, in whatever order they were read.

        A standing that is kept under its digest is named by it; its content is not read again.
        """
        told = {
            f.name: _plain(getattr(self, f.name))
            for f in fields(self)
            if f.name not in {"names", "standings"}
        }
        told["standings"] = {
            key: "" if len(key) == _SHA256_CHARACTERS else standing.digest
            for key, standing in self.standings.items()
        }
        return digest_of(told)


@dataclass(frozen=True, slots=True)
class Question:
    """May this be done?

    `action` = train, finetune, generate, cleanup, check, embed, evaluate, redistribute_data, redistribute_weights or
    pack. `on` is the day it would happen, `until` the end of its use (None: without end).
    `influence` says whether it draws pixels or only judges. `outside` = a company that is not ours would do it,
    `shared` = on a machine that others use. Empty `territories` and None `commercial` mean: as the production.
    """

    action: str
    on: date
    production: int | None = None
    model: int | None = None
    version: int | None = None
    until: date | None = None
    endless: bool = False
    territories: frozenset[str] = frozenset()
    commercial: bool | None = None
    family: str = ""
    style_of: str = ""
    influence: str = "pixel"
    outside: bool = False
    shared: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the question as it is kept with the answer."""
        return {name: _plain(value) for name, value in asdict(self).items()}


def digest_of(data: Any) -> str:
    """Return the SHA-256 of `data` as JSON with sorted names and no blanks."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _sort(thing: Any, name: str) -> None:
    """Sort a list of a frozen record, while it is made."""
    value = getattr(thing, name)
    if len(value) > 1:
        object.__setattr__(thing, name, tuple(sorted(value)))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return _plain_record(value)


def _plain_record(value: Any) -> Any:
    if isinstance(value, Group):  # by far the most; the general way below is too slow for thousands
        return [value.standing, value.split, value.count]
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value
