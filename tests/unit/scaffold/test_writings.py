"""How values are written: a table of cases, and what Spark makes of the SQL for each is in test_resolving.py."""

from __future__ import annotations

import pyarrow as pa
import pytest

from bullseye.scaffold.writings import WRITINGS, decimals, guess

CASES = [
    (["1", "20", "-3"], "whole number"),
    (["0", "12345678901"], "whole number"),
    (["007", "010"], None),
    (["1.5", "2", "-0.25"], "decimal point"),
    (["1e-05", "2.5"], "exponent"),
    (["1,50", "2", "1.234,50"], "decimal comma"),
    (["12,50 €", "3,00 €"], "decimal comma"),
    (["1 234,50", "0,99"], "decimal comma"),
    (["$1,234.50", "$3.00"], "decimal point and signs"),
    (["1'234.50", "3.00"], "decimal point and signs"),
    (["2024-12-31", "2025-01-01"], "yyyy-MM-dd"),
    (["2024-12-31 18:05:00", "2025-01-01 07:00:00"], "yyyy-MM-dd HH:mm:ss"),
    (["2024-12-31T18:05:00Z", "2025-01-01T07:00:00.123+02:00"], "yyyy-MM-dd HH:mm:ss and zone"),
    (["31.12.2024", "1.1.2025"], "d.M.yyyy"),
    (["31.12.2024 18:05", "01.01.2025 7:00:59"], "d.M.yyyy H:mm[:ss]"),
    (["12/31/2024", "1/2/2025"], "M/d/yyyy"),
    (["31/12/2024", "1/2/2025"], "d/M/yyyy"),
    (["12/31/10 8:26", "1/2/11 18:00"], "M/d/yy H:mm[:ss]"),
    (["12/31/2010 8:26 PM", "1/2/2011 11:00 AM"], "M/d/yyyy h:mm[:ss] a"),
    (["20241231", "20250101"], "yyyyMMdd"),
    (["31-Dec-2024", "1-Jan-2025"], "d-MMM-yyyy"),
    (["18:05", "7:00"], "H:mm"),
    (["true", "False"], "true or false"),
    (["A1", "2"], None),
    (["Müller", "Maier"], None),
    (["31.12.2024", "12/31/2024"], None),
]


@pytest.mark.parametrize(("values", "name"), CASES)
def test_a_column_is_written_one_way(values: list[str], name: str | None) -> None:
    found = guess(pa.array(values), pa.array([1] * len(values)))
    assert (found.writing.name if found.writing else None, found.rival) == (name, None)


def test_a_few_values_that_do_not_fit_are_counted_and_make_no_number_a_text() -> None:
    found = guess(pa.array(["1", "2", "n. a."]), pa.array([500, 495, 5]))
    assert (found.writing.name if found.writing else None, found.misfits) == ("whole number", 5)
    assert guess(pa.array(["1", "2", "n. a."]), pa.array([50, 45, 5])).writing is None


def test_days_and_months_that_no_value_tells_apart_have_a_rival() -> None:
    found = guess(pa.array(["3/4/2024", "5/6/2024"]), pa.array([1, 1]))
    assert found.writing is not None
    assert found.rival is not None
    assert {found.writing.name, found.rival.name} == {"d/M/yyyy", "M/d/yyyy"}


@pytest.mark.parametrize("text", ["32.1.2024", "1.13.2024", "25:00", "1,5,0", "1.23.4", "12.5.", ""])
def test_what_only_looks_like_a_number_or_date_is_none(text: str) -> None:
    assert [writing.name for writing in WRITINGS if writing.fits(text) and text] == []


def test_decimals_are_counted_behind_the_sign_of_the_writing() -> None:
    by_name = {writing.name: writing for writing in WRITINGS}
    assert decimals(["1.234,5", "3"], by_name["decimal comma"]) == 1
    assert decimals(["1.250 ", "3"], by_name["decimal point"]) == 3
