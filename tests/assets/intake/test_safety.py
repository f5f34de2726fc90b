"""Limits of an upload, and zips that mean harm or were packed badly."""

import shutil
import stat
import struct
import zipfile
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets.intake import safety
from assets.intake.problems import Refused
from assets.intake.safety import check_disk, check_upload, extract_zip, safe_relative_path
from tests.assets.intake.samples import LIMITS, encoded, rgba, zipped

_ENTRY_NAME = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
_GOOD = ("A/A0001.png", b"good")


def _codes(problems):
    return [problem.code for problem in problems]


def _unpacked(tmp_path, entries, limits=LIMITS):
    into = tmp_path / "into"
    into.mkdir()
    return extract_zip(zipped(tmp_path / "drop.zip", entries), into, limits)


def test_a_good_zip_comes_out_whole(tmp_path):
    drawing = encoded(rgba(), "PNG")
    report = _unpacked(tmp_path, [("C012/A/A0001.png", drawing), ("C012/A/A0002.png", drawing)])
    assert [file.path for file in report.files] == ["C012/A/A0001.png", "C012/A/A0002.png"]
    assert report.files[0].file.read_bytes() == drawing
    assert report.files[0].size_bytes == len(drawing)
    assert report.problems == ()


@pytest.mark.parametrize(
    "name",
    ["../evil.png", "A/../../evil.png", "/etc/evil.png", "C:/evil.png", "..\\evil.png", "\\\\host\\evil.png"],
)
def test_a_zip_slip_is_refused_and_the_good_file_is_kept(tmp_path, name):
    report = _unpacked(tmp_path, [(name, b"evil"), _GOOD])
    assert _codes(report.problems) == ["PATH_UNSAFE"]
    assert [file.path for file in report.files] == ["A/A0001.png"]
    assert not list(tmp_path.rglob("evil*"))


@given(st.text(max_size=80))
def test_a_safe_path_never_leaves_its_folder(name):
    try:
        path = safe_relative_path(name)
    except Refused:
        return
    parts = Path(path).parts
    assert not Path(path).is_absolute()
    assert ".." not in parts
    assert safe_relative_path(path) == path


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20),
        max_size=4,
        unique=True,
    )
)
def test_whatever_a_zip_is_called_inside_it_writes_only_into_its_folder(tmp_path, names):
    base = tmp_path / "case"
    shutil.rmtree(base, ignore_errors=True)
    base.mkdir()
    report = _unpacked(base, [(f"{'../' * (index % 3)}{name}", b"x") for index, name in enumerate(names)])
    written = {path for path in tmp_path.rglob("*") if path.is_file()} - {base / "drop.zip"}
    assert written == {file.file for file in report.files}
    assert all(path.is_relative_to(base / "into") for path in written)


def test_a_link_in_a_zip_is_refused(tmp_path):
    link = zipfile.ZipInfo("A/A0002.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    report = _unpacked(tmp_path, [(link, b"/etc/passwd"), _GOOD])
    assert _codes(report.problems) == ["ZIP_LINK"]
    assert len(report.files) == 1


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path):
    report = _unpacked(tmp_path, [("A/A0001.tga", bytes(65 * 1024 * 1024)), ("A/A0002.png", b"good")])
    assert _codes(report.problems) == ["ZIP_BOMB"]
    assert [file.path for file in report.files] == ["A/A0002.png"]


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks(tmp_path):
    path = zipped(tmp_path / "drop.zip", [("A/A0001.tga", bytes(200_000))])
    data = bytearray(path.read_bytes())
    real = struct.pack("<I", 200_000)
    for place in (data.find(real), data.rfind(real)):
        data[place : place + 4] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    (tmp_path / "into").mkdir()
    report = extract_zip(path, tmp_path / "into", replace(LIMITS, max_file_bytes=1000))
    assert _codes(report.problems) == ["ZIP_ENTRY_DAMAGED"]
    assert not [path for path in (tmp_path / "into").rglob("*") if path.is_file()]


def test_an_empty_flat_tga_of_a_thousandfold_packing_is_taken(tmp_path):
    report = _unpacked(tmp_path, [("A/A0001.tga", bytes(1920 * 1080 * 4))])
    assert report.problems == ()


def test_a_nested_archive_is_refused_by_name_and_by_content(tmp_path):
    inner = zipped(tmp_path / "inner.zip", [_GOOD]).read_bytes()
    report = _unpacked(tmp_path, [("more.zip", inner), ("A/A0002.png", inner), _GOOD])
    assert _codes(report.problems) == ["ZIP_NESTED", "ZIP_NESTED"]
    assert [file.path for file in report.files] == ["A/A0001.png"]


def test_a_locked_entry_is_refused(tmp_path):
    path = zipped(tmp_path / "drop.zip", [_GOOD])
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    (tmp_path / "into").mkdir()
    assert _codes(extract_zip(path, tmp_path / "into", LIMITS).problems) == ["ZIP_ENCRYPTED"]


def test_a_damaged_entry_is_refused_and_the_others_are_kept(tmp_path):
    path = tmp_path / "drop.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("A/A0001.png", b"spoiled content")
        archive.writestr("A/A0002.png", b"good")
    path.write_bytes(path.read_bytes().replace(b"spoiled", b"SPOILED", 1))
    (tmp_path / "into").mkdir()
    report = extract_zip(path, tmp_path / "into", LIMITS)
    assert _codes(report.problems) == ["ZIP_ENTRY_DAMAGED"]
    assert [file.path for file in report.files] == ["A/A0002.png"]


@pytest.mark.parametrize("keep", [0, 1, 30, 80])
def test_a_zip_that_was_cut_off_is_refused(tmp_path, keep):
    path = zipped(tmp_path / "drop.zip", [_GOOD])
    path.write_bytes(path.read_bytes()[:keep])
    assert _codes(extract_zip(path, tmp_path, LIMITS).problems) == ["ZIP_DAMAGED"]


@pytest.mark.parametrize(
    ("encoding", "name"), [("cp932", "表紙/ソ0001.png"), ("utf-8", "カット012/A0001.png")]
)
def test_japanese_names_of_a_zip_without_the_utf8_flag_are_read(tmp_path, encoding, name):
    info = zipfile.ZipInfo("x")
    info.filename = name.encode(encoding).decode("cp437")
    path = zipped(tmp_path / "drop.zip", [(info, b"good")])
    # Python flags every name that is not ASCII as UTF-8; the packers meant here do not.
    written = info.filename.encode()
    data = path.read_bytes().replace(written, name.encode(encoding).ljust(len(written), b"x"))
    data = data.replace(b"\x14\x00\x00\x08", b"\x14\x00\x00\x00")
    path.write_bytes(data)
    (tmp_path / "into").mkdir()
    (file,) = extract_zip(path, tmp_path / "into", LIMITS).files
    assert file.path.rstrip("x") == name


def test_a_name_that_is_there_twice_is_taken_once(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        report = _unpacked(tmp_path, [("A/A0001.png", b"first"), ("A/A0001.png", b"second")])
    assert _codes(report.problems) == ["ZIP_DUPLICATE"]
    assert report.files[0].file.read_bytes() == b"first"


def test_files_of_the_computer_are_left_out_of_a_zip_with_one_remark(tmp_path):
    report = _unpacked(tmp_path, [("__MACOSX/A/._A0001.png", b"x"), ("A/.DS_Store", b"x"), _GOOD])
    assert _codes(report.problems) == ["SYSTEM_FILES_IGNORED"]
    assert report.problems[0].data["count"] == 2


@pytest.mark.parametrize("entries", [[], [("empty/", b"")], [(".DS_Store", b"x")]])
def test_a_zip_without_files_says_so(tmp_path, entries):
    assert "EMPTY_FOLDER" in _codes(_unpacked(tmp_path, entries).problems)


def test_an_empty_entry_is_refused(tmp_path):
    report = _unpacked(tmp_path, [("A/A0002.png", b""), _GOOD])
    assert _codes(report.problems) == ["EMPTY_FILE"]


def test_a_file_that_another_file_needs_as_its_folder_is_refused(tmp_path):
    report = _unpacked(tmp_path, [("A", b"file"), ("A/A0001.png", b"in it")])
    assert [file.path for file in report.files] == ["A"]
    assert _codes(report.problems) == ["ZIP_ENTRY_DAMAGED"]


def test_too_many_entries_stop_the_zip_before_the_first(tmp_path):
    report = _unpacked(tmp_path, [(f"A{n:04d}.png", b"x") for n in range(5)], replace(LIMITS, max_files=4))
    assert _codes(report.problems) == ["TOO_MANY_FILES"]
    assert report.files == ()


def test_a_zip_that_grows_past_the_limit_keeps_what_came_before(tmp_path):
    entries = [(f"A{number:04d}.png", bytes(600)) for number in range(1, 4)]
    report = _unpacked(tmp_path, entries, replace(LIMITS, max_total_bytes=1000))
    assert _codes(report.problems) == ["UPLOAD_TOO_LARGE"]
    assert [file.path for file in report.files] == ["A0001.png"]


def test_a_full_disk_stops_the_zip_and_says_what_is_needed(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(safety.shutil, "disk_usage", lambda _path: usage(1000, 990, 10))
    report = _unpacked(tmp_path, [_GOOD])
    assert _codes(report.problems) == ["DISK_FULL"]
    assert report.problems[0].data["free_bytes"] == 10


def test_a_disk_that_fills_up_while_writing_leaves_no_half_file(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(safety.errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(safety, "_copy", full)
    report = _unpacked(tmp_path, [_GOOD])
    assert _codes(report.problems) == ["DISK_FULL"]
    assert not [path for path in (tmp_path / "into").rglob("*") if path.is_file()]


def test_room_on_the_disk_is_asked_with_a_reserve(tmp_path):
    assert check_disk(tmp_path, 1, replace(LIMITS, reserve_bytes=0)) is None
    assert check_disk(tmp_path, 1, replace(LIMITS, reserve_bytes=1 << 60)).code == "DISK_FULL"


@pytest.mark.parametrize(
    ("files", "codes"),
    [
        ([], ["EMPTY_FOLDER"]),
        ([(".DS_Store", 9)], ["EMPTY_FOLDER"]),
        ([("A0001.png", 5), ("A0002.png", 5)], []),
        ([("A0001.png", 0), ("A0002.png", 5)], ["EMPTY_FILE"]),
        ([("A0001.png", 101)], ["FILE_TOO_LARGE"]),
        ([("A0001.png", 90), ("A0002.png", 90), ("A0003.png", 90)], ["UPLOAD_TOO_LARGE"]),
        ([(f"A{number}.png", 1) for number in range(4)], ["TOO_MANY_FILES"]),
    ],
)
def test_an_upload_is_measured_before_it_is_read(files, codes):
    limits = replace(LIMITS, max_files=3, max_file_bytes=100, max_total_bytes=200)
    assert _codes(check_upload(files, limits)) == codes


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "é" * 150, "/".join(["abcdefghi"] * 120)])
def test_a_name_that_no_disk_takes_is_refused(name):
    with pytest.raises(Refused) as caught:
        safe_relative_path(name)
    assert caught.value.problem.code == "NAME_TOO_LONG"
