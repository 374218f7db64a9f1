"""Build tags: see bullseye.tags.job."""

from bullseye.cli.app import main
from bullseye.tags.job import JOB

if __name__ == "__main__":
    main(JOB)
