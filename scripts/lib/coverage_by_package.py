"""Prints the coverage of each package of the library, and of all of it, from the data of coverage.py (COVERAGE_FILE)."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any

from coverage import Coverage

LIBRARY = PurePath("lib/bullseye")


def by_package(files: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """One line a package, the lowest share first, then one for all; a topic counts as a package.

    The share is that of statements and branches that ran, in percent; a package without either has all of them.
    """
    counts: dict[str, Counter[str]] = {}
    for path, file in files.items():
        parts = PurePath(path).relative_to(LIBRARY).parts
        name = "/".join(parts[: 2 if parts[0] == "topics" and len(parts) > 2 else 1]).removesuffix(".py")
        for package in (name, "all"):
            counts.setdefault(package, Counter()).update(
                {key: number for key, number in file["summary"].items() if isinstance(number, int)}
            )
    total = counts.pop("all", Counter())
    ordered = [*sorted(counts.items(), key=lambda item: (_share(item[1]), item[0])), ("all", total)]
    return [f"{name:26} {_share(n):6.1f} % of {n['num_statements']:6,} statements" for name, n in ordered]


def _share(counts: Counter[str]) -> float:
    whole = counts["num_statements"] + counts["num_branches"]
    return 100 * (counts["covered_lines"] + counts["covered_branches"]) / whole if whole else 100.0


def main() -> None:
    """Print the lines for the data that COVERAGE_FILE names."""
    measured = Coverage()
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "coverage.json")
        measured.json_report(outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    print("\n".join(by_package(files)))


if __name__ == "__main__":
    main()
