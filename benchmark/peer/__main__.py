"""`python -m benchmark.peer`: all outputs of conf/retail by one program on one machine, step by step."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmark.peer.association import mine_associations, recommend_items
from benchmark.peer.customers import build_customers
from benchmark.peer.dates import make_spine
from benchmark.peer.facts import ingest
from benchmark.peer.models import score_customers, train_models
from benchmark.peer.segments import build_segments
from benchmark.peer.session import Peer, connect
from benchmark.peer.tags import build_tags
from bullseye.suite import load_settings

STEPS: dict[str, Callable[[Peer, date], None]] = {
    "make_spine": make_spine,
    "build_customers": build_customers,
    "build_tags": build_tags,
    "build_segments": build_segments,
    "mine_associations": mine_associations,
    "recommend_items": recommend_items,
    "train_models": train_models,
    "score_customers": score_customers,
}
"""All steps after the ingest, which finds as_of."""


def main(
    paths: Annotated[Path, typer.Option(help="JSON file: the path or glob of every source, by its name.")],
    lake: Annotated[Path, typer.Option(help="Folder for the Delta tables.")],
    deployment: Annotated[Path, typer.Option(help="Folder of the settings.")] = Path("conf/retail"),
    memory: Annotated[str, typer.Option(help="DuckDB's limit; what does not fit goes to disk.")] = "3GB",
    as_of: Annotated[str | None, typer.Option(help="Default: the last complete day in the data.")] = None,
) -> None:
    """Make everything; writes <lake>/steps.json: seconds, CPU-seconds and peak memory so far of every step."""
    lake.mkdir(parents=True, exist_ok=True)
    steps: list[dict[str, object]] = []
    with TemporaryDirectory(dir=lake) as folder, connect(Path(folder) / "peer.duckdb", memory=memory) as connection:
        settings = load_settings(deployment)
        peer = Peer(connection, settings, json.loads(paths.read_text(encoding="utf-8")), lake)
        steps.append(_timed("ingest_sources", lambda: ingest(peer)))
        day = date.fromisoformat(as_of) if as_of else peer.as_of()
        for name, step in STEPS.items():
            steps.append(_timed(name, lambda step=step: step(peer, day)))  # type: ignore[misc]
    (lake / "steps.json").write_text(json.dumps(steps, indent=1), encoding="utf-8")


def _timed(name: str, step: Callable[[], None]) -> dict[str, object]:
    clock, cpu = time.monotonic(), time.process_time()
    step()
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "step": name,
        "seconds": time.monotonic() - clock,
        "cpu_seconds": time.process_time() - cpu,
        "peak_bytes_so_far": used.ru_maxrss * 1024,
    }


if __name__ == "__main__":
    typer.run(main)
