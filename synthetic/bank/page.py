"""The page of the generated bank: every file with its columns and dirt, and every planted number.

Run by scripts/docs --reference: `python -m synthetic.bank.page PAGE`.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bullseye.reference.markdown import cell, table
from synthetic.bank.layout import Layout
from synthetic.bank.layouts import MODULES
from synthetic.bank.parameters import Parameters
from synthetic.bank.paths import removal_effects

_HEAD = """# The generated bank

Made from the code by `scripts/docs --reference`; do not edit.

`scripts/generate_bank FOLDER` makes up a bank of 20,000 persons (`--persons`, `--seed`): the files that its systems would drop
go to FOLDER, the truth behind them to a folder beside it (FOLDER with `-truth` appended, or `--truth`), which no job reads. The
same seed and number of persons give the same bytes. Both folders are written beside their places and renamed at the end; a
bank that was there is replaced, a folder that holds anything else is refused. Nobody in it exists: national ids are of regions
that there are not, e-mails end in the names that the Internet reserves for examples, postcodes begin with 9, other banks are
made up. Mobile numbers have the form of real ones.

The window is 24 months that end on 2026-06-30; days begin at midnight in Asia/Shanghai, amounts are in CNY. CSV files have a
heading line, text in quotes, and nothing where a value is missing.

| files of | are |
| --- | --- |
| lists | one file without a date: `lists/branches.csv` |
| a state | one file of the last day, in a folder of its own: `core/contracts/contracts_2026-06-30.csv` |
| persons | one file with the state before the last month: `core/parties/parties_2026-05-31.csv`; one for each day of the last month with the records that are new or changed: `parties_2026-06-30.csv` |
| month ends | one file for each: `core/balances/balances_2026-05-31.csv` |
| flows | one file for each month, as when a bank begins to deliver: `core/transactions/transactions_2026-05.csv`; one for each day of the last month: `transactions_2026-06-30.csv`; rows that came late, named by the day on which they were dropped: `transactions_2026-06-18_late.csv` |
"""
_DIRT = """### How person files are dirty

The three person files have the same persons, each in its own way: core banking in Han script and GB18030, the card system in
Latin capitals with the given name first and birth dates as day/month/year, the app with nicknames and UTC. No id is shared.
What links them: the national id (whole in core banking, mostly its last four characters in the card system, not in the app),
phones and e-mails as somebody typed them, debit cards that repay credit cards or are bound in the app, devices that were
enrolled at a branch. Families share a phone and an address; a number that was given up belongs to somebody else three months
later (`core/phone_history` has dates); defaults are shared by thousands. Links by strong identifiers, with phones only where a
name or birth date agrees and nothing contradicts, have a precision of at least 0.99 and a recall of about 0.89
(tests/unit/synthetic); links by any equal phone or e-mail make one cluster of everybody who gave a default.

Rows twice, late rows and bad rows are counted in `files.json` of the truth. Bad rows (no id, no account, an amount in words, an
impossible time) stand at the end of the last day's files of movements and purchases.
"""
_PLANTED = """## What is planted

All numbers below are in `parameters.json` of the truth, with the figures that they come to: shares of accounts, lifts, removal
effects of channels, hazards in 3 and in 5 months and by month of the life, chances at maturity. Shares and probabilities are
between 0 and 1; a coefficient belongs to the logit of a probability.
"""
_MEANING = {
    "money": "Who has gone (`gone_since` of persons) does nothing any more. With the assets, the probability to have gone falls"
    " along a logistic curve around `gone_at`: that is the natural cut between customers and empty shells.",
    "products": "A pair of lines has its lift among all persons in core banking: P(both) = lift × P(one) × P(other). Campaigns sell a"
    " line of their own (precious metals), and buying again is more of the same line, so that neither changes it.",
    "elsewhere": "For those who reveal it, the sum of all transfers in the own name in a year is `turnover_a_year` × the wealth"
    " elsewhere. Transfers after a term ended and before a payroll customer leaves come on top.",
    "payroll": "A customer is at risk from the month after the first wage on. Leaving in a month means that this month is the first"
    " without a wage; in the `months_of_signs` months before, money goes to another bank. Drivers by month: payroll_months.",
    "maturity": "Renewing at once has the logit 0. `volatility` is standardised, `more_products` counts lines beyond the first,"
    " `price` and `service` are factors of persons.",
    "campaigns": "Everybody has two outcomes, with the message and without; the control group shows the second, all others the first.",
    "repurchase": "Answers are mean + deviation × (loading × factor + own noise), with one decimal and not below 0.",
    "paths": "A path of touches leads to an application with probability 1 - the product of (1 - probability of each touch). The"
    " removal effect of a channel is the share of all applications that would be lost if its touches convinced nobody:",
    "cards": "The share of statements that are repaid from another bank is the share of the person's wealth that is elsewhere.",
    "behaviour": "`interests` are relative weights by age. Of those who have something, most are interested in what they had first.",
}


def page() -> str:
    """The page as Markdown."""
    sections = [_HEAD, "## Files", ""]
    for name, module in MODULES.items():
        sections += [f"### {'The truth' if name == 'truth' else name}", "", inspect.getdoc(module) or "", ""]
        for one in vars(module).values():
            if isinstance(one, Layout):
                sections += _file(one)
    sections += [_DIRT, _PLANTED]
    parameters = Parameters()
    for field in dataclasses.fields(parameters):
        sections += _part(field.name, getattr(parameters, field.name), parameters)
    return "\n".join(sections)


def _file(layout: Layout) -> list[str]:
    rows = [(f"`{column.name}`", column.type, cell(column.doc)) for column in layout.columns]
    dirt = [f"Dirt: {layout.dirt}.", ""] if layout.dirt else []
    return [f"#### {layout.name}", "", layout.doc, "", *dirt, table(("column", "type", "meaning"), rows), ""]


def _part(name: str, planted: Any, parameters: Parameters) -> list[str]:
    title = name.replace("_", " ").capitalize()
    found = [f"### {title}", "", inspect.getdoc(type(planted)) or "", ""]
    if name in _MEANING:
        found += [_MEANING[name], ""]
    if name == "paths":
        effects = removal_effects(parameters.paths)
        found += [
            table(("channel", "removal effect"), [(channel, f"{effect:.3f}") for channel, effect in effects.items()]),
            "",
        ]
    rows = [(f"`{key}`", cell(text)) for key, text in _values("", planted)]
    return [*found, table(("number", "value"), rows), ""]


def _values(prefix: str, value: Any) -> list[tuple[str, str]]:
    """Every number with its name; of tables within tables, a name such as outcomes.idle."""
    if dataclasses.is_dataclass(value):
        inner = {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    elif isinstance(value, Mapping) and any(
        isinstance(one, Mapping) or dataclasses.is_dataclass(one) for one in value.values()
    ):
        inner = dict(value)
    elif isinstance(value, Mapping):
        return [(prefix, ", ".join(f"{key}: {_text(one)}" for key, one in value.items()))]
    else:
        return [(prefix, _text(value))]
    return [row for key, one in inner.items() for row in _values(f"{prefix}.{key}".strip("."), one)]


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return " / ".join(_text(one) for one in value)
    return str(value) if value != "" else "none"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
