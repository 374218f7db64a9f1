"""CSV that is safe to open in a spreadsheet, which runs a cell that looks like a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that begin a formula, also in their full-width forms."""


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, end: str = "\r\n") -> None:
    """A header and rows as RFC 4180 has them: a comma between values, a point for decimals, nothing for NULL.

    Texts are written by `safe_cell`; numbers and dates as they are.
    """
    writer = csv.writer(file, lineterminator=end)
    writer.writerow([safe_cell(name) for name in columns])
    writer.writerows([[safe_cell(value) if isinstance(value, str) else value for value in row] for row in rows])


def safe_cell(text: str) -> str:
    r"""The text, after an apostrophe where a spreadsheet would take it for a formula or where it begins with a control
    character (OWASP, CSV injection).

    >>> safe_cell("=1+1"), safe_cell("\t=1+1"), safe_cell("1-1"), safe_cell("")
    ("'=1+1", "'\t=1+1", '1-1', '')
    """
    begins_badly = text.startswith(STARTS) or (text != "" and ord(text[0]) < 32)
    return f"'{text}" if begins_badly else text
