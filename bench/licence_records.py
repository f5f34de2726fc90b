"""Real licence records against their index: no wrong allow, few wrong denies, nothing unknown kept quiet.

`python -m bench.licence_records`, `RECORDS=FOLDER` for another folder of the form of ../shared/data/dev/licences.
Asked of every record: may we train on it and use the result in a commercial production, without any grant? What is
compared with comes from outside our code: the index's classes for Hugging Face cards, plain words of the own column for
per-file tables, MANIFEST.json for Croissant, the list in spdx/ for ids, the classes of the Data Provenance Initiative
for its summaries. The last line is JSON.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from assets.rights.answers import Answer
from assets.rights.expressions import options, read
from assets.rights.facets import classes
from assets.rights.reading.croissant import read_croissant
from assets.rights.reading.hf_card import read_card
from assets.rights.reading.tables import rows
from assets.rights.records import RecordAnswer, judge_record, judge_rows

ROOT = Path(__file__).resolve().parent.parent
FREE = {"attribution", "public_domain"}
NOT_DENIED = FREE | {"share_alike"}
SILENT = {"unknown", "missing", "custom_or_other"}


@dataclass
class Tally:
    """What one kind of record came to. ``wrong_deny`` counts among those that the index says may be used or asked."""

    records: int = 0
    wrong_allow: list[str] = field(default_factory=list)
    wrong_deny: list[str] = field(default_factory=list)
    deniable: int = 0
    silent: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    answers: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, name: str, answer: RecordAnswer, expected: Iterable[str]) -> None:
        """Compare one answer with the classes it should have."""
        expected = set(expected)
        self.records += 1
        self.answers.setdefault(" + ".join(sorted(expected)), Counter())[answer.answer] += 1
        if answer.answer is Answer.ALLOW and not expected <= FREE:
            self.wrong_allow.append(name)
        if expected <= NOT_DENIED:
            self.deniable += 1
            if answer.answer is Answer.DENY:
                self.wrong_deny.append(name)
        reported = answer.unknown or answer.missing or (expected <= {"custom_or_other"} and answer.reasons)
        if expected & SILENT and not reported:
            self.silent.append(name)

    @property
    def wrong_deny_share(self) -> float:
        """Share of wrongly denied records among those that were not to be denied."""
        return len(self.wrong_deny) / self.deniable if self.deniable else 0.0

    def show(self, title: str) -> None:
        """Print the table."""
        print(f"\n{title}: {self.records} records")
        print(f"  {'class of the index':58} {'allow':>6} {'ask':>6} {'deny':>6}")
        for name, counts in sorted(self.answers.items()):
            print(f"  {name:58} " + " ".join(f"{counts[a]:6d}" for a in Answer))
        print(f"  wrong allow: {len(self.wrong_allow)} {self.wrong_allow[:10] or ''}")
        share = f"{len(self.wrong_deny)} of {self.deniable} ({self.wrong_deny_share:.1%})"
        print(f"  wrong deny: {share} {self.wrong_deny[:10] or ''}")
        print(f"  unknown or missing, and not reported: {len(self.silent)} {self.silent[:10] or ''}")


def main() -> int:
    """Run every kind of record that the folder has."""
    folder = Path(os.environ.get("RECORDS") or ROOT / "../shared/data/dev/licences").resolve()
    if not folder.is_dir():
        print(f"No such folder: {folder}. Set RECORDS=FOLDER.")
        return 2
    started = time.perf_counter()
    print(f"Records of {folder}")
    cards, tables = _cards(folder), _tables(folder)
    croissants, spdx = _croissants(folder), _spdx(folder)
    summaries = _summaries(folder)
    seconds = time.perf_counter() - started
    kinds = [cards, tables, croissants, summaries]
    if not any(kind.records for kind in kinds):
        print(
            "There is no record here, so nothing was asked. Choose a folder of the form of shared/data/dev/licences."
        )
        return 2
    deniable = sum(kind.deniable for kind in (cards, tables))
    figures = {
        "bench": "licence_records",
        "records": sum(kind.records for kind in kinds),
        "wrong_allow": sum(len(kind.wrong_allow) for kind in kinds),
        "wrong_deny": round(sum(len(k.wrong_deny) for k in (cards, tables)) / deniable, 4)
        if deniable
        else 0.0,
        "not_reported": sum(len(kind.silent) for kind in kinds),
        "read_otherwise": sum(len(kind.other) for kind in kinds),
        "spdx_ids_not_known": spdx,
        "seconds": round(seconds, 2),
    }
    print()
    print(json.dumps(figures))
    return 0


def _cards(folder: Path) -> Tally:
    """Cards against the index's tags, SPDX ids and classes; and those allowed though the index saw NC words."""
    tally, doubtful = Tally(), []
    for entry in _index(folder):
        path = folder / "hf_cards" / f"{entry['card']}.md"
        if not path.is_file():
            continue
        data = path.read_bytes()
        answer = judge_record("hf_card", data)
        tally.add(entry["card"], answer, entry["classes"])
        ids = [None if read(tag).status != "known" else read(tag).spdx for tag in read_card(data).tags]
        if ids != entry.get("spdx", ids) or list(answer.classes) != entry["classes"]:
            tally.other.append(f"{entry['card']}: {ids} {answer.classes}")
        if entry.get("section_mentions_nc") and answer.answer is Answer.ALLOW:
            doubtful.append(entry["card"])
    tally.show("Hugging Face cards")
    print(f"  read otherwise than the index (ids or classes): {len(tally.other)} {tally.other[:10] or ''}")
    print(f"  allowed though the index saw words of non-commercial use (look at them): {doubtful or 'none'}")
    return tally


def _index(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the entries of every index of cards in the folder, whatever the file is called."""
    for path in sorted(folder.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        listed = (
            data if isinstance(data, list) else data.get("hf_cards", []) if isinstance(data, dict) else []
        )
        yield from (e for e in listed if isinstance(e, dict) and "card" in e and "classes" in e)


def _plain_classes(cell: str) -> set[str]:
    """Read the column of a table by plain words, apart from our reader: any named licence counts."""
    text = cell.lower().replace("_", "-")
    found = set()
    if re.search(r"\bnc\b|non-?commercial", text):
        found.add("non_commercial")
    if re.search(r"\bnd\b|no-?deriv", text):
        found.add("no_derivatives")
    if re.search(r"gpl|\bsa\b|share-?alike|ofl|gfdl|mpl|art libre|free art", text):
        found.add("share_alike")
    if re.search(r"cc-? ?0|public domain|unlicense|wtfpl", text):
        found.add("public_domain")
    if re.search(r"\bmit\b|apache|bsd-|isc|zlib|oga-by|(cc)?-? ?by(?!-? ?(nc|nd|sa))[- ]?\d", text):
        found.add("attribution")
    return found or ({"custom_or_other"} if text.strip() else {"missing"})


def _tables(folder: Path) -> Tally:
    """Per-file tables against their own column. An "or" is a choice: the mildest named class is what is asked for."""
    tally = Tally()
    for path in sorted(p for p in (folder / "per_file").glob("*") if p.is_file()):
        data = path.read_bytes()
        for row, (name, answer) in zip(rows(data), judge_rows("table", data), strict=True):
            expected = _plain_classes(row.licence)
            if re.search(r"\bor\b|\|", row.licence.lower()) and expected & FREE:
                expected &= FREE
            tally.add(f"{path.name}: {name}", answer, expected)
            # CC-BY-NC-SA has two of these words and one class, the stricter.
            if not set(answer.classes) >= expected - (
                {"share_alike"} if "non_commercial" in expected else set()
            ):
                tally.other.append(f"{row.licence!r} {answer.classes}")
    tally.show("Rows of per-file tables")
    print(f"  read otherwise than the column's words: {len(tally.other)} {tally.other[:10] or ''}")
    return tally


def _croissants(folder: Path) -> Tally:
    """Croissant files against MANIFEST's licence_field, where there is a manifest."""
    tally, fields = Tally(), _manifest(folder)
    for path in sorted((folder / "croissant").glob("*.json")):
        data = path.read_bytes()
        description = read_croissant(data)
        expected = _plain_field(fields.get(path.name, description.licence_field))
        tally.add(path.name, judge_record("croissant", data), expected)
        if path.name in fields and fields[path.name] != description.licence_field:
            tally.other.append(f"{path.name}: {fields[path.name]!r} {description.licence_field!r}")
    tally.show("Croissant")
    print(f"  licence field read otherwise than the manifest: {len(tally.other)} {tally.other[:10] or ''}")
    return tally


def _plain_field(value: str | None) -> set[str]:
    if not value or value.lower() == "none":
        return {"missing"}
    found = _plain_classes(re.sub(r"/(?=\d)", "-", value.rstrip("/").split("licenses/")[-1]))
    extra = {"attribution"} if re.search(r"odc-by|afl|cdla-permissive", value.lower()) else set()
    return (found - {"custom_or_other"}) | extra or found


def _manifest(folder: Path) -> dict[str, str | None]:
    for path in (folder / "MANIFEST.json", folder.parent / "MANIFEST.json"):
        if path.is_file():
            files = json.loads(path.read_text(encoding="utf-8")).get("files", [])
            return {
                Path(f["file"]).name: f["role"].get("licence_field")
                for f in files
                if (f.get("role") or {}).get("kind") == "croissant"
            }
    return {}


def _spdx(folder: Path) -> int:
    """Count the ids of SPDX's list that are not read as themselves."""
    path = folder / "spdx" / "licenses.json"
    if not path.is_file():
        return 0
    data = json.loads(path.read_text(encoding="utf-8"))
    listed = data.get("licenses", data) if isinstance(data, dict) else data
    ids = [e.get("licenseId") or e.get("id") for e in listed if isinstance(e, dict) and not _is_exception(e)]
    unknown = [i for i in ids if i and read(i).status != "known"]
    print(f"\nSPDX list: {len(ids)} licence ids, not known: {len(unknown)} {unknown[:20] or ''}")
    return len(unknown)


def _is_exception(entry: dict[str, Any]) -> bool:
    name = str(entry.get("licenseId") or entry.get("id") or "")
    return bool(entry.get("exception") or entry.get("isException") or name.lower().endswith("-exception"))


def _summaries(folder: Path) -> Tally:
    """Count what the Data Provenance Initiative's readers call non-commercial or academic, and we allow."""
    tally = Tally()
    path = folder / "dpi" / "license_classes.json"
    table = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for summary in sorted((folder / "dpi").glob("*/*.json")):
        for name, answer in judge_rows("dpi", summary.read_bytes()):
            named = {row["License"] for row in json.loads(summary.read_text())[name].get("Licenses", [])}
            tally.add(
                f"{summary.stem}: {name}", answer, {_theirs(one, table) for one in named} or {"missing"}
            )
    tally.show("Summaries of the Data Provenance Initiative")
    return tally


def _theirs(name: str, table: dict[str, list[str]]) -> str:
    """Return the class that their table gives; "All" says only that a commercial use is not excluded."""
    use, _, share = table.get(name, ["?", "?", "?"])
    if name in {"", "Unspecified", "No License", "Unclear"}:
        return "missing"
    if use in {"NC", "Acad"}:
        return "non_commercial"
    if use != "All" or not options(read(name).spdx):
        return "custom_or_other"
    return "share_alike" if share == "1" and "share_alike" in classes(name) else "attribution"


if __name__ == "__main__":
    sys.exit(main())
