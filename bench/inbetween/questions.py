"""Which triplets are asked, as tasks that a process makes for itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.inbetween import puppets, real, sita, store
from bench.inbetween.run import Task
from bench.inbetween.types import Triplet


@dataclass(frozen=True)
class Asking:
    """What is asked of every part: split and seed of the motions, bins, and the folder of what is kept."""

    split: str
    seed: int
    bins: tuple[str, ...]
    cache: Path

    def puppets(self, variant: str, number: int, boiled: int) -> list[Task]:
        """Return `number` puppet triplets of each bin; the first of each bin with quarters."""
        folder = self.cache / f"puppets-{store.puppets_digest()}"
        places = puppets.places(self.split, self.seed, number, self.bins)
        return [Task(partial(_puppet, folder, place, variant), place.number < boiled) for place in places]

    def sita(self, art: Path, number: int, boiled: int) -> list[Task]:
        """Return `number` triplets of the rigged character of each bin.

        Raises:
            NotHere: see `sita.stored_names`.
        """
        folder, names = sita.drawn(art, self.seed, number, self.bins, self.cache)
        return [Task(partial(_stored, folder, name), k % number < boiled) for k, name in enumerate(names)]

    def real(self, art: Path, most: int) -> tuple[list[Task], str]:
        """Return the triplets of real sequences and how many of each set there are.

        Raises:
            NotHere: see `real.places`.
        """
        places = real.places(art, most, self.seed)
        counts = Counter(place.set for place in places)
        said = ", ".join(f"{set_} {number}" for set_, number in counts.items())
        return [Task(partial(real.triplet, place)) for place in places], said


def _puppet(folder: Path, place: puppets.Place, variant: str) -> Triplet:
    return store.kept(folder, f"{place.name}-{variant}", lambda: puppets.drawn(place.spec(), variant))


def _stored(folder: Path, name: str) -> Triplet:
    found = store.stored(folder, name)
    assert found is not None
    return found
