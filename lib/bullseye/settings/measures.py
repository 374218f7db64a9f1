"""`measures.yaml`: what is summed per day, over which windows, and which columns the customer table gets from it."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel

ColumnName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
SqlType = Annotated[str, Field(pattern=r"^(STRING|INT|BIGINT|DOUBLE|BOOLEAN|DATE|DECIMAL\(\d+, ?\d+\))$")]
Doc = Annotated[str, Field(min_length=3)]
Days = Annotated[int, Field(gt=0, le=3660)]


class Measure(SettingsModel):
    """An additive daily sum over one fact table, and its sums over windows of days."""

    name: ColumnName
    """Name of the measure; its columns are `<name>_30d` for a window of 30 days, and `<name>_all`."""
    fact: str
    """Table of silver that is summed, without its layer, such as `order_line`: any that has party_id and day."""
    sql: str
    """Aggregate over the fact's rows of one party and day, such as `sum(amount)`."""
    type: SqlType = "DOUBLE"
    """Type of the sum."""
    doc: Doc
    """What it counts, with the unit: the comment of its columns."""
    in_customer: bool = True
    """False for a measure that only feeds `columns`: its windows are computed but not kept."""


class Dimension(SettingsModel):
    """A grouping of a party's day, such as the category bought: sums per key are kept in `party_day_item`."""

    name: ColumnName
    """Name of the dimension, in `features.party_day_item` and for preference tags."""
    fact: str
    """Table of silver whose rows are grouped, without its layer."""
    key: str
    """SQL over the fact's columns (and the product's, where the fact has a product_id); rows with NULL are left out."""
    where: str | None = None
    """SQL condition: which rows are grouped; all where it is not given."""
    doc: Doc
    """What a key is, in a word or two."""
    counts: ColumnName = "order_id"
    """Column of the fact whose distinct values are counted for each key, such as `event_id`: `orders` of preference tags."""
    amount: str = "amount"
    """SQL over the same columns as `key`: what is added up for each key, for favourites and shares; `1` counts rows."""
    distinct: ColumnName | None = None
    """Name of the measure that counts the distinct keys in every window."""
    favourite: ColumnName | None = None
    """Name of the column that holds the key with the largest amount in `share_window`."""
    shares: dict[ColumnName, tuple[str, ...]] = {}
    """Column name -> the keys whose amounts are divided by the amount over all keys in `share_window`."""


class Survivorship(SettingsModel):
    """Which of several parties of one customer an attribute is taken from, among those that have a value."""

    sources: tuple[str, ...] = ()
    """Sources in the order in which they are believed; all others come after them, as equals."""
    then: Literal["newest", "most_frequent", "most_complete"] = "newest"
    """Among parties of equally good sources. newest: the one changed last, by `updated_at`. most_frequent: the value that
    most of them have. most_complete: the one with most columns of `silver.person` filled. What is still equal is decided by
    `party_id`, the smallest first."""


Statistic = Literal["mean", "min", "max", "deviation"]


class LastValue(SettingsModel):
    """The last observed value of a semi-additive measure, such as a balance at month ends: it does not add up over days.

    The customer table gets the last observed value as `<name>`, and statistics of the readings in
    each window of N days as `<name>_mean_<N>d` and so on.
    """

    name: ColumnName
    """Name of the value, and of the column with the last observed one."""
    fact: str
    """Table of silver with the readings, without its layer, such as `balance`: any that has party_id and day."""
    sql: str
    """Aggregate over the fact's rows of one customer and day, such as `sum(balance)`. All parties of a customer must be read on
    the same days."""
    type: SqlType = "DOUBLE"
    """Type of the value."""
    doc: Doc
    """What it is, with the unit: the comment of its columns."""
    statistics: tuple[Statistic, ...] = ("mean", "min", "max", "deviation")
    """Statistics of the readings in a window; the deviation is that of a sample, and NULL for a single reading."""

    def type_of(self, statistic: Statistic) -> str:
        """Type of a statistic: smallest and largest are values, the others are computed."""
        return self.type if statistic in ("min", "max") else "DOUBLE"

    def column(self, statistic: Statistic, days: int) -> str:
        """Name of a statistic over a window."""
        return f"{self.name}_{statistic}_{days}d"


class State(SettingsModel):
    """An aggregate over items active at as_of, such as the contracts that a customer holds."""

    name: ColumnName
    """Name of the column."""
    fact: str = "holding"
    """Table of silver, without its layer: any that has party_id."""
    since: str = "opened_day"
    """SQL over its columns: the first day."""
    until: str = "closed_day"
    """SQL over its columns: the day on which it ended, NULL while it goes on."""
    sql: str
    """Aggregate over the rows of one customer that have begun and not ended at as_of, such as `count(1)`, over the columns
    of the fact, those of the product where the fact has a product_id, and `as_of`."""
    type: SqlType = "BIGINT"
    """Type of the column."""
    doc: Doc
    """What it is, with the unit: the comment of the column."""
    absent: Literal["zero", "null"] = "zero"
    """The value of a customer without an active item."""

    @property
    def zero(self) -> bool:
        """Whether it is 0 for a customer without an active item."""
        return self.absent == "zero"


class Attribute(SettingsModel):
    """A column of the customer table taken from `silver.person`."""

    name: ColumnName
    """Name of the column."""
    sql: str
    """SQL over the columns of `silver.person`."""
    type: SqlType = "STRING"
    """Type of the column."""
    doc: Doc
    """What it means: the comment of the column."""
    survivorship: Survivorship | None = None
    """Where one customer can be several parties: whose value is taken. The source of the value is then kept in the column
    `<name>_source`. Without it, the first party by `party_id` that has a value is taken."""


class CampaignColumns(SettingsModel):
    """Whether campaign contacts and responses are counted, and which response stage is the success."""

    stage: str
    """Stage of `silver.response` that counts as a response, such as `redeemed`."""


class Column(SettingsModel):
    """A column computed from the other columns of the same customer; later ones may use earlier ones."""

    name: ColumnName
    """Name of the column."""
    sql: str
    """SQL over the other columns of the customer table."""
    type: SqlType = "DOUBLE"
    """Type of the column."""
    doc: Doc
    """What it means, with the unit: the comment of the column."""


class Measures(SettingsFile):
    """Daily measures, windows, dimensions and the columns made from them."""

    file = "measures"
    presence = "required"

    windows: tuple[Days, ...] = (30, 90, 180, 365)
    """Lengths in days, rising: every measure is summed over `(as_of - days, as_of]` for each."""
    share_window: Days = 365
    """Days over which shares and favourites look back; before the data is that old, they look at all of it."""
    active: ColumnName = "orders"
    """The measure that makes a day active: recency, tenure, gaps and active days count days on which it is positive."""
    measures: tuple[Measure, ...] = Field(min_length=1)
    """The sums of a day."""
    dimensions: tuple[Dimension, ...] = ()
    """The groupings of a day."""
    last_values: tuple[LastValue, ...] = ()
    """Values that are observed on some days, and hold until the next."""
    states: tuple[State, ...] = ()
    """Aggregates over items active at as_of."""
    attributes: tuple[Attribute, ...] = ()
    """Columns taken over from persons."""
    campaigns: CampaignColumns | None = None
    """Without it, the customer table has no columns about campaigns."""
    columns: tuple[Column, ...] = ()
    """Columns computed from those above."""

    @model_validator(mode="after")
    def _names(self) -> Measures:
        names = [measure.name for measure in self.measures]
        if self.active not in names:
            raise ValueError(
                f"active names the measure {self.active!r}, which is not defined; known: {', '.join(names)}"
            )
        if list(self.windows) != sorted(set(self.windows)):
            raise ValueError("windows must rise and not repeat")
        every = names + [d.distinct for d in self.dimensions if d.distinct] + [a.name for a in self.attributes]
        every += [d.favourite for d in self.dimensions if d.favourite]
        every += [f"{a.name}_source" for a in self.attributes if a.survivorship]
        every += [one.name for one in self.last_values] + [state.name for state in self.states]
        every += [share for d in self.dimensions for share in d.shares] + [c.name for c in self.columns]
        if twice := sorted({name for name in every if every.count(name) > 1}):
            raise ValueError(f"defined twice: {', '.join(twice)}; a name belongs to one thing")
        return self

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts that daily measures are made from, without their layer."""
        return tuple(sorted({m.fact for m in self.measures} | {d.fact for d in self.dimensions}))

    @property
    def last_values_by_fact(self) -> dict[str, tuple[LastValue, ...]]:
        """The levels that one pass over a fact computes."""
        ordered = sorted(self.last_values, key=lambda one: one.fact)
        return {fact: tuple(group) for fact, group in groupby(ordered, key=lambda one: one.fact)}

    @property
    def states_together(self) -> tuple[tuple[State, ...], ...]:
        """The states that one pass over a fact computes: those with the same first and last days."""
        ordered = sorted(self.states, key=_spell)
        return tuple(tuple(group) for _, group in groupby(ordered, key=_spell))


def _spell(state: State) -> tuple[str, str, str]:
    return state.fact, state.since, state.until
