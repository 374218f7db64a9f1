"""The customer table, now and at all dates that models learn from, in one pass.

A day of a customer is added up once. Running sums over the days then give the sums up to any date by one look-up, and a
window is the difference of two look-ups: no row is met once a window or once a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from benchmark.peer.keys import count_distinct
from benchmark.peer.session import Peer, in_duckdb
from bullseye.settings.measures import Dimension, Measures
from bullseye.topics.tags.settings import PreferenceTag, Tags

OF_ORDERS = ("store", "weekday", "hour")
"""Dimensions of which an order has one key."""


def build_customers(peer: Peer, as_of: date) -> None:
    """Tables `wide` (all rows of the spine) and `customer` (those of as_of); gold.customer, features.training_snapshot."""
    _running_sums(peer)
    _lookups(peer)
    count_distinct(peer)
    _campaigns(peer)
    _key_sums(peer, as_of)
    _favourites(peer)
    peer.sql(f"CREATE TABLE wide AS {_wide(peer)}")
    measures = peer.settings[Measures].measures
    hidden = [f"{m.name}_{suffix}" for m in measures if not m.in_customer for suffix, _ in _windows(peer)]
    kept = f"* EXCLUDE (party, {', '.join(hidden)})"
    peer.sql(f"""
        CREATE VIEW customer AS
        SELECT n.customer_no, w.* EXCLUDE ({", ".join(hidden)}), f.* EXCLUDE (party)
        FROM wide AS w JOIN customer_number AS n USING (party) LEFT JOIN favourite AS f USING (party)
        WHERE as_of = DATE '{as_of}'
    """)
    peer.write("gold.customer", "SELECT * EXCLUDE (party) FROM customer")
    # Of the rows at as_of, which gold.customer needs, models learn only where it is a month's end.
    learned = f"as_of <> DATE '{as_of}' OR as_of = last_day(as_of)"
    peer.write("features.training_snapshot", f"SELECT {kept} FROM wide WHERE {learned} ORDER BY as_of", by="as_of")


def _windows(peer: Peer) -> list[tuple[str, int | None]]:
    return [*((f"{days}d", days) for days in peer.settings[Measures].windows), ("all", None)]


def _shared(peer: Peer) -> list[Dimension]:
    return [dimension for dimension in peer.settings[Measures].dimensions if dimension.shares]


def _sums(peer: Peer) -> tuple[dict[str, str], dict[str, str]]:
    """Everything that adds up over days, by name: sums over order lines, and sums over orders."""
    lines: dict[str, str] = {}
    orders: dict[str, str] = {}
    for measure in peer.settings[Measures].measures:
        of = orders if "order_id" in measure.sql else lines
        of[measure.name] = f"coalesce({in_duckdb(measure.sql)}, 0)::{measure.type}"
    for dimension in _shared(peer):
        of = orders if dimension.name in OF_ORDERS else lines
        key, where = in_duckdb(dimension.key), dimension.where or "true"
        tests = {f"whole_{dimension.name}": f"({key}) IS NOT NULL"}
        for number, (name, keys) in enumerate(dimension.shares.items(), start=1):
            listed = ", ".join(f"'{value}'" for value in keys)
            tests[f"part_{name}"] = (
                f"department_part = {number}" if dimension.name == "department" else f"({key}) IN ({listed})"
            )
        for name, test in tests.items():
            of[name] = f"coalesce(sum(amount) FILTER ({where} AND {test}), 0)::DECIMAL(18,2)"
    return lines, orders


def _running_sums(peer: Peer) -> None:
    """Table `running`: per customer and day the sums of all days up to it, and those of the gaps between active days."""
    by_table = dict(zip(("order_line", "orders"), _sums(peer), strict=True))
    daily = [
        f"(SELECT party, day, {', '.join(f'{sql} AS {name}' for name, sql in sums.items())} FROM {table} GROUP BY party, day)"
        for table, sums in by_table.items()
    ]
    peer.sql(f"CREATE TABLE days AS SELECT * FROM {daily[0]} JOIN {daily[1]} USING (party, day)")
    sums = [name for sums in by_table.values() for name in sums]
    types = {m.name: m.type for m in peer.settings[Measures].measures}
    # A sum is twice as wide as what it adds up; cast back, it is half the memory and an eighth of the time to subtract.
    totals = ", ".join(f"(sum({name}) OVER so_far)::{types.get(name, 'DECIMAL(18,2)')} AS {name}" for name in sums)
    peer.sql(f"""
        CREATE TABLE running AS
        SELECT party, day, first_value(day) OVER so_far AS first_day,
          count(*) OVER so_far AS active_days, count(gap) OVER so_far AS gaps,
          sum(gap) OVER so_far AS gap_sum, sum(gap * gap) OVER so_far AS gap_squares, {totals}
        FROM (SELECT *, day - lag(day) OVER (PARTITION BY party ORDER BY day) AS gap FROM days)
        WINDOW so_far AS (PARTITION BY party ORDER BY day ROWS UNBOUNDED PRECEDING)
    """)
    peer.sql("DROP TABLE days")


def _lookups(peer: Peer) -> None:
    """Table `windowed`: the spine with the sums of every window, not masked yet."""
    share = peer.settings[Measures].share_window
    lengths = sorted({*peer.settings[Measures].windows, share})
    # The last day on or before the start of every window is looked up among narrow rows, its sums by that day.
    found = " ".join(
        f"ASOF LEFT JOIN met AS d{n} ON s.party = d{n}.party AND d{n}.day <= s.as_of - {n}" for n in [0, *lengths]
    )
    peer.sql(f"""
        CREATE TABLE looked_up AS
        WITH met AS (SELECT party, day FROM running)
        SELECT s.party, s.as_of, {", ".join(f"d{n}.day AS day_{n}" for n in [0, *lengths])} FROM spine AS s {found}
    """)
    joins = " ".join(f"LEFT JOIN running AS r{n} ON s.party = r{n}.party AND s.day_{n} = r{n}.day" for n in lengths)
    measures = [m.name for m in peer.settings[Measures].measures]
    columns = [f"r.{name} AS {name}_all" for name in ["active_days", *measures]]
    columns += [
        f"r.{name} - coalesce(r{days}.{name}, 0) AS {name}_{days}d"
        for days in peer.settings[Measures].windows
        for name in ["active_days", *measures]
    ]
    for dimension in _shared(peer):
        whole = f"(r.whole_{dimension.name} - coalesce(r{share}.whole_{dimension.name}, 0))"
        columns += [
            f"CASE WHEN {whole} > 0 THEN (r.part_{name} - coalesce(r{share}.part_{name}, 0))::DOUBLE / {whole}::DOUBLE END AS {name}"
            for name in dimension.shares
        ]
    peer.sql(f"""
        CREATE TABLE windowed AS
        SELECT s.party, s.as_of, r.first_day, r.day AS last_day, s.as_of - r.day AS recency_days,
          s.as_of - r.first_day AS tenure_days,
          CASE WHEN r.gaps > 0 THEN r.gap_sum / r.gaps END AS gap_mean_days,
          CASE WHEN r.gaps > 1 THEN sqrt(greatest((r.gap_squares - r.gap_sum * r.gap_sum / r.gaps) / (r.gaps - 1), 0)) END
            AS gap_sd_days,
          {", ".join(columns)}
        FROM looked_up AS s LEFT JOIN running AS r ON s.party = r.party AND s.day_0 = r.day {joins}
    """)
    peer.sql("DROP TABLE running")


def _campaigns(peer: Peer) -> None:
    peer.sql("""
        CREATE TABLE campaigned AS
        SELECT s.party, s.as_of,
          count(DISTINCT campaign_id) FILTER (NOT answered) AS campaigns_received,
          count(DISTINCT campaign_id) FILTER (answered) AS campaigns_responded,
          count(*) FILTER (answered) AS responses,
          s.as_of - max(day) FILTER (answered) AS response_recency_days
        FROM (
          SELECT party, campaign_id, day, false AS answered FROM contact
          UNION ALL SELECT party, campaign_id, day, true FROM response
        ) AS c JOIN spine AS s ON c.party = s.party AND c.day <= s.as_of
        GROUP BY s.party, s.as_of
    """)


def _key_sums(peer: Peer, as_of: date) -> None:
    """A table `key_sums_<dimension>` each: amount and orders per customer and key over every period that a tag or a
    favourite asks for. What is the same for an order comes from the orders; an order has a product once; the rest is added
    up by order first, so that orders are counted without a distinct.
    """
    preferences = [tag for tag in peer.settings[Tags].tags if isinstance(tag, PreferenceTag)]
    share = peer.settings[Measures].share_window
    for dimension in peer.settings[Measures].dimensions:
        periods = {tag.days for tag in preferences if tag.dimension == dimension.name} | (
            {share} if dimension.favourite else set()
        )
        if not periods:
            continue
        sums = ", ".join(
            f"sum(amount) FILTER (day > DATE '{as_of}' - {days}) AS amount_{days},"
            f" count(*) FILTER (day > DATE '{as_of}' - {days}) AS orders_{days}"
            for days in sorted(periods)
        )
        source = f"""
            SELECT party, order_id, day, {in_duckdb(dimension.key)} AS key, amount
            FROM {"orders" if dimension.name in OF_ORDERS else "order_line"}
            WHERE {dimension.where or "true"} AND day <= DATE '{as_of}' AND day > DATE '{as_of}' - {max(periods)}"""
        if dimension.name not in {*OF_ORDERS, "product"}:
            source = f"SELECT party, day, key, sum(amount) AS amount FROM ({source}) GROUP BY party, order_id, day, key"
        peer.sql(
            f"CREATE TABLE key_sums_{dimension.name} AS SELECT party, key, {sums} FROM ({source}) WHERE key IS NOT NULL GROUP BY party, key"
        )


def _favourites(peer: Peer) -> None:
    share = peer.settings[Measures].share_window
    best = " ".join(
        f"LEFT JOIN (SELECT party, min_by(key::VARCHAR, (-amount_{share}, key::VARCHAR)) AS {d.favourite}"
        f" FROM key_sums_{d.name} WHERE amount_{share} > 0 GROUP BY party) AS f_{d.name} USING (party)"
        for d in peer.settings[Measures].dimensions
        if d.favourite
    )
    peer.sql(f"CREATE TABLE favourite AS SELECT * FROM (SELECT party FROM known) {best}")


def _wide(peer: Peer) -> str:
    """All columns of a row of the spine: windows that begin before the data are NULL, empty ones 0."""
    attributes = [f"{in_duckdb(a.sql)} AS {a.name}" for a in peer.settings[Measures].attributes]
    shares = [name for d in _shared(peer) for name in d.shares]
    responses = ("campaigns_received", "campaigns_responded", "responses")
    own = ["first_day", "last_day", "recency_days", "tenure_days", "gap_mean_days", "gap_sd_days"]
    parts = ["party", "'household:' || party AS customer_id", "as_of", *own, *attributes, *_masked(peer), *shares]
    parts += [f"coalesce({name}, 0) AS {name}" for name in responses]
    parts += ["response_recency_days"]
    inner = f"""
        SELECT {", ".join(parts)}
        FROM windowed AS w LEFT JOIN distinct_keys USING (party, as_of) LEFT JOIN campaigned USING (party, as_of)
        LEFT JOIN person USING (party) CROSS JOIN (SELECT min(day) AS data_from FROM order_line)
    """
    # A later column may use an earlier one.
    derived = ", ".join(f"({in_duckdb(c.sql)})::{c.type} AS {c.name}" for c in peer.settings[Measures].columns)
    return f"SELECT *, {derived} FROM ({inner})"


def _masked(peer: Peer) -> Iterator[str]:
    measures = peer.settings[Measures]
    typed = [("active_days", "BIGINT"), *((m.name, m.type) for m in measures.measures)]
    typed += [(d.distinct, "BIGINT") for d in measures.dimensions if d.distinct]
    for name, type_ in typed:
        for suffix, days in _windows(peer):
            value = f"coalesce({name}_{suffix}, 0)::{type_}"
            known = f"CASE WHEN as_of - {days - 1} >= data_from THEN {value} END" if days else value
            yield f"{known} AS {name}_{suffix}"
