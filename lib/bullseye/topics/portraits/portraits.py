"""The job `profile_groups`: who is in named groups of customers, and what sets them apart from the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from bullseye.core.contract import Table
from bullseye.core.expressions import empty, expression_problems
from bullseye.core.job import Context, Inputs
from bullseye.settings import Settings
from bullseye.stats.difference import Moments, standardised_difference
from bullseye.topics.portraits.known import columns_known, with_all_known
from bullseye.topics.portraits.settings import Group, Portraits

_RANK_ACCURACY = 10_000
_PREFIX = "value_"


def profile_groups(inputs: Inputs, context: Context) -> Mapping[str, DataFrame]:
    """Who is in each portrait, and `gold.portrait`, at as_of."""
    rule = context.settings[Portraits]
    assert rule is not None, "the job is enabled"
    conditions = [sql for group in rule.groups for sql in (group.where, group.compared_where)]
    # measured, and written by name
    compared = context.keep(compared_customers(with_all_known(inputs, context.settings, conditions), rule))
    # two rows a group
    measured = measure_groups(compared, rule).collect()
    docs = {column.name: column.doc.partition(";")[0] for column in context.tables["gold.customer"].columns}
    rows = [{"as_of": context.as_of, **row} for row in portrait_rows(measured, rule, docs)]
    members = compared.where("inside").select(F.lit(context.as_of).alias("as_of"), "customer_id", "portrait")
    return {"gold.customer_portrait": members, "gold.portrait": context.frame("gold.portrait", rows)}


def compared_customers(customers: DataFrame, rule: Portraits) -> DataFrame:
    """One row per portrait and customer who is compared: customer_id, portrait, whether the customer is `inside`, features."""
    sides = F.filter(F.array(*(_side(group) for group in rule.groups)), lambda side: side["inside"].isNotNull())
    values = [F.expr(f.expression).cast("double").alias(_PREFIX + f.name) for f in rule.features]
    return customers.select("customer_id", F.inline(sides), *values)


def measure_groups(compared: DataFrame, rule: Portraits) -> DataFrame:
    """One row per portrait and side (`inside` or not): customers, and for every feature values, mean, variance and median.

    Medians are approximate: off by at most a ten-thousandth in rank, which is exact for fewer customers than that.
    """
    measured = [
        F.struct(
            F.count(_PREFIX + f.name).alias("values"),
            F.avg(_PREFIX + f.name).alias("mean"),
            F.var_pop(_PREFIX + f.name).alias("variance"),
            F.percentile_approx(_PREFIX + f.name, 0.5, _RANK_ACCURACY).alias("median"),
        ).alias(f.name)
        for f in rule.features
    ]
    return compared.groupBy("portrait", "inside").agg(F.count(F.lit(1)).alias("customers"), *measured)


def _side(group: Group) -> Column:
    """The portrait, and whether the customer is in the group; NULL for customers outside `compared_where`."""
    inside = F.coalesce(F.expr(group.where), F.lit(False))
    is_compared = F.coalesce(F.expr(group.compared_where), F.lit(False))
    return F.struct(F.lit(group.name).alias("portrait"), F.when(is_compared, inside).alias("inside"))


def portrait_rows(
    measured: Sequence[Row], rule: Portraits, docs: Mapping[str, str] | None = None
) -> list[dict[str, object]]:
    """Rows of `gold.portrait` without as_of: the portraits and their features in the order of the settings.

    `docs` has the words for columns that the settings say nothing about.
    """
    found = {(row["portrait"], row["inside"]): row for row in measured}
    words = {f.name: f.doc or (docs or {}).get(f.expression, f.name) for f in rule.features}
    return [
        {"portrait": group.name, **row}
        for group in rule.groups
        for row in _portrait(found.get((group.name, True)), found.get((group.name, False)), words)
    ]


def _portrait(own: Row | None, rest: Row | None, words: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """The rows of one portrait without its name; of equal differences, the feature that stands first sets it apart more."""
    differences = {name: _difference(own, rest, name) for name in words}
    ordered = sorted(words, key=lambda name: -abs(differences[name] or 0.0))
    for name, meaning in words.items():
        yield {
            "customers": own["customers"] if own else 0,
            "others": rest["customers"] if rest else 0,
            "feature": name,
            "meaning": meaning,
            "mean": _number(own, name, "mean"),
            "others_mean": _number(rest, name, "mean"),
            "median": _number(own, name, "median"),
            "others_median": _number(rest, name, "median"),
            "missing": _missing(own, name),
            "others_missing": _missing(rest, name),
            "standardised_difference": differences[name],
            "rank": ordered.index(name) + 1,
        }


def _number(side: Row | None, name: str, what: str) -> float | None:
    value = side[name][what] if side else None
    return None if value is None else float(value)


def _missing(side: Row | None, name: str) -> float | None:
    return 1 - side[name]["values"] / side["customers"] if side else None


def _difference(own: Row | None, rest: Row | None, name: str) -> float | None:
    return standardised_difference(_moments(own, name), _moments(rest, name))


def _moments(side: Row | None, name: str) -> Moments:
    """Of the values of a side that are not NULL."""
    if side is None or not side[name]["values"]:
        return Moments(0, 0.0, 0.0)
    return Moments(side[name]["values"], side[name]["mean"], side[name]["variance"])


def check_portraits(spark: SparkSession, settings: Settings, tables: Mapping[str, Table]) -> list[str]:
    """One line for every expression of the portraits that does not fit what is known of a customer."""
    rule = settings[Portraits]

    def at(*location: str | int) -> str:
        return settings.place(Portraits, *location)

    customers = empty(spark, tables["gold.customer"])
    extra = {name: type_ for name, type_ in columns_known(settings).items() if name not in customers.columns}
    known = customers.withColumns({name: F.lit(None).cast(type_) for name, type_ in extra.items()})
    conditions = {
        at("groups", index, key): getattr(group, key)
        for index, group in enumerate(rule.groups)
        for key in ("where", "compared_where")
    }
    numbers = {
        at("features", index, "sql" if feature.sql else "name"): f"CAST({feature.expression} AS DOUBLE)"
        for index, feature in enumerate(rule.features)
    }
    return expression_problems(known, conditions, boolean=True) + expression_problems(customers, numbers)
