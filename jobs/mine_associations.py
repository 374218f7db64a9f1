"""Mine association rules from the baskets, and test them on later ones."""

from bullseye.association.job import JOB
from bullseye.cli.app import main

if __name__ == "__main__":
    main(JOB)
