"""Files of the app and the web: Parquet, instants in UTC."""

from synthetic.bank.layout import Layout, columns

USERS = Layout(
    name="app/users",
    format="parquet",
    cut="changes",
    doc="One row for each user account of app and web; a few persons have two. The first file has the state before "
    "the last month, those of its days what is new or changed.",
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
LOGINS = Layout(
    name="app/logins",
    format="parquet",
    cut="days",
    doc="One row for each login.",
    columns=columns("""
login_id text number of the login
user_id text user account
device_id text the phone's app, empty at a desk
cookie_id text cookie of the browser
screen text phone or desktop
logged_in_at instant when
"""),
)
PAGE_VIEWS = Layout(
    name="app/page_views",
    format="parquet",
    cut="days",
    doc="One row for each page that a user looked at.",
    dirt="rows twice",
    columns=columns("""
view_id text number of the view
login_id text login
user_id text user account
page text home, product, transfer, branch_finder or help
product_code text product that the page shows
viewed_at instant when
dwell_seconds fraction for how long
"""),
)
SEARCHES = Layout(
    name="app/searches",
    format="parquet",
    cut="days",
    doc="One row for each search.",
    columns=columns("""
search_id text number of the search
login_id text login
user_id text user account
words text in Han script
searched_at instant when
"""),
)
REVIEWS = Layout(
    name="app/reviews",
    format="parquet",
    doc="One row for each review of a product by a user who bought it.",
    columns=columns("""
review_id text number of the review
user_id text user account
product_code text product
stars number from 1 to 5
text text in Han script; empty where only stars were given
reviewed_at instant when
"""),
)
TOUCHES = Layout(
    name="app/touches",
    format="parquet",
    cut="days",
    doc="One row for each arrival at the web site; app/devices tells whose cookie it is, where anybody knows.",
    dirt="rows twice; cookies of visitors whom nobody knows",
    columns=columns("""
touch_id text number of the touch
cookie_id text cookie of the browser
channel text paid_search, natural_search, partner, banner, email or direct
screen text phone or desktop
touched_at instant when
"""),
)
APPLICATIONS = Layout(
    name="app/applications",
    format="parquet",
    doc="One row for each application for a credit card on the web site, within a day after the touch that led to it;"
    " it adds no card to cards/cards.",
    columns=columns("""
application_id text number of the application
user_id text user account
product_code text credit card
applied_at instant when
status text approved, rejected, not_collected (approved, and the card never fetched) or waiting_for_identity (of prospects)
reason text why it was rejected
"""),
)
