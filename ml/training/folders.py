"""The folder of a training: claimed for one recipe, and filled by processes side by side."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from ml.errors import MLError


class BadRun(MLError):
    """A folder of another recipe, or a part of the training that failed."""


def claim(out: Path, size: str, sha256: str, *, resume: bool) -> None:
    """Mark a folder as a recipe's, or find that it is.

    Args:
        out: folder of the training; made where there is none.
        size: of the recipe.
        sha256: checksum of what the recipe renders.
        resume: go on with what is there.

    Raises:
        BadRun: it holds another recipe, or a run and `resume` is not asked for.
    """
    mark = out / "recipe.json"
    if mark.is_file():
        if not resume:
            msg = f"{out} holds a training already; go on with --resume, or name another folder"
            raise BadRun(msg, expected="an empty folder", actual=str(out))
        if json.loads(mark.read_text())["recipe_sha256"] != sha256:
            msg = f"{out} holds the training of another recipe; name another folder"
            raise BadRun(msg, expected=sha256, actual=mark.read_text())
    out.mkdir(parents=True, exist_ok=True)
    mark.write_text(json.dumps({"size": size, "recipe_sha256": sha256}))


def rendered(todo: Sequence[int], render: Callable[[int], int], workers: int) -> Iterator[int]:
    """Render every number of `todo` and yield each as it is done; `render` must be picklable."""
    if workers <= 1:
        yield from map(render, todo)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for job in as_completed([pool.submit(render, number) for number in todo]):
            yield job.result()
