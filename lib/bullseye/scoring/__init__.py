"""What customers will probably do: targets from models.yaml, learned, judged and applied."""

from bullseye.scoring.score import score_customers
from bullseye.scoring.train import train_models

__all__ = ["score_customers", "train_models"]
