"""The whole small shop through random sequences of bad days, each held against a run in a new lake."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from tests.sequences import clock
from tests.shop import Shop, make_shop
from tests.tiny import Killed

from bullseye.cli.run import Request, run_jobs
from bullseye.core.checked import checked
from bullseye.core.contract import Table
from bullseye.core.graph import select
from bullseye.core.lake import Lake
from bullseye.errors import BullseyeError
from bullseye.suite import JOBS, contracts, load_settings

_SAVE = Lake._save


@dataclass
class Death:
    """Counts the commits of all tables, and lets the driver die at one of them; the lease's are its own."""

    left: int = -1
    after: bool = False
    dead: bool = False

    def save(self, lake: Lake, table: Table, *what: Any, **how: Any) -> int:
        if table.name == "ops.lease":
            return _SAVE(lake, table, *what, **how)
        self.left -= 1
        due = self.left == 0
        self.dead = self.dead or (due and not self.after)
        if self.dead:
            raise Killed
        version = _SAVE(lake, table, *what, **how)
        if due:
            self.dead = True
            raise Killed
        return version


def run(shop: Shop) -> None:
    run_jobs(Request(shop.conf, lake=str(shop.lake)), select(JOBS), JOBS)


def hashes(spark: SparkSession, shop: Shop) -> dict[str, dict[str, tuple[str, int]]]:
    """Hash and count of the rows of every slice, of all tables but registries and those about the runs themselves."""
    found, lake = {}, Lake(spark, str(shop.lake))
    for name, table in contracts(load_settings(shop.conf)).items():
        if (table.layer != "ops" or table.slice == "as_of") and not table.is_registry:
            with checked(table, lake.read(table), maker="test") as rows:
                found[name] = dict(rows.slices)
    return found


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.fault(
    "the small shop: a random sequence of late orders, kills, wrong SQL taken back and clocks set back",
    right="the next run ends as a run in a new lake",
)
def test_a_disturbed_shop_ends_as_a_new_one(
    spark: SparkSession, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    shop, death = make_shop(tmp_path / "shop"), Death()

    def save(lake: Lake, table: Table, *what: Any, **how: Any) -> int:
        return death.save(lake, table, *what, **how)

    monkeypatch.setattr(Lake, "_save", save)
    steps = []
    with clock() as wall:
        for number in range(3):
            step = chance.choice(("kill", "kill", "wrong SQL", "late order"))
            steps.append(step)
            wall.offset += timedelta(hours=chance.choice((0, -2)))
            if step == "kill":
                death.left, death.after = chance.randrange(1, 60), chance.random() < 0.5
                steps.append(f"at commit {death.left}, {'after' if death.after else 'before'} it")
                with suppress(Killed):
                    run(shop)
                death.left, death.dead = -1, False
            elif step == "wrong SQL":
                kept = {
                    file: (shop.conf / file).read_text() for file in ("silver/order_line.sql", "silver/product.sql")
                }
                break_sql(shop, "silver/order_line.sql", "paid  ", "CAST(paid * 100 AS DECIMAL(18,2))  ")
                break_sql(shop, "silver/product.sql", "sku  ", "nullif(sku, 'P6')  ")
                with pytest.raises(BullseyeError):
                    run(shop)
                for file, text in kept.items():
                    (shop.conf / file).write_text(text)
            else:
                shop.append_lines(
                    "orders.csv", [f"L{number},1,C00{1 + chance.randrange(9)},2025-03-03 10:00:00,P1,1,9.50"]
                )
        print(f"seed {seed}: {steps}")  # noqa: T201  shown where the test fails
        run(shop)
    actual = hashes(spark, shop)
    shutil.rmtree(shop.lake)
    run(shop)
    assert actual == hashes(spark, shop)


def break_sql(shop: Shop, file: str, old: str, new: str) -> None:
    path = shop.conf / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
