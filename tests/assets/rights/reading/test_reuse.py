"""REUSE: tags, sidecars, REUSE.toml with its precedence, dep5."""

from __future__ import annotations

import pytest

from assets.rights.reading.reuse import applicable, licence_texts, read_dep5, read_reuse_toml, read_tags

TOML = """
version = 1

[[annotations]]
path = "art/**"
SPDX-FileCopyrightText = "2024 Studio Example"
SPDX-License-Identifier = "CC-BY-4.0"

[[annotations]]
path = ["art/*.png", "x/y.png"]
precedence = "aggregate"
SPDX-FileCopyrightText = ["© 2023-2025 Ann Artist", "Bert"]
SPDX-License-Identifier = ["MIT", "CC0-1.0"]
"""
DEP5 = """Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/

Files: *
Copyright: 2020 Studio
License: MIT

Files: art/*.png
 sound/*
Copyright: 2021 Ann
           2022 Bert
License: CC-BY-SA-4.0
 Text of the licence goes on here.
"""


def test_tags_of_a_text_all_apply_and_comment_marks_go() -> None:
    (claim,) = read_tags(
        "<!-- SPDX-FileCopyrightText: 2024 Ann <ann@example.org> -->\n"
        "/* SPDX-License-Identifier: MIT */\n# SPDX-License-Identifier: CC-BY-4.0\n"
    ).claims
    assert claim.licence.spdx == "MIT AND CC-BY-4.0"
    assert claim.holders == ("Ann <ann@example.org>",)


def test_ignored_parts_and_snippets_do_not_count() -> None:
    text = (
        "SPDX-License-Identifier: MIT\nREUSE-IgnoreStart\nSPDX-License-Identifier: GPL-3.0-only\nREUSE-IgnoreEnd\n"
        "SPDX-SnippetBegin\nSPDX-License-Identifier: CC0-1.0\nSPDX-SnippetEnd\n"
    )
    assert read_tags(text).claims[0].licence.spdx == "MIT"
    assert read_tags("nothing here").claims == ()


def test_a_tag_without_a_known_licence_is_unknown_and_a_holder_alone_is_missing() -> None:
    assert read_tags("SPDX-License-Identifier: LicenseRef-mine").claims[0].licence.status == "unknown"
    assert read_tags("SPDX-FileCopyrightText: Ann").claims[0].licence.status == "missing"


def test_the_last_table_that_covers_a_file_counts() -> None:
    annotations, problems = read_reuse_toml(TOML)
    assert not problems
    (one,) = applicable("art/a.png", annotations)
    assert one.claim("art/a.png").licence.spdx == "MIT AND CC0-1.0"
    assert one.holders == ("Ann Artist", "Bert")
    (deep,) = applicable("art/b/c.png", annotations)
    assert deep.licences == ("CC-BY-4.0",)
    assert applicable("elsewhere.png", annotations) == ()


def _one(folder: str, licence: str, precedence: str) -> str:
    return f'[[annotations]]\npath="**"\nprecedence="{precedence}"\nSPDX-License-Identifier="{licence}"\n'


@pytest.mark.parametrize(
    ("top", "inner", "licences"),
    [
        ("closest", "closest", ["MIT", "CC0-1.0"]),
        ("aggregate", "closest", ["MIT", "CC0-1.0"]),
        ("override", "closest", ["CC0-1.0"]),
        ("override", "override", ["CC0-1.0"]),
        ("closest", "override", ["MIT"]),
        ("nonsense", "closest", ["MIT", "CC0-1.0"]),
    ],
)
def test_the_closest_file_comes_first_unless_one_overrides(top: str, inner: str, licences: list[str]) -> None:
    annotations = [
        *read_reuse_toml(_one("", "CC0-1.0", top))[0],
        *read_reuse_toml(_one("a", "MIT", inner), folder="a")[0],
    ]
    assert [one.licences[0] for one in applicable("a/b.png", annotations)] == licences
    assert [one.licences[0] for one in applicable("c.png", annotations)] == ["CC0-1.0"]


def test_dep5_stars_cross_folders_and_the_last_stanza_counts() -> None:
    annotations = read_dep5(DEP5)
    (art,) = applicable("art/deep/a.png", annotations)
    assert art.claim("x").licence.spdx == "CC-BY-SA-4.0"
    assert art.holders == ("Ann", "Bert")
    assert applicable("sound/a.ogg", annotations)[0].licences == ("CC-BY-SA-4.0",)
    assert applicable("readme.txt", annotations)[0].licences == ("MIT",)


@pytest.mark.parametrize(
    "text", ["[[annotations]]\npath = ", "version = 1\nannotations = 3", "[[annotations]]\nx = 1", "\x00"]
)
def test_a_broken_toml_gives_nothing(text: str) -> None:
    annotations, _ = read_reuse_toml(text)
    assert annotations == ()


def test_a_broken_toml_is_a_problem() -> None:
    assert read_reuse_toml("[[annotations]\n")[1][0].code == "reuse_toml_unreadable"


def test_a_pattern_cannot_leave_the_set() -> None:
    annotations, problems = read_reuse_toml('[[annotations]]\npath="../x"\nSPDX-License-Identifier="MIT"\n')
    assert annotations == ()
    assert problems[0].code == "reuse_table_without_path"


def test_texts_that_a_set_brings_along_are_named() -> None:
    assert licence_texts(["LICENSES/CC-BY-4.0.txt", "LICENSES/LicenseRef-mine.txt", "a.png"]) == (
        "CC-BY-4.0",
        "LicenseRef-mine",
    )
