"""Models of `qa`."""

from qa.models.alarm import AlarmRules, Calibration, CutScore, SpotCheck
from qa.models.archive import QueryPicture
from qa.models.check import (
    CheckRun,
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
    "AlarmRules",
    "Calibration",
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
    "QueryPicture",
    "Retake",
    "RetakeItem",
    "SpotCheck",
    "Verdict",
]
