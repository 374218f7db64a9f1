"""What the report says of leavers, causes, plans, sources and places."""

from __future__ import annotations

import re

import pytest
from tests import page as pages
from tests.page import NOTHING
from tests.parts import parts, texts

from bullseye.report import theme
from bullseye.report.queries import Results
from bullseye.report.wording import Wording
from bullseye.settings import Settings
from bullseye.topics.churn.charts import leavers

PAYROLL = {"question": "payroll"}
ALL = {**PAYROLL, "breakdown": "all", "value": "all"}
LIFE = {**PAYROLL, "breakdown": "month of the life"}
RANGE = {"low": 0.1, "high": 0.6}


def churn(breakdown: str, value: str, months: int, leavers: int) -> dict[str, object]:
    """A row of a group of nine, without a model."""
    group = {**PAYROLL, "breakdown": breakdown, "value": value, "present": 12, "horizon_months": months}
    return {**group, "customers": 9, "leavers": leavers, "share": leavers / 9, **RANGE, "expected": None}


CHURN = {
    "churn": (
        {**ALL, "present": 45, "horizon_months": 3, "customers": 40, "leavers": 2, "share": 0.05, **RANGE}
        | {"expected": 0.0625},
        churn("region", "<b>", 3, 3),
    ),
    "survival": ({**ALL, "month": 1, "at_risk": 4, "leavers": 1, "survival": 0.75, **RANGE},),
    "hazard": (
        {**LIFE, "value": "10", "at_risk": 2, "leavers": 1, "hazard": 0.5, **RANGE, "expected": None},
        {**LIFE, "value": "2", "at_risk": 4, "leavers": 1, "hazard": 0.25, **RANGE, "expected": 0.2},
    ),
    "drivers": tuple(
        {
            **PAYROLL,
            "position": n,
            "driver": name,
            "direction": "raises",
            "weight": 0.5,
            "coefficient": 1.5,
            "standard_error": 0.25,
        }
        | {"odds_ratio": 4.48, "odds_ratio_low": 2.7, "odds_ratio_high": 7.3, "meaning": "the fee rose", "remark": None}
        for n, name in enumerate(("(intercept)", "fee_rise"))
    ),
}
TRAFFIC = {
    "traffic": (
        {
            "days": 90,
            "breakdown": "source",
            "channel": "banner",
            "device": "all",
            "touches": 7,
            "visitors": 5,
            "customers": 3,
        }
        | {
            "conversions_first": 1,
            "conversions_last": 0,
            "conversions_any": 2,
            "converted": 2,
            "conversion_rate": 2 / 3,
        },
        {
            "days": 90,
            "breakdown": "screens",
            "channel": "all",
            "device": "desktop + phone",
            "touches": 7,
            "visitors": 5,
            "customers": 3,
            "converted": None,
            "conversion_rate": None,
        },
    ),
    "places": (
        {
            "breakdown": "distance",
            "value": "0 to 2 km",
            "position": 1,
            "customers": 5,
            "share": 0.5,
            "figure": "mean_assets",
            "meaning": "assets",
            "number": 10.5,
        },
    ),
}
PLANS = {
    "plans": (
        {
            "plan": "keep",
            "is_worthwhile": True,
            "offer": "fund",
            "channel": "app",
            "customers": 3,
            "value_at_risk": 100,
            "loss_avoided": 25,
            "cost": 2,
        },
    ),
    "times": (
        {
            "plan": "keep",
            "weekday": "Mon",
            "customers": 3,
            "hour": "10",
            "early": 1,
            "middle": 0,
            "late": 0,
            "unknown": 2,
        },
    ),
}
FOUND = {"churn": CHURN, "traffic": TRAFFIC, "retain_customers": PLANS}


def test_every_part_has_its_tables_in_order() -> None:
    found = parts("behaviour", FOUND)
    assert [(part.title, [one.id for one in part.tables]) for part in found.values()] == [
        ("Leavers", ["churn-payroll", "churn-payroll-region", "drivers-payroll"]),
        ("Plans", ["plans", "plan-times"]),
        ("Sources", ["traffic", "screens"]),
        ("Places", ["places-distance"]),
    ]
    everybody, regions, drivers = found["Leavers"].tables
    assert texts(everybody) == [["45", "3", "40", "2", "5.0%", "10.0%", "60.0%", "6.2%"]]
    assert texts(regions) == [["<b>", "12", "3", "9", "3", "33.3%", "10.0%", "60.0%", "–"]]
    assert [row[0].text for row in drivers.rows] == ["Fee rise"]


def test_where_they_leave_is_a_table_for_each_breakdown_with_all_months_of_a_group_together() -> None:
    # b and c leave alike over five months; d is too small for five; many branches push no region out.
    groups = (("a", 3, 0), ("b", 3, 2), ("c", 3, 1), ("d", 3, 1), ("a", 5, 1), ("b", 5, 2), ("c", 5, 2))
    branches = [churn("branch", f"{n:02}", months, 9) for months in (3, 5) for n in range(30)]
    rows = (*CHURN["churn"][:1], *branches, *(churn("region", *group) for group in groups))
    everybody, first, second, _ = parts("behaviour", {"churn": {**CHURN, "churn": rows}})["Leavers"].tables
    assert (len(everybody.rows), first.id, second.id) == (1, "churn-payroll-branch", "churn-payroll-region")
    assert [[row[0], row[2]] for row in texts(first)] == [[f"{n:02}", m] for n in range(20) for m in ("3", "5")]
    assert first.note.startswith("20 of 30 groups")
    assert [(row[0], row[2], row[4]) for row in texts(second)] == [
        ("b", "3", "2"),
        ("b", "5", "2"),
        ("c", "3", "1"),
        ("c", "5", "2"),
        ("a", "3", "0"),
        ("a", "5", "1"),
        ("d", "3", "1"),
    ]
    assert [field.heading for field in second.fields][:4] == ["region", "there today", "months", "could leave"]


def test_plans_say_what_to_offer_and_when() -> None:
    plans, times = map(texts, parts("behaviour", FOUND)["Plans"].tables)
    assert plans == [["Keep", "yes", "Fund", "App", "3", "$100.00", "$25.00", "$2.00"]]
    assert times == [["Keep", "Mon", "3", "10", "1", "0", "0", "2"]]


def test_months_of_the_life_are_drawn_in_their_order() -> None:
    survival, hazard = leavers(CHURN["survival"], CHURN["hazard"], Wording())
    assert (survival.id, survival.says) == ("survival-payroll", "After 1 months 75.0% are still there.")
    assert [row[0].text for row in hazard.numbers.rows] == ["2", "10"]
    assert hazard.says == "The highest hazard is 50.0% in month 10."


def test_the_page_has_the_section_only_where_there_is_something(
    retail: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "bundle", lambda: "/* drawing */")
    page = pages.page(retail, Results({**NOTHING.now, **FOUND}))
    assert '<section id="behaviour"' in page
    assert '<a href="#behaviour">' in page
    assert "&lt;b&gt;" in page
    assert set(re.findall(r'id="chart-([^"]+)"', page)) >= {"survival-payroll", "hazard-payroll"}
    assert 'id="behaviour"' not in pages.page(retail, NOTHING)
