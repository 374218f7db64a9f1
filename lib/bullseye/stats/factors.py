"""Factors behind correlated items: whether there are any, how many, and what they load on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Vector = np.ndarray[tuple[int], np.dtype[np.float64]]


@dataclass(frozen=True)
class Adequacy:
    """Whether correlations are worth a factor analysis.

    `kmo` is the measure of sampling adequacy (Kaiser 1974), 0 to 1, at least 0.6 by custom; `of_items` the same for each item.
    Bartlett's test of sphericity (Bartlett 1951): a small `p_value` says that the items are correlated at all.
    """

    kmo: float
    of_items: Vector
    chi_square: float
    degrees: int
    p_value: float


def adequacy(correlations: Matrix, rows: int) -> Adequacy:
    """Both measures from a correlation matrix of full rank over so many rows.

    Raises numpy.linalg.LinAlgError for a matrix without an inverse: an item that others say.
    """
    from scipy.stats import chi2

    size = len(correlations)
    inverse = np.linalg.inv(correlations)
    scale = np.sqrt(np.diag(inverse))
    partial = -inverse / np.outer(scale, scale)
    squares, partial_squares = correlations**2, partial**2
    np.fill_diagonal(squares, 0.0)
    np.fill_diagonal(partial_squares, 0.0)
    simple, controlled = squares.sum(axis=0), partial_squares.sum(axis=0)
    _, log_determinant = np.linalg.slogdet(correlations)
    statistic = -(rows - 1 - (2 * size + 5) / 6) * float(log_determinant)
    degrees = size * (size - 1) // 2
    return Adequacy(
        kmo=float(simple.sum() / (simple.sum() + controlled.sum())),
        of_items=simple / (simple + controlled),
        chi_square=statistic,
        degrees=degrees,
        p_value=float(chi2.sf(statistic, degrees)),
    )


def random_eigenvalues(items: int, rows: int, *, draws: int, percentile: float, seed: int) -> Vector:
    """What eigenvalues of correlations come to where items have nothing in common, falling (Horn 1965).

    The percentile over `draws` matrices of independent normal items. The scatter matrix of so many rows is drawn by its
    Bartlett decomposition, whose cost does not grow with the rows.
    """
    random = np.random.default_rng(seed)
    values = np.empty((draws, items))
    degrees = rows - 1
    for draw in range(draws):
        lower = np.tril(random.normal(size=(items, items)), -1)
        lower[np.diag_indices(items)] = np.sqrt(random.chisquare(degrees - np.arange(items)))
        scatter = lower @ lower.T
        scale = np.sqrt(np.diag(scatter))
        values[draw] = np.linalg.eigvalsh(scatter / np.outer(scale, scale))[::-1]
    return np.asarray(np.percentile(values, percentile, axis=0))


def eigenvalues(correlations: Matrix) -> Vector:
    """Of a correlation matrix, falling."""
    return np.asarray(np.linalg.eigvalsh(correlations)[::-1])


def factors_to_keep(observed: Vector, at_random: Vector) -> int:
    """Eigenvalues above those at random, up to the first that is not (Horn 1965)."""
    above = observed > at_random
    return len(observed) if above.all() else int(np.argmin(above))


def repeated(correlations: Matrix, *, smallest: float) -> dict[int, tuple[int, ...]]:
    """Columns of a correlation matrix that earlier ones say already, and which of these: by places from 0.

    A column does where the smallest eigenvalue falls below `smallest` with it, and not without it.
    """
    kept: list[int] = []
    same: dict[int, tuple[int, ...]] = {}
    for place in range(len(correlations)):
        values, vectors = np.linalg.eigh(correlations[np.ix_([*kept, place], [*kept, place])])
        if values[0] < smallest:
            same[place] = tuple(other for other, part in zip(kept, vectors[:-1, 0], strict=True) if abs(part) > 0.1)
        else:
            kept.append(place)
    return same


@dataclass(frozen=True)
class Factors:
    """`loadings` has a row an item and a column a factor; `weights` turn standardised items into scores (Thurstone 1935)."""

    loadings: Matrix
    weights: Matrix

    @property
    def communalities(self) -> Vector:
        """Share of the variance of each item that the factors explain."""
        return np.asarray((self.loadings**2).sum(axis=1))

    @property
    def explained(self) -> Vector:
        """Share of the variance of all items that each factor explains."""
        return np.asarray((self.loadings**2).sum(axis=0) / len(self.loadings))


def extract(correlations: Matrix, factors: int, *, rows: int) -> Factors:
    """Principal axis factors, rotated by varimax (Kaiser 1958), the one that explains most first.

    Signs are such that the largest loading of each factor is positive. Scores are by regression: inverse of the correlations
    times loadings.
    Raises ValueError where a factor explains more than all of an item (a Heywood case): fewer factors may do.
    """
    from statsmodels.multivariate.factor import Factor

    fitted: Any = Factor(corr=correlations, n_factor=factors, method="pa", nobs=rows, smc=True).fit(
        maxiter=500, tol=1e-10
    )
    if factors > 1:
        fitted.rotate("varimax")
    loadings = np.asarray(fitted.loadings, dtype=np.float64)
    if (loadings**2).sum(axis=1).max() >= 1 or not np.isfinite(loadings).all():
        raise ValueError("a factor explains more than all of an item (a Heywood case)")
    order = np.argsort(-(loadings**2).sum(axis=0), kind="stable")
    loadings = loadings[:, order]
    largest = loadings[np.abs(loadings).argmax(axis=0), np.arange(factors)]
    loadings = loadings * np.where(largest < 0, -1.0, 1.0)
    weights: Matrix = np.asarray(np.linalg.solve(correlations, loadings), dtype=np.float64)
    return Factors(loadings, weights)


def verdict(kmo: float) -> str:
    """Kaiser's word for a measure of sampling adequacy (Kaiser 1974).

    >>> verdict(0.75), verdict(0.45)
    ('middling', 'unacceptable')
    """
    words = ((0.9, "marvellous"), (0.8, "meritorious"), (0.7, "middling"), (0.6, "mediocre"), (0.5, "miserable"))
    return next((word for limit, word in words if kmo >= limit), "unacceptable")
