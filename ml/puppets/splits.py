"""Which characters may be learned from and which only judge: apart by seeds and by styles.

Training reads TRAIN, chooses its checkpoint on VALID, and never sees TEST. Thresholds and limits are tuned on
VALID too. The styles of TEST (`TEST_STYLES`) are drawn by no seed of the other two.
"""

from __future__ import annotations

from ml.puppets.design import Design
from ml.puppets.random_design import random_design
from ml.puppets.style import STYLES, TEST_STYLES, TRAIN_STYLES

TRAIN_SEEDS = range(100_000, 200_000)
VALID_SEEDS = range(200_000, 200_200)
TEST_SEEDS = range(300_000, 300_200)


def design_of(seed: int) -> Design:
    """Return the character of a seed in a style of the seed's own split.

    Raises:
        ValueError: a seed of no split.
    """
    if seed in TRAIN_SEEDS or seed in VALID_SEEDS:
        names = TRAIN_STYLES
    elif seed in TEST_SEEDS:
        names = TEST_STYLES or TRAIN_STYLES
    else:
        msg = f"Seed {seed} belongs to no split."
        raise ValueError(msg)
    return random_design(seed, STYLES[names[seed % len(names)]])
