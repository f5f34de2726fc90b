"""The preview process: `python -m ml.inbetween.serve`, spoken to over its own stdin and stdout.

The web process may load neither torch nor cv2, and a change of steering has to come back within half a second, so
one child of it keeps a few pairs of keys, small, in memory. How messages look: `ml.wire`. It ends with its stdin, or
when its parent is gone.

Asked: `{"op": "open", "pair": id, "max_px": 512, "weights": true}` with key A and key B as PNG;
`{"op": "draw", "pair": id, "steering": {…}, "positions": [0.5], "regions": true}`; `{"op": "close", "pair": id}`;
`{"op": "ping"}`. Answered: `{"ok": true, …}`, for draw with one PNG a position, or
`{"ok": false, "error": code, "message": …}`. Points are pixels of the keys as they were sent.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ml import pixels
from ml.errors import BadSteering, MLError
from ml.inbetween import ENGINE, Pair, Steering, prepare
from ml.inbetween.serve_scale import (
    Window,
    copy_of,
    region_outward,
    steering_inward,
    weak_outward,
    window_of,
)
from ml.wire import Answer, Header, Refused, answer_until_end, quick_png, read_message, refusal, write_message

__all__ = ["Open", "Previews", "main", "read_message", "shipped_net", "write_message"]

PAIRS_KEPT = 6
MOST_POSITIONS = 32
SIDE_PX = (64, 2048)


@dataclass
class Open:
    """A pair of keys that is kept: the engine's pair of the small copies, and how they lie in the frame."""

    pair: Pair
    window: Window
    size_hw: tuple[int, int]
    model: str
    steering: Steering


class Previews:
    """Answers what is asked of it; keeps the pairs that were used last."""

    def __init__(self, load_net: Callable[[], Any]) -> None:
        self._open: OrderedDict[str, Open] = OrderedDict()
        self._load_net = load_net
        self._net: list[Any] = []

    def answer(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
        """Answer one question; whatever goes wrong with it becomes an answer too."""
        operations = {"open": self._do_open, "draw": self._do_draw, "close": self._do_close, "ping": _ping}
        try:
            operation = operations.get(str(header.get("op")), _unknown)
            return operation(header, blobs)
        except Refused as error:
            return refusal(error.code, str(error))
        except BadSteering as error:
            return refusal("bad_steering", str(error))
        except MLError as error:
            return refusal("bad_keys", str(error))
        except Exception as error:  # noqa: BLE001  (the edge of the process: one bad pair must not end the others)
            return refusal("failed", f"{type(error).__name__}: {error}")

    def _do_open(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
        name = _name(header)
        if len(blobs) != 2:
            raise Refused("bad_request", f"two keys were expected, {len(blobs)} came")
        max_px = header.get("max_px", 512)
        if not isinstance(max_px, int) or not SIDE_PX[0] <= max_px <= SIDE_PX[1]:
            raise Refused("bad_request", f"max_px is not within {SIDE_PX[0]} to {SIDE_PX[1]}")
        a, b = (pixels.decode(blob) for blob in blobs)
        if a.shape != b.shape:
            sizes = " and ".join(f"{each.shape[1]} × {each.shape[0]}" for each in (a, b))
            raise Refused("sizes_differ", sizes)
        window = window_of(a, b, max_px)
        net = self._weights() if header.get("weights", True) else None
        pair = prepare(copy_of(a, window), copy_of(b, window), flow_net=net)
        model = str(getattr(net, "model_id", "")) or "none"
        self._open[name] = Open(pair, window, (int(a.shape[0]), int(a.shape[1])), model, Steering())
        while len(self._open) > PAIRS_KEPT:
            self._open.popitem(last=False)
        return {"ok": True, **self._facts(name), **self._regions(name)}, []

    def _do_draw(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
        name = _name(header)
        kept = self._open.get(name)
        if kept is None:
            raise Refused("unknown_pair", f"the pair {name} is not open")
        self._open.move_to_end(name)
        positions = _positions(header.get("positions"))
        self._steer(kept, Steering.from_json(header.get("steering", {})))
        began = time.perf_counter()
        drawn = [kept.pair.draw(t) for t in positions]
        drawings = [
            {
                "t": t,
                "confidence": round(float(each.confidence), 3),
                "weak": [weak_outward(weak, kept.window) for weak in each.weak],
            }
            for t, each in zip(positions, drawn, strict=True)
        ]
        answer = {"ok": True, **self._facts(name), "drawings": drawings}
        answer |= self._regions(name) if header.get("regions") else {}
        answer["seconds"] = round(time.perf_counter() - began, 4)
        return answer, [quick_png(each.rgba) for each in drawn]

    def _do_close(self, header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
        self._open.pop(_name(header), None)
        return {"ok": True}, []

    def _steer(self, kept: Open, steering: Steering) -> None:
        if steering != kept.steering:
            kept.pair = kept.pair.steered(steering_inward(steering, kept.window))
            kept.steering = steering

    def _facts(self, name: str) -> Header:
        kept = self._open[name]
        return {
            "engine": ENGINE,
            "model": kept.model,
            "size_hw": list(kept.size_hw),
            "box_xyxy": list(kept.window.box_xyxy),
        }

    def _regions(self, name: str) -> Header:
        kept = self._open[name]
        return {
            "regions": [region_outward(each, kept.window) for each in kept.pair.regions],
            "needs_breakdown": [weak_outward(each, kept.window) for each in kept.pair.needs_breakdown],
        }

    def _weights(self) -> Any:
        if not self._net:
            self._net.append(self._load_net())
        return self._net[0]


def shipped_net() -> Any:
    """Return the network that is shipped, or None where there is none: the engine then goes by geometry alone."""
    try:
        from ml.inbetween import flow_net  # type: ignore[attr-defined]  # noqa: PLC0415  (torch, only if it is used)

        return flow_net.load_shipped()
    except (ImportError, MLError):
        return None


def _ping(header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
    return {"ok": True, "engine": ENGINE, "pid": os.getpid()}, []


def _unknown(header: Mapping[str, Any], blobs: Sequence[bytes]) -> Answer:
    raise Refused("bad_request", f"no such operation: {header.get('op')!r}")


def _name(header: Mapping[str, Any]) -> str:
    name = header.get("pair")
    if not isinstance(name, str) or not 0 < len(name) <= 200:
        raise Refused("bad_request", "the pair has no name")
    return name


def _positions(told: Any) -> list[float]:
    if not isinstance(told, list) or not 0 < len(told) <= MOST_POSITIONS:
        raise Refused("bad_request", f"a list of 1 to {MOST_POSITIONS} positions was expected")
    if not all(isinstance(t, int | float) and not isinstance(t, bool) and 0 <= t <= 1 for t in told):
        raise Refused("bad_request", "a position is a number from 0 to 1")
    return [float(t) for t in told]


def main() -> None:
    """Answer until stdin ends."""
    answer_until_end(Previews(shipped_net).answer)


if __name__ == "__main__":
    main()
