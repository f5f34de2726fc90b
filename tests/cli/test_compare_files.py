"""Folders of `sakkan compare`: what counts as a drawing, in which order, and what a sheet's names say."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cli import compare_files
from studio.cli.compare_files import (
    Folder,
    Named,
    Unread,
    kind_and_view,
    labels,
    look_into,
    repeated,
    unplain_folders,
)
from studio.cli.errors import BadInput
from tests.world import png


def test_drawings_come_in_the_order_that_people_count(tmp_path: Path) -> None:
    for name in (
        "A10.png",
        "a2.TGA",
        "A1.psd",
        "B/A1.png",
        "notes.txt",
        "Thumbs.db",
        ".hidden.png",
        "__MACOSX/x.png",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    folder = look_into(tmp_path, what="--drawings")
    assert [named.name for named in folder.drawings] == ["A1.psd", "a2.TGA", "A10.png", "B/A1.png"]
    assert folder.others == ["notes.txt"]


def test_one_file_is_a_folder_of_one(tmp_path: Path) -> None:
    (tmp_path / "A1.png").write_bytes(png())
    assert [named.name for named in look_into(tmp_path / "A1.png", what="--drawings").drawings] == ["A1.png"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="There is no folder"):
        look_into(tmp_path / "nowhere", what="--sheet")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("turnaround_front.png", ("turnaround", "front")),
        ("Mio_three-quarter_02.png", ("turnaround", "three_quarter")),
        ("mio_3q.tga", ("turnaround", "three_quarter")),
        ("expressions/back.png", ("expression", "back")),
        ("side/expression_smile.png", ("expression", "side")),
        ("表情/横.png", ("expression", "side")),
        ("三面図_正面.png", ("turnaround", "front")),
        ("detail_head_back.png", ("detail", "back")),
        ("inside_backpack.png", ("turnaround", "")),
        ("A0034.png", ("turnaround", "")),
    ],
)
def test_names_say_kind_and_view(name: str, said: tuple[str, str]) -> None:
    assert kind_and_view(name) == said


def test_folders_with_one_name_are_told_apart_by_those_above() -> None:
    assert labels([Path("/a/mio/sheet"), Path("/a/ren/sheet")]) == ["mio/sheet", "ren/sheet"]
    assert labels([Path("/a/mio"), Path("/b/ren")]) == ["mio", "ren"]


def test_folders_below_a_sheet_that_may_be_several_designs_are_noticed() -> None:
    def below(*names: str) -> Folder:
        return Folder(Path(), [Named(Path(name), name) for name in names])

    assert unplain_folders(below("blazer/front.png", "shirt/front.png")) == ["blazer", "shirt"]
    assert unplain_folders(below("turnaround/a.png", "表情/b.png", "side view/c.png", "d.png")) == []


def test_only_files_of_the_same_bytes_repeat(tmp_path: Path) -> None:
    for name, data in (("1", b"same"), ("2", b"size"), ("3", b"same"), ("4", b"longer")):
        (tmp_path / name).write_bytes(data)
    files = [Named(tmp_path / name, name) for name in ("1", "2", "3", "4", "gone")]
    assert repeated(files) == {"3": "1"}


def test_a_file_that_cannot_be_opened_is_told_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "A1.png").symlink_to("nowhere.png")
    with pytest.raises(Unread) as caught:
        compare_files.read_drawing(Named(tmp_path / "A1.png", "A1.png"), "drawings")
    assert caught.value.fault.file == "A1.png"
    assert "Put that right" in caught.value.fault.message


def test_movies_are_not_passed_over_in_silence() -> None:
    said = compare_files.left_out(Folder(Path(), others=["cut.mp4", "notes.txt"]), "drawings")
    assert [(fault.file, fault.code) for fault in said] == [("cut.mp4", "MOVIE")]
