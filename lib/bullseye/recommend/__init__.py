"""What to offer each customer next, and why."""

from bullseye.recommend.job import recommend_items, recommendations

__all__ = ["recommend_items", "recommendations"]
