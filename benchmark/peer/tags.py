"""Tags: rules and statistics in one pass over the customers, preferences from the sums per key."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from benchmark.peer.session import Peer, in_duckdb
from bullseye.topics.tags.settings import PreferenceTag, RuleTag, StatisticTag, Tags


def build_tags(peer: Peer, as_of: date) -> None:
    """gold.customer_tag, gold.tag_catalog, gold.tag_coverage."""
    tags = peer.settings[Tags].tags
    statistics = [tag for tag in tags if isinstance(tag, StatisticTag)]
    told = [tag for tag in tags if not isinstance(tag, PreferenceTag)]
    limits = peer.row(
        "SELECT count(*) AS customers, "
        + ", ".join(
            [f'{_limit(tag)} AS "limit_{tag.name}"' for tag in statistics]
            + [f'count(*) FILTER ({_unknown(tag)}) AS "unknown_{tag.name}"' for tag in told]
        )
        + " FROM customer"
    )
    held = ", ".join(_held(tag, limits) for tag in told)
    preferences = " ".join(f"UNION ALL {_preference(tag)}" for tag in tags if isinstance(tag, PreferenceTag))
    peer.sql(f"""
        CREATE TABLE customer_tag AS
        SELECT customer_id, t.tag, 1 AS position, NULL::VARCHAR AS value, t.number
        FROM (SELECT customer_id, unnest([{held}]) AS t FROM customer) WHERE t IS NOT NULL {preferences}
    """)
    peer.write("gold.customer_tag", f"SELECT DATE '{as_of}' AS as_of, * FROM customer_tag", by="as_of")
    peer.write_rows(
        "gold.tag_catalog",
        pa.Table.from_pylist(
            [{"as_of": as_of, "tag": t.name, "kind": t.kind, "tag_group": t.group, "meaning": t.doc} for t in tags]
        ),
    )
    _coverage(peer, as_of, limits)


def _coverage(peer: Peer, as_of: date, limits: dict[str, object]) -> None:
    counts = dict(
        peer.connection.execute("SELECT tag, count(*) FROM customer_tag WHERE position = 1 GROUP BY tag").fetchall()
    )
    customers = int(str(limits["customers"]))
    rows = [
        {
            "as_of": as_of,
            "tag": tag.name,
            "customers": counts.get(tag.name, 0),
            "share": counts.get(tag.name, 0) / customers if customers else 0.0,
            "unknown": limits.get(f"unknown_{tag.name}"),
            "threshold": limits.get(f"limit_{tag.name}"),
        }
        for tag in peer.settings[Tags].tags
    ]
    peer.write_rows("gold.tag_coverage", pa.Table.from_pylist(rows))


def _value(tag: StatisticTag) -> str:
    """What a statistic compares; NULL for customers whom it is not about."""
    return f"CASE WHEN {in_duckdb(tag.where)} THEN ({in_duckdb(tag.value)})::DOUBLE END"


def _limit(tag: StatisticTag) -> str:
    share = tag.above_percentile or tag.below_percentile
    if share is not None:
        return f"quantile_cont({_value(tag)}, {share})"
    deviations = (tag.above_deviations or 0.0) - (tag.below_deviations or 0.0)
    return f"avg({_value(tag)}) + {deviations} * stddev_samp({_value(tag)})"


def _unknown(tag: RuleTag | StatisticTag) -> str:
    if isinstance(tag, RuleTag):
        return f"({in_duckdb(tag.where)}) IS NULL"
    among = in_duckdb(tag.where)
    return f"({among}) IS NULL OR (({among}) AND ({in_duckdb(tag.value)}) IS NULL)"


def _held(tag: RuleTag | StatisticTag, limits: dict[str, object]) -> str:
    if isinstance(tag, RuleTag):
        return f"CASE WHEN {in_duckdb(tag.where)} THEN {{'tag': '{tag.name}', 'number': NULL::DOUBLE}} END"
    limit = limits[f"limit_{tag.name}"]
    sign = ">" if tag.above_percentile is not None or tag.above_deviations is not None else "<"
    beyond = f"{_value(tag)} {sign} {limit!r}::DOUBLE" if limit is not None else "false"
    return f"CASE WHEN {beyond} THEN {{'tag': '{tag.name}', 'number': {_value(tag)}}} END"


def _preference(tag: PreferenceTag) -> str:
    """The first keys of every customer; ties stand in the order of the alphabet."""
    measure, orders = f"{tag.by}_{tag.days}", f"orders_{tag.days}"
    return f"""
        SELECT 'household:' || party, '{tag.name}', position, key::VARCHAR, number FROM (
          SELECT party, key, number, row_number() OVER (PARTITION BY party ORDER BY measure DESC, key::VARCHAR) AS position
          FROM (
            SELECT party, key, {measure} AS measure, {orders} AS orders,
              {measure}::DOUBLE / sum({measure}) OVER (PARTITION BY party)::DOUBLE AS number
            FROM key_sums_{tag.dimension} WHERE {measure} > 0
          ) WHERE orders >= {tag.min_orders} AND number >= {tag.min_share}
        ) WHERE position <= {tag.top}"""
