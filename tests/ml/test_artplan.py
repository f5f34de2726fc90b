"""A folder of art with a manifest becomes a plan; the command line says what it did or why it did not."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from ml.__main__ import main
from ml.artplan import group, read_manifest
from ml.errors import BadImage
from ml.pixels import decode
from ml.runtime import Runtime
from ml.types import SheetPicture
from tests.ml.dolls import MIO, MIO_SUMMER, REN, png

ART = Path(__file__).resolve().parents[3] / "shared/data/dev"


@pytest.fixture
def folder(tmp_path):
    """Two characters, one in two costumes, one with a sequence, and files that are no drawing of a character."""
    files = [{"file": "notes.json", "set": "s", "role": {"kind": "text"}}]
    for name, costume, doll in (("mio", "day", MIO), ("mio", "summer", MIO_SUMMER), ("ren", None, REN)):
        for index in range(8):
            file = f"{name}_{costume}_{index}.png"
            (tmp_path / file).write_bytes(png(replace(doll, arm=9 * index)))
            role = {"character": name, "costume": costume, "stage": "final"}
            role |= {"sequence": "walk", "frame": index} if name == "ren" else {"expression": f"e{index}"}
            files.append({"file": file, "set": "s", "height": 480, "width": 360, "role": role})
    files.append({**files[1], "role": {**files[1]["role"], "stage": "rough_pencil"}})
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"format": "anime-qa-testdata/1", "files": files}))
    return tmp_path


def test_sheet_and_rest_share_no_drawing(folder):
    designs = group(read_manifest(folder))
    assert {(d.character, d.code) for d in designs} == {
        ("s-mio", "day"),
        ("s-mio", "summer"),
        ("s-ren", "default"),
    }
    for design in designs:
        assert not {a.path for a in design.sheet} & {a.path for a in design.rest}
        assert len(design.sheet) + len(design.rest) == 8


def test_a_plan_names_only_files_that_exist_and_truths_that_are_drawn(folder, tmp_path):
    out = tmp_path / "out"
    assert main(["art-plan", str(folder), "--out", str(out)]) == 0
    plan = json.loads((out / "plan.json").read_text())
    assert plan["format"] == "sakkan-plan/1"
    designs = {f"{c['code']}/{d['code']}" for c in plan["characters"] for d in c["designs"]}
    for cut in plan["cuts"]:
        assert set(cut["cast"]) <= designs
        assert {t["number"] for t in cut["truth"]} <= {d["number"] for d in cut["drawings"]}
        for drawing in cut["drawings"]:
            assert decode((out / drawing["file"]).read_bytes()).shape[2] == 4
            assert drawing["file"] == f"cuts/EP01_C{cut['number']}/A/A{drawing['number']:04d}.png"
    assert Counter(t["kind"] for c in plan["cuts"] for t in c["truth"])["wrong_costume"] >= 1


def test_a_folder_without_a_manifest_is_refused(tmp_path, capsys):
    with pytest.raises(BadImage):
        read_manifest(tmp_path)
    assert main(["art-plan", str(tmp_path), "--out", str(tmp_path / "o")]) == 1
    assert "MANIFEST.json" in capsys.readouterr().err


def test_the_command_line_describes_the_embedder(capsys):
    assert main(["describe"]) == 0
    assert json.loads(capsys.readouterr().out)["model_id"].startswith("hand@")


@pytest.mark.realart
@pytest.mark.skipif(not ART.is_dir(), reason="no shared art here")
def test_real_characters_shown_under_another_name_are_always_found():
    runtime = Runtime()
    designs = [d for d in group(read_manifest(ART)) if d.sheet[0].set_name == "renpy_vn"]
    pictures = {
        d.character + d.code: [SheetPicture(a.path.name, a.path.read_bytes(), "", "") for a in d.sheet]
        for d in designs
    }
    packs = {key: runtime.compile(key, drawn) for key, drawn in pictures.items()}
    for design in designs:
        pngs = [a.path.read_bytes() for a in design.rest]
        vectors = runtime.embed(pngs)
        own = design.character + design.code
        for key, pack in packs.items():
            found = runtime.measure(pngs, vectors, [pack], list(packs.values()))
            wrong = [row[0].drift > 1.0 and row[0].aspects[0].aspect == "WRONG_DESIGN" for row in found]
            assert wrong == [key != own] * len(pngs)
