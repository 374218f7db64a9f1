"""`identity.yaml`, part `probabilistic`: links by similarity, weighed by the model of Fellegi and Sunter (1969)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from bullseye.errors import did_you_mean
from bullseye.settings.documents import SettingsModel
from bullseye.settings.vocabulary import Name, Sql

Block = Annotated[tuple[Sql, ...], Field(min_length=1)]


class Compared(SettingsModel):
    """How two records are compared in one column, in levels from equal to different."""

    column: Name
    """A column of `columns`."""
    by: Literal["exact", "levenshtein", "damerau_levenshtein", "jaro_winkler", "name", "date", "email"] = "exact"
    """Splink's comparison. exact: equal or not. levenshtein: at most so many edits, by Spark itself. damerau_levenshtein:
    the same with swapped neighbours as one edit, by Splink's jar, and many times slower. jaro_winkler: at least so similar,
    0 to 1. name, date (as yyyy-MM-dd), email: levels that Splink has for these."""
    thresholds: tuple[float, ...] = ()
    """Limits of the levels between equal and different, the strictest first; Splink's own where none is given."""
    term_frequency: bool = False
    """Whether a rare value, such as a rare surname, counts more than a frequent one."""

    @model_validator(mode="after")
    def _thresholds_fit(self) -> Compared:
        if self.thresholds and self.by in ("exact", "name", "date", "email"):
            raise ValueError(f"the comparison {self.by!r} has levels of its own; remove thresholds")
        return self


class Training(SettingsModel):
    """How the weights are learned. It happens when there is no model, when `version` is raised, when columns or
    comparisons change, and when the data are `retrain_days` newer than those the model was trained on.
    """

    version: int = Field(default=1, ge=1)
    """Raise it to train again."""
    retrain_days: int | None = Field(default=None, ge=1)
    """Days, by the newest date in persons and identifiers, after which the weights are learned again; never where it is not
    given."""
    sure: tuple[Block, ...] = Field(min_length=1)
    """Columns, or SQL over them, that together almost never agree by chance: from pairs that agree on them, the share of
    matches among all pairs is estimated."""
    recall: float = Field(default=0.7, gt=0, le=1)
    """Share of the true matches that `sure` finds, roughly."""
    passes: tuple[Block, ...] = Field(min_length=1)
    """One pass of expectation maximisation each, among pairs that agree on these columns; every compared column must be
    absent from one of them."""
    sample_parties: int = Field(default=2_000, ge=10)
    """Parties, chosen by a hash of their id, whose pairs show how often values agree by chance."""
    max_parties: int = Field(default=500_000, ge=10)
    """Parties, chosen by a hash of their id, that the passes learn from at most."""


class Probabilistic(SettingsModel):
    """Links between records that are similar, by Splink on Spark."""

    columns: dict[Name, Sql] = Field(min_length=1)
    """Column of a record -> SQL over the columns of `silver.person` and over the identifier types, of which each is a
    column with the value seen last."""
    comparisons: tuple[Compared, ...] = Field(min_length=1)
    """The comparisons, whose weights add up."""
    blocking: tuple[Block, ...] = Field(min_length=1)
    """Which pairs are looked at: those that agree on all columns (or SQL over columns) of at least one entry."""
    max_block: int = Field(default=1_000, ge=2)
    """Records that may agree on an entry of `blocking`; where more do, such as all of one first name in a large town, their
    pairs, which grow with the square, are not looked at through that entry, and it is reported."""
    threshold: float = Field(default=0.95, gt=0, lt=1)
    """Smallest probability of a match that links."""
    training: Training
    """How the weights are learned."""

    @model_validator(mode="after")
    def _known(self) -> Probabilistic:
        compared = [comparison.column for comparison in self.comparisons]
        for name in compared:
            if name not in self.columns:
                raise ValueError(
                    f"{name!r} is compared and not among the columns{did_you_mean(name, self.columns)};"
                    f" columns: {', '.join(self.columns)}"
                )
        if twice := sorted({name for name in compared if compared.count(name) > 1}):
            raise ValueError(f"compared twice: {', '.join(twice)}; a column has one comparison")
        if taken := sorted({"party_id", "record_hash", "is_new", *self.block_columns} & set(self.columns)):
            raise ValueError(f"{', '.join(taken)} is kept for the record itself; choose another name")
        return self

    @property
    def block_columns(self) -> list[str]:
        """The column with the key of a record's block, for every entry of `blocking`."""
        return [f"block_{number}" for number in range(len(self.blocking))]
