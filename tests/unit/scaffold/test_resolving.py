"""What is written fits Spark: every expression resolves, and every writing is read as it was meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from tests.conftest import context_of
from tests.folders import Truth, german_shop, grocer, till, web_shop, wholesaler
from tests.shop import make_shop

from bullseye.core.contract import parse_schema
from bullseye.core.frames import column_named
from bullseye.scaffold import scaffold
from bullseye.scaffold.names import slug
from bullseye.scaffold.writings import WRITINGS
from bullseye.settings import Settings, Silver
from bullseye.settings.deployment import Deployment
from bullseye.settings.sources import Sources
from bullseye.suite import JOBS, contracts, load_settings
from bullseye.topics.sources.read import open_sources, typed


def shop_of_the_page(folder: Path) -> None:
    make_shop(folder.parent / "page").data.rename(folder)


def shop_in_parquet(folder: Path) -> None:
    shop_of_the_page(folder)
    for path in folder.glob("*.csv"):
        pq.write_table(pa_csv.read_csv(path), path.with_suffix(".parquet"))
        path.unlink()


def shop_with_odd_names(folder: Path) -> None:
    shop_of_the_page(folder)
    orders = (folder / "orders.csv").read_text(encoding="utf-8").replace("customer,sold_at", "Customer.ID,Sold At", 1)
    (folder / "orders [all].csv").write_text(orders, encoding="utf-8-sig")
    (folder / "orders.csv").unlink()


MAKERS = [german_shop, web_shop, till, wholesaler, grocer, shop_of_the_page, shop_in_parquet, shop_with_odd_names]


@pytest.mark.parametrize("make", MAKERS)
def test_every_file_opens_and_every_expression_resolves(
    make: Callable[[Path], Truth | None], spark: SparkSession, tmp_path: Path
) -> None:
    make(tmp_path / "data")
    settings = load_settings(scaffold(tmp_path / "data", tmp_path / "made", local_zone="Europe/Berlin").target)
    tables = contracts(settings)
    assert [problem for job in JOBS for problem in job.mistakes(spark, settings, tables)] == []
    opened = open_sources(context_of(spark, settings, root=str(tmp_path / "lake")))
    frames = {name.removeprefix("source."): external.frame for name, external in opened.items()}
    for source in settings[Sources].sources:
        rows = typed(source, frames[source.name])
        rows.select(*map(column_named, parse_schema(source.columns).fieldNames())).createOrReplaceTempView(source.name)
    lines = spark.sql(localised(settings)).agg(F.count(F.lit(1)), F.count("ordered_at"), F.count("amount")).first()
    assert lines is not None
    assert lines[0] > 0
    assert set(lines[1:]) <= {lines[0], lines[0] - 1}, "one row of the German shop has no date"


def localised(settings: Settings) -> str:
    zone = settings[Deployment].local_zone
    return settings[Silver].tables["order_line"].replace("{local_zone}", zone).replace("{source_zone}", zone)


SAMPLES = {
    "yyyy-MM-dd": ("2024-03-04", "2024-03-04"),
    "yyyy-MM-dd HH:mm:ss": ("2024-03-04T18:05", "2024-03-04 18:05:00"),
    "yyyy-MM-dd HH:mm:ss and zone": ("2024-03-04 18:05:00+02:00", "2024-03-04 16:05:00"),
    "whole number": ("-12", "-12"),
    "decimal point": ("-.5", "-0.50"),
    "exponent": ("1.5e2", "150.00"),
    "decimal comma": ("-1.234,5 €", "-1234.50"),
    "decimal point and signs": ("$-1,234.5", "-1234.50"),
    "true or false": ("Yes", "true"),
    "H:mm": ("7:05", "7:05"),
}
"""By the name of the writing: a text, and the value that Spark makes of it. Other dates are made from their pattern."""

PIECES = (
    ("yyyy", "2024"), ("yy", "24"), ("MMM", "Mar"), ("MM", "03"), ("M", "3"), ("dd", "04"), ("d", "4"),
    ("H", "18"), ("h", "6"), ("mm", "05"), ("[:ss]", ":09"), ("a", "PM"),
)  # fmt: skip


def sample(name: str) -> tuple[str, str]:
    """A text in a writing of Spark's date patterns, and the value."""
    text, rest = "", name
    while rest:
        found = next(((piece, value) for piece, value in PIECES if rest.startswith(piece)), (rest[0], rest[0]))
        text, rest = text + found[1], rest.removeprefix(found[0])
    return text, "2024-03-04" + (" 18:05:09" if "mm" in name else "")


TYPES = {"date": "DATE", "time": "TIMESTAMP", "whole": "INT", "decimal": "DECIMAL(18,2)", "boolean": "BOOLEAN"}


def test_spark_reads_every_writing(spark: SparkSession) -> None:
    cases = {writing.name: SAMPLES.get(writing.name) or sample(writing.name) for writing in WRITINGS}
    selected = []
    for writing in WRITINGS:
        text, _ = cases[writing.name]
        assert writing.fits(text), (writing.name, text)
        read = (writing.read or "{text}").replace("{text}", f"'{text}'")
        typed = f"CAST(try_cast({read} AS {TYPES.get(writing.kind, 'STRING')}) AS STRING)"
        selected.append(f"{typed} AS {slug(writing.name)}_{len(selected)}")
    row = spark.sql(f"SELECT {', '.join(selected)}").first()
    assert row is not None
    assert dict(zip(cases, row, strict=True)) == {name: value for name, (_, value) in cases.items()}
