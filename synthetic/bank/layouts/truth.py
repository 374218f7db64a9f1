"""Files of the truth, in a folder of their own: Parquet. No job may read them."""

from synthetic.bank.layout import Layout, columns

PERSONS = Layout(
    name="persons",
    cut="list",
    format="parquet",
    doc="One row for each person, with every record of each system.",
    columns=columns("""
person_id text the person
core_parties texts party_id of core/parties
cards_parties texts customer_no of cards/parties
app_users texts user_id of app/users
household_id text persons who live together
recycled_phone_of text person whose given-up number this one has today
name text family name and given name in Han script
name_latin text the same in Latin letters, family name first
gender text M or F
birth_date date birth date
national_id text national id
phone text mobile number at the end of the window
phone_since date first day of that number, empty for whoever had no other one in the window
former_phone text mobile number until the day before; empty for the same persons
email text e-mail
postcode text postcode area
km_to_branch fraction from the postcode area to the nearest branch
gone_since date the day from which the person does nothing any more; empty for those who stay
monthly_income fraction CNY
assets_here money deposits and running contracts at this bank on the last day, loans apart, CNY
wealth_elsewhere money at other banks on the last day, CNY
reveals_elsewhere flag transfers in the own name go there and come from there
balance_volatility fraction standard deviation of the logarithm of a balance from month to month
lines texts product lines held; payroll_account for whoever was ever paid through the bank
interest text line that the person would buy next: of a prospect, the first one
preferred_payment text channel of most payments
preferred_weekday number 1 is Monday
preferred_hour number around which logins and payments are
factor_price fraction standard normal; so are the next four
factor_word_of_mouth fraction what others say
factor_reviews fraction what reviews say
factor_service fraction how the bank serves
factor_reach fraction how near the bank is
"""),
)
PAYROLL = Layout(
    name="payroll",
    cut="list",
    format="parquet",
    doc="One row for each person who was ever paid through the bank. Months count from 0, the first of the window.",
    columns=columns("""
person_id text the person
employer_id text employer
monthly_salary fraction CNY
first_month number month of the first wage, below 0 before the window
left_month number first month without a wage, empty for those who stay
leaves_in_3_months fraction probability to leave in the last three months of the window; empty for those not at risk when they begin
leaves_in_5_months fraction the same for the last five months
"""),
)
PAYROLL_MONTHS = Layout(
    name="payroll_months",
    cut="list",
    format="parquet",
    doc="One row for each payroll customer and month in which the customer could leave, with the drivers of that month.",
    columns=columns("""
person_id text the person
month text 2026-06
months_since_first number since the month of the first wage
fee_rise fraction 1 while the rise of the monthly fee is felt
wage_delay fraction 1 where the wage of the month before came late
offer_in_city fraction 1 while another bank has an offer in the city
no_login fraction 1 without a login in the month before
early_months fraction 1 in the months of the life in which people look around
km_to_branch_per_10 fraction distance to the nearest branch / 10 km
products_held fraction lines held when the month began, payroll apart
ln_salary_to_median fraction logarithm of salary / median income
hazard fraction probability to leave in this month
left flag left in this month: the first one without a wage
"""),
)
MATURITIES = Layout(
    name="maturities",
    cut="list",
    format="parquet",
    doc="One row for each contract whose term ended in the window.",
    columns=columns("""
person_id text the person
party_id text record in core banking
product_code text product
opened_on date first day
matures_on date day on which the term ended
principal money CNY
outcome text at_once (renewed), late (renewed later), leave (to another bank) or idle
acts_on date day of renewal or transfer, or on which idle money was spent; empty where that is after the window
chance_at_once fraction probabilities of the four outcomes
chance_late fraction see chance_at_once
chance_leave fraction see chance_at_once
chance_idle fraction see chance_at_once
"""),
)
CAMPAIGNS = Layout(
    name="campaigns",
    cut="list",
    format="parquet",
    doc="One row for each campaign and member, with what the person would do with the message and without.",
    columns=columns("""
person_id text the person
campaign_id text campaign
group text large, small, nil or harmful
control flag in the control group
buys_without flag would buy without the message
buys_with flag would buy with it
"""),
)
PATHS = Layout(
    name="paths",
    cut="list",
    format="parquet",
    doc="One row for each path of a user of the app.",
    columns=columns("""
path_id text the path
person_id text the person
channels texts channels of the touches, in order
chance fraction probability of an application: 1 - the product of (1 - probability of the channel)
application_id text the application that it led to, empty if none
"""),
)
SURVEY = Layout(
    name="survey",
    cut="list",
    format="parquet",
    doc="One row for each person who answered the survey.",
    columns=columns("""
person_id text the person
chance_buys_again fraction probability to buy the same line again within 180 days
buys_again flag bought it
"""),
)
