"""How well two clusterings of the same customers agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import comb


def adjusted_rand_index(counts: Mapping[tuple[int, int], int]) -> float:
    """Agreement of two labellings, from the number of rows of every pair of labels.

    1 is the same partition whatever the labels are called, 0 what chance gives; below 0 is worse than chance. Where
    both labellings have one cluster only, or one row a cluster, they are the same partition: 1.
    Hubert and Arabie 1985, Comparing partitions, Journal of Classification 2.

    >>> adjusted_rand_index({(0, 1): 5, (1, 0): 3})
    1.0
    >>> round(adjusted_rand_index({(0, 0): 2, (0, 1): 1, (1, 1): 3}), 4)
    0.3243
    """
    left: Counter[int] = Counter()
    right: Counter[int] = Counter()
    for (a, b), rows in counts.items():
        left[a] += rows
        right[b] += rows
    together = sum(comb(rows, 2) for rows in counts.values())
    pairs_left = sum(comb(rows, 2) for rows in left.values())
    pairs_right = sum(comb(rows, 2) for rows in right.values())
    pairs = comb(sum(left.values()), 2)
    if pairs == 0:
        return 1.0
    by_chance = pairs_left * pairs_right / pairs
    most = (pairs_left + pairs_right) / 2
    return 1.0 if most == by_chance else (together - by_chance) / (most - by_chance)
