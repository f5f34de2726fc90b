"""The preview process as the web process sees it: started at need, started anew, stopped in time, never left over."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core import previews
from studio.core.drafting import Drafter, Sketch, Turn
from studio.core.errors import ComputeBusy, ComputeFailed, InvalidInput, StaleInput

ROOT = Path(__file__).resolve().parents[2]
# A child that speaks the protocol and does what the pair's name says.
ACTOR = """
import os, sys, time
from ml.inbetween.serve import read_message, write_message
opened = set()
while (message := read_message(sys.stdin.buffer)) is not None:
    header, blobs = message
    name = header["pair"]
    if header["op"] == "open":
        opened.add(name)
        write_message(sys.stdout.buffer, {"ok": True}, [])
    elif name.startswith("die") or (name.startswith("once") and not os.path.exists(sys.argv[1])):
        open(sys.argv[1], "w").close()
        os._exit(3)
    elif name.startswith("hang"):
        time.sleep(60)
    elif name not in opened:
        write_message(sys.stdout.buffer, {"ok": False, "error": "unknown_pair", "message": ""}, [])
    else:
        time.sleep(0.2 if name.startswith("slow") else 0)
        write_message(sys.stdout.buffer, {"ok": True, "pid": os.getpid()}, [b"png"])
"""


def png(left: int, size: tuple[int, int] = (96, 64)) -> bytes:
    rgba = np.zeros((size[1], size[0], 4), np.uint8)
    rgba[20:40, left : left + 20] = (200, 40, 40, 255)
    out = io.BytesIO()
    Image.fromarray(rgba).save(out, "PNG")
    return out.getvalue()


def keys() -> tuple[bytes, bytes]:
    return png(10), png(60)


@pytest.fixture
def real() -> Iterator[Drafter]:
    made = Drafter()
    yield made
    made.close()


@pytest.fixture
def actor(tmp_path: Path) -> Iterator[Callable[..., Drafter]]:
    made: list[Drafter] = []

    def start(limit_s: float = 20.0) -> Drafter:
        made.append(Drafter([sys.executable, "-c", ACTOR, str(tmp_path / "died")], limit_s=limit_s))
        return made[-1]

    yield start
    for each in made:
        each.close()


def test_the_real_process_draws_between_two_keys(real: Drafter) -> None:
    header, pngs = real.draw(Sketch("1-2", keys, {}, [0.0, 0.5, 1.0], regions=True))
    assert header["size_hw"] == [64, 96]
    assert [each["t"] for each in header["drawings"]] == [0.0, 0.5, 1.0]
    assert {"regions", "needs_breakdown", "engine", "model", "box_xyxy"} <= set(header)
    assert all(each.startswith(b"\x89PNG") for each in pngs)


def test_keys_are_sent_once_and_again_after_the_process_was_killed(real: Drafter) -> None:
    sent: list[int] = []
    sketch = Sketch("1-2", lambda: (sent.append(1), keys())[1], {}, [0.5])
    real.draw(sketch)
    real.draw(sketch)
    assert sent == [1]
    os.kill(real._child.process.pid, signal.SIGKILL)
    real._child.process.wait()
    assert real.draw(sketch)[0]["drawings"]
    assert sent == [1, 1]


def test_what_the_process_refuses_is_said_in_the_studios_words(real: Drafter) -> None:
    with pytest.raises(ComputeFailed, match=r"differ in size \(96 × 64 and 64 × 64\)"):
        real.draw(Sketch("d", lambda: (png(1), png(1, (64, 64))), {}, [0.5]))
    with pytest.raises(ComputeFailed, match="PNG"):
        real.draw(Sketch("e", lambda: (b"", b""), {}, [0.5]))
    with pytest.raises(InvalidInput, match="pins"):
        real.draw(Sketch("1-2", keys, {"pins": 3}, [0.5]))
    assert real.draw(Sketch("1-2", keys, {}, [0.5]))[1]


def test_a_process_that_dies_in_the_middle_is_started_again(actor: Callable[..., Drafter]) -> None:
    assert actor().draw(Sketch("once", keys, {}, [0.5]))[1] == [b"png"]


def test_a_pair_that_kills_it_twice_is_given_up_and_others_go_on(actor: Callable[..., Drafter]) -> None:
    drafter = actor()
    with pytest.raises(ComputeBusy, match="its process ended"):
        drafter.draw(Sketch("die", keys, {}, [0.5]))
    assert drafter.draw(Sketch("fine", keys, {}, [0.5]))[1] == [b"png"]


def test_a_question_that_takes_too_long_is_stopped_and_said_so(
    actor: Callable[..., Drafter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "START_LIMIT_S", 0.0)
    drafter = actor(limit_s=1.5)
    began = time.monotonic()
    with pytest.raises(ComputeBusy, match="took longer than 2 s"):
        drafter.draw(Sketch("hang", keys, {}, [0.5]))
    assert time.monotonic() - began < 20
    assert drafter._child is None


def test_a_command_that_does_not_exist_is_said_so() -> None:
    with pytest.raises(ComputeBusy, match="its process ended"):
        Drafter(["/nowhere/python"]).draw(Sketch("p", keys, {}, [0.5]))


def test_of_one_persons_questions_only_the_newest_is_answered(actor: Callable[..., Drafter]) -> None:
    drafter, answers = actor(), dict[int, str]()
    drafter.draw(Sketch("slow", keys, {}, [0.5]))

    def ask(number: int) -> None:
        try:
            drafter.draw(Sketch("slow", keys, {}, [0.5]), Turn("aoi", number))
            answers[number] = "drawn"
        except StaleInput as error:
            answers[number] = error.code

    threads = []
    for number in range(4):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        time.sleep(0.03)  # the first is being drawn while the others wait
    for each in threads:
        each.join()
    assert answers == {0: "drawn", 1: "draft_stale", 2: "draft_stale", 3: "drawn"}


def test_an_overtaken_question_does_not_wait_for_the_one_that_is_drawn(actor: Callable[..., Drafter]) -> None:
    drafter, ended = actor(), dict[int, float]()
    drafter.draw(Sketch("slow", keys, {}, [0.5]))
    began = time.monotonic()

    def ask(number: int) -> None:
        with contextlib.suppress(StaleInput):
            drafter.draw(Sketch("slow", keys, {}, [0.5]), Turn("aoi", number))
        ended[number] = time.monotonic() - began

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for each in threads:
        each.start()
        time.sleep(0.03)
    for each in threads:
        each.join()
    assert ended[1] < ended[0] < ended[2]


def test_more_people_than_can_wait_are_told_so(actor: Callable[..., Drafter]) -> None:
    drafter, answers = actor(), list[str]()
    drafter.draw(Sketch("slow", keys, {}, [0.5]))

    def ask(who: int) -> None:
        try:
            drafter.draw(Sketch("slow", keys, {}, [0.5]), Turn(str(who), 1))
            answers.append("drawn")
        except ComputeBusy as error:
            answers.append(error.code)

    threads = [threading.Thread(target=ask, args=(who,)) for who in range(previews.MOST_WAITING + 3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert set(answers) == {"drawn", "draft_busy"}
    assert drafter.draw(Sketch("slow", keys, {}, [0.5]))[1]


def test_two_people_do_not_make_each_other_stale(actor: Callable[..., Drafter]) -> None:
    drafter = actor()
    drafter.draw(Sketch("p", keys, {}, [0.5]), Turn("aoi", 9))
    assert drafter.draw(Sketch("p", keys, {}, [0.5]), Turn("ken", 1))[1]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def _gone(pid: int, patience_s: float = 15) -> bool:
    deadline = time.monotonic() + patience_s
    while _alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not _alive(pid)


STARTS = """
import django, sys, time; django.setup()
from studio.core.drafting import drafter
drafter().warm()
print(drafter()._child.process.pid, flush=True)
time.sleep(float(sys.argv[1]))
"""


@pytest.mark.parametrize("how", ["it ends by itself", "it is killed"])
def test_the_process_ends_with_the_web_process(how: str) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "studio.config.settings_test"}
    command = [sys.executable, "-c", STARTS, "0" if how == "it ends by itself" else "60"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as web:
        pid = int(web.stdout.readline())
        if how == "it is killed":
            assert _alive(pid)
            web.kill()
    assert _gone(pid)


def test_the_web_process_draws_previews_without_loading_the_engine() -> None:
    code = (
        "import django, sys; django.setup(); from tests.core.test_drafting import keys;"
        "from studio.core.drafting import Sketch, drafter; before = set(sys.modules);"
        "assert drafter().draw(Sketch('p', keys, {}, [0.5]))[1];"
        "bad = {'torch', 'faiss', 'cv2', 'skimage', 'ml'} & (set(sys.modules) - before | before); assert not bad, bad"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "studio.config.settings_test"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
