"""The network that works out where each pixel of one key lies in the other: the whole of it, in one file.

In the spirit of GMFlow (Xu et al. 2022: transformer, global matching, propagation) and RAFT (Teed and Deng 2020:
iterations with shared weights, convex upsampling), made small: attention at 1/16 only, one global matching at 1/8,
two refinements at 1/8 and two at 1/4. Both directions are worked out together: a batch is [keys a; keys b], and
whatever looks at "the other key" looks at the same batch with its halves swapped.

Convention:
    - flows are pixels of the input, x then y, pixel centres at integers
    - h and w are multiples of `MULTIPLE`
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from ml.inbetween.flow_input import CHANNELS

MULTIPLE = 32
_FINE, _MIDDLE, _COARSE = 48, 96, 128
_MATCH, _NEAR = 64, 32  # descriptors of the refinements
_RADIUS_8, _RADIUS_4, _PEAK = 3, 2, 2
_HEADS, _LAYERS = 4, 2
_FLOW_UNIT = 16.0


@dataclass(frozen=True)
class Found:
    """What the network says about 2n keys, [a; b].

    Attributes:
        log_match: (2n, cells, cells of the other key) similarity of cells of 8 px, before any softmax.
        flows: (2n, 2, h', w') pixels, from coarse to fine; the last one is the answer at full size.
        seen: (2n, 1, h, w) logits: visible in the other key.
    """

    log_match: Tensor
    flows: list[Tensor]
    seen: Tensor


def _conv(inside: int, out: int, size: int = 3, step: int = 1) -> nn.Conv2d:
    conv = nn.Conv2d(inside, out, size, step, size // 2)
    nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
    nn.init.zeros_(conv.bias)  # type: ignore[arg-type]
    return conv


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first, self.second = _conv(channels, channels), _conv(channels, channels)
        self.share = nn.Parameter(torch.full((1, channels, 1, 1), 0.3))

    def forward(self, x: Tensor) -> Tensor:
        return x + self.share * self.second(fn.relu(self.first(fn.relu(x))))


class _Attend(nn.Module):
    """One layer: tokens look at tokens, then think for themselves."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.ask, self.told = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.think = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, x: Tensor, other: Tensor) -> Tensor:
        """x, other: (n, tokens, width)."""
        query = self.ask(self.before(x)).unflatten(2, (_HEADS, -1)).transpose(1, 2)
        key, value = self.told(self.before(other)).unflatten(2, (2, _HEADS, -1)).permute(2, 0, 3, 1, 4)
        seen = fn.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)
        x = x + self.out(seen)
        return x + self.think(self.between(x))


class _Refine(nn.Module):
    """One look at where the flow leads: a step of the flow, of visibility, and what it remembers."""

    def __init__(self, inside: int, width: int, kept: int) -> None:
        super().__init__()
        self.look, self.think = _conv(inside + kept, width), _conv(width, width)
        self.keep, self.step = _conv(width, kept), _conv(width, 3)
        nn.init.normal_(self.step.weight, std=1e-3)

    def forward(self, seen: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
        x = fn.relu(self.look(torch.cat([seen, kept], 1)))
        x = fn.relu(self.think(x))
        return self.step(x).float(), torch.tanh(self.keep(x))


class FlowNetwork(nn.Module):
    """Flow and visibility of two keys, both ways."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(_conv(16 * CHANNELS, _FINE), _Residual(_FINE))
        self.middle = nn.Sequential(_conv(_FINE, _MIDDLE, 3, 2), _Residual(_MIDDLE))
        self.coarse = _conv(_MIDDLE, _COARSE, 3, 2)
        self.attend = nn.ModuleList([_Attend(_COARSE) for _ in range(2 * _LAYERS)])
        self.lift = _conv(_COARSE, _MIDDLE, 1)
        self.fuse = _Residual(_MIDDLE)
        self.describe, self.match_8, self.match_4 = (
            _conv(_MIDDLE, _MIDDLE, 1),
            _conv(_MIDDLE, _MATCH, 1),
            _conv(_FINE, _NEAR, 1),
        )
        self.sharp = nn.Parameter(torch.tensor(math.log(12.0)))
        self.near = nn.Parameter(torch.tensor(-3.0))
        self.alike = nn.Linear(_COARSE, 2 * _MATCH)
        self.about_8, self.about_4 = _conv(_MIDDLE, _MATCH, 1), _conv(_FINE, 32, 1)
        self.refine_8 = _Refine(_MATCH + _window(_RADIUS_8) + 9, 64, 48)
        self.refine_4 = _Refine(32 + _window(_RADIUS_4) + 5 + CHANNELS, 48, 48)
        self.hand_down = _conv(48, 48, 1)
        self.mask = nn.Sequential(_conv(48 + _FINE, 64, 1), nn.ReLU(), nn.Conv2d(64, 9 * 16, 1))

    def forward(self, keys: Tensor, *, coarse: bool = False) -> Found:
        """Work out the motion of 2n keys, [a; b], (2n, 7, h, w) of `flow_input.channels`.

        With `coarse` it stops at 1/8: half the time, for training the match.
        """
        fine, middle, tokens, size = self._read(keys)
        similar = self._similar(middle)
        flow, sure = _peaks(similar, (middle.shape[2], middle.shape[3]))
        spread = self._propagated(tokens, flow, sure, size)
        flows = [flow, spread]
        flow, seen, kept, at_8 = self._refined_8(middle, flow, sure, spread)
        flows += at_8
        if coarse:
            return Found(similar, flows, fn.interpolate(seen, scale_factor=8.0, mode="bilinear"))
        flow, seen, at_4 = self._refined_4(keys, fine, flow, seen, kept)
        return Found(similar, [*flows, *at_4, flow], seen)

    def _read(self, keys: Tensor) -> tuple[Tensor, Tensor, Tensor, tuple[int, int]]:
        """Return features at 1/4 and 1/8, tokens at 1/16, and the tokens' grid."""
        x = fn.pixel_unshuffle(keys - 0.5, 4).contiguous(memory_format=torch.channels_last)
        fine = self.stem(x)
        middle = self.middle(fn.relu(fine))
        coarse = self.coarse(fn.relu(middle))
        size = (coarse.shape[2], coarse.shape[3])
        tokens = coarse.flatten(2).transpose(1, 2) + _places(size, self.training, keys.device)
        for number, layer in enumerate(self.attend):
            tokens = layer(tokens, _swapped(tokens) if number % 2 else tokens)
        up = self.lift(tokens.transpose(1, 2).unflatten(2, size))
        up = fn.interpolate(up, scale_factor=2.0, mode="bilinear", align_corners=False)
        return fine, self.fuse(middle + up), tokens, size

    def _similar(self, middle: Tensor) -> Tensor:
        """Return the similarity of all cells to all cells of the other key, (2n, cells, cells): alike, rather near."""
        told = fn.normalize(self.describe(middle).float().flatten(2), dim=1)
        here, there = _nearness((middle.shape[2], middle.shape[3]), told.device)
        here = here * fn.softplus(self.near)
        asked = torch.cat([told * self.sharp.exp(), here.expand(len(told), -1, -1)], 1)
        given = torch.cat([told, there.expand(len(told), -1, -1)], 1)
        return asked.transpose(1, 2) @ _swapped(given)

    def _propagated(self, tokens: Tensor, flow: Tensor, sure: Tensor, size: tuple[int, int]) -> Tensor:
        """Return the flow at 1/8 as cells alike that are sure of theirs have it: for what is covered or unsure."""
        weight = fn.avg_pool2d(sure, 2).clamp(min=1e-4)
        mean = (fn.avg_pool2d(flow * sure, 2) / weight).flatten(2).transpose(1, 2)
        query, key = self.alike(tokens).float().chunk(2, dim=2)
        logits = query @ key.transpose(1, 2) / math.sqrt(_MATCH) + weight.flatten(2).log()
        spread = (logits.softmax(2) @ mean).transpose(1, 2).unflatten(2, size)
        return fn.interpolate(spread, scale_factor=2.0, mode="bilinear", align_corners=False)

    def _refined_8(
        self, middle: Tensor, matched: Tensor, sure: Tensor, spread: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, list[Tensor]]:
        """Return flow, visibility and memory at 1/8, and the flow after each look."""
        told = fn.normalize(self.match_8(middle).float(), dim=1)
        about, other = fn.relu(self.about_8(middle)), _swapped(told)
        flow = sure * matched + (1.0 - sure) * spread
        seen, found = torch.zeros_like(sure), list[Tensor]()
        kept = torch.zeros_like(flow[:, :1]).expand(-1, 48, -1, -1)
        for _ in range(2):
            flow = flow.detach() if found else flow
            hit = _near_match(told, _led(other, flow, 8), _RADIUS_8, 4)
            off = [flow, spread - flow, matched - flow, _there_and_back(flow, 8)]
            seen_now = torch.cat([about.float(), hit, torch.cat(off, 1) / _FLOW_UNIT, sure], 1)
            step, kept = self.refine_8(seen_now, kept)
            flow, seen = flow + step[:, :2] * _FLOW_UNIT, seen + step[:, 2:]
            found.append(flow)
        return flow, seen, kept, found

    def _refined_4(
        self, keys: Tensor, fine: Tensor, flow: Tensor, seen: Tensor, kept: Tensor
    ) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Return flow and visibility at full size, and the flow at 1/4 after each look."""
        told = fn.normalize(self.match_4(fine).float(), dim=1)
        about, other = fn.relu(self.about_4(fine)), _swapped(told)
        small = fn.avg_pool2d(keys.float(), 4)
        flow, seen, kept = (
            fn.interpolate(v.float(), scale_factor=2.0, mode="bilinear", align_corners=False)
            for v in (flow, seen, self.hand_down(kept))
        )
        found = []
        for _ in range(2):
            flow = flow.detach()
            hit = _near_match(told, _led(other, flow, 4), _RADIUS_4, 8)
            off = [
                flow / _FLOW_UNIT,
                _there_and_back(flow, 4) / 4.0,
                seen,
                small - _led(_swapped(small), flow, 4),
            ]
            step, kept = self.refine_4(torch.cat([about.float(), hit, *off], 1), kept)
            flow, seen = flow + step[:, :2] * 4.0, seen + step[:, 2:]
            found.append(flow)
        mask = self.mask(torch.cat([kept, fn.relu(fine)], 1)).float()
        full = _upsampled(torch.cat([flow, seen], 1), mask)
        return full[:, :2], full[:, 2:], found


def _window(radius: int) -> int:
    return (2 * radius + 1) ** 2


def _swapped(x: Tensor) -> Tensor:
    """Return what belongs to the other key of each pair."""
    a, b = x.chunk(2)
    return torch.cat([b, a])


def _places(size: tuple[int, int], moved: bool, device: torch.device) -> Tensor:  # noqa: FBT001
    """Return (1, tokens, width) waves of y and x; in training from a chance origin, so that larger keys are no news."""
    at = torch.arange(_COARSE // 4, device=device, dtype=torch.float32)
    waves = torch.exp(-math.log(100.0) * at / len(at))
    ys, xs = (torch.arange(n, device=device, dtype=torch.float32) for n in size)
    if moved:
        offset = torch.randint(0, 16, (2,)).tolist()
        ys, xs = ys + offset[0], xs + offset[1]
    y = torch.cat([(ys[:, None] * waves).sin(), (ys[:, None] * waves).cos()], 1)
    x = torch.cat([(xs[:, None] * waves).sin(), (xs[:, None] * waves).cos()], 1)
    both = torch.cat([y[:, None].expand(-1, size[1], -1), x[None].expand(size[0], -1, -1)], 2)
    return both.flatten(0, 1)[None]


def _nearness(size: tuple[int, int], device: torch.device) -> tuple[Tensor, Tensor]:
    """Return two (1, 4, cells) whose products are minus the squared distances of cells, in units of 8 cells."""
    ys, xs = ((torch.arange(n, device=device, dtype=torch.float32) - n / 2) / 8.0 for n in size)
    y, x = (v.flatten() for v in torch.meshgrid(ys, xs, indexing="ij"))
    square, one = y * y + x * x, torch.ones_like(y)
    return torch.stack([2 * y, 2 * x, -square, -one])[None], torch.stack([y, x, one, square])[None]


def _peaks(similar: Tensor, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Return the flow to the best match, finer than a cell, (2n, 2, h, w), and the likelihood that lies there."""
    h, w = size
    reach = torch.arange(-_PEAK, _PEAK + 1, device=similar.device)
    best = similar.argmax(2)
    at_y, at_x = (best // w)[..., None, None] + reach[:, None], (best % w)[..., None, None] + reach
    inside = ((at_y >= 0) & (at_y < h) & (at_x >= 0) & (at_x < w)).flatten(2)
    at = (at_y.clamp(0, h - 1) * w + at_x.clamp(0, w - 1)).flatten(2)
    share = (similar.gather(2, at) - similar.logsumexp(2, keepdim=True)).exp() * inside
    total = share.sum(2)
    y = (share * at_y.expand(-1, -1, -1, len(reach)).flatten(2)).sum(2) / total
    x = (share * at_x.expand(-1, -1, len(reach), -1).flatten(2)).sum(2) / total
    here = torch.arange(h * w, device=similar.device)
    flow = torch.stack([x - here % w, y - here // w], 1) * 8.0
    return flow.unflatten(2, size), total[:, None].unflatten(2, size)


def _led(other: Tensor, flow: Tensor, cell_px: int) -> Tensor:
    """Return what lies where the flow leads, like `other`; beyond the border the border."""
    h, w = other.shape[2:]
    ys = torch.arange(h, device=flow.device, dtype=torch.float32)[:, None]
    xs = torch.arange(w, device=flow.device, dtype=torch.float32)
    x = (xs + flow[:, 0] / cell_px) * (2.0 / max(w - 1, 1)) - 1.0
    y = (ys + flow[:, 1] / cell_px) * (2.0 / max(h - 1, 1)) - 1.0
    return fn.grid_sample(other, torch.stack([x, y], 3), padding_mode="border", align_corners=True)


def _there_and_back(flow: Tensor, cell_px: int) -> Tensor:
    """Return where one ends who follows the flow and then the other key's flow back, from where one began."""
    return flow + _led(_swapped(flow), flow, cell_px)


def _near_match(told: Tensor, led: Tensor, radius: int, tile: int) -> Tensor:
    """Return how well each cell fits the cells about the one the flow leads to, (2n, window, h, w).

    Worked out tile by tile as products of matrices, of which only the windows are kept: many times faster than
    window by window, above all on the way back.
    """
    n, c, h, w = told.shape
    side, many = tile + 2 * radius, (h // tile, w // tile)
    queries = (
        told.view(n, c, many[0], tile, many[1], tile).permute(0, 2, 4, 3, 5, 1).reshape(-1, tile * tile, c)
    )
    tiles = fn.unfold(fn.pad(led, (radius,) * 4), side, stride=tile).view(n, c, side * side, -1)
    every = queries @ tiles.permute(0, 3, 1, 2).reshape(-1, c, side * side)
    at, reach = torch.arange(tile, device=told.device), torch.arange(2 * radius + 1, device=told.device)
    line = at[:, None] + reach  # (tile, window)
    kept = (line[:, None, :, None] * side + line[None, :, None, :]).reshape(1, tile * tile, -1)
    hit = every.gather(2, kept.expand(len(every), -1, -1))
    hit = hit.view(n, many[0], many[1], tile, tile, -1).permute(0, 5, 1, 3, 2, 4)
    return hit.reshape(n, -1, h, w)


def _upsampled(values: Tensor, mask: Tensor) -> Tensor:
    """Return values at four times the size, each the mean of nine neighbours by weights of its own (RAFT)."""
    n, c, h, w = values.shape
    weights = mask.view(n, 1, 9, 4, 4, h, w).softmax(2)
    around = fn.unfold(fn.pad(values, (1, 1, 1, 1), mode="replicate"), 3).view(n, c, 9, 1, 1, h, w)
    full = (weights * around).sum(2).permute(0, 1, 4, 2, 5, 3)
    return full.reshape(n, c, 4 * h, 4 * w)
