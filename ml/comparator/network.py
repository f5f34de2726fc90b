"""The two small networks of the comparator: one for the face, one for the figure; both look at approved drawings too.

What they see is a pair: the drawing, an approved drawing laid over it by dense flow, the difference, and the flow
itself (`ml.comparator.overlay`). A few convolutions read each pair, the pairs of one drawing are fused, and the heads
say where it departs, in what, and by how much. Drawings of other characters taught them; nothing about a design is
learned at run time.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from ml.comparator.overlay import CHANNELS

ASPECTS = ("FACE", "DETAIL", "SHAPE", "PROPORTION", "COLOUR")
FACE_MEASURES = (
    "eye_spacing",
    "eye_size",
    "eye_height",
    "face_width",
    "hair_length",
    "hair_volume",
    "fringe",
)
FIGURE_MEASURES = ("heads_tall", "head_size", "hair_length", "hair_volume")
UNIT = 0.1  # a measure of the network by its log ratio
_FINE, _COARSE, _NARROW = 32, 64, 24
_FLOW_GRID, _ROWS = 16, 48
_CELL, _PLAIN = 8, 4


@dataclass(frozen=True)
class Judged:
    """What a network says about n queries.

    Attributes:
        dense: (n, h / 8, w / 8) logits of drift in place.
        any_: (n,) logits of drift anywhere.
        aspects: (n, 5) logits, order of ASPECTS.
        mean, log_scale: (n, measures), in units of UNIT; Laplace.
    """

    dense: Tensor
    any_: Tensor
    aspects: Tensor
    mean: Tensor
    log_scale: Tensor


def _conv(inside: int, out: int, size: int = 3, step: int = 1) -> nn.Sequential:
    conv = nn.Conv2d(inside, out, size, step, size // 2, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(out), nn.ReLU(inplace=True))


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _conv(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, x: Tensor) -> Tensor:
        return fn.relu(x + self.second(self.first(x)))


class CompareNet(nn.Module):
    """One of the two networks.

    Beside its convolutions it reads plain summaries of a pair: the flow on coarse grids, what is left of colour and
    cover, and how much of each row the two figures cover. Proportions are nearly linear in them, so a linear reader of
    them goes straight to the outputs; training starts it by least squares (`ml.training.warm`).
    """

    def __init__(self, measures: int, grid: tuple[int, int], size_hw: tuple[int, int]) -> None:
        super().__init__()
        self.measures, self.grid = measures, grid
        self.flow_grid = (size_hw[0] // _FLOW_GRID, size_hw[1] // _FLOW_GRID)
        patch = nn.Conv2d(CHANNELS, _FINE, 4, 4, bias=False)
        self.patch = nn.Sequential(patch, nn.BatchNorm2d(_FINE), nn.ReLU(inplace=True))
        self.fine = nn.Sequential(_Residual(_FINE))
        self.coarse = nn.Sequential(_conv(_FINE, _COARSE, 3, 2), _Residual(_COARSE))
        self.fuse = _conv(2 * _COARSE + 2, _COARSE, 1)
        self.trunk = _Residual(_COARSE)
        self.dense = nn.Conv2d(_COARSE, 1, 1)
        self.narrow = _conv(_COARSE, _NARROW, 1)
        plain = 2 * self.flow_grid[0] * self.flow_grid[1] + 2 * _ROWS
        self.plain = nn.Sequential(nn.Linear(plain, 64), nn.ReLU(inplace=True))
        seen = _NARROW * grid[0] * grid[1] + 2 * _COARSE + 1 + 64
        self.mix = nn.Sequential(nn.Linear(seen, 128), nn.ReLU(inplace=True))
        self.out = nn.Linear(128, 1 + len(ASPECTS) + 2 * measures)
        self.told = 1 + len(ASPECTS) + measures
        self.cells = (size_hw[0] // _CELL, size_hw[1] // _CELL)
        self.direct = nn.Linear(_PLAIN * self.cells[0] * self.cells[1], self.told)
        self.louder = nn.Linear(measures, 1 + len(ASPECTS), bias=False)
        nn.init.zeros_(self.louder.weight)

    def forward(self, pairs: Tensor) -> Judged:
        """Judge n drawings, each by k pairs of `overlay.as_pairs`: (n, k, 14, h, w)."""
        n, k = pairs.shape[:2]
        flat = pairs.flatten(0, 1)
        read = self.coarse(self.fine(self.patch(flat))).unflatten(0, (n, k))
        where = _places(read)
        told = self.trunk(self.fuse(torch.cat([read.mean(1), read.amax(1), where], 1)))
        summary = self.plain(self._summary(flat)).unflatten(0, (n, k)).mean(1)
        mixed = self.direct(self.laid_out(pairs))
        return self._said(told, summary, mixed.float())

    def laid_out(self, pairs: Tensor) -> Tensor:
        """Return the plain features of n drawings, (n, 4 * cells), means of their pairs.

        On cells of 8 px: the flow, and the colour and the cover that it does not explain.
        """
        n, k = pairs.shape[:2]
        flat = pairs.flatten(0, 1)
        colour = flat[:, 8:11].abs().mean(1, keepdim=True)
        plain = torch.cat([flat[:, 12:14], colour, flat[:, 11:12]], 1)
        return fn.adaptive_avg_pool2d(plain, self.cells).flatten(1).unflatten(0, (n, k)).mean(1)

    def _summary(self, flat: Tensor) -> Tensor:
        flow = fn.adaptive_avg_pool2d(flat[:, 12:], self.flow_grid).flatten(1)
        rows = fn.adaptive_avg_pool2d(flat[:, (3, 11)], (_ROWS, 1)).flatten(1)
        return torch.cat([flow, rows], 1)

    def _said(self, told: Tensor, summary: Tensor, mixed: Tensor) -> Judged:
        dense = self.dense(told)[:, 0].float()
        loud = torch.logsumexp(dense.flatten(1) * 2.0, 1, keepdim=True) / 8.0  # the worst places together
        seen = fn.adaptive_avg_pool2d(self.narrow(told), self.grid).flatten(1)
        pooled = torch.cat([seen, told.mean((2, 3)), told.amax((2, 3)), loud.to(told.dtype), summary], 1)
        out = self.out(self.mix(pooled)).float()
        named = 1 + len(ASPECTS)
        numbers = out[:, named:].unflatten(1, (2, self.measures))
        mean = numbers[:, 0] + mixed[:, named:]
        logits = out[:, :named] + mixed[:, :named] + self.louder(mean.abs().to(told.dtype)).float()
        return Judged(dense, logits[:, 0], logits[:, 1:], mean, numbers[:, 1].clamp(-4.0, 3.0))


def _places(read: Tensor) -> Tensor:
    """Return (n, 2, h, w), y and x of each patch in -1..1."""
    n, h, w = read.shape[0], read.shape[-2], read.shape[-1]
    ys = torch.linspace(-1.0, 1.0, h, device=read.device, dtype=read.dtype)
    xs = torch.linspace(-1.0, 1.0, w, device=read.device, dtype=read.dtype)
    return torch.stack(torch.meshgrid(ys, xs, indexing="ij")).expand(n, 2, h, w)


def face_net() -> CompareNet:
    """Return the network of the face, untrained."""
    return CompareNet(len(FACE_MEASURES), (4, 4), (128, 128))


def figure_net() -> CompareNet:
    """Return the network of the figure, untrained."""
    return CompareNet(len(FIGURE_MEASURES), (6, 4), (192, 128))


NETS = {"face": face_net, "figure": figure_net}
MEASURES = {"face": FACE_MEASURES, "figure": FIGURE_MEASURES}
