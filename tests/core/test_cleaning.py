"""The door to the clean-up: its errors become the studio's, and it opens neither `ml` nor Django too early."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from ml.errors import BadWishes, OutOfDeviceMemory
from studio.core import cleaning
from studio.core.cleaning import LocalCleaning
from studio.core.errors import ComputeBusy, ComputeFailed
from tests.fakes import FakeCleaning
from tests.world import png


def test_the_real_engine_answers_through_the_door() -> None:
    door = LocalCleaning()
    assert door.describe_cleanup(weights=False)["model_id"] == "none"
    (cleaned,) = door.clean([png()], [{"weight_px": 2.0}], weights=False)
    assert cleaned.png.startswith(b"\x89PNG")
    assert b"<svg" in cleaned.svg


def test_a_wrong_wish_is_a_failure_that_names_it_and_comes_before_any_drawing() -> None:
    with pytest.raises(ComputeFailed, match=r"wishes\.speed"):
        LocalCleaning().clean([png()], [{"speed": 9}], weights=False)


def test_a_full_device_is_busy_also_in_the_middle_of_the_drawings() -> None:
    door = LocalCleaning()

    class Full:
        def clean(self, *_args: Any, **_options: Any) -> Any:
            yield "one"
            raise OutOfDeviceMemory("full")

    door._cleanups = Full()  # type: ignore[assignment]
    drawings = door.clean([png()] * 2, [{}])
    assert next(drawings) == "one"
    with pytest.raises(ComputeBusy):
        next(drawings)


def test_whoever_has_no_studio_says_what_a_failure_is() -> None:
    door = LocalCleaning(failure=lambda error: RuntimeError(f"{type(error).__name__}: {error}"))
    with pytest.raises(RuntimeError, match=f"{BadWishes.__name__}: wishes.x"):
        door.clean([png()], [{"x": []}], weights=False)


def test_the_settings_name_the_engine_and_it_is_made_once(settings: Any) -> None:
    settings.CLEANING = "tests.fakes.FakeCleaning"
    assert isinstance(cleaning.cleaning(), FakeCleaning)
    assert cleaning.cleaning() is cleaning.cleaning()


def test_the_door_alone_loads_neither_the_engine_nor_django() -> None:
    code = (
        "import studio.core.cleaning as c, sys; c.LocalCleaning();"
        "print(sorted({'django', 'torch', 'cv2', 'numpy', 'ml'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
