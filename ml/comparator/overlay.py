"""Lays an approved drawing over a drawing: dense flow between two crops, and the approved one drawn along it.

The crops agree in place and size of the head already; what flow is left is what is said in proportions, and what the
flow cannot explain is said in paint and line. DIS (Kroeger et al. 2016), OpenCV's implementation.
"""

from __future__ import annotations

import threading
from functools import cache

import cv2
import numpy as np
import torch
from torch import Tensor

from ml.pixels import F32, U8

FLOW_PX = 8.0  # of a crop: one unit of flow
CHANNELS = 14  # query 4, approved drawing along the flow 4, their difference 4, flow 2
_MOST = 3.0  # units of flow


class _Engine(threading.local):
    """The flow's engine; it keeps buffers, so each thread has its own."""

    def __init__(self) -> None:
        self.dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self.dis.setFinestScale(0)  # a tenth of the distance of the eyes is two or three pixels
        self.dis.setGradientDescentIterations(8)
        self.dis.setVariationalRefinementIterations(0)  # it smooths away what the eyes alone have moved


_engine = _Engine()


@cache
def _grid(h: int, w: int) -> tuple[F32, F32]:
    ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
    return xs, ys


def lay_over(query: U8, ref: U8) -> tuple[U8, F32]:
    """Return the reference drawn along the flow, and the flow.

    Args:
        query: (h, w, 4) uint8 crop.
        ref: a crop of the same size.

    Returns:
        (h, w, 4) uint8, and (h, w, 2) float32: where, from each pixel of the query, the same point of the reference
        lies, x and y in pixels.
    """
    flow = _engine.dis.calc(_seen(query), _seen(ref), None)  # type: ignore[call-overload]
    xs, ys = _grid(query.shape[0], query.shape[1])
    laid = cv2.remap(
        ref, xs + flow[..., 0], ys + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(laid, np.uint8), np.asarray(flow, np.float32)


def _seen(crop: U8) -> U8:
    return np.asarray(cv2.cvtColor(crop[..., :3], cv2.COLOR_RGB2GRAY), np.uint8)


def as_pairs(queries: Tensor, laid: Tensor, flow: Tensor) -> Tensor:
    """Return what a network sees of pairs, (…, 14, h, w) float32: colours in -1..1, flow in units of FLOW_PX.

    Args:
        queries: (…, h, w, 4) uint8.
        laid: (…, h, w, 4) uint8, the approved drawings along the flow.
        flow: (…, h, w, 2) float16 or float32, pixels.
    """
    q = queries.movedim(-1, -3).float() / 127.5 - 1.0
    r = laid.movedim(-1, -3).float() / 127.5 - 1.0
    f = (flow.movedim(-1, -3).float() / FLOW_PX).clamp(-_MOST, _MOST)
    return torch.cat([q, r, q - r, f], -3)
