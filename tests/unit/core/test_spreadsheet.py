"""Texts that a spreadsheet would run."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from bullseye.core.spreadsheet import write_csv


@pytest.mark.fault(
    "a text of a list begins like a formula of a spreadsheet, or with a control character",
    right="an apostrophe comes before it; numbers stay numbers",
)
def test_no_cell_is_a_formula_and_numbers_stay_numbers() -> None:
    texts = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\x00=1", "\uff1d1", "1-1", "a=1", "", "'=1"]
    file = io.StringIO()
    write_csv(file, ["=id", "value"], [[text, -0.5] for text in texts] + [[None, Decimal("-1.50")]], end="\n")
    starts = [line.removeprefix('"')[:2] for line in file.getvalue().replace("\r", "_").split("\n")]
    assert starts == ["'=", "'=", "'+", "'-", "'@", "'\t", "'_", "'\x00", "'\uff1d", "1-", "a=", ",-", "'=", ",-", ""]
    assert file.getvalue().endswith("\n,-1.50\n")
