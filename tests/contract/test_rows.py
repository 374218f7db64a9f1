"""Rows that the code makes itself are named by column: `context.frame`, never in the order of a contract."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT

LIB = ROOT / "lib" / "bullseye"


def by_position(tree: ast.Module) -> Iterator[int]:
    """Lines that make a frame of rows in the order of a table's schema."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called not in ("local_frame", "createDataFrame"):
            continue
        arguments = [
            part for argument in (*node.args, *(k.value for k in node.keywords)) for part in ast.walk(argument)
        ]
        if any(isinstance(part, ast.Attribute) and part.attr in ("schema", "ddl") for part in arguments):
            yield node.lineno


@pytest.mark.parametrize("path", sorted(LIB.rglob("*.py")), ids=lambda path: str(path.relative_to(LIB)))
def test_no_frame_is_made_of_rows_in_the_order_of_a_contract(path: Path) -> None:
    assert list(by_position(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        "local_frame(spark, rows, table.schema())",
        "local_frame(spark, rows, schema=context.tables[name].schema())",
        "spark.createDataFrame(rows, table.schema())",
        "local_frame(spark, rows, table.ddl)",
    ],
)
def test_such_a_frame_is_found(code: str) -> None:
    assert list(by_position(ast.parse(code))) == [1]
