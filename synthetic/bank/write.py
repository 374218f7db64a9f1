"""The files of a chunk of persons, system by system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from synthetic.bank import behaviour, links, money_rows, systems
from synthetic.bank import contacts as of_contacts
from synthetic.bank import contracts as of_contracts
from synthetic.bank.arrays import together
from synthetic.bank.campaigns import Members, campaign_contracts, coupon_rows, make_members, member_rows
from synthetic.bank.cards import card_rows, purchase_rows, statement_rows
from synthetic.bank.chance import Chunk, Floats, Ints
from synthetic.bank.contacts import MANAGED_FROM, loan_rows, managers_of
from synthetic.bank.contracts import Contracts, contract_rows
from synthetic.bank.elsewhere import own_name_entries
from synthetic.bank.entries import Entries, entries
from synthetic.bank.files import Files
from synthetic.bank.interests import make_interests
from synthetic.bank.layout import Layout
from synthetic.bank.layouts import app, cards, contacts, core
from synthetic.bank.ledger import make_ledger
from synthetic.bank.maturities import idle_cents, term_entries
from synthetic.bank.parties import Parties, as_of
from synthetic.bank.paths import Touched, application_rows, make_paths, touch_rows
from synthetic.bank.payroll import payroll_entries
from synthetic.bank.population import Population
from synthetic.bank.products import ASSET_LINES, CAMPAIGN_LINE, TERM_LINES, products_of
from synthetic.bank.repurchase import Survey, make_survey, survey_rows
from synthetic.bank.text import missing
from synthetic.bank.truth import write_truth

_ASSETS = products_of(*ASSET_LINES, CAMPAIGN_LINE)
_PAID_ONCE = np.setdiff1d(_ASSETS, products_of(*TERM_LINES))


def write_chunk(files: Files, truths: Files, chunk: Chunk, people: Population) -> None:
    """All that concerns persons."""
    members, survey, touched = make_members(chunk, people), make_survey(chunk, people), make_paths(chunk, people)
    interests = make_interests(chunk, people.traits, people.holdings)
    contracts = together(
        [
            of_contracts.of_terms(people.terms),
            of_contracts.of_lines(chunk, people.traits, people.accounts, people.holdings, people.payroll),
            campaign_contracts(chunk, members),
            survey.contracts,
        ]
    )
    idle = idle_cents(people.terms, people.accounts, people.calendar)
    here = assets(people, contracts, idle)
    _write_identity(files, chunk, people)
    _write_core(files, chunk, people, contracts, idle)
    _write_cards(files, chunk, people, here)
    _write_app(files, chunk, people, contracts, touched, interests)
    _write_contacts(files, chunk, people, members, survey)
    write_truth(truths, chunk, people, here=here, interests=interests, members=members, survey=survey, touched=touched)


def assets(people: Population, contracts: Contracts, idle: Ints) -> Floats:
    """CNY of each person at this bank at the end of the window: deposits and running contracts, loans apart."""
    calendar = people.calendar
    runs = (
        (contracts.opened_on <= calendar.last_day)
        & (contracts.closed_on == of_contracts.NO_DAY)
        & np.isin(contracts.product, _ASSETS)
    )
    size = len(people.persons.index)
    deposits = np.bincount(people.accounts.who, weights=people.accounts.balance + idle[:, -1], minlength=size)
    return np.asarray(
        (deposits + np.bincount(contracts.who[runs], weights=contracts.cents[runs], minlength=size)) / 100
    )


def _write_identity(files: Files, chunk: Chunk, people: Population) -> None:
    """The person files, and the cards and devices that two systems know."""
    persons, places, calendar = people.persons, people.places, people.calendar
    manager = _managers(people)
    ways: tuple[tuple[Layout, Parties, Callable[[Parties], dict[str, Any]]], ...] = (
        (core.PARTIES, people.core, lambda one: systems.core_parties(chunk, persons, one, places, manager=manager)),
        (cards.PARTIES, people.cards, lambda one: systems.cards_parties(chunk, persons, one, places)),
        (app.USERS, people.app, lambda one: systems.app_users(chunk, persons, one, places, calendar)),
    )
    for layout, now, columns in ways:
        before = columns(as_of(now, calendar.state_day))
        files.write_changes(
            layout, before, columns(now), opened_on=now.opened_on, updated_on=now.updated_on, chunk=chunk
        )
    account = people.accounts.number.take(np.searchsorted(people.accounts.party, np.arange(len(people.core.who))))
    files.write(core.DEBIT_CARDS, links.debit_cards(chunk, people.core, account=account))
    files.write(core.PHONE_HISTORY, links.phone_history(chunk, persons, people.core))
    files.write(core.EBANKING, links.ebanking(chunk, people.core, people.app, people.devices))
    files.write(cards.REPAYMENT_CARDS, links.repayment_cards(chunk, persons, people.core, people.cards))
    files.write(app.DEVICES, links.device_rows(people.devices, people.app, calendar))
    files.write(app.BOUND_CARDS, links.bound_cards(chunk, persons, people.core, people.app, calendar))


def _managers(people: Population) -> Any:
    """The customer manager of each record of core banking, for the wealthy."""
    who = people.core.who
    return missing(managers_of(people, who), people.traits.wealth_class[who] < MANAGED_FROM)


def _write_core(files: Files, chunk: Chunk, people: Population, contracts: Contracts, idle: Ints) -> None:
    """Accounts, contracts, balances and movements."""
    accounts, calendar = people.accounts, people.calendar
    known = together(
        [
            payroll_entries(chunk, people.payroll, accounts, people.employers, calendar),
            own_name_entries(chunk, people.elsewhere, accounts, calendar),
            term_entries(chunk, people.terms, accounts),
            _paid_once(contracts, people),
        ]
    )
    ledger = make_ledger(chunk, people.traits, accounts, people.payroll, known, idle, calendar)
    files.write(core.ACCOUNTS, money_rows.account_rows(accounts, people.core))
    files.write(core.ACCOUNT_FEES, money_rows.fee_rows(chunk, people.payroll, accounts, calendar))
    numbers = of_contracts.numbers_of(chunk, contracts, calendar)
    files.write(core.CONTRACTS, contract_rows(chunk, contracts, numbers, people.core, accounts))
    files.write(core.LOAN_APPLICATIONS, loan_rows(chunk, people, contracts, numbers))
    rows, days = money_rows.balance_rows(accounts, ledger, calendar)
    files.write(core.BALANCES, rows, days=days)
    rows, days = money_rows.transaction_rows(
        chunk, people.persons, people.places, people.traits, accounts, ledger.entries
    )
    files.write_dirty(core.TRANSACTIONS, rows, days=days, chunk=chunk)


def _paid_once(contracts: Contracts, people: Population) -> Entries:
    """Payments into funds, insurances and other contracts without a term."""
    rows = np.flatnonzero(np.isin(contracts.product, _PAID_ONCE))
    account = people.accounts.main[contracts.who[rows]]
    return entries(account, contracts.opened_on[rows], -contracts.cents[rows], "contract_paid_in")


def _write_cards(files: Files, chunk: Chunk, people: Population, here: Floats) -> None:
    """Credit cards, their statements and purchases."""
    owned, calendar = people.credit_cards, people.calendar
    abroad = people.elsewhere.wealth / (people.elsewhere.wealth + here)
    files.write(cards.CARDS, card_rows(owned, people.cards))
    rows, days = statement_rows(chunk, owned, people.persons.in_core, abroad, calendar)
    files.write(cards.STATEMENTS, rows, days=days)
    rows, days = purchase_rows(chunk, owned, people.traits, calendar)
    files.write_dirty(cards.TRANSACTIONS, rows, days=days, chunk=chunk)


def _write_app(
    files: Files, chunk: Chunk, people: Population, contracts: Contracts, touched: Touched, interests: Ints
) -> None:
    """What is done in app and web, and how people came there."""
    sessions = behaviour.make_sessions(chunk, people)
    files.write(app.LOGINS, behaviour.login_rows(sessions, people), days=sessions.day)
    rows, days = behaviour.page_rows(chunk, sessions, people, interests)
    files.write_dirty(app.PAGE_VIEWS, rows, days=days, chunk=chunk)
    rows, days = behaviour.search_rows(chunk, sessions, people, interests)
    files.write(app.SEARCHES, rows, days=days)
    files.write(app.REVIEWS, behaviour.review_rows(chunk, people, contracts))
    rows, days = touch_rows(chunk, people, touched)
    files.write_dirty(app.TOUCHES, rows, days=days, chunk=chunk)
    files.write(app.APPLICATIONS, application_rows(chunk, people, touched))


def _write_contacts(files: Files, chunk: Chunk, people: Population, members: list[Members], survey: Survey) -> None:
    """The logs of branches, call centre and managers; campaigns; the survey."""
    rows, days = of_contacts.visit_rows(chunk, people)
    files.write_dirty(contacts.BRANCH_VISITS, rows, days=days, chunk=chunk)
    rows, days = of_contacts.call_rows(chunk, people)
    files.write(contacts.CALLS, rows, days=days)
    rows, days = of_contacts.manager_visit_rows(chunk, people)
    files.write(contacts.MANAGER_VISITS, rows, days=days)
    for at, one in enumerate(members):
        files.write(contacts.CAMPAIGN_MEMBERS, member_rows(chunk, people, one))
        files.write(contacts.COUPONS, coupon_rows(chunk, people, one, at))
    files.write(contacts.SURVEY, survey_rows(people, survey))
