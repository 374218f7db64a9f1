"""Publish the tables together: see bullseye.publish.job."""

from bullseye.cli.app import main
from bullseye.suite import PUBLISH_RELEASE as JOB

if __name__ == "__main__":
    main(JOB)
