"""Colour models: eyedropper, palettes, all at once."""

from __future__ import annotations

import pytest

from assets.models import Swatch
from assets.services import colours
from assets.services.colours import SwatchData
from studio.core.errors import BadUpload, InvalidInput
from tests.assets.intake import samples
from tests.assets.services.calls import draft
from tests.world import World


def _colours() -> list[tuple[str, str, str, float]]:
    return [(row.part, row.tone, row.hex, row.tolerance_de) for row in Swatch.objects.all()]


def test_all_colours_are_replaced_in_their_order(world: World) -> None:
    sheet = draft(world)
    colours.set_swatches(
        actor=world.artist, sheet=sheet, swatches=[SwatchData("hair", "normal", (1, 2, 3), 1.5)]
    )
    both = [SwatchData("skin", "normal", (250, 220, 200)), SwatchData("hair", "shadow", (9, 9, 9))]
    colours.set_swatches(actor=world.artist, sheet=sheet, swatches=both)
    assert _colours() == [("skin", "normal", "#fadcc8", 2.0), ("hair", "shadow", "#090909", 2.0)]


@pytest.mark.parametrize(
    "bad",
    [
        SwatchData("hair", "normal", (256, 0, 0)),
        SwatchData("hair", "normal", (-1, 0, 0)),
        SwatchData("", "normal", (1, 2, 3)),
        SwatchData("hair", "normal", (1, 2, 3), -1.0),
        SwatchData("hair", "normal", (1, 2, 3), float("nan")),
        SwatchData("ok", "normal", (0, 0, 0)),
    ],
)
def test_a_colour_out_of_range_or_twice_changes_nothing(world: World, bad: SwatchData) -> None:
    sheet = draft(world)
    good = SwatchData("ok", "normal", (0, 0, 0))
    colours.set_swatches(actor=world.artist, sheet=sheet, swatches=[good])
    with pytest.raises(InvalidInput):
        colours.set_swatches(actor=world.artist, sheet=sheet, swatches=[good, bad])
    assert _colours() == [("ok", "normal", "#000000", 2.0)]


def test_the_eyedropper_takes_the_colour_under_the_point(world: World) -> None:
    drawing = draft(world).drawings.get()
    first = colours.pick(actor=world.artist, drawing=drawing, point_xy=(20, 20), part="coat")
    assert (first.hex, first.tolerance_de) == ("#c83c3c", 2.0)
    Swatch.objects.update(tolerance_de=5.0)
    again = colours.pick(actor=world.artist, drawing=drawing, point_xy=(8, 6), part="coat")
    assert (again.pk, again.hex, again.tolerance_de) == (first.pk, "#000000", 5.0)


@pytest.mark.parametrize("point_xy", [(-1, 0), (32, 0), (0, 48), (0, 0)])
def test_the_eyedropper_needs_paint_under_it(world: World, point_xy: tuple[int, int]) -> None:
    drawing = draft(world).drawings.get()
    with pytest.raises(InvalidInput):
        colours.pick(actor=world.artist, drawing=drawing, point_xy=point_xy, part="coat")
    assert not Swatch.objects.exists()


PALETTES = {
    "aki.csv": "部位,トーン,色,許容\r\n髪,影,#102030,3.5\r\n".encode("cp932"),
    "aki.gpl": "GIMP Palette\nName: Aki\n#\n16 32 48\t髪 影\n".encode(),
    "aki.ase": samples.ase([("髪 影", "RGB", (16 / 255, 32 / 255, 48 / 255))]),
}


@pytest.mark.parametrize("name", PALETTES)
def test_a_palette_file_becomes_the_colour_model(world: World, name: str) -> None:
    sheet = draft(world)
    swatches, problems = colours.import_palette(
        actor=world.artist, sheet=sheet, data=PALETTES[name], file_name=name
    )
    assert [(row.part, row.tone, row.hex) for row in swatches] == [("髪", "shadow", "#102030")]
    assert problems == []
    assert swatches[0].tolerance_de == (3.5 if name.endswith("csv") else 2.0)


def test_a_palette_that_cannot_be_read_changes_nothing(world: World) -> None:
    sheet = draft(world)
    colours.set_swatches(actor=world.artist, sheet=sheet, swatches=[SwatchData("a", "normal", (0, 0, 0))])
    with pytest.raises(BadUpload) as refusal:
        colours.import_palette(
            actor=world.artist, sheet=sheet, data=b"part,hex\nhair,#zz\n", file_name="x.csv"
        )
    assert refusal.value.code == "bad_palette"
    assert "Line 2" in refusal.value.message
    assert len(_colours()) == 1


def test_what_is_exported_comes_back_the_same(world: World) -> None:
    sheet = draft(world)
    swatches = [SwatchData("=髪", "normal", (1, 2, 3), 1.25), SwatchData("肌", "shadow", (250, 200, 180))]
    colours.set_swatches(actor=world.artist, sheet=sheet, swatches=swatches)
    before = _colours()
    data = colours.export_csv(actor=world.artist, sheet=sheet)
    assert data.startswith(b"\xef\xbb\xbf")
    colours.import_palette(actor=world.artist, sheet=sheet, data=data, file_name="back.csv")
    assert _colours() == before
