"""Columns of the retail deployment whose meaning depends on the data, computed by DuckDB."""

from __future__ import annotations

import duckdb
import pytest

from bullseye.settings import Settings
from bullseye.settings.measures import Measures


@pytest.mark.parametrize("window", ["all", "90d"])
@pytest.mark.parametrize(
    ("lines", "share"),
    [
        # Shelf price 10: 2 off by loyalty, 1 matched, and a coupon of 3 that its manufacturer pays back; spend is 7.
        ([(7, 2, 3, 1)], 0.6),
        ([(7, 2, 3, 1), (10, 0, 0, 0)], 0.3),
        ([(4, 0, 4, 0)], 1.0),
        ([(5, 5, 0, 0)], 0.5),
        ([(3, 0, 0, 0)], 0.0),
        ([(0, 0, 0, 0)], None),
    ],
)
def test_discounts_are_a_share_of_the_shelf_price_which_has_coupons_inside(
    retail: Settings, window: str, lines: list[tuple[int, ...]], share: float | None
) -> None:
    measures, columns = (
        {part.name: part.sql for part in parts} for parts in (retail[Measures].measures, retail[Measures].columns)
    )
    sums = ", ".join(f"{measures[name]} AS {name}_{window}" for name in ("spend", "discount", "coupon_discount"))
    values = ", ".join(map(str, lines))
    found = duckdb.sql(
        f"SELECT ({columns[f'discount_share_{window}']})::DOUBLE FROM (SELECT {sums} FROM (VALUES {values})"
        " AS lines(amount, loyalty_discount, coupon_discount, coupon_match_discount))"
    ).fetchone()
    assert found == (pytest.approx(share),)
