"""Single values of a customer from tables other than gold.customer, for conditions over groups."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.core.expressions import names_in
from bullseye.core.job import Inputs
from bullseye.settings import Settings
from bullseye.settings.models import Models

SCHEMES = ("rfm", "clusters")


def columns_known(settings: Settings) -> dict[str, str]:
    """Name and type of every column that `with_all_known` can add, by what the settings make.

    The tier, the segment of each scheme, and probability and percentile of every target.
    """
    types = {"tier": "STRING"} | {f"{scheme}_segment": "STRING" for scheme in SCHEMES}
    for target in settings[Models].targets:
        types |= {f"{target.name}_probability": "DOUBLE", f"{target.name}_percentile": "INT"}
    return types


def with_all_known(inputs: Inputs, settings: Settings, conditions: Iterable[str]) -> DataFrame:
    """`gold.customer` with those of `columns_known` that the conditions name; NULL where a table has no row for a customer."""
    words = set().union(*(names_in(condition) for condition in conditions))
    customers = inputs["gold.customer"]
    if "tier" in words:
        customers = _joined(customers, inputs["gold.customer_tier"].select("customer_id", "tier"))
    schemes = {f"{scheme}_segment": _of("scheme", scheme, "segment") for scheme in SCHEMES}
    customers = _pivoted(customers, inputs["gold.segment_assignment"], {k: v for k, v in schemes.items() if k in words})
    scores = {
        f"{target.name}_{what}": _of("target", target.name, what)
        for target in settings[Models].targets
        for what in ("probability", "percentile")
    }
    return _pivoted(customers, inputs["gold.score"], {k: v for k, v in scores.items() if k in words})


def _of(kind: str, name: str, value: str) -> Column:
    """The value in the row of that kind: at most one for a customer."""
    return F.max(F.when(F.col(kind) == name, F.col(value)))


def _pivoted(customers: DataFrame, rows: DataFrame, wanted: dict[str, Column]) -> DataFrame:
    if not wanted:
        return customers
    return _joined(customers, rows.groupBy("customer_id").agg(*(value.alias(name) for name, value in wanted.items())))


def _joined(customers: DataFrame, known: DataFrame) -> DataFrame:
    """A name that the customer table has too means the customer table's."""
    fresh = ["customer_id", *(name for name in known.columns if name not in customers.columns)]
    return customers.join(known.select(*fresh), on="customer_id", how="left")
