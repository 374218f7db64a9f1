"""Decide from which day each person is known."""

from bullseye.cli.app import main
from bullseye.topics.customers.job import PERSONS

if __name__ == "__main__":
    main(PERSONS)
