"""Whether the peer made what the suite made: both lakes side by side, differences counted by table and column.

Numbers are equal within a relative `TOLERANCE`: Spark divides amounts as decimals, DuckDB as floating point numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
from deltalake import DeltaTable

TOLERANCE = 1e-9
MEMORY = "4GB"

EXACT = {
    "silver.order_line": ("order_id", "line_id"),
    "silver.product": ("product_id",),
    "silver.contact": ("campaign_id", "party_id"),
    "silver.response": ("response_id",),
    "gold.customer": ("customer_id",),
    "features.training_snapshot": ("as_of", "customer_id"),
    "gold.customer_tag": ("customer_id", "tag", "position"),
    "gold.tag_coverage": ("tag",),
    "gold.association_rule": ("rule_id",),
    "gold.recommendation": ("customer_id", "position"),
}
"""Tables that must be equal row by row, by their keys."""
ROWS = (
    "silver.campaign",
    "silver.coupon",
    "silver.person",
    "ops.quarantine",
    "gold.segment_assignment",
    "gold.score",
    "ops.model",
)
"""Tables of which the rows are counted."""
_NUMBERS = ("BIGINT", "INTEGER", "DOUBLE", "DECIMAL", "HUGEINT")


@dataclass(frozen=True)
class Difference:
    """One line of the comparison; nothing differs where `differing` is 0."""

    table: str
    what: str
    suite: object
    peer: object
    differing: int = 0


def compare(suite: Path, peer: Path) -> Iterator[Difference]:
    """All that is compared, with what differs first within each table."""
    with duckdb.connect(config={"memory_limit": MEMORY}) as connection:
        connection.execute("SET enable_progress_bar = false")
        for table, key in EXACT.items():
            yield from _exact(connection, suite, peer, table, key)
        for table in ROWS:
            _register(connection, suite, peer, table)
            ours, theirs = (_count(connection, f"SELECT count(*) FROM {view}") for view in ("ours", "theirs"))
            yield Difference(table, "rows", ours, theirs, differing=abs(ours - theirs))
        yield from _bands(connection, suite, peer)
        yield from _metrics(connection, suite, peer)


def _open(lake: Path, table: str) -> DeltaTable:
    layer, _, name = table.partition(".")
    return DeltaTable(str(lake / layer / name))


def _register(connection: duckdb.DuckDBPyConnection, suite: Path, peer: Path, table: str) -> list[tuple[str, str]]:
    """Views `ours` (of the peer's as_of) and `theirs`; the columns that both have, with their types in `theirs`."""
    for view, lake in (("ours", suite), ("theirs", peer)):
        connection.register(f"{view}_all", _open(lake, table).to_pyarrow_dataset())
    dated = table.startswith(("gold.", "ops.model"))
    newest = "WHERE as_of = (SELECT max(as_of) FROM theirs_all)" if dated else ""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW ours AS SELECT * FROM ours_all {newest}")
    connection.execute("CREATE OR REPLACE TEMP VIEW theirs AS SELECT * FROM theirs_all")
    ours = {row[0] for row in connection.execute("DESCRIBE ours").fetchall()}
    return [(row[0], row[1]) for row in connection.execute("DESCRIBE theirs").fetchall() if row[0] in ours]


def _exact(
    connection: duckdb.DuckDBPyConnection, suite: Path, peer: Path, table: str, key: tuple[str, ...]
) -> Iterator[Difference]:
    columns = [(name, type_) for name, type_ in _register(connection, suite, peer, table) if name not in key]
    differing = ", ".join(
        f'count(*) FILTER (both_sides AND {_differs(name, type_)}) AS "{name}"' for name, type_ in columns
    )
    values = ", ".join(f'o."{name}" AS "o_{name}", t."{name}" AS "t_{name}"' for name, _ in columns)
    found = connection.execute(f"""
        SELECT count(*) FILTER (side <> 't') AS ours, count(*) FILTER (side <> 'o') AS theirs,
          count(*) FILTER (side <> 'b') AS alone, {differing}
        FROM (
          SELECT CASE WHEN t.there IS NULL THEN 'o' WHEN o.there IS NULL THEN 't' ELSE 'b' END AS side,
            o.there AND t.there AS both_sides, {values}
          FROM (SELECT *, true AS there FROM ours) AS o FULL JOIN (SELECT *, true AS there FROM theirs) AS t USING ({", ".join(key)})
        )
    """)
    names = [column[0] for column in found.description or ()]
    row = dict(zip(names, found.fetchone() or (), strict=True))
    yield Difference(table, f"rows by {', '.join(key)}", row["ours"], row["theirs"], differing=row["alone"])
    for name, _ in columns:
        if row[name]:
            yield Difference(table, name, None, None, differing=row[name])


def _differs(name: str, type_: str) -> str:
    ours, theirs = f'"o_{name}"', f'"t_{name}"'
    if not type_.startswith(_NUMBERS):
        return f"{ours} IS DISTINCT FROM {theirs}"
    size = f"greatest(abs({ours}::DOUBLE), abs({theirs}::DOUBLE), 1e-300)"
    return f"(({ours} IS NULL) <> ({theirs} IS NULL) OR abs({ours}::DOUBLE - {theirs}::DOUBLE) > {TOLERANCE} * {size})"


def _bands(connection: duckdb.DuckDBPyConnection, suite: Path, peer: Path) -> Iterator[Difference]:
    """RFM must be equal; clusters come from other samples, and are only told."""
    _register(connection, suite, peer, "gold.segment_assignment")
    differing = _count(
        connection,
        """
        SELECT count(*) FROM ours AS o FULL JOIN theirs AS t USING (scheme, customer_id)
        WHERE scheme = 'rfm' AND (o.segment, o.r, o.f, o.m) IS DISTINCT FROM (t.segment, t.r, t.f, t.m)
        """,
    )
    yield Difference("gold.segment_assignment", "rfm bands and segments", None, None, differing=differing)
    clusters = "SELECT count(DISTINCT segment) FROM {} WHERE scheme = 'clusters'"
    counts = [_count(connection, clusters.format(view)) for view in ("ours", "theirs")]
    yield Difference("gold.segment_assignment", "clusters", *counts)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def _metrics(connection: duckdb.DuckDBPyConnection, suite: Path, peer: Path) -> Iterator[Difference]:
    """Areas under the curve, to four digits: the suite's is of bins of log-odds."""
    _register(connection, suite, peer, "ops.model_metric")
    for target, sample, ours, theirs in connection.execute("""
        SELECT target, sample, round(o.auc, 4), round(t.auc, 4) FROM ours AS o JOIN theirs AS t USING (target, model, sample)
        WHERE model = 'logistic regression' AND sample IN ('train', 'out of time', 'random split') ORDER BY ALL
    """).fetchall():
        # The random split is another in the two.
        differs = sample != "random split" and abs(ours - theirs) > 0.0005
        yield Difference("ops.model_metric", f"AUC of {target}, {sample}", ours, theirs, differing=int(differs))
    _register(connection, suite, peer, "ops.rule_backtest")
    for method, ours, theirs in connection.execute(
        "SELECT method, round(o.hit_rate, 4), round(t.hit_rate, 4) FROM ours AS o JOIN theirs AS t USING (method) ORDER BY ALL"
    ).fetchall():
        # Another item of each basket is hidden.
        yield Difference("ops.rule_backtest", f"hit rate of {method}", ours, theirs)
