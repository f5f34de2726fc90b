"""What the network leaves to be found: the last part of a pixel, and small motion that needs no network.

The network finds things again wherever they are, but only to a pixel or two. Dense inverse search (DIS, Kroeger et
al. 2016, OpenCV) is exact to a tenth of a pixel where things move little, and lost where they move far. So DIS is asked
twice: for what is left between a key and the other key as the network's flow leads it back, and for the whole motion.
At each pixel that flow is kept which leads to the same colours, and back to where it began.
"""

from __future__ import annotations

import cv2
import numpy as np

from ml.pixels import F32, U8

_MOST_PX = 6.0  # of a last step; what is further off is the network's to find
_NEAR, _WIDE = 9, 41  # sides of the windows in which likeness is measured, px
_GAIN = 0.3  # of 255: by so much must a last step pay
_BACK, _BACK_MOST_PX = 8.0, 20.0  # weight of a pixel by which flow and flow back miss each other
_PLAIN = 2.0  # DIS is believed if it is at most so much worse: it is smooth where nothing is drawn
_FINEST = 1  # scale of DIS
_SURE, _PER_PX, _PER_LEVEL = (
    1.0,
    0.2,
    0.12,
)  # how much is visible against how far the ways and the colours miss

Ways = tuple[F32, F32]


def fused(a: U8, b: U8, ab: F32, ba: F32) -> Ways:
    """Return the flows of two keys, both ways, from the network's and DIS's.

    Args:
        a: (h, w, 3) uint8, opaque.
        b: the same size.
        ab: (h, w, 2) float32 pixels from a to b.
        ba: (h, w, 2) float32 pixels from b to a.

    Returns:
        Two (h, w, 2) float32, like `ab` and `ba`.
    """
    net = polished(a, b, ab), polished(b, a, ba)
    dis = _dis(a, b), _dis(b, a)
    return _better(a, b, net, dis), _better(b, a, net[::-1], dis[::-1])


def believed(a: U8, b: U8, ways: Ways, seen: F32) -> F32:
    """Return how likely each pixel of a is to be seen in b, (h, w) float32 in 0..1.

    The network's word, less where flow and flow back miss each other and where the colours do.

    Args:
        a: (h, w, 3) uint8, opaque.
        b: the same size.
        ways: flow from a to b, and from b to a.
        seen: (h, w) float32, what the network says.
    """
    said = np.clip(seen, 1e-4, 1.0 - 1e-4)
    logit = np.log(said / (1.0 - said)) + _SURE - _PER_PX * _miss(*ways)
    logit -= _PER_LEVEL * _unlike(a, _led(b, ways[0]), _NEAR)
    return np.asarray(1.0 / (1.0 + np.exp(-logit)), np.float32)


def polished(a: U8, b: U8, flow: F32) -> F32:
    """Return a flow from a to b, (h, w, 2) float32, with its last steps taken where they pay."""
    led = _led(b, flow)
    step = _dis(a, led)
    long = np.hypot(step[..., 0], step[..., 1])
    step *= np.minimum(1.0, _MOST_PX / np.maximum(long, 1e-6))[..., None]
    taken = step + _led(flow, step)  # a(x) = led(x + step) = b(x + step + flow(x + step))
    pays = _unlike(a, _led(b, taken), _NEAR) + _GAIN < _unlike(a, led, _NEAR)
    return np.where(pays[..., None], taken, flow).astype(np.float32)


def _better(a: U8, b: U8, net: Ways, dis: Ways) -> F32:
    """Return at each pixel the flow from a to b that is less doubtful; each comes with its flow back."""
    plain = _doubt(a, b, *dis) < _doubt(a, b, *net) + _PLAIN
    return np.where(plain[..., None], dis[0], net[0]).astype(np.float32)


def _doubt(a: U8, b: U8, flow: F32, back: F32) -> F32:
    """Return how much speaks against a flow from a to b, (h, w) float32: other colours there, and no way back."""
    led = _led(b, flow)
    lost = np.asarray(cv2.blur(_miss(flow, back), (_NEAR, _NEAR)), np.float32)
    return _unlike(a, led, _NEAR) + _unlike(a, led, _WIDE) + _BACK * lost


def _miss(flow: F32, back: F32) -> F32:
    """Return how far one ends from where one began who follows a flow and then the flow back, clipped, px."""
    off = flow + _led(back, flow)
    return np.minimum(np.hypot(off[..., 0], off[..., 1]), _BACK_MOST_PX)


def _dis(a: U8, b: U8) -> F32:
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    dis.setFinestScale(_FINEST)
    grey = [np.asarray(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY), np.uint8) for one in (a, b)]
    return np.asarray(dis.calc(grey[0], grey[1], None), np.float32)  # type: ignore[call-overload]


def _led(picture: np.ndarray, flow: F32) -> np.ndarray:
    """Return what lies where the flow leads."""
    h, w = flow.shape[:2]
    xs, ys = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    return cv2.remap(
        picture, xs + flow[..., 0], ys + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _unlike(a: U8, led: np.ndarray, side: int) -> F32:
    """Return the mean difference of colour about each pixel, (h, w) float32."""
    off = cv2.absdiff(a, led).astype(np.float32).mean(axis=2)
    return np.asarray(cv2.blur(off, (side, side)), np.float32)
