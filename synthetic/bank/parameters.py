"""Every planted number, in one table for each part. Written to the truth as parameters.json.

Shares and probabilities are between 0 and 1, amounts in CNY. A coefficient belongs to the logit of a probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Time:
    """The window of the flows. The last month comes in one file a day, as from a bank that is live by then."""

    last_day: date = date(2026, 6, 30)
    months: int = 24
    zone_hours: int = 8


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who is in which system, and what makes it hard to see that it is one person."""

    systems: Mapping[str, float] = field(
        default_factory=lambda: {
            "core": 0.22,
            "core cards": 0.12,
            "core app": 0.20,
            "core cards app": 0.28,
            "cards": 0.06,
            "cards app": 0.05,
            "app": 0.07,
        }
    )
    second_party: Mapping[str, float] = field(default_factory=lambda: {"core": 0.03, "cards": 0.02, "app": 0.04})
    household_sizes: Mapping[int, float] = field(default_factory=lambda: {1: 0.70, 2: 0.15, 3: 0.10, 4: 0.05})
    # Of the members of a household other than its head.
    shares_phone: float = 0.35
    has_email: float = 0.75
    changed_phone: float = 0.12
    told_of_new_phone: float = 0.8
    persons_per_recycled_phone: int = 300
    recycled_after_days: int = 90
    # A bank card that is named in another system, and now and then is that of somebody of the same household.
    repays_from_debit_card: float = 0.55
    binds_card_in_app: float = 0.45
    enrols_device_at_core: float = 0.35
    card_of_household: float = 0.01


@dataclass(frozen=True, kw_only=True)
class Dirt:
    """Shares of the rows of a person file, or of the stated files, that are dirty in the stated way."""

    default_phone: str = "13800000000"
    default_email: str = "none@none.com"
    default_birth: date = date(1900, 1, 1)
    defaulted_phone: float = 0.03
    defaulted_email: float = 0.03
    defaulted_birth: float = 0.015
    prefixed_phone: float = 0.15
    upper_email: Mapping[str, float] = field(default_factory=lambda: {"core": 0.10, "cards": 0.30, "app": 0.05})
    no_birth: Mapping[str, float] = field(default_factory=lambda: {"core": 0.04, "cards": 0.08, "app": 0.45})
    no_gender: Mapping[str, float] = field(default_factory=lambda: {"core": 0.02, "cards": 0.05, "app": 0.40})
    no_phone: Mapping[str, float] = field(default_factory=lambda: {"core": 0.08, "cards": 0.06, "app": 0.08})
    no_email: Mapping[str, float] = field(default_factory=lambda: {"core": 0.35, "cards": 0.25, "app": 0.30})
    no_address: Mapping[str, float] = field(default_factory=lambda: {"core": 0.04, "cards": 0.06, "app": 0.50})
    typo_name: float = 0.04
    typo_birth: float = 0.02
    typo_phone: float = 0.02
    typo_email: float = 0.01
    typo_national_id: float = 0.01
    national_id_missing: Mapping[str, float] = field(default_factory=lambda: {"core": 0.08, "cards": 0.10})
    national_id_last_four: float = 0.60
    app_name_verified: float = 0.55
    core_latin_name: float = 0.70
    # Of the first person file of each system.
    duplicated_party: float = 0.01
    duplicated_row: float = 0.002
    late_share: float = 0.2
    late_days: int = 3
    bad_rows: int = 12


@dataclass(frozen=True, kw_only=True)
class Money:
    """Deposit accounts: how much is on them, and which of their owners have gone for good."""

    accounts: Mapping[int, float] = field(default_factory=lambda: {1: 0.78, 2: 0.17, 3: 0.05})
    # Upper bound of the balance at the end of the window, and the share of the accounts up to it and above the one before.
    balances: Mapping[int, float] = field(
        default_factory=lambda: {
            100: 0.71,
            1_000: 0.12,
            10_000: 0.08,
            50_000: 0.045,
            200_000: 0.028,
            1_000_000: 0.013,
            10_000_000: 0.004,
        }
    )
    empty: float = 0.2
    # A person has gone with probability gone_at_most * logistic(gone_slope * log10(gone_at / assets)).
    gone_at: float = 150.0
    gone_slope: float = 4.0
    gone_at_most: float = 0.88
    gone_for_days: int = 365
    gone_elsewhere: float = 0.35
    median_income: float = 8_000.0
    income_spread: float = 0.4
    income_by_class: float = 0.2
    active_months: float = 0.8
    payments_a_month: float = 1.4
    prefers_channel: float = 0.7
    prefers_weekday: float = 0.5


@dataclass(frozen=True, kw_only=True)
class Line:
    """Who holds a product line: the share of the persons in core banking, by whom, and beside which other line.

    `by_class` and `by_age` are relative weights: of the seven classes of Money.balances by the person's largest balance,
    and of ages below 35, below 55 and above. P(both) = lift * P(this line) * P(beside).
    """

    share: float
    by_class: tuple[float, ...] = (1, 1, 1, 1, 1, 1, 1)
    by_age: tuple[float, ...] = (1, 1, 1)
    beside: str = ""
    lift: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Products:
    """Lines in the order in which they are drawn: a line comes after the one that it is held beside."""

    lines: Mapping[str, Line] = field(
        default_factory=lambda: {
            "payroll_account": Line(share=0.16, by_class=(0.3, 0.8, 1.4, 1.4, 1.2, 0.8, 0.4), by_age=(1.2, 1.0, 0.3)),
            "mortgage": Line(share=0.05, by_age=(0.8, 1.4, 0.3)),
            "term_deposit": Line(
                share=0.075, by_class=(0, 0, 1, 1.4, 1.6, 1.6, 1.4), by_age=(0.5, 1.0, 1.8), beside="mortgage", lift=0.5
            ),
            "principal_protected": Line(share=0.06, by_class=(0, 0, 1, 1.4, 1.6, 1.8, 1.8), by_age=(0.8, 1.0, 1.2)),
            "other_wealth": Line(
                share=0.05,
                by_class=(0, 0, 1, 1.4, 1.8, 2, 2),
                by_age=(1.2, 1.2, 0.7),
                beside="principal_protected",
                lift=3.0,
            ),
            "fund": Line(
                share=0.06, by_class=(0.2, 0.5, 1, 1, 1, 1, 1), by_age=(1.6, 1.0, 0.4), beside="other_wealth", lift=4.0
            ),
            "trust": Line(share=0.012, by_class=(0, 0, 0, 0, 1, 2, 3)),
            "asset_plan": Line(share=0.02, by_class=(0, 0, 0.3, 1, 1, 1, 1), beside="trust", lift=8.0),
            "insurance": Line(share=0.05, by_age=(0.6, 1.2, 1.1), beside="mortgage", lift=2.5),
            "consumer_loan": Line(share=0.05, by_age=(1.5, 1.0, 0.3), beside="payroll_account", lift=2.0),
        }
    )
    first_is_interest: float = 0.7


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """Wealth at other banks: ln(wealth) = the sum below, and who lets it be seen by transfers in the own name."""

    constant: float = 10.2
    per_ln_income: float = 0.9
    per_decade_of_age: float = 0.15
    holds_investments: float = 0.7
    spread: float = 0.8
    reveals: float = 0.35
    # Transfers in the own name add up to this share of the wealth in a year, in both directions together.
    turnover_a_year: float = 0.5
    turnover_spread: float = 0.25
    transfers_a_year: float = 6.0


@dataclass(frozen=True, kw_only=True)
class Payroll:
    """The monthly hazard of a payroll customer to leave: logistic of the sum of coefficient times driver."""

    persons_per_employer: int = 150
    fewest_employers: int = 20
    wage_days: tuple[int, ...] = (5, 8, 10, 15, 20, 25)
    delay_months: float = 0.05
    delay_days: tuple[int, int] = (5, 12)
    fee_rise_month: int = 9
    fee_rise_share: float = 0.4
    fee_felt_months: int = 6
    offer_cities: int = 5
    offer_months: int = 6
    joins_in_window: float = 0.45
    longest_before: int = 96
    hazard: Mapping[str, float] = field(
        default_factory=lambda: {
            "constant": -4.5,
            "fee_rise": 1.7,
            "wage_delay": 1.3,
            "offer_in_city": 0.9,
            "no_login": 0.55,
            "early_months": 0.3,
            "km_to_branch_per_10": 0.45,
            "products_held": -0.5,
            "ln_salary_to_median": -0.25,
        }
    )
    # Tenure, in months since the first payroll, in which the hazard is higher.
    early: tuple[int, int] = (3, 8)
    months_of_signs: int = 2
    moved_before_leaving: tuple[float, float] = (0.3, 0.9)


@dataclass(frozen=True, kw_only=True)
class Maturity:
    """What happens when a term ends: logits against renewing at once, of the traits named."""

    outcomes: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: {
            "late": {"constant": -0.9, "was_late": 0.8, "no_app": 0.4},
            "leave": {
                "constant": -1.7,
                "reveals_own_transfers": 1.2,
                "volatility": 0.5,
                "more_products": -0.5,
                "price": 0.5,
                "service": -0.4,
            },
            "idle": {"constant": -1.2, "decades_over_50": 0.5, "no_app": 0.9, "more_products": -0.4},
        }
    )
    late_days: tuple[int, float] = (7, 20.0)
    leave_days: tuple[int, int] = (1, 7)
    idle_days: tuple[int, int] = (120, 300)


@dataclass(frozen=True, kw_only=True)
class Cards:
    """Credit cards."""

    second_card: float = 0.2
    used_months: float = 0.75
    purchases_a_month: float = 2.0
    revolves: float = 0.15


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What is done in app and web."""

    logins_shape: float = 0.8
    logins_a_month: float = 1.8
    desktop_logins: float = 0.25
    pages_a_login: float = 1.1
    # Of product pages, the share that shows the line of interest; and how much longer such a page is looked at.
    pages_of_interest: float = 0.6
    dwell_of_interest: float = 2.0
    searches_a_login: float = 0.1
    reviews_a_contract: float = 0.4
    stars_by_reviews_factor: float = 0.7
    # What persons below 35, below 55 and above are interested in, if not in what they have: relative weights.
    interests: Mapping[str, tuple[float, float, float]] = field(
        default_factory=lambda: {
            "term_deposit": (1, 2, 5),
            "principal_protected": (1, 2, 3),
            "other_wealth": (2, 3, 1),
            "fund": (5, 2, 0.5),
            "insurance": (0.5, 2, 1),
            "mortgage": (2, 2, 0.2),
            "consumer_loan": (4, 1.5, 0.3),
        }
    )


@dataclass(frozen=True, kw_only=True)
class Paths:
    """Touches of one person until an application: each touch convinces with the probability of its channel."""

    # Share of the touches; probability that one convinces.
    channels: Mapping[str, tuple[float, float]] = field(
        default_factory=lambda: {
            "paid_search": (0.22, 0.12),
            "natural_search": (0.20, 0.06),
            "partner": (0.12, 0.09),
            "banner": (0.24, 0.01),
            "email": (0.10, 0.05),
            "direct": (0.12, 0.03),
        }
    )
    lengths: Mapping[int, float] = field(default_factory=lambda: {1: 0.30, 2: 0.25, 3: 0.18, 4: 0.12, 5: 0.09, 6: 0.06})
    # Of the users of the app: a path in the first half of the window, and one in the second.
    has_path: tuple[float, float] = (0.45, 0.40)
    most_days_between: int = 7
    desktop_touches: float = 0.35
    # Touches of visitors whom nobody knows, for each person of the bank.
    visitors: float = 0.3
    approved: float = 0.65


@dataclass(frozen=True, kw_only=True)
class Campaign:
    """A campaign for precious metals: by group, the probability to buy without it, and what the message adds."""

    month: int
    cost: float
    coupon: float
    base: Mapping[str, float]
    effect: Mapping[str, float]


def _of_groups(large: float, small: float, nil: float, harmful: float) -> dict[str, float]:
    return {"large": large, "small": small, "nil": nil, "harmful": harmful}


@dataclass(frozen=True, kw_only=True)
class Campaigns:
    """Who is in a campaign is random, and so is who of them is only watched (the control group).

    Groups are told by what the bank knows: large below `young` years with `logins` logins in the six months before,
    harmful from `old` years on without any, small with some logins, nil the rest.
    """

    campaigns: Mapping[str, Campaign] = field(
        default_factory=lambda: {
            "K1": Campaign(
                month=5, cost=0.5, coupon=20, base=_of_groups(0.05, 0.05, 0.05, 0.05), effect=_of_groups(0, 0, 0, 0)
            ),
            "K2": Campaign(
                month=13,
                cost=1.5,
                coupon=50,
                base=_of_groups(0.05, 0.05, 0.05, 0.10),
                effect=_of_groups(0.12, 0.04, 0.0, -0.06),
            ),
            "K3": Campaign(
                month=19,
                cost=0.3,
                coupon=10,
                base=_of_groups(0.04, 0.04, 0.04, 0.04),
                effect=_of_groups(0.02, 0.02, 0.02, 0.02),
            ),
        }
    )
    member: float = 0.6
    control: float = 0.2
    young: float = 45.0
    old: float = 50.0
    logins: int = 3
    days_to_buy: int = 45


@dataclass(frozen=True, kw_only=True)
class Repurchase:
    """Five factors behind the answers of a survey, and what each weighs in buying the same line again."""

    responds: float = 0.9
    survey_days_ago: tuple[int, int] = (185, 300)
    within_days: int = 180
    # Column of the survey: factor, loading, mean, standard deviation.
    answers: Mapping[str, tuple[str, float, float, float]] = field(
        default_factory=lambda: {
            "fees_are_fair": ("price", 0.80, 6.0, 1.6),
            "rates_are_good": ("price", 0.75, 5.5, 1.7),
            "offers_are_used": ("price", 0.65, 4.5, 1.8),
            "would_recommend": ("word_of_mouth", 0.80, 6.5, 1.7),
            "friends_recommend": ("word_of_mouth", 0.70, 5.0, 1.8),
            "name_is_trusted": ("word_of_mouth", 0.65, 7.0, 1.3),
            "reviews_are_read": ("reviews", 0.70, 5.0, 1.9),
            "reviews_are_good": ("reviews", 0.80, 6.2, 1.5),
            "reviews_decide": ("reviews", 0.65, 4.8, 1.8),
            "waiting_minutes": ("service", -0.70, 14.0, 5.0),
            "complaints": ("service", -0.60, 2.5, 1.0),
            "staff_helps": ("service", 0.80, 6.8, 1.4),
            "problems_are_solved": ("service", 0.75, 6.1, 1.6),
            "branch_is_near": ("reach", 0.75, 5.9, 1.9),
            "machine_is_near": ("reach", 0.70, 6.3, 1.7),
            "hours_suit": ("reach", 0.60, 5.6, 1.7),
            "app_seconds": ("reach", -0.60, 3.0, 0.9),
        }
    )
    buys_again: Mapping[str, float] = field(
        default_factory=lambda: {
            "constant": -1.0,
            "price": 0.9,
            "service": 0.7,
            "word_of_mouth": 0.5,
            "reviews": 0.3,
            "reach": 0.15,
        }
    )


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """Visits and calls in the window."""

    visits: float = 1.5
    calls: float = 0.8
    manager_visits: float = 3.0
    counter_persons: float = 2.5
    visit_known: float = 0.85
    call_known: float = 0.6
    complains: float = 0.12
    declares_wealth: float = 0.3
    declared_spread: float = 0.15
    loan_rejections: float = 0.03


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """All of them."""

    time: Time = field(default_factory=Time)
    identity: Identity = field(default_factory=Identity)
    dirt: Dirt = field(default_factory=Dirt)
    money: Money = field(default_factory=Money)
    products: Products = field(default_factory=Products)
    elsewhere: Elsewhere = field(default_factory=Elsewhere)
    payroll: Payroll = field(default_factory=Payroll)
    maturity: Maturity = field(default_factory=Maturity)
    cards: Cards = field(default_factory=Cards)
    behaviour: Behaviour = field(default_factory=Behaviour)
    paths: Paths = field(default_factory=Paths)
    campaigns: Campaigns = field(default_factory=Campaigns)
    repurchase: Repurchase = field(default_factory=Repurchase)
    contacts: Contacts = field(default_factory=Contacts)
