"""Who leaves when, where and why: the panel of a question, its curves, its drivers and what is expected of each customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from bullseye.learning.features import Predictor
from bullseye.learning.inference import Regression, regress
from bullseye.stats.intervals import wilson
from bullseye.stats.survival import kaplan_meier
from bullseye.tables.facts import with_customer, with_product
from bullseye.topics.churn.months import Months, start, start_of
from bullseye.topics.churn.panel import KEY, with_states, with_sums, with_surroundings
from bullseye.topics.churn.settings import Leavers
from bullseye.topics.churn.spells import months_at_risk, spells, with_start

ALL = "all"
LIFE = "month of the life"
CALENDAR = "calendar month"
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Sources:
    """What a question looks at: `days` and `facts` by party, with the map from parties to customers."""

    days: DataFrame
    customers: DataFrame
    identity_map: DataFrame
    product: DataFrame
    market: DataFrame
    facts: Mapping[str, DataFrame]

    def by_customer(self, fact: str) -> DataFrame:
        """The rows of a fact with customer and product."""
        rows = with_customer(self.facts[fact], self.identity_map)
        return with_product(rows, self.product) if "product_id" in rows.columns else rows


def found_spells(sources: Sources, question: Leavers, months: Months) -> DataFrame:
    """The spells of the question's population, each with its start."""
    days = with_customer(
        sources.days.where(F.expr(question.event_where)).select("party_id", "day"), sources.identity_map
    )
    meant = sources.customers.where(F.expr(question.where)).select("customer_id")
    customer_spells = spells(days.join(meant, on="customer_id", how="left_semi"), months, grace=question.grace_months)
    if question.known_start is None:
        return with_start(customer_spells, None, months)
    known_start = question.known_start
    starts = sources.by_customer(known_start.fact).where(F.expr(known_start.where)).groupBy("customer_id")
    return with_start(customer_spells, starts.agg(F.expr(known_start.sql).cast("date").alias("started_on")), months)


def panel(
    found: DataFrame, sources: Sources, question: Leavers, months: Months, *, attributes: Sequence[str]
) -> DataFrame:
    """One row a customer, spell and month at risk, with every driver as `x_<name>` and every group as `g_<name>`.

    Rows lie in a fixed order: sums of floating point numbers depend on it in the last digits.
    """
    rows = months_at_risk(found, months)
    if question.sums:
        names = sorted({one.measure for one in question.sums})
        days = with_customer(sources.days.select("party_id", "day", *names), sources.identity_map)
        rows = with_sums(rows, days, question.sums, months)
    spans: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for state in question.states:
        spans[state.fact, state.since, state.until].append(state)
    for (fact, _, _), states in spans.items():
        rows = with_states(rows, sources.by_customer(fact), states)
    groups = [F.coalesce(F.col(name).cast("string"), F.lit(_UNKNOWN)).alias(f"g_{name}") for name in question.groups]
    rows = rows.join(sources.customers.select("customer_id", *attributes, *groups), on="customer_id", how="inner")
    rows = with_surroundings(rows, sources.market, question.surroundings)
    rows = rows.withColumn("month", start_of(F.col("month_no")))
    drivers = [F.expr(one.expression).cast("double").alias(one.column) for one in drivers_of(question)]
    kept = (*KEY, "spell", "months_since_start", "left")
    chosen = rows.select(*kept, *(f"g_{name}" for name in question.groups), *drivers)
    return chosen.repartition("customer_id").sortWithinPartitions("customer_id", "month_no", "spell")


def drivers_of(question: Leavers) -> list[Predictor]:
    """The drivers of a question."""
    return [Predictor(driver.name, driver.sql, driver.doc) for driver in question.drivers]


def hazard_model(rows: DataFrame, question: Leavers, *, name: str) -> Regression | None:
    """The discrete-time hazard model of the panel; None where too few leave."""
    at_risk = rows.where(F.col("left").isNotNull())
    return regress(at_risk, drivers_of(question), outcome="left", min_events=question.min_events, name=name)


def spell_rows(found: DataFrame, rows: DataFrame, question: Leavers, *, predicted: bool) -> DataFrame:
    """Rows of `gold.spell` without as_of and question; `rows` have `hazard` and `reason` where they are predicted."""
    horizon = question.horizons[0]
    seen = rows.groupBy("customer_id", "spell").agg(
        F.count("left").cast("int").alias("months_observed"),
        *(
            F.max(F.when(F.col("left").isNull(), F.col(name))).alias(name)
            for name in ("months_since_start", "hazard", "reason")
        ),
    )
    within = 1 - F.pow(1 - F.col("hazard"), F.lit(float(horizon)))
    length = F.when(F.col("hazard").isNotNull(), F.lit(horizon)) if predicted else F.lit(None)
    month = {"start_month": "start", "entered_month": "entered", "left_month": "left"}
    return found.join(seen, on=["customer_id", "spell"], how="inner").select(
        "customer_id",
        "spell",
        *(start_of(F.col(of)).alias(name) for name, of in month.items()),
        "months_observed",
        "months_since_start",
        "hazard",
        length.cast("int").alias("horizon_months"),
        within.alias("probability"),
        "reason",
    )


def counted(rows: DataFrame, question: Leavers) -> list[Mapping[str, Any]]:
    """Months at risk, exits and expected exits by group and month of the life; groups of the settings times months."""
    member = [_struct(ALL, F.lit(ALL), "months_since_start")]
    member += [_struct(name, F.col(f"g_{name}"), "months_since_start") for name in question.groups]
    member.append(_struct(CALENDAR, F.date_format(start_of(F.col("month_no")), "yyyy-MM"), None))
    at_risk = rows.where(F.col("left").isNotNull()).select("left", "hazard", F.explode(F.array(*member)).alias("of"))
    counts = at_risk.groupBy("of.breakdown", "of.value", "of.life").agg(
        F.count(F.lit(1)).alias("at_risk"), F.sum("left").alias("left"), F.sum("hazard").alias("expected")
    )
    return [row.asDict() for row in counts.collect()]


def _struct(breakdown: str, value: Column, life: str | None) -> Column:
    month = F.col(life) if life else F.lit(None)
    return F.struct(F.lit(breakdown).alias("breakdown"), value.alias("value"), month.cast("int").alias("life"))


def hazard_rows(counts: Iterable[Mapping[str, Any]], question: Leavers) -> list[dict[str, object]]:
    """Rows of `gold.hazard` without as_of and question."""
    sums: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0, 0, 0.0])
    modelled = False
    for row in counts:
        keys = [(row["breakdown"], row["value"])]
        if row["breakdown"] == ALL and row["life"] is not None and row["life"] <= question.longest:
            keys.append((LIFE, str(row["life"])))
        modelled |= row["expected"] is not None
        for key in keys:
            for at, name in enumerate(("at_risk", "left", "expected")):
                sums[key][at] += row[name] or 0
    rows: list[dict[str, object]] = []
    for (breakdown, value), (n, left, expected) in sorted(sums.items()):
        if breakdown in (ALL, LIFE, CALENDAR) or n >= question.min_group:
            low, high = wilson(left, n)
            rows.append(
                {
                    "breakdown": breakdown,
                    "value": value,
                    "at_risk": int(n),
                    "leavers": int(left),
                    "hazard": left / n,
                    "low": low,
                    "high": high,
                    "expected": expected / n if modelled else None,
                }
            )
    return rows


def survival_rows(counts: Iterable[Mapping[str, Any]], question: Leavers) -> list[dict[str, object]]:
    """Rows of `gold.survival` without as_of and question; groups that never have `min_group` at risk have none."""
    by_group: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for row in counts:
        if row["breakdown"] != CALENDAR and row["life"] is not None and 1 <= row["life"] <= question.longest:
            by_group[row["breakdown"], row["value"]].append((row["life"], row["at_risk"], row["left"]))
    rows: list[dict[str, object]] = []
    for (breakdown, value), months in sorted(by_group.items()):
        if breakdown != ALL and max(at_risk for _, at_risk, _ in months) < question.min_group:
            continue
        for step in kaplan_meier(sorted(months)):
            measured = asdict(step)
            rows.append({"breakdown": breakdown, "value": value, "leavers": measured.pop("left"), **measured})
    return rows


def churn_rows(rows: DataFrame, question: Leavers, months: Months) -> list[dict[str, object]]:
    """Rows of `gold.churn` without as_of and question: horizons times groups."""
    last_known = months.last - question.grace_months
    present = _present(rows, question)
    churn: list[dict[str, Any]] = []
    for horizon in sorted(set(question.horizons)):
        first = last_known - horizon + 1
        if first <= months.first:
            continue
        inside = rows.where(F.col("left").isNotNull() & F.col("month_no").between(first, last_known))
        groups = [f"g_{name}" for name in question.groups]
        each = inside.groupBy("customer_id", "spell", *groups).agg(
            F.min("month_no").alias("begins"), F.max("left").alias("left"), F.sum("hazard").alias("expected")
        )
        of = each.where(F.col("begins") == first).select("left", "expected", _member_of(question))
        sums = of.groupBy("of.breakdown", "of.value").agg(
            F.count(F.lit(1)).alias("n"), F.sum("left").alias("left"), F.sum("expected").alias("expected")
        )
        for row in sums.collect():
            key, n, left, expected = (row["breakdown"], row["value"]), row["n"], row["left"], row["expected"]
            if row["breakdown"] == ALL or n >= question.min_group:
                low, high = wilson(left, n)
                churn.append(
                    {
                        "breakdown": key[0],
                        "value": key[1],
                        "present": present.get(key, 0),
                        "horizon_months": horizon,
                        "from_month": start(first),
                        "customers": n,
                        "leavers": left,
                        "share": left / n,
                        "low": low,
                        "high": high,
                        "expected": expected / n if expected is not None else None,
                    }
                )
    return sorted(churn, key=lambda row: (row["breakdown"], row["value"], str(row["horizon_months"])))


def _present(rows: DataFrame, question: Leavers) -> dict[tuple[str, str], int]:
    """Customers in the month after the last one of the data, by group: those who are there."""
    there = rows.where(F.col("left").isNull()).select(_member_of(question))
    counted = there.groupBy("of.breakdown", "of.value").agg(F.count(F.lit(1)).alias("n")).collect()  # one row a group
    return {(row["breakdown"], row["value"]): row["n"] for row in counted}


def _member_of(question: Leavers) -> Column:
    """`of`, with breakdown and value: a row for all customers and for each group of the settings."""
    member = [F.struct(F.lit(ALL).alias("breakdown"), F.lit(ALL).alias("value"))]
    member += [F.struct(F.lit(n).alias("breakdown"), F.col(f"g_{n}").alias("value")) for n in question.groups]
    return F.explode(F.array(*member)).alias("of")
