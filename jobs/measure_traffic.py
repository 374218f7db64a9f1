"""Measure visitors by source, and customers by place."""

from bullseye.cli.app import main
from bullseye.topics.traffic.job import JOB

if __name__ == "__main__":
    main(JOB)
