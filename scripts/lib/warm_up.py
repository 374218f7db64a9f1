"""Use what most jobs use of Spark and Delta, so that Java knows which classes to archive.

Run by make_archive in env.sh with a folder as its argument; nothing here is about marketing.
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.window import Window


def main(folder: Path) -> None:
    """Write, merge, replace and read small tables below `folder`."""
    spark = SparkSession.builder.appName("warm up").getOrCreate()
    numbers = spark.range(100).select(
        "id",
        (F.col("id") % 3).alias("part"),
        (F.col("id") / 7).cast("decimal(18,2)").alias("amount"),
        F.expr("date_add(DATE'2024-01-01', CAST(id AS INT))").alias("day"),
        F.expr("concat('name ', id)").alias("name"),
    )
    numbers.write.parquet(str(folder / "parquet"))
    numbers.write.option("header", value=True).csv(str(folder / "csv"))
    spark.read.csv(str(folder / "csv"), schema="id BIGINT, part BIGINT", header=True).count()

    path = str(folder / "delta")
    spark.sql(
        f"CREATE TABLE delta.`{path}` (id BIGINT NOT NULL COMMENT 'key', part BIGINT, amount DECIMAL(18,2), day DATE,"
        " name STRING) USING DELTA PARTITIONED BY (part)"
    )
    source = spark.read.parquet(str(folder / "parquet"))
    source.write.format("delta").mode("append").save(path)
    source.where("part = 1").write.format("delta").mode("overwrite").option("replaceWhere", "part = 1").save(path)
    source.createOrReplaceTempView("source")
    spark.sql(
        f"MERGE INTO delta.`{path}` t USING source s ON s.id = t.id AND t.part = s.part"
        " WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    )
    newest_first = Window.partitionBy("part").orderBy(F.desc("day"), "id")
    table = spark.read.format("delta").load(path)
    (
        table.join(numbers.select("id", F.upper("name").alias("upper")), on="id", how="left")
        .withColumn("row", F.row_number().over(newest_first))
        .groupBy("part")
        .agg(F.sum("amount"), F.max("row"), F.collect_set("upper"), F.percentile_approx("amount", 0.5))
        .orderBy("part")
        .collect()
    )
    table.limit(3).toPandas()
    spark.sql(f"DESCRIBE HISTORY delta.`{path}`").collect()
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
