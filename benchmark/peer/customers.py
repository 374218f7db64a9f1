"""The customer table, now and at all dates that models learn from, in one pass.

A day of a customer is added up once. Running sums over the days then give the sums up to any date by one look-up, and a
window is the difference of two look-ups: no row is met once a window or once a date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from benchmark.peer.session import Peer, in_duckdb
from bullseye.settings.measures import Dimension


def build_customers(peer: Peer, as_of: date) -> None:
    """Tables `wide` (all rows of the spine) and `customer` (those of as_of); gold.customer, features.training_snapshot."""
    _running_sums(peer)
    _lookups(peer)
    _distinct(peer)
    _campaigns(peer)
    _key_sums(peer, as_of)
    _favourites(peer)
    peer.sql(f"CREATE TABLE wide AS {_wide(peer)}")
    measures = peer.settings.measures.measures
    hidden = [f"{m.name}_{suffix}" for m in measures if not m.in_customer for suffix, _ in _windows(peer)]
    kept = f"* EXCLUDE (party, {', '.join(hidden)})"
    peer.sql(f"""
        CREATE VIEW customer AS
        SELECT n.customer_no, w.* EXCLUDE ({', '.join(hidden)}), f.* EXCLUDE (party)
        FROM wide AS w JOIN customer_number AS n USING (party) LEFT JOIN favourite AS f USING (party)
        WHERE as_of = DATE '{as_of}'
    """)
    peer.write("gold.customer", "SELECT * EXCLUDE (party) FROM customer")
    # Of the rows at as_of, which gold.customer needs, models learn only where it is a month's end.
    learned = f"as_of <> DATE '{as_of}' OR as_of = last_day(as_of)"
    peer.write("features.training_snapshot", f"SELECT {kept} FROM wide WHERE {learned} ORDER BY as_of", by="as_of")


def _windows(peer: Peer) -> list[tuple[str, int | None]]:
    return [*((f"{days}d", days) for days in peer.settings.measures.windows), ("all", None)]


def _shared(peer: Peer) -> list[Dimension]:
    return [dimension for dimension in peer.settings.measures.dimensions if dimension.shares]


def _sums(peer: Peer) -> dict[str, str]:
    """Everything that adds up over days, by name: measures, and parts and wholes of shares."""
    found = {m.name: f"coalesce({in_duckdb(m.sql)}, 0)::{m.type}" for m in peer.settings.measures.measures}
    for dimension in _shared(peer):
        key, where = in_duckdb(dimension.key), dimension.where or "true"
        found[f"whole_{dimension.name}"] = f"coalesce(sum(amount) FILTER ({where} AND ({key}) IS NOT NULL), 0)::DECIMAL(18,2)"
        for name, keys in dimension.shares.items():
            listed = ", ".join(f"'{value}'" for value in keys)
            found[f"part_{name}"] = f"coalesce(sum(amount) FILTER ({where} AND ({key}) IN ({listed})), 0)::DECIMAL(18,2)"
    return found


def _running_sums(peer: Peer) -> None:
    """Table `running`: per customer and day the sums of all days up to it, and those of the gaps between active days."""
    sums = _sums(peer)
    peer.sql(f"CREATE TABLE days AS SELECT party, day, {', '.join(f'{sql} AS {name}' for name, sql in sums.items())}"
             " FROM order_line GROUP BY party, day")  # fmt: skip
    types = {m.name: m.type for m in peer.settings.measures.measures}
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
    share = peer.settings.measures.share_window
    lengths = sorted({*peer.settings.measures.windows, share})
    # The last day on or before the start of every window is looked up among narrow rows, its sums by that day.
    found = " ".join(
        f"ASOF LEFT JOIN met AS d{n} ON s.party = d{n}.party AND d{n}.day <= s.as_of - {n}" for n in [0, *lengths]
    )
    peer.sql(f"""
        CREATE TABLE looked_up AS
        WITH met AS (SELECT party, day FROM running)
        SELECT s.party, s.as_of, {", ".join(f"d{n}.day AS day_{n}" for n in [0, *lengths])} FROM spine AS s {found}
    """)
    joins = " ".join(
        f"LEFT JOIN running AS r{n} ON s.party = r{n}.party AND s.day_{n} = r{n}.day" for n in lengths
    )
    measures = [m.name for m in peer.settings.measures.measures]
    columns = [f"r.{name} AS {name}_all" for name in ["active_days", *measures]]
    columns += [
        f"r.{name} - coalesce(r{days}.{name}, 0) AS {name}_{days}d"
        for days in peer.settings.measures.windows
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


def _distinct(peer: Peer) -> None:
    """Table `distinct_keys`: how many keys of a dimension were met in every window.

    A key counts by the last day it was met up to the date: the one whose next day comes after it. Keys are counted by
    these two days before the join with the dates.
    """
    parts, counts = [], []
    for dimension in peer.settings.measures.dimensions:
        if not dimension.distinct:
            continue
        where = dimension.where or "true"
        parts.append(f"""
            SELECT '{dimension.name}' AS dimension, party, day, next_day, count(*) AS keys FROM (
              SELECT party, day, lead(day) OVER (PARTITION BY party, key ORDER BY day) AS next_day
              FROM (SELECT DISTINCT party, day, {in_duckdb(dimension.key)} AS key FROM order_line WHERE {where})
              WHERE key IS NOT NULL
            ) GROUP BY ALL""")
        for suffix, days in _windows(peer):
            inside = f" AND day > as_of - {days}" if days else ""
            counts.append(
                f"coalesce(sum(keys) FILTER (dimension = '{dimension.name}'{inside}), 0)::BIGINT AS {dimension.distinct}_{suffix}"
            )
    peer.sql(f"""
        CREATE TABLE distinct_keys AS
        SELECT s.party, s.as_of, {", ".join(counts)}
        FROM ({" UNION ALL ".join(parts)}) AS k JOIN spine AS s
          ON k.party = s.party AND k.day <= s.as_of AND (k.next_day IS NULL OR k.next_day > s.as_of)
        GROUP BY s.party, s.as_of
    """)


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
    """Table `key_sums`: amount and orders per customer, dimension and key over every period that a tag or a favourite
    asks for: first per order, so that orders are counted without a distinct.
    """
    periods = sorted({*(tag.days for tag in peer.settings.tags.tags if tag.kind == "preference"), peer.settings.measures.share_window})
    sums = ", ".join(
        f"sum(amount) FILTER (day > DATE '{as_of}' - {days}) AS amount_{days}, count(*) FILTER (day > DATE '{as_of}' - {days}) AS orders_{days}"
        for days in periods
    )
    parts = [
        f"""
        SELECT party, '{dimension.name}' AS dimension, key::VARCHAR AS key, {sums} FROM (
          SELECT party, order_id, day, {in_duckdb(dimension.key)} AS key, sum(amount) AS amount FROM order_line
          WHERE {dimension.where or "true"} AND day <= DATE '{as_of}' AND day > DATE '{as_of}' - {max(periods)} GROUP BY ALL
        ) WHERE key IS NOT NULL GROUP BY ALL"""
        for dimension in peer.settings.measures.dimensions
    ]
    peer.sql(f"CREATE TABLE key_sums AS {' UNION ALL '.join(parts)}")


def _favourites(peer: Peer) -> None:
    share = peer.settings.measures.share_window
    best = ", ".join(
        f"min_by(key, (-amount_{share}, key)) FILTER (dimension = '{d.name}') AS {d.favourite}"
        for d in peer.settings.measures.dimensions
        if d.favourite
    )
    peer.sql(f"CREATE TABLE favourite AS SELECT party, {best} FROM key_sums WHERE amount_{share} > 0 GROUP BY party")


def _wide(peer: Peer) -> str:
    """All columns of a row of the spine: windows that begin before the data are NULL, empty ones 0."""
    attributes = [f"{in_duckdb(a.sql)} AS {a.name}" for a in peer.settings.measures.attributes]
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
    derived = ", ".join(f"({in_duckdb(c.sql)})::{c.type} AS {c.name}" for c in peer.settings.measures.columns)
    return f"SELECT *, {derived} FROM ({inner})"


def _masked(peer: Peer) -> Iterator[str]:
    measures = peer.settings.measures
    typed = [("active_days", "BIGINT"), *((m.name, m.type) for m in measures.measures)]
    typed += [(d.distinct, "BIGINT") for d in measures.dimensions if d.distinct]
    for name, type_ in typed:
        for suffix, days in _windows(peer):
            value = f"coalesce({name}_{suffix}, 0)::{type_}"
            known = f"CASE WHEN as_of - {days - 1} >= data_from THEN {value} END" if days else value
            yield f"{known} AS {name}_{suffix}"
