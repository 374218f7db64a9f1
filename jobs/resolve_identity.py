"""Decide which parties are one customer."""

from bullseye.cli.app import main
from bullseye.topics.identity.job import JOB

if __name__ == "__main__":
    main(JOB)
