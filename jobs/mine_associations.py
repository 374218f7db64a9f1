"""Mine association rules from the baskets, and test them on later ones."""

from bullseye.cli.app import main
from bullseye.topics.association.job import JOB

if __name__ == "__main__":
    main(JOB)
