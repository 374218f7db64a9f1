"""Bands of about equal size over one number, in which equal values are never parted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

ACCURACY = 10_000
"""The rank of an approximate quantile is off by at most 1 / ACCURACY."""


@dataclass(frozen=True)
class Cut:
    """A value near the limit of two bands: the band of those who have it, and of those who have a little more."""

    value: float
    at: int
    above: int


def find_cuts(
    rows: DataFrame, numbers: Sequence[str], *, bands: int, quantiles: Literal["exact", "approximate"] = "exact"
) -> dict[str, tuple[Cut, ...]]:
    """The cuts of every column in `numbers`, from two aggregates over `rows`; none where every row has NULL.

    The band of a value is that of the middle of its ranks: of n rows that have a number, with `less` below the value
    and `equal` at it, band = ceil(bands * (less + equal / 2) / n), computed in whole numbers. This is the ridit of
    Bross (1958, How to use ridit analysis, Biometrics 14). Only values at quantiles can be so frequent that they reach
    over a limit, so it is enough to count at those.
    """
    limits = [(name, band) for name in numbers for band in range(1, bands)]
    found = rows.agg(
        *(_quantile(name, band / bands, quantiles).alias(f"{name}_{band}") for name, band in limits),
        *(F.count(name).alias(f"{name}_rows") for name in numbers),
    ).first()
    assert found is not None, "an aggregate without groups has one row"
    values = {name: sorted({found[f"{name}_{band}"] for band in range(1, bands)} - {None}) for name in numbers}
    counts = [
        F.count_if(condition).alias(f"{name}_{index}_{kind}")
        for name in numbers
        for index, value in enumerate(values[name])
        for kind, condition in (("less", F.col(name) < value), ("equal", F.col(name) == value))
    ]
    at = rows.agg(F.count(F.lit(1)), *counts).first()
    assert at is not None, "an aggregate without groups has one row"
    return {
        name: tuple(
            cut(value, at[f"{name}_{index}_less"], at[f"{name}_{index}_equal"], found[f"{name}_rows"], bands=bands)
            for index, value in enumerate(values[name])
        )
        for name in numbers
    }


def cut(value: float, less: int, equal: int, rows: int, *, bands: int) -> Cut:
    """The cut at a value with `less` rows below it and `equal` rows at it.

    >>> cut(1.0, 0, 50, 100, bands=5)  # half of all rows: the middle of their ranks is 0.25
    Cut(value=1.0, at=2, above=3)
    """
    at = -(-bands * (2 * less + equal) // (2 * rows))
    above = min(bands, bands * (less + equal) // rows + 1)
    return Cut(value, at, above)


def band(number: Column, cuts: Sequence[Cut]) -> Column:
    """The band from 1, the highest for the largest numbers; NULL for NULL, and where there are no cuts."""
    if not cuts:
        return F.lit(None).cast("int")
    number_of_band = F.when(number.isNull(), F.lit(None)).when(number < cuts[0].value, F.lit(1))
    for here, following in zip(cuts, [*cuts[1:], None], strict=True):
        number_of_band = number_of_band.when(number == here.value, F.lit(here.at))
        if following is not None:
            number_of_band = number_of_band.when(number < following.value, F.lit(here.above))
    return number_of_band.otherwise(F.lit(cuts[-1].above)).cast("int")


def _quantile(name: str, share: float, quantiles: str) -> Column:
    """A value that a row has; the exact one is the smallest that at least this share of the rows does not exceed."""
    if quantiles == "approximate":
        return F.percentile_approx(name, share, ACCURACY)
    return F.expr(f"percentile_disc({share}) WITHIN GROUP (ORDER BY `{name}`)")
