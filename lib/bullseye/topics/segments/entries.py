"""Segmentations and segments, as entries of the settings."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.core.entries import Entry
from bullseye.settings import Settings
from bullseye.topics.segments.settings import Segments


def segment_entries(settings: Settings) -> Iterator[Entry]:
    """Both segmentations, and the named RFM segments."""
    segments = settings[Segments]
    if segments.rfm:
        bands = {
            "recency": segments.rfm.recency,
            "frequency": segments.rfm.frequency,
            "monetary": segments.rfm.monetary,
        }
        place = settings.place(Segments, "rfm")
        yield Entry("segmentation", "rfm", place, f"{segments.rfm.bands} bands", {**bands, "where": segments.rfm.where})
        for index, segment in enumerate(segments.rfm.segments):
            place = settings.place(Segments, "rfm", "segments", index)
            yield Entry("rfm segment", segment.name, place, segment.doc, {"where": segment.where})
    if segments.clustering:
        features = {feature.name: feature.expression for feature in segments.clustering.features}
        place = settings.place(Segments, "clustering")
        doc = f"k-means over {len(features)} features"
        yield Entry("segmentation", "clusters", place, doc, {**features, "where": segments.clustering.where})
