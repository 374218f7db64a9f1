"""Finds the data files of a folder, and says of each how it is to be read: encoding, separator, quotes, header."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from bullseye.errors import BullseyeError
from bullseye.scaffold.names import slug
from bullseye.scaffold.writings import WRITINGS

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
SEPARATORS = (",", ";", "\t", "|")
_HEAD = 256 * 1024
"""Bytes at the beginning of a file from which separator, quotes and header are guessed."""
_ROWS = 500


@dataclass(frozen=True)
class Dialect:
    """How a text file is to be read. `encoding` is a name that Java and Python know."""

    separator: str
    encoding: str
    header: tuple[str, ...]
    has_header: bool
    escape: str = ""
    """The sign before a quote within quotes; empty where no quote stands within quotes."""


@dataclass(frozen=True)
class DataFile:
    """One source: a file, or several with the same columns. `pattern` is its path below the folder, or a glob."""

    name: str
    pattern: str
    parts: tuple[Path, ...]
    dialect: Dialect | None
    """None for Parquet."""

    @property
    def bytes(self) -> int:
        return sum(part.stat().st_size for part in self.parts)

    @property
    def shown(self) -> str:
        """What a person calls it."""
        return self.pattern


def find_files(folder: Path) -> tuple[list[DataFile], list[str]]:
    """The sources of a folder, and what was left aside, with the reason.

    Files that differ in digits only (sales_2024.csv, sales_2025.csv) and have one header are one source, and so are the
    files of a folder in it.
    """
    found: list[DataFile] = []
    left: list[str] = []
    for pattern, parts in _groups(folder):
        try:
            dialects = [None if parts[0].suffix == ".parquet" else read_dialect(part) for part in parts]
        except (BullseyeError, OSError) as error:
            left.append(f"{pattern}: {error}")
            continue
        if len(set(dialects)) == 1 or _same_header(dialects):
            found.append(DataFile(_free(slug(pattern), found), pattern, parts, dialects[0]))
            continue
        for part, dialect in zip(parts, dialects, strict=True):
            name = str(part.relative_to(folder))
            found.append(DataFile(_free(slug(name), found), name, (part,), dialect))
    return found, left


def _same_header(dialects: Sequence[Dialect | None]) -> bool:
    texts = [d for d in dialects if d is not None]
    return len(texts) == len(dialects) and len({(d.header, d.separator, d.encoding) for d in texts}) == 1


def _free(name: str, taken: Sequence[DataFile]) -> str:
    names = {file.name for file in taken}
    return next(n for n in (name, *(f"{name}_{i}" for i in range(2, len(names) + 3))) if n not in names)


def _groups(folder: Path) -> list[tuple[str, tuple[Path, ...]]]:
    """Pattern and parts of what may be one source."""
    top = [path for path in sorted(folder.iterdir()) if path.is_file() and _is_data(path)]
    globs: dict[str, list[Path]] = {}
    for path in top:
        globs.setdefault(re.sub(r"\d+", "[0-9]*", path.name), []).append(path)
    groups: list[tuple[str, tuple[Path, ...]]] = []
    for glob, parts in globs.items():
        alone = len(parts) == 1 or {p for p in top if fnmatch(p.name, glob)} != set(parts)
        groups += [(p.name, (p,)) for p in parts] if alone else [(glob, tuple(parts))]
    for below in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))):
        parts = [path for path in sorted(below.iterdir()) if path.is_file() and _is_data(path)]
        if parts and len({p.suffix for p in parts}) == 1:
            groups.append((below.name, tuple(parts)))
    return groups


def _is_data(path: Path) -> bool:
    name = path.name.lower()
    return not name.startswith((".", "_")) and name.endswith((*TEXT_ENDINGS, ".parquet"))


def open_bytes(path: Path) -> bytes:
    """The beginning of a file, unpacked."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.read(_HEAD)


def read_dialect(path: Path) -> Dialect:
    """How a text file is to be read, from its beginning; raises BullseyeError where it holds no table."""
    head = open_bytes(path)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BullseyeError(
            "is UTF-16, which is not guessed; save it as UTF-8, or declare it in sources.yaml, where it can be read"
        )
    encoding, text = _decoded(head)
    if len(head) == _HEAD:
        text = text[: text.rfind("\n") + 1]
    if not text.strip():
        raise BullseyeError("is empty")
    separator, rows = _separated(text)
    if len(rows[0]) == 1:
        raise BullseyeError("has one column only, whatever separator is tried")
    has_header = _is_header(rows)
    quoted = re.search(rf'(?:^|{re.escape(separator)}|\n)"', text) is not None
    escape = (
        '"'
        if quoted and '""' in re.sub(rf'(?<={re.escape(separator)})""(?={re.escape(separator)}|\n)', "", text)
        else ""
    )
    return Dialect(
        separator=separator,
        encoding=encoding,
        header=_names(rows[0]) if has_header else tuple(f"_c{place}" for place in range(len(rows[0]))),
        has_header=has_header,
        escape="\\" if quoted and '\\"' in text else escape,
    )


def _decoded(head: bytes) -> tuple[str, str]:
    """UTF-8 where the bytes are, else the Western European encoding of Windows, which Excel writes."""
    try:
        # The last character may be cut.
        return "UTF-8", head[: len(head) - 4 if len(head) == _HEAD else None].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "windows-1252", head.decode("cp1252", errors="replace")


def _separated(text: str) -> tuple[str, list[list[str]]]:
    """The separator under which most rows have one number of fields, and of equals the one that gives most fields."""
    tried = []
    for place, separator in enumerate(SEPARATORS):
        rows = []
        for row in csv.reader(text.splitlines(keepends=True), delimiter=separator):
            if row:
                rows.append(row)
            if len(rows) == _ROWS:
                break
        fields, often = Counter(len(row) for row in rows).most_common(1)[0]
        tried.append(((fields > 1, round(often / len(rows), 1), fields, -place), separator, rows))
    _, separator, rows = max(tried, key=lambda one: one[0])
    return separator, rows


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    """A first row of which no field is a number, a date or a time, unless it is missing."""
    fields = [field.strip() for field in rows[0]]
    values = [w for w in WRITINGS if w.kind in ("whole", "decimal", "date", "time")]
    return any(fields) and not any(re.match(w.whole, field) for w in values for field in fields if field)


def _names(header: Sequence[str]) -> tuple[str, ...]:
    """The names that Spark gives: a number for an empty one, and a number behind those that stand twice."""
    often = Counter(name.lower() for name in header)
    return tuple(
        f"_c{place}" if not name else f"{name}{place}" if often[name.lower()] > 1 else name
        for place, name in enumerate(header)
    )
