"""Estimate amounts that show for some customers only."""

from bullseye.cli.app import main
from bullseye.topics.wallet.job import JOB

if __name__ == "__main__":
    main(JOB)
