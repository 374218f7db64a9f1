"""The adjusted Rand index."""

from __future__ import annotations

import pytest

from bullseye.topics.segments.agreement import adjusted_rand_index


@pytest.mark.parametrize(
    ("counts", "index"),
    [
        ({(0, 1): 4, (1, 0): 4}, 1.0),
        ({(0, 0): 2, (0, 1): 2, (1, 0): 2, (1, 1): 2}, -1 / 6),
        # the example of Hubert and Arabie 1985, table 4, has no published digits; this one is scikit-learn's guide
        ({(0, 0): 2, (0, 1): 1, (1, 1): 1, (1, 2): 2}, 0.24242424242424243),
        ({(0, 0): 5}, 1.0),
        ({(0, 0): 1, (1, 1): 1}, 1.0),
        ({(0, 0): 1}, 1.0),
        ({}, 1.0),
    ],
    ids=["other names", "no better than chance", "a known value", "one cluster", "all alone", "one row", "no rows"],
)
def test_agreement(counts: dict[tuple[int, int], int], index: float) -> None:
    assert adjusted_rand_index(counts) == pytest.approx(index)
