"""Which number of clusters is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bullseye.topics.segments.settings import Clustering


@dataclass(frozen=True)
class Candidate:
    """What is known of one k: figures of its best start, measured on all customers.

    `smallest_share` is 0 when fewer than k clusters were found, `silhouette` None when there was one only.
    """

    k: int
    cost: float
    silhouette: float | None
    stability: float
    smallest_share: float


def choose(candidates: Sequence[Candidate], rule: Clustering) -> tuple[int, dict[int, str]]:
    """The k to take, and for every candidate why it was taken or not.

    1. A k is kept only if its smallest cluster holds at least `smallest_share` of the customers: a handful of outliers
       is not a segment, however far it is from the others.
    2. Of these, a k is kept only if its samples agree by at least `min_stability`: clusters that other samples of the
       customers would not have shown are not there.
    3. Of those left, every k whose silhouette is within `silhouette_tolerance` of the best is as good, and the largest
       of them is taken, because it says more.
    4. Where no k is stable enough, the most stable one that passes 1 is taken; where none passes 1, the most stable of
       all. Equal stability: the smaller k.
    """
    large = [c for c in candidates if c.smallest_share >= rule.smallest_share]
    stable = [c for c in large if c.stability >= rule.min_stability and c.silhouette is not None]
    if not stable:
        taken = min(large or candidates, key=lambda c: (-c.stability, c.k))
        missed = "none is stable enough" if large else "none has large enough clusters"
        return taken.k, {c.k: _fault(c, rule) or "" for c in candidates} | {
            taken.k: f"taken as the most stable{' of those with large enough clusters' if large else ''}, since {missed}: {_figures(taken)}"
        }
    best = max(c.silhouette or 0.0 for c in stable)
    enough = best - rule.silhouette_tolerance * abs(best)
    taken = max((c for c in stable if (c.silhouette or 0.0) >= enough), key=lambda c: c.k)
    reasons = {}
    for candidate in candidates:
        if candidate is taken:
            reasons[candidate.k] = (
                f"taken: the largest k that is stable, has no small cluster and a silhouette of at least {enough:.3f}: {_figures(candidate)}"
            )
        elif fault := _fault(candidate, rule):
            reasons[candidate.k] = fault
        elif (candidate.silhouette or 0.0) < enough:
            reasons[candidate.k] = (
                f"not taken: silhouette {candidate.silhouette:.3f} is more than {rule.silhouette_tolerance:.0%} below the best, {best:.3f}"
            )
        else:
            reasons[candidate.k] = f"not taken: as good as k = {taken.k}, which says more"
    return taken.k, reasons


def _fault(candidate: Candidate, rule: Clustering) -> str | None:
    if candidate.smallest_share < rule.smallest_share:
        return f"not taken: the smallest cluster has {candidate.smallest_share:.1%} of the customers, below {rule.smallest_share:.1%}"
    if candidate.stability < rule.min_stability:
        return f"not taken: samples agree by {candidate.stability:.2f} (adjusted Rand index), below {rule.min_stability:.2f}"
    return "not taken: a single cluster was found" if candidate.silhouette is None else None


def _figures(candidate: Candidate) -> str:
    silhouette = "no silhouette" if candidate.silhouette is None else f"silhouette {candidate.silhouette:.3f}"
    return f"{silhouette}, stability {candidate.stability:.2f}, smallest cluster {candidate.smallest_share:.1%}"
