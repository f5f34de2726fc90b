"""How well a network tells wrong drawings from right ones, kind by kind, on characters it has never seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ml.comparator.network import ASPECTS, UNIT, CompareNet
from ml.comparator.network import MEASURES as NET_MEASURES
from ml.comparator.overlay import as_pairs
from ml.puppets.drift import KINDS
from ml.training.augment import LINED, PLAIN, applied
from ml.training.batches import Batch, collated, laid_over, nearest
from ml.training.drawn import CLEAN, FAMILY_NAMES, WRONG
from ml.training.shards import Shards
from ml.training.wishes import MEASURES

REFERENCES = 3
_BATCH = 32
_MEASURED = {"face_shape": "face_width"}
_TOPICS = {
    "face": (
        "eye_",
        "face_shape",
        "other_eyes",
        "hair_silhouette",
        "other_hair",
        "detail",
        "missing",
        "recolour",
    ),
    "figure": ("heads_tall", "head_size", "other_", "hair_silhouette", "detail", "missing", "recolour"),
}


@dataclass(frozen=True)
class Scored:
    """All answers to the drawings of the validation split, in the order of `rows`."""

    rows: np.ndarray
    any_: np.ndarray
    aspects: np.ndarray
    mean: np.ndarray
    log_scale: np.ndarray


def auroc(wrong: np.ndarray, right: np.ndarray) -> float:
    """Return the chance that a wrong drawing scores higher than a right one; ties count half."""
    if not len(wrong) or not len(right):
        return float("nan")
    order = np.sort(right)
    below = np.searchsorted(order, wrong, "left") + np.searchsorted(order, wrong, "right")
    return float(below.mean() / (2.0 * len(right)))


def asked(shards: Shards, net: str, least: int = 0) -> list[tuple[int, int]]:
    """Return (shard, row) of the drawings that a net is judged by; `least` > 0 takes every `least`-th character."""
    found = []
    for number, one in enumerate(shards.arrays):
        rows = one["rows"]
        known = np.flatnonzero(
            (rows["role"] == CLEAN) | ((rows["role"] == WRONG) & (rows[f"any_{net}"] == 1))
        )
        wanted = [i for i in known if rows["role"][i] == CLEAN or _on_topic(rows[i], net)]
        found += [(number, int(i)) for i in wanted if not least or rows["person"][i] % least == 0]
    return found


def _on_topic(row: np.ndarray, net: str) -> bool:
    return FAMILY_NAMES[int(row["family"])].startswith(_TOPICS[net])


@torch.no_grad()
def scored(model: CompareNet, shards: Shards, net: str, *, line: bool = False, least: int = 0) -> Scored:
    """Judge the drawings of a split, each by its nearest approved drawings; `line`: all are seen as lines."""
    model.eval()
    device = next(model.parameters()).device
    chosen = asked(shards, net, least)
    rows, parts = [], []
    for start in range(0, len(chosen), _BATCH):
        batch = _batch(shards, net, chosen[start : start + _BATCH], line=line).to(device)
        said = model(as_pairs(batch.queries[:, None].expand_as(batch.laid), batch.laid, batch.flow))
        parts.append([v.float().cpu().numpy() for v in (said.any_, said.aspects, said.mean, said.log_scale)])
        rows += [shards.arrays[s]["rows"][r] for s, r in chosen[start : start + _BATCH]]
    any_, aspects, mean, scale = (np.concatenate(v) for v in zip(*parts, strict=True))
    return Scored(np.stack(rows), any_, aspects, mean, scale)


def _batch(shards: Shards, net: str, chosen: list[tuple[int, int]], *, line: bool) -> Batch:
    pairs, rows, places = [], [], []
    rng = np.random.default_rng(0)
    for shard, at in chosen:
        one = shards.arrays[shard]
        table = one["rows"]
        of = LINED if line or table["ink"][at] else PLAIN
        refs = nearest(table, at, REFERENCES, net, None)
        crops = [applied(one[net][r], of, rng, query=False) for r in (at, *refs)]
        pairs.append(laid_over(crops[0], crops[1:]))
        rows.append(table[at])
        places.append(one[f"{net}_place"][at])
    return collated(pairs, np.stack(rows), places, net)


def by_kind(answers: Scored, net: str) -> dict[str, dict[str, float]]:
    """Return for each kind: "auroc" of its own score, "any" of the overall logit, "error" of its measure, "n".

    A kind with a number is scored by the size of its measure, any other by the logit of its aspect, both among
    drawings of the same framing.
    """
    rows = answers.rows
    names = NET_MEASURES[net]
    found: dict[str, dict[str, float]] = {}
    for kind in KINDS.values():
        picked = (rows["role"] == WRONG) & (rows["family"] == FAMILY_NAMES.index(kind.family))
        picked &= np.isclose(rows["size"], kind.magnitude)
        if not picked.any():
            continue
        right = (rows["role"] == CLEAN) & np.isin(rows["bust"], np.unique(rows["bust"][picked]))
        family = _MEASURED.get(kind.family, kind.family)
        own = answers.aspects[:, ASPECTS.index(kind.fault)]
        one = {"any": auroc(answers.any_[picked], answers.any_[right]), "n": float(picked.sum()),
               "aspect": auroc(own[picked], own[right])}  # fmt: skip
        if family in names:
            column = names.index(family)
            size = np.abs(answers.mean[:, column])
            told = rows["valid"][:, MEASURES.index(family)] == 1  # others have no eyes, or no feet
            truth = rows["measure"][picked, MEASURES.index(family)]
            error = np.abs(answers.mean[picked, column] * UNIT - truth).mean()
            one |= {
                "measure": auroc(size[picked], size[right & told]),
                "sign": float((np.sign(answers.mean[picked, column]) == np.sign(truth)).mean()),
                "error": float(error),
            }
        one["auroc"] = max(one["aspect"], one.get("measure", 0.0))
        found[kind.name] = one
    return found


def summary(kinds: dict[str, dict[str, float]]) -> float:
    """Return the mean AUROC over kinds: what chooses the checkpoint."""
    known = [one["auroc"] for one in kinds.values() if not np.isnan(one["auroc"])]
    return float(np.mean(known)) if known else float("nan")


def as_table(kinds: dict[str, dict[str, float]]) -> str:
    """Return the figures as lines of text."""
    lines = ["kind                  n   own    any  aspect measure sign  error"]
    for name, one in kinds.items():
        rest = "" if "measure" not in one else f"{one['measure']:6.3f} {one['sign']:5.2f} {one['error']:6.3f}"
        lines.append(
            f"{name:20s}{one['n']:4.0f}{one['auroc']:6.3f} {one['any']:6.3f} {one['aspect']:6.3f} {rest}"
        )
    return "\n".join(lines)
