from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import ROOT
from tests.shop import Shop

from bullseye.cli.explain import explain
from bullseye.errors import SettingsError
from bullseye.settings import Deployment
from bullseye.suite import FILES, JOBS, contracts, entries, load_settings


def explained(shop: Shop, name: str) -> list[dict[str, Any]]:
    settings = load_settings(shop.conf)
    return explain(name, settings, contracts(settings), JOBS, entries(settings))


def test_a_column_leads_to_its_measure_the_fact_its_sources_and_its_users(shop: Shop) -> None:
    (found,) = explained(shop, "gold.customer.orders_90d")
    assert found == {
        "kind": "column",
        "name": "gold.customer.orders_90d",
        "type": "BIGINT",
        "means": "receipts, over 90 days; NULL where data do not reach back so far",
        "null": "possible",
        "defined": {f"{shop.conf}/measures.yaml:5 measures.0": {"sql": "count(DISTINCT order_id)"}},
        "computed_from": [f"silver.order_line: {shop.conf}/silver/order_line.sql, source orders"],
        "written_by": "build_customers",
        "from": found["from"],
        "used_by": [
            f"column basket_value_90d ({shop.conf}/measures.yaml:19)",
            f"rule tag regular ({shop.conf}/tags.yaml:2)",
        ],
    }
    assert "features.party_day" in found["from"]


@pytest.mark.parametrize(
    ("column", "entry"),
    [("categories_30d", "category"), ("favourite_category", "category"), ("saturday_share", "weekday")],
)
def test_what_a_dimension_makes_leads_to_it(shop: Shop, column: str, entry: str) -> None:
    (found,) = explained(shop, f"gold.customer.{column}")
    (made,) = (row for row in explained(shop, entry) if row["kind"] == "dimension")
    assert found["defined"] == made["defined"]


def test_a_name_alone_is_looked_up_in_all_tables(shop: Shop) -> None:
    found = explained(shop, "spend_all")
    assert [row["name"] for row in found] == ["features.training_snapshot.spend_all", "gold.customer.spend_all"]


def test_a_tag_leads_to_its_condition_and_the_columns_in_it(shop: Shop) -> None:
    (found,) = explained(shop, "dormant")
    assert (found["kind"], found["defined"]) == (
        "rule tag",
        {f"{shop.conf}/tags.yaml:6 tags.1": {"where": "recency_days > 60"}},
    )
    assert found["looks_at"] == {"recency_days": "days since the last active day; NULL for a prospect"}


def test_a_table_a_job_a_target_and_a_source_are_explained(shop: Shop) -> None:
    kinds = [explained(shop, name)[0]["kind"] for name in ("score", "build_tags", "lapse_30d", "customers")]
    assert kinds == ["table", "job", "target", "source"]
    assert explained(shop, "build_tags")[0]["settings"] == ["tags.yaml"]
    assert explained(shop, "customers")[0]["used_by"] == [f"{shop.conf}/silver/person.sql"]


def test_a_measure_is_used_by_what_uses_one_of_its_windows(shop: Shop) -> None:
    found = next(row for row in explained(shop, "orders") if row["kind"] == "measure")
    assert found["makes"] == ["orders_30d", "orders_90d", "orders_all"]
    assert f"rule tag regular ({shop.conf}/tags.yaml:2)" in found["used_by"]
    assert f"target lapse_30d ({shop.conf}/models.yaml:2)" in found["used_by"]


def test_an_unknown_name_is_told_with_the_nearest_one(shop: Shop) -> None:
    with pytest.raises(SettingsError, match=r"nothing is called 'dormnt' \(did you mean 'dormant'\?\)"):
        explained(shop, "dormnt")


def test_levels_and_states_lead_to_their_entry_and_the_fact() -> None:
    bank = load_settings(ROOT / "conf" / "bank")
    for column, sql, fact in (
        ("balance_mean_90d", {"sql": "sum(balance)"}, "silver.balance"),
        ("insurances", {"sql": "count_if(category_1 = 'insurance')"}, "silver.holding"),
    ):
        (found,) = explain(f"gold.customer.{column}", bank, contracts(bank), JOBS, entries(bank))
        (defined,) = found["defined"].values()
        assert sql.items() <= defined.items()
        assert found["computed_from"][0].startswith(f"{fact}: ")


def test_every_file_of_the_settings_has_entries_that_can_be_explained() -> None:
    bank = load_settings(ROOT / "conf" / "bank")
    files = {entry.place.split(":")[0].rpartition("/")[2] for entry in entries(bank)}
    assert files == {f"{file.file}.yaml" for file in FILES if file is not Deployment}


@pytest.mark.parametrize(
    ("name", "kind", "sql"),
    [
        ("idle_funds", "group of portraits.yaml", {"compared_where": "terms_ended_365d > 0"}),
        ("payroll", "question of churn.yaml", {"event_where": "wages > 0", "groups": "region, home_branch"}),
        ("fee_rise", "driver of churn.yaml", {"sql": "fee_rises_felt > 0"}),
        ("keep_payroll", "plan of retain_customers.yaml", {"leavers": "payroll", "weekday": "favourite_weekday"}),
        ("dormant", "tier of tiers.yaml", {"where": "actions_180d = 0"}),
        ("same_line", "question of repurchase.yaml", {"outcome.same": "category_2", "where": "type = 'answer'"}),
        ("holdings", "settings", {"where": "accounts_held > 0", "not_paired": "demand_deposit, credit_card"}),
        ("mean_assets", "figure of traffic.yaml", {"sql": "avg(assets)"}),
        ("service", "preference of preferences.yaml", {"dimension": "service_channel"}),
    ],
)
def test_an_entry_of_any_topic_is_explained(name: str, kind: str, sql: dict[str, str]) -> None:
    bank = load_settings(ROOT / "conf" / "bank")
    found = [one for one in explain(name, bank, contracts(bank), JOBS, entries(bank)) if one["kind"] == kind]
    assert [sql.items() <= defined.items() for one in found for defined in one["defined"].values()] == [True]


def test_a_column_shows_every_topic_that_uses_it() -> None:
    bank = load_settings(ROOT / "conf" / "bank")
    (found,) = explain("gold.customer.lines_held", bank, contracts(bank), JOBS, entries(bank))
    users = {user.partition(" (")[0] for user in found["used_by"]}
    assert {
        "feature of portraits.yaml products",
        "figure of traffic.yaml lines_held",
        "tier of tiers.yaml potential",
    } <= users
