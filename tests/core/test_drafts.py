"""The door to the in-betweener: its errors become the studio's, and it opens neither `ml` nor Django too early."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ml.errors import BadSteering, OutOfDeviceMemory
from studio.core import drafts
from studio.core.drafts import LocalDrafting
from studio.core.errors import ComputeBusy, ComputeFailed
from tests.fakes import FakeDrafting
from tests.world import png

A, B = png(seed=1), png(seed=3)


def test_the_real_engine_answers_through_the_door() -> None:
    door = LocalDrafting()
    assert door.describe_inbetween(weights=False)["model_id"] == "none"
    assert door.regions(A, B, {}, weights=False).needs_breakdown == ()
    assert [each.position for each in door.inbetweens(A, B, {}, [0.5, 0.75], weights=False)] == [0.5, 0.75]


def test_a_wrong_entry_is_a_failure_that_names_it_and_comes_before_any_drawing() -> None:
    with pytest.raises(ComputeFailed) as raised:
        LocalDrafting().inbetweens(A, B, {"arcs": [{"a_xy": [1, 2], "bend": 9}]}, [0.5], weights=False)
    assert "steering.arcs[0].bend" in raised.value.message


def test_a_full_device_is_busy_also_in_the_middle_of_the_drawings() -> None:
    door = LocalDrafting()

    class Full:
        def draw(self, *_args, **_options):
            yield "one"
            raise OutOfDeviceMemory("full")

    door._drafts = Full()
    drawings = door.inbetweens(A, B, {}, [0.5])
    assert next(drawings) == "one"
    with pytest.raises(ComputeBusy):
        next(drawings)


def test_whoever_has_no_studio_says_what_a_failure_is() -> None:
    door = LocalDrafting(failure=lambda error: RuntimeError(f"{type(error).__name__}: {error}"))
    with pytest.raises(RuntimeError, match=f"{BadSteering.__name__}: steering.x"):
        door.regions(A, B, {"x": []}, weights=False)


def test_the_settings_name_the_engine_and_it_is_made_once(settings) -> None:
    settings.DRAFTING = "tests.fakes.FakeDrafting"
    assert isinstance(drafts.drafting(), FakeDrafting)
    assert drafts.drafting() is drafts.drafting()


def test_the_door_alone_loads_neither_the_engine_nor_django() -> None:
    code = (
        "import studio.core.drafts as d, sys; d.LocalDrafting();"
        "print(sorted({'django', 'torch', 'cv2', 'numpy', 'ml'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
