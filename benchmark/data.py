"""The demo's source files, replicated: new households and baskets for every copy, jittered times, the same products.

Copy 0 is the demo itself. The others differ from it by an offset of the ids of households and baskets and by up to
`JITTER_SECONDS` on the time of each basket, which stays on its local day; all by arithmetic on the ids, so that the same
files come out each time. Each copy is a file of its own, written one after the other: memory does not grow with them.
"""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from bullseye.settings import Settings
from bullseye.settings.sources import Sources

ZONE = "America/New_York"
"""Where the grocer's days begin and end (local_zone of conf/retail)."""
JITTER_SECONDS = 300
MEMORY = "1GB"
DONE = "complete"
"""An empty file that says that a set of files is whole."""

_TRANSACTIONS = f"""
SELECT
  household_id + {{copy}} * {{households}} AS household_id,
  store_id,
  basket_id + {{copy}} * {{baskets}} AS basket_id,
  product_id, quantity, sales_value, retail_disc, coupon_disc, coupon_match_disc, week,
  -- A shift over midnight goes the other way: days stay as they are.
  transaction_timestamp::TIMESTAMP AT TIME ZONE 'UTC' + to_seconds(CASE
    WHEN second_of_day + shift BETWEEN 0 AND 86399 THEN shift
    ELSE -shift
  END) AS transaction_timestamp
FROM (
  SELECT
    *,
    epoch(transaction_timestamp::TIMESTAMP AT TIME ZONE 'UTC' AT TIME ZONE '{ZONE}')::BIGINT % 86400 AS second_of_day,
    CASE {{copy}} WHEN 0 THEN 0 ELSE
      ((basket_id % 1000003) * 1000033 + {{copy}} * 15485863) % 2147483647 % (2 * {JITTER_SECONDS} + 1) - {JITTER_SECONDS}
    END AS shift
  FROM read_parquet('{{file}}')
)
"""
_BY_HOUSEHOLD = """
SELECT * REPLACE (household_id + {copy} * {households} AS household_id {instants}) FROM read_parquet('{file}')
"""
REPLICATED = {
    "transactions": _TRANSACTIONS,
    "demographics": _BY_HOUSEHOLD,
    "campaigns": _BY_HOUSEHOLD,
    "coupon_redemptions": _BY_HOUSEHOLD,
}
"""Sources with customers in them; all others are used as they are."""
_INSTANTS = {"coupon_redemptions": ", redemption_date::TIMESTAMP AT TIME ZONE 'UTC' AS redemption_date"}


def originals(settings: Settings) -> dict[str, Path]:
    """The file of every source of the demo, by the name of the source."""
    found = {}
    for source in settings[Sources].sources:
        package, _, inner = source.path.removeprefix("package:").partition("/")
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            raise SystemExit(f"the Python package {package} is not installed; scripts/benchmark installs it")
        found[source.name] = Path(next(iter(spec.submodule_search_locations))) / inner
    return found


def replicated(files: Mapping[str, Path], *, times: int, folder: Path) -> dict[str, str]:
    """The path (a file or a folder) of every source with its customers `times` times, made below `folder` if need be.

    Once is the demo: the files as they are.
    """
    if times == 1:
        return {name: str(path) for name, path in files.items()}
    if not (folder / DONE).exists():
        shutil.rmtree(folder, ignore_errors=True)
        generate(files, times=times, folder=folder)
        (folder / DONE).touch()
    return {name: str(folder / name) if name in REPLICATED else str(path) for name, path in files.items()}


def generate(files: Mapping[str, Path], *, times: int, folder: Path) -> None:
    """Write `times` copies of the replicated sources, a file each: `<folder>/<source>/copy-007.parquet`."""
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder / "spill")}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = true")
        offsets = {
            "households": _offset(connection, files["transactions"], "household_id"),
            "baskets": _offset(connection, files["transactions"], "basket_id"),
        }
        for name, copy, sql in _queries(files, times=times, offsets=offsets):
            target = folder / name / f"copy-{copy:03}.parquet"
            target.parent.mkdir(parents=True, exist_ok=True)
            connection.execute(f"COPY ({sql}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)")


def _queries(files: Mapping[str, Path], *, times: int, offsets: Mapping[str, int]) -> Iterator[tuple[str, int, str]]:
    for name, sql in REPLICATED.items():
        for copy in range(times):
            yield name, copy, sql.format(copy=copy, file=files[name], instants=_INSTANTS.get(name, ""), **offsets)


def _offset(connection: duckdb.DuckDBPyConnection, file: Path, column: str) -> int:
    """The smallest power of ten above every id: the id of a copy shows the original in its last digits."""
    found = connection.execute(f"SELECT max({column}) FROM read_parquet('{file}')").fetchone()
    return int(10 ** len(str(found[0] if found else 0)))
