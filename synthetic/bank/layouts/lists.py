"""Lists that the bank keeps: CSV in UTF-8."""

from synthetic.bank.layout import Layout, columns

POSTCODES = Layout(
    name="lists/postcodes",
    cut="list",
    doc="One row for each postcode area.",
    columns=columns("""
postcode text six digits that begin with 9, as no real one does
city text city in Han script
city_latin text the same in Latin letters
region text part of the country
latitude fraction of the middle of the area, degrees north
longitude fraction of the middle of the area, degrees east
"""),
)
BRANCHES = Layout(
    name="lists/branches",
    cut="list",
    doc="One row for each branch.",
    columns=columns("""
branch_id text number of the branch
name text in Han script
city text city in Han script
region text part of the country
latitude fraction degrees north
longitude fraction degrees east
"""),
)
MANAGERS = Layout(
    name="lists/managers",
    cut="list",
    doc="One row for each customer manager.",
    columns=columns("""
manager_id text number of the manager
branch_id text branch
"""),
)
PRODUCTS = Layout(
    name="lists/products",
    cut="list",
    doc="One row for each product.",
    columns=columns("""
product_code text number of the product
line text demand_deposit, payroll_account, term_deposit, principal_protected, other_wealth, fund, trust, asset_plan, insurance, precious_metals, credit_card, mortgage or consumer_loan
name text in Han script
term_days number days until it matures, 0 without a term
risk number from 1 to 5
yearly_rate fraction 0.02 are 2 per cent; of loans and cards, what is paid for them
least number smallest amount, CNY
"""),
)
EMPLOYERS = Layout(
    name="lists/employers",
    cut="list",
    doc="One row for each employer that pays wages through the bank.",
    columns=columns("""
employer_id text number of the employer
wage_day number day of the month on which wages are due
"""),
)
COMPETITOR_OFFERS = Layout(
    name="lists/competitor_offers",
    cut="list",
    doc="One row for each offer of another bank to payroll customers, as branches reported it.",
    columns=columns("""
city text city in Han script
bank text the other bank
valid_from date first day
valid_until date last day
"""),
)
CAMPAIGNS = Layout(
    name="lists/campaigns",
    cut="list",
    doc="One row for each campaign.",
    columns=columns("""
campaign_id text number of the campaign
product_code text what it sells
starts_on date first day
ends_on date last day on which a purchase counts
cost_per_contact money CNY
coupon_value money CNY
"""),
)
