"""Makes tests/migrate/lake.tar.xz, the lake that the tests migrate, with the version whose names it has: commit 9dcf080.

In a checkout of that commit, with its test environment: python <path of this file> tests/migrate/lake.tar.xz

The lake is that of a small bank: two days, the later one released twice, the second time with another portrait, so that
one release shows rows that later ones have replaced. Account, machine and process of the lease are made up, and no path of a
machine is in it.
"""

from __future__ import annotations

import getpass
import importlib
import os
import shutil
import socket
import sys
import tarfile
from datetime import date
from pathlib import Path

ROOT = Path("/tmp/bullseye")
PERSONS, SEED = 250, 7
FEW = {
    **{f"models.targets.{number}.min_positives": "1" for number in range(3)},
    **{f"models.targets.{number}.snapshots.first": "2025-09-30" for number in range(2)},
    "insights.prospects.min_openings": "5",
    "insights.repurchase.0.min_rows": "30",
    "insights.leavers.0.min_group": "5",
    "segments.clustering.k": "[2, 3]",
}
OTHER = {"insights.portraits.groups.0.when": "idle_days BETWEEN 1 AND 400"}
EARLIER = date(2026, 5, 31)


def main(target: Path) -> None:
    checkout = Path.cwd()
    run, suite = importlib.import_module("bullseye.cli.run"), importlib.import_module("bullseye.cli.suite")
    generate = importlib.import_module("synthetic.bank.generate").generate
    shutil.rmtree(ROOT, ignore_errors=True)
    shutil.copytree(checkout / "conf" / "bank", ROOT / "conf" / "bank")
    (ROOT / "data").mkdir()
    generate(ROOT / "data" / "bank", persons=PERSONS, seed=SEED)
    os.environ["BULLSEYE_BANK_SALT"] = "a salt for made-up persons"
    socket.gethostname = lambda: "machine"
    getpass.getuser = lambda: "account"
    os.getpid = lambda: 1
    for as_of, overrides in ((EARLIER, FEW), (None, FEW), (None, FEW | OTHER)):
        jobs = suite.JOBS
        run.run_jobs(
            run.Request(ROOT / "conf" / "bank", as_of, lake=str(ROOT / "lake"), overrides=overrides), jobs, jobs
        )
    for view in (ROOT / "lake" / "views").iterdir():
        view.write_text(view.read_text(encoding="utf-8").replace(str(ROOT), "/company"), encoding="utf-8")
    with tarfile.open(target, "w:xz", preset=9) as archive:
        for path in sorted((ROOT / "lake").rglob("*")):
            if path.is_file() and not path.name.endswith(".crc"):
                archive.add(path, path.relative_to(ROOT / "lake"), filter=_plain)


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o644
    return entry


if __name__ == "__main__":
    main(Path(sys.argv[1]))
