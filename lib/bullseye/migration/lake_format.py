"""`lake.json`: by which names the tables of a lake are found."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bullseye.errors import LakeError

FILE = "lake.json"
"""Below the lake's root."""
FORMAT = 2
"""The format of this version. Lakes of format 1 have no such file, or one of a migration that is not finished."""


@dataclass(frozen=True)
class Rewritten:
    """How far a table with other columns is.

    `base` is the version that it had before, `outputs` are its slices as `ops.run` recorded them: slice, fingerprint, rows,
    version.
    `pins` gives the new version that shows what an older one showed, by the older one and the day (`all` for tables
    without as_of): empty until the table is done. `newest` is its version after that.
    """

    base: int
    outputs: tuple[tuple[str, str, int, int], ...]
    pins: Mapping[str, int] = field(default_factory=dict)
    newest: int | None = None


@dataclass(frozen=True)
class LakeFormat:
    """The content of `lake.json`; `rewritten` is there while a migration is not finished, by table."""

    format: int
    rewritten: Mapping[str, Rewritten] = field(default_factory=dict)

    def with_table(self, table: str, state: Rewritten) -> LakeFormat:
        """The same with another state of one table."""
        return replace(self, rewritten={**self.rewritten, table: state})

    def text(self) -> str:
        shown = asdict(self)
        return json.dumps(shown if self.rewritten else {"format": self.format}, indent=1) + "\n"


def parsed(text: str, root: str) -> LakeFormat:
    """The content of the file of a lake.

    Raises LakeError for a lake of a later version, and for a file that is not what this suite writes.
    """
    try:
        content: dict[str, Any] = json.loads(text)
        number = int(content["format"])
        rewritten = {name: _rewritten(state) for name, state in content.get("rewritten", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LakeError(
            f"{root}/{FILE} cannot be read, so that the version of the lake is not known\n"
            f'  put the file back from a backup; of a lake that this version wrote it is {{"format": {FORMAT}}}'
        ) from error
    if number > FORMAT:
        raise LakeError(
            f"{root} was written by a later version of Bullseye (its format is {number}, this version knows {FORMAT})\n"
            "  install that version, or name another lake: --lake"
        )
    return LakeFormat(number, rewritten)


def _rewritten(state: Mapping[str, Any]) -> Rewritten:
    outputs = tuple((str(slice), str(mark), int(rows), int(version)) for slice, mark, rows, version in state["outputs"])
    return Rewritten(int(state["base"]), outputs, state["pins"], state["newest"])


def has_old_names(root: str, text: str | None, *, exists: Callable[[str], bool], old_tables: Mapping[str, str]) -> bool:
    """Whether tables of a lake have the names of an earlier version.

    `text` is its `lake.json`, None where there is none; `exists` says whether a table is there.
    Raises LakeError for a lake of a later version.
    """
    if text is not None:
        return parsed(text, root).format < FORMAT
    return any(exists(table) for table in old_tables)


def old_names(root: str) -> LakeError:
    """The error for a lake whose tables have the names of an earlier version."""
    return LakeError(
        f"{root} has the names of an earlier version of Bullseye\n"
        "  give it the new ones: bullseye migrate; the next run does so too"
    )
