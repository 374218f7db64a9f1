"""Distinct products, categories and stores of every customer in every window at every date, by sorting whole numbers.

Customer, key and day fit into one 64-bit number. Sorted, the numbers of a customer and key stand side by side in the
order of the days, so that the next day of a key is the neighbour: a key counts at a date by the last day that it was met.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from benchmark.peer.session import Peer
from bullseye.settings.measures import Measures

_KEYS = {"product": "product_id", "category": "category_no", "store": "store_id"}
"""The columns of order_line that stand for the keys of the dimensions, as whole numbers."""
_ROWS_AT_ONCE = 15_000_000
"""Customers are taken in portions of about so many lines, so that memory does not grow with them."""

Numbers = NDArray[np.int64]


def count_distinct(peer: Peer) -> None:
    """Table `distinct_keys` (party, as_of, a column for every dimension and window)."""
    dates = [
        row[0]
        for row in peer.connection.execute("SELECT DISTINCT as_of - DATE '1970-01-01' FROM spine ORDER BY 1").fetchall()
    ]
    lines = int(str(peer.row("SELECT count(*) AS n FROM order_line")["n"]))
    portions = -(-lines // _ROWS_AT_ONCE)
    parts = [_portion(peer, portion, portions, dates) for portion in range(portions)]
    peer.connection.register("counted", pa.concat_tables(parts))
    peer.sql("""
        CREATE TABLE distinct_keys AS
        SELECT s.as_of, c.* EXCLUDE (number) FROM counted AS c
        JOIN spine AS s ON s.party = c.party AND s.as_of = DATE '1970-01-01' + c.number::INTEGER
    """)
    peer.connection.unregister("counted")


def _portion(peer: Peer, portion: int, portions: int, dates: Sequence[int]) -> pa.Table:
    lengths = peer.settings[Measures].windows
    mine = f"party % {portions} = {portion}"
    parties = peer.connection.execute(f"SELECT DISTINCT party FROM order_line WHERE {mine} ORDER BY 1").fetchnumpy()[
        "party"
    ]
    columns: dict[str, Numbers] = {
        "party": np.tile(parties, len(dates)),
        "number": np.repeat(np.array(dates, dtype=np.int64), len(parties)),
    }
    for dimension in peer.settings[Measures].dimensions:
        if not dimension.distinct:
            continue
        key = _KEYS[dimension.name]
        found = peer.connection.execute(
            f"SELECT party, {key} AS key, (day - DATE '1970-01-01')::INTEGER AS day FROM order_line"
            f" WHERE {mine} AND {dimension.where or 'true'} AND {key} IS NOT NULL"
        ).fetchnumpy()
        place = np.searchsorted(parties, found["party"])
        counts = counts_at(place, found["key"], found["day"], dates=dates, lengths=lengths, parties=len(parties))
        for column, suffix in enumerate([*(f"{days}d" for days in lengths), "all"]):
            columns[f"{dimension.distinct}_{suffix}"] = counts[:, :, column].reshape(-1)
    return pa.table(columns)


def counts_at(
    party: Numbers, key: Numbers, day: Numbers, *, dates: Sequence[int], lengths: Sequence[int], parties: int
) -> Numbers:
    """Distinct keys by date, party (numbered from 0) and window: the `lengths`, which rise, and all time.

    A window of n days at a date holds the days above date - n up to the date.

    >>> counts_at(
    ...     np.array([0, 0, 0]), np.array([5, 5, 6]), np.array([1, 9, 2]), dates=[3, 9], lengths=[2], parties=1
    ... ).tolist()
    [[[1, 2]], [[1, 2]]]
    """
    first, keys = int(day.min()), int(key.max()) + 1
    days = int(day.max()) - first + 1
    packed = (party.astype(np.int64) * keys + key) * days + (day - first)
    packed.sort()
    whose, met = packed // days, (packed % days + first).astype(np.int32)
    following = np.full(len(met), np.iinfo(np.int32).max, dtype=np.int32)
    same = whose[1:] == whose[:-1]
    following[:-1][same] = met[1:][same]
    whose //= keys
    width = len(lengths) + 1
    found = np.empty((len(dates), parties, width), dtype=np.int64)
    for place, date in enumerate(dates):
        # A key that was met twice on a day has itself as its next day, and is not counted twice.
        last = np.flatnonzero((met <= date) & (following > date))
        band = np.searchsorted(np.asarray(lengths), date - met[last], side="right")
        counted = np.bincount(whose[last] * width + band, minlength=parties * width)
        found[place] = counted.reshape(parties, width).cumsum(axis=1)
    return found
