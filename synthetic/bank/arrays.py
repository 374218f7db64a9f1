"""What is done with arrays in every part of the bank, and with dataclasses whose fields are arrays of equal length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from synthetic.bank.chance import Flags, Ints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Rows = TypeVar("Rows", bound="DataclassInstance")


def together(parts: Sequence[Rows]) -> Rows:
    """All rows, in the order of the parts, of which there is at least one."""
    names = [one.name for one in fields(parts[0])]
    return type(parts[0])(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def kept(rows: Rows, flags: Flags) -> Rows:
    """The rows where the flag is set."""
    return type(rows)(**{one.name: getattr(rows, one.name)[flags] for one in fields(rows)})


def ordinals(counts: Ints) -> Ints:
    """The place of each row, from 0, in a group of so many rows.

    >>> ordinals(np.array([2, 0, 3])).tolist()
    [0, 1, 0, 1, 2]
    """
    return np.asarray(np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts))
