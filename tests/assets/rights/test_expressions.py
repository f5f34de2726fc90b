"""Licence texts as people write them: one SPDX expression, or an honest 'not known'."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.rights.expressions import MAX_OPTIONS, LicenceText, options, read, read_all
from assets.rights.known_names import ids

KNOWN = [
    ("MIT", "MIT"),
    ("mit", "MIT"),
    ("The MIT License (MIT)", "MIT"),
    ("license: MIT", "MIT"),
    ("Apache License, Version 2.0", "Apache-2.0"),
    ("apache-2.0", "Apache-2.0"),
    ("BSD 3-Clause", "BSD-3-Clause"),
    ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
    ('BSD "Revised" license', "BSD-3-Clause"),
    ("c-uda", "C-UDA-1.0"),
    ("odc-by", "ODC-By-1.0"),
    ("gfdl", "GFDL-1.3-or-later"),
    ("lgpl-lr", "LGPLLR"),
    ("openmdw-1.0", "OpenMDW-1.0"),
    ("OFL 1.1", "OFL-1.1"),
    ("SIL Open Font License 1.1", "OFL-1.1"),
    ("Free Art License 1.3", "LAL-1.3"),
    ("Public Domain", "LicenseRef-scancode-public-domain"),
    ("CC-BY-3.0-IGO", "CC-BY-3.0-IGO"),
    # GNU
    ("GPLv2", "GPL-2.0-only"),
    ("GPLv2-only", "GPL-2.0-only"),
    ("GPL v2 only", "GPL-2.0-only"),
    ("GPLv2+", "GPL-2.0-or-later"),
    ("GPL-2.0+", "GPL-2.0-or-later"),
    ("GPL version 2 or any later version", "GPL-2.0-or-later"),
    ("GPL-3.0-or-later", "GPL-3.0-or-later"),
    ("GNU General Public License v3.0 or later", "GPL-3.0-or-later"),
    ("gpl-3.0", "GPL-3.0-only"),
    ("agpl-3.0", "AGPL-3.0-only"),
    ("LGPL 2.1", "LGPL-2.1-only"),
    ("gpl", "GPL-1.0-or-later"),
    ("GPLv2/3", "GPL-2.0-only OR GPL-3.0-only"),
    ("GPLv2+/3", "GPL-2.0-or-later OR GPL-3.0-only"),
    ("GPL 2.0 or 3.0", "GPL-2.0-only OR GPL-3.0-only"),
    ("GPL v2 or 3-clause BSD", "GPL-2.0-only OR BSD-3-Clause"),
    # Creative Commons
    ("cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0"),
    ("CC by SA 3,0", "CC-BY-SA-3.0"),
    ("CC_BY-SA-3.0", "CC-BY-SA-3.0"),
    ("CC-By-SA 3.0", "CC-BY-SA-3.0"),
    ("CCBYSA3", "CC-BY-SA-3.0"),
    ("CC-BY 4", "CC-BY-4.0"),
    ("CC BY 4.0 International", "CC-BY-4.0"),
    ("Creative Commons Attribution Share Alike 4.0 International", "CC-BY-SA-4.0"),
    ("Creative Commons Attribution-NonCommercial-NoDerivatives 4.0 License", "CC-BY-NC-ND-4.0"),
    ("Attribution-NonCommercial 4.0 International (CC BY-NC 4.0)", "CC-BY-NC-4.0"),
    ("CC-BY 2.5 ZA", "LicenseRef-CC-BY-2.5-ZA"),
    ("CC BY-NC", "LicenseRef-CC-BY-NC-unversioned"),
    ("(CC0)", "CC0-1.0"),
    ("CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0"),
    ("クリエイティブ・コモンズ 表示 - 非営利 - 継承 4.0 国際 ライセンス", "CC-BY-NC-SA-4.0"),
    ("CC 表示 4.0", "CC-BY-4.0"),
    ("ＣＣ０", "CC0-1.0"),  # full width
    # addresses
    ("https://creativecommons.org/licenses/by-nc/4.0/legalcode", "CC-BY-NC-4.0"),
    ("http://creativecommons.org/licenses/by/2.5/za/legalcode", "LicenseRef-CC-BY-2.5-ZA"),
    ("http://creativecommons.org/licenses/by-sa/3.0/deed.ja", "CC-BY-SA-3.0"),
    ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
    ("CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)", "CC-BY-4.0"),
    ("https://spdx.org/licenses/Apache-2.0.html", "Apache-2.0"),
    ("https://opensource.org/licenses/MIT", "MIT"),
    ("https://choosealicense.com/licenses/cc-by-sa-4.0/", "CC-BY-SA-4.0"),
    ("http://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0"),
    ("https://www.gnu.org/licenses/gpl-3.0.en.html", "GPL-3.0-only"),
    # expressions and lists
    ("mit or apache-2.0", "MIT OR Apache-2.0"),
    ("MIT OR Apache-2.0 AND ISC", "MIT OR Apache-2.0 AND ISC"),
    ("(MIT OR Apache-2.0) AND ISC", "(MIT OR Apache-2.0) AND ISC"),
    ("GPL-2.0-only WITH Classpath-exception-2.0", "GPL-2.0-only WITH Classpath-exception-2.0"),
    ("OFL 1.1 or GPLv2+", "OFL-1.1 OR GPL-2.0-or-later"),
    ("CC-BY-SA-3.0 / GPLv3", "CC-BY-SA-3.0 AND GPL-3.0-only"),
    ("GPLv2+, CC-BY-SA-3.0", "GPL-2.0-or-later AND CC-BY-SA-3.0"),
    ("CC-BY-3.0 or GPLv2/3", "CC-BY-3.0 OR GPL-2.0-only OR GPL-3.0-only"),
    ("CC0, MIT or CC-BY-NC-4.0", "CC0-1.0 AND (MIT OR CC-BY-NC-4.0)"),
    ("MIT and MIT", "MIT"),
]


@pytest.mark.parametrize(("text", "spdx"), KNOWN)
def test_a_spelling_is_read(text: str, spdx: str) -> None:
    assert read(text) == LicenceText(raw=text, spdx=spdx, status="known", notes=read(text).notes)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  \n",
        "NONE",
        "NOASSERTION",
        "n/a",
        "None",
        "not specified",
        "-",
        "[More Information Needed]",
    ],
)
def test_nothing_said_is_missing(text: str | None) -> None:
    assert read(text).status == "missing"
    assert read(text).spdx == ""


@pytest.mark.parametrize(
    "text",
    [
        "other",
        "unknown",
        "bsd",  # two, three or four clauses
        "cc",
        "Public",
        "free-to-use",
        "CC BY 5.0",
        "CC-BY-SA-ND-3.0",
        "Creative Commons 4.0 License",
        "GPL-9.0",
        "apache",
        "by-nc",
        "CC BY 4.0 see website",
        "https://example.org/LICENSE",
        "https://github.com/a/b/blob/main/LICENSE",
        "https://creativecommons.org.evil.example/licenses/by/4.0/",
        "GPL-2.0-only WITH no-such-exception",
        "LicenseRef-scancode-unknown",
        "自由に使えます",
        "表示 4.0",
    ],
)
def test_what_is_not_known_is_called_unknown(text: str) -> None:
    reading = read(text)
    assert reading.status == "unknown"
    assert reading.unknown
    assert reading.spdx == ""


@pytest.mark.parametrize(
    "text", ["()", "MIT AND", "(MIT OR ISC", "MIT OR ISC)", "AND", "OR OR", "MIT OR (", "/", "x" * 2_000]
)
def test_what_makes_no_expression_is_unreadable(text: str) -> None:
    assert read(text).status == "unreadable"


def test_a_part_that_is_unknown_leaves_the_rest_to_be_seen_but_makes_the_whole_unknown() -> None:
    reading = read("CC-BY-4.0 AND free to use")
    assert reading.status == "unknown"
    assert reading.unknown == ("free to use",)
    assert reading.spdx == "CC-BY-4.0 AND LicenseRef-unknown-free-to-use"


def test_an_own_reference_is_known_only_to_those_who_own_it() -> None:
    assert read("LicenseRef-studio-7").status == "unknown"
    assert read("licenseref-STUDIO-7", own={"LicenseRef-studio-7"}).spdx == "LicenseRef-studio-7"
    assert read("LicenseRef-studio-7").status == "unknown"  # the cache keeps the two apart


def test_a_list_whose_meaning_is_open_says_so() -> None:
    assert "list_read_as_all" in read("CC-BY-3.0, GPLv3").notes
    assert "list_read_as_all" not in read("CC-BY-3.0 or GPLv3").notes
    assert "version_not_stated" in read("CC BY-SA").notes


def test_every_current_spdx_id_is_read_as_itself() -> None:
    wrong = {spdx: read(lower).spdx for lower, spdx in ids().items() if read(lower).spdx != spdx}
    assert not wrong


def test_tags_of_one_card_all_apply() -> None:
    assert read_all(["mit", "bsd-2-clause"]).spdx == "MIT AND BSD-2-Clause"
    assert read_all(["mit"]).spdx == "MIT"
    assert read_all([]).status == "missing"
    mixed = read_all(["cc-by-3.0", "other"])
    assert (mixed.status, mixed.unknown) == ("unknown", ("other",))


def test_options_are_the_ways_to_meet_an_expression() -> None:
    assert options("MIT") == (frozenset({"MIT"}),)
    assert options("(MIT OR ISC) AND Zlib") == (frozenset({"MIT", "Zlib"}), frozenset({"ISC", "Zlib"}))
    assert options("MIT OR MIT AND ISC") == (frozenset({"MIT"}),)  # the other one only asks for more
    assert options("GPL-2.0-only WITH Classpath-exception-2.0 OR MIT") == (
        frozenset({"GPL-2.0-only WITH Classpath-exception-2.0"}),
        frozenset({"MIT"}),
    )
    assert options("") == ()
    assert options("AND") == ()


def test_an_expression_with_too_many_choices_is_refused_at_once() -> None:
    names = sorted(set(ids().values()) - {"MIT", "ISC"})
    pairs = [f"({names[i]} OR {names[i + 1]})" for i in range(0, 16, 2)]
    started = time.perf_counter()
    assert read(" AND ".join(pairs)).status == "known"  # 2^8 = MAX_OPTIONS
    assert len(options(" AND ".join(pairs))) <= MAX_OPTIONS
    assert read(" AND ".join([*pairs, "(MIT OR ISC)"])).status == "unreadable"
    assert options(" AND ".join([*pairs, "(MIT OR ISC)"])) == ()
    assert read("(" * 400 + "MIT" + ")" * 400).status == "unreadable"
    assert time.perf_counter() - started < 2


@given(st.text(max_size=300))
@settings(max_examples=400, deadline=None)
def test_no_text_breaks_it(text: str) -> None:
    reading = read(text)
    assert (reading.status == "known") == bool(reading.spdx and not reading.unknown)


WORDS = st.sampled_from(
    [
        "MIT",
        "CC BY",
        "4.0",
        "AND",
        "or",
        "with",
        "(",
        ")",
        ",",
        "/",
        "GPLv2+",
        "+",
        "-",
        "https://a.b/c",
        "\ud800",
        "3,0",
    ]
)


@given(st.lists(WORDS, max_size=25), st.sampled_from(["", " "]))
@settings(max_examples=400, deadline=None)
def test_no_heap_of_licence_words_breaks_it(words: list[str], glue: str) -> None:
    reading = read(glue.join(words))
    assert all(isinstance(one, frozenset) and one for one in options(reading.spdx))


@given(st.sampled_from([spdx for _, spdx in KNOWN]), st.sampled_from([spdx for _, spdx in KNOWN]))
def test_what_was_read_reads_as_itself_and_combines(first: str, second: str) -> None:
    own = [word for word in f"{first} {second}".split() if word.startswith("LicenseRef-")]
    both = read(f"({first}) AND ({second})", own=own)
    assert both.status == "known"
    assert read(both.spdx, own=own).spdx == both.spdx
    assert set(options(both.spdx)) == set(options(f"({second}) AND ({first})"))
