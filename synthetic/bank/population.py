"""The persons of a chunk with all that the parts of the bank planted in them: what the files are written from."""

from __future__ import annotations

from dataclasses import dataclass

from synthetic.bank.accounts import Accounts, Traits
from synthetic.bank.calendar import Calendar
from synthetic.bank.cards import CreditCards
from synthetic.bank.chance import Ints
from synthetic.bank.elsewhere import Elsewhere
from synthetic.bank.employers import Employers
from synthetic.bank.links import Devices
from synthetic.bank.maturities import TermContracts
from synthetic.bank.parties import Parties
from synthetic.bank.payroll import Payroll
from synthetic.bank.persons import Persons
from synthetic.bank.places import Places
from synthetic.bank.products import Holdings


@dataclass(frozen=True, kw_only=True)
class Population:
    """One field for each part; positions in arrays over persons mean the same person in all of them."""

    calendar: Calendar
    places: Places
    employers: Employers
    persons: Persons
    core: Parties
    cards: Parties
    app: Parties
    devices: Devices
    accounts: Accounts
    traits: Traits
    logins: Ints
    holdings: Holdings
    elsewhere: Elsewhere
    payroll: Payroll
    terms: TermContracts
    credit_cards: CreditCards
