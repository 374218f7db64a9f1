"""Build tags: see bullseye.topics.tags.job."""

from bullseye.cli.app import main
from bullseye.topics.tags.job import JOB

if __name__ == "__main__":
    main(JOB)
