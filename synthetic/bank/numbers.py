"""Numbers of records, accounts, cards: each its own, and none says which person or which other record it belongs to."""

from __future__ import annotations

from typing import Any

from synthetic.bank.chance import Chunk, Ints, stream
from synthetic.bank.text import numbered

# Prime, so that a multiple of each slot below it is another number below it.
_SPACE = 999_999_937
SLOTS = 16
"""How many things of a kind a person may have."""


def scattered(seed: int, kind: str, persons: Ints, ordinals: Ints | int = 0, *, prefix: str) -> Any:
    """The number of each person's thing of a kind (0 to 15): a prefix and nine digits."""
    random = stream(seed, f"numbers of {kind}")
    factor, start = random.integers(10**8, _SPACE), random.integers(0, _SPACE)
    return numbered(prefix, ((persons * SLOTS + ordinals) * factor + start) % _SPACE, width=9)


def row_numbers(chunk: Chunk, prefix: str, rows: Ints) -> Any:
    """A number for each row of a file, by its place among the chunk's: a prefix and twelve digits."""
    return numbered(prefix, chunk.number * 100_000_000 + rows, width=12)
