"""The checks that guard the house: style, types, import direction, sizes, and what the web process may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PACKAGES = ("studio", "qa", "assets", "ml")


def _run(*command: str) -> None:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _sources() -> list[Path]:
    return [p for package in PACKAGES for p in (ROOT / package).rglob("*.py") if "migrations" not in p.parts]


def test_ruff_finds_nothing() -> None:
    _run("ruff", "check", ".")


def test_the_code_is_formatted() -> None:
    _run("ruff", "format", "--check", ".")


@pytest.mark.slow
def test_mypy_finds_nothing() -> None:
    _run("mypy")


def test_imports_go_one_way() -> None:
    _run("lint-imports", "--no-logo")


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in _sources() if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_no_function_is_longer_than_50_lines() -> None:
    found = []
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                docstring = len((ast.get_docstring(node) or "").splitlines())
                length = (node.end_lineno or 0) - node.lineno + 1 - docstring
                if length > 50:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert not found


def test_models_and_migrations_agree(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_web_process_never_loads_the_picture_engine() -> None:
    code = (
        "import django, sys; django.setup(); from django.urls import get_resolver;"
        "get_resolver().url_patterns; import studio.config.wsgi;"
        "bad = {'torch', 'faiss', 'cv2', 'open_clip', 'skimage', 'ml'} & set(sys.modules); assert not bad, bad"
    )
    command = [sys.executable, "-c", code]
    environment = {"DJANGO_SETTINGS_MODULE": "studio.config.settings_test", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_only_the_top_imports_from_studio_config() -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for path in _sources()
        if "from studio.config" in path.read_text() and "studio/config" not in str(path)
    ]
    assert not offenders


def test_no_committed_file_names_this_machine_or_a_registry() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    words = (
        "/wo" + "rk/main",
        "pypi." + "org",
        "registry.npm" + "js",
        "deb.deb" + "ian.org",
        "/opt/" + "pypi",
    )
    found = []
    for name in listed:
        path = ROOT / name
        if (
            path.suffix
            in {".py", ".md", ".toml", ".sh", ".yml", ".json", ".html", ".txt", ".cfg", ".conf", ""}
            and path.is_file()
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            found += [f"{name}: {word}" for word in words if word in text]
    assert not found
