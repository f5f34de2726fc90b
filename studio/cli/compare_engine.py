"""The engine as `sakkan compare` uses it: without database, server or settings file, one drawing at a time.

Words, checks and the door to the engine are the studio's own, so a folder and a take are judged alike. Django is asked
for its functions only; `set_up` must have given it the few values that they look at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from qa.checks import drift
from qa.checks.base import Finding, Limits
from qa.checks.plain import as_data
from qa.sentences import sentence
from studio.cli import compare_files, compare_pictures
from studio.cli.compare_bench import Bench, Measured
from studio.cli.compare_files import Approved, Fault, Named, Sheet, Unread
from studio.cli.errors import BadInput
from studio.core import compute as door
from studio.core.errors import StudioError


def describe() -> dict[str, Any]:
    """Return the engine's model_id, device and so on.

    Raises:
        BadInput: it cannot start here.
    """
    try:
        return dict(door.compute().describe())
    except ImportError as error:
        msg = f"The picture engine is not installed ({error.name}). Run: pip install 'sakkan[ml]'"
        raise BadInput(msg) from error
    except StudioError as error:
        raise BadInput(error.message) from error


def compile_sheet(sheet: Sheet, where: str) -> tuple[door.DesignPack | None, list[Fault]]:
    """Return a sheet's pack, None where no drawing of it can be used, and which drawings were left out and why.

    The pixels of its drawings are let go afterwards.
    """
    faults: list[Fault] = []
    swatches = [_spec(row) for row in sheet.swatches]
    pack = None
    while sheet.approved and pack is None:
        pictures = [door.SheetPicture(a.file.name, a.png, a.kind, a.view) for a in sheet.approved]
        try:
            pack = door.compute().compile(sheet.label, pictures, swatches)
        except StudioError as error:
            bad = _blamed(error, sheet.approved)
            faults.append(_refused(where, bad.file.name if bad else "", error))
            sheet.approved = [each for each in sheet.approved if bad is not None and each is not bad]
    sheet.approved = [replace(each, png=b"") for each in sheet.approved]
    return pack, faults


class Comparer:
    """Compares drawings with one bench; one for each process."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._engine = door.compute()

    def __call__(self, named: Named) -> Measured:
        """Return what a file comes to. Whatever is wrong with it, the next one is not the worse for it."""
        try:
            return self._compare(named)
        except Unread as unread:
            return Measured(named.name, fault=unread.fault)
        except StudioError as error:
            return Measured(named.name, fault=_refused("drawings", named.name, error))
        except Exception as error:  # noqa: BLE001  (the edge: one drawing must not stop a thousand)
            message = (
                f"The engine stopped at this drawing ({type(error).__name__}: {error}). "
                "Leave it out, and report it with the drawing."
            )
            return Measured(
                named.name, fault=Fault("drawings", named.name, "refused", "ENGINE_FAILED", message)
            )

    def _compare(self, named: Named) -> Measured:
        bench = self._bench
        picture = compare_files.read_drawing(named, "drawings")
        png = compare_files.png_of(picture, named)
        vectors = self._engine.embed([png])
        row = self._engine.measure([png], vectors, bench.cast, bench.rivals, painted=bench.painted)[0]
        results = [as_data(measurement) for measurement in row]
        limits = {pack.design_key: Limits(pack.drawings, pack.scores) for pack in bench.cast}
        found = [
            (index, finding)
            for index, result in enumerate(results)
            for finding in drift.judge(result, limits[result["design_key"]])
            if finding.drift > bench.limit
        ]
        found.sort(key=lambda each: -each[1].drift)
        measured = Measured(
            named.name,
            notes=[compare_files.told(note, "drawings") for note in picture.notes],
            size_hw=picture.size_hw,
            approved_as=bench.approved.get(picture.content_sha256, ""),
            results=results,
            painted=bench.painted,
            flags=[self._flag(results[index], finding) for index, finding in found],
        )
        if bench.with_pictures:
            worst = row[found[0][0]] if found else None
            boxes = [flag["box_xyxy"] for flag in measured.flags if flag["box_xyxy"]]
            measured.shot = compare_pictures.shot(picture.rgba, worst, boxes, self._engine)
        return measured

    def _flag(self, result: Mapping[str, Any], finding: Finding) -> dict[str, Any]:
        data = dict(finding.sentence_data)
        if result["nearest"]:
            data["sheet"] = PurePath(result["nearest"][0]["drawing_key"]).stem
        if "rival_key" in data:
            data["rival"] = self._bench.names.get(data["rival_key"], data["rival_key"])
        return {
            "design": result["design_key"],
            "fault": finding.fault,
            "part": finding.part,
            "drift": finding.drift,
            "confidence": finding.confidence,
            "one_in": finding.one_in,
            "sentence": sentence(finding.sentence_code, data),
            "sentence_code": finding.sentence_code,
            "sentence_data": data,
            "box_xyxy": list(finding.box_xyxy) if finding.box_xyxy else None,
        }


def _spec(row: Any) -> door.SwatchSpec:
    if row.tolerance is None:
        return door.SwatchSpec(row.part, row.tone, row.rgb)
    return door.SwatchSpec(row.part, row.tone, row.rgb, row.tolerance)


def _blamed(error: StudioError, approved: Sequence[Approved]) -> Approved | None:
    """Return the drawing that the engine names as the cause."""
    named = getattr(error.__cause__, "actual", None)
    return next((each for each in approved if each.file.name == named), None)


def _refused(where: str, file: str, error: StudioError) -> Fault:
    message = f"{error.message} Save it again as an 8-bit PNG, or leave it out."
    return Fault(where, file, "refused", error.code.upper(), message)
