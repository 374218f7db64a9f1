"""Sum the facts of every party and day."""

from bullseye.cli.app import main
from bullseye.topics.customers.job import PARTY_DAYS

if __name__ == "__main__":
    main(PARTY_DAYS)
