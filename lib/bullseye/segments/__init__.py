"""Segments: RFM bands with names, and k-means clusters with profiles."""

from bullseye.segments.agreement import adjusted_rand_index
from bullseye.segments.bands import band, find_cuts
from bullseye.segments.choice import Candidate, choose
from bullseye.segments.clustering import find_clusters
from bullseye.segments.profile import profile
from bullseye.segments.rfm import rfm_segment

__all__ = [
    "Candidate",
    "adjusted_rand_index",
    "band",
    "choose",
    "find_clusters",
    "find_cuts",
    "profile",
    "rfm_segment",
]
