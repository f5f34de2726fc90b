"""Tables that name files with their licences, in the forms in which artists write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.rights.reading.globs import _compiled, _tokens, _walk, matches
from assets.rights.reading.tables import pattern_of, read_table, rows

ALIGNED = """Licenses
========

GPLv2+ means version 2 or later.

Files                          Licenses          Authors and details
------------------------------ ----------------- -----------------------------
data/*.lua (including subfolders) GPLv2+         Bertram
data/hero.png                  CC by SA 3,0      Ann (OGA) - https://opengameart.org/x
data/tiles.png                                   nobody said
data/much/longer/than/the/column/allows.png    CC0    Kat
data/two_lines.png             CC-BY-3.0         Redshrike,
                               or GPLv3          adapted by Bertram
"""


def test_aligned_columns_are_cut_where_the_dashes_say() -> None:
    found = {row.path: (row.licence, row.author, row.url) for row in rows(ALIGNED)}
    assert found["data/hero.png"] == ("CC by SA 3,0", "Ann (OGA)", "https://opengameart.org/x")
    assert found["data/two_lines.png"] == ("CC-BY-3.0 or GPLv3", "Redshrike, adapted by Bertram", "")
    assert found["data/much/longer/than/the/column/allows.png"] == ("CC0", "Kat", "")
    assert len(found) == 5


def test_a_row_without_licence_is_kept_and_says_so() -> None:
    claims = {claim.path: claim for claim in read_table(ALIGNED).claims}
    assert claims["data/tiles.png"].licence.status == "missing"
    assert claims["data/tiles.png"].note == "table_row_without_licence"
    assert claims["data/**/*.lua"].licence.spdx == "GPL-2.0-or-later"
    assert claims["data/hero.png"].holders == ("Ann (OGA)",)


@pytest.mark.parametrize(
    "text",
    [
        "file,license,author\na.png,CC0,Ann\n",
        "Filename;Licence;Artist\r\na.png;CC0;Ann\r\n",
        "path\tSPDX\tcreator\na.png\tCC0\tAnn\n",
        "ファイル名,ライセンス,作者\na.png,CC0,Ann\n",
        'Asset,"Author","License (SPDX)"\n"a.png","Ann","CC0"\n',
        "Title of the pack\n\nfile,licence,author\na.png,CC0,Ann\n",
        "| File | License | Author |\n| --- | :-: | --- |\n| `a.png` | [CC0](https://x.example) | Ann |\n",
        "File: a.png\nAuthor: Ann\nLicense: CC0\n",
        "- File: a.png\n- License: CC0\n- Artist: Ann\n",
    ],
)
def test_every_form_gives_the_same_row(text: str) -> None:
    for data in (text, text.encode("utf-8-sig"), text.encode("cp932")):
        (claim,) = read_table(data).claims
        assert (claim.path, claim.licence.spdx, claim.attribution) == ("a.png", "CC0-1.0", "Ann")


def test_a_header_without_dashes_and_the_rules_of_rst_are_columns_too() -> None:
    plain = "File       License   Author\na.png      CC0       Ann\nb/much_longer_name.png  MIT   Bert\n"
    rst = "=====  =======\nFile   License\n=====  =======\na.png  CC0\n=====  =======\n"
    assert [(row.path, row.licence, row.author) for row in rows(plain)] == [
        ("a.png", "CC0", "Ann"),
        ("b/much_longer_name.png", "MIT", "Bert"),
    ]
    assert [(row.path, row.licence) for row in rows(rst)] == [("a.png", "CC0")]


def test_the_table_of_wesnoth_is_read_by_its_own_column_names() -> None:
    header = "Date,File,License(s),Author - Real Name(other name),Notes\n"
    (row,) = rows(header + "2020,art/a.png,GNU GPL v2+,Ann - A. Artist(ann),x\n")
    assert (row.path, row.licence, row.author) == ("art/a.png", "GNU GPL v2+", "Ann - A. Artist(ann)")


def test_a_debian_copyright_file_is_a_table() -> None:
    text = (
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n"
        "Files: art/*.png b.png\nCopyright: 2020 Ann\nLicense: CC-BY-SA-4.0\n text\n"
    )
    assert [(row.path, row.licence, row.author) for row in rows(text)] == [
        ("art/**.png", "CC-BY-SA-4.0", "Ann"),
        ("b.png", "CC-BY-SA-4.0", "Ann"),
    ]


def test_a_list_without_columns_is_read_line_by_line() -> None:
    text = "Credits\n\nhero.png - CC BY 3.0, by Ann\n* tiles/a.png: CC0 (Kat)\nmusic.ogg by Bert, under the GPL v3\n"
    assert [(claim.path, claim.licence.spdx) for claim in read_table(text).claims] == [
        ("hero.png", "CC-BY-3.0"),
        ("tiles/a.png", "CC0-1.0"),
        ("music.ogg", "GPL-3.0-only"),
    ]


def test_prose_between_rows_is_no_row() -> None:
    text = (
        ALIGNED + "\nThe music below was made later\ndata/last.ogg                  CC0               Kat\n"
    )
    assert [row.path for row in rows(text)][-2:] == ["data/two_lines.png", "data/last.ogg"]


@pytest.mark.parametrize(
    "text", ["", "a,b,c\n1,2,3\n", "name,age\nAnn,3\n", "Hello.\nLicense: MIT\n", "---\n"]
)
def test_other_texts_are_no_tables(text: str) -> None:
    assert rows(text) == []


def test_a_path_out_of_the_set_is_refused_and_reported() -> None:
    found = read_table("file,license\n../../etc/passwd,CC0\nb.png,CC0\n")
    assert [claim.path for claim in found.claims] == ["b.png"]
    assert [problem.code for problem in found.problems] == ["table_path_refused"]


@pytest.mark.parametrize(
    ("cell", "pattern"),
    [
        ("a.png", "a.png"),
        ("./a/", "a/**"),
        ("a/*.png (including subfolders)", "a/**/*.png"),
        ("*.png (with subdirectories)", "**/*.png"),
        (r"a\b.png", "a/b.png"),
        ("", None),
    ],
)
def test_cells_become_patterns(cell: str, pattern: str | None) -> None:
    assert pattern_of(cell) == pattern


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("a/*.png", "a/b.png", True),
        ("a/*.png", "a/c/b.png", False),
        ("a/**/*.png", "a/b.png", True),
        ("a/**/*.png", "a/c/d/b.png", True),
        ("a/**", "a/c/d", True),
        ("a/**", "ab/c", False),
        ("a?.png", "ab.png", True),
        ("a?.png", "a/.png", False),
        ("a[1].png", "a[1].png", True),
        ("A.png", "a.png", False),
    ],
)
def test_globs_stay_in_their_folders(pattern: str, path: str, *, meant: bool) -> None:
    assert matches(pattern, path) is meant


@pytest.mark.parametrize("sign", ["*a", "**a", "**/a", "?*a", "*/**/*a", "**/*"])
def test_no_glob_runs_long(sign: str) -> None:
    started = time.perf_counter()
    assert not matches(sign * 25 + "b", "a/aa" * 60)
    assert not matches(sign * 400 + "b", "a" * 4_000)
    assert time.perf_counter() - started < 5


@given(st.text(alphabet="a/*?", max_size=9), st.text(alphabet="a/b", max_size=12))
@settings(max_examples=600, deadline=None)
def test_the_fast_way_and_the_sure_way_agree(pattern: str, path: str) -> None:
    compiled = _compiled(pattern)
    if compiled:
        assert bool(compiled.fullmatch(path)) is _walk(_tokens(pattern), path)


@given(st.one_of(st.binary(max_size=300), st.text(alphabet='file,license\n|-"; \t*/a', max_size=300)))
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_it(data: bytes | str) -> None:
    read_table(data)
