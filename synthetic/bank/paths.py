"""Touches by channel and screen, the applications that they lead to, and what each channel really contributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from synthetic.bank.calendar import DAY_SECONDS
from synthetic.bank.chance import Chunk, Flags, Floats, Ints, weights_of
from synthetic.bank.links import PHONE, SCREENS
from synthetic.bank.numbers import row_numbers, scattered
from synthetic.bank.parameters import Paths
from synthetic.bank.population import Population
from synthetic.bank.systems import instants
from synthetic.bank.text import missing, picked

STATUSES = ("approved", "rejected", "not_collected", "waiting_for_identity")
REASONS = ("income too low", "history too short", "too much debt", "identity not proven")


@dataclass(frozen=True, kw_only=True)
class Touched:
    """Arrays over paths, and over their touches in the order of paths and times."""

    who: Ints
    chance: Floats
    converted: Flags
    applied_at: Ints
    """Local seconds, within a day after the last touch."""
    status: Ints
    reason: Ints
    """-1 where nothing was rejected."""
    path: Ints
    """Of each touch."""
    channel: Ints
    screen: Ints
    second: Ints


def make_paths(chunk: Chunk, people: Population) -> Touched:
    """Up to two paths of each user of the app, one in each half of the window, and how they end."""
    random, planted, calendar = chunk.random("paths"), chunk.parameters.paths, people.calendar
    member = people.persons.in_app & people.traits.stays()
    half = (calendar.last_day - calendar.first_day) // 2
    long = max(planted.lengths) * planted.most_days_between + 2
    ends, persons = [], []
    for at, share in enumerate(planted.has_path):
        who = np.flatnonzero(member & (random.random(chunk.size) < share))
        persons.append(who)
        ends.append(calendar.first_day + at * half + random.integers(long, half, len(who)))
    who, end = np.concatenate(persons), np.concatenate(ends)
    lengths = random.choice(list(planted.lengths), len(who), p=weights_of(list(planted.lengths.values())))
    path = np.repeat(np.arange(len(who)), lengths)
    gaps = random.integers(3600, planted.most_days_between * DAY_SECONDS, len(path))
    first = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(who) else np.zeros(0, dtype=np.int64)
    passed = np.cumsum(gaps)
    last = first + lengths - 1
    second = end[path] * DAY_SECONDS + passed - passed[last][path]
    shares, convinces = (np.array(column) for column in zip(*planted.channels.values(), strict=True))
    channel = random.choice(len(shares), len(path), p=weights_of(shares))
    convinced = np.bincount(path, weights=random.random(len(path)) < convinces[channel], minlength=len(who)) > 0
    stays_away = np.bincount(path, weights=np.log1p(-convinces[channel]), minlength=len(who))
    at_desk = people.devices.desktop_of[people.app.main[who]] >= 0
    status, reason = _ends(chunk, people, who)
    return Touched(
        who=who,
        chance=1 - np.exp(stays_away),
        converted=convinced,
        applied_at=second[last] + random.integers(600, DAY_SECONDS, len(who)),
        status=status,
        reason=reason,
        path=path,
        channel=channel,
        screen=(at_desk[path] & (random.random(len(path)) < planted.desktop_touches)).astype(np.int64),
        second=second,
    )


def _ends(chunk: Chunk, people: Population, who: Ints) -> tuple[Ints, Ints]:
    """What an application of each person for a credit card comes to: only customers of the card system collect one."""
    random = chunk.random("ends of applications")
    approved = random.random(len(who)) < chunk.parameters.paths.approved
    status = np.select(
        [~(people.persons.in_core | people.persons.in_cards)[who], ~approved, people.persons.in_cards[who]],
        [3, 1, 0],
        2,
    )
    return status, np.where(status == 1, random.choice(len(REASONS), len(who), p=weights_of((4, 3, 2, 1))), -1)


def touch_rows(chunk: Chunk, people: Population, touched: Touched) -> tuple[dict[str, Any], Ints]:
    """Columns of app/touches and the local day of each: those of users, and of visitors whom nobody knows."""
    random, planted, calendar = chunk.random("visitors"), chunk.parameters.paths, people.calendar
    user = people.app.main[touched.who[touched.path]]
    device = np.where(touched.screen == PHONE, user, people.devices.desktop_of[user])
    visitors = round(planted.visitors * chunk.size)
    shares = weights_of([share for share, _ in planted.channels.values()])
    second = calendar.first_day * DAY_SECONDS + random.integers(
        0, (calendar.last_day - calendar.first_day) * DAY_SECONDS, visitors
    )
    second = np.concatenate([touched.second, second])
    order = np.argsort(second, kind="stable")
    unknown = scattered(chunk.seed, "visitors", chunk.first + np.arange(visitors), prefix="ck-9")
    channel = np.concatenate([touched.channel, random.choice(len(shares), visitors, p=shares)])
    screen = np.concatenate([touched.screen, random.integers(0, 2, visitors)])
    return {
        "touch_id": row_numbers(chunk, "U", np.arange(len(order))),
        "cookie_id": pa.concat_arrays([people.devices.cookie_id.take(device), unknown]).take(order),
        "channel": picked(list(planted.channels), channel[order]),
        "screen": picked(SCREENS, screen[order]),
        "touched_at": instants(second[order], calendar),
    }, second[order] // DAY_SECONDS


def application_ids(chunk: Chunk, paths: Ints) -> Any:
    """The number of the application at the end of each path."""
    return row_numbers(chunk, "G", paths)


def application_rows(chunk: Chunk, people: Population, touched: Touched) -> dict[str, Any]:
    """Columns of app/applications."""
    rows = np.flatnonzero(touched.converted)
    reason = touched.reason[rows]
    return {
        "application_id": application_ids(chunk, rows),
        "user_id": people.app.numbers_of(touched.who[rows]),
        "product_code": picked(["CC01"], np.zeros(len(rows), dtype=np.int64)),
        "applied_at": instants(touched.applied_at[rows], people.calendar),
        "status": picked(STATUSES, touched.status[rows]),
        "reason": missing(picked(REASONS, reason.clip(min=0)), reason < 0),
    }


def removal_effects(planted: Paths) -> dict[str, float]:
    """The share of applications that would be lost without a channel, expected over all paths.

    A path of n touches leads to nothing with probability q**n, where q is the mean over channels of 1 - probability; without a
    channel its touches convince nobody.
    """
    shares, convinces = (np.array(column) for column in zip(*planted.channels.values(), strict=True))
    shares = weights_of(shares)
    lengths, weights = np.array(list(planted.lengths)), weights_of(list(planted.lengths.values()))

    def converting(chances: Floats) -> float:
        return float((weights * (1 - (shares * (1 - chances)).sum() ** lengths)).sum())

    every = converting(convinces)
    without = [converting(np.where(np.arange(len(shares)) == at, 0.0, convinces)) for at in range(len(shares))]
    return {name: 1 - left / every for name, left in zip(planted.channels, without, strict=True)}
