"""Plan what to do about customers who may leave."""

from bullseye.cli.app import main
from bullseye.topics.retain_customers.job import JOB

if __name__ == "__main__":
    main(JOB)
