"""CSV files as they really come: what is in a cell, a line and a header, against Python's own reader."""

from __future__ import annotations

import csv
import gzip
import io
import random
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from tests.conftest import context_of
from tests.shop import Shop

from bullseye.errors import SourceError
from bullseye.settings.sources import Source
from bullseye.suite import load_settings
from bullseye.topics.sources.ingest import Checked, check_source
from bullseye.topics.sources.read import _read

fault = pytest.mark.fault


def source(**more: object) -> Source:
    return Source.model_validate(
        {"name": "orders", "format": "csv", "path": "x", "schema": "id STRING, a STRING", **more}
    )


def checked(spark: SparkSession, shop: Shop, given: Source, path: Path) -> Checked:
    return check_source(
        given, _read(spark, given, str(path)), context_of(spark, load_settings(shop.conf), root=str(shop.lake))
    )


def reasons(found: Checked) -> dict[str, list[str]]:
    """Reasons by the beginning of the row."""
    rows = found.rejected.collect() if found.rejected is not None else []
    return {row["raw"].removeprefix('{"id":"').partition('"')[0]: row["reasons"] for row in rows}


PIECES = ["a", "é", '"', '""', ",", ";", " ", "\\", '\\"', "'", "#", "-", "12.5", "\n", "\r\n", "\t", "|"]
BY_HAND = ['Pan 12"" red,x,end', 'a"b,"c ""d"" e",end', '"","""",end', ' "x",y z ,end', "#a,'b,end", '"a\\",\\,end']


def cells(chance: random.Random, *, newlines: bool) -> list[str]:
    pieces = PIECES if newlines else [piece for piece in PIECES if "\n" not in piece]
    return ["".join(chance.choices(pieces, k=chance.randrange(6))) for _ in range(2)] + ["end"]


@fault("a price list with quotes, separators and newlines in its cells", right="every cell is as Python's csv reads it")
@pytest.mark.parametrize("multi_line", [True, False])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_cells_are_those_that_another_reader_of_rfc_4180_finds(
    spark: SparkSession, tmp_path: Path, separator: str, *, multi_line: bool
) -> None:
    chance = random.Random(f"{separator}{multi_line}")
    text = io.StringIO(newline="")
    text.write(separator.join(("x", "y", "z")) + "\n")
    for end in ("\n", "\r\n"):
        for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC):
            writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)
            writer.writerows(cells(chance, newlines=multi_line) for _ in range(60))
        text.write("".join(f"{line.replace(',', separator)}{end}" for line in BY_HAND))
    path = tmp_path / "x.csv"
    path.write_bytes(text.getvalue().encode("utf-8"))
    rows = csv.reader(io.StringIO(text.getvalue(), newline=""), delimiter=separator)
    next(rows)
    given = source(schema="x STRING, y STRING, z STRING", options={"sep": separator}, multi_line=multi_line)
    read = _read(spark, given, str(path)).select("x", "y", "z", "_corrupt_record", "_open_quote").collect()
    assert sorted([row["x"] or "", row["y"] or "", row["z"]] for row in read) == sorted(list(row) for row in rows)
    assert {(row["_corrupt_record"], row["_open_quote"]) for row in read} == {(None, False)}


FILES: dict[str, tuple[bytes, list[tuple[str, str | None, str | None]]]] = {
    "plain.csv": (b"id,a,b\n1,x,y\n", [("1", "x", "y")]),
    "no_line_end.csv": (b"id,a,b\n1,x,y", [("1", "x", "y")]),
    "other_order.csv": (b"b,id,a\ny,1,x\n", [("1", "x", "y")]),
    "column_added.csv": (b"id,new,a,b\n1,n,x,y\n", [("1", "x", "y")]),
    "trailing_separator.csv": (b"id,a,b,\n1,x,y,\n", [("1", "x", "y")]),
    "two_without_name.csv": (b"id,,a,,b\n1,,x,,y\n", [("1", "x", "y")]),
    "blanks_around_names.csv": ("id , a,\u00a0b\n1,x,y\n".encode(), [("1", "x", "y")]),
    "a_name_twice.csv": (b"id,c,C,a,b\n1,p,q,x,y\n", [("1", "x", "y")]),
    "bom.csv": (b"\xef\xbb\xbfid,a,b\n1,x,y\n", [("1", "x", "y")]),
    "utf16.csv": ("id,a,b\n1,é,y\n".encode("utf-16"), [("1", "é", "y")]),
    "utf16_be.csv": (b"\xfe\xff" + "id,a,b\n1,é,y\n".encode("utf-16-be"), [("1", "é", "y")]),
    "old_mac.csv": (b"id,a,b\r1,x,y\r2,x,y\r", [("1", "x", "y"), ("2", "x", "y")]),
    "windows.csv": (b'id,a,b\r\n1,x,y\r\n2,x,"y"\r\n3,x,\r\n', [("1", "x", "y"), ("2", "x", "y"), ("3", "x", None)]),
    "mixed_line_ends.csv": (b"id,a,b\r\n1,x,y\n2,x,y\r\n3,x,y\n", [(n, "x", "y") for n in "123"]),
    "blank_lines.csv": (b"\n\nid,a,b\n\n1,x,y\n  \n\r\n2,x,y\n\n", [("1", "x", "y"), ("2", "x", "y")]),
    "quoted_header.csv": (b'"id","a","b"\n"1","x","y"\n', [("1", "x", "y")]),
    "packed.csv.gz": (gzip.compress(b"id,a,b\n1,x,y\n"), [("1", "x", "y")]),
    "header_only.csv": (b"id,a,b\n", []),
    "nothing.csv": (b"", []),
    "day=7/of_a_folder.csv": (b"id,a,b\n1,x,y\n", [("1", "x", "y")]),
}


@fault(
    "files of one source with other headers, encodings and line ends", right="each is read by its own header, by name"
)
def test_every_file_is_read_by_its_own_header(spark: SparkSession, tmp_path: Path) -> None:
    for name, (data, _) in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    given = source(schema="id STRING, a STRING, b STRING")
    rows = _read(spark, given, str(tmp_path)).select("_file", "id", "a", "b", "_corrupt_record").collect()
    found: dict[str, list[tuple[str, str | None, str | None]]] = {name: [] for name in FILES}
    for row in rows:
        found[row["_file"]].append((row["id"], row["a"], row["b"]))
        assert row["_corrupt_record"] is None, row["_file"]
    assert {name: sorted(rows) for name, rows in found.items()} == {name: rows for name, (_, rows) in FILES.items()}


def test_the_values_of_hive_folders_are_columns(spark: SparkSession, tmp_path: Path) -> None:
    for folder in ("dt=2024-01-01/shop=A b", "dt=2024-01-02/shop=__HIVE_DEFAULT_PARTITION__"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.csv").write_text("id,a\n1,x\n", encoding="utf-8")
    given = source(schema="id STRING NOT NULL, dt DATE NOT NULL, shop STRING")
    rows = _read(spark, given, str(tmp_path)).select("id", "dt", "shop").collect()
    assert sorted(map(tuple, rows), key=str) == [("1", "2024-01-01", "A b"), ("1", "2024-01-02", None)]


def refused(id_: str, what: str, right: str, files: dict[str, bytes], match: str, **more: object) -> object:
    return pytest.param(files, match, more, id=id_, marks=fault(what, right=right))


@pytest.mark.parametrize(
    ("files", "match", "more"),
    [
        refused(
            "dropped",
            "a column that newer files no longer have",
            "an error that names column and file",
            {"2024.csv": b"id,a\n1,x\n", "2025.csv": b"id\n1\n"},
            r"missing      a STRING in 2025.csv",
        ),
        refused(
            "required",
            "a required column that older files do not have",
            "an error that names column and file",
            {"2024.csv": b"id\n1\n", "2025.csv": b"id,a\n1,x\n"},
            r"missing      a STRING in 2024.csv",
            schema="id STRING, a STRING NOT NULL",
        ),
        refused(
            "twice",
            "a header that has a name twice",
            "an error that names column and file",
            {"x.csv": b"id,a,a\n1,x,y\n"},
            "x.csv has two columns a;",
        ),
        refused(
            "renamed",
            "a column that is renamed in all files",
            "an error that proposes the new name",
            {"x.csv": b"id,aa\n1,x\n"},
            r"missing      a STRING \(did you mean 'aa'\?\)",
        ),
        refused(
            "packed",
            "a packed file that was cut off",
            "an error that names the file",
            {"x.csv.gz": gzip.compress(b"id,a\n1,x\n")[:12]},
            "x.csv.gz cannot be read: .*drop the file again",
        ),
        refused(
            "binary",
            "a workbook that is called .csv",
            "an error that names the file",
            {"x.csv": b"PK\x03\x04\x14\x00\x06\x00id,a\n"},
            "x.csv is not a text in UTF-8",
        ),
        refused(
            "utf16",
            "a file in UTF-16 that is to be read in parts",
            "an error that states the remedy",
            {"x.csv": "id,a\n1,x\n".encode("utf-16")},
            "UTF-16 cannot be split into lines",
            multi_line=False,
        ),
        refused(
            "newline",
            "a header with a newline that is to be read in parts",
            "an error that states the remedy",
            {"x.csv": b'id,"a\nb"\n1,x\n'},
            "the header has a newline in quotes; take multi_line: false out",
            multi_line=False,
        ),
    ],
)
def test_files_that_do_not_fit_are_refused_by_name(
    spark: SparkSession, tmp_path: Path, files: dict[str, bytes], match: str, more: dict[str, object]
) -> None:
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=match):
        _read(spark, source(**more), str(tmp_path))


@fault(
    "lines with too many and too few cells, NUL characters, bytes of another encoding, endless digits, an open quote",
    right="each is rejected with its reason, counted, and nowhere else",
)
def test_a_row_is_good_or_rejected_whatever_is_wrong_with_it(spark: SparkSession, shop: Shop) -> None:
    path = shop.root / "check.csv"
    lines = [
        b"good,1.50,x,,",
        b"more,1,x,,,,",
        b"fewer,1",
        b"nul,1,x\0y,,",
        b"bytes,1,M\xfcller,,",
        b"digits," + b"9" * 5_000_000 + b",x,,",
        b"undeclared,1,x,," + b"z" * 200_000,
        b'quote,1,x,,"open',
        b"lost,1,x,,",
        b'end,1,x,,"closed again"',
        b"last,2.50,x,,",
    ]
    path.write_bytes(b"id,amount,name,more,other\n" + b"\n".join(lines) + b"\n")
    found = checked(spark, shop, source(schema="id STRING NOT NULL, amount DECIMAL(18,2), name STRING"), path)
    assert sorted((row["id"], str(row["amount"])) for row in found.good.collect()) == [
        ("good", "1.50"),
        ("last", "2.50"),
    ]
    assert reasons(found) == {
        "more": ["malformed line"],
        "fewer": ["malformed line"],
        "nul": ["NUL in a cell"],
        "bytes": ["not valid text"],
        "digits": ["amount is not DECIMAL(18,2)", "cell too long"],
        "undeclared": ["cell too long"],
        "quote": ["quote is not closed"],
    }
    assert {row["rule"]: row["failed"] for row in found.counts if row["action"] == "gate"} == {"rows": 7}
    assert found.rejected is not None
    assert max(len(row["raw"]) for row in found.rejected.collect()) < 200_000


@fault("a newline in quotes where the source has multi_line: false", right="the run stops and names the file")
def test_a_newline_in_quotes_is_never_two_rows(spark: SparkSession, shop: Shop) -> None:
    (shop.root / "in").mkdir()
    (shop.root / "in" / "a.csv").write_text('id,a\n1,x\n2,12" pipe\n3,"say ""a"" now"\n', encoding="utf-8")
    given = source(multi_line=False)
    assert checked(spark, shop, given, shop.root / "in").rows == 3
    (shop.root / "in" / "b.csv").write_text('id,a\n4,"two\nlines"\n', encoding="utf-8")
    with pytest.raises(SourceError, match=r"1 line\(s\) end within quotes, in b\.csv; take multi_line: false out"):
        checked(spark, shop, given, shop.root / "in")


def test_the_users_own_options_go_before_the_standard(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1|'a\\'|b'|NA\n", encoding="utf-8")
    options = {"header": "false", "sep": "|", "quote": "'", "escape": "\\", "nullValue": "NA"}
    for multi_line in (True, False):
        given = source(schema="_c0 STRING, _c1 STRING, _c2 STRING", options=options, multi_line=multi_line)
        assert [tuple(row)[:3] for row in _read(spark, given, str(tmp_path)).collect()] == [("1", "a'|b", None)]


def test_columns_without_or_with_one_name_are_called_by_their_place(spark: SparkSession, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(",b,b,d\n1,2,3,4\n", encoding="utf-8")
    row = _read(spark, source(schema="_c0 STRING, b1 STRING, b2 STRING, d STRING"), str(tmp_path)).first()
    assert row is not None
    assert tuple(row)[:4] == ("1", "2", "3", "4")
