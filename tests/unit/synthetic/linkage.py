"""Links by rule, as a careful analyst and a careless one would write them: can the bank's identities be resolved?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet

Party = tuple[str, str]
DEFAULTS = {"13800000000", "none@none.com", "1900-01-01"}
PERSON_FILES = {
    "core": ("core/parties", {"id": "party_id", "birth": "birth_date"}),
    "cards": (
        "cards/parties",
        {"id": "customer_no", "birth": "date_of_birth", "phone": "mobile", "gender": "sex"},
    ),
    "app": ("app/users", {"id": "user_id", "birth": "birth_date"}),
}


@dataclass(frozen=True)
class Record:
    """What a person file says of a party, normalised."""

    name: str | None
    latin: str | None
    man: bool | None
    birth: str | None
    national_id: str | None
    phone: str | None
    email: str | None
    postcode: str


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of all files of a kind; every CSV value as text."""
    found = []
    for path in sorted((folder / name).iterdir()):
        if path.suffix == ".parquet":
            found += pyarrow.parquet.read_table(path).to_pylist()
            continue
        read = pyarrow.csv.ReadOptions(encoding="gb18030" if name.startswith("core/") else "utf-8")
        header = path.read_bytes().partition(b"\n")[0].decode().replace('"', "").split(",")
        types = pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(header, pyarrow.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )
        found += pyarrow.csv.read_csv(path, read_options=read, convert_options=types).to_pylist()
    return found


def records(folder: Path) -> dict[Party, Record]:
    """Every party of the three systems."""
    return {
        (system, row[columns["id"]]): _record(system, row, columns)
        for system, (name, columns) in PERSON_FILES.items()
        for row in rows(folder, name)
    }


def _record(system: str, row: dict[str, Any], columns: dict[str, str]) -> Record:
    birth = row[columns["birth"]]
    if system == "cards" and birth:
        birth = "-".join(reversed(birth.split("/")))
    phone = row[columns.get("phone", "phone")]
    digits = "".join(sign for sign in phone or "" if sign.isdigit())[-11:]
    latin = row["name"] if system == "cards" else row.get("name_latin")
    if latin and system == "core":
        latin = " ".join(reversed(latin.split(" ")))
    email = (row["email"] or "").lower()
    gender = row[columns.get("gender", "gender")]
    return Record(
        name=row["name"] if system != "cards" else None,
        latin=latin,
        man=gender in ("M", "1", "male") if gender else None,
        birth=str(birth) if birth and str(birth) not in DEFAULTS else None,
        national_id=row.get("id_number"),
        phone=digits if digits and digits not in DEFAULTS else None,
        email=email if email and email not in DEFAULTS else None,
        postcode=row["postcode"],
    )


def careful_links(folder: Path, known: dict[Party, Record]) -> Iterator[tuple[Party, Party]]:
    """Pairs that share a strong identifier, or a phone and a name or birth date, and do not contradict each other."""
    for column in ("national_id", "email", "phone"):
        for group in _groups(known, column, most=8):
            for one, other in combinations(group, 2):
                a, b = known[one], known[other]
                if column == "national_id" and len(a.national_id or "") < 18:
                    continue
                if column != "phone" or _same(a, b):
                    yield one, other
    cards = {row["card_number"]: ("core", row["party_id"]) for row in rows(folder, "core/debit_cards")}
    phones = {row["device_id"]: ("app", row["user_id"]) for row in rows(folder, "app/devices") if row["device_id"]}
    named = [
        *(
            (("cards", row["customer_no"]), cards[row["debit_card_number"]])
            for row in rows(folder, "cards/repayment_cards")
        ),
        *((("app", row["user_id"]), cards[row["card_number"]]) for row in rows(folder, "app/bound_cards")),
        *((("core", row["party_id"]), phones[row["device_id"]]) for row in rows(folder, "core/ebanking")),
    ]
    for one, other in named:
        if not _contradict(known[one], known[other]):
            yield one, other


def naive_links(known: dict[Party, Record], folder: Path) -> Iterator[tuple[Party, Party]]:
    """Pairs that share any phone or e-mail, defaults included."""
    for system, (name, columns) in PERSON_FILES.items():
        for row in rows(folder, name):
            party = (system, row[columns["id"]])
            for value in (row[columns.get("phone", "phone")], row["email"]):
                if value:
                    yield party, ("value", value)


def _groups(known: dict[Party, Record], column: str, *, most: int) -> Iterable[list[Party]]:
    found = defaultdict(list)
    for party, record in known.items():
        if value := getattr(record, column):
            found[value].append(party)
    return [group for group in found.values() if 1 < len(group) <= most]


def _same(one: Record, other: Record) -> bool:
    named = (one.name and one.name == other.name) or (one.latin and one.latin == other.latin)
    return bool((named or (one.birth and one.birth == other.birth)) and not _contradict(one, other))


def _contradict(one: Record, other: Record) -> bool:
    if one.man is not None and other.man is not None and one.man != other.man:
        return True
    if one.birth and other.birth and one.birth != other.birth:
        return not ((one.name and one.name == other.name) or (one.latin and one.latin == other.latin))
    return False


def clusters(parties: Iterable[Any], links: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """The root of each party after all links (union-find with halved paths)."""
    parent: dict[Any, Any] = {party: party for party in parties}

    def root(party: Any) -> Any:
        parent.setdefault(party, party)
        while parent[party] != party:
            parent[party] = parent[parent[party]]
            party = parent[party]
        return party

    for one, other in links:
        parent[root(one)] = root(other)
    return {party: root(party) for party in list(parent)}


def truth(folder: Path) -> dict[Party, str]:
    """The person of each party."""
    columns = {"core": "core_parties", "cards": "cards_parties", "app": "app_users"}
    return {
        (system, number): row["person_id"]
        for row in pyarrow.parquet.read_table(folder / "persons.parquet").to_pylist()
        for system, column in columns.items()
        for number in row[column]
    }


def precision_and_recall(found: dict[Party, Any], true: dict[Party, str]) -> tuple[float, float]:
    """Of pairs of parties in one cluster: the share that is one person; and of those of one person, the share found."""

    def pairs(labels: Iterable[Any]) -> int:
        return sum(count * (count - 1) // 2 for count in Counter(labels).values())

    both = pairs((found[party], true[party]) for party in true)
    return both / pairs(found[party] for party in true), both / pairs(true.values())
