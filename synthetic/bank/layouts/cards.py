"""Files of the card system: CSV in UTF-8, names in capitals, birth dates as day/month/year."""

from synthetic.bank.layout import Layout, columns

PARTIES = Layout(
    name="cards/parties",
    doc="One row for each customer record of the card system, as of the last day; a few persons have two.",
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
