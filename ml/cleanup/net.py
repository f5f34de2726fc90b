"""The network that reads a rough drawing: where lines of the clean drawing run, end and meet. All of it, in one file.

A U-Net whose fine level is half the size of the picture: four pixels go in as four channels and come out of every
head as four again, so that the answer is at full size and the dear convolutions are not. At 1/8 dilated
convolutions look 100 px around, so that a circle of construction is told from a cheek.

Convention: h and w are multiples of `MULTIPLE`; what comes in is darkness, 0 = paper, 1 = the darkest pencil.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

MULTIPLE = 16
FAR_PX, WIDEST_PX = 6.0, 8.0
_FINE, _MIDDLE, _COARSE = 32, 48, 80
_HEADS = 7  # line, distance, cos, sin, tips, crossings, width


@dataclass(frozen=True)
class Read:
    """What the network says of n drawings; all at full size.

    Attributes:
        line, tips, crossings: (n, h, w) logits.
        distance_px: (n, h, w) 0 to 6.
        direction: (n, 2, h, w) cos 2a and sin 2a, not of unit length: shorter where it is unsure.
        width_px: (n, h, w) 0 to 8.
    """

    line: Tensor
    distance_px: Tensor
    direction: Tensor
    tips: Tensor
    crossings: Tensor
    width_px: Tensor


def _conv(inside: int, out: int, size: int = 3, step: int = 1, dilation: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(inside, out, size, step, dilation * (size // 2), dilation)
    nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
    nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
    return conv


class _Residual(nn.Module):
    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.first, self.second = _conv(channels, channels, dilation=dilation), _conv(channels, channels)
        self.share = nn.Parameter(torch.full((1, channels, 1, 1), 0.3))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.share * self.second(fn.relu(self.first(fn.relu(x))))


class LineNet(nn.Module):
    """Reads lines from darkness."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(_conv(4, _FINE), _Residual(_FINE))
        self.middle = nn.Sequential(_conv(_FINE, _MIDDLE, 3, 2), _Residual(_MIDDLE))
        self.coarse = nn.Sequential(
            _conv(_MIDDLE, _COARSE, 3, 2), _Residual(_COARSE, 2), _Residual(_COARSE, 4), _Residual(_COARSE)
        )
        self.lift_middle, self.lift_fine = _conv(_COARSE, _MIDDLE, 1), _conv(_MIDDLE, _FINE, 1)
        self.fuse_middle = nn.Sequential(_Residual(_MIDDLE), _Residual(_MIDDLE))
        self.fuse_fine = nn.Sequential(_Residual(_FINE), _Residual(_FINE))
        self.heads = _conv(_FINE, 4 * _HEADS)
        nn.init.normal_(self.heads.weight, std=1e-2)

    def forward(self, darkness: Tensor) -> Read:
        """Read n drawings, (n, 1, h, w) float32."""
        x = fn.pixel_unshuffle(darkness, 2).contiguous(memory_format=torch.channels_last)
        fine = self.stem(x)  # (n, 32, h/2, w/2)
        middle = self.middle(fn.relu(fine))  # (n, 48, h/4, w/4)
        coarse = self.coarse(fn.relu(middle))  # (n, 80, h/8, w/8)
        middle = self.fuse_middle(middle + _twice(self.lift_middle(coarse)))
        fine = self.fuse_fine(fine + _twice(self.lift_fine(middle)))
        found = fn.pixel_shuffle(self.heads(fn.relu(fine)), 2).float()  # (n, 7, h, w)
        return Read(
            line=found[:, 0] - 2.0,
            distance_px=FAR_PX * torch.sigmoid(found[:, 1] + 2.0),
            direction=torch.tanh(found[:, 2:4]),
            tips=found[:, 4] - 4.0,
            crossings=found[:, 5] - 4.0,
            width_px=WIDEST_PX * torch.sigmoid(found[:, 6] - 1.5),
        )


def _twice(x: Tensor) -> Tensor:
    return fn.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
