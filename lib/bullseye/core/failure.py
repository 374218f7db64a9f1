"""Any error as one of Bullseye's: what happened, to which file, line or table, and the remedy; never a value of a row."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from bullseye.core.causes import Cause, causes
from bullseye.core.disk import full_disk, not_writable
from bullseye.core.expression_errors import data_error, expression_error, written
from bullseye.core.trace import chain, write_trace
from bullseye.core.unreadable import file_of, unreadable, why_unreadable
from bullseye.errors import BullseyeError, ClusterError, ContractError, LakeError, SourceError
from bullseye.settings import Settings

_AGAIN = "run again: what was committed stays, and the run goes on where this one was"
_TABLES_SHOWN = 4


@dataclass(frozen=True)
class Place:
    """Where an error came from, as far as is clear: settings, lake, scratch folder of Spark, the job and its tables."""

    settings: Settings | None = None
    root: str = ""
    scratch: str | None = None
    job: str = ""
    tables: Sequence[str] = ()


def named(error: BaseException, place: Place | None = None) -> BullseyeError:
    """The error itself where it is one of Bullseye's; else one that is, with the trace in the log file that it names."""
    if isinstance(error, BullseyeError):
        return error
    place = place or Place()
    found = causes(error)
    problem = next((made for rule in _RULES if (made := rule(found, place))), None) or _unknown(error, found, place)
    log = write_trace(error)
    where = f"  the trace is in {log}" if log else "  the trace could not be written: no folder for logs (BULLSEYE_LOG)"
    return type(problem)(f"{_subject(place)}{problem}\n{where}")


def reason(error: BaseException) -> str:
    """What happened, in a few words and without values of rows: for errors that name place and remedy themselves."""
    found = causes(error)
    why = next((why for why in map(why_unreadable, found) if why), "")
    file = f"{file_of(found)}: " if file_of(found) else ""
    return file + (why or (data_error(found) or ("",))[0] or found[-1].shown)


def _subject(place: Place) -> str:
    if not place.job:
        return ""
    more = len(place.tables) - _TABLES_SHOWN
    tables = ", ".join(place.tables[:_TABLES_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{place.job} failed (it makes {tables}): "


def _resources(found: Sequence[Cause], place: Place) -> BullseyeError | None:
    if _any(found, r"No space left on device|Disk quota exceeded"):
        return full_disk(place.root, place.scratch)
    if _any(found, r"OutOfMemoryError|MemoryError|Java heap space|UNABLE_TO_ACQUIRE_MEMORY|GC overhead limit"):
        return ClusterError(
            "the memory is not enough\n"
            "  give more of it: BULLSEYE_DRIVER_MEMORY (on one machine), or --executor-memory (on a cluster); or run fewer"
            f" jobs at once: --parallel 1\n  then {_AGAIN}"
        )
    if _any(found, r"JOB_CANCELLED|cancelled (?:as )?part of cancellation of all jobs"):
        return BullseyeError(f"cancelled, because the run was interrupted\n  {_AGAIN}")
    if _any(found, r"ExecutorLostFailure|ExecutorDeadException|FetchFailedException|Python worker exited unexpectedly"):
        return ClusterError(
            "an executor was lost while it worked: its machine has gone, or it took more memory than it was given\n"
            f"  look at the logs of the cluster's workers; give executors more memory (--executor-memory); {_AGAIN}"
        )
    if _any(found, r"JAVA_GATEWAY_EXITED|JAVA_HOME is not set"):
        return ClusterError("Java did not start\n  bullseye doctor says what is wrong with Java, jars and memory")
    if _any(found, r"SparkContext was shut down|stopped SparkContext|Py4JNetworkError|Answer from Java side is empty"):
        return ClusterError(
            "Spark has ended: its Java process was stopped, or the machine had no memory left for it\n"
            f"  look for a message of Java above, or of the system (dmesg); {_AGAIN}"
        )
    return None


def _rights(found: Sequence[Cause], place: Place) -> BullseyeError | None:
    """Files that this user may not read or write."""
    denied = _match(found, r"Permission denied|Read-only file system|AccessControlException|AccessDenied")
    made = _match(found, r"Mkdirs failed to create|CANNOT_CREATE_LOG_PATH\] Cannot create|Unable to create")
    if not (seen := denied or made):
        return None
    text = seen.string
    files = re.findall(r"(?:file:)?(/[^\s:,;\[\]'\"]+)", text)
    where = files[0] if files else place.root
    why = "Permission denied" if "ermission" in text or "AccessControl" in text else ""
    why = "Read-only file system" if "Read-only" in text else why or found[-1].shown
    if denied and place.root and place.root not in unquote(where):
        return SourceError(f"{where} cannot be read: {why}\n  give this user the right to read it (chmod, chown)")
    return not_writable(where, why)


def _tables(found: Sequence[Cause], place: Place) -> BullseyeError | None:
    if null := _match(found, r"NOT NULL constraint violated for column: ([\w.]+)"):
        return ContractError(
            f"a row has NULL in the required column {null[1].strip('.')}\n  nothing was written to its table"
        )
    if _match(found, r"DELTA_VIOLATE_CONSTRAINT|DELTA_REPLACE_WHERE_MISMATCH"):
        return ContractError(
            "rows do not fit a constraint of their table, or are not of the days to write\n  nothing was written to it"
        )
    if conflict := _match(found, r"DELTA_(?:CONCURRENT_\w+|PROTOCOL_CHANGED|METADATA_CHANGED)|Concurrent\w+Exception"):
        return LakeError(f"another program wrote to the table at the same time ({conflict[0]})\n  end it, and {_AGAIN}")
    if scheme := _match(found, r'No FileSystem for scheme "?([\w+.-]+)|Class (\S+FileSystem) not found'):
        return LakeError(
            f"Spark cannot open paths of this kind: {scheme[1] or scheme[2]}\n"
            "  add the jar of its file system (--packages, or the folder of jars), or mend the path"
        )
    return None


_RULES: tuple[Callable[[Sequence[Cause], Place], BullseyeError | None], ...] = (
    _resources,
    lambda found, place: unreadable(found, place.settings, place.root),
    lambda found, place: expression_error(found, place.settings),
    _rights,
    _tables,
)
"""The first that knows an error wins."""


def _unknown(error: BaseException, found: Sequence[Cause], place: Place) -> BullseyeError:
    listed = ", caused by ".join(dict.fromkeys(cause.shown for cause in found[:3]))
    where = "".join(f"\n  {line}" for line in written(found, place.settings))
    return BullseyeError(
        f"unexpected error: {listed}{where}{_ours(error)}\n"
        f"  {_AGAIN}; if the error comes back, it is a fault of the suite or of what it runs on: report it with the log file"
    )


def _ours(error: BaseException) -> str:
    """The innermost line of Bullseye that the error came through."""
    frames = [frame for link in chain(error) for frame in traceback.extract_tb(link.__traceback__)]
    lines = [
        f"{frame.filename}:{frame.lineno}" for frame in frames if f"{Path(__file__).parents[1]}/" in frame.filename
    ]
    return f"\n  at {lines[-1]}" if lines else ""


def _any(found: Sequence[Cause], pattern: str) -> bool:
    return _match(found, pattern) is not None


def _match(found: Sequence[Cause], pattern: str) -> re.Match[str] | None:
    """The first place that fits in a class, or in a message that holds no values of rows."""
    texts = (f"{cause.kind} [{cause.condition}] {'' if cause.holds_values else cause.text}" for cause in found)
    return next((match for text in texts if (match := re.search(pattern, text))), None)
