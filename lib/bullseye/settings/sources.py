"""`sources.yaml`: the files that a company drops, and what must hold of every row in them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from bullseye.settings.loader import SettingsModel

Name = Field(pattern=r"^[a-z][a-z0-9_]*$")


class Rule(SettingsModel):
    """A condition that every row of a source must meet."""

    name: str = Name
    """Name of the rule, which `ops.quality` and `ops.quarantine` give as the reason."""
    check: str = Field(min_length=1, description="SQL; a row for which it is false or NULL breaks the rule")
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
    key: tuple[str, ...] = ()
    """A row whose key was met before is a duplicate and is rejected; without a key nothing is compared."""
    rules: tuple[Rule, ...] = ()
    """Conditions that its rows must meet, beside the types and `NOT NULL` of the schema."""
    may_be_empty: bool = False
    """Whether a source without rows is taken as it is; otherwise it stops the run."""
    max_rejected_share: float | None = Field(default=None, ge=0, le=1)
    """As in `deployment.yaml`, for this source alone."""

    @model_validator(mode="after")
    def _rule_names_are_unique(self) -> Source:
        names = [rule.name for rule in self.rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two rules are named {', '.join(twice)}; give each its own name")
        return self


class Sources(SettingsModel):
    """All sources of a deployment."""

    sources: tuple[Source, ...] = Field(min_length=1)
    """The sources, in any order."""

    @field_validator("sources")
    @classmethod
    def _names_are_unique(cls, sources: tuple[Source, ...]) -> tuple[Source, ...]:
        names = [source.name for source in sources]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two sources are named {', '.join(twice)}; give each its own name")
        return sources
