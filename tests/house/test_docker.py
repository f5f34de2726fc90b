"""What can be proved of docker/ without an engine: files that compose accepts, and parts that exist.

That the same start commands run against PostgreSQL and Redis is proved in tests/flows/test_production_start.py.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"


def _compose_command() -> list[str] | None:
    plugin = ["docker", "compose"]
    if (
        shutil.which("docker")
        and subprocess.run([*plugin, "version"], capture_output=True, check=False).returncode == 0
    ):
        return plugin
    return ["docker-compose"] if shutil.which("docker-compose") else None


@pytest.mark.parametrize("files", [["compose.yml"], ["compose.yml", "compose.cuda.yml"]])
def test_compose_accepts_the_files(files: list[str], tmp_path: Path) -> None:
    command = _compose_command()
    if command is None:
        pytest.skip("neither `docker compose` nor docker-compose is at hand: compose files not validated")
    environment = dict(
        line.split("=", 1) for line in (DOCKER / "env.example").read_text().splitlines() if "=" in line
    )
    arguments = [part for name in files for part in ("-f", str(DOCKER / name))]
    done = subprocess.run(
        [*command, *arguments, "config"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def _services() -> dict[str, dict[str, object]]:
    return yaml.safe_load((DOCKER / "compose.yml").read_text())["services"]


def test_every_service_has_an_image_with_a_version_and_heals_or_ends() -> None:
    for name, service in _services().items():
        tag = str(service["image"]).partition(":")[2]
        assert tag not in {"", "latest"}, name


def test_every_target_of_the_images_exists_in_the_dockerfile() -> None:
    text = (DOCKER / "Dockerfile").read_text()
    for name, service in _services().items():
        if "build" in service:
            assert f"AS {service['build']['target']}\n" in text, name


def test_images_run_as_a_user_without_rights() -> None:
    stages = (DOCKER / "Dockerfile").read_text().split("\nFROM ")[2:]
    assert len(stages) == 3
    assert all("USER sakkan" in stage for stage in stages)


def test_every_variable_that_compose_sets_is_one_that_the_product_reads() -> None:
    known = (ROOT / "studio/config/env.py").read_text() + (DOCKER / "entrypoint.sh").read_text()
    environment = yaml.safe_load((DOCKER / "compose.yml").read_text())["x-sakkan"]["environment"]
    unknown = [key for key in environment if key.startswith("SAKKAN_") and key not in known]
    assert not unknown


def test_the_entry_point_is_a_valid_shell_script() -> None:
    done = subprocess.run(["sh", "-n", str(DOCKER / "entrypoint.sh")], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
