"""Ridge fits against closed forms and scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from bullseye.learning.features import Predictor
from bullseye.learning.fit import ridge_linear, ridge_logistic, ridge_multinomial
from bullseye.learning.guards import guarded
from bullseye.learning.terms import terms_of

PREDICTORS = [Predictor(name, name, name) for name in ("a", "b", "flat")]
PENALTY = 0.02


@pytest.fixture(scope="module")
def sample():
    generator = np.random.default_rng(11)
    x = np.column_stack([generator.normal(3, 2, 300), generator.normal(-1, 0.5, 300)])
    amount = 4 + 0.7 * x[:, 0] - 2 * x[:, 1] + generator.normal(0, 0.3, 300)
    line = np.array(
        [generator.choice(3, p=p / p.sum()) for p in np.exp(np.column_stack([x[:, 0], x[:, 1], 0 * x[:, 0]]))]
    )
    return x, amount, line


@pytest.fixture(scope="module")
def rows(spark, sample):
    x, amount, line = sample
    values = [(float(a), float(b), 1.0, float(y), float(k)) for (a, b), y, k in zip(x, amount, line, strict=True)]
    schema = "x_a DOUBLE, x_b DOUBLE, x_flat DOUBLE, amount DOUBLE, line DOUBLE"
    return spark.createDataFrame(values, schema).coalesce(1)


@pytest.fixture(scope="module")
def terms(rows):
    return guarded(rows, terms_of(rows, PREDICTORS, name="t"), name="t")


def standardised(x):
    return (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)


def test_a_linear_fit_is_the_closed_form_of_ridge_regression(rows, terms, sample):
    x, amount, _ = sample
    z, centred = standardised(x), amount - amount.mean()
    # MLlib divides the penalty by the deviation of the label, as glmnet does.
    penalty = PENALTY / amount.std() * np.eye(2)
    expected = np.linalg.solve(z.T @ z / len(z) + penalty, z.T @ centred / len(z))
    model = ridge_linear(rows, terms, label="amount", regularisation=PENALTY)
    assert model.coefficients[:2] == pytest.approx(expected.tolist(), abs=2e-6)
    assert model.intercept == pytest.approx(amount.mean(), abs=2e-6)
    assert (model.terms, model.coefficients[2]) == (terms, 0.0)


def test_a_linear_fit_without_any_term_is_the_mean(rows, terms, sample):
    model = ridge_linear(rows, terms[2:], label="amount", regularisation=0.0)
    assert (model.intercept, model.coefficients) == (pytest.approx(sample[1].mean(), abs=2e-6), (0.0,))


def test_a_multinomial_fit_is_that_of_scikit_learn(rows, terms, sample):
    x, _, line = sample
    theirs = LogisticRegression(C=1 / (PENALTY * len(line)), tol=1e-10, max_iter=1000).fit(standardised(x), line)
    models = ridge_multinomial(rows, terms, label="line", regularisation=PENALTY, name="t")
    assert [model.coefficients[:2] for model in models] == [
        pytest.approx(row, abs=1e-3) for row in theirs.coef_.tolist()
    ]
    intercepts = np.array([model.intercept for model in models])
    # Intercepts are determined up to a constant.
    assert intercepts - intercepts.mean() == pytest.approx(theirs.intercept_ - theirs.intercept_.mean(), abs=1e-3)
    assert {model.coefficients[2] for model in models} == {0.0}


def test_a_logistic_fit_without_any_term_is_the_base_rate(rows, terms):
    of_two = rows.where("line < 2")
    share = of_two.where("line = 1").count() / of_two.count()
    model = ridge_logistic(of_two, terms[2:], label="line", regularisation=PENALTY, name="t")
    assert model.intercept == pytest.approx(np.log(share / (1 - share)), abs=1e-4)
