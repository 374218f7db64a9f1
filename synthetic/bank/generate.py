"""The folders of a generated bank: whole, or not there at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from bullseye.errors import BullseyeError
from synthetic.bank.calendar import Calendar
from synthetic.bank.expected import expected
from synthetic.bank.files import Files
from synthetic.bank.make import make_bank
from synthetic.bank.parameters import Parameters

LEAST_PERSONS, MOST_PERSONS = 100, 20_000_000
"""From more persons on, regions of national ids come round again."""
SIGN = "generated-bank.json"
"""In every folder of a bank: what it was made from. A folder without it belongs to somebody else."""


class FolderError(BullseyeError):
    """The folder for the bank or for its truth cannot be used."""

    exit_code = 2


def generate(
    folder: Path,
    *,
    persons: int,
    seed: int,
    truth: Path | None = None,
    parameters: Parameters | None = None,
    told: Callable[[int], None] = lambda done: None,
) -> Path:
    """Write a bank to `folder` and its truth to `truth`, by default a folder beside it; returns the truth's folder.

    Both are written beside their places and renamed at the end. A bank that stands there is replaced; anything else is
    left alone, and an error.
    """
    folder = folder.resolve()
    truth = truth.resolve() if truth else folder.with_name(f"{folder.name}-truth")
    if truth == folder or folder in truth.parents or truth in folder.parents:
        raise FolderError(
            f"The truth must not be where jobs read: {truth} and {folder} lie in each other. Give --truth another folder."
        )
    parameters = parameters or Parameters()
    for one in (folder, truth):
        _refuse_others(one)
    drafts = {one: one.with_name(f".{one.name}.draft") for one in (folder, truth)}
    for draft in drafts.values():
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
    calendar = Calendar(parameters.time)
    with Files(drafts[folder], calendar) as files, Files(drafts[truth], calendar) as truths:
        make_bank(files, truths, persons=persons, seed=seed, parameters=parameters, told=told)
    made = {"persons": persons, "seed": seed}
    dirt = {name: vars(written) for name, written in files.written.items()}
    _write_json(drafts[folder] / SIGN, made)
    _write_json(drafts[truth] / SIGN, made)
    planted = {"parameters": asdict(parameters), "expected": expected(parameters, drafts[truth])}
    _write_json(drafts[truth] / "parameters.json", made | planted)
    _write_json(drafts[truth] / "files.json", dirt)
    for one, draft in drafts.items():
        shutil.rmtree(one, ignore_errors=True)
        draft.rename(one)
    return truth


def _refuse_others(folder: Path) -> None:
    """A folder may be missing, empty, or hold a bank; nothing else is ever deleted."""
    if folder.is_file():
        raise FolderError(f"{folder} is a file. Name a folder.")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / SIGN).is_file():
        raise FolderError(
            f"{folder} holds something else than a generated bank. Name another folder, or empty this one."
        )


def _write_json(path: Path, values: Any) -> None:
    text = json.dumps(values, indent=2, ensure_ascii=False, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in JSON")
