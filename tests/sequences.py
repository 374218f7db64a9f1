"""Random sequences of what may happen to a lake, each of which must end as a run in a new lake would."""

from __future__ import annotations

import random
import shutil
import threading
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark import inheritable_thread_target
from pyspark.sql import SparkSession

from bullseye.core import lease, runlog
from bullseye.core import runner as suite
from bullseye.errors import BullseyeError
from tests.tiny import COUNT, DATES, DAYS, ITEM, LINE, TABLES, Company, Killed, MortalLake, check, run

FIRST = Company(lines=((DAYS[0], "ann", 1), (DAYS[0], "bob", 2), (DAYS[1], "ann", 3)))
COMMITS = 18
"""A little more than a run of everything makes, so that a kill may also come too late."""

_AT_ONCE = 3
"""Tiny runs wait more than they work."""

Step = tuple[str, Any]


def sequence(seed: int, *, steps: int) -> list[Step]:
    """The steps of a seed: each a name and what the step needs. The last is a run that nothing disturbs."""
    chance = random.Random(seed)
    disturbances = ("kill", "kill", "fail", "run")
    found: list[Step] = []
    for _ in range(steps):
        found += [_change(chance) for _ in range(chance.randrange(2))]
        if chance.random() < 0.3:
            found.append(("clock", chance.choice((-3, -2, 2))))
        kind, as_of = chance.choice(disturbances), chance.choice(DATES)
        if kind == "kill":
            found.append((kind, (as_of, chance.randrange(1, chance.choice((4, COMMITS))), chance.random() < 0.5)))
        elif kind == "fail":
            found.append((kind, (as_of, chance.choice((LINE, ITEM, COUNT)).name)))
        else:
            found.append((kind, as_of))
        if chance.random() < 0.15:
            found.append(("compact", chance.choice((LINE, COUNT)).name))
        if chance.random() < 0.6:
            found.append(("revert", None))
    return [*found, ("run", chance.choice(DATES))]


def _change(chance: random.Random) -> Step:
    kind = chance.choice(("add", "remove", "edit", "factor", "items"))
    row = (chance.choice(DAYS), chance.choice(("ann", "bob", "eve")), chance.randrange(1, 50))
    return ("change", (kind, row, chance.randrange(100)))


def changed(company: Company, kind: str, row: tuple[Any, str, int], number: int) -> Company:
    """The company after a change of its source or settings."""
    lines = {(day, customer): amount for day, customer, amount in company.lines}
    if kind == "factor":
        return replace(company, factor=3 - company.factor)
    if kind == "items":
        return replace(company, items=("tea", f"jam {number}"))
    keys = sorted(lines)
    if kind == "add":
        lines[row[0], row[1]] = row[2]
    elif kind == "remove" and len(keys) > 1:
        del lines[keys[number % len(keys)]]
    elif kind == "edit":
        lines[keys[number % len(keys)]] += row[2]
    return replace(company, lines=tuple((*key, amount) for key, amount in sorted(lines.items())))


class Clock(threading.local):
    """A wall clock that may be set, one for each thread."""

    offset = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


@contextmanager
def clock() -> Iterator[Clock]:
    """Inside, the engine looks at this clock; a process that was killed is seen to be gone, though it is this one."""
    found = Clock()
    with pytest.MonkeyPatch.context() as patch:
        for module in (runlog, lease, suite):
            patch.setattr(module, "now", found.now)
        patch.setattr(lease, "process_exists", lambda pid: False)
        end = lease._end
        # A process that is killed does not give its lease back.
        patch.setattr(lease, "_end", lambda held, *, failed: None if failed else end(held, failed=failed))
        yield found


def play(spark: SparkSession, root: Path, steps: list[Step], wall: Clock) -> None:
    """Do the steps in the lake below `root`, new or made from `FIRST`; it must then hold what a run in a new lake makes.

    Kills are an exception that no handler of errors sees, after which this lake commits nothing any more; real processes
    are killed in other tests.
    """
    company = before = FIRST
    number = 0
    wall.offset = timedelta(0)

    def start(lake: MortalLake, company: Company, as_of: Any) -> None:
        nonlocal number
        number += 1
        # Named as real runs are, so that their order as text is that of the clock.
        run(lake, company, as_of, f"{wall.now():%Y%m%dT%H%M%S}-{number:06d}")

    for name, what in steps:
        lake = MortalLake(spark, str(root))
        if name == "change":
            before, company = company, changed(company, *what)
        elif name == "revert":
            company = before
        elif name == "clock":
            wall.offset += timedelta(hours=what)
        elif name == "compact":
            if lake.exists(what):
                spark.sql(f"OPTIMIZE delta.`{lake.path(what)}`").collect()
        elif name == "run":
            start(lake, company, what)
        elif name == "kill":
            as_of, at, after = what
            with suppress(Killed):
                start(MortalLake(spark, str(root), dies_at=at, after=after), company, as_of)
        else:
            as_of, table = what
            before, wrong = company, replace(company, factor=company.factor + 98, broken=table)
            with pytest.raises(BullseyeError, match=f"{TABLES[table].name} breaks its contract"):
                start(lake, wrong, as_of)
    check(MortalLake(spark, str(root)), company, steps[-1][1])


def play_all(spark: SparkSession, folder: Path, seeds: Iterable[int], *, steps: int, base: Path | None = None) -> None:
    """Play the sequences of all seeds, a few side by side, each in a lake of its own: new, or a copy of `base`.

    Raises AssertionError with the steps of those that went wrong, by which they can be played again.
    """

    def one(seed: int) -> str:
        root, chosen = folder / f"seed-{seed}", sequence(seed, steps=steps)
        if base:
            shutil.copytree(base, root)
        try:
            play(spark, root, chosen, wall)
        except (Exception, pytest.fail.Exception):  # noqa: BLE001  each is reported with its steps
            return f"seed {seed}, steps={steps}: {chosen}\n{traceback.format_exc()}"
        # The lake stays until all have ended: frames of equal rows share Spark's cache, which looks at the tables again.
        return ""

    with clock() as wall, ThreadPoolExecutor(_AT_ONCE) as pool:
        problems = [problem for problem in pool.map(inheritable_thread_target(spark)(one), seeds) if problem]
    assert not problems, "\n".join(problems)
