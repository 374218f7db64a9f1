"""RFM bands and names."""

from __future__ import annotations

from chispa import assert_df_equality
from pyspark.sql import SparkSession

from bullseye.topics.segments.rfm import names_of_cube, rfm_bands, rfm_segment
from bullseye.topics.segments.settings import CLASSIC, Rfm, RfmSegment

RFM = Rfm(recency="days", frequency="orders", monetary="spend", where="orders > 0")


def test_every_combination_of_bands_has_a_classic_name_and_every_name_is_met(spark: SparkSession) -> None:
    names = names_of_cube(spark, RFM)
    assert len(names) == 125
    assert set(names.values()) == {segment.name for segment in CLASSIC}
    assert {cell: names[cell] for cell in ((5, 5, 5), (1, 1, 1), (5, 1, 1), (1, 5, 5), (3, 3, 3))} == {
        (5, 5, 5): "champions",
        (1, 1, 1): "lost",
        (5, 1, 1): "new",
        (1, 5, 5): "cannot_lose",
        (3, 3, 3): "need_attention",
    }


def test_a_small_recency_is_a_high_band_and_only_those_covered_set_the_limits(spark: SparkSession) -> None:
    rows = [("a", 1, 9, 90.0), ("b", 2, 9, 50.0), ("c", 3, 1, 10.0), ("d", 400, 0, 0.0)]
    customers = spark.createDataFrame(rows, "customer_id STRING, days INT, orders INT, spend DOUBLE")
    r, f, m = rfm_bands(customers, RFM)
    found = customers.where("orders > 0").select("customer_id", r.alias("r"), f.alias("f"), m.alias("m"))
    expected = spark.createDataFrame(
        [("a", 5, 4, 5), ("b", 3, 4, 3), ("c", 1, 1, 1)], "customer_id STRING, r INT, f INT, m INT"
    )
    assert_df_equality(found, expected, ignore_nullable=True, ignore_row_order=True)


def test_the_first_segment_that_holds_gives_the_name_and_a_missing_band_gives_unknown(spark: SparkSession) -> None:
    segments = [
        RfmSegment(name="top", where="r = 5", doc="The very best"),
        RfmSegment(name="good", where="r >= 4", doc="Still good ones"),
    ]
    rows = spark.createDataFrame([(5, 1, 1), (4, 1, 1), (1, 1, 1), (5, None, 1)], "r INT, f INT, m INT")
    assert [row[0] for row in rows.select(rfm_segment(segments)).collect()] == ["top", "good", None, "unknown"]
