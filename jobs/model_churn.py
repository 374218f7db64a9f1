"""Model who leaves when, where and why."""

from bullseye.cli.app import main
from bullseye.topics.churn.job import JOB

if __name__ == "__main__":
    main(JOB)
