"""Why a file of a source or of a table cannot be read, whose file it is, and the remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from urllib.parse import unquote

from bullseye.core.causes import Cause
from bullseye.errors import BullseyeError, LakeError, SourceError
from bullseye.settings import Settings
from bullseye.settings.sources import Sources

_LOG_BROKEN = (
    "DELTA_LOG_FILE_NOT_FOUND",
    "DELTA_STATE_RECOVER_ERROR",
    "DELTA_TRUNCATED_TRANSACTION_LOG",
    "DELTA_VERSIONS_NOT_CONTIGUOUS",
)
_FILE = re.compile(
    r"^(?:\[[A-Z_]+\] )?(file:/[^\n]+?\.json): Unable|(?:reading file|Checksum error:|CSV file:|reconstruct state|^File)\s+((?:[a-z0-9]+:)?/[^\n]*?)\.?\s*(?:$|\n| SQLSTATE| at \d| File does| does not exist)"
)


def unreadable(found: Sequence[Cause], settings: Settings | None, root: str) -> BullseyeError | None:
    """The error for a file of a source, of a table or of a table's log; None where no file is the cause."""
    path = file_of(found)
    log_broken = any(cause.base in _LOG_BROKEN for cause in found)
    if not path and not log_broken:
        return None
    why = next((why for why in map(why_unreadable, reversed(found)) if why), found[-1].shown)
    where = _local(path, root)
    table = _table(where, root) if root else None
    if table or log_broken:
        what = "its log cannot be read" if log_broken or "/_delta_log/" in where else "a file of it cannot be read"
        return LakeError(f"{table or 'a table'}: {what}: {why}\n  {where}\n  {_remedy(table or '')}")
    source = _source(where, settings)
    if "no longer there" in why:
        return SourceError(
            f"{source}{where} was there when the run began and is {why}\n  run again, when nothing changes the files"
        )
    return SourceError(f"{source}{where} cannot be read: {why}\n  drop the file again, whole, and run again")


def file_of(found: Sequence[Cause]) -> str:
    """The file that could not be read, as Spark names it; an empty string where there is none."""
    paths = [
        cause.parameters.get("path", "") for cause in found if cause.base in {"FAILED_READ_FILE", "PATH_NOT_FOUND"}
    ]
    paths += [match[1] or match[2] for cause in found if not cause.holds_values and (match := _FILE.search(cause.text))]
    return next(filter(None, paths), "")


def why_unreadable(cause: Cause) -> str:
    """Why a file cannot be read, or an empty string where the cause does not say it."""
    if header := re.search(r"Expected: (\S+) but found: (\S+)", cause.text):
        schema = re.search(r"Schema: (.*)", cause.text)
        names = schema[1].split(", ") if schema else []
        # What is there instead may be a value: a file without a header begins with one.
        there = f"{header[2]!r}" if header[2] in names else "something else"
        return f"its header has other columns, or another order of them: {there} where {header[1]!r} is expected"
    for pattern, why in _WHY.items():
        if re.search(pattern, f"{cause.kind} {cause.text}"):
            return why
    return ""


_WHY: Mapping[str, str] = {
    r"TRUNCATED_TRANSACTION_LOG|NOT_CONTIGUOUS": "commits are missing",
    r"[Pp]ermission denied|AccessControlException": "this user may not read it",
    r"EOFException.*Unexpected end of input stream|ZLIB input": "it is compressed and cut short",
    r"not a gzip file|incorrect header check|invalid stored block": "its name says that it is compressed, and it is not",
    r"ChecksumException|Checksum error": "it was changed or damaged after it was written",
    r"FileNotFoundException|FILE_NOT_EXIST|PATH_NOT_FOUND": "no longer there",
    r"is not a Parquet file|Required field|Could not read footer|ParquetDecodingException|not read page": "it is damaged",
    r"JsonEOFException|JsonParseException": "it is damaged or cut short",
    r"MalformedInputException|UnmappableCharacter": "its text is not in the encoding that sources.yaml names",
}


def _remedy(table: str) -> str:
    if table.startswith("ops.") or not table:
        return "restore the folder of the table from a backup, and run again"
    return (
        "restore the folder of the table from a backup; or remove it and run again with --force: tables of today are made"
        " again from the sources, what a table kept of earlier days is not"
    )


def _local(path: str, root: str) -> str:
    """A path as people write it: without the scheme of local files, and decoded where Spark encoded it."""
    plain = re.sub(r"^file:/+", "/", path)
    return unquote(plain) if root and root not in plain and root in unquote(plain) else plain


def _table(path: str, root: str) -> str | None:
    layer, _, rest = path.partition(f"{root}/")[2].partition("/")
    return f"{layer}.{rest.partition('/')[0]}" if "/" in rest and layer != "landing" else None


def _source(path: str, settings: Settings | None) -> str:
    """`conf/shop/sources.yaml:12 sources.0 (orders): ` for the source that reads the file; else an empty string."""
    if settings is None:
        return ""
    for index, source in enumerate(settings[Sources].sources):
        given = source.path
        whole = given if given.startswith("/") or "://" in given else str((settings.folder / given).resolve())
        if any(
            fnmatch(name, pattern) for name in (path, unquote(path)) for pattern in (whole, f"{whole.rstrip('/')}/*")
        ):
            return f"{settings.place(Sources, 'sources', index)} ({source.name}): "
    return ""
