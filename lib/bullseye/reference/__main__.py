"""`python -m bullseye.reference ROOT`: rewrites docs/reference of a checkout."""

from __future__ import annotations

import sys
from pathlib import Path

from bullseye.reference.pages import pages

if __name__ == "__main__":
    root = Path(sys.argv[1])
    for name, text in pages(root).items():
        (root / "docs" / "reference" / name).write_text(text, encoding="utf-8")
