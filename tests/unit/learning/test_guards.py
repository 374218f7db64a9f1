"""Terms that a regression cannot weigh."""

import pytest

from bullseye.learning.features import Predictor
from bullseye.learning.guards import guarded, separates
from bullseye.learning.scale import Scale
from bullseye.learning.terms import Described, described, terms_of

NAMES = ("a", "twice", "flat", "leak", "edge")
PREDICTORS = [Predictor(name, name, name) for name in NAMES]


@pytest.mark.parametrize(
    ("ranges", "perfectly"),
    [
        ([(0.0, 1.0), (2.0, 3.0)], True),
        ([(2.0, 3.0), (0.0, 1.0)], True),
        ([(0.0, 0.0), (1.0, 1.0)], True),
        # A value that both outcomes have separates nothing.
        ([(0.0, 1.0), (1.0, 3.0)], False),
        ([(0.0, 3.0), (1.0, 2.0)], False),
        ([(0.0, 0.0), (0.0, 3.0)], False),
        # One of three is below, or above, the two others; or between them, which no coefficient can tell.
        ([(0.0, 1.0), (2.0, 4.0), (3.0, 5.0)], True),
        ([(0.0, 3.0), (2.0, 4.0), (5.0, 6.0)], True),
        ([(0.0, 2.0), (1.0, 6.0), (3.0, 4.0)], False),
        ([(0.0, 1.0)], False),
        ([], False),
    ],
)
def test_an_outcome_is_separated_where_all_its_values_are_below_or_above_the_others(ranges, perfectly):
    assert separates(ranges) is perfectly


@pytest.fixture(scope="module")
def rows(spark):
    """`leak` is 10 where the outcome is 1, `edge` is 0 in all rows with the outcome and in some without; a row lacks `a`."""
    values = [(float(n % 5), n % 3 == 0) for n in range(60)]
    made = [(float(y), a, 2 * a, 5.0, 10.0 if y else a, 0.0 if y else a) for a, y in values]
    schema = "_label DOUBLE, x_a DOUBLE, x_twice DOUBLE, x_flat DOUBLE, x_leak DOUBLE, x_edge DOUBLE"
    return spark.createDataFrame([*made, (0.0, None, 4.0, 5.0, None, 2.0)], schema).coalesce(1)


def test_rows_are_described_with_what_is_unknown(rows):
    sample = described(rows, PREDICTORS, outcome="_label", name="t")
    assert (sample.rows, sample.events) == (61, 20)
    assert [(term.name, term.unknown) for term in sample.terms] == list(zip(NAMES, (1, 0, 0, 1, 0), strict=True))
    assert sample.terms == terms_of(rows, PREDICTORS, name="t")


def test_no_rows_are_described_as_none(rows):
    nothing = described(rows.limit(0), PREDICTORS[:1], outcome="_label", name="t")
    assert nothing == Described(0, 0, (terms_of(rows.limit(0), PREDICTORS[:1], name="t")[0],))
    assert nothing.terms[0].scale == Scale(0.0, 0.0)


def test_terms_that_cannot_be_weighed_are_left_out_with_a_reason(rows, caplog):
    terms = terms_of(rows, PREDICTORS, name="t")
    kept = guarded(rows, terms, classes="_label", name="t")
    assert [term.name for term in kept if term.scale.deviation > 0] == ["a", "edge"]
    assert [term.scale.mean for term in kept] == [term.scale.mean for term in terms]
    assert (
        "t: left out: flat is constant or NULL in all rows; twice is collinear with a;"
        " leak separates the outcomes perfectly" in caplog.text
    )


def test_without_outcomes_nothing_separates_them(rows):
    kept = guarded(rows, terms_of(rows, PREDICTORS, name="t"), name="t")
    assert [term.name for term in kept if term.scale.deviation > 0] == ["a", "leak", "edge"]


def test_terms_that_can_all_be_weighed_stay_as_they_are(rows, caplog):
    terms = terms_of(rows, PREDICTORS[:1], name="t")
    assert guarded(rows, terms, classes="_label", name="t") == terms
    assert caplog.text == ""
