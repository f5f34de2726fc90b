"""Models of `qa`."""

from qa.models.check import (
    CheckRun,
    Embedding,
    Flag,
    FlagClaim,
    FlagNearest,
    Measurement,
    MemoryBank,
)
from qa.models.verdict import Retake, RetakeItem, Verdict

__all__ = [
    "CheckRun",
    "Embedding",
    "Flag",
    "FlagClaim",
    "FlagNearest",
    "Measurement",
    "MemoryBank",
    "Retake",
    "RetakeItem",
    "Verdict",
]
