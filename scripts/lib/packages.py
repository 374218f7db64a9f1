"""Prints the graph of packages that lint-imports checks: each package of the library, from the top, and what it imports."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import grimp

settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
(layers,) = (contract["layers"] for contract in settings["contracts"] if contract["type"] == "layers")
graph = grimp.build_graph("bullseye")
for package in graph.find_children("bullseye"):
    graph.squash_module(package)
for layer in layers:
    for name in re.findall(r"\w+", layer):
        if f"bullseye.{name}" in graph.modules:
            imported = graph.find_modules_directly_imported_by(f"bullseye.{name}") - {f"bullseye.{name}"}
            print(f"{name:12} -> {', '.join(sorted(one.removeprefix('bullseye.') for one in imported)) or '-'}")
