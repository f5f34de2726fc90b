"""How far the network's flow is off on characters it has never seen, by size of motion; DIS beside it.

Convention:
    - a pair is judged both ways; a row is one way
    - bins by the 90th percentile of the motion of what is visible, in shares of the picture's side
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import cv2
import numpy as np
import torch

from ml.inbetween.flow_net import FlowNet
from ml.inbetween.flow_network import FlowNetwork
from ml.pixels import F32, U8
from ml.training.inbetween_pairs import Made, whole
from ml.training.inbetween_shards import KNOWN, VISIBLE

BINS = (("small", 0.0), ("medium", 0.02), ("large", 0.06), ("far", 0.15))
_LEAST_SEEN = 0.6  # of what is painted
Figures = dict[str, dict[str, float]]
Flowing = Callable[[Made], tuple[F32, F32 | None]]
COLUMNS = ("reach", "epe", "epe_ink", "within_1", "seen")


def valid_pairs(folder: Path, every: int = 1) -> list[Made]:
    """Return every n-th pair of the validation characters that shows the figure from about the same side."""
    made, good = [], 0
    for file in sorted(folder.glob("[0-9]*.npz")):
        with np.load(file, allow_pickle=False) as data:
            known, visible = ((data["flags"] & bit > 0).sum(axis=(1, 2, 3)) for bit in (KNOWN, VISIBLE))
            numbers = [n for n in range(len(known)) if visible[n] and visible[n] >= _LEAST_SEEN * known[n]]
            asked = [n for place, n in enumerate(numbers, good) if place % every == 0]
            good += len(numbers)
            if asked:
                who = {name: data[name] for name in data.files}
                made += [whole(who, number) for number in asked]
    return made


def by_network(model: FlowNetwork, device: torch.device) -> Flowing:
    """Return the network as a judge asks it."""

    @torch.inference_mode()
    def flowing(pair: Made) -> tuple[F32, F32 | None]:
        found = model(torch.from_numpy(pair.inputs()).to(device))
        return found.flows[-1].cpu().numpy(), torch.sigmoid(found.seen[:, 0]).cpu().numpy()

    model.eval()
    return flowing


def by_shipped(net: FlowNet) -> Flowing:
    """Return the flows as Sakkan uses them: the network's, finished by DIS."""

    def flowing(pair: Made) -> tuple[F32, F32 | None]:
        told = net.flows(*pair.keys)
        return np.stack([told.ab, told.ba]).transpose(0, 3, 1, 2), np.stack([told.seen_ab, told.seen_ba])

    return flowing


def by_dis(pair: Made) -> tuple[F32, F32 | None]:
    """Return the flow of DIS (Kroeger et al. 2016), OpenCV's medium setting, over white."""
    grey = [_grey(key) for key in pair.keys]
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flows = [dis.calc(grey[a], grey[1 - a], None) for a in (0, 1)]  # type: ignore[call-overload]
    return np.stack(flows).transpose(0, 3, 1, 2), None


def _grey(rgba: U8) -> U8:
    share = rgba[..., 3:].astype(np.float32) / 255.0
    over = rgba[..., :3] * share + 255.0 * (1.0 - share)
    return np.asarray(cv2.cvtColor(np.rint(over).astype(np.uint8), cv2.COLOR_RGB2GRAY), np.uint8)


def rows(flowing: Flowing, pairs: Iterable[Made]) -> np.ndarray:
    """Return one row of COLUMNS for each way of each pair, (2n, 5) float64.

    reach: 90th percentile of the motion in shares of the side. epe: mean distance from the known motion over what is
    visible, px; epe_ink: over its lines. within_1: share of visible pixels at most 1 px off. seen: balanced share of
    pixels whose visibility is told right, NaN where nothing is hidden.
    """
    found = []
    for pair in pairs:
        flows, seen = flowing(pair)
        for way in (0, 1):
            shown, ink = pair.visible[way], pair.visible[way] & pair.ink[way]
            if not shown.any():
                continue
            off = np.linalg.norm(flows[way] - pair.motion[way], axis=0)
            reach = np.percentile(np.linalg.norm(pair.motion[way], axis=0)[shown], 90) / shown.shape[0]
            told = np.nan if seen is None else _balanced(seen[way], pair.known[way], shown)
            line = off[ink].mean() if ink.any() else np.nan
            found.append((reach, off[shown].mean(), line, (off[shown] <= 1.0).mean(), told))
    return np.array(found, np.float64).reshape(-1, len(COLUMNS))


def _balanced(seen: F32, known: np.ndarray, visible: np.ndarray) -> float:
    hidden = known & ~visible
    if hidden.sum() < 20:
        return float("nan")
    return float(((seen[visible] >= 0.5).mean() + (seen[hidden] < 0.5).mean()) / 2.0)


def summary(table: np.ndarray) -> Figures:
    """Return the means of all rows and of each of BINS (lowest reach of each), rounded."""
    limits = [*[low for _, low in BINS[1:]], np.inf]
    parts = {"all": np.ones(len(table), bool)}
    parts |= {
        name: (table[:, 0] >= low) & (table[:, 0] < high)
        for (name, low), high in zip(BINS, limits, strict=True)
    }
    return {
        name: {"n": int(rows_.sum())}
        | {
            c: round(float(np.nanmean(table[rows_, k])), 4)
            for k, c in enumerate(COLUMNS)
            if _any(table[rows_, k])
        }
        for name, rows_ in parts.items()
    }


def _any(values: np.ndarray) -> bool:
    return bool(len(values)) and not bool(np.isnan(values).all())


def as_text(figures: dict[str, Figures]) -> str:
    """Return a table of some methods' figures."""
    lines = [f"{'method':10} {'bin':7} {'n':>4} " + " ".join(f"{c:>9}" for c in COLUMNS)]
    for method, bins in figures.items():
        for name, one in bins.items():
            cells = " ".join(f"{one[c]:9.3f}" if c in one else f"{'':9}" for c in COLUMNS)
            lines.append(f"{method:10} {name:7} {one['n']:4.0f} {cells}")
    return "\n".join(lines)
