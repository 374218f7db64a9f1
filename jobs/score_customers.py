"""Score all customers by the models."""

from bullseye.cli.app import main
from bullseye.topics.scoring.job import SCORE

if __name__ == "__main__":
    main(SCORE)
