"""`segments.yaml`: RFM bands and names, and what k-means clusters on.

A deployment without the file, or without one of the two parts, has no segments of that kind: which amount and which
behaviour count is for the company to say.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from bullseye.settings.documents import SettingsFile, SettingsModel
from bullseye.settings.vocabulary import Described, Name, Sql

UNKNOWN = "unknown"
"""Segment of customers whose recency, frequency or amount is NULL."""


class RfmSegment(SettingsModel):
    """A named part of the RFM cube; the first whose condition over the bands r, f and m holds gives the name."""

    name: Name
    """Name of the segment."""
    where: Sql
    """SQL condition over the bands `r`, `f` and `m`, from 1."""
    doc: str = Field(min_length=10)
    """Who is in it, in words."""


CLASSIC = tuple(
    RfmSegment(name=name, where=where, doc=doc)
    for name, where, doc in (
        ("champions", "r >= 4 and f >= 4 and m >= 4", "Bought lately, often and for much: the core of the business"),
        (
            "cannot_lose",
            "r <= 2 and f >= 4 and m >= 4",
            "Used to buy often and for much, and have not been here lately",
        ),
        ("loyal", "r >= 3 and f + m >= 7", "Come back often or spend much, and were here not long ago"),
        ("at_risk", "r <= 2 and f + m >= 6", "Used to buy more than most, and have not been here lately"),
        ("potential_loyalists", "r >= 4 and f + m >= 5", "Here lately with a middling habit that could grow"),
        ("need_attention", "r = 3 and f + m >= 5", "Middling in everything, and slowly getting rarer"),
        ("new", "r = 5", "Here most recently, and so far seldom and for little: new, or rare and just back"),
        ("promising", "r = 4", "Here lately, seldom and for little"),
        ("about_to_sleep", "r = 3", "Seldom, for little, and not lately: soon gone without a reason to come"),
        ("hibernating", "r = 2", "Seldom and for little, the last time long ago"),
        ("lost", "r = 1", "Seldom and for little, and away for longest"),
    )
)
"""The classic names, over five bands; every combination of bands has one."""


class Rfm(SettingsModel):
    """Recency, frequency and monetary value, each cut into bands of about equal size, and a name for every region.

    Equal values always get the same band: the one of the middle of their ranks (Bross 1958, ridit). With five bands and
    half of the customers at one order, all of these are in band 2: their ranks are spread from 0 to 0.5 around 0.25.
    """

    recency: Sql = "recency_days"
    """The smaller, the higher the band."""
    frequency: Sql = "active_days_all"
    """SQL over `gold.customer`: the larger, the higher the band."""
    monetary: Sql
    """SQL over `gold.customer`, such as `spend_all`: the larger, the higher the band."""
    where: Sql = "active_days_all > 0"
    """Condition over `gold.customer`: who is segmented."""
    bands: int = Field(default=5, ge=2, le=10)
    """Bands for each of the three."""
    quantiles: Literal["exact", "approximate"] = "exact"
    """approximate, for tens of millions of customers: the bands' limits are off by at most a ten-thousandth in rank."""
    segments: tuple[RfmSegment, ...] = Field(default=CLASSIC, min_length=1)
    """Names of regions, the first that fits wins; the classic names where none are given."""

    @model_validator(mode="after")
    def _names(self) -> Rfm:
        names = [segment.name for segment in self.segments]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two segments are named {', '.join(twice)}; join their conditions by 'or'")
        if UNKNOWN in names:
            raise ValueError(
                f"{UNKNOWN!r} is kept for customers without a recency, frequency or amount; choose another name"
            )
        if self.segments == CLASSIC and self.bands != 5:
            raise ValueError(f"the classic names are made for 5 bands; give segments of your own for {self.bands}")
        return self


class ClusterFeature(Described):
    """A number that customers are clustered by; NULL counts as 0."""

    transform: Literal["none", "log"] = "none"
    """log: sign(x) * log1p(|x|), for skewed amounts and counts."""


class Clustering(SettingsModel):
    """k-means over standardised features, and how k is chosen."""

    features: tuple[ClusterFeature, ...] = Field(min_length=2)
    """What customers are clustered on."""
    where: Sql = "active_days_all > 0"
    """Condition over `gold.customer`: who is clustered."""
    k: tuple[int, ...] = Field(default=(2, 3, 4, 5, 6, 7, 8), min_length=1)
    """Numbers of clusters to try; one needs at least ten customers a cluster, or it is not tried."""
    restarts: int = Field(default=3, ge=2, le=20)
    """Starts for every k on samples, and again for the chosen k on all customers."""
    sample_share: float = Field(default=0.8, gt=0, lt=1)
    """Share of the customers in a sample: large enough to show the same clusters, small enough for samples to differ."""
    max_iterations: int = Field(default=25, ge=2)
    """Steps of a start at most; one that is stopped too early looks unstable."""
    smallest_share: float = Field(default=0.03, ge=0, lt=0.5)
    """A k with a smaller cluster than this share of the customers is not taken."""
    min_stability: float = Field(default=0.75, ge=0, le=1)
    """A k whose samples agree less than this (mean adjusted Rand index) is not taken."""
    silhouette_tolerance: float = Field(default=0.15, ge=0, lt=1)
    """Silhouettes within this share of the best count as equally good; of these the largest k is taken."""
    seed: int = 20170101
    """Decides samples and starts; the same seed gives the same clusters."""
    order_by: Sql
    """SQL over `gold.customer`: clusters are numbered by its falling mean."""

    @model_validator(mode="after")
    def _known(self) -> Clustering:
        names = [feature.name for feature in self.features]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two features are named {', '.join(twice)}")
        if any(k < 2 for k in self.k):
            raise ValueError("every k must be at least 2")
        if list(self.k) != sorted(set(self.k)):
            raise ValueError("the numbers k must rise and not repeat")
        return self


class Segments(SettingsFile):
    """Both kinds of segments, and what their profiles show."""

    file = "segments"

    rfm: Rfm | None = None
    """Segments by recency, frequency and amount."""
    clustering: Clustering | None = None
    """Segments by behaviour."""
    describe: tuple[Described, ...] = ()
    """Shown in the profiles of both kinds, in addition to the features of the segments."""

    @model_validator(mode="after")
    def _described_once(self) -> Segments:
        names = [described.name for described in self.describe]
        if self.clustering:
            names += [feature.name for feature in self.clustering.features]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"described twice: {', '.join(twice)}; the features of clustering are described anyway")
        return self
