"""`segments.yaml`: RFM bands and names, and what k-means clusters on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from bullseye.settings.loader import SettingsModel


class RfmSegment(SettingsModel):
    """A named region of the RFM cube; the first whose condition over r, f and m holds gives the name."""

    name: str
    when: str
    doc: str


class Rfm(SettingsModel):
    recency: str = "recency_days"
    frequency: str = "orders_all"
    monetary: str = "spend_all"
    where: str = "orders_all > 0"
    bands: int = Field(default=5, ge=2, le=10)
    segments: tuple[RfmSegment, ...] = Field(min_length=1)


class Clustering(SettingsModel):
    features: tuple[str, ...] = Field(min_length=2)
    """Columns of `gold.customer`, or SQL over them; a NULL counts as 0."""
    log_features: tuple[str, ...] = ()
    """Those of `features` that are transformed by log1p: skewed and never negative."""
    where: str = "orders_all > 0"
    k: tuple[int, ...] = (2, 3, 4, 5, 6, 7, 8)
    restarts: int = Field(default=4, ge=2, le=20)
    max_iterations: int = Field(default=30, ge=5)
    smallest_share: Annotated[float, Field(ge=0, lt=0.5)] = 0.03
    seed: int = 20170101
    order_by: str = "spend_90d"
    """Clusters are numbered by the falling mean of this column."""

    @model_validator(mode="after")
    def _known(self) -> Clustering:
        if unknown := sorted(set(self.log_features) - set(self.features)):
            raise ValueError(f"log_features names {', '.join(unknown)}, which features does not have")
        if any(k < 2 for k in self.k):
            raise ValueError("every k must be at least 2")
        return self


class Segments(SettingsModel):
    rfm: Rfm | None = None
    clustering: Clustering | None = None
