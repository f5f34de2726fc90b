"""How long pages take with 100,000 flags and 10,000 cuts, how soon the next flag is seen, and 50 parallel uploads.

`python bench/web.py [--cuts 10000] [--quick]`. A temporary studio is filled and started as `make run` starts it.
Pages are timed over HTTP from outside, the next flag in a real Chromium from the key to the painted drawing (beside
it, as a baseline, a plain navigation to the same page), uploads by the API as `sakkan push` speaks to it.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import requests
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from studio.cli.client import Client
from studio.cli.config import Account
from studio.cli.sending import Patience, send_file

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "bench-bench"  # noqa: S105  (a studio of the bench lives for minutes)
UPLOADS, DRAWINGS = 50, 24
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS_IN_A_SITTING = 40


def main() -> None:
    """Read the command line, fill a studio, start it, measure, print the JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cuts", type=int, default=10_000, help="cuts of the large production, ten flags each"
    )
    parser.add_argument("--quick", action="store_true", help="400 cuts: to see that everything works")
    args = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="sakkan-bench-web-"))
    try:
        run(folder, 400 if args.quick else args.cuts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(folder: Path, cuts: int) -> None:
    """Fill, count the queries, time the pages, sit at the desk, upload; print the figures."""
    print(f"Filling a studio with {cuts:,} cuts and {cuts * 10:,} flags ...", flush=True)
    known = json.loads(_step(folder, f"build({cuts})").splitlines()[-1])
    counts = json.loads(_step(folder, "queries()").splitlines()[-1])
    constant = all(counts["LARGE"][page] <= count for page, count in counts["SMALL"].items())
    if counts["SMALL"] != counts["LARGE"]:
        print(
            "Not the same in the small and the large production:",
            {k: (v, counts["LARGE"][k]) for k, v in counts["SMALL"].items() if v != counts["LARGE"][k]},
        )
    with _served(folder) as url:
        times = pages(url, known)
        next_flag, plain = sitting(url, known)
        uploaded = uploads(url, known)
    print(
        json.dumps(
            {
                "bench": "web",
                "queue_p95_ms": times["queue"]["p95"],
                "flag_p95_ms": times["flag"]["p95"],
                "queries": counts["LARGE"],
                "next_flag_ms": _p95(next_flag),
                "uploads_per_s": uploaded["uploads_per_s"],
                "queries_constant": constant,
                "next_flag_median_ms": round(statistics.median(next_flag), 1),
                "next_flag_by_plain_navigation_ms": _p95(plain),
                "pages_p95_ms": {name: each["p95"] for name, each in times.items()},
                "uploads": uploaded,
                "flags": known["flags"],
                "cuts": known["cuts"],
            }
        )
    )


def pages(url: str, known: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Time every page as a signed-in supervisor: the queue with its filters and orders, many different flags."""
    session = _signed_in(url)
    queue = known["pages"]["queue"]
    orders = [
        "",
        "?order=age",
        "?order=character",
        "?order=cut",
        "?fault=OFF_MODEL.COLOUR",
        "?stage=PT",
        "?page=20",
    ]
    wanted = {name: [address] * 20 for name, address in known["pages"].items()}
    wanted["queue"] = [queue + orders[index % len(orders)] for index in range(70)]
    wanted["flag"] = [f"/flags/{pk}/" for pk in known["some_flags"][:100]]
    found = {}
    for name, addresses in wanted.items():
        _timed(session, url + addresses[0])  # the first one pays for templates
        spent = [_timed(session, url + address) for address in addresses]
        found[name] = {"median": round(statistics.median(spent), 1), "p95": _p95(spent)}
        print(
            f"  {name:12} median {found[name]['median']:7.1f} ms   p95 {found[name]['p95']:7.1f} ms",
            flush=True,
        )
    return found


def sitting(url: str, known: dict[str, Any]) -> tuple[list[float], list[float]]:
    """Return how long after the key the next flag stood on the screen, and how long a plain navigation takes (ms)."""
    path = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        sys.exit("bench-web needs Chromium: install Debian's package 'chromium'.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)
        page = context.new_page()
        page.goto(f"{url}/login/")
        page.fill("#id_username", "supervisor")
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda address: "/login/" not in address)
        plain = [_plain(page, f"{url}/flags/{pk}/") for pk in known["some_flags"][100:115]]
        page.goto(f"{url}/flags/{known['some_flags'][0]}/")
        spent = [_verdict(page) for _index in range(_FLAGS_IN_A_SITTING)]
        browser.close()
    print(f"  next flag    median {statistics.median(spent):7.1f} ms   p95 {_p95(spent):7.1f} ms")
    print(f"  (plain)      median {statistics.median(plain):7.1f} ms   p95 {_p95(plain):7.1f} ms", flush=True)
    return spent, plain


def _verdict(page: Page) -> float:
    """Look at the flag for a second, press A, and return what the page measured up to the painted next drawing."""
    page.wait_for_selector("#flag[data-ready]")
    before = page.evaluate("performance.getEntriesByName('sakkan:next-flag').length")
    page.wait_for_timeout(1_000)  # a person looks; meanwhile the next flag is fetched
    page.keyboard.press("a")
    page.wait_for_function(
        "count => performance.getEntriesByName('sakkan:next-flag').length > count", arg=before, timeout=15_000
    )
    return float(page.evaluate("performance.getEntriesByName('sakkan:next-flag').at(-1).duration"))


def _plain(page: Page, address: str) -> float:
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_selector("#flag[data-ready]")
    return 1000 * (time.perf_counter() - started)


def uploads(url: str, known: dict[str, Any]) -> dict[str, Any]:
    """Send 50 takes of 24 drawings at once and wait until all of them are takes.

    `uploads_per_s` counts takes whose bytes have all arrived and were accepted; `takes_per_s` those read and written.
    """
    token = Client(Account(url, "")).post("auth/login/", username="supervisor", password=PASSWORD)["token"]
    with tempfile.TemporaryDirectory() as name:
        files = _files(Path(name))
        started = time.perf_counter()
        with ThreadPoolExecutor(UPLOADS) as pool:
            sent = list(pool.map(lambda cut: _send(url, token, cut, files), known["upload_cuts"]))
        accepted = time.perf_counter() - started
    client = Client(Account(url, token))
    states = [_settled(client, upload) for upload in sent]
    seconds = time.perf_counter() - started
    counts = [
        len(list(client.listed(f"takes/{state['take']}/drawings/"))) for state in states if state["take"]
    ]
    faults = sum(count != DRAWINGS for count in counts) + sum(state["take"] is None for state in states)
    if faults:
        print(f"  {faults} of {UPLOADS} uploads are NOT whole", flush=True)
    rate = UPLOADS / accepted
    print(f"  uploads      {rate:.2f} a second accepted, {UPLOADS / seconds:.2f} a second read", flush=True)
    return {
        "uploads_per_s": round(rate, 2),
        "takes_per_s": round(UPLOADS / seconds, 2),
        "parallel": UPLOADS,
        "drawings_each": DRAWINGS,
        "faults": faults,
    }


def _send(url: str, token: str, cut: int, files: list[Path]) -> str:
    client = Client(Account(url, token))
    upload = str(client.post(f"cuts/{cut}/uploads/", stage="AD", note="bench")["id"])
    for file in files:
        send_file(client, upload, file, f"A/{file.name}", lambda _there: None, Patience())
    client.post(f"uploads/{upload}/submit/", rule_id="")
    return upload


def _settled(client: Client, upload: str) -> dict[str, Any]:
    deadline = time.monotonic() + 600
    while True:
        state: dict[str, Any] = client.get(f"uploads/{upload}/")
        if state["take"] is not None or state["state"] == "refused" or time.monotonic() > deadline:
            return state
        time.sleep(0.5)


def _files(folder: Path) -> list[Path]:
    """Write 24 distinct drawings of 1280x720: a line that moves over transparent ground."""
    files = []
    for number in range(1, DRAWINGS + 1):
        rgba = np.zeros((720, 1280, 4), np.uint8)
        rgba[100:620, 40 * number : 40 * number + 6] = (20, 20, 20, 255)
        buffer = io.BytesIO()
        Image.fromarray(rgba, "RGBA").save(buffer, "PNG")
        path = folder / f"A{number:04}.png"
        path.write_bytes(buffer.getvalue())
        files.append(path)
    return files


def _signed_in(url: str) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.get(f"{url}/login/").raise_for_status()
    fields = {
        "username": "supervisor",
        "password": PASSWORD,
        "csrfmiddlewaretoken": session.cookies["csrftoken"],
    }
    session.post(f"{url}/login/", data=fields, headers={"Referer": url}).raise_for_status()
    return session


def _timed(session: requests.Session, address: str) -> float:
    started = time.perf_counter()
    response = session.get(address)
    spent = 1000 * (time.perf_counter() - started)
    if response.status_code != 200 or "/login/" in response.url:
        sys.exit(f"{address} answered {response.status_code} at {response.url}")
    return spent


def _p95(values: list[float]) -> float:
    return round(float(np.percentile(values, 95)), 1)


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    log = (folder / "serve.log").open("wb")
    process = subprocess.Popen(command, cwd=ROOT, env=_environment(folder), stdout=log, stderr=log)
    try:
        _until(lambda: b"Sakkan is at" in (folder / "serve.log").read_bytes(), process, folder)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 120
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            sys.exit("the studio did not start:\n" + (folder / "serve.log").read_text())
        time.sleep(0.2)


def _environment(folder: Path) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith("SAKKAN_")}
    return own | {
        "DJANGO_SETTINGS_MODULE": "studio.config.settings",
        "SAKKAN_VAR": str(folder / "var"),
        "SAKKAN_LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }


def _step(folder: Path, call: str) -> str:
    code = f"from bench import web_studio; web_studio.{call}"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, env=_environment(folder), check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


if __name__ == "__main__":
    main()
