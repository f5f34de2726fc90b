"""A whole set: who says what about each file, in the order in which to believe it, and what contradicts."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping

from assets.rights.reading.folder import SetReading, read_set
from tests.assets.rights.reading import samples

PLAIN = samples.picture("PNG")
CARD = "---\nlicense: mit\n---\n# Set\n"
MIT = (
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated "
    + (
        "documentation. The above copyright notice and this permission notice shall be included in all copies."
    )
)


def given(files: Mapping[str, bytes | str]) -> SetReading:
    """Read a set out of memory."""
    data = {path: body.encode() if isinstance(body, str) else body for path, body in files.items()}
    return read_set({path: lambda body=body: io.BytesIO(body) for path, body in data.items()})


def test_the_closest_source_is_believed_first() -> None:
    found = given(
        {
            "README.md": CARD,
            "credits.csv": "file,license\nart/a.png,CC-BY-4.0\nart/b.png,CC-BY-3.0\n",
            "REUSE.toml": 'version=1\n[[annotations]]\npath="art/a.png"\nSPDX-License-Identifier="CC0-1.0"\n',
            "art/a.png": samples.png_xmp(samples.RIGHTS_XMP),
            "art/a.png.license": "SPDX-License-Identifier: CC-BY-SA-4.0\n",
            "art/b.png": PLAIN,
            "art/c.png": PLAIN,
        }
    )
    assert sorted(found.files) == ["art/a.png", "art/b.png", "art/c.png"]
    assert [(c.where, c.licence.spdx) for c in found.files["art/a.png"].claims] == [
        ("XMP", "CC-BY-NC-4.0"),
        (".license", "CC-BY-SA-4.0"),
        ("table", "CC-BY-4.0"),
        ("README", "MIT"),
    ]
    assert found.files["art/a.png"].declared.spdx == "CC-BY-SA-4.0"
    assert [text.spdx for text in found.files["art/a.png"].detected] == ["CC-BY-NC-4.0"]
    assert found.files["art/b.png"].declared.spdx == "CC-BY-3.0"
    assert found.files["art/c.png"].declared.spdx == "MIT"


def test_a_file_that_says_by_nc_while_the_record_says_cc0_is_a_conflict() -> None:
    found = given(
        {
            "a.png": samples.png_xmp(samples.RIGHTS_XMP),
            "table.csv": "",
            "credits.csv": "file,license\na.png,CC0\n",
        }
    )
    (conflict,) = found.files["a.png"].conflicts
    assert conflict.code == "licences_differ"
    assert conflict.first
    assert conflict.second
    assert (conflict.first.licence.spdx, conflict.second.licence.spdx) == ("CC0-1.0", "CC-BY-NC-4.0")


def test_a_licence_that_says_mit_and_a_readme_that_says_non_commercial_is_shown() -> None:
    found = given({"LICENSE": MIT, "README.md": "# Set\n## License\nCC BY-NC 4.0\n", "a.png": PLAIN})
    assert [conflict.code for conflict in found.conflicts] == ["licence_file_differs"]
    words = given({"README.md": CARD + "For non-commercial use only.\n", "a.png": PLAIN})
    assert [(c.code, c.data) for c in words.conflicts] == [("words_restrict", {"words": "non_commercial"})]


def test_a_licence_file_is_no_evidence_about_the_art() -> None:
    found = given({"LICENSE": MIT, "a.png": PLAIN})
    assert found.files["a.png"].declared.status == "missing"
    assert [(claim.licence.spdx, claim.about_art) for claim in found.files["a.png"].claims] == [
        ("MIT", False)
    ]


def test_the_words_of_a_readme_declare_nothing() -> None:
    found = given({"README.txt": "Drawn by Ann, under CC BY 4.0", "a.png": PLAIN})
    assert found.files["a.png"].declared.status == "missing"
    assert [text.spdx for text in found.files["a.png"].detected] == ["CC-BY-4.0"]


def test_where_the_record_is_silent_the_file_speaks_for_itself() -> None:
    found = given({"a.png": samples.png({"License": "CC BY 4.0"}), "b.png": PLAIN})
    assert found.files["a.png"].declared.spdx == "CC-BY-4.0"
    assert found.files["b.png"].declared.status == "missing"


def test_two_tables_that_differ_are_a_conflict() -> None:
    found = given(
        {
            "credits.csv": "file,license\na.png,MIT\n",
            "sources.csv": "file,license\na.png,GPLv3\n",
            "a.png": PLAIN,
        }
    )
    assert [c.code for c in found.files["a.png"].conflicts] == ["licences_differ"]


def test_the_same_class_twice_is_no_conflict() -> None:
    found = given({"README.md": CARD, "credits.csv": "file,license\na.png,CC-BY-4.0\n", "a.png": PLAIN})
    assert found.files["a.png"].conflicts == ()


def test_documents_of_a_folder_speak_of_that_folder() -> None:
    found = given(
        {
            "README.md": CARD,
            "nc/README.md": "---\nlicense: cc-by-nc-4.0\n---\n",
            "nc/a.png": PLAIN,
            "b.png": PLAIN,
        }
    )
    assert found.files["nc/a.png"].declared.spdx == "CC-BY-NC-4.0"
    assert found.files["b.png"].declared.spdx == "MIT"
    assert found.conflicts == ()


def test_a_table_in_a_folder_names_files_beside_it_from_the_top_or_by_name() -> None:
    table = "file,license\na.png,CC0\nart/b.png,MIT\ndeep.png,CC-BY-4.0\n"
    found = given(
        {"docs/credits.csv": table, "docs/a.png": PLAIN, "art/b.png": PLAIN, "art/x/deep.png": PLAIN}
    )
    assert {path: one.declared.spdx for path, one in found.files.items()} == {
        "docs/a.png": "CC0-1.0",
        "art/b.png": "MIT",
        "art/x/deep.png": "CC-BY-4.0",
    }


def test_an_override_silences_tags_but_never_the_bytes_of_a_picture() -> None:
    toml = 'version=1\n[[annotations]]\npath="**"\nprecedence="override"\nSPDX-License-Identifier="CC0-1.0"\n'
    found = given(
        {
            "REUSE.toml": toml,
            "a.png": samples.png_xmp(samples.RIGHTS_XMP),
            "a.png.license": "SPDX-License-Identifier: MIT",
        }
    )
    one = found.files["a.png"]
    assert [claim.where for claim in one.claims] == ["XMP", "REUSE.toml"]
    assert [conflict.code for conflict in one.conflicts] == ["licences_differ"]


def test_a_wrong_hash_in_croissant_is_a_conflict() -> None:
    files = [
        {"contentUrl": "a.png", "sha256": "00" * 32},
        {"contentUrl": "b.png", "sha256": hashlib.sha256(PLAIN).hexdigest()},
    ]
    record = json.dumps(
        {
            "@context": {},
            "conformsTo": "http://mlcommons.org/croissant/1.1",
            "license": "mit",
            "distribution": files,
        }
    )
    found = given({"croissant.json": record, "a.png": PLAIN, "b.png": PLAIN})
    assert [conflict.code for conflict in found.files["a.png"].conflicts] == ["sha256_differs"]
    assert found.files["b.png"].conflicts == ()
    assert found.files["b.png"].declared.spdx == "MIT"


def test_wishes_and_marks_come_along() -> None:
    found = given(
        {
            "robots.txt": "User-agent: GPTBot\nDisallow: /\n",
            "a.png": samples.png({"parameters": samples.PARAMETERS}),
        }
    )
    assert [signal.kind for signal in found.signals] == ["robots"]
    assert found.files["a.png"].marks.says_generated
    assert (
        found.files["a.png"].sha256
        == hashlib.sha256(samples.png({"parameters": samples.PARAMETERS})).hexdigest()
    )


def test_texts_of_licences_are_no_works_and_other_json_and_csv_are() -> None:
    found = given({"LICENSES/MIT.txt": MIT, "data.json": "{}", "numbers.csv": "1,2\n", "timing.txt": "1+12"})
    assert found.licence_texts == ("MIT",)
    assert sorted(found.files) == ["data.json", "numbers.csv", "timing.txt"]


def test_a_file_that_cannot_be_opened_is_a_problem_and_the_rest_is_read() -> None:
    def broken() -> io.BytesIO:
        raise OSError

    found = read_set({"a.png": broken, "b.png": lambda: io.BytesIO(PLAIN)})
    assert sorted(found.files) == ["b.png"]
    assert [(problem.path, problem.code) for problem in found.problems] == [("a.png", "file_unreadable")]


def test_the_order_of_the_files_does_not_matter() -> None:
    files: dict[str, bytes | str] = {
        "README.md": CARD,
        "LICENSE": MIT,
        "credits.csv": "file,license\na.png,CC0\n",
        "a.png": PLAIN,
    }
    assert given(files) == given(dict(reversed(files.items())))
