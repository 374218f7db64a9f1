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
gender text M or F
birth_date date birth date
national_id text national id
phone text mobile number at the end of the window
email text e-mail
postcode text postcode area
km_to_branch fraction from the postcode area to the nearest branch
"""),
)
