"""`sources.yaml`: the files that a company drops, and what must hold of every row in them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from bullseye.settings.loader import SettingsModel

Name = Field(pattern=r"^[a-z][a-z0-9_]*$")


class Rule(SettingsModel):
    """A condition that every row of a source must meet."""

    name: str = Name
    check: str = Field(min_length=1, description="SQL; a row for which it is false or NULL breaks the rule")
    action: Literal["reject", "warn"] = "reject"


class Source(SettingsModel):
    """One file, folder or glob of files of one shape."""

    name: str = Name
    format: Literal["csv", "json", "parquet", "delta"]
    path: str = Field(min_length=1)
    options: dict[str, str] = {}
    columns: str = Field(min_length=1, alias="schema", description="SQL DDL of the columns that are read")
    mode: Literal["snapshot", "append"] = "snapshot"
    """snapshot: the files are the whole truth; append: days that the files do not hold stay as they are."""
    key: tuple[str, ...] = ()
    """A row whose key was met before is a duplicate and is rejected; without a key nothing is compared."""
    rules: tuple[Rule, ...] = ()
    may_be_empty: bool = False
    max_rejected_share: float | None = Field(default=None, ge=0, le=1)

    @model_validator(mode="after")
    def _rule_names_are_unique(self) -> Source:
        names = [rule.name for rule in self.rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two rules are named {', '.join(twice)}; give each its own name")
        return self


class Sources(SettingsModel):
    """All sources of a deployment."""

    sources: tuple[Source, ...] = Field(min_length=1)

    @field_validator("sources")
    @classmethod
    def _names_are_unique(cls, sources: tuple[Source, ...]) -> tuple[Source, ...]:
        names = [source.name for source in sources]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two sources are named {', '.join(twice)}; give each its own name")
        return sources
