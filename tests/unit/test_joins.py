"""Joins of DataFrames name their kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tests.conftest import ROOT


def unnamed(source: str) -> Iterator[str]:
    """Calls of a method `join` with columns to join on and without `how=`.

    Texts and threads have a method of that name too, which has at most one argument.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
            keywords = {keyword.arg for keyword in node.keywords}
            if (len(node.args) > 1 or "on" in keywords) and "how" not in keywords:
                yield f"line {node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize(
    ("source", "is_named"),
    [
        ("a.join(b, on='k', how='left')", True),
        ("a.join(b, on='k')", False),
        ("a.join(b, 'k')", False),
        ("a.join(b, 'k', 'left')", False),
        ("a.join(b, how='left', on='k').join(c, on='k')", False),
        ("', '.join(names)", True),
        ("thread.join()", True),
    ],
)
def test_a_join_on_columns_needs_how(source: str, is_named: bool) -> None:
    assert (not list(unnamed(source))) == is_named


def test_every_join_of_the_library_names_its_kind() -> None:
    files = sorted((ROOT / "lib").rglob("*.py"))
    assert {str(file): lines for file in files if (lines := list(unnamed(file.read_text("utf-8"))))} == {}
