"""Make the customer table as of a date."""

from bullseye.cli.app import main
from bullseye.topics.customers.job import CUSTOMERS

if __name__ == "__main__":
    main(CUSTOMERS)
