"""What draws in-betweens in the bench: Sakkan three ways, and the baselines that need no package of their own."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from bench.inbetween.lines import luma, over_white
from bench.inbetween.types import Draw, Triplet
from ml.errors import WeightsCorrupt, WeightsMissing
from ml.inbetween import Steering, prepare


class Hold:
    """Key A before the middle and key B after it; at the middle key A."""

    name = "hold"

    def prepare(self, triplet: Triplet) -> Draw:
        """Return what gives a key."""
        return lambda t: triplet.a if t <= 0.5 else triplet.b


class Fade:
    """Both keys over white, mixed."""

    name = "fade"

    def prepare(self, triplet: Triplet) -> Draw:
        """Return what mixes."""
        a, b = over_white(triplet.a), over_white(triplet.b)
        return lambda t: np.asarray(cv2.addWeighted(a, 1 - t, b, t, 0.0))


class Dis:
    """DIS optical flow (OpenCV, medium) both ways, both keys warped to t and mixed."""

    name = "dis"

    def prepare(self, triplet: Triplet) -> Draw:
        """Find the flows."""
        a, b = over_white(triplet.a), over_white(triplet.b)
        finder = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        there = finder.calc(luma(a), luma(b), None)
        back = finder.calc(luma(b), luma(a), None)
        ys, xs = np.mgrid[: a.shape[0], : a.shape[1]].astype(np.float32)

        def warped(picture: np.ndarray, flow: np.ndarray, share: float) -> np.ndarray:
            x, y = xs - share * flow[..., 0], ys - share * flow[..., 1]
            return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))

        return lambda t: np.asarray(
            cv2.addWeighted(warped(a, there, t), 1 - t, warped(b, back, 1 - t), t, 0.0)
        )


class Sakkan:
    """The engine of this repository: with its network where weights are shipped, without, or with pins."""

    def __init__(self, name: str, net: Any = None, *, pins: bool = False) -> None:
        self.name = name
        self._net = net
        self._pins = pins

    def prepare(self, triplet: Triplet) -> Draw:
        """Work out how one key becomes the other."""
        told = {"pins": [{"a_xy": list(p), "b_xy": list(q)} for p, q in triplet.pins]} if self._pins else {}
        pair = prepare(triplet.a, triplet.b, Steering.from_json(told), flow_net=self._net)
        return lambda t: pair.draw(t).rgba


def shipped_net(device: str = "cpu") -> tuple[Any, str]:
    """Return the network whose weights are shipped, on a device, or None and why there is none."""
    from ml.inbetween.flow_net import load_shipped  # noqa: PLC0415 - loads torch, which other methods do without

    try:
        return load_shipped(device=device), ""
    except (WeightsMissing, WeightsCorrupt) as error:
        return None, f"the weights cannot be read: {error}"
