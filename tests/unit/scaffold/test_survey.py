"""Looking at rows: columns, keys, and what is done about a file that is too large to be read whole."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bullseye.scaffold import scaffold
from bullseye.scaffold.data_files import find_files
from bullseye.scaffold.survey import Survey, survey


def looked_at(folder: Path) -> Survey:
    (file,) = find_files(folder)[0]
    return survey(file)


def test_what_is_missing_negative_and_distinct_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id;x;y\n1;-1,50;NA\n2; 2,25;b\n3;;\n", encoding="utf-8")
    found = {c.name: c for c in looked_at(tmp_path).columns}
    x, y = found["x"], found["y"]
    assert (x.kind, x.decimals, round(x.missing, 2), round(x.negative, 2), x.distinct) == ("decimal", 2, 0.33, 0.33, 2)
    assert (y.kind, round(y.missing, 2), y.null_words) == (None, 0.67, ("NA",))


def test_the_smallest_unique_set_of_ids_is_the_key(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("o,l,p,amount\n1,1,a,1.5\n1,2,a,2.5\n2,1,a,3.5\n", encoding="utf-8")
    found = looked_at(tmp_path)
    assert found.key(["o", "l", "p"]) == ("o", "l")
    assert found.key(["p"]) == ()
    assert found.key() == ("o", "l"), "an amount is no part of a key, though it is different in every row"


def test_a_file_that_writes_commas_writes_thousands_with_points(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x;y\n0,50;1.250\n3,00;2.000\n", encoding="utf-8")
    written = {c.name: c.writing.name if c.writing else None for c in looked_at(tmp_path).columns}
    assert written == {"x": "decimal comma", "y": "decimal comma"}


def test_one_sure_date_decides_for_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x,y\n3/31/2024,1/2/2024\n3/30/2024,3/4/2024\n", encoding="utf-8")
    written = {c.name: (c.writing.name if c.writing else None, c.rival) for c in looked_at(tmp_path).columns}
    assert written == {"x": ("M/d/yyyy", None), "y": ("M/d/yyyy", None)}


@pytest.mark.parametrize("packed", [False, True])
def test_of_a_large_file_a_part_is_read_and_said_so(
    packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bullseye.scaffold.sample_rows.WHOLE_BYTES", 20_000)
    rows = [f"r{n},c{n % 50},2024-{n // 1700 + 1:02d}-{n % 28 + 1:02d},{n}.25" for n in range(20_000)]
    data = "\n".join(["receipt,customer,date,amount", *rows]).encode()
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / ("a.csv.gz" if packed else "a.csv")
    path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
    found = looked_at(tmp_path / "data")
    assert (found.whole, found.broken) == (False, 0)
    assert 300 < found.rows.num_rows < 1500
    seen = set(found.rows.column("receipt").to_pylist())
    assert seen <= {f"r{n}" for n in range(20_000)}, "no line is read in part"
    assert (max(int(one[1:]) for one in seen) > 19_000) != packed, "lines come from all over a file that is not packed"
    made = scaffold(tmp_path / "data", tmp_path / "a", local_zone="UTC", source_zone="UTC", currency="EUR")
    assert any(line.startswith("in the part of the files that was looked at: ") for line in made.decisions)
    where = "of the file" if packed else "and from places spread over the file"
    assert f"rows from the beginning {where}." in (made.target / "sources.yaml").read_text(encoding="utf-8")


def test_bytes_that_are_not_utf_8_far_down_a_file_change_its_encoding(tmp_path: Path) -> None:
    data = b"a,b\n" + b"1,x\n" * 100_000 + "2,Müller\n".encode("cp1252")
    (tmp_path / "a.csv").write_bytes(data)
    found = looked_at(tmp_path)
    assert found.file.dialect is not None
    assert (found.file.dialect.encoding, found.column("b").examples) == ("windows-1252", ("x", "Müller"))


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "customer": [1, 2],
            "bought": pa.array([0, 86_400_000_000], pa.timestamp("us")),
            "at": pa.array([0, 1], pa.timestamp("us", "UTC")),
            "amount": pa.array(["1.50", "2.50"]).cast(pa.decimal128(9, 2)),
            "tags": [["a"], []],
        }
    )
    pq.write_table(rows, tmp_path / "a.parquet")
    found = {c.name: (c.stored, c.kind) for c in looked_at(tmp_path).columns}
    assert found == {
        "customer": ("BIGINT", "whole"),
        "bought": ("TIMESTAMP_NTZ", "time"),
        "at": ("TIMESTAMP", "time"),
        "amount": ("DECIMAL(9,2)", "decimal"),
    }
