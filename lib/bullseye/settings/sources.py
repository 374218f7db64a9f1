"""`sources.yaml`: the files that a company drops, and what must hold of every row in them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, field_validator, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel

Name = Field(pattern=r"^[a-z][a-z0-9_]*$")
Day = date
"""A day, where a setting is named `date`."""


class Rule(SettingsModel):
    """A condition that every row of a source must meet."""

    name: str = Name
    """Name of the rule, which `ops.quality` and `ops.quarantine` give as the reason."""
    where: str = Field(min_length=1, description="SQL; a row for which it is false or NULL breaks the rule")
    action: Literal["reject", "warn"] = "reject"
    """reject: the row goes to `ops.quarantine`; warn: it is counted and stays."""


class Source(SettingsModel):
    """One file, folder or glob of files of one shape. Together they are the whole truth: days that they lack are emptied."""

    name: str = Name
    """Name of the source, under which `silver/*.sql` reads it."""
    format: Literal["csv", "json", "parquet", "delta"]
    """Format of the files, or of the table."""
    path: str = Field(min_length=1)
    """A file, a folder or a glob, looked up from the folder of the settings; a URI; or `package:NAME/file`, a file inside an
    installed Python package."""
    options: dict[str, str] = {}
    """Options of Spark's reader for the format, such as `sep` for CSV."""
    multi_line: bool = True
    """CSV: whether a value in quotes may hold a newline. Each file is then read by one task; false lets Spark read large files
    in parts, and a newline in quotes stops the run."""
    max_cell_bytes: int = Field(default=100_000, ge=1_000)
    """Longest text in one cell; a row with a longer one is rejected, before anything is cast or compared."""
    columns: str = Field(min_length=1, alias="schema", description="SQL DDL of the columns that are read")
    letter_case: dict[str, Literal["upper", "lower"]] = {}
    """Column -> `upper` or `lower`: the one case in which its ids are kept, where C001 and c001 are one. Blanks around a text,
    and how Unicode writes its signs, never make two ids."""
    personal: tuple[str, ...] = ()
    """Columns whose values `ops.quarantine` has as hashes, or not at all without a salt, besides those that
    `silver/identifier.sql` takes identifiers from."""
    key: tuple[str, ...] = ()
    """Of rows with one key one stays, the others are rejected; without a key nothing is compared. An equal row is a duplicate.
    Of rows that differ, the one in the newer file stays, by the file's modification time, then by its name; the others are
    superseded."""
    order: str | None = Field(
        default=None,
        min_length=1,
        description="SQL over its columns, such as `updated_at`: of rows with one key, the one with the largest value stays."
        " `newest_file`: the one in the newer file, as without this setting. Where it is stated, keys are expected to come"
        " again, and superseded rows do not count against `max_rejected_share`",
    )
    date: str | None = Field(
        default=None,
        min_length=1,
        description="SQL over its columns: the day or time that a row is about. A row later than its delivery (the file's"
        " modification time, and a day) or before the `begin` is rejected. Default: the one DATE or TIMESTAMP column that"
        " the SQL of a dated canonical table takes from the source, of several the one that is NOT NULL; `none`: no date",
    )
    begin: Day | None = None
    """First day that a row can be about. Default: the first day after the last gap of more than 366 days that has fewer than
    0.1 % of the rows before it, or of more than ten years that has fewer than 1 %."""
    rules: tuple[Rule, ...] = ()
    """Conditions that its rows must meet, in addition to the types and `NOT NULL` of the schema."""
    may_be_empty: bool = False
    """Whether a source without rows is taken as it is; otherwise it stops the run."""
    max_rejected_share: float | None = Field(default=None, ge=0, le=1)
    """As in `deployment.yaml`, for this source alone."""
    max_shrink: float | None = Field(default=None, ge=0, le=1)
    """As `max_shrink` of all sources, for the rows of this source alone."""

    @model_validator(mode="after")
    def _rule_names_are_unique(self) -> Source:
        names = [rule.name for rule in self.rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two rules are named {', '.join(twice)}; give each its own name")
        return self


class Sources(SettingsFile):
    """All sources of a deployment."""

    file = "sources"
    presence = "required"

    sources: tuple[Source, ...] = Field(min_length=1)
    """The sources, in any order."""
    max_shrink: float = Field(default=0.1, ge=0, le=1)
    """A larger share of rows gone since the last ingest stops the run (exit 3): of the rows of a source, and of those of a
    dated canonical table, day by day. With 1, nothing is compared."""
    max_lost_days: int = Field(default=0, ge=0)
    """More days that had rows of a dated canonical table at the last ingest and have none now stop the run (exit 3), where they
    had ten rows together. Raise it for an export that drops its oldest days, such as the last two years."""

    @field_validator("sources")
    @classmethod
    def _names_are_unique(cls, sources: tuple[Source, ...]) -> tuple[Source, ...]:
        names = [source.name for source in sources]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two sources are named {', '.join(twice)}; give each its own name")
        return sources
