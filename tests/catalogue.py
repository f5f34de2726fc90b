"""The Japanese catalogue: `make messages` collects every marked string and compiles what is translated.

Django's own reader of templates turns each template into calls of gettext; Babel reads those and the Python code.
So nothing but Python is needed, and what the tests compare is what the pages ask for.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import io
import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "studio.config.settings_test")
from studio.core.errors import WORDS_OF_ERRORS

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "locale/ja/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
PACKAGES = ("studio", "assets", "qa", "ml")
HEADER = "# Sakkan in Japanese. The rules and the glossary stand in docs/translation.md."
PLURAL, CONTEXT, CONTEXT_PLURAL = (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    "_": None,
    "_n": None,
    "phrase": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": CONTEXT,
    "pgettext_lazy": CONTEXT,
    "npgettext": CONTEXT_PLURAL,
    "npgettext_lazy": CONTEXT_PLURAL,
}

TABLES = {"assets/intake/problems.py": "TEMPLATES", "assets/timing_words.py": "TEMPLATES"}
SAYING = {
    "StudioError", "NotAllowed", "NotFound", "InvalidInput", "InvalidTransition", "DuplicateContent", "BadUpload",
    "StaleInput", "LicenceRefused", "ComputeFailed", "refused", "converted", "notice", "BadTimesheet",
}  # fmt: skip
WANTED_SECOND = {
    "_locked",
    "_locked_model",
    "_locked_submitted",
    "_transition",
    "locked_derived",
    "locked_draft",
    "refuse_unless_draft",
}
WRITTEN = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
REASONS_LAST = {"_bad", "_broken", "_broken_line", "_damaged"}
# Below Django: an error's own words become the `reason` of one of the studio's errors.
SPEAKING_FOLDERS = (
    "assets/intake/",
    "ml/consistency/",
    "ml/embedders/",
    "ml/archive",
    "ml/durable",
    "ml/index",
    "ml/device",
    "ml/pixels",
    "ml/runtime",
)


def sources() -> Iterator[tuple[str, str]]:
    """Yield each file that may hold marked strings, by its name from the root, as Python-like text."""
    for path in sorted((ROOT / "templates").rglob("*.*")):
        # In brackets, so that the indentation of the template means nothing to the reader of Python.
        yield str(path.relative_to(ROOT)), f"({templatize(path.read_text(encoding='utf-8'))})"
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def extract() -> Catalog:
    """Return every marked string of the project, with the files that use it."""
    catalog = Catalog(locale="ja", project="Sakkan", charset="utf-8")
    for name, text in sources():
        stream = io.BytesIO(text.encode())
        for _line, function, said, comments in extract_python(
            stream, list(KEYWORDS), ["Translators:"], {"encoding": "utf-8"}
        ):
            _add(catalog, name, function, said, comments)
        if name.endswith(".py"):
            for words in _unmarked(name, text):
                catalog.add(words, locations=[(name, None)])
    return catalog


def _unmarked(name: str, text: str) -> Iterator[str]:
    """Yield what is translated although no call of gettext stands around it.

    The intake and the engine know nothing of Django, and an error's `what`, `wanted`, `reason` and `field` are
    plain words that `StudioError.message` looks up.
    """
    table = TABLES.get(name)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.AnnAssign) and table and getattr(node.target, "id", "") == table:
            yield from _texts(node.value)
        if isinstance(node, ast.Call):
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            for keyword in node.keywords:
                if called in SAYING and keyword.arg in WORDS_OF_ERRORS:
                    yield from _texts(keyword.value)
            if called in WANTED_SECOND and len(node.args) > 1:
                yield from _texts(node.args[1])
            if called in REASONS_LAST and node.args:
                yield from _texts(node.args[-1])
            if called == "NamingRule" and len(node.args) > 1:
                yield from _texts(node.args[1])
        is_said = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"msg", "reason"}
        if is_said and name.startswith(SPEAKING_FOLDERS):
            yield from _texts(node.value)


def _texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from _texts(value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def _add(catalog: Catalog, name: str, function: str, said: object, comments: list[str]) -> None:
    words = list(said) if isinstance(said, tuple) else [said]
    context = words.pop(0) if "pgettext" in function else None
    wanted = words[:2] if KEYWORDS[function] in {PLURAL, CONTEXT_PLURAL} else words[0]
    if wanted and (isinstance(wanted, str) or all(wanted)):
        catalog.add(
            wanted if isinstance(wanted, str) else tuple(wanted),
            locations=[(name, None)],
            auto_comments=comments,
            context=context,
        )


def load() -> Catalog:
    """Return the catalogue as it is kept."""
    with PO.open("rb") as stream:
        return read_po(stream, locale="ja", domain="django")


def key(message: Message) -> tuple[str, str]:
    """Return what tells two entries apart: the context and the (singular) English."""
    return (message.context or "", message.id if isinstance(message.id, str) else message.id[0])


def update() -> Catalog:
    """Bring the kept catalogue to the present code: new strings come empty, those that are gone go."""
    fresh = extract()
    kept = {key(each): each for each in load() if each.id} if PO.exists() else {}
    for message in fresh:
        old = kept.get(key(message))
        if message.id and old is not None:
            string = old.string
            first = string if isinstance(string, str) else (string or ("",))[0]
            message.string = (first,) if message.pluralizable else first
            message.user_comments = old.user_comments
    _write(fresh)
    return fresh


def _write(catalog: Catalog) -> None:
    catalog.header_comment = HEADER
    catalog.fuzzy = False
    PO.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, omit_header=True, include_lineno=False, sort_output=True)
    head = (
        f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: ja\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    PO.write_bytes(head.encode() + buffer.getvalue())


def compiled(catalog: Catalog) -> bytes:
    """Return the catalogue as gettext's binary file."""
    buffer = io.BytesIO()
    catalog.creation_date = catalog.revision_date = WRITTEN  # the same text gives the same file on every day
    write_mo(buffer, catalog)
    return buffer.getvalue()


def open_entries(catalog: Catalog) -> list[Message]:
    """Return the entries that have no translation yet, or one that waits for a look."""
    return [each for each in catalog if each.id and (each.fuzzy or not _is_said(each))]


def _is_said(message: Message) -> bool:
    said = message.string
    return bool(said) if isinstance(said, str) else bool(said) and all(said)


def main() -> None:
    """Collect, write the catalogue, compile it, and say what is left to translate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--compile", action="store_true", help="compile only; do not look into the code")
    chosen = parser.parse_args()
    catalog = load() if chosen.compile else update()
    MO.write_bytes(compiled(load()))
    left = open_entries(catalog)
    for each in left:
        print(f"to translate: {key(each)[1]!r}")
    print(f"{len(catalog)} entries, {len(left)} to translate, in {PO.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
