"""Build segments: see bullseye.segments.job."""

from bullseye.cli import main
from bullseye.segments.job import JOB

if __name__ == "__main__":
    main(JOB)
