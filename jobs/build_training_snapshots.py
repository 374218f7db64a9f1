"""Make the customer table as it was on the past dates that models learn from."""

from bullseye.cli.app import main
from bullseye.topics.customers.job import TRAINING_SNAPSHOTS

if __name__ == "__main__":
    main(TRAINING_SNAPSHOTS)
