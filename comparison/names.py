"""What may differ between two lakes: names that were changed, declared exceptions, and what differs by nature."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError, model_validator

from bullseye.errors import SettingsError
from bullseye.migration.renaming import Renames
from bullseye.settings.documents import SettingsModel, read_document, validate
from comparison.difference import Difference

Model = TypeVar("Model", bound=SettingsModel)


class Names(SettingsModel):
    """Names of the first lake and what they are in the second one."""

    tables: Mapping[str, str] = {}
    """New name of a table by its old one, such as `gold.cluster_choice: ops.cluster_choice`."""
    columns: Mapping[str, Mapping[str, str]] = {}
    """By the new name of a table: new name of a column by its old one."""

    @model_validator(mode="after")
    def _one_to_one(self) -> Names:
        for what, names in {
            "tables": self.tables,
            **{f"columns.{key}": new for key, new in self.columns.items()},
        }.items():
            if twice := sorted({name for name in names.values() if list(names.values()).count(name) > 1}):
                raise ValueError(f"{what} has two old names for {', '.join(twice)}; keep one")
        return self

    def after(self, renames: Renames) -> Names:
        """With the names that this version has changed; those given here count more.

        Raises SettingsError where a new name has two old ones then.
        """
        columns = {
            table: {**renames.columns.get(table, {}), **self.columns.get(table, {})}
            for table in (*renames.columns, *self.columns)
        }
        try:
            return Names(tables={**renames.tables, **self.tables}, columns=columns)
        except ValidationError as error:
            raise SettingsError(f"--names with --upgraded: {error.errors()[0]['msg']}") from error


def of_before(column: str) -> str:
    """How an old column is listed whose name another one has now."""
    return f"{column} (before)"


class Allowed(SettingsModel):
    """A difference that is no failure, and why.

    `table` alone: the whole table. `column`: this column, in every table where `table` is not given. `rows: true`: rows
    that only one lake has. `figure`: a figure of the report. Names are those of the second lake, `*` is any text.
    """

    table: str = "*"
    column: str | None = None
    rows: bool = False
    figure: str | None = None
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _something(self) -> Allowed:
        if self.figure and (self.column or self.rows or self.table != "*"):
            raise ValueError("figure is given with table, column or rows; make two exceptions of them")
        if not (self.figure or self.column or self.rows or self.table != "*"):
            raise ValueError("give a table, a column, rows or a figure: an exception for everything compares nothing")
        return self

    def covers_table(self, table: str) -> bool:
        """Whether nothing of a table is compared."""
        return not (self.figure or self.column or self.rows) and fnmatchcase(table, self.table)

    def covers_column(self, table: str, column: str) -> bool:
        return self.column is not None and fnmatchcase(table, self.table) and fnmatchcase(column, self.column)

    def covers(self, difference: Difference) -> bool:
        """Whether a difference is no failure."""
        if difference.figure:
            return self.figure is not None and fnmatchcase(difference.name, self.figure)
        if difference.column:
            return self.covers_column(difference.table, difference.column)
        of_rows = self.rows and difference.is_rows and fnmatchcase(difference.table, self.table)
        return of_rows or self.covers_table(difference.table)


class Exceptions(SettingsModel):
    """The file of declared exceptions."""

    exceptions: tuple[Allowed, ...] = ()

    def after(self, renames: Renames) -> Exceptions:
        """With the columns that this version has no longer."""
        dropped = [
            (table, of_before(column) if column in renames.columns.get(table, {}).values() else column)
            for table, columns in renames.dropped.items()
            for column in columns
        ]
        reason = "this version has it no longer"
        gone = tuple(Allowed(table=table, column=column, reason=reason) for table, column in dropped)
        return Exceptions(exceptions=(*self.exceptions, *gone))


def _of_a_run(table: str, *columns: str, reason: str) -> tuple[Allowed, ...]:
    return tuple(Allowed(table=table, column=column, reason=reason) for column in columns)


BY_NATURE = (
    Allowed(table="ops.run", reason="record of the runs: their ids, times, costs and fingerprints"),
    Allowed(table="ops.lease", reason="which process wrote last"),
    Allowed(table="ops.withdrawal", reason="what operators took back, and when"),
    *_of_a_run("*", "run_id", "first_run_id", "release_id", reason="id of a run, different in every run"),
    *_of_a_run("ops.release", "released_at", "version", "number", reason="time and Delta versions of a release"),
    *_of_a_run("ops.source_file", "delivered_at", reason="at most the start of the run that read the file first"),
    *_of_a_run("ops.quarantine", "last_seen", reason="day of the last ingest"),
)
"""Differences between any two runs, also of the same code."""


def read(path: Path, model: type[Model]) -> Model:
    """A file of names or of exceptions; raises SettingsError that lists every mistake with its line."""
    value, mistakes = validate(read_document(path), model)
    if value is None:
        raise SettingsError("\n".join(mistakes))
    return value
