"""Files of core banking: CSV in GB18030, names in Han script, times by the bank's clock."""

from synthetic.bank.layout import Layout, columns

PARTIES = Layout(
    name="core/parties",
    encoding="gb18030",
    cut="changes",
    doc="One row for each customer record of core banking; a few persons have two. The first file has the state before "
    "the last month, those of its days what is new or changed.",
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
ACCOUNTS = Layout(
    name="core/accounts",
    encoding="gb18030",
    doc="One row for each deposit account.",
    columns=columns("""
account_id text 13 digits
party_id text whose it is
product_code text demand deposit of lists/products
opened_on date first day
"""),
)
ACCOUNT_FEES = Layout(
    name="core/account_fees",
    encoding="gb18030",
    doc="One row for each monthly fee of a payroll account, and one more where it rose.",
    columns=columns("""
account_id text payroll account
valid_from date first day of the fee
monthly_fee money CNY a month
"""),
)
BALANCES = Layout(
    name="core/balances",
    encoding="gb18030",
    cut="month ends",
    doc="One row for each deposit account and month end since it was opened.",
    columns=columns("""
account_id text deposit account
balance_on date month end
balance money CNY
"""),
)
CONTRACTS = Layout(
    name="core/contracts",
    encoding="gb18030",
    doc="One row for each contract on a product other than demand deposits and credit cards, as of the last day.",
    columns=columns("""
contract_id text number of the contract
party_id text whose it is
account_id text account that it was paid from
product_code text lists/products
opened_on date first day
matures_on date day on which the term ends, empty without a term
closed_on date day on which it ended, empty while it goes on
principal money CNY; of a loan, what was lent; 0 of a payroll agreement
yearly_rate fraction 0.02 are 2 per cent
"""),
)
LOAN_APPLICATIONS = Layout(
    name="core/loan_applications",
    encoding="gb18030",
    doc="One row for each loan that was asked for.",
    columns=columns("""
application_id text number of the application
party_id text who asked
product_code text mortgage or consumer loan
applied_on date when
status text approved or rejected
reason text why it was rejected
contract_id text the contract that it became
"""),
)
TRANSACTIONS = Layout(
    name="core/transactions",
    encoding="gb18030",
    cut="days",
    doc="One row for each movement on a deposit account; with the balances they add up month by month.",
    dirt="rows twice; a part of one day comes three days late, in a file of its own; bad rows",
    columns=columns("""
transaction_id text number of the movement
account_id text deposit account
booked_at time by the bank's clock
amount money CNY, below zero for what goes out
type text payroll, transfer_in, transfer_out, purchase, bill, cash_withdrawal, cash_deposit, contract_paid_in (into a contract), contract_paid_out (back from it)
channel text app, third_party, pos, counter, atm or system
branch_id text branch of counter and atm
counterparty_bank text other bank of a transfer, where it is told
own_name number 1 where the account at the other bank has the same owner, else 0
employer_id text employer of a wage (lists/employers)
"""),
)
