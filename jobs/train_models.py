"""Learn the targets of models.yaml, and judge the models."""

from bullseye.cli import main
from bullseye.scoring.job import TRAIN

if __name__ == "__main__":
    main(TRAIN)
