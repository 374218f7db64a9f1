"""Sort customers into named tiers, and say which limit the data suggest."""

from bullseye.cli.app import main
from bullseye.topics.tiers.job import JOB

if __name__ == "__main__":
    main(JOB)
