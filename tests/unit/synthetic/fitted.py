"""Coefficients found again in generated rows, as an analyst would fit them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Fit:
    """Coefficients of a regression and their standard errors."""

    coefficients: NDArray[np.float64]
    errors: NDArray[np.float64]


def logistic_fit(features: NDArray[np.float64], outcomes: NDArray[np.float64]) -> Fit:
    """Maximum likelihood by Newton's method."""
    found = np.zeros(features.shape[1])
    for _ in range(25):
        chance = 1 / (1 + np.exp(-features @ found))
        information = features.T @ (features * (chance * (1 - chance))[:, None])
        found = found + np.linalg.solve(information, features.T @ (outcomes - chance))
    return Fit(found, np.sqrt(np.diag(np.linalg.inv(information))))
