"""Cards, READMEs and LICENSE files: what they declare, what they only mention, and which words restrict."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.rights.reading.base import label, safe_path, text_of
from assets.rights.reading.hf_card import licence_section, read_card
from assets.rights.reading.licence_files import read_licence_file, recognise
from assets.rights.reading.prose import read_prose

ROOT = Path(__file__).resolve().parents[4]
CARD = """---
language:
- ja
license:
- cc-by-4.0
- mit
source_datasets:
- original
---

# Dataset Card for lines

## Table of Contents
- [Licensing Information](#licensing-information)

## Description
Twelve drawings.

### Licensing Information

The drawings are under CC BY-NC 4.0.

### Citation Information
GPL-3.0 is not meant here.
"""
MIT = """MIT License

Copyright (c) 2020 Ann Artist

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND.
"""


def test_a_card_declares_its_header_and_mentions_its_section() -> None:
    card = read_card(CARD)
    assert card.tags == ("cc-by-4.0", "mit")
    assert card.licence.spdx == "CC-BY-4.0 AND MIT"
    assert [mention.spdx for mention in card.prose.mentions] == ["CC-BY-NC-4.0"]
    assert [claim.kind for claim in card.reading.claims] == ["declared", "detected"]


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("license: mit", ("mit",)),
        ("license: [mit, apache-2.0]", ("mit", "apache-2.0")),
        ("licenses:\n- mit", ("mit",)),
        ("license:\n  en: [mit]\n  de:\n  - gpl-3.0", ("mit", "gpl-3.0")),
        ("license: null", ()),
        ("language: en", ()),
        ("license: 3", ("3",)),
        ("license: other\nlicense_name: our-terms\nlicense_link: LICENSE", ("other",)),
        ("license: mit\nbad: [unclosed", ("mit",)),  # no YAML: the line alone
        ("bad: 'x\nlicense:\n- cc-by-4.0\n- mit\n", ("cc-by-4.0", "mit")),
        ("- a\n- list", ()),
    ],
)
def test_a_header_is_read_in_every_form(header: str, tags: tuple[str, ...]) -> None:
    assert read_card(f"---\n{header}\n---\n# x\n").tags == tags


def test_a_header_that_is_no_yaml_is_a_problem() -> None:
    assert read_card("---\nlicense: [mit\n---\n").reading.problems[0].code == "card_header_unreadable"


def test_a_readme_without_header_declares_nothing() -> None:
    card = read_card("# Sprites\n\nLicensed under CC BY 3.0, by Ann.\n")
    assert card.licence.status == "missing"
    assert [(claim.kind, claim.licence.spdx) for claim in card.reading.claims] == [("detected", "CC-BY-3.0")]


def test_line_ends_bom_and_bad_bytes_do_no_harm() -> None:
    data = b"\xef\xbb\xbf" + CARD.replace("\n", "\r\n").encode() + b"\xff\xfe\x81"
    assert read_card(data).tags == ("cc-by-4.0", "mit")


def test_a_heading_inside_code_is_no_heading() -> None:
    assert (
        licence_section("## License\nMIT\n```\n# a comment\n```\nmore\n## Next\nno")
        == "MIT\n```\n# a comment\n```\nmore"
    )


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("The project is licenced under CC-by-NC", ["LicenseRef-CC-BY-NC-unversioned"]),
        ("[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/) license", ["CC-BY-4.0"]),
        ("Creative Commons Attribution-NonCommercial-ShareAlike 3.0 Unported License", ["CC-BY-NC-SA-3.0"]),
        ("governed by Wikipedia's [CC-SA-3.0].", ["CC-BY-SA-3.0"]),
        ("now licensed as __CC0 (public domain)__ so", ["CC0-1.0"]),
        ("under the GNU General Public License, version 3", ["GPL-3.0-only"]),
        ("uses `cc-by-nc-sa-4.0` and `gfdl-1.1`", ["CC-BY-NC-SA-4.0", "GFDL-1.1-only"]),
        ("Licensed under the Apache License, Version 2.0", ["Apache-2.0"]),
        ("distributed under the MIT license", ["MIT"]),
        ("MIT", ["MIT"]),
        ("Computational Use of Data Agreement (C-UDA) License.", ["C-UDA-1.0"]),
        ("本作品はクリエイティブ・コモンズ 表示-改変禁止 4.0 で公開", ["CC-BY-ND-4.0"]),
        ("We submit to MIT press and use JSON", []),
        ("JSON", []),
        ("retain all copyright, patent and attribution notices from the Source form", []),
        ("[More Information Needed](https://github.com/x/y)", []),
    ],
)
def test_licences_are_found_in_prose(text: str, ids: list[str]) -> None:
    assert [mention.spdx for mention in read_prose(text).mentions] == ids


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("for non-commercial use because some sources require it", "non_commercial"),
        ("Non-commerical use only.", "non_commercial"),
        ("You may not use it for commercial purposes", "non_commercial"),
        ("商用利用は禁止です", "non_commercial"),
        ("This dataset is for research purposes only", "research_only"),
        ("intended for academic and scientific use", "research_only"),
        ("研究目的に限り利用できます", "research_only"),
        ("please contact the authors for permission", "permission_needed"),
        ("無断使用はお断りします", "permission_needed"),
        ("you are also bound by the Common Crawl terms of use", "further_terms"),
        ("We do not own any of the text", "third_party_rights"),
        ("may not be used for training machine learning models", "training_forbidden"),
        ("Use of these images for AI training is prohibited", "training_forbidden"),
        ("AI学習禁止", "training_forbidden"),
        ("生成AIによる学習はご遠慮ください", "training_forbidden"),
        ("二次配布禁止", "no_redistribution"),
        ("加工・改変は禁止", "no_derivatives"),
    ],
)
def test_restricting_words_are_found(text: str, code: str) -> None:
    assert code in read_prose(text).restrictions


@pytest.mark.parametrize(
    "text",
    [
        "you can re-use the documents for commercial or non-commercial purposes",
        "allowing its use for academic and commercial purposes without restrictions",
        MIT,
        "CC BY 4.0",
        "Neither the name may be used without specific prior written permission.",
        "Unless required by applicable law, distributed under the License",
        "Redistribution and use, with or without modification, are permitted",
        "商用利用もできます",
    ],
)
def test_a_text_without_restrictions_is_not_accused(text: str) -> None:
    assert read_prose(text).restrictions == ()


@pytest.mark.parametrize(
    "text",
    [
        "non " * 50_000,
        "commercial " * 20_000,
        "(" * 200_000,
        "for " * 50_000,
        "cc-by-" * 30_000,
        " \n>" * 60_000,
    ],
)
def test_no_text_makes_the_search_run_long(text: str) -> None:
    started = time.perf_counter()
    read_prose(text)
    assert time.perf_counter() - started < 5


def test_a_licence_file_is_known_by_its_text_and_is_no_evidence_about_art() -> None:
    found = read_licence_file(MIT)
    (claim,) = found.claims
    assert (claim.licence.spdx, claim.holders) == ("MIT", ("Ann Artist",))
    assert (claim.kind, claim.about_art, claim.note) == ("detected", False, "repository_licence")
    assert found.restrictions == ()


def test_a_licence_file_with_a_condition_of_its_own_says_so() -> None:
    found = read_licence_file("“Commons Clause” License Condition v1.0\n\nNo commercial sale.\n\n" + MIT)
    assert found.claims[0].licence.spdx == "MIT"
    assert "non_commercial" in found.restrictions


def test_our_own_licence_file_is_recognised() -> None:
    assert recognise((ROOT / "LICENSE").read_text(encoding="utf-8")) == ("Apache-2.0",)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("GNU GENERAL PUBLIC LICENSE\nVersion 3, 29 June 2007\nEveryone is permitted to copy", ("GPL-3.0-only",)),
        ("under the terms of the GNU Lesser General Public License as published by the Free Software Foundation; "
         "either version 2.1 of the License, or (at your option) any later version.", ("LGPL-2.1-or-later",)),
        ("Attribution-NonCommercial 4.0 International\n\nCreative Commons Public License", ("CC-BY-NC-4.0",)),
        ("CC0 1.0 Universal ... the person who associated CC0 (the “Affirmer”)", ("CC0-1.0",)),
        ("This is free and unencumbered software released into the public domain.", ("Unlicense",)),
        ("My own terms: be nice.", ()),
    ],
)  # fmt: skip
def test_usual_licences_are_recognised(text: str, ids: tuple[str, ...]) -> None:
    assert recognise(text) == ids


def test_text_is_read_in_the_encodings_that_japanese_studios_use() -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp932"):
        assert text_of("無断転載禁止".encode(encoding)) == "無断転載禁止"
    assert text_of(b"\xff\x81\x00") != ""


@pytest.mark.parametrize(
    ("path", "safe"),
    [
        ("a/b.png", "a/b.png"),
        ("./a//b.png", "a/b.png"),
        (r"a\b.png", "a/b.png"),
        ("/a", None),
        ("../a", None),
        ("C:\\a", None),
        ("", None),
    ],
)
def test_a_path_stays_inside_its_set(path: str, safe: str | None) -> None:
    assert safe_path(path) == safe


def test_a_label_is_one_short_line() -> None:
    assert label("a\n\x07b\u202ec " * 200, 10) == "a b c a b "[:10]


@given(
    st.one_of(
        st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_break_a_reader_of_texts(data: bytes) -> None:
    read_card(data)
    read_card(b"---\n" + data + b"\n---\n" + data)
    read_licence_file(data)
