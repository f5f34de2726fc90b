"""A folder in, a JSON out: outsiders see no truth, and a wrong answers file is refused with the way out."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from bench.drift import cli, tier_a
from bench.drift.answers import FORMAT, FolderError, read_answers
from bench.drift.folder import export, score
from bench.drift.table import evaluate

TINY = tier_a.Size(worlds=1, characters=2, seen=1, unseen=1, drawings=1, drifts=1, shams=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("drift") / "bench"
    export([partial(tier_a.world, 0, TINY, "valid")], out)
    return out


def _questions(folder: Path) -> list[dict]:
    data = json.loads((folder / "questions/questions.json").read_text())
    return [question for world in data["worlds"] for question in world["questions"]]


def _truth(folder: Path) -> dict[str, dict]:
    return {row["id"]: row for row in json.loads((folder / "truth/truth.json").read_text())["questions"]}


def _answers(folder: Path, **more: object) -> dict:
    rows = [{"id": q["id"], "drift": 1.0} for q in _questions(folder)]
    return {"format": FORMAT, "method": "mine", "answers": rows, **more}


def _saved(path: Path, data: object) -> Path:
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    return path


def test_every_file_is_there_and_nothing_tells_the_truth(folder: Path) -> None:
    told = (folder / "questions/questions.json").read_text()
    data = json.loads(told)
    for design in data["worlds"][0]["designs"]:
        assert all((folder / "questions" / picture["file"]).is_file() for picture in design["sheet"])
        assert json.loads((folder / "questions" / design["colour_model"]).read_text())["swatches"]
    assert all((folder / "questions" / q["file"]).is_file() for q in _questions(folder))
    assert not any(word in told for word in ("palette_de", "clean", "half_pixel", "C01", "unseen"))
    assert set(_truth(folder)) == {q["id"] for q in _questions(folder)}


def test_a_perfect_outsider_gets_a_perfect_table(folder: Path, tmp_path: Path) -> None:
    truth, rows = _truth(folder), []
    (tmp_path / "heat").mkdir()
    for id_, row in truth.items():
        wrong = bool(row["fault"])
        answer = {"id": id_, "drift": float(wrong), "fault": row["fault"], "flagged": wrong, "ms": 5}
        if row["mask"]:
            mask = cv2.imread(str(folder / "truth" / row["mask"]), cv2.IMREAD_GRAYSCALE)
            cv2.imwrite(str(tmp_path / f"heat/{id_}.png"), np.where(mask == 255, 200, 0).astype(np.uint8))
            answer["heat"] = f"heat/{id_}.png"
        rows.append(answer)
    file = _saved(tmp_path / "answers.json", {"format": FORMAT, "method": "oracle", "answers": rows})
    figures = evaluate(score(file, folder / "truth")["A"].rows["oracle"])
    assert figures["auroc"]["all"] == 1.0
    assert set(figures["recall_at_1"].values()) == {1.0}
    assert figures["pixel_auroc"] == 1.0
    assert figures["aupimo"] == 1.0
    assert figures["alarm_rate"] == 0.0
    assert all(set(named) == {true} for true, named in figures["confusion"].items())


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda rows: rows.pop(), "have no answer"),
        (lambda rows: rows.append(dict(rows[0])), "answered twice"),
        (lambda rows: rows.append({"id": "q99999", "drift": 1}), "no question"),
        (lambda rows: rows[0].update(drift="high"), "has drift 'high'"),
        (lambda rows: rows[0].update(drift=float("nan")), "finite"),
        (lambda rows: rows[0].update(drift=None), "has no drift"),
        (lambda rows: rows[0].update(fault="UGLY"), "COLOUR"),
        (lambda rows: rows[0].update(flagged="yes"), "true or false"),
        (lambda rows: rows[0].update(heat_box_xyxy=[5, 5, 1, 9]), "exclusive"),
        (lambda rows: rows[0].pop("id"), "has no id"),
    ],
)
def test_a_wrong_answer_is_refused_by_name_with_the_way_out(folder, tmp_path, spoil, said) -> None:
    data = _answers(folder)
    spoil(data["answers"])
    file = _saved(tmp_path / "answers.json", data)
    with pytest.raises(FolderError, match=said) as caught:
        read_answers(file, list(_truth(folder)))
    assert "answers.json" in str(caught.value)
    assert "Way out" in str(caught.value)


def test_a_file_that_is_no_answers_file_is_refused(folder: Path, tmp_path: Path) -> None:
    for data in ("{", "[]", {"format": "other/1", "answers": []}, _answers(folder, promise=5)):
        with pytest.raises(FolderError, match="Way out"):
            read_answers(_saved(tmp_path / "answers.json", data), list(_truth(folder)))


def test_a_heat_map_that_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    data = _answers(folder)
    data["answers"][0]["heat"] = "heat/nowhere.png"
    with pytest.raises(FolderError, match=r"nowhere\.png"):
        score(_saved(tmp_path / "answers.json", data), folder / "truth")


def test_the_command_line_scores_and_refuses(folder: Path, tmp_path: Path, capsys) -> None:
    file = _saved(tmp_path / "answers.json", _answers(folder))
    assert cli.main(["score", "--answers", str(file), "--truth", str(folder / "truth")]) == 0
    last = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert last["bench"] == "drift"
    assert last["tier_a"]["auroc"]["all"] == 0.5
    assert "skipped" in last["tier_b"]
    assert cli.main(["score", "--answers", str(tmp_path / "no.json"), "--truth", str(folder / "truth")]) == 2
    assert "no.json" in capsys.readouterr().err


def test_the_method_in_the_documentation_runs_and_is_scored(folder: Path, tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs/driftbench.md").read_text()
    (tmp_path / "mymethod.py").write_text(page.split("```python\n")[1].split("```")[0])
    command = [sys.executable, "mymethod.py", str(folder / "questions"), "answers.json"]
    subprocess.run(command, cwd=tmp_path, check=True)
    figures = evaluate(score(tmp_path / "answers.json", folder / "truth")["A"].rows["mean colour"])
    assert figures["auroc"]["costume"] > 0.5
    assert figures["pixel_auroc"] is None


def test_a_folder_with_something_in_it_is_not_written_over(folder: Path) -> None:
    with pytest.raises(FolderError, match="not empty"):
        export([], folder)
