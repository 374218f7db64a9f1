"""Build segments: see bullseye.segments.job."""

from bullseye.cli.app import main
from bullseye.segments.job import JOB

if __name__ == "__main__":
    main(JOB)
