"""Build tags: see bullseye.tags.job."""

from bullseye.cli import main
from bullseye.tags.job import JOB

if __name__ == "__main__":
    main(JOB)
