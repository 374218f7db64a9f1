"""Profile named groups of customers against the others."""

from bullseye.cli.app import main
from bullseye.topics.portraits.job import JOB

if __name__ == "__main__":
    main(JOB)
