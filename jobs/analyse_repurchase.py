"""Analyse what makes customers buy again."""

from bullseye.cli.app import main
from bullseye.topics.repurchase.job import JOB

if __name__ == "__main__":
    main(JOB)
