"""What a program costs: wall time, CPU and memory of its whole tree of processes, also as they grow over time.

CPU-seconds at the end are the kernel's (user and system, all children that were waited for). Memory is the resident size
of all processes of the tree added up, looked at four times a second: a peak between two looks is missed, and pages that
two processes share count twice. Linux only.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL_SECONDS = 0.25
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Sample:
    """The tree at a time (seconds since the epoch): CPU-seconds so far of what lives, and resident bytes."""

    at: float
    cpu_seconds: float
    bytes: int


@dataclass(frozen=True)
class Cost:
    """What one program took."""

    exit_code: int
    seconds: float
    cpu_seconds: float
    samples: tuple[Sample, ...]

    @property
    def peak_bytes(self) -> int:
        return max((sample.bytes for sample in self.samples), default=0)


def run(command: Sequence[str], *, log: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a program to its end, with both outputs in `log`."""
    samples: list[Sample] = []
    over = threading.Event()
    with log.open("wb") as out:
        started = time.monotonic()
        child = subprocess.Popen(  # noqa: S603  our own scripts
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        watcher = threading.Thread(target=_watch, args=(child.pid, samples, over))
        watcher.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        finally:
            over.set()
            watcher.join()
        seconds = time.monotonic() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    return Cost(child.returncode, seconds, usage.ru_utime + usage.ru_stime, tuple(samples))


def between(samples: Sequence[Sample], start: float, end: float) -> tuple[float, int]:
    """CPU-seconds spent, and the highest memory seen, from `start` to `end` (seconds since the epoch).

    >>> between([Sample(0, 0.0, 10), Sample(1, 0.5, 30), Sample(2, 2.5, 20)], 0.5, 1.5)
    (1.25, 30)
    """
    inside = [sample.bytes for sample in samples if start <= sample.at <= end]
    # A stretch shorter than the interval has no look of its own: the nearest ones stand for it.
    nearest = sorted(samples, key=lambda sample: abs(sample.at - (start + end) / 2))[:2]
    peak = max(inside or [sample.bytes for sample in nearest], default=0)
    return _cpu_at(samples, end) - _cpu_at(samples, start), peak


def _cpu_at(samples: Sequence[Sample], at: float) -> float:
    before = [sample for sample in samples if sample.at <= at]
    after = [sample for sample in samples if sample.at > at]
    if not before or not after:
        return before[-1].cpu_seconds if before else 0.0
    first, last = before[-1], after[0]
    return first.cpu_seconds + (last.cpu_seconds - first.cpu_seconds) * (at - first.at) / (last.at - first.at)


def _watch(root: int, samples: list[Sample], over: threading.Event) -> None:
    while not over.wait(INTERVAL_SECONDS):
        found = tree(root)
        if found:
            samples.append(
                Sample(time.time(), sum(cpu for cpu, _ in found.values()), sum(size for _, size in found.values()))
            )


def tree(root: int) -> dict[int, tuple[float, int]]:
    """CPU-seconds (with those of children that ended) and resident bytes of a process and all that descend from it.

    A child with exactly the address space of its parent has just been forked, and is about to become another program:
    its memory is its parent's, and counts as none.
    """
    parents: dict[int, int] = {}
    used: dict[int, tuple[float, int]] = {}
    spaces: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "stat").read_text()
        except OSError:  # it has just ended
            continue
        # The name in parentheses may hold spaces; the fields after it are counted by `man proc`.
        fields = text.rpartition(")")[2].split()
        parents[int(entry.name)] = int(fields[1])
        spaces[int(entry.name)] = int(fields[20])
        used[int(entry.name)] = (sum(map(int, fields[11:15])) / _TICKS, int(fields[21]) * _PAGE)
    kept = {root} & set(used)
    while grown := {pid for pid, parent in parents.items() if parent in kept} - kept:
        kept |= grown
    forked = {pid for pid in kept if spaces[pid] == spaces.get(parents[pid])}
    return {pid: (used[pid][0], 0 if pid in forked else used[pid][1]) for pid in kept}
