"""Say what each customer prefers."""

from bullseye.cli.app import main
from bullseye.topics.preferences.job import JOB

if __name__ == "__main__":
    main(JOB)
