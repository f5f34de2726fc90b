"""The whole check with the real engine on drawn characters: what is off-model is found, the rest is left alone."""

from __future__ import annotations

import hashlib
import io

import pytest

from assets.choices import SheetState
from assets.models import ColourModel, Design, ModelSheet, SheetDrawing, Swatch, Take
from ml.pixels import encode_png
from ml.puppets import cast
from ml.puppets.drift import Wish, drifted
from ml.puppets.plan import colour_model
from ml.puppets.pose import EXPRESSIONS, STANDING
from ml.puppets.production import sheet_of
from ml.puppets.render import FULL, render
from ml.puppets.sequence import acting
from qa import sentences
from qa.models import CheckRun, Flag
from studio.core.storage import blobs
from tests.qa.makers import check, deliver, other_design
from tests.world import World

pytestmark = pytest.mark.django_db


def approve(design: Design, puppet) -> ModelSheet:
    """Write the puppet's sheet and colour model as approved."""
    sheet = ModelSheet.objects.create(design=design, version=1, state=SheetState.APPROVED)
    for item in sheet_of(puppet):
        picture = render(puppet, item.pose, item.expression, item.framing).rgba
        data = encode_png(picture)
        sha, content = blobs().put(io.BytesIO(data)).sha256, hashlib.sha256(data).hexdigest()
        sheet.drawings.add(
            SheetDrawing(
                kind=item.kind,
                view=item.view,
                label=item.label,
                blob=sha,
                view_blob=sha,
                content_sha256=content,
                height_px=picture.shape[0],
                width_px=picture.shape[1],
            ),
            bulk=False,
        )
    model = ColourModel.objects.create(sheet=sheet)
    for row in colour_model(puppet):
        red, green, blue = row["rgb"]
        Swatch.objects.create(
            colour_model=model, part=row["part"], tone=row["tone"], red=red, green=green, blue=blue
        )
    return sheet


@pytest.fixture
def take(world: World) -> Take:
    """Six drawings of Aki waving; the second in a wrong colour, the fourth with too large a head, the sixth is Ren."""
    aki, ren = cast.aki("school"), cast.ren("school")
    approve(world.design, aki)
    approve(other_design(world, "ren"), ren)
    wishes = {1: Wish("recolour", 16, "top", seed=3), 3: Wish("head_size", 0.15)}
    pictures = []
    for index in range(5):
        pose, expression = acting("turn_to").state(index)
        wish = wishes.get(index)
        rgba = (
            drifted(aki, pose, expression, FULL, wish).frame.rgba
            if wish
            else render(aki, pose, expression, FULL).rgba
        )
        pictures.append(encode_png(rgba))
    pictures.append(encode_png(render(ren, STANDING, EXPRESSIONS["neutral"], FULL).rgba))
    return deliver(world.cut, pictures)


def test_each_planted_fault_is_flagged_as_what_it_is_and_nothing_else(take: Take):
    check(take)
    flags = {(flag.drawing.number, flag.fault): flag for flag in Flag.objects.all()}
    head, stranger = (4, "OFF_MODEL.PROPORTION"), (6, "OFF_MODEL.WRONG_DESIGN")
    assert set(flags) == {(2, "OFF_MODEL.COLOUR"), head, stranger}
    assert "heads less than on sheet “" in sentences.of_flag(flags[head])  # the head is 15 % larger
    assert sentences.of_flag(flags[stranger]).startswith("This looks like “Aki · Ren”")
    assert all(blobs().read(flag.heat_blob).startswith(b"\x89PNG") for flag in flags.values())
    recoloured, too_large = flags[2, "OFF_MODEL.COLOUR"], flags[head]
    assert all(blobs().read(one.laid_blob).startswith(b"\x89PNG") for one in (recoloured, too_large))
    assert [one["of"] for one in recoloured.shown["outlines"]][:1] == ["drawing"]
    assert too_large.shown["arrows"]  # the head is elsewhere than the sheet has it
    assert flags[stranger].shown["why_not"] == "no_fit"
    assert CheckRun.objects.get().summary["not_checked"] == []
