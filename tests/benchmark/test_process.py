"""What a program costs."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.process import Sample, between, run, tree

SAMPLES = [Sample(10, 1.0, 100), Sample(11, 3.0, 300), Sample(12, 4.0, 200)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (10, 12, (3.0, 300)),
        (11.5, 12, (0.5, 200)),
        (11.2, 11.4, (0.2, 300)),  # no look falls into it: the nearest tell
    ],
)
def test_a_stretch_of_time_has_its_share_of_cpu_and_its_highest_memory(
    start: float, end: float, expected: tuple[float, int]
) -> None:
    cpu, peak = between(SAMPLES, start, end)
    assert (pytest.approx(cpu), peak) == expected


def test_memory_and_cpu_are_those_of_a_program_and_its_children() -> None:
    """A shell that waits for a child of 80 MB."""
    child = "block = bytearray(80_000_000); print('ready', flush=True); input()"
    command = ["/bin/sh", "-c", f'{sys.executable} -c "{child}"; exit 0']
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as shell:
        assert shell.stdout is not None
        shell.stdout.readline()
        found = tree(shell.pid)
        shell.communicate(b"end\n")
    assert shell.pid in found
    assert len(found) == 2
    assert 80_000_000 < sum(size for _, size in found.values()) < 160_000_000


def test_output_and_exit_code_of_a_program_are_kept(tmp_path: Path) -> None:
    cost = run(["/bin/sh", "-c", "echo $WHO; exit 3"], log=tmp_path / "log", environment={"WHO": "you"})
    assert (cost.exit_code, (tmp_path / "log").read_text()) == (3, "you\n")
