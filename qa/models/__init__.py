"""Models of `qa`."""

from qa.models.check import (
    CheckRun,
    CutScore,
    Embedding,
    Flag,
    FlagClaim,
    FlagNearest,
    Measurement,
    MemoryBank,
)
from qa.models.encoder import Encoder
from qa.models.note import Comment, Correction, CorrectionStroke, FlagAssignment
from qa.models.verdict import Retake, RetakeItem, Verdict

__all__ = [
    "CheckRun",
    "Comment",
    "Correction",
    "CorrectionStroke",
    "CutScore",
    "Embedding",
    "Encoder",
    "Flag",
    "FlagAssignment",
    "FlagClaim",
    "FlagNearest",
    "Measurement",
    "MemoryBank",
    "Retake",
    "RetakeItem",
    "Verdict",
]
