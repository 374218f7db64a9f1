"""Which files of a source are read, and under which name."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from bullseye.errors import SourceError
from bullseye.settings.sources import Source
from bullseye.topics.sources.read import _read
from bullseye.topics.sources.source_files import list_files


def source(**more: object) -> Source:
    return Source.model_validate({"name": "orders", "format": "csv", "path": "x", "schema": "id STRING", **more})


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.fault("rows of equal file names in the folders of two days", right="both are read, under their own names")
def test_every_row_carries_its_file_below_the_source_and_its_time(spark: SparkSession, tmp_path: Path) -> None:
    folder = write(tmp_path / "a b%+é", {"1/x.csv": "id\na\n", "2/x.csv": "id\nb\n", "top.csv": "id\nc\n"})
    rows = _read(spark, source(), str(folder)).select("id", "_file", "_modified_at").collect()
    assert sorted((row["id"], row["_file"]) for row in rows) == [("a", "1/x.csv"), ("b", "2/x.csv"), ("c", "top.csv")]
    files = {file.name: file.modified_at for file in list_files(spark, source(), str(folder)).files}
    stamped = spark.createDataFrame(list(files.items()), "_file STRING, at TIMESTAMP")
    assert (
        _read(spark, source(), str(folder))
        .join(stamped, on="_file", how="inner")
        .where("date_trunc('MILLISECOND', _modified_at) = at")
        .count()
        == 3
    )


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("", ["day=1/x.csv", "sales_1.csv", "sales_2.csv"]),
        ("sales_*.csv", ["sales_1.csv", "sales_2.csv"]),
        ("sales_1.csv", ["sales_1.csv"]),
        ("*=1", ["day=1/x.csv"]),
        ("day=1", ["x.csv"]),
    ],
)
def test_names_are_below_the_folder_or_what_comes_before_the_glob(
    spark: SparkSession, tmp_path: Path, pattern: str, names: list[str]
) -> None:
    write(tmp_path, dict.fromkeys(("day=1/x.csv", "sales_1.csv", "sales_2.csv"), "id\na\n"))
    assert [file.name for file in list_files(spark, source(), str(tmp_path / pattern)).files] == names


@pytest.mark.fault("half-uploaded files in the folder of a source", right="they are passed over and reported")
def test_half_uploaded_files_are_passed_over_and_listed(spark: SparkSession, tmp_path: Path) -> None:
    half = ["a.csv.tmp", "b.csv.part", "c.csv.crdownload", "_d.csv", ".e.csv", "_f/x.csv"]
    write(tmp_path, dict.fromkeys((*half, "x.csv", "_SUCCESS", ".x.csv.crc"), "id\na\n"))
    listing = list_files(spark, source(), str(tmp_path))
    assert [file.name for file in listing.files] == ["x.csv"]
    assert sorted(listing.skipped) == sorted([*half[:-1], "_f/"])
    assert _read(spark, source(), str(tmp_path)).count() == 1


@pytest.mark.fault("a link in the folder of a source that leads back to it", right="an error that names the link")
def test_a_link_to_itself_is_an_error(spark: SparkSession, tmp_path: Path) -> None:
    write(tmp_path, {"x.csv": "id\na\n"})
    (tmp_path / "again").symlink_to(tmp_path)
    with pytest.raises(SourceError, match=r"again/again.*remove the link that leads back to itself"):
        list_files(spark, source(), str(tmp_path))


@pytest.mark.fault("a Delta table that is declared as Parquet", right="an error that says format: delta")
def test_a_delta_table_read_as_parquet_is_an_error(spark: SparkSession, tmp_path: Path) -> None:
    table = tmp_path / "table"
    spark.sql("SELECT 'a' AS id").write.format("delta").save(str(table))
    spark.sql("SELECT 'b' AS id").write.format("delta").mode("overwrite").save(str(table))
    for path in (table, tmp_path):
        with pytest.raises(SourceError, match=r"is a Delta table.*write format: delta"):
            list_files(spark, source(format="parquet"), str(path))
    rows = _read(spark, source(format="delta"), str(table))
    assert [(row["id"], row["_file"]) for row in rows.collect()] == [("b", f"_delta_log/{1:020}.json")]
    with pytest.raises(SourceError, match=r"is no Delta table"):
        list_files(spark, source(format="delta"), str(write(tmp_path / "plain", {"x.csv": ""})))
