"""Factors against independent ways to the same numbers."""

import numpy as np
import pytest
from scipy import stats
from sklearn.decomposition import FactorAnalysis

from bullseye.stats.factors import adequacy, eigenvalues, extract, factors_to_keep, random_eigenvalues, repeated

PLANTED = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.75], [0, -0.65], [0, 0.55]])


@pytest.fixture(scope="module")
def answers():
    random = np.random.default_rng(5)
    own = np.sqrt(1 - (PLANTED**2).sum(axis=1))
    return random.normal(size=(4000, 2)) @ PLANTED.T + random.normal(size=(4000, 6)) * own


def partial(data, i, j):
    """Correlation of what regressions on all other items leave."""
    others = np.delete(data, [i, j], axis=1)
    left = [data[:, k] - others @ np.linalg.lstsq(others, data[:, k], rcond=None)[0] for k in (i, j)]
    return np.corrcoef(*left)[0, 1]


def test_sampling_adequacy_compares_correlations_with_those_that_other_items_leave(answers):
    data = answers - answers.mean(axis=0)
    matrix = np.corrcoef(data.T)
    pairs = [(i, j) for i in range(6) for j in range(6) if i != j]
    simple = sum(matrix[i, j] ** 2 for i, j in pairs)
    left = sum(partial(data, i, j) ** 2 for i, j in pairs)
    found = adequacy(matrix, len(data))
    assert found.kmo == pytest.approx(simple / (simple + left))
    of_first = [
        sum(f(0, j) ** 2 for j in range(1, 6)) for f in (lambda i, j: matrix[i, j], lambda i, j: partial(data, i, j))
    ]
    assert found.of_items[0] == pytest.approx(of_first[0] / sum(of_first))


def test_sphericity_is_rejected_where_items_are_correlated_and_not_where_they_are_not(answers):
    found = adequacy(np.corrcoef(answers.T), len(answers))
    matrix = np.corrcoef(answers.T)
    assert found.chi_square == pytest.approx(-(3999 - 17 / 6) * np.log(np.linalg.det(matrix)))
    assert (found.degrees, found.p_value) == (15, 0.0)
    nothing = np.random.default_rng(1).normal(size=(500, 6))
    alone = adequacy(np.corrcoef(nothing.T), 500)
    assert alone.p_value == pytest.approx(stats.chi2.sf(alone.chi_square, 15))
    assert alone.p_value > 0.01


def test_a_column_that_earlier_ones_say_is_told_with_these():
    data = np.random.default_rng(6).normal(size=(100, 3))
    columns = np.column_stack([data[:, :2], -data[:, 0], data[:, 0] + data[:, 1], data[:, 2], 3 * data[:, 2] + 1])
    assert repeated(np.corrcoef(columns.T), smallest=1e-8) == {2: (0,), 3: (0, 1), 5: (4,)}
    assert repeated(np.corrcoef(data.T), smallest=1e-8) == {}
    assert repeated(np.empty((0, 0)), smallest=1e-8) == {}


def test_eigenvalues_at_random_are_those_of_data_without_anything_in_common():
    random = np.random.default_rng(2)
    drawn = [eigenvalues(np.corrcoef(random.normal(size=(6, 300)))) for _ in range(600)]
    expected = np.percentile(drawn, 95, axis=0)
    assert random_eigenvalues(6, 300, draws=600, percentile=95, seed=3) == pytest.approx(expected, abs=0.015)


def test_the_seed_decides():
    once, twice, other = (random_eigenvalues(4, 50, draws=20, percentile=95, seed=seed) for seed in (1, 1, 2))
    assert (once == twice).all()
    assert (once != other).any()


def test_factors_are_kept_up_to_the_first_eigenvalue_that_chance_explains(answers):
    at_random = random_eigenvalues(6, 4000, draws=50, percentile=95, seed=1)
    assert factors_to_keep(eigenvalues(np.corrcoef(answers.T)), at_random) == 2
    assert factors_to_keep(np.array([2.0, 0.9, 1.5]), np.array([1.2, 1.0, 0.9])) == 1
    assert factors_to_keep(np.array([1.0, 1.0]), np.array([1.2, 1.0])) == 0


def test_planted_loadings_are_found_and_are_those_of_scikit_learn(answers):
    found = extract(np.corrcoef(answers.T), 2, rows=4000)
    assert found.loadings == pytest.approx(PLANTED, abs=0.05)
    other = FactorAnalysis(2, rotation="varimax", tol=1e-8).fit(stats.zscore(answers)).components_.T
    order = np.argsort(-(other**2).sum(axis=0))
    signed = other[:, order] * np.sign(other[np.abs(other[:, order]).argmax(axis=0), order])
    assert found.loadings == pytest.approx(signed, abs=0.02)
    assert found.communalities == pytest.approx((found.loadings**2).sum(axis=1))


def test_scores_are_the_best_linear_guess_at_the_factors():
    random = np.random.default_rng(9)
    factors = random.normal(size=(20000, 2))
    data = factors @ PLANTED.T + random.normal(size=(20000, 6)) * np.sqrt(1 - (PLANTED**2).sum(axis=1))
    found = extract(np.corrcoef(data.T), 2, rows=20000)
    best = np.linalg.lstsq(stats.zscore(data), factors, rcond=None)[0]
    assert found.weights == pytest.approx(best, abs=0.03)
