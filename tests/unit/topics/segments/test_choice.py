"""The rule by which the number of clusters is taken."""

from __future__ import annotations

import pytest

from bullseye.topics.segments.choice import Candidate, choose
from bullseye.topics.segments.settings import ClusterFeature, Clustering

RULE = Clustering(
    features=(ClusterFeature(name="a"), ClusterFeature(name="b")),
    order_by="a",
    smallest_share=0.03,
    min_stability=0.75,
    silhouette_tolerance=0.1,
)


def candidate(k: int, silhouette: float | None, stability: float, smallest_share: float) -> Candidate:
    return Candidate(k, 100.0 / k, silhouette, stability, smallest_share)


@pytest.mark.parametrize(
    ("candidates", "taken"),
    [
        ([candidate(2, 0.9, 1.0, 0.006), candidate(3, 0.4, 0.9, 0.2)], 3),
        ([candidate(2, 0.40, 0.9, 0.3), candidate(3, 0.36, 0.9, 0.2), candidate(4, 0.35, 0.9, 0.2)], 3),
        ([candidate(2, 0.40, 0.9, 0.3), candidate(3, 0.60, 0.74, 0.2)], 2),
        ([candidate(2, 0.40, 0.5, 0.3), candidate(3, 0.60, 0.7, 0.2), candidate(4, 0.6, 0.74, 0.01)], 3),
        ([candidate(2, 0.40, 0.7, 0.01), candidate(3, 0.60, 0.7, 0.01)], 2),
        ([candidate(2, None, 1.0, 0.0)], 2),
    ],
    ids=[
        "outliers win no prize",
        "the largest k within the tolerance",
        "stability before silhouette",
        "none stable: the most stable of the large",
        "none large: the most stable, then the smaller",
        "one cluster only",
    ],
)
def test_the_rule(candidates: list[Candidate], taken: int) -> None:
    k, reasons = choose(candidates, RULE)
    assert k == taken
    assert [reasons[c.k].startswith("taken") for c in candidates] == [c.k == taken for c in candidates]


def test_every_reason_says_what_was_missing() -> None:
    candidates = [
        candidate(2, 0.6, 0.9, 0.01),
        candidate(3, 0.6, 0.5, 0.2),
        candidate(4, 0.3, 0.9, 0.2),
        candidate(5, 0.5, 0.9, 0.2),
        candidate(6, 0.5, 0.9, 0.2),
    ]
    assert choose(candidates, RULE)[1] == {
        2: "not taken: the smallest cluster has 1.0% of the customers, below 3.0%",
        3: "not taken: samples agree by 0.50 (adjusted Rand index), below 0.75",
        4: "not taken: silhouette 0.300 is more than 10% below the best, 0.500",
        5: "not taken: as good as k = 6, which says more",
        6: (
            "taken: the largest k that is stable, has no small cluster and a silhouette of at least 0.450:"
            " silhouette 0.500, stability 0.90, smallest cluster 20.0%"
        ),
    }
