"""What people and clerks do to what they type: letters swapped or left out, signs in phones, capitals, defaults."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.random import Generator

from synthetic.bank.calendar import day_number
from synthetic.bank.chance import Flags, Ints
from synthetic.bank.parameters import Dirt
from synthetic.bank.phones import digits
from synthetic.bank.text import changed, joined, missing, picked, where

_PREFIXES = ("+86", "86-", "0086", "+86 ", "(86)")


def mistyped(random: Generator, values: Any, *, share: float, keep: int = 0) -> Any:
    """A share of the values with two neighbouring characters swapped, one left out or one typed twice, after `keep`."""
    rows = _some(random, values, share)
    written = []
    for text, drawn in zip(pc.take(values, pa.array(rows)).to_pylist(), random.random((len(rows), 2)), strict=True):
        at = keep + int(drawn[0] * max(1, len(text) - keep - 1))
        swapped = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
        shorter, longer = text[:at] + text[at + 1 :], text[:at] + text[at : at + 1] * 2 + text[at + 1 :]
        written.append(swapped if drawn[1] < 0.4 else shorter if drawn[1] < 0.7 else longer)
    return changed(values, rows, written)


def other_character(random: Generator, values: Any, characters: list[str], *, share: float) -> Any:
    """A share of the values with another last character."""
    rows = _some(random, values, share)
    others = random.integers(0, len(characters), len(rows))
    texts = pc.take(values, pa.array(rows)).to_pylist()
    return changed(values, rows, [text[:-1] + characters[other] for text, other in zip(texts, others, strict=True)])


def other_digit(random: Generator, values: Any, *, share: float, first: int, last: int) -> Any:
    """A share of the values with one digit from position `first` to `last` raised by one (9 becomes 0)."""
    rows = _some(random, values, share)
    written = []
    for text, at in zip(
        pc.take(values, pa.array(rows)).to_pylist(), random.integers(first, last + 1, len(rows)), strict=True
    ):
        digit = str((int(text[at]) + 1) % 10) if text[at].isdigit() else "0"
        written.append(text[:at] + digit + text[at + 1 :])
    return changed(values, rows, written)


def typed_phone(random: Generator, numbers: Ints, dirt: Dirt, *, system: str) -> Any:
    """Numbers as they stand in a system: mistyped, with a prefix, a default, or not at all."""
    size = len(numbers)
    text = other_digit(random, digits(numbers), share=dirt.typo_phone, first=3, last=10)
    spaced = joined(
        pc.utf8_slice_codeunits(text, 0, 3),
        pc.utf8_slice_codeunits(text, 3, 7),
        pc.utf8_slice_codeunits(text, 7),
        separator="-",
    )
    prefix = picked(_PREFIXES, random.integers(0, len(_PREFIXES), size))
    signs = random.random(size)
    text = where(
        signs < dirt.prefixed_phone, joined(prefix, text), where(signs > 1 - dirt.prefixed_phone / 3, spaced, text)
    )
    text = where(random.random(size) < dirt.defaulted_phone, dirt.default_phone, text)
    return missing(text, random.random(size) < dirt.no_phone[system])


def typed_email(random: Generator, values: Any, dirt: Dirt, *, system: str) -> Any:
    """E-mails as they stand in a system: mistyped, in capitals, or a default."""
    size = len(values)
    text = mistyped(random, values, share=dirt.typo_email)
    text = where(random.random(size) < dirt.upper_email[system], pc.utf8_upper(text), text)
    text = missing(text, random.random(size) < dirt.no_email[system])
    return where(random.random(size) < dirt.defaulted_email, dirt.default_email, text)


def typed_birth(random: Generator, days: Ints, dirt: Dirt, *, system: str) -> tuple[Ints, Flags]:
    """Birth dates as they stand in a system, and whether one stands there at all."""
    size = len(days)
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day, month = (dates - months).astype(np.int64) + 1, months.astype(np.int64) % 12 + 1
    january = dates.astype("datetime64[Y]").astype("datetime64[M]")
    turned = ((january + (day - 1) % 12).astype("datetime64[D]") + (month - 1)).astype(np.int64)
    # Day and month the wrong way round where that gives a date, else the day before or after.
    wrong = np.where(day <= 12, turned, days + random.choice([-1, 1], size))
    typed = np.where(random.random(size) < dirt.typo_birth, wrong, days)
    typed = np.where(random.random(size) < dirt.defaulted_birth, day_number(dirt.default_birth), typed)
    return typed, random.random(size) >= dirt.no_birth[system]


def _some(random: Generator, values: Any, share: float) -> Ints:
    """Positions of a share of the values that are there."""
    drawn = random.random(len(values)) < share
    return np.flatnonzero(drawn & pc.is_valid(values).to_numpy(zero_copy_only=False))
