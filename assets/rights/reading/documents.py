"""The documents of a set: which of its files speak about the others, and what they say.

A README or LICENSE in a folder speaks of that folder and what is below it. Tables name paths beside themselves, from
the top of the set, or by bare file names.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from assets.rights.reading import licence_files, opt_out, reuse, tables
from assets.rights.reading.base import Claim, Reading
from assets.rights.reading.croissant import is_croissant, read_croissant
from assets.rights.reading.hf_card import read_card

_README = re.compile(
    r"(?i)(?:read[-_ ]?me|dataset[-_ ]?card|お読みください|りどみ)[\w.-]*\.(?:md|txt|rst|markdown)|readme"
)
_TABLE_NAME = re.compile(
    r"(?i).*(?:licen[sc]|credit|attribution|author|source|copying|copyright|metadata|manifest|クレジット|素材|権利).*"
    r"\.(?:csv|tsv|txt|md|text)"
)
_TABLE_ENDS = (".csv", ".tsv")


@dataclass(frozen=True)
class Documents:
    """What the documents of a set say.

    Args:
        row_claims: claims of tables and of Croissant about single paths or globs, in the order of the files.
        loose_claims: claims of tables by their paths as written, for files that are not beside the table.
        set_claims: claims of READMEs, LICENSE files and Croissant; ``path`` is a glob of their folder or None.
        annotations: REUSE.toml and dep5.
        reading: signals, problems, restrictions and hashes of all of them.
        paths: the files that are documents and no works.
    """

    row_claims: tuple[Claim, ...] = ()
    loose_claims: tuple[Claim, ...] = ()
    set_claims: tuple[Claim, ...] = ()
    annotations: tuple[reuse.Annotation, ...] = ()
    reading: Reading = field(default_factory=Reading)
    paths: tuple[str, ...] = ()

    def __add__(self, other: Documents) -> Documents:
        """Return both together, in order."""
        return Documents(
            self.row_claims + other.row_claims,
            self.loose_claims + other.loose_claims,
            self.set_claims + other.set_claims,
            self.annotations + other.annotations,
            self.reading + other.reading,
            self.paths + other.paths,
        )


def may_be_document(path: str) -> bool:
    """Say by its name alone whether a file may speak about others and has to be opened for it."""
    name = path.rsplit("/", 1)[-1]
    return (
        name in {"REUSE.toml", "dep5"}
        or name.lower().endswith((*_TABLE_ENDS, ".json", ".jsonld"))
        or any(pattern.fullmatch(name) for pattern in (_README, _TABLE_NAME, licence_files.NAMES))
        or opt_out.is_opt_out_file(name)
    )


def read_document(path: str, data: bytes, *, own: Collection[str] = ()) -> Documents:
    """Read one document of a set; empty, without a path, if it turns out to be none. Never raises."""
    folder, _, name = path.rpartition("/")
    scope = f"{folder}/**" if folder else None
    wishes = opt_out.read_opt_out(path, data) if opt_out.is_opt_out_file(name) else Reading()
    found = _read_one(path, folder, name, data, own)
    if found is None:
        return Documents(reading=wishes, paths=(path,)) if wishes.signals or wishes.problems else Documents()
    claims = tuple(replace(claim, path=claim.path or scope) for claim in found.set_claims)
    problems = tuple(replace(problem, path=path) for problem in found.reading.problems)
    reading = replace(found.reading, problems=problems) + wishes
    return replace(found, set_claims=claims, reading=reading, paths=(path,))


def _read_one(path: str, folder: str, name: str, data: bytes, own: Collection[str]) -> Documents | None:
    if name == "REUSE.toml":
        annotations, problems = reuse.read_reuse_toml(data, folder=folder)
        return Documents(annotations=annotations, reading=Reading(problems=problems))
    if path.endswith(".reuse/dep5") or path == "debian/copyright":
        return Documents(annotations=reuse.read_dep5(data))
    if name.lower().endswith((".json", ".jsonld")):
        return _croissant(data, own) if is_croissant(data) else None
    if name.lower().endswith(_TABLE_ENDS) or _TABLE_NAME.fullmatch(name):
        found = tables.read_table(data, own=own)
        if found.claims:
            claims = tuple(replace(c, path=f"{folder}/{c.path}" if folder else c.path) for c in found.claims)
            loose = found.claims if folder else ()
            return Documents(row_claims=claims, loose_claims=loose, reading=replace(found, claims=()))
    return _prose(folder, name, data, own)


def _prose(folder: str, name: str, data: bytes, own: Collection[str]) -> Documents | None:
    if _README.fullmatch(name):
        card = read_card(data, own=own)
        return Documents(set_claims=card.reading.claims, reading=replace(card.reading, claims=()))
    if licence_files.NAMES.fullmatch(name) and not folder.endswith("LICENSES") and _is_text(data):
        found = licence_files.read_licence_file(data, where=name, own=own)
        return Documents(set_claims=found.claims, reading=replace(found, claims=()))
    return None


def _croissant(data: bytes, own: Collection[str]) -> Documents:
    found = read_croissant(data, own=own).reading
    rows = tuple(claim for claim in found.claims if claim.path is not None)
    whole = tuple(claim for claim in found.claims if claim.path is None)
    return Documents(row_claims=rows, set_claims=whole, reading=replace(found, claims=()))


def _is_text(data: bytes) -> bool:
    return b"\x00" not in data[:8_000] or data[:2] in {b"\xff\xfe", b"\xfe\xff"}
