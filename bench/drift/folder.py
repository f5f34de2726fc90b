"""DriftBench as a folder, for methods that are no part of this project: questions out, answers in.

Questions carry neither their cut nor a telling name, and come in shuffled order; the truth lies in a folder of its
own. docs/driftbench.md describes the files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.drift.answers import FolderError, read_answers
from bench.drift.rows import Row, figure_of, has_place, row_from
from bench.drift.run import Builder, Result
from bench.drift.types import DesignTask, Question, Truth, World

QUESTIONS, TRUTH = "driftbench-questions/1", "driftbench-truth/1"
_FIGURE, _PLACE = 128, 255
Json = dict[str, Any]


def export(builders: Sequence[Builder], out: Path) -> int:
    """Write `out`/questions and `out`/truth and return the number of questions.

    Raises:
        FolderError: the folder holds something already, or cannot be written.
    """
    if out.exists() and any(out.iterdir()):
        raise FolderError(out, "the folder is not empty", "name a new one")
    worlds: list[Json] = []
    truths: list[Json] = []
    for build in builders:
        world = build()
        told, known = _world(world, out, len(truths))
        worlds.append(told)
        truths += known
    _write(out / "questions/questions.json", {"format": QUESTIONS, "worlds": worlds})
    _write(out / "truth/truth.json", {"format": TRUTH, "questions": truths})
    return len(truths)


def _world(world: World, out: Path, first: int) -> tuple[Json, list[Json]]:
    """Write the pictures of one world and return its questions and its truths."""
    asked = list(world.questions())
    order = np.random.default_rng(first).permutation(len(asked))
    questions: list[Json] = []
    truths: list[Json] = []
    for number, index in enumerate(order, first + 1):
        question, truth = asked[index]
        name = f"q{number:05d}"
        file = f"{world.name}/drawings/{name}.png"
        _save(out / "questions" / file, question.png)
        questions.append({"id": name, "design": question.design, "file": file})
        truths.append(_truth(name, question, truth, world, out / "truth"))
    designs = [_design(design, world.name, i, out / "questions") for i, design in enumerate(world.designs)]
    return {"name": world.name, "designs": designs, "questions": questions}, truths


def _design(design: DesignTask, world: str, number: int, out: Path) -> Json:
    folder = f"{world}/designs/{number:02d}"
    sheet = []
    for index, picture in enumerate(design.sheet):
        file = f"{folder}/sheet/{index:02d}.png"
        _save(out / file, picture.png)
        sheet.append({"file": file, "label": picture.key, "kind": picture.kind, "view": picture.view})
    told: Json = {"key": design.key, "sheet": sheet, "colour_model": None}
    if design.swatches:
        told["colour_model"] = f"{folder}/colour_model.json"
        swatches = [
            {"part": s.part, "tone": s.tone, "rgb": list(s.rgb), "tolerance_de": s.tolerance_de}
            for s in design.swatches
        ]
        _write(out / told["colour_model"], {"swatches": swatches})
    return told


def _truth(name: str, question: Question, truth: Truth, world: World, out: Path) -> Json:
    mask = None
    if has_place(truth):
        mask = f"masks/{name}.png"
        layers = figure_of(question.png).astype(np.uint8) * _FIGURE
        if truth.place is not None:
            layers[truth.place] = _PLACE
        _save(out / mask, cv2.imencode(".png", layers)[1].tobytes())
    return {
        "id": name, "tier": world.tier, "cut": question.cut, "label": truth.label, "character": truth.character,
        "fault": truth.fault, "magnitude": truth.magnitude, "unseen": truth.unseen, "encoded": truth.encoded,
        "shot": truth.shot,
        "mask": mask,
    }  # fmt: skip


def _save(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _write(path: Path, data: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def score(answers: Path, truth: Path) -> dict[str, Result]:
    """Return the results by tier of an outsider's answers.

    Args:
        answers: the answers file.
        truth: the truth folder that `export` wrote, or its truth.json.

    Raises:
        FolderError: a file is missing or not as described; it says which, why and what to do.
    """
    file = truth / "truth.json" if truth.is_dir() else truth
    known = _read_truth(file)
    given = read_answers(answers, [row["id"] for row in known])
    results: dict[str, Result] = {}
    for row in known:
        result = results.setdefault(row["tier"], Result(row["tier"], promises={given.method: given.promise}))
        result.rows[given.method].append(_row(row, file.parent, given.answer(row["id"]), given.ms(row["id"])))
    return results


def _read_truth(file: Path) -> list[Json]:
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        known: list[Json] = data["questions"] if data["format"] == TRUTH else []
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FolderError(
            file, f"it cannot be read as {TRUTH} ({error})", "name the truth folder of an export"
        ) from error
    if not known:
        raise FolderError(
            file, f"it holds no questions of the form {TRUTH}", "name the truth folder of an export"
        )
    return known


def _row(row: Json, folder: Path, answer: Any, ms: float) -> Row:
    layers = None
    if row["mask"]:
        layers = cv2.imread(str(folder / row["mask"]), cv2.IMREAD_GRAYSCALE)
        if layers is None:
            raise FolderError(folder / row["mask"], "the mask cannot be read", "export the questions anew")
    place = None if layers is None or not (layers == _PLACE).any() else layers == _PLACE
    truth = Truth(
        row["label"], row["character"], row["fault"], place,
        unseen=row["unseen"], magnitude=row["magnitude"], encoded=row["encoded"],
        shot=row["shot"],
    )  # fmt: skip
    figure = None if layers is None else layers > 0
    return row_from(row["id"], row["cut"], truth, answer, ms, figure)
