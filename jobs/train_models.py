"""Learn the targets of models.yaml, and judge the models."""

from bullseye.cli.app import main
from bullseye.topics.scoring.job import TRAIN

if __name__ == "__main__":
    main(TRAIN)
