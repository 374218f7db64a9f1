"""The second deployment on a few hundred persons, whose truth is known."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest
from pyspark.sql import functions as F
from tests.bank.conftest import Bank

from benchmark.febrl import pairwise

pytestmark = pytest.mark.slow


LAST_DAY = date(2026, 6, 30)
SYSTEMS = {"core": "core_parties", "cards": "cards_parties", "app": "app_users"}
"""Systems, as party ids begin, and where the truth has a person's records in each."""
MONTHS = 24
"""Months of the window, from July 2024."""


def unique(bank: Bank, kind: str) -> int:
    """Rows of a kind of file without those that came twice; broken ones are not among them."""
    return bank.dirt[kind]["rows"] - bank.dirt[kind]["duplicated_rows"]


def test_what_came_twice_or_broken_is_rejected_and_nothing_else(bank: Bank) -> None:
    rows = bank.read("ops.quality").where("rule = 'rows'").collect()
    rejected = {row["source"]: row["failed"] for row in rows if row["failed"]}
    kinds = {
        "core_parties": "core/parties",
        "account_transactions": "core/transactions",
        "card_parties": "cards/parties",
        "card_purchases": "cards/transactions",
        "app_users": "app/users",
        "app_page_views": "app/page_views",
        "app_touches": "app/touches",
        "branch_visits": "contacts/branch_visits",
    }
    planted = {
        source: bank.dirt[kind]["duplicated_rows"] + bank.dirt[kind]["bad_rows"] for source, kind in kinds.items()
    }
    assert rejected == {source: count for source, count in planted.items() if count}
    assert bank.read("ops.quarantine").count() == sum(planted.values())


def test_every_record_of_every_system_is_a_party_once(bank: Bank) -> None:
    truth = {name: sum(len(person[column]) for person in bank.persons()) for name, column in SYSTEMS.items()}
    system = F.substring_index("party_id", ":", 1).alias("system")
    found = bank.read("silver.person").groupBy(system).count().collect()
    assert {row["system"]: row["count"] for row in found} == truth


def test_the_records_of_a_person_are_one_customer_and_hardly_ever_those_of_two(bank: Bank) -> None:
    mapped = bank.customer_of()
    records = {
        f"{system}:{number}": person["person_id"]
        for person in bank.persons()
        for system, column in SYSTEMS.items()
        for number in person[column]
    }
    customers = {party: mapped.get(party, party) for party in records}
    precision, _, f1 = pairwise(customers, records.__getitem__)
    assert precision >= 0.99
    assert f1 >= 0.97
    persons: dict[str, set[str]] = {}
    for party, customer in customers.items():
        persons.setdefault(customer, set()).add(records[party])
    assert sum(len(them) > 1 for them in persons.values()) <= 1, "a customer who is two persons"
    assert max(Counter(customers.values()).values()) < 5, "nobody is a crowd"
    assert bank.read("gold.customer").count() == len(set(customers.values()))


def test_a_customer_has_the_birth_date_of_core_banking_before_that_of_others(bank: Bank) -> None:
    known = bank.read("gold.customer").where("birth_date IS NOT NULL")
    wrong = known.where("in_core AND birth_date_source <> 'core'")
    in_core = bank.read("silver.person").where("source = 'core' AND birth_date IS NOT NULL").select("party_id")
    mapped = bank.read("features.identity_map")
    core = in_core.join(mapped, on="party_id", how="left").select(
        F.coalesce("customer_id", "party_id").alias("customer_id")
    )
    assert wrong.join(core, on="customer_id", how="left_semi").count() == 0
    assert known.where("birth_date_source = 'app' AND in_app AND in_core IS NULL").count() > 0


def test_defaults_link_nobody_and_every_kind_of_rule_links_somebody(bank: Bank) -> None:
    figures = {(row["figure"], row["item"]): row["number"] for row in bank.read("ops.identity_quality").collect()}
    assert figures["blocked values", "phone"] > 10
    assert figures["blocked values", "email"] > 10
    linked = {item for figure, item in figures if figure == "links by rule"}
    assert linked >= {"national_id", "device", "email", "card_and_name", "phone_and_name", "home_and_name"}


def test_facts_are_as_many_as_rows_were_dropped(bank: Bank) -> None:
    found = bank.read("silver.event").groupBy(F.substring_index("event_id", ":", 1).alias("kind")).count().collect()
    counts = {row["kind"]: row["count"] for row in found}
    assert counts["movement"] == unique(bank, "core/transactions")
    assert counts["purchase"] == unique(bank, "cards/transactions")
    assert counts["login"] == unique(bank, "app/logins")
    assert counts["view"] == unique(bank, "app/page_views")
    others = {
        "silver.balance": unique(bank, "core/balances"),
        "silver.touch": unique(bank, "app/touches"),
        "silver.place": unique(bank, "lists/branches"),
        "silver.product": unique(bank, "lists/products"),
        "silver.campaign": unique(bank, "lists/campaigns"),
        "silver.contact": unique(bank, "contacts/campaign_members"),
        "silver.coupon": unique(bank, "contacts/coupons"),
        "silver.holding": unique(bank, "core/accounts") + unique(bank, "core/contracts") + unique(bank, "cards/cards"),
        "silver.order_line": unique(bank, "core/accounts") + unique(bank, "core/contracts"),
    }
    assert {name: bank.read(name).count() for name in others} == others


def test_names_in_han_script_arrive_as_they_were_meant(bank: Bank) -> None:
    cities = {row["name"][0] for row in bank.read("silver.place").collect()}
    assert all("\u4e00" <= sign <= "\u9fff" for sign in cities)
    quarantined = bank.read("ops.quarantine").where("source = 'core_parties'").select("raw").collect()
    assert all("\ufffd" not in row["raw"] for row in quarantined)


def test_balances_and_contracts_of_today_are_those_of_the_files(bank: Bank) -> None:
    totals = bank.read("gold.customer").agg(F.sum("balance"), F.sum("contracts_held")).first()
    (balances,) = (bank.files / "core" / "balances").glob("*_2026-06-30.csv")
    (contracts,) = (bank.files / "core" / "contracts").glob("*.csv")
    with balances.open(encoding="utf-8") as file:
        money = sum(Decimal(row["balance"]) for row in csv.DictReader(file))
    with contracts.open(encoding="utf-8") as file:
        running = [row for row in csv.DictReader(file) if not row["closed_on"] or row["closed_on"] > "2026-06-30"]
    held = sum(1 for row in running if not row["product_code"].startswith("PA"))
    assert totals is not None
    assert tuple(totals) == (money, held)


def test_rules_count_the_customers_who_hold_both_lines_and_find_the_planted_pairs(bank: Bank) -> None:
    lines: dict[str, set[str]] = defaultdict(set)
    mapped = bank.customer_of()
    with (bank.files / "lists" / "products.csv").open(encoding="utf-8") as file:
        line_of = {row["product_code"]: row["line"] for row in csv.DictReader(file)}
    for kind in ("accounts", "contracts"):
        (found,) = (bank.files / "core" / kind).glob("*.csv")
        with found.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                party = f"core:{row['party_id']}"
                lines[mapped.get(party, party)].add(line_of[row["product_code"]])
    single = Counter(line for held in lines.values() for line in held)
    rules = {
        (row["antecedent"], row["consequent"]): row
        for row in bank.read("gold.association_rule").where("size(antecedent_items) = 1").collect()
    }
    for pair in (("principal_protected", "other_wealth"), ("other_wealth", "fund"), ("mortgage", "insurance")):
        both = sum(1 for held in lines.values() if held.issuperset(pair))
        rule = rules[pair]
        counted = [rule[name] for name in ("baskets", "antecedent_baskets", "consequent_baskets", "rule_baskets")]
        assert counted == [len(lines), single[pair[0]], single[pair[1]], both]
        assert rule["lift"] > 1.5


def test_every_target_has_a_model_and_scores_and_the_report_speaks_of_a_bank(bank: Bank) -> None:
    targets = {"payroll_leaves", "leaves_at_maturity", "campaign_contract"}
    assert {row["target"] for row in bank.read("ops.model").select("target").distinct().collect()} == targets
    assert {row["target"] for row in bank.read("gold.score").select("target").distinct().collect()} == targets
    page = (bank.lake / "report" / "index.html").read_text(encoding="utf-8")
    shown = page[: page.index('<script type="application/json"')]
    assert "Paid by account and card by month" in shown
    assert [word for word in ("basket", "who buys", "receipt", "Sales by") if word in shown] == []


def test_every_question_has_an_answer_save_two_that_ask_for_more_customers(bank: Bank) -> None:
    empty = {row["table"] for row in bank.read("ops.release").where("rows = 0").collect()}
    assert empty == {"gold.estimate", "gold.estimate_quality", "gold.estimate_term", "gold.factor_weight"}


def test_those_who_are_paid_here_come_and_leave_in_the_months_of_the_truth(bank: Bank) -> None:
    truth = Counter(
        (month(entered), None if left == MONTHS else month(left)) for entered, left in months_paid_here(bank)
    )
    spells = bank.read("gold.spell").where("question = 'payroll'").collect()
    assert Counter((row["entered_month"], row["left_month"]) for row in spells) == truth
    assert bank.read("gold.hazard").where("breakdown = 'all'").count() == 1


def test_those_who_are_paid_here_leave_within_three_and_five_months_as_in_the_truth(bank: Bank) -> None:
    paid = months_paid_here(bank)
    here = sum(left == MONTHS for _, left in paid)
    could = {months: [left for entered, left in paid if entered < MONTHS - months <= left] for months in (3, 5)}
    truth = [
        (here, months, month(MONTHS - months), len(left), sum(last < MONTHS for last in left))
        for months, left in could.items()
    ]
    found = bank.read("gold.churn").where("question = 'payroll' AND breakdown = 'all'").orderBy("horizon_months")
    names = ("present", "horizon_months", "from_month", "customers", "leavers")
    assert [tuple(row) for row in found.select(*names).collect()] == truth


def test_those_who_come_to_be_paid_here_leave_in_the_months_of_their_life_of_the_truth(bank: Bank) -> None:
    at_risk, leavers = Counter[int](), Counter[int]()
    # When those of the first month began is not seen.
    for entered, left in months_paid_here(bank):
        if entered > 0:
            at_risk.update(range(1, min(left, MONTHS - 1) - entered + 1))
            leavers[left - entered] += left < MONTHS
    rows = bank.read("gold.hazard").where("question = 'payroll' AND breakdown = 'month of the life'").collect()
    found = {int(row["value"]): (row["at_risk"], row["leavers"]) for row in rows}
    assert found == {life: (count, leavers[life]) for life, count in at_risk.items()}
    assert sum(leavers.values()) > 0


def months_paid_here(bank: Bank) -> list[tuple[int, int]]:
    """First month with a wage in the window and first one without, of everybody who has one, by the truth."""
    rows = pq.read_table(bank.truth / "payroll.parquet").to_pylist()
    known = [(max(row["first_month"], 0), MONTHS if row["left_month"] is None else row["left_month"]) for row in rows]
    return [(entered, left) for entered, left in known if left > entered]


def month(number: int) -> date:
    """First day of a month of the truth."""
    return date(2024 + (6 + number) // 12, (6 + number) % 12 + 1, 1)


def test_conversions_are_credited_to_the_last_and_the_first_touch_of_their_path(bank: Bank) -> None:
    paths = [
        row["channels"] for row in pq.read_table(bank.truth / "paths.parquet").to_pylist() if row["application_id"]
    ]
    rows = bank.read("gold.traffic").where("breakdown = 'source' AND device = 'all' AND days = 365").collect()
    found = {row["channel"]: row for row in rows}
    # Of two years of paths one is counted; few begin with other touches of the same customer.
    assert 0 < found["all"]["conversions_last"] <= len(paths)
    assert {name for name, row in found.items() if row["conversions_last"]} <= {
        *(path[-1] for path in paths),
        "all",
        "none",
    }


def test_questions_about_value_are_answered_for_those_whom_they_are_about(bank: Bank) -> None:
    customers = bank.read("gold.customer")
    assert bank.read("gold.customer_tier").count() == customers.where("assets IS NOT NULL").count()
    held = {row["line"]: row for row in bank.read("gold.line_holding").where("tier = 'all'").collect()}
    by_state = (
        customers.where("accounts_held > 0")
        .agg(F.count_if(F.col("funds") > 0), F.sum("funds"), F.count(F.lit(1)))
        .first()
    )
    assert by_state is not None
    assert tuple(by_state) == (held["fund"]["customers"], held["fund"]["holdings"], held["fund"]["base"])
    assert {"demand_deposit", "credit_card"} <= set(held), "nearly everybody has them: holdings, and in no pair"
    pairs = {row["line"] for row in bank.read("gold.line_pair").collect()}
    assert pairs == {name for name, row in held.items() if row["ever"]} - {"demand_deposit", "credit_card"}
    pair = bank.read("gold.line_pair").where("line = 'other_wealth' AND other_line = 'principal_protected'").first()
    assert pair is not None
    assert pair["lift"] > 1.5
    page = (bank.lake / "report" / "index.html").read_text(encoding="utf-8")
    assert 'id="h-value"' in page


def test_who_pays_by_one_channel_mostly_prefers_that_of_the_truth(bank: Bank) -> None:
    mapped = bank.customer_of()
    true = {
        mapped.get(party, party): person["preferred_payment"]
        for person in bank.persons()
        for party in (f"core:{number}" for number in person["core_parties"])
    }
    rows = bank.read("gold.preference").where("preference = 'payment'").collect()
    assert {row["key"] for row in rows} == {"none", "shop", "online", *true.values()}
    # Shops and the web are where credit cards pay; the truth is about accounts.
    told = [row["key"] == true[row["customer_id"]] for row in rows if row["key"] in set(true.values())]
    assert len(told) > 60
    assert sum(told) / len(told) > 0.95


def test_everybody_prefers_the_service_channel_of_most_contacts_within_a_year(bank: Bank) -> None:
    mapped = bank.customer_of()
    channels = {"login": "app", "branch_visit": "branch", "call": "phone", "manager_visit": "manager"}
    events = bank.read("silver.event").where("day > DATE'2025-06-30' AND type IN ('" + "','".join(channels) + "')")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in events.select("party_id", "type").collect():
        counts[mapped.get(row["party_id"], row["party_id"])][channels[row["type"]]] += 1
    expected = {}
    for customer, found in counts.items():
        best = min(found, key=lambda channel: (-found[channel], channel))
        told = found.total() >= 3 and found[best] >= 0.5 * found.total()
        expected[customer] = (best if told else "none", found.total())
    rows = bank.read("gold.preference").where("preference = 'service'").collect()
    assert {row["customer_id"]: (row["key"], row["total"]) for row in rows} == expected
    assert {key for key, _ in expected.values()} >= {"app", "branch", "none"}


def test_arrivals_and_visitors_are_those_of_the_files_by_channel_and_screen(bank: Bank) -> None:
    mapped = bank.customer_of()
    owners: dict[str, tuple[object, str]] = {}
    for row in pq.read_table(bank.files / "app" / "devices").to_pylist():
        seen = (row["first_seen_at"], row["user_id"])
        if row["cookie_id"] is not None:
            owners[row["cookie_id"]] = min(owners.get(row["cookie_id"], seen), seen)
    arrivals = {row["touch_id"]: row for row in pq.read_table(bank.files / "app" / "touches").to_pylist()}
    touches: Counter[tuple[str, str]] = Counter()
    visitors: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in arrivals.values():
        local = row["touched_at"].astimezone(ZoneInfo("Asia/Shanghai")).date()
        if local > date(2025, 6, 30):
            cookie = row["cookie_id"]
            party = f"app:{owners[cookie][1]}" if cookie in owners else f"?{cookie}"
            for cell in product((row["channel"], "all"), (row["screen"], "all")):
                touches[cell] += 1
                visitors[cell].add(mapped.get(party, party))
    rows = bank.read("gold.traffic").where("breakdown = 'source' AND days = 365 AND touches > 0").collect()
    assert {(row["channel"], row["device"]): (row["touches"], row["visitors"]) for row in rows} == {
        cell: (count, len(visitors[cell])) for cell, count in touches.items()
    }
    assert all(0 <= row["converted"] <= row["customers"] for row in rows)


def test_everybody_lives_as_far_from_the_nearest_branch_as_the_truth_says_and_is_counted_by_place(bank: Bank) -> None:
    mapped = bank.customer_of()
    true = {
        mapped.get(f"{system}:{number}", f"{system}:{number}"): person["km_to_branch"]
        for person in bank.persons()
        for system, column in SYSTEMS.items()
        for number in person[column]
    }
    found = {row["customer_id"]: row["km_to_branch"] for row in bank.read("gold.customer").collect()}
    # Coordinates in the files are rounded, and so is the distance, to 10 m.
    assert {who: (km, true[who]) for who, km in found.items() if km is None or abs(km - true[who]) > 0.01} == {}
    rows = bank.read("gold.place_traffic").where("figure = 'lines_held'").collect()
    counted: Counter[str] = Counter()
    for row in rows:
        counted[row["breakdown"]] += row["customers"]
    assert counted == dict.fromkeys(("all", "region", "home_branch", "distance"), len(found))


def rows_of_files(bank: Bank, kind: str, pattern: str = "*.csv") -> Iterator[dict[str, str]]:
    """The rows of all files of a kind, broken and repeated ones too."""
    for path in sorted((bank.files / kind).glob(pattern)):
        with path.open(encoding="utf-8") as file:
            yield from csv.DictReader(file)


def test_invalid_customers_are_those_with_hardly_any_money_and_no_movement_in_the_files(bank: Bank) -> None:
    mapped = bank.customer_of()

    def customer(system: str, number: str) -> str:
        party = f"{system}:{number}"
        return mapped.get(party, party)

    owner = {row["account_id"]: customer("core", row["party_id"]) for row in rows_of_files(bank, "core/accounts")}
    holder = {row["card_number"]: customer("cards", row["customer_no"]) for row in rows_of_files(bank, "cards/cards")}
    line_of = {row["product_code"]: row["line"] for row in rows_of_files(bank, "lists", "products.csv")}
    assets: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows_of_files(bank, "core/balances", f"*_{LAST_DAY}.csv"):
        assets[owner[row["account_id"]]] += Decimal(row["balance"])
    for row in rows_of_files(bank, "core/contracts"):
        if line_of[row["product_code"]] not in ("mortgage", "consumer_loan") and not row["closed_on"]:
            assets[customer("core", row["party_id"])] += Decimal(row["principal"])
    year = {str(LAST_DAY - timedelta(days=ago)) for ago in range(365)}
    moved = {
        owner.get(row["account_id"])
        for row in rows_of_files(bank, "core/transactions")
        if row["booked_at"][:10] in year
    }
    moved |= {
        holder.get(row["card_number"])
        for row in rows_of_files(bank, "cards/transactions")
        if row["purchased_at"][:10] in year
    }
    tiers = {row["customer_id"]: row["tier"] for row in bank.read("gold.customer_tier").collect()}
    assert set(tiers) == set(assets)
    invalid = {name for name, amount in assets.items() if amount <= 100 and name not in moved}
    assert {name for name, tier in tiers.items() if tier == "invalid"} == invalid
    # either alone is not enough
    assert len({name for name, amount in assets.items() if amount <= 100} - invalid) > 10
    assert len(set(assets) - moved - invalid) > 3


PROFILE = {
    "age",
    "products",
    "assets",
    "trades",
    "balance_volatility",
    "own_transfers",
    "purchases",
    "renewal_delay",
}
"""What a portrait has to tell: age, product lines held, assets, trade frequency, balance volatility, own-name transfers to
other banks, past purchases, mean delay after maturity.
"""


def test_portraits_tell_who_is_in_them_and_all_eight_items(bank: Bank) -> None:
    members = Counter(row["portrait"] for row in bank.read("gold.customer_portrait").collect())
    told = bank.read("gold.portrait").collect()
    assert set(members) == {"idle_funds", "likely_to_leave"}
    assert {(row["portrait"], row["customers"]) for row in told} == set(members.items())
    for portrait in members:
        items = {row["feature"] for row in told if row["portrait"] == portrait and row["mean"] is not None}
        assert items >= PROFILE, portrait
    idle = bank.read("gold.customer_portrait").where("portrait = 'idle_funds'")
    moved = (
        bank.read("gold.customer")
        .join(idle, on="customer_id", how="inner")
        .agg(F.avg("movements_365d").alias("mean"))
        .first()
    )
    assert moved is not None
    trades = {row["portrait"]: row["mean"] for row in told if row["feature"] == "trades"}
    assert trades["idle_funds"] == pytest.approx(moved["mean"]), (
        "how often money moves, not how often a contract is signed"
    )


def test_idle_funds_are_those_of_the_truth(bank: Bank) -> None:
    """Who let money lie when a term ended 30 to 300 days ago, and has not spent it since: by the truth, and by the portrait."""
    mapped = bank.customer_of()
    ended, idle = set(), set()
    for row in pq.read_table(bank.truth / "maturities.parquet").to_pylist():
        party, days = f"core:{row['party_id']}", (LAST_DAY - row["matures_on"]).days
        if days < 365:
            ended.add(mapped.get(party, party))
        if row["outcome"] == "idle" and row["acts_on"] is None and 30 <= days <= 300:
            idle.add(mapped.get(party, party))
    rows = bank.read("gold.customer_portrait").where("portrait = 'idle_funds'").collect()
    found = {row["customer_id"] for row in rows}
    assert found <= ended
    assert len(found & idle) >= 0.5 * len(found)
    assert len(found & idle) >= 0.5 * len(idle)
    assert len(found & idle) > 3 * len(found) * len(idle) / len(ended), "three times what chance gives"


def test_each_plan_has_those_at_risk_with_an_offer_that_they_do_not_hold(bank: Bank) -> None:
    plans = bank.read("gold.maintenance_plan").collect()
    held = {
        row["customer_id"]: row["names_of_lines"].split()
        for row in bank.read("gold.customer").where("names_of_lines IS NOT NULL").collect()
    }
    spells = bank.read("gold.spell").where("probability >= 0.08").collect()
    scores = bank.read("gold.score").where("target = 'leaves_at_maturity' AND probability >= 0.2").collect()
    found = {
        plan: {row["customer_id"] for row in plans if row["plan"] == plan}
        for plan in ("keep_payroll", "keep_at_maturity")
    }
    assert found["keep_payroll"] == {row["customer_id"] for row in spells}
    assert found["keep_at_maturity"] == {row["customer_id"] for row in scores}
    assert min(map(len, found.values())) > 0
    assert [row["customer_id"] for row in plans if row["offer"] in held[row["customer_id"]]] == []
    assert all(row["occasion"] == "maturity" for row in plans if row["plan"] == "keep_at_maturity")


def test_prospects_have_no_account_and_three_likely_lines(bank: Bank) -> None:
    without = bank.read("gold.customer").where("accounts_held = 0 AND active_days_365d > 0").collect()
    named = Counter(row["customer_id"] for row in bank.read("gold.prospect").collect())
    assert named == {row["customer_id"]: 3 for row in without}
    page = (bank.lake / "report" / "index.html").read_text(encoding="utf-8")
    assert "Customers of app, web and credit cards without an account" in page
