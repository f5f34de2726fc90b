"""Two characters in one drawing, from the take to the flag: the right design, the right box, a map of its own."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from django.utils import translation

from assets.choices import SheetState
from assets.models import Casting, ColourModel, Design, Drawing, ModelSheet, SheetDrawing, Swatch
from ml.pixels import encode_png
from qa import sentences
from qa.models import CheckRun, Flag, Measurement
from studio.core.storage import blobs
from tests.ml import dolls
from tests.ml.test_scene import together
from tests.qa.makers import check, deliver, other_design
from tests.world import World

pytestmark = pytest.mark.django_db


def approve(design: Design, doll: dolls.Doll) -> None:
    """Write a doll's sheet as approved."""
    sheet = ModelSheet.objects.create(design=design, version=1, state=SheetState.APPROVED)
    for picture in dolls.sheet(doll):
        sha = blobs().put(io.BytesIO(picture.png)).sha256
        row = SheetDrawing(kind=picture.kind, view=picture.view, label=picture.key, blob=sha, view_blob=sha)
        row.content_sha256, row.height_px, row.width_px = hashlib.sha256(picture.png).hexdigest(), 480, 360
        sheet.drawings.add(row, bulk=False)
    model = ColourModel.objects.create(sheet=sheet)
    for one in dolls.SWATCHES if doll == dolls.MIO else ():
        red, green, blue = one.rgb
        Swatch.objects.create(
            colour_model=model, part=one.part, tone=one.tone, red=red, green=green, blue=blue
        )


@pytest.fixture
def ren(world: World) -> Design:
    """Mio and Ren, both approved and cast."""
    ren = other_design(world, "ren")
    approve(world.design, dolls.MIO)
    approve(ren, dolls.REN)
    Casting.objects.create(cut=world.cut, design=ren)
    return ren


def test_each_flag_names_the_design_that_drifts_and_its_place(world: World, ren: Design):
    wrong, lost = replace(dolls.REN, top=(90, 120, 140)), replace(dolls.MIO, clip=None)
    take = deliver(world.cut, [together([lost, wrong], 260)])
    Drawing.objects.update(height_px=500, width_px=900)
    check(take)
    flags = {(flag.fault, flag.design): flag for flag in Flag.objects.all()}
    assert set(flags) == {("OFF_MODEL.COLOUR", ren), ("OFF_MODEL.DETAIL", world.design)}
    ours, theirs = flags["OFF_MODEL.DETAIL", world.design], flags["OFF_MODEL.COLOUR", ren]
    assert theirs.box_xyxy[0] > 260
    assert ours.box_xyxy is None or ours.box_xyxy[2] < 370
    assert ours.heat_blob != theirs.heat_blob
    assert _middle(theirs.heat_blob) > 300
    assert [one["applicable"] for one in Measurement.objects.get().data["results"]] == [True, True]
    assert {near.sheet_drawing.sheet.design for near in theirs.nearest_links.all()} == {ren}


def _middle(blob: str) -> float:
    """Where a heat map is warm, from the left."""
    picture = cv2.imdecode(np.frombuffer(blobs().read(blob), np.uint8), cv2.IMREAD_UNCHANGED)
    return float(np.nonzero(picture[..., 3] > 60)[1].mean())


def test_a_frame_without_a_cast_character_says_so_and_raises_no_alarm(world: World, ren: Design):
    sky = np.dstack([np.linspace(40, 240, 480 * 640).reshape(480, 640)] * 3).astype(np.uint8)
    take = deliver(world.cut, [encode_png(np.ascontiguousarray(sky))])
    check(take)
    run = CheckRun.objects.get()
    assert not run.flags.exists()
    assert list(run.summary["not_comparable"].values()) == ["not_found"]
    with translation.override("en"):
        (said,) = sentences.left_apart(run, {})
    assert said.endswith("No cast character was found in this picture.")


def test_of_a_composited_frame_it_is_said_what_is_not_checked():
    run = CheckRun(summary={"composited": 3, "unchecked": {}, "not_checked": []})
    with translation.override("en"):
        assert sentences.not_checked(run) == [
            "Composited frames (3): colour, costume detail, line weight and wrong design are not checked at this stage."
        ]
