"""What customers will probably do: targets from models.yaml, learned, judged and applied."""
