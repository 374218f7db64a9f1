"""Recommend to each customer what the rules expect next."""

from bullseye.cli.app import main
from bullseye.topics.recommend.job import JOB

if __name__ == "__main__":
    main(JOB)
