"""`wallet.yaml`: amounts that are seen for some customers only, estimated for all."""

from __future__ import annotations

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Feature, Name, Sql


class Reveal(SettingsModel):
    """A way in which the amount shows for some customers."""

    name: Name
    """Name of the way."""
    sql: Sql
    """SQL over `gold.customer`: the amount, or what moves with it; NULL or 0 where it does not show."""
    scale: float | None = Field(default=None, gt=0)
    """What to multiply by to get the amount. Where it is not given, the first way counts as it is, and the others by the
    median ratio between the first and them, among customers who show both."""


class Estimate(SettingsModel):
    """One amount that is estimated."""

    name: Name
    """Name of the estimate."""
    doc: str = Field(min_length=10)
    """What the amount is, in words, with its unit."""
    where: Sql = "true"
    """Condition over `gold.customer`: the customers it is estimated for and learnt from."""
    balance_here: Sql
    """SQL over `gold.customer`: the same kind of amount at this company; NULL, and what is below 0, counts as 0."""
    observed: tuple[Reveal, ...] = Field(min_length=1)
    """How the amount shows, the most reliable first: the first that is known counts."""
    features: tuple[Feature, ...] = Field(min_length=1)
    """What the amount is estimated from: only what is known of every customer."""
    opportunity_where: Sql
    """SQL condition over `gold.customer`, and over `balance_here`, `balance_elsewhere` and `share_of_wallet`: the customers to
    contact."""
    folds: int = Field(default=5, ge=2, le=20)
    """Parts of the customers, by hash: each is estimated from the others, to see the error on customers not learnt from."""
    interval: float = Field(default=0.8, gt=0, lt=1)
    """Share of customers whose amount is in the interval around the estimate."""
    regularisation: float = Field(default=0.001, ge=0)
    """Weight of half the sum of the squared standardised coefficients, next to half the mean squared error, divided by
    the standard deviation of ln(1 + amount)."""
    min_observed: int = Field(default=200, ge=20)
    """Nothing is estimated from fewer customers who show the amount."""
    min_pairs: int = Field(default=30, ge=5)
    """A way without a scale is left out where fewer customers show both it and the first."""
    seed: int = 20260630
    """Decides the parts."""

    @model_validator(mode="after")
    def _names(self) -> Estimate:
        for what, names in (
            ("ways in observed", [reveal.name for reveal in self.observed]),
            ("features", [feature.name for feature in self.features]),
        ):
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"two {what} are named {', '.join(twice)}")
        return self


class WalletSettings(SettingsFile):
    """Amounts that show for some customers only, estimated for all."""

    file = "wallet"
    presence = "optional"

    estimates: tuple[Estimate, ...] = Field(min_length=1)
    """The amounts."""
