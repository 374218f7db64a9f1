"""What customers are clustered by: features transformed and standardised, as SQL over the customer table."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from bullseye.topics.segments.settings import ClusterFeature


def coordinates(customers: DataFrame, features: Sequence[ClusterFeature], *, where: str) -> tuple[int, tuple[str, ...]]:
    """How many customers `where` names, and the SQL of every feature's coordinate, from one aggregate.

    A coordinate is (transformed value - mean) / sample standard deviation over these customers, and 0 for a feature
    that is the same for all of them. A NULL value counts as 0 before the transform.
    """
    moments = (
        customers.where(where)
        .agg(
            F.count(F.lit(1)).alias("customers"),
            *(F.avg(F.expr(transformed(feature))).alias(f"mean_{feature.name}") for feature in features),
            *(F.stddev_samp(F.expr(transformed(feature))).alias(f"deviation_{feature.name}") for feature in features),
        )
        .first()
    )
    assert moments is not None, "an aggregate without groups has one row"
    sql = (
        _standardised(feature, moments[f"mean_{feature.name}"], moments[f"deviation_{feature.name}"])
        for feature in features
    )
    return int(moments["customers"]), tuple(sql)


def transformed(feature: ClusterFeature) -> str:
    """SQL of the value that is standardised.

    >>> transformed(ClusterFeature(name="spend_90d"))
    'coalesce(CAST((spend_90d) AS DOUBLE), 0D)'
    """
    number = f"coalesce(CAST(({feature.expression}) AS DOUBLE), 0D)"
    return f"sign({number}) * log1p(abs({number}))" if feature.transform == "log" else number


def _standardised(feature: ClusterFeature, mean: float | None, deviation: float | None) -> str:
    if mean is None or not deviation:
        return "0D"
    return f"({transformed(feature)} - ({mean!r}D)) / {deviation!r}D"
