"""From a folder of data files to a folder of settings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from bullseye.errors import SettingsError
from bullseye.scaffold.choices import is_clustered, lapse, mining, windows
from bullseye.scaffold.data_files import DataFile, find_files
from bullseye.scaffold.entries import Entry, entries
from bullseye.scaffold.history import history
from bullseye.scaffold.master_data import person_list, product_list
from bullseye.scaffold.meaning import understand
from bullseye.scaffold.order_line import order_line
from bullseye.scaffold.questions import decisions, questions
from bullseye.scaffold.survey import Survey, survey
from bullseye.scaffold.write import Facts, settings_texts
from bullseye.suite import load_settings

_CURRENCY = "EUR"


@dataclass(frozen=True)
class Found:
    """A source that was found: what it was taken for, and why."""

    name: str
    pattern: str
    rows: int
    whole: bool
    """False where `rows` are only those that were looked at."""
    role: str
    why: str


@dataclass(frozen=True)
class Scaffold:
    """What was found, decided and written, and what a person has to look at; texts are ready to be printed."""

    target: Path
    found: tuple[Found, ...]
    left_aside: tuple[str, ...]
    """Files that are no table, with the reason."""
    decisions: tuple[str, ...]
    questions: tuple[str, ...]
    written: tuple[str, ...]
    """Paths below `target`."""


def scaffold(
    files: Path,
    target: Path,
    *,
    title: str | None = None,
    currency: str | None = None,
    local_zone: str | None = None,
    source_zone: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Scaffold:
    """Look at the data files of a folder and write settings for them to `target`, which must not be there yet.

    `columns` maps roles (customer, time, amount ...) to `column` or `file.column` where the guess is wrong. What is not
    given is guessed and asked about: the zone is that of the machine, times in the files are local. Needs no Spark. Either
    everything is written or nothing. Raises SettingsError, with what was found in each file, when there are no receipts.
    """
    if target.exists():
        raise SettingsError(f"{target} is already there and is not overwritten; give another name, or remove it first")
    if not files.is_dir():
        raise SettingsError(f"{files} is not a folder; give the folder in which the data files lie")
    zone = _zone(local_zone, "local zone") or machine_zone()
    source = _zone(source_zone, "source zone") or zone
    sources, left = find_files(files)
    surveys, unread = _surveys(sources)
    company = understand(surveys, columns or {})
    known = entries(company, files, target)
    past = history(company, source_zone=source, local_zone=zone)
    line = order_line(company, known, has_hours=past.has_hours)
    products = product_list(company, known)
    times = company.column("time")
    as_of = past.last_day - timedelta(days=1 if past.has_hours else 0)
    facts = Facts(
        files=files.name,
        title=title or target.resolve().name.replace("_", " ").capitalize(),
        currency=currency or _CURRENCY,
        currency_given=currency is not None,
        local_zone=zone,
        local_zone_given=local_zone is not None,
        source_zone=source,
        source_zone_given=source_zone is not None,
        zoned=bool(times and times.writing and times.writing.zoned),
        time_column=times.name if times else "",
        history=past,
        entries=tuple(known.values()),
        line=line,
        products=products,
        persons=person_list(company, known),
        windows=windows(past),
        lapse=lapse(past, as_of=as_of),
        mining=mining(past, products),
        clustered=is_clustered(past),
    )
    texts = settings_texts(facts)
    _write(texts, target)
    return Scaffold(
        target=target,
        found=tuple(_found(entry) for entry in known.values()),
        left_aside=(*left, *unread),
        decisions=decisions(facts, company),
        questions=questions(facts, company),
        written=tuple(sorted(texts)),
    )


def machine_zone() -> str:
    """The zone of this machine by its name; UTC where it does not say."""
    named = Path("/etc/timezone")
    link = Path(os.path.realpath("/etc/localtime"))
    said = [named.read_text(encoding="utf-8").strip()] if named.is_file() else []
    said += ["/".join(link.parts[link.parts.index("zoneinfo") + 1 :])] if "zoneinfo" in link.parts else []
    return next((name for name in (*said, os.environ.get("TZ", "")) if name and _is_zone(name)), "UTC")


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def _zone(name: str | None, what: str) -> str:
    if name and not _is_zone(name):
        raise SettingsError(f"{name}: is no {what}; write an IANA name such as Europe/Vienna or UTC")
    return name or ""


def _surveys(sources: list[DataFile]) -> tuple[list[Survey], list[str]]:
    """The files looked at, and what cannot be read, with the reason."""
    found, unread = [], []
    for source in sources:
        try:
            looked = survey(source)
        except (pa.ArrowException, OSError, UnicodeError) as error:
            unread.append(f"{source.shown}: cannot be read: {str(error).splitlines()[0]}")
            continue
        if looked.rows.num_rows:
            found.append(looked)
        else:
            unread.append(f"{source.shown}: has no rows")
    return found, unread


def _found(entry: Entry) -> Found:
    survey = entry.survey
    return Found(entry.name, survey.file.pattern, survey.rows.num_rows, survey.whole, entry.title, entry.why)


def _write(texts: Mapping[str, str], target: Path) -> None:
    """All files or none: they are made beside the target, must load as settings, and are moved there at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name, text in texts.items():
            path = made / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        load_settings(made)
        made.chmod(0o755)
        made.rename(target)
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
