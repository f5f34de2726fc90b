"""Names of drawings as studios write them, read by rules."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets.intake.names import Expected, code_key, is_system_file, missing_ranges, understand
from assets.intake.naming_rules import DEFAULT_RULES, NamingRule

_FIELD_NAMES = [
    # path, episode, cut, stage, cell, number, take
    ("EP01_C012_A_0003.png", "01", "012", None, "A", "3", None),
    ("EP01_C012_GEN_A_0003.png", "01", "012", "GEN", "A", "3", None),
    ("EP01_C012_A_0003_T2.png", "01", "012", None, "A", "3", "T2"),
    ("EP01_C012/A/A0003.png", "01", "012", None, "A", "3", None),
    ("drop/of/monday/EP01_C012/AD/B/B0007.tga", "01", "012", "AD", "B", "7", None),
    ("kt_OP_c021_A-00012.tga", "OP", "021", None, "A", "12", None),
    ("Cut-005/Line/A/a001.png", None, "005", None, "A", "1", None),
    ("Cut-005/Line/A.R1/a001.png", None, "005", None, "A", "1", "R1"),
    ("c012_A0003.tga", None, "012", None, "A", "3", None),
    ("c101A_B0002b.tga", None, "101A", None, "B", "2b", None),
    ("C012/0001.png", None, "012", None, "A", "1", None),
    ("A/a001.png", None, None, None, "A", "1", None),
    ("A.R1/0001.png", None, None, None, "A", "1", "R1"),
    ("A_0001_e.jpg", None, None, "E", "A", "1", None),
    ("A_0001_s.jpg", None, None, "KD+", "A", "1", None),
    ("A0001.png", None, None, None, "A", "1", None),
    ("0001.png", None, None, None, "A", "1", None),
    ("walk_0001.png", None, None, None, "WALK", "1", None),
    ("第01話_カット012_A_０００３.png", "01", "012", None, "A", "3", None),
    ("花子0003.png", None, None, None, "花子", "3", None),
    ("C012\\A\\A0003.png", None, "012", None, "A", "3", None),
]


def _codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize("expected", _FIELD_NAMES, ids=lambda row: row[0])
def test_a_name_of_the_field_is_read(expected):
    (row,) = understand([expected[0]]).rows
    read = (row.path, row.episode, row.cut, row.stage, row.cell, row.number_text, row.take)
    assert read == expected
    assert row.problem is None


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.id)
def test_a_rule_reads_its_own_example(rule):
    understanding = understand([rule.example], rules=[rule])
    assert understanding.rule_id == rule.id
    assert understanding.rows[0].number is not None


@given(
    episode=st.integers(1, 99),
    cut=st.integers(1, 9999),
    letter=st.sampled_from(["", "A", "B"]),
    cell=st.sampled_from("ABCDEFG"),
    number=st.integers(0, 99999),
)
def test_a_name_that_was_written_is_read_back(episode, cut, letter, cell, number):
    name = f"EP{episode:02d}_C{cut:03d}{letter}_{cell}_{number:04d}.png"
    (row,) = understand([name]).rows
    assert (row.episode, row.cut, row.cell, row.number) == (
        f"{episode:02d}",
        f"{cut:03d}{letter}",
        cell,
        number,
    )


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_names_give_one_row_each_or_are_said_to_be_ignored(paths):
    understanding = understand(paths)
    ignored = [problem for problem in understanding.problems if problem.code == "SYSTEM_FILES_IGNORED"]
    assert len(understanding.rows) + sum(problem.data["count"] for problem in ignored) == len(paths)


def test_a_name_decomposed_by_a_mac_reads_like_the_composed_one():
    name = unicodedata.normalize("NFD", "C012/ガ0003.png")
    (row,) = understand([name]).rows
    assert name != "C012/ガ0003.png"
    assert (row.cell, row.number) == ("ガ", 3)


def test_a_stray_file_does_not_make_the_upload_forget_its_cut():
    paths = [f"EP01_C012/A/A{number:04d}.png" for number in range(1, 6)] + ["A0006.png"]
    understanding = understand(paths)
    assert understanding.rule_id == "episode-cut-folder"
    assert [row.cut for row in understanding.rows] == ["012"] * 5 + [None]
    assert [row.number for row in understanding.rows] == [1, 2, 3, 4, 5, 6]


def test_a_production_may_bring_its_own_rule():
    rule = NamingRule("ours", "Ours", r"(?P<number>\d{1,5})@(?P<cell>[A-Z])", "0003@A.png")
    understanding = understand(["0003@A.png", "0004@B.png"], rules=[rule, *DEFAULT_RULES])
    assert understanding.rule_id == "ours"
    assert [(row.cell, row.number) for row in understanding.rows] == [("A", 3), ("B", 4)]


def test_a_name_that_fits_no_rule_is_refused_and_the_others_are_kept():
    understanding = understand(["A0001.png", "final version.png"])
    assert [row.path for row in understanding.readable] == ["A0001.png"]
    assert understanding.rows[1].problem.code == "NAME_FITS_NO_RULE"
    assert (
        "A0001.png" in understanding.rows[1].problem.message
        or "EP01" in understanding.rows[1].problem.message
    )


def test_a_type_that_is_not_taken_is_refused_by_its_extension():
    (row,) = understand(["A0001.docx"]).rows
    assert row.problem.code == "EXTENSION_NOT_TAKEN"
    assert ".docx" in row.problem.message


def test_files_of_another_cut_or_episode_are_refused():
    rows = understand(
        ["EP01_C012_A_0001.png", "EP01_C013_A_0001.png", "EP02_C012_A_0001.png"],
        expected=Expected(episode="1", cut="C12"),
    ).rows
    assert [row.problem and row.problem.code for row in rows] == [None, "OTHER_CUT", "OTHER_EPISODE"]


def test_another_stage_is_a_remark_and_the_file_is_kept():
    understanding = understand(["EP01_C012_GEN_A_0001.png"], expected=Expected(stage="AD"))
    assert understanding.readable[0].problem.code == "OTHER_STAGE"


def test_a_drawing_that_is_there_twice_is_taken_once():
    understanding = understand(["A/A0001.png", "A/a0001.tga", "A/A0002.png"])
    assert [row.path for row in understanding.readable] == ["A/A0001.png", "A/A0002.png"]
    problem = understanding.rows[1].problem
    assert (problem.code, problem.data["first"]) == ("DUPLICATE_NUMBER", "A/A0001.png")


def test_the_same_number_in_two_cuts_or_with_a_letter_is_no_duplicate():
    rows = understand(["C001_A0001.png", "C002_A0001.png", "C001_A0001a.png"]).rows
    assert [row.problem for row in rows] == [None, None, None]


def test_gaps_are_told_per_cell():
    understanding = understand(["A0001.png", "A0002.png", "A0005.png", "A0007.png", "B0001.png", "B0002.png"])
    (gap,) = understanding.problems
    assert (gap.code, gap.data["cell"], gap.data["missing"]) == ("NUMBERING_GAP", "A", "3-4, 6")


@pytest.mark.parametrize(
    ("present", "missing"),
    [([1, 2, 3], ""), ([3], "1-2"), ([0, 1, 2], ""), ([1, 3], "2"), ([1, 100_000], "2-99999"), ([], "")],
)
def test_missing_numbers_read_as_people_write_them(present, missing):
    assert missing_ranges(present) == missing


def test_many_gaps_do_not_fill_the_page():
    assert missing_ranges(range(1, 100, 2)).endswith(", …")


def test_two_spellings_of_a_cell_are_one_cell_and_said_so():
    understanding = understand(["A/A0001.png", "a/a0002.png"])
    assert {row.cell for row in understanding.rows} == {"A"}
    assert _codes(understanding.problems) == ["CASE_DIFFERS"]


@pytest.mark.parametrize(
    "path", ["._A0001.png", "A/Thumbs.db", ".DS_Store", "__MACOSX/A/A0001.png", "desktop.ini"]
)
def test_files_that_the_computer_made_are_left_out_with_a_remark(path):
    understanding = understand(["A0001.png", path])
    assert is_system_file(path)
    assert len(understanding.rows) == 1
    assert _codes(understanding.problems) == ["SYSTEM_FILES_IGNORED"]


@pytest.mark.parametrize("paths", [[], [".DS_Store"]])
def test_an_empty_folder_says_so(paths):
    assert understand(paths).problems[0].code == "EMPTY_FOLDER"


@pytest.mark.parametrize(
    ("path", "kind", "cut"),
    [("EP01_C012.psd", "layers", "012"), ("c012.mp4", "movie", "012"), ("sheet.xdts", "timesheet", None)],
)
def test_a_layered_file_a_movie_and_a_sheet_say_their_cut_and_no_number(path, kind, cut):
    (row,) = understand([path]).rows
    assert (row.kind, row.cut, row.number, row.problem) == (kind, cut, None, None)


def test_a_path_longer_than_rules_are_run_on_is_refused():
    (row,) = understand(["x" * 500 + "/A0001.png"]).rows
    assert row.problem.code == "NAME_TOO_LONG"


@pytest.mark.parametrize("code", ["C012", "12", "cut 12", "Cut-012", "カット12"])
def test_ways_to_write_one_cut_share_a_key(code):
    assert code_key(code) == "12"


def test_letters_keep_cuts_apart():
    assert len({code_key(code) for code in ("101", "101A", "101b", "OP")}) == 4


@pytest.mark.parametrize(
    ("folder", "is_other"),
    [
        ("EP01_C099", True),
        ("C099", True),
        ("Cut-99", True),
        ("C1", False),
        ("EP01_C012", False),
        ("new", False),
    ],
)
def test_a_folder_of_another_cut_is_refused_whatever_rule_reads_the_files(
    folder: str, is_other: bool
) -> None:
    paths = ["x/A/A0001.png", "x/A/A0002.png", f"{folder}/B/B0001.png"]
    found = understand(paths, expected=Expected(episode="EP01", cut="012", stage="AD"))
    problem = found.rows[2].problem
    assert (problem is not None and problem.code == "OTHER_CUT") == is_other
