"""The preview process: `python -m ml.cleanup.serve`, spoken to over its own stdin and stdout (see `ml.wire`).

The web process may load neither torch nor cv2, and a slider's move has to come back within half a second, so one child
of it keeps a few roughs, small and read, in memory. It ends with its stdin, or when its parent is gone.

Asked: `{"op": "open", "sketch": id, "max_px": 640, "weights": true}` with the rough as PNG;
`{"op": "clean", "sketch": id, "wishes": {…}, "before": id or null}`, `before` being an open sketch that was cleaned;
`{"op": "close", "sketch": id}`; `{"op": "ping"}`. Answered: `{"ok": true, …}`, for clean with strokes, closures,
regions, stray_ends, notes and `pictures` = ["ink", …], one PNG each, or `{"ok": false, "error": code, "message": …}`.
Points and lengths are pixels of the rough as it was sent; the pictures are of the size of the small copy.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ml import pixels
from ml.cleanup.engine import ENGINE, Before, Sketch, prepare
from ml.cleanup.facade import NO_MODEL, shipped
from ml.cleanup.records import Clean, Layer
from ml.cleanup.serve_scale import Scale, closure_outward, shrunk, stroke_outward, wishes_inward
from ml.cleanup.wishes import Wishes
from ml.errors import BadWishes, MLError
from ml.wire import Answer, Header, Refused, answer_until_end, quick_png, refusal

SKETCHES_KEPT = 8
SIDE_PX = (64, 2048)
USUAL_PX = 640


@dataclass
class Open:
    """A rough that is kept: the engine's sketch of the small copy, and how it was last cleaned."""

    sketch: Sketch
    scale: Scale
    size_hw: tuple[int, int]
    model: str
    clean: Clean | None = field(default=None)


class Previews:
    """Answers what is asked of it; keeps the sketches that were used last."""

    def __init__(self, load_net: Callable[[], Any]) -> None:
        self._open: OrderedDict[str, Open] = OrderedDict()
        self._load_net = load_net
        self._net: list[Any] = []

    def answer(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
        """Answer one question; whatever goes wrong with it becomes an answer too."""
        operations = {
            "open": self._do_open, "clean": self._do_clean, "close": self._do_close, "ping": _ping,
        }  # fmt: skip
        try:
            return operations.get(str(header.get("op")), _unknown)(header, blobs)
        except Refused as error:
            return refusal(error.code, str(error))
        except BadWishes as error:
            return refusal("bad_wishes", str(error))
        except MLError as error:
            return refusal("bad_rough", str(error))
        except Exception as error:  # noqa: BLE001  (the edge of the process: one bad rough must not end the others)
            return refusal("failed", f"{type(error).__name__}: {error}")

    def _do_open(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
        name = _name(header, "sketch")
        if len(blobs) != 1:
            raise Refused("bad_request", f"one rough was expected, {len(blobs)} came")
        max_px = header.get("max_px", USUAL_PX)
        if not isinstance(max_px, int) or not SIDE_PX[0] <= max_px <= SIDE_PX[1]:
            raise Refused("bad_request", f"max_px is not within {SIDE_PX[0]} to {SIDE_PX[1]}")
        rough = pixels.decode(blobs[0])
        copy, scale = shrunk(rough, max_px)
        net = self._weights() if header.get("weights", True) else None
        model = NO_MODEL if net is None else str(net.model_id)
        self._open[name] = Open(prepare(copy, net), scale, (int(rough.shape[0]), int(rough.shape[1])), model)
        while len(self._open) > SKETCHES_KEPT:
            self._open.popitem(last=False)
        return {"ok": True, **self._facts(name)}, []

    def _do_clean(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
        name = _name(header, "sketch")
        kept = self._known(name)
        wishes = wishes_inward(Wishes.from_json(header.get("wishes", {})), kept.scale)
        began = time.perf_counter()
        clean = kept.sketch.clean(wishes, self._before(header, kept))
        kept.clean = clean
        layers: list[Layer] = ["ink", *(hue for hue in clean.paper.hues if getattr(wishes, hue) == "apart")]
        pictures = [quick_png(kept.sketch.draw(clean, wishes, layer)) for layer in layers]
        answer = {
            "ok": True, **self._facts(name), "pictures": list(layers), "regions": clean.regions,
            "stray_ends": clean.stray_ends, "notes": list(clean.notes),
            "strokes": [stroke_outward(stroke, kept.scale) for stroke in clean.strokes],
            "closures": [closure_outward(closure, kept.scale) for closure in clean.closures],
        }  # fmt: skip
        answer["seconds"] = round(time.perf_counter() - began, 4)
        return answer, pictures

    def _before(self, header: Mapping[str, Any], kept: Open) -> Before | None:
        if header.get("before") is None:
            return None
        other = self._known(_name(header, "before"))
        if other.clean is None or other.sketch.size_hw != kept.sketch.size_hw:
            return None
        return Before(other.clean, other.sketch)

    def _do_close(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
        self._open.pop(_name(header, "sketch"), None)
        return {"ok": True}, []

    def _known(self, name: str) -> Open:
        kept = self._open.get(name)
        if kept is None:
            raise Refused("unknown_sketch", f"the sketch {name} is not open")
        self._open.move_to_end(name)
        return kept

    def _facts(self, name: str) -> Header:
        kept = self._open[name]
        paper = kept.sketch.paper
        return {
            "engine": ENGINE,
            "model": kept.model,
            "size_hw": list(kept.size_hw),
            "copy_hw": list(kept.sketch.size_hw),
            "hues": list(paper.hues),
            "pencil_px": round(paper.pencil_px / kept.scale.mean, 2),
            "tilt_deg": round(paper.tilt_deg, 3),
        }

    def _weights(self) -> Any:
        if not self._net:
            self._net.append(self._load_net())
        return self._net[0]


def _ping(header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
    return {"ok": True, "engine": ENGINE, "pid": os.getpid()}, []


def _unknown(header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
    raise Refused("bad_request", f"no such operation: {header.get('op')!r}")


def _name(header: Mapping[str, Any], entry: str) -> str:
    name = header.get(entry)
    if not isinstance(name, str) or not 0 < len(name) <= 200:
        raise Refused("bad_request", f"the {entry} has no name")
    return name


def main() -> None:
    """Answer until stdin ends."""
    answer_until_end(Previews(shipped).answer)


if __name__ == "__main__":
    main()
