"""Files of core banking: CSV in GB18030, names in Han script, times by the bank's clock."""

from synthetic.bank.layout import Layout, columns

PARTIES = Layout(
    name="core/parties",
    encoding="gb18030",
    doc="One row for each customer record of core banking, as of the last day; a few persons have two.",
    dirt="default phones, e-mails and birth dates; missing values; phones with prefixes and signs; typos; rows twice",
    columns=columns("""
party_id text number of the record
name text family name and given name in Han script
name_latin text the same as on a bank card, family name first, where one was embossed
gender text M or F
birth_date date birth date; 1900-01-01 where nobody asked
id_number text national id, 18 characters
phone text mobile number as it was typed
email text e-mail as it was typed
address text address in Han script
postcode text postcode area (lists/postcodes)
branch_id text home branch (lists/branches)
manager_id text customer manager (lists/managers), of customers with assets only
opened_on date first day of the record
updated_on date day of the last change of the record
"""),
)
DEBIT_CARDS = Layout(
    name="core/debit_cards",
    encoding="gb18030",
    doc="One row for each bank card that draws on an account of core banking.",
    columns=columns("""
card_number text 16 digits
party_id text whose card it is
account_id text account that it draws on
issued_on date first day
"""),
)
EBANKING = Layout(
    name="core/ebanking",
    encoding="gb18030",
    doc="One row for each device that was enrolled for electronic banking at a branch.",
    columns=columns("""
party_id text who enrolled it
device_id text the device, as the app names it
enrolled_on date first day
"""),
)
PHONE_HISTORY = Layout(
    name="core/phone_history",
    encoding="gb18030",
    doc="One row for each number of a record that changed its number and told the bank so.",
    columns=columns("""
party_id text whose number it is
phone text mobile number, 11 digits
valid_from date first day, empty where it is older than the record
valid_until date last day, empty for the number of today
"""),
)
