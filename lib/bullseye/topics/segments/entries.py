"""Segmentations and segments, as entries of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.core.entries import Entry
from bullseye.settings import Settings
from bullseye.topics.segments.settings import Segments


def segment_entries(settings: Settings) -> Iterator[Entry]:
    """Both segmentations, and the named RFM segments."""
    found = settings[Segments]
    if found.rfm:
        bands = {"recency": found.rfm.recency, "frequency": found.rfm.frequency, "monetary": found.rfm.monetary}
        place = settings.place(Segments, "rfm")
        yield Entry("segmentation", "rfm", place, f"{found.rfm.bands} bands", {**bands, "where": found.rfm.where})
        for index, segment in enumerate(found.rfm.segments):
            place = settings.place(Segments, "rfm", "segments", index)
            yield Entry("rfm segment", segment.name, place, segment.doc, {"where": segment.where})
    if found.clustering:
        features = {feature.name: feature.expression for feature in found.clustering.features}
        place = settings.place(Segments, "clustering")
        doc = f"k-means over {len(features)} features"
        yield Entry("segmentation", "clusters", place, doc, {**features, "where": found.clustering.where})
