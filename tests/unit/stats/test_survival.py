"""Survival from counts at risk and exits."""

import math

import pytest

from bullseye.stats.survival import Step, kaplan_meier

# Remission of leukaemia under 6-mercaptopurine, weeks (Freireich et al. 1963), as every textbook on survival has it: exits
# at 6 6 6 7 10 13 16 22 23, censored at 6 9 10 11 17 19 20 25 32 32 34 35.
EXITS = (6, 6, 6, 7, 10, 13, 16, 22, 23)
CENSORED = (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
TOLD = {6: (0.857, 0.0764), 7: (0.807, 0.0869), 10: (0.753, 0.0963), 13: (0.690, 0.1068), 16: (0.627, 0.1141)}
TOLD |= {22: (0.538, 0.1282), 23: (0.448, 0.1346)}


def counts(records, until):
    """By week: at risk and exits of (entered, last, left), who is at risk from the week after entering on."""
    return [
        (
            week,
            sum(1 for entered, last, _ in records if entered < week <= last),
            sum(1 for _, last, left in records if left and last == week),
        )
        for week in range(1, until + 1)
    ]


def test_the_curve_and_its_error_are_those_of_the_textbook():
    records = [(0, week, True) for week in EXITS] + [(0, week, False) for week in CENSORED]
    found = {step.month: step for step in kaplan_meier(counts(records, 23))}
    for week, (survival, error) in TOLD.items():
        assert found[week].survival == pytest.approx(survival, abs=5e-4)
        assert found[week].standard_error == pytest.approx(error, abs=5e-5)


def test_who_enters_late_is_at_risk_from_then_on_only():
    records = [(0, 2, True), (0, 3, False), (1, 3, True), (2, 3, False)]
    found = [(step.at_risk, step.left, step.survival) for step in kaplan_meier(counts(records, 3))]
    assert found == [(2, 0, 1.0), (3, 1, pytest.approx(2 / 3)), (3, 1, pytest.approx(4 / 9))]


def test_the_curve_ends_before_a_month_that_nobody_was_seen_in():
    assert [step.month for step in kaplan_meier([(1, 5, 1), (2, 0, 0), (3, 4, 1)])] == [1]
    assert [step.month for step in kaplan_meier([(1, 5, 1), (3, 4, 1)])] == [1]
    assert kaplan_meier([]) == []


def test_a_month_in_which_all_leave_ends_it_without_an_error():
    assert kaplan_meier([(1, 2, 2), (2, 1, 0)]) == [Step(1, 2, 2, 1.0, 0.0, None, None, None)]


def test_the_interval_is_symmetric_on_the_scale_of_log_minus_log():
    (step,) = kaplan_meier([(1, 100, 20)])
    middle = math.log(-math.log(step.survival))
    low, high = (math.log(-math.log(end)) for end in (step.low, step.high))
    assert low - middle == pytest.approx(middle - high)
    assert (step.low, step.high) == (pytest.approx(0.70738, abs=1e-5), pytest.approx(0.86603, abs=1e-5))


def test_more_exits_than_customers_are_refused():
    with pytest.raises(ValueError, match="month 1: 3 left of 2"):
        kaplan_meier([(1, 2, 3)])
