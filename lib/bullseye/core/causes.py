"""What an error of Spark, Java or Python consists of: its causes, each with its class and Spark's own error class."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException

from bullseye.core.trace import chain, plain_text

_HARMLESS = (
    "java.io.EOFException",
    "java.io.FileNotFoundException",
    "java.lang.ClassNotFoundException",
    "java.lang.NoClassDefFoundError",
    "java.lang.NoSuchMethodError",
    "java.lang.OutOfMemoryError",
    "java.net.ConnectException",
    "java.net.UnknownHostException",
    "java.nio.file.",
    "org.apache.hadoop.fs.",
    "org.apache.hadoop.security.",
)
"""Classes of Java (or their packages) whose messages name files, hosts and classes, never values of rows."""
_HARMLESS_STATES = ("0A", "21", "40", "42", "53", "54", "57", "58")
"""Classes of SQLSTATE whose messages name columns, types, expressions and files; those of 22, 23 and others quote values."""
_STATES_OF_VALUES = ("22", "23", "38", "44", "P0")
_WITH_VALUES = (
    "CAST_INVALID_INPUT",
    "DELTA_REPLACE_WHERE_MISMATCH",
    "DELTA_VIOLATE_CONSTRAINT_WITH_VALUES",
    "MALFORMED_CSV_RECORD",
    "MALFORMED_RECORD_IN_PARSING",
    "PYTHON_EXCEPTION",
    "USER_RAISED_EXCEPTION",
)
"""Spark's error classes that quote values; needed where only the text of a lost task says which one it was."""
_ERROR_CLASS = re.compile(r"^\s*\[([A-Z][A-Z_0-9.]*)\]\s*")
_IN_TEXT = re.compile(
    r"(?:^|: |Caused by: )([a-z][\w$]*(?:\.[\w$]+)*\.[A-Z][\w$]*(?:Exception|Error)): (.*)$", re.MULTILINE
)


@dataclass(frozen=True)
class Cause:
    """One error of a chain. `text` may quote values of rows: it is never shown as it is."""

    kind: str
    text: str = ""
    condition: str = ""
    state: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    fragments: tuple[tuple[int, str], ...] = ()
    """Places and texts of the SQL that failed."""

    @property
    def base(self) -> str:
        """Spark's error class without its sub-class."""
        return self.condition.partition(".")[0]

    @property
    def holds_values(self) -> bool:
        """Whether the message may quote values of rows."""
        return self.state.startswith(_STATES_OF_VALUES) or self.base in _WITH_VALUES

    @property
    def shown(self) -> str:
        """The class, and the first line of the message where such messages hold no values of rows."""
        name = self.condition or self.kind.rpartition(".")[2]
        harmless = self.kind.startswith(_HARMLESS) or (self.condition and self.state.startswith(_HARMLESS_STATES))
        first = _ERROR_CLASS.sub("", self.text.strip()).partition("\n")[0].partition(" SQLSTATE")[0]
        return f"{name}: {first[:300]}" if harmless and first else name


def causes(error: BaseException) -> list[Cause]:
    """All causes of an error, the outermost first; those that Spark only quotes in the text of another come last."""
    chain_of_causes: list[Cause] = []
    for link in chain(error):
        # A JVM that is gone answers nothing; what Python knows is left.
        with suppress(Py4JError, OSError):
            java = link.java_exception if isinstance(link, Py4JJavaError) else getattr(link, "_origin", None)
            chain_of_causes += _of_java(java)
        if not isinstance(link, Py4JJavaError) and getattr(link, "_origin", None) is None:
            chain_of_causes.append(_of_python(link))
    quoted = [
        Cause(kind, text, _condition(text)) for cause in chain_of_causes for kind, text in _IN_TEXT.findall(cause.text)
    ]
    return [*chain_of_causes, *quoted] or [Cause(type(error).__name__)]


def _of_python(error: BaseException) -> Cause:
    name = type(error).__qualname__
    if isinstance(error, PySparkException):
        return Cause(name, str(error), error.getCondition() or "", error.getSqlState() or "")
    return Cause(name, plain_text(error))


def _of_java(java: Any) -> Iterator[Cause]:
    depth = 0
    while java is not None and depth < 20:
        text = java.getMessage() or ""
        try:
            yield Cause(
                java.getClass().getName(),
                text,
                java.getCondition() or _condition(text),
                java.getSqlState() or "",
                dict(java.getMessageParameters() or {}),
                tuple(_fragments(java)),
            )
        except Py4JError:  # not an error of Spark
            yield Cause(java.getClass().getName(), text, _condition(text))
        java = java.getCause()
        depth += 1


def _fragments(java: Any) -> Iterator[tuple[int, str]]:
    for context in java.getQueryContext() or ():
        if str(context.contextType()) == "SQL" and (text := context.fragment()):
            yield context.startIndex(), text


def _condition(text: str) -> str:
    match = _ERROR_CLASS.match(text)
    return match[1] if match else ""
