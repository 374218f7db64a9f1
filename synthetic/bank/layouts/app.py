"""Files of the app and the web: Parquet, instants in UTC."""

from synthetic.bank.layout import Layout, columns

USERS = Layout(
    name="app/users",
    format="parquet",
    doc="One row for each user account of app and web, as of the last day; a few persons have two.",
    dirt="as core/parties; names that nobody verified are missing",
    columns=columns("""
user_id text number of the user account
nickname text as the user wants to be called
name text in Han script, where it was verified
gender text male or female
birth_date date birth date
phone text mobile number as it was typed
email text e-mail as it was typed
address text delivery address in Han script
postcode text postcode area
registered_at instant when the account was made
updated_at instant when it was last changed
"""),
)
DEVICES = Layout(
    name="app/devices",
    format="parquet",
    doc="One row for each device and browser that a user was seen with.",
    columns=columns("""
user_id text user account
device_id text the phone's app, empty for a browser
cookie_id text the cookie of the browser on it
screen text phone or desktop
first_seen_at instant when it was first seen with this user
"""),
)
BOUND_CARDS = Layout(
    name="app/bound_cards",
    format="parquet",
    doc="One row for each card that a user may pay with in the app.",
    dirt="a few belong to somebody else of the household",
    columns=columns("""
user_id text user account
card_number text card of core/debit_cards
bound_at instant when it was bound
"""),
)
