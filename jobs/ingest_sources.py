"""Read, check and map the source files to the silver tables."""

from bullseye.cli.app import main
from bullseye.topics.sources.job import JOB

if __name__ == "__main__":
    main(JOB)
