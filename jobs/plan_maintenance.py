"""Plan what to do about customers who may leave."""

from bullseye.cli.app import main
from bullseye.insights.jobs.maintenance import JOB

if __name__ == "__main__":
    main(JOB)
