"""Finding files, and how each is to be read."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from bullseye.errors import BullseyeError
from bullseye.scaffold.data_files import Dialect, find_files, read_dialect

CASES = [
    (b"a,b\n1,2\n", Dialect(",", "UTF-8", ("a", "b"), has_header=True)),
    (b"\xef\xbb\xbfa;b\r\n1;2,5\r\n", Dialect(";", "UTF-8", ("a", "b"), has_header=True)),
    ("Straße\tb\nx\t2\n".encode("cp1252"), Dialect("\t", "windows-1252", ("Straße", "b"), has_header=True)),
    (b"a|b\nx|y\n", Dialect("|", "UTF-8", ("a", "b"), has_header=True)),
    (b"1,2024-01-01,x\n2,2024-01-02,y\n", Dialect(",", "UTF-8", ("_c0", "_c1", "_c2"), has_header=False)),
    (b'a,b\n1,"x ""y"" z"\n', Dialect(",", "UTF-8", ("a", "b"), has_header=True, escape='"')),
    (b'a,b\n1,"x \\"y\\" z"\n', Dialect(",", "UTF-8", ("a", "b"), has_header=True, escape="\\")),
    (b'a,b\n1,""\n', Dialect(",", "UTF-8", ("a", "b"), has_header=True)),
    (b'a,b\n1,"x\ny"\n2,z\n', Dialect(",", "UTF-8", ("a", "b"), has_header=True)),
    (b",b,b\n1,2,3\n", Dialect(",", "UTF-8", ("_c0", "b1", "b2"), has_header=True)),
]


@pytest.mark.parametrize(("data", "dialect"), CASES)
def test_a_dialect_is_told_from_the_bytes(data: bytes, dialect: Dialect, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(data)
    assert read_dialect(path) == dialect


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "is empty"), (b"a\n1\n", "one column only"), ("a,b\n".encode("utf-16"), "UTF-16")]
)
def test_what_is_no_table_is_told_with_its_reason(data: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(data)
    with pytest.raises(BullseyeError, match=reason):
        read_dialect(tmp_path / "x.csv")
    found, left = find_files(tmp_path)
    assert (found, [line.partition(":")[0] for line in left]) == ([], ["x.csv"])


def test_files_that_differ_in_digits_and_folders_of_parts_are_one_source(tmp_path: Path) -> None:
    for name in ("sales_2024.csv", "sales_2025.csv", "Päckchen.tsv", ".hidden.csv", "notes.pdf"):
        (tmp_path / name).write_text("a,b\n1,2\n" if name.endswith(".csv") else "a\tb\n1\t2\n", encoding="utf-8")
    (tmp_path / "clicks").mkdir()
    for part in ("part-0.csv.gz", "part-1.csv.gz"):
        (tmp_path / "clicks" / part).write_bytes(gzip.compress(b"a,b\n1,2\n"))
    found, left = find_files(tmp_path)
    assert left == []
    assert {(file.name, file.pattern, len(file.parts)) for file in found} == {
        ("sales", "sales_[0-9]*.csv", 2),
        ("paeckchen", "Päckchen.tsv", 1),
        ("clicks", "clicks", 2),
    }


def test_files_with_other_columns_are_sources_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "sales_2024.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "sales_2025.csv").write_text("a,c\n1,2\n", encoding="utf-8")
    found, _ = find_files(tmp_path)
    assert [(file.name, file.pattern) for file in found] == [
        ("sales_2024", "sales_2024.csv"),
        ("sales_2025", "sales_2025.csv"),
    ]
