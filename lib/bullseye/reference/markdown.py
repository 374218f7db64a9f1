"""Text of the code as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_CODE = re.compile(r"(`[^`]*`)")


def prose(text: str) -> str:
    """Literal text: nothing in it but what is code already is taken for a tag.

    >>> prose("<source>:<id>, as in `<source>`")
    '&lt;source>:&lt;id>, as in `<source>`'
    """
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in _CODE.split(text))


def cell(text: str) -> str:
    r"""Text in a table: one line, whose bars end no cell.

    >>> print(cell("a | b,  or c"))
    a \| b, or c
    """
    return prose(" ".join(text.split())).replace("|", "\\|")


def code_cell(text: str) -> str:
    r"""Code in a table.

    >>> print(code_cell("^(a|b)$"))
    `^(a\|b)$`
    """
    return f"`{text}`".replace("|", "\\|")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(line)} |".replace("|  |", "| |") for line in lines)
