"""Count who holds which product lines, and which together."""

from bullseye.cli.app import main
from bullseye.topics.holdings.job import JOB

if __name__ == "__main__":
    main(JOB)
