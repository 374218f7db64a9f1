"""Every random number: one stream for each part of the bank, by its name, so that a new part changes no other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator, SeedSequence, default_rng
from numpy.typing import NDArray

from synthetic.bank.parameters import Parameters

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def stream(seed: int, part: str, *, chunk: int = 0) -> Generator:
    """The random numbers of a part, in one chunk of persons; the same for the same seed, name and chunk."""
    digest = hashlib.sha256(part.encode()).digest()
    words = [int.from_bytes(digest[start : start + 4], "little") for start in range(0, 16, 4)]
    return default_rng(SeedSequence(seed, spawn_key=(*words, chunk)))


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """Persons that are made together: `size` of them from the index `first` on."""

    seed: int
    number: int
    first: int
    size: int
    parameters: Parameters

    def random(self, part: str) -> Generator:
        return stream(self.seed, part, chunk=self.number)


def skewed(count: int, *, shift: float = 3.0, power: float = 0.9) -> Floats:
    """Probabilities that fall with the rank, as the frequencies of names and the sizes of employers do (Zipf)."""
    weights = 1.0 / (np.arange(count) + shift) ** power
    return np.asarray(weights / weights.sum())


def weights_of(table: Any) -> Floats:
    """Positive numbers as probabilities."""
    weights = np.asarray(table, dtype=np.float64)
    return np.asarray(weights / weights.sum())


def chosen(random: Generator, probabilities: Floats) -> Ints:
    """One column of each row of `probabilities`, drawn with them; the rows add up to one."""
    bounds = np.cumsum(probabilities, axis=1)
    drawn = random.random(len(probabilities)) * bounds[:, -1]
    return np.asarray((bounds <= drawn[:, None]).sum(axis=1).clip(max=probabilities.shape[1] - 1), dtype=np.int64)


def one_of(random: Generator, options: Ints, size: int) -> Ints:
    """One of the options, each as likely as any other, for each of `size` rows."""
    return np.asarray(options[random.integers(0, len(options), size)])


def evenly(random: Generator, first: Any, length: Ints) -> Ints:
    """One of `length` whole numbers from `first` on, each as likely as any other, for each row of `length`."""
    return np.asarray(first + (random.random(len(length)) * length).astype(np.int64))


def logistic(values: Floats) -> Floats:
    """The probability of each logit."""
    return np.asarray(1.0 / (1.0 + np.exp(-values)))
