"""The log file of an application: whole traces of errors, without the values that messages of Java and Python quote."""

from __future__ import annotations

import os
import re
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors.exceptions.captured import CapturedException

from bullseye.errors import BullseyeError

LOG = "BULLSEYE_LOG"
"""Environment variable: the log file. Default: a new file in `bullseye/logs` of the user's folder for state."""
KEPT = 20
"""Log files that stay in a folder; older ones are deleted."""
_FRAME = re.compile(r"^\s+(?:at |\.\.\. \d+ )")
_CLASS = re.compile(r"^(?:Caused by: |Suppressed: )?[\w$]+(?:\.[\w$]+)+(?=:|$)(?:: \[[A-Z][A-Z_0-9.]*\])?")
_PLAIN = (AttributeError, BullseyeError, ImportError, NameError, TypeError)
"""Python's errors whose messages name things of the code, never values of rows."""


def log_path() -> Path:
    """The log file of this process, which need not be there; later calls and child processes get the same one."""
    if not os.environ.get(LOG):
        os.environ[LOG] = str(_folder() / f"bullseye-{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log")
    return Path(os.environ[LOG])


def write_trace(error: BaseException) -> Path | None:
    """Append the trace to the log file, which only its owner can read; None where no file can be written."""
    path = log_path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC\n{redacted(error)}\n")
    except OSError:
        return None
    _remove_old(path.parent)
    return path


def redacted(error: BaseException) -> str:
    """Frames and classes of an error and of its causes, in Python and in Java; messages only where they hold no values."""
    parts = []
    for cause in chain(error):
        parts += [*traceback.format_tb(cause.__traceback__), f"{_headline(cause)}\n"]
        parts += [f"{line}\n" for line in without_messages(_java_trace(cause))]
    return "".join(parts)


def without_messages(trace: str) -> Iterator[str]:
    """The lines of a Java trace that are frames, and of each message the class and Spark's error class."""
    for line in trace.splitlines():
        if _FRAME.match(line):
            yield line
        elif match := _CLASS.match(line):
            yield match[0]


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it was raised from, as Python would print them, the last one first."""
    current: BaseException | None = error
    seen: set[int] = set()
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def plain_text(error: BaseException) -> str:
    """The message of an error of Python where such messages hold no values of rows; else an empty string."""
    if isinstance(error, OSError):
        return ": ".join(str(part) for part in (error.filename, error.strerror) if part) or str(error)
    return str(error) if isinstance(error, _PLAIN) else ""


def _headline(error: BaseException) -> str:
    return ": ".join(filter(None, (type(error).__qualname__, plain_text(error))))


def _java_trace(error: BaseException) -> str:
    with suppress(Py4JError, OSError):
        if isinstance(error, Py4JJavaError):
            return str(error)
        if isinstance(error, CapturedException):
            return error._stackTrace or ""
    return ""


def _folder() -> Path:
    """Where logs go by default: the user's folder for state, or a folder of the user's own where there is none."""
    with suppress(OSError, RuntimeError):
        state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
        folder = Path(state) / "bullseye" / "logs"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    return Path(tempfile.mkdtemp(prefix="bullseye-logs-"))


def _remove_old(folder: Path) -> None:
    """Delete all but the newest log files of a folder, by their names, which begin with their time."""
    for old in sorted(folder.glob("bullseye-*.log"))[:-KEPT]:
        with suppress(OSError):
            old.unlink()
