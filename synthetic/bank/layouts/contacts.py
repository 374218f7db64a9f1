"""Logs of branches, call centre and customer managers: CSV in UTF-8, times by the bank's clock."""

from synthetic.bank.layout import Layout, columns
from synthetic.bank.parameters import Repurchase

BRANCH_VISITS = Layout(
    name="contacts/branch_visits",
    cut="days",
    doc="One row for each visit to a branch.",
    dirt="rows twice; visitors of whom only a phone was noted",
    columns=columns("""
visit_id text number of the visit
branch_id text branch
visited_at time by the bank's clock
purpose text cash, deposit, card, loan, advice or change of data
waiting_minutes fraction until somebody had time
party_id text record in core banking, where the visitor was asked
phone text mobile number of the others, 11 digits
"""),
)
CALLS = Layout(
    name="contacts/calls",
    cut="days",
    doc="One row for each call to the call centre.",
    columns=columns("""
call_id text number of the call
called_at time by the bank's clock
phone text number that called, 11 digits
party_id text record in core banking, where the caller proved who it was
topic text balance, card lost, fees, app, loan or complaint
seconds number for how long
solved number 1 where the caller was helped, else 0
"""),
)
MANAGER_VISITS = Layout(
    name="contacts/manager_visits",
    cut="days",
    doc="One row for each visit or call of a customer manager.",
    columns=columns("""
visit_id text number of the visit
manager_id text customer manager
party_id text record in core banking
visited_on date when
way text branch, at home or phone
outcome text bought, will think, not interested or nobody there
declared_elsewhere money what some customers say that they have at other banks, CNY
"""),
)
CAMPAIGN_MEMBERS = Layout(
    name="contacts/campaign_members",
    doc="One row for each campaign and customer who was drawn for it.",
    columns=columns("""
campaign_id text campaign (lists/campaigns)
party_id text record in core banking
arm text target or control, by lot
way text sms, email or call; empty for the control group
sent_on date when; empty for the control group
"""),
)
COUPONS = Layout(
    name="contacts/coupons",
    doc="One row for each coupon that came with a campaign's message.",
    columns=columns("""
coupon_id text number of the coupon
campaign_id text campaign
party_id text record in core banking
issued_on date when
redeemed_on date day of the purchase that it was used for, empty if none
"""),
)
SURVEY = Layout(
    name="contacts/survey",
    doc="One row for each holder of a fund, an insurance, a trust or an asset plan who answered the survey.",
    columns=columns(
        "party_id text record in core banking\nanswered_on date when\n"
        + "\n".join(f"{name} fraction shows the factor {factor}" for name, (factor, *_) in Repurchase().answers.items())
    ),
)
