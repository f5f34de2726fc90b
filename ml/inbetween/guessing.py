"""First guesses of where everything goes: dense flows both ways, by a classical method and by the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from ml.inbetween.sides import Side

if TYPE_CHECKING:
    from ml.inbetween.flow_net import FlowNet

Flows = tuple[np.ndarray, np.ndarray]


def flow_between(a: Side, b: Side) -> Flows:
    """Return a guess without weights: dense inverse search (Kroeger et al. 2016) both ways, (h, w, 2) small pixels."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    empty = np.zeros((*a.grey.shape, 2), np.float32)
    return search.calc(a.grey, b.grey, empty), search.calc(b.grey, a.grey, empty.copy())


def learned_flow(net: FlowNet, a: Side, b: Side) -> Flows:
    """Return the network's guess both ways, (h, w, 2) float32 small pixels."""
    flows = net.flows(a.picture, b.picture)
    return _small(flows.ab, a), _small(flows.ba, b)


def _small(flow: np.ndarray, side: Side) -> np.ndarray:
    h, w = side.grey.shape
    if flow.shape[:2] == (h, w):
        return flow
    return np.asarray(cv2.resize(flow, (w, h), interpolation=cv2.INTER_AREA) / side.scale, np.float32)
