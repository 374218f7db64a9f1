"""One run of the peer as a program of its own."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmark.process import Cost, run
from bullseye.settings import Settings


@dataclass(frozen=True)
class PeerRun:
    """The whole program, and its steps as it tells them."""

    cost: Cost
    steps: list[dict[str, Any]]


def run_peer(settings: Settings, paths: Mapping[str, str], *, work: Path, lake: Path) -> PeerRun:
    """Run the peer into a fresh folder."""
    shutil.rmtree(lake, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    file = work / "paths.json"
    file.write_text(json.dumps(dict(paths)), encoding="utf-8")
    command = [sys.executable, "-m", "benchmark.peer", "--deployment", str(settings.folder)]
    cost = run([*command, "--paths", str(file), "--lake", str(lake)], log=work / "peer.log")
    if cost.exit_code:
        raise SystemExit(f"the peer failed with exit code {cost.exit_code}; see {work / 'peer.log'}")
    return PeerRun(cost, json.loads((lake / "steps.json").read_text(encoding="utf-8")))
