"""The comparator at run time: crops in, numbers out. See the package's docstring for how to use it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors

from ml.comparator.crops import FACE_PX, FIGURE_HW, line_map
from ml.comparator.network import ASPECTS, MEASURES, NETS, UNIT, CompareNet, Judged
from ml.comparator.overlay import as_pairs, lay_over
from ml.errors import ShapeMismatch, WeightsCorrupt
from ml.pixels import F32, U8
from ml.weights import checked

WEIGHTS = Path(__file__).resolve().parents[1] / "weights" / "comparator.safetensors"
FORMAT = "1"  # of crops and overlay; other numbers, other vectors
MOST_REFERENCES = 4
_SD_OF_LAPLACE = 2.0**0.5
_SIZES = {"face": (FACE_PX, FACE_PX), "figure": FIGURE_HW}
_BLIND = {"face": ("PROPORTION",), "figure": ("FACE",)}  # what a net was never taught to see


@dataclass(frozen=True)
class Compared:
    """How a drawing departs from approved drawings.

    Attributes:
        measures: name -> (mean, sd) of the log of drawn size by approved size, 0.095 = 10 % larger; "eye_height" is
            in heights of the head, positive = lower. A wide sd says that this drawing does not tell.
        logits: "any" and each of ASPECTS, the louder of both nets, and each net's own as "face.any", "figure.SHAPE".
        face_map: (16, 16) float32 in 0..1, where the face's crop departs; None without a face.
        figure_map: (24, 16) float32, of the figure's crop.
    """

    measures: dict[str, tuple[float, float]]
    logits: dict[str, float]
    face_map: F32 | None
    figure_map: F32 | None


class Comparator:
    """Both networks with their weights; stateless after loading, one instance serves all designs."""

    def __init__(self, nets: dict[str, CompareNet], sha256: str) -> None:
        self._nets = {name: net.eval() for name, net in nets.items()}
        self.model_id = f"comparator@{sha256[:12]}/{FORMAT}"

    @classmethod
    def load(cls, path: Path | None = None) -> Comparator:
        """Return the comparator of a weights file, by default the one that Sakkan ships; loaded once for each file.

        Raises:
            WeightsMissing: no such file, or no JSON with its checksum beside it.
            WeightsCorrupt: the file is not the one that its checksum was taken of, or fits no comparator.
        """
        return _loaded(path or WEIGHTS)

    def features(
        self, face_crops: U8 | None = None, figure_crops: U8 | None = None, *, line: bool = False
    ) -> dict[str, U8]:
        """Return what a design's pack keeps of its approved drawings, "face" and "figure", rows as they came.

        Args:
            face_crops: (n, 128, 128, 4) uint8 of `face_crop`.
            figure_crops: (n, 192, 128, 4) uint8 of `figure_crop`.
            line: for drawings of the line stages; keep these beside the painted ones.

        Raises:
            ShapeMismatch: other shapes.
        """
        found: dict[str, U8] = {}
        for name, crops in (("face", face_crops), ("figure", figure_crops)):
            if crops is None:
                continue
            _checked(crops, name, 4)
            found[name] = np.stack([line_map(c) for c in crops]) if line and len(crops) else crops
        return found

    def compare(
        self, face: U8 | None, figure: U8 | None, refs: dict[str, U8], *, line: bool = False
    ) -> Compared:
        """Compare the crops of one drawing with approved drawings.

        Args:
            face: (128, 128, 4) uint8, or None.
            figure: (192, 128, 4) uint8, or None.
            refs: rows of `features`, the most alike first; of more than four the first four count. The rows of
                "face" and of "figure" may be of different drawings (see `subset`).
            line: whether `refs` were made with `line`; the drawing is then seen as lines, too.

        Raises:
            ShapeMismatch: crops of other shapes, or no reference for a crop.
        """
        logits: dict[str, float] = {}
        measures: dict[str, tuple[float, float]] = {}
        maps: dict[str, F32 | None] = {"face": None, "figure": None}
        for name, crop in (("face", face), ("figure", figure)):
            if crop is None:
                continue
            _checked(crop, name, 3)
            said = self._judge(name, line_map(crop) if line else crop, refs.get(name))
            maps[name] = np.asarray(torch.sigmoid(said.dense[0]).numpy(), np.float32)
            _merge(logits, measures, name, said)
        return Compared(measures, logits, maps["face"], maps["figure"])

    def _judge(self, name: str, query: U8, refs: U8 | None) -> Judged:
        if refs is None or not len(refs):
            msg = f"nothing approved to compare the {name} with"
            raise ShapeMismatch(msg, expected=f"rows of {name!r}", actual=0)
        _checked(refs, name, 4)
        both = [lay_over(query, ref) for ref in refs[:MOST_REFERENCES]]
        laid = torch.from_numpy(np.stack([one for one, _ in both]))
        flow = torch.from_numpy(np.stack([one for _, one in both]))
        queries = torch.from_numpy(query).expand_as(laid)
        with torch.inference_mode():
            said: Judged = self._nets[name](as_pairs(queries, laid, flow)[None])
        return said


def _merge(
    logits: dict[str, float], measures: dict[str, tuple[float, float]], name: str, said: Judged
) -> None:
    """Add what one net says; of two that measure the same the surer one counts."""
    told = {"any": float(said.any_[0])}
    told |= {a: float(v) for a, v in zip(ASPECTS, said.aspects[0], strict=True) if a not in _BLIND[name]}
    for key, value in told.items():
        logits[f"{name}.{key}"] = round(value, 5)
        logits[key] = max(logits.get(key, -1e9), round(value, 5))
    scale = _SD_OF_LAPLACE * torch.exp(said.log_scale[0])
    for measure, mean, sd in zip(MEASURES[name], said.mean[0] * UNIT, scale * UNIT, strict=True):
        if measure not in measures or float(sd) < measures[measure][1]:
            measures[measure] = (round(float(mean), 6), round(float(sd), 6))


def subset(refs: dict[str, U8], face_rows: Sequence[int], figure_rows: Sequence[int]) -> dict[str, U8]:
    """Return some rows of features, for faces and for figures."""
    rows = {"face": face_rows, "figure": figure_rows}
    return {name: crops[list(rows[name])] for name, crops in refs.items()}


def _checked(crops: U8, name: str, axes: int) -> None:
    size = (*_SIZES[name], 4)
    if crops.dtype != np.uint8 or crops.ndim != axes or crops.shape[-3:] != size:
        msg = f"{name} crops are uint8 {size}"
        raise ShapeMismatch(msg, expected=size, actual=(crops.shape, str(crops.dtype)))


@lru_cache(maxsize=4)
def _loaded(path: Path) -> Comparator:
    torch.set_num_threads(1)  # on pictures so small threads wait longer than they work; workers are processes
    data, sha256 = checked.read(path, "python -m ml.training comparator")
    try:
        tensors = load_tensors(data)
        nets = {name: make() for name, make in NETS.items()}
        for name, net in nets.items():
            start = name + "."
            net.load_state_dict({k.removeprefix(start): v for k, v in tensors.items() if k.startswith(start)})
    except (SafetensorError, RuntimeError) as error:
        msg = f"{path.name} holds no weights of this comparator: {str(error)[:200]}"
        raise WeightsCorrupt(msg, expected=sorted(NETS), actual=path.name) from error
    return Comparator(nets, sha256)
