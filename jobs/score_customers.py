"""Score all customers by the models."""

from bullseye.cli import main
from bullseye.scoring.job import SCORE

if __name__ == "__main__":
    main(SCORE)
