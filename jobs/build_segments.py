"""Build segments: see bullseye.topics.segments.job."""

from bullseye.cli.app import main
from bullseye.topics.segments.job import JOB

if __name__ == "__main__":
    main(JOB)
