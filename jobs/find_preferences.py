"""Say what each customer prefers."""

from bullseye.cli.app import main
from bullseye.insights.jobs.preferences import JOB

if __name__ == "__main__":
    main(JOB)
