"""Files of the card system: CSV in UTF-8, names in capitals, birth dates as day/month/year."""

from synthetic.bank.layout import Layout, columns

PARTIES = Layout(
    name="cards/parties",
    cut="changes",
    doc="One row for each customer record of the card system; a few persons have two. The first file has the state before "
    "the last month, those of its days what is new or changed.",
    dirt="as core/parties; most national ids with their last four characters only",
    columns=columns("""
customer_no text number of the record
name text GIVEN FAMILY in Latin capitals
sex text 1 for men, 2 for women
date_of_birth text day/month/year
id_number text national id: 18 characters, or the last four of them, or nothing
mobile text mobile number as it was typed
email text e-mail as it was typed
address text address in Latin capitals, beginning with the room
postcode text postcode area
created_on date first day of the record
modified_on date day of the last change of the record
"""),
)
REPAYMENT_CARDS = Layout(
    name="cards/repayment_cards",
    doc="One row for each customer record whose credit card is repaid by a debit card of core banking.",
    dirt="a few are repaid by somebody else of the household",
    columns=columns("""
customer_no text customer record
debit_card_number text card of core/debit_cards
since date first day
"""),
)
CARDS = Layout(
    name="cards/cards",
    doc="One row for each credit card.",
    columns=columns("""
card_number text 16 digits
customer_no text whose it is
product_code text credit card of lists/products
opened_on date first day
credit_limit money CNY
"""),
)
STATEMENTS = Layout(
    name="cards/statements",
    cut="month ends",
    doc="One row for each credit card and month with purchases.",
    columns=columns("""
card_number text credit card
statement_on date month end
spent money purchases of the month, CNY
repaid money what was repaid of it, CNY
repaid_from text own account (of this bank) or other bank
repaid_on date when
"""),
)
TRANSACTIONS = Layout(
    name="cards/transactions",
    cut="days",
    doc="One row for each purchase by credit card; those of a month add up to the statement.",
    dirt="rows twice; a part of one day comes three days late, in a file of its own; bad rows",
    columns=columns("""
purchase_id text number of the purchase
card_number text credit card
purchased_at time by the bank's clock
amount money CNY
merchant_kind text kind of merchant
place text shop or online
"""),
)
