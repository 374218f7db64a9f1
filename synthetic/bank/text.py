"""Columns of text and money for many rows at once: Arrow arrays out of numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from synthetic.bank.chance import Flags, Ints


def numbered(prefix: str, values: Ints, *, width: int) -> Any:
    """`prefix` and each number with zeros in front, `width` digits.

    >>> numbered("C", np.array([7, 123]), width=4).to_pylist()
    ['C0007', 'C0123']
    """
    digits = np.empty((len(values), len(prefix) + width), dtype=np.uint8)
    digits[:, : len(prefix)] = np.frombuffer(prefix.encode("ascii"), dtype=np.uint8)
    rest = np.asarray(values, dtype=np.int64)
    for place in range(digits.shape[1] - 1, len(prefix) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        digits[:, place] = digit + ord("0")
    if rest.any():
        raise ValueError(f"a number has more than {width} digits")
    return _fixed(digits)


def letters(matrix: Any) -> Any:
    """Rows of ASCII codes as text of equal length."""
    return _fixed(np.ascontiguousarray(matrix, dtype=np.uint8))


def _fixed(codes: Any) -> Any:
    rows, width = codes.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * np.int32(width)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(codes)))


def picked(words: Sequence[str | None] | Any, at: Ints) -> Any:
    """The word at each index."""
    return pc.take(pa.array(words, pa.string()) if not isinstance(words, pa.Array) else words, pa.array(at))


def joined(*parts: Any, separator: str = "") -> Any:
    """The parts of each row together; a text stands in every row."""
    return pc.binary_join_element_wise(*parts, separator)


def where(flags: Flags, yes: Any, no: Any) -> Any:
    """`yes` where the flag is set, else `no`; either may be one text, or None for no value."""
    return pc.if_else(pa.array(flags), _scalar(yes), _scalar(no))


def _scalar(value: Any) -> Any:
    return pa.scalar(value, pa.string()) if value is None or isinstance(value, str) else value


def missing(values: Any, flags: Flags) -> Any:
    """`values` without those where the flag is set."""
    return pc.if_else(pa.array(flags), pa.scalar(None, values.type), values)


def changed(values: Any, rows: Ints, replacements: Sequence[str | None]) -> Any:
    """`values` with others in a few rows."""
    mask = np.zeros(len(values), dtype=np.bool_)
    mask[rows] = True
    in_order = [replacements[at] for at in np.argsort(rows, kind="stable")]
    return pc.replace_with_mask(values, pa.array(mask), pa.array(in_order, pa.string()))


def money(cents: Ints) -> Any:
    """Whole cents as decimals with two places.

    >>> money(np.array([-5, 1999])).to_pylist()
    [Decimal('-0.05'), Decimal('19.99')]
    """
    words = np.empty((len(cents), 2), dtype="<i8")
    words[:, 0] = cents
    words[:, 1] = np.where(np.asarray(cents) < 0, -1, 0)
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(words)])


def dates(days: Ints, known: Flags | None = None) -> Any:
    """Days since 1970 as dates; none where `known` is not set."""
    mask = None if known is None else ~known
    return pa.array(np.asarray(days).astype("datetime64[D]"), pa.date32(), mask=mask)


def date_text(days: Ints, form: str) -> Any:
    """Days since 1970 written as `form` says, such as %d/%m/%Y."""
    return pc.strftime(dates(days), format=form)
