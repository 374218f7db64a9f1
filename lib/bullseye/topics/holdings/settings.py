"""`holdings.yaml`: lines of products, who holds which, and which together."""

from __future__ import annotations

from typing import Literal

from bullseye.settings.documents import SettingsFile
from bullseye.settings.vocabulary import Sql


class Lines(SettingsFile):
    """Holdings by product line, as of a date."""

    file = "holdings"
    presence = "optional"

    level: Literal["product_id", "category_1", "category_2", "category_3"]
    """Column of `silver.product` that names the line."""
    where: Sql = "true"
    """Condition over `gold.customer`: the customers among which shares and lifts are counted."""
    pairs: Literal["held", "ever"] = "held"
    """What counts for pairs. held: what is held at as_of. ever: what was ever held up to as_of."""
    not_paired: tuple[str, ...] = ()
    """Lines that are in no pair, because nearly every customer has them; they are counted as holdings all the same."""
