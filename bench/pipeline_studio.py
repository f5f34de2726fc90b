"""The installation that bench/pipeline.py times; its steps run in processes of their own by `manage.py shell -c`."""

from __future__ import annotations

import hashlib
import io
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
from django.core.management import call_command

from assets.choices import SheetState, Stage
from assets.models import (
    Casting,
    Cell,
    Character,
    ColourModel,
    Cut,
    Design,
    Drawing,
    Episode,
    ModelSheet,
    Production,
    SheetDrawing,
    Swatch,
    Take,
)
from ml.pixels import encode_png
from ml.puppets.plan import colour_model
from ml.puppets.pose import VIEWS
from ml.puppets.production import designs, sheet_of
from ml.puppets.render import FULL, render
from ml.puppets.sequence import acting
from ml.types import Embeddings
from qa.services import embeddings, renewal
from studio.core import jobs
from studio.core.compute import LocalCompute, compute
from studio.core.models import Job
from studio.core.storage import blobs

SIZE_HW, PER_TAKE, CAST = (1080, 1920), 50, "aki/school"


class TimedCompute(LocalCompute):
    """The real engine, with the time that decoding takes kept apart from embedding."""

    decode_s = 0.0

    def embed(self, pngs: Sequence[bytes]) -> Embeddings:
        """Decode into the engine's own cache first, then embed."""
        started = time.perf_counter()
        for png in pngs:
            self._runtime._figure(png)
        TimedCompute.decode_s += time.perf_counter() - started
        return super().embed(pngs)


def build(drawings: int) -> None:
    """Write an installation with that many distinct drawings in takes of fifty, and the jobs that check them."""
    call_command("migrate", verbosity=0)
    production = Production.objects.create(code="BENCH", title="Bench")
    episode = Episode.objects.create(production=production, code="EP01")
    cast = {code: _design(production, code) for code in designs()}
    embeddings.packs_for(list(cast.values()))
    pictures = _pictures(drawings)
    for number in range(-(-drawings // PER_TAKE)):
        cut = Cut.objects.create(episode=episode, number=f"{number + 1:03}")
        Casting.objects.create(cut=cut, design=cast[CAST])
        count = min(PER_TAKE, drawings - number * PER_TAKE)
        take = _take(cut, [next(pictures) for _index in range(count)])
        renewal.submit(take, actor=None)


def work() -> None:
    """Be a worker: load the engine, say "ready", wait for a line, do whatever nobody else does, report as JSON."""
    compute().describe()
    cv2.setNumThreads(1)
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.process_time()
    for job_id in Job.objects.order_by("created_at").values_list("pk", flat=True):
        jobs.run(str(job_id))
    report = {
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "cpu_s": time.process_time() - started,
        "decode_s": TimedCompute.decode_s,
    }
    print(json.dumps(report), flush=True)


def report() -> None:
    """Print what the jobs came to as JSON: seconds by stage, drawings, flags, jobs that did not end well."""
    seconds: dict[str, float] = {}
    done = Job.objects.filter(state="done")
    for job in done:
        for stage, spent in job.result["seconds"].items():
            seconds[stage] = seconds.get(stage, 0.0) + spent
    print(
        json.dumps(
            {
                "seconds": seconds,
                "drawings": sum(job.result["drawings"] for job in done),
                "not comparable": sum(len(job.result["not_comparable"]) for job in done),
                "flags": sum(job.result["flags"] for job in done),
                "failed": Job.objects.exclude(state="done").count(),
            }
        )
    )


def _design(production: Production, code: str) -> Design:
    puppet = designs()[code]
    character, _new = Character.objects.get_or_create(
        production=production, code=puppet.code, defaults={"name": puppet.name}
    )
    design = Design.objects.create(character=character, code=puppet.costume.code, name=puppet.costume.name)
    sheet = ModelSheet.objects.create(design=design, version=1, state=SheetState.APPROVED)
    for position, item in enumerate(sheet_of(puppet)):
        rgba = render(puppet, item.pose, item.expression, item.framing).rgba
        sha, size_hw = _store(encode_png(rgba)), rgba.shape[:2]
        SheetDrawing.objects.create(
            sheet=sheet,
            position=position,
            kind=item.kind,
            view=item.view,
            label=item.label,
            blob=sha,
            view_blob=sha,
            content_sha256=sha,
            height_px=size_hw[0],
            width_px=size_hw[1],
        )
    model = ColourModel.objects.create(sheet=sheet)
    for position, swatch in enumerate(colour_model(puppet)):
        Swatch.objects.create(colour_model=model, position=position, **_swatch(swatch))
    return design


def _swatch(row: dict[str, object]) -> dict[str, object]:
    red, green, blue = row["rgb"]  # type: ignore[misc]
    return {"part": row["part"], "tone": row["tone"], "red": red, "green": green, "blue": blue}


def _pictures(drawings: int) -> Iterator[str]:
    """Yield blobs of distinct drawings: each pose of the sequences, moved sideways a little more each round."""
    puppet = designs()[CAST]
    framing = replace(FULL, size_hw=SIZE_HW)
    states = [
        sequence.state(index)
        for sequence in (
            acting(code, yaw) for code in ("wave", "walk", "turn_to") for yaw in (0.0, VIEWS["three_quarter"])
        )
        for index in range(sequence.length)
    ]
    # A sequence comes back to poses, and two states may look alike: a drawing counts once.
    rendered = (render(puppet, pose, expression, framing).rgba for pose, expression in dict.fromkeys(states))
    distinct = list({rgba.tobytes(): rgba for rgba in rendered}.values())
    rounds = -(-drawings // len(distinct)) + 2
    seen: set[str] = set()
    with ThreadPoolExecutor(2) as pool:
        for rgba in distinct:
            moved = [np.roll(rgba, shift_px, axis=1) for shift_px in _shifts(rgba, rounds)]
            shas = [sha for sha in pool.map(lambda one: _store(encode_png(one)), moved) if sha not in seen]
            seen.update(shas)
            yield from shas


def _shifts(rgba: np.ndarray, rounds: int) -> list[int]:
    """Return so many distances in px by which the figure may move sideways and stay whole in the frame."""
    columns = np.flatnonzero(rgba[..., 3].any(axis=0))
    return np.linspace(-columns[0], rgba.shape[1] - 1 - columns[-1], rounds).round().astype(int).tolist()


def _take(cut: Cut, shas: Sequence[str]) -> Take:
    take = Take.objects.create(cut=cut, stage=Stage.PT, number=1)
    cell = Cell.objects.create(take=take, name="A")
    Drawing.objects.bulk_create(
        Drawing(
            cell=cell,
            number=number,
            numbers=[number],
            blob=sha,
            view_blob=sha,
            content_sha256=hashlib.sha256(sha.encode()).hexdigest(),
            height_px=SIZE_HW[0],
            width_px=SIZE_HW[1],
        )
        for number, sha in enumerate(shas, start=1)
    )
    return take


def _store(png: bytes) -> str:
    return blobs().put(io.BytesIO(png)).sha256
