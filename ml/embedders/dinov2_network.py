"""The DINOv2 vision transformer in plain torch, with the very names of the published state dict.

Source: Oquab et al. 2023 (DINOv2), Darcet et al. 2023 (registers), Touvron et al. 2021 (LayerScale). Only what
inference needs: no drop path, no masks. The whole model is here; shapes stand on the lines that change them.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

_EPS = 1e-6
_OFFSET = 0.1


@dataclass(frozen=True)
class Architecture:
    """One size of the network. `trained_side_px` is that of the published weights' position table."""

    dim: int
    depth: int
    heads: int
    registers: int = 0
    patch_px: int = 14
    trained_side_px: int = 518


class Attention(nn.Module):
    """Multi-head self-attention over all tokens."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(dim, 3 * dim)
        self.proj = nn.Linear(dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, T, C) for (N, T, C)."""
        n, t, c = x.shape
        q, k, v = (
            self.qkv(x).reshape(n, t, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        )  # (N, H, T, D)
        mixed = functional.scaled_dot_product_attention(q, k, v)
        joined: Tensor = self.proj(mixed.transpose(1, 2).reshape(n, t, c))
        return joined


class Mlp(nn.Module):
    """Two layers with GELU."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(dim, 4 * dim)
        self.fc2 = nn.Linear(4 * dim, dim)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, T, C) for (N, T, C)."""
        out: Tensor = self.fc2(functional.gelu(self.fc1(x)))
        return out


class LayerScale(nn.Module):
    """A learned factor by channel."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """Return x times gamma."""
        return x * self.gamma


class Block(nn.Module):
    """Attention, then the two layers, each normalised before, scaled after and added."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(dim, eps=_EPS)
        self.attn = Attention(dim, heads)
        self.ls1 = LayerScale(dim)
        self.norm2 = nn.LayerNorm(dim, eps=_EPS)
        self.mlp = Mlp(dim)
        self.ls2 = LayerScale(dim)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, T, C) for (N, T, C)."""
        x = x + self.ls1(self.attn(self.norm1(x)))
        return x + self.ls2(self.mlp(self.norm2(x)))


class PatchEmbed(nn.Module):
    """Each patch of pixels to one token."""

    def __init__(self, dim: int, patch_px: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, dim, patch_px, patch_px)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, C, h, w) for (N, 3, h * patch, w * patch)."""
        out: Tensor = self.proj(x)
        return out


class DinoV2(nn.Module):
    """The network; random until filled with a published state."""

    def __init__(self, size: Architecture) -> None:
        super().__init__()
        self.size = size
        table = (size.trained_side_px // size.patch_px) ** 2
        self.cls_token = nn.Parameter(torch.zeros(1, 1, size.dim))
        self.pos_embed = nn.Parameter(torch.zeros(1, table + 1, size.dim))
        if size.registers:
            self.register_tokens = nn.Parameter(torch.zeros(1, size.registers, size.dim))
        self.patch_embed = PatchEmbed(size.dim, size.patch_px)
        self.blocks = nn.ModuleList([Block(size.dim, size.heads) for _ in range(size.depth)])
        self.norm = nn.LayerNorm(size.dim, eps=_EPS)

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the last layer says, normalised.

        Args:
            pixels: (N, 3, H, W) float32, H and W multiples of the patch.

        Returns:
            The class token (N, C) and the patches (N, h, w, C); registers are thrown away.
        """
        grid = self.patch_embed(pixels)  # (N, C, h, w)
        n, c, high, wide = grid.shape
        x = torch.cat(
            [self.cls_token.expand(n, -1, -1), grid.flatten(2).transpose(1, 2)], dim=1
        )  # (N, 1 + hw, C)
        x = x + self.positions(high, wide)
        if self.size.registers:
            x = torch.cat([x[:, :1], self.register_tokens.expand(n, -1, -1), x[:, 1:]], dim=1)
        for block in self.blocks:
            x = block(x)
        x = self.norm(x)
        return x[:, 0], x[:, 1 + self.size.registers :].reshape(n, high, wide, c)

    def positions(self, high: int, wide: int) -> Tensor:
        """Return the position table (1, 1 + high * wide, C), resampled to a grid of that size.

        As the publishers do it: bicubic by a scale with 0.1 of a patch added, or, for the models with registers,
        bicubic to the exact size with anti-aliasing. Their weights were tested so, and other ways move vectors.
        """
        side = int((self.pos_embed.shape[1] - 1) ** 0.5)
        if (high, wide) == (side, side):
            return self.pos_embed
        table = self.pos_embed[:, 1:].reshape(1, side, side, -1).permute(0, 3, 1, 2)
        if self.size.registers:
            small = functional.interpolate(table, size=(high, wide), mode="bicubic", antialias=True)
        else:
            scale = ((high + _OFFSET) / side, (wide + _OFFSET) / side)
            small = functional.interpolate(table, scale_factor=scale, mode="bicubic")
        return torch.cat([self.pos_embed[:, :1], small.permute(0, 2, 3, 1).flatten(1, 2)], dim=1)
