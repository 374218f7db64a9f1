"""Parts that sections of the settings have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bullseye.settings.documents import SettingsModel

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""Of what the settings define: a column or a value of tables."""
Sql = Annotated[str, Field(min_length=1)]
"""An expression or a condition."""
EVERYONE = "all"
"""Stands for all tiers together, where something is counted by tier."""


class Described(SettingsModel):
    """A number that the profile of every segment shows."""

    name: Name
    """Name in the profiles."""
    sql: str = ""
    """SQL over the columns of `gold.customer`; the column called `name` where it is not given."""
    doc: str = ""
    """In words, for the meaning of a segment: 'spend in 90 days'. By default the comment of the column in the
    customer table, up to its first semicolon."""

    @property
    def expression(self) -> str:
        return self.sql or self.name


class Feature(SettingsModel):
    """A column of the customer table, or SQL over its columns and the campaign's."""

    name: Name
    """Name of the feature."""
    sql: str
    """SQL over the columns of `gold.customer`, and of the campaign for a campaign target."""
    doc: str = ""
    """In words, for the reasons of a score; the name where it is not given."""
    transform: Literal["none", "log"] = "none"
    """log: sign(x) * log1p(|x|), for skewed amounts and counts."""
