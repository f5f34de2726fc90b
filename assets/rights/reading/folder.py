"""A whole set: for every file what is claimed about it, in the order in which to believe it, and what contradicts.

Order: what the file has embedded, its SPDX tags, its ``.license`` sidecar, REUSE.toml and dep5, rows of tables, and
last what is said about its folder and the whole set, the closest first. ``declared`` is what the record (all but the
file's own bytes) says first, or the file itself where the record is silent; ``detected`` is what was found in bytes and
texts. Nothing is concluded here: unknown stays unknown, the words of a README declare nothing, and a LICENSE file is no
evidence about the art.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO

from assets.rights.expressions import LicenceText
from assets.rights.facets import classes
from assets.rights.reading import reuse
from assets.rights.reading.base import Claim, Marks, Problem, Reading, Signal, joined, sha256_hex
from assets.rights.reading.documents import Documents, may_be_document, read_document
from assets.rights.reading.embedded import read_embedded
from assets.rights.reading.globs import matches

Opener = Callable[[], IO[bytes]]
MAX_FILE_BYTES = 512 * 1024 * 1024
MAX_CONFLICTS_PER_FILE = 20
_NOTHING = LicenceText(raw="")
_TAGGED = (
    ".svg",
    ".txt",
    ".xml",
    ".json",
    ".toml",
    ".md",
    ".html",
    ".css",
    ".js",
    ".py",
    ".lua",
    ".yml",
    ".yaml",
    ".csv",
)
# Words that a licence of this class says itself.
_WORDS_OF = {
    "non_commercial": "non_commercial",
    "research_only": "non_commercial",
    "no_derivatives": "no_derivatives",
}


@dataclass(frozen=True)
class Conflict:
    """Two statements that cannot both be the whole truth.

    ``code`` is licences_differ (classes differ), text_differs (the text of a document names another class than its
    header or the set), licence_file_differs (LICENSE and README), words_restrict, or sha256_differs. ``first`` is the
    claim to believe first; ``second`` the other one, or for words and hashes what was found in ``data``.
    """

    code: str
    path: str | None
    first: Claim | None = None
    second: Claim | None = None
    data: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class FileReading:
    """What is said about one file. ``claims`` are in the order in which to believe them, those of the set included."""

    path: str
    sha256: str
    size_bytes: int
    claims: tuple[Claim, ...] = ()
    declared: LicenceText = _NOTHING
    detected: tuple[LicenceText, ...] = ()
    holders: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    signals: tuple[Signal, ...] = ()
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True)
class SetReading:
    """What a set says about itself.

    Args:
        files: by path; documents that only speak about others are not in it.
        set_claims: claims of documents about folders and the whole set, evidence about the art or not.
        conflicts: contradictions between documents; those about single files stand with the files.
        signals: wishes that hold for the whole set.
        restrictions: codes of restricting words in documents.
        problems: what could not be read.
        documents: files that speak about others.
        licence_texts: ids whose texts the set brings along (LICENSES/).
    """

    files: Mapping[str, FileReading]
    set_claims: tuple[Claim, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    signals: tuple[Signal, ...] = ()
    restrictions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    documents: tuple[str, ...] = ()
    licence_texts: tuple[str, ...] = ()


def read_set(files: Mapping[str, Opener], *, own: Collection[str] = ()) -> SetReading:
    """Read every file of a set once.

    Args:
        files: path inside the set, with "/", and what opens its original bytes.
        own: LicenseRef-… names that the studio knows.

    A file that cannot be opened is a problem and not in ``files``; nothing else raises.
    """
    documents, problems = _documents(files, own)
    said = _Said(documents)
    found: dict[str, FileReading] = {}
    for path in sorted(files):
        if path in said.documents or _is_text_of_a_licence(path) or _is_sidecar(path, files):
            continue
        data = _bytes(path, files[path], problems)
        if data is not None:
            found[path] = _file(path, data, said, files, own, problems)
    return SetReading(
        files=found,
        set_claims=documents.set_claims,
        conflicts=tuple(_between_documents(documents)),
        signals=documents.reading.signals,
        restrictions=documents.reading.restrictions,
        problems=documents.reading.problems + tuple(problems),
        documents=documents.paths,
        licence_texts=reuse.licence_texts(list(files)),
    )


class _Said:
    """What documents say, by path: exact names in a dictionary, globs in a list, bare names for last."""

    def __init__(self, documents: Documents) -> None:
        self.documents = frozenset(documents.paths)
        self.annotations = documents.annotations
        self.hashes = dict(documents.reading.sha256_of)
        self._whole = sorted(documents.set_claims, key=lambda claim: -len(claim.path or ""))
        self._exact: dict[str, list[Claim]] = {}
        self._loose: dict[str, list[Claim]] = {}
        self._globs: list[Claim] = []
        for claim in documents.row_claims:
            path = claim.path or ""
            if any(sign in path for sign in "*?"):
                self._globs.append(claim)
            else:
                self._exact.setdefault(path, []).append(claim)
        for claim in (*documents.row_claims, *documents.loose_claims):
            self._loose.setdefault(claim.path or "", []).append(claim)

    def rows(self, path: str) -> list[Claim]:
        """Return what rows say about a path: beside their table and by globs, else as written, else by bare name."""
        exact = self._exact.get(path, [])
        globs = [claim for claim in self._globs if matches(claim.path or "", path)]
        return [*exact, *globs] or self._loose.get(path) or self._loose.get(path.rsplit("/", 1)[-1], [])

    def whole(self, path: str) -> list[Claim]:
        """Return what is said about the folders of a path and about the set, the closest first, declarations first."""
        about = [claim for claim in self._whole if claim.path is None or matches(claim.path, path)]
        return sorted(about, key=lambda claim: (not claim.about_art, claim.kind != "declared"))


def _documents(files: Mapping[str, Opener], own: Collection[str]) -> tuple[Documents, list[Problem]]:
    problems: list[Problem] = []
    total = Documents()
    for path in sorted(files):
        if may_be_document(path) and not _is_text_of_a_licence(path) and not _is_sidecar(path, files):
            data = _bytes(path, files[path], problems)
            if data is not None:
                total += read_document(path, data, own=own)
    return total, problems


def _is_text_of_a_licence(path: str) -> bool:
    return path.startswith("LICENSES/") or "/LICENSES/" in path


def _is_sidecar(path: str, files: Mapping[str, Opener]) -> bool:
    return path.endswith(".license") and path.removesuffix(".license") in files


def _bytes(path: str, opener: Opener, problems: list[Problem]) -> bytes | None:
    try:
        with opener() as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        problems.append(Problem(path, "file_unreadable", {"why": type(error).__name__}))
        return None
    if len(data) > MAX_FILE_BYTES:
        problems.append(Problem(path, "file_too_large"))
        return None
    return data


def _file(
    path: str,
    data: bytes,
    said: _Said,
    files: Mapping[str, Opener],
    own: Collection[str],
    problems: list[Problem],
) -> FileReading:
    embedded = read_embedded(data, own=own).at(path)
    problems += embedded.problems
    claims = _in_order(path, embedded, _own_tags(path, data, files, own, problems), said, own)
    about_art = [claim for claim in claims if claim.about_art]
    speaking = [claim for claim in about_art if claim.licence.status != "missing"]
    record = [claim for claim in speaking if claim.kind == "declared"]
    first = next(iter(record or [claim for claim in speaking if claim.path == path]), None)
    digest = sha256_hex(data)
    conflicts = list(_conflicts(path, first, speaking))[:MAX_CONFLICTS_PER_FILE]
    expected = said.hashes.get(path)
    if expected and expected != digest:
        conflicts.append(Conflict("sha256_differs", path, data={"expected": expected, "actual": digest}))
    return FileReading(
        path=path,
        sha256=digest,
        size_bytes=len(data),
        claims=tuple(claims),
        declared=first.licence if first else _NOTHING,
        detected=tuple(dict.fromkeys(c.licence for c in speaking if c.kind == "detected")),
        holders=next((claim.holders for claim in about_art if claim.holders), ()),
        conflicts=tuple(conflicts),
        signals=embedded.signals,
        marks=embedded.marks,
    )


def _own_tags(
    path: str, data: bytes, files: Mapping[str, Opener], own: Collection[str], problems: list[Problem]
) -> Reading:
    """Read the SPDX tags of a text file and its sidecar."""
    inside = reuse.read_tags(data, own=own) if path.lower().endswith(_TAGGED) else Reading()
    beside = files.get(f"{path}.license")
    sidecar = _bytes(f"{path}.license", beside, problems) if beside else None
    more = reuse.read_tags(sidecar, where=".license", own=own) if sidecar is not None else Reading()
    return joined([inside, more]).at(path)


def _in_order(path: str, embedded: Reading, tags: Reading, said: _Said, own: Collection[str]) -> list[Claim]:
    annotations = reuse.applicable(path, said.annotations)
    tables_of_reuse = [one.claim(path, own) for one in annotations]
    overriding = any(one.precedence == "override" for one in annotations)
    # REUSE: "closest" tables fill gaps only; "override" silences tags, never the picture's own bytes.
    tagged = [] if overriding else list(tags.claims)
    if any(claim.licence.status != "missing" for claim in tagged):
        kept = [one.precedence == "aggregate" for one in annotations]
        tables_of_reuse = [claim for claim, keep in zip(tables_of_reuse, kept, strict=True) if keep]
    return [*embedded.claims, *tagged, *tables_of_reuse, *said.rows(path), *said.whole(path)]


def _conflicts(path: str, first: Claim | None, claims: Iterable[Claim]) -> Iterable[Conflict]:
    """Yield every claim about this file or its set that is of another class than the first; prose of documents not."""
    if first is None:
        return
    for other in claims:
        in_prose = other.kind == "detected" and other.path != path
        if other is not first and not in_prose and classes(other.licence) != classes(first.licence):
            yield Conflict("licences_differ", path, first, other)


def _between_documents(documents: Documents) -> Iterable[Conflict]:
    """Yield contradictions between what documents say about the same folder: header, text, LICENSE file, words."""
    by_scope: dict[str, list[Claim]] = {}
    for claim in documents.set_claims:
        if claim.licence.status != "missing":
            by_scope.setdefault(claim.path or "", []).append(claim)
    for said in by_scope.values():
        first = min(said, key=lambda claim: (not claim.about_art, claim.kind != "declared"))
        for other in said:
            # A custom text in a LICENSE file is unknown, which contradicts nobody.
            readable = other.about_art or other.licence.is_known
            if other is not first and readable and classes(other.licence) != classes(first.licence):
                yield Conflict(_code(first, other), other.path, first, other)
    first_of_all = next(iter(by_scope.get("", [])), None)
    named = {
        name
        for said in by_scope.values()
        for claim in said
        if claim.about_art
        for name in classes(claim.licence)
    }
    for code in documents.reading.restrictions:
        if _WORDS_OF.get(code) not in named or first_of_all is None:
            yield Conflict("words_restrict", None, first_of_all, None, {"words": code})


def _code(first: Claim, other: Claim) -> str:
    if not (first.about_art and other.about_art):
        return "licence_file_differs"
    return "licences_differ" if first.kind == other.kind == "declared" else "text_differs"
