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
