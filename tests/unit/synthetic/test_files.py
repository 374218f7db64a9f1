"""The folders of a generated bank: what is in them, when they are refused, and that a seed decides every byte."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import pytest
from tests.conftest import ROOT
from tests.unit.synthetic.conftest import Bank
from tests.unit.synthetic.test_identity import within

from synthetic.bank.generate import SIGN, FolderError, generate
from synthetic.bank.layout import Layout
from synthetic.bank.layouts import layouts
from synthetic.bank.parameters import Parameters

FEW = 150


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def files_of(bank: Bank, layout: Layout) -> list[Path]:
    base = bank.folder if "/" in layout.name else bank.truth
    if layout.cut == "list":
        return [base / f"{layout.name}.{layout.format}"]
    return sorted((base / layout.name).iterdir())


@pytest.mark.parametrize("layout", layouts().values(), ids=layouts())
def test_every_file_has_the_columns_of_its_layout(bank: Bank, layout: Layout) -> None:
    files = files_of(bank, layout)
    counts = {
        "list": {1},
        "snapshot": {1},
        "changes": set(range(20, 32)),
        "month ends": {24},
        "days": set(range(30, 23 + 30 + 2)),
    }
    assert len(files) in counts[layout.cut]
    for path in files:
        if layout.format == "parquet":
            assert pyarrow.parquet.read_schema(path).equals(layout.schema())
        else:
            header = path.read_bytes().partition(b"\n")[0].decode(layout.encoding)
            assert header == ",".join(f'"{column.name}"' for column in layout.columns)


def test_there_are_no_other_files(bank: Bank) -> None:
    expected = {path for layout in layouts().values() for path in files_of(bank, layout)}
    others = {path for base in (bank.folder, bank.truth) for path in base.rglob("*") if path.is_file()} - expected
    assert sorted(str(path.relative_to(bank.folder.parent)) for path in others) == [
        "bank-truth/files.json",
        f"bank-truth/{SIGN}",
        "bank-truth/parameters.json",
        f"bank/{SIGN}",
    ]


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        generate(tmp_path / name, persons=FEW, seed=seed)
    one, same, other = (hashes(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same
    assert hashes(tmp_path / "one-truth") == hashes(tmp_path / "same-truth")
    # Of so few persons nothing may come late.
    equal = {name for name in one.keys() & other.keys() if one[name] == other[name] and "late" not in name}
    assert equal == {
        "lists/campaigns.csv",
        "lists/managers.csv",
        "lists/products.csv",
    }


def test_core_banking_writes_its_person_file_in_gb18030_and_the_card_system_in_capitals(bank: Bank) -> None:
    core, *_ = files_of(bank, layouts()["core/parties"])
    with pytest.raises(UnicodeDecodeError):
        core.read_text(encoding="utf-8")
    assert "市" in core.read_text(encoding="gb18030")
    (name,) = bank.row("SELECT count(*) FILTER (NOT regexp_full_match(name, '[A-Z]+ [A-Z]+')) FROM cards_parties")
    assert name == 0


def test_the_stated_rows_are_twice_late_or_bad(bank: Bank) -> None:
    stated = json.loads((bank.truth / "files.json").read_text(encoding="utf-8"))
    for name, key in (("core/transactions", "transaction_id"), ("cards/transactions", "purchase_id")):
        table = name.replace("/", "_")
        rows, different = bank.row(f"SELECT count(*), count(DISTINCT {key}) FROM {table} WHERE {key} NOT LIKE 'BAD%'")
        assert (rows, rows - different) == (stated[name]["rows"], stated[name]["duplicated_rows"])
        last = (bank.folder / name / "transactions_2026-06-30.csv").read_text(encoding="utf-8").splitlines()
        bad = [line for line in last if '"' not in line]
        assert len(bad) == stated[name]["bad_rows"] == 12
        assert stated[name]["duplicated_rows"] > 0


LATE = {
    # The day of which a part comes late, the file that it comes in, and the column of its time.
    "core/transactions": ("2026-06-15", "transactions_2026-06-18_late.csv", "booked_at"),
    "cards/transactions": ("2026-06-21", "transactions_2026-06-24_late.csv", "purchased_at"),
}


@pytest.mark.parametrize("name", LATE)
def test_a_part_of_one_day_comes_three_days_late(large_bank: Bank, name: str) -> None:
    day, file, time = LATE[name]
    (late,) = [path for path in (large_bank.folder / name).iterdir() if "late" in path.name]
    booked = pyarrow.csv.read_csv(late)[time].to_pylist()
    in_time = pyarrow.csv.read_csv(large_bank.folder / name / f"transactions_{day}.csv").num_rows
    stated = json.loads((large_bank.truth / "files.json").read_text(encoding="utf-8"))[name]
    assert late.name == file
    assert {str(at)[:10] for at in booked} == {day}
    assert len(booked) == stated["late_rows"]
    assert within(len(booked) / (len(booked) + in_time), Parameters().dirt.late_share, len(booked) + in_time)


def test_no_other_file_comes_late(bank: Bank) -> None:
    stated = json.loads((bank.truth / "files.json").read_text(encoding="utf-8"))
    assert {name for name, dirt in stated.items() if dirt["late_rows"]} == set(LATE)
    assert {str(path.parent.relative_to(bank.folder)) for path in bank.folder.rglob("*late*")} == set(LATE)


REFERENCES = {
    "core_parties.postcode": "lists_postcodes.postcode",
    "core_parties.branch_id": "lists_branches.branch_id",
    "core_parties.manager_id": "lists_managers.manager_id",
    "core_accounts.party_id": "core_parties.party_id",
    "core_accounts.product_code": "lists_products.product_code",
    "core_account_fees.account_id": "core_accounts.account_id",
    "core_balances.account_id": "core_accounts.account_id",
    "core_contracts.party_id": "core_parties.party_id",
    "core_contracts.account_id": "core_accounts.account_id",
    "core_contracts.product_code": "lists_products.product_code",
    "core_debit_cards.party_id": "core_parties.party_id",
    "core_debit_cards.account_id": "core_accounts.account_id",
    "core_ebanking.party_id": "core_parties.party_id",
    "core_ebanking.device_id": "app_devices.device_id",
    "core_loan_applications.party_id": "core_parties.party_id",
    "core_loan_applications.product_code": "lists_products.product_code",
    "core_loan_applications.contract_id": "core_contracts.contract_id",
    "core_phone_history.party_id": "core_parties.party_id",
    "core_transactions.branch_id": "lists_branches.branch_id",
    "core_transactions.employer_id": "lists_employers.employer_id",
    "cards_parties.postcode": "lists_postcodes.postcode",
    "cards_repayment_cards.customer_no": "cards_parties.customer_no",
    "cards_repayment_cards.debit_card_number": "core_debit_cards.card_number",
    "cards_cards.customer_no": "cards_parties.customer_no",
    "cards_cards.product_code": "lists_products.product_code",
    "cards_statements.card_number": "cards_cards.card_number",
    "app_users.postcode": "lists_postcodes.postcode",
    "app_devices.user_id": "app_users.user_id",
    "app_bound_cards.user_id": "app_users.user_id",
    "app_bound_cards.card_number": "core_debit_cards.card_number",
    "app_logins.user_id": "app_users.user_id",
    "app_logins.cookie_id": "app_devices.cookie_id",
    "app_page_views.login_id": "app_logins.login_id",
    "app_page_views.product_code": "lists_products.product_code",
    "app_searches.login_id": "app_logins.login_id",
    "app_reviews.user_id": "app_users.user_id",
    "app_reviews.product_code": "lists_products.product_code",
    "app_applications.user_id": "app_users.user_id",
    "app_applications.product_code": "lists_products.product_code",
    "contacts_branch_visits.branch_id": "lists_branches.branch_id",
    "contacts_branch_visits.party_id": "core_parties.party_id",
    "contacts_calls.party_id": "core_parties.party_id",
    "contacts_manager_visits.manager_id": "lists_managers.manager_id",
    "contacts_manager_visits.party_id": "core_parties.party_id",
    "contacts_campaign_members.campaign_id": "lists_campaigns.campaign_id",
    "contacts_campaign_members.party_id": "core_parties.party_id",
    "contacts_coupons.campaign_id": "lists_campaigns.campaign_id",
    "contacts_coupons.party_id": "core_parties.party_id",
    "contacts_survey.party_id": "core_parties.party_id",
    "lists_managers.branch_id": "lists_branches.branch_id",
    "lists_campaigns.product_code": "lists_products.product_code",
}


@pytest.mark.parametrize("name", [name for name in layouts() if "/" in name and not name.startswith("lists/")])
def test_the_truth_states_how_many_rows_a_file_has(bank: Bank, name: str) -> None:
    stated = json.loads((bank.truth / "files.json").read_text(encoding="utf-8"))
    key = layouts()[name].columns[0].name
    (rows,) = bank.row(f"SELECT count(*) FROM {name.replace('/', '_')} WHERE {key} NOT LIKE 'BAD%'")
    assert rows == stated[name]["rows"]


@pytest.mark.parametrize("reference", REFERENCES)
def test_what_a_file_names_is_there(bank: Bank, reference: str) -> None:
    table, column = reference.split(".")
    other, key = REFERENCES[reference].split(".")
    named, lost = bank.row(f"""
        SELECT count(*), count(*) FILTER (value NOT IN (SELECT {key} FROM {other}))
        FROM (SELECT {column} AS value FROM {table} WHERE {column} IS NOT NULL)""")
    assert named > 0
    assert lost == 0


def test_person_files_come_once_whole_and_then_by_day_with_what_is_new_or_changed(bank: Bank) -> None:
    first, later, other_number, other_name = bank.row(f"""
        WITH files AS (FROM read_csv('{bank.folder}/cards/parties/*.csv', filename = true, all_varchar = true)),
        first AS (FROM files WHERE filename LIKE '%2026-05-31%'), later AS (FROM files WHERE filename NOT LIKE '%2026-05-31%')
        SELECT (SELECT count(*) FROM first WHERE modified_on > '2026-05-31'),
          (SELECT count(*) FROM later WHERE NOT contains(filename, modified_on)),
          count(DISTINCT customer_no) FILTER (first.mobile <> later.mobile), count(*) FILTER (first.name <> later.name)
        FROM first JOIN later USING (customer_no)""")
    assert (first, later, other_name) == (0, 0, 0)
    assert other_number > 0


def test_days_and_months_hold_what_their_names_say(bank: Bank) -> None:
    found = bank.rows(f"""
        SELECT DISTINCT parse_filename(filename), strftime(booked_at, '%Y-%m-%d')
        FROM read_csv('{bank.folder}/core/transactions/*.csv', filename = true, ignore_errors = true) WHERE account_id IS NOT NULL
        AND filename NOT LIKE '%late%' AND transaction_id NOT LIKE 'BAD%'""")
    assert [(file, day) for file, day in found if not str(day).startswith(str(file)[13:-4])] == []
    assert {str(day)[:7] for _, day in found} == {f"{2024 + month // 12}-{month % 12 + 1:02}" for month in range(6, 30)}


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    for folder, truth in ((tmp_path / "mine", tmp_path / "t"), (tmp_path / "b", tmp_path / "mine")):
        with pytest.raises(FolderError, match=r"mine holds something else than a generated bank. Name another folder"):
            generate(folder, persons=FEW, seed=1, truth=truth)
    with pytest.raises(FolderError, match=r"letter.txt is a file. Name a folder"):
        generate(tmp_path / "mine" / "letter.txt", persons=FEW, seed=1)
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "letter.txt"]


@pytest.mark.parametrize("truth", ["bank", "bank/truth", "."])
def test_the_truth_never_lies_where_jobs_read(tmp_path: Path, truth: str) -> None:
    with pytest.raises(FolderError, match="The truth must not be where jobs read"):
        generate(tmp_path / "bank", persons=FEW, seed=1, truth=tmp_path / truth)
    assert list(tmp_path.iterdir()) == []


def test_a_bank_is_replaced_only_by_a_whole_one(tmp_path: Path) -> None:
    generate(tmp_path / "bank", persons=FEW, seed=1)
    before = hashes(tmp_path / "bank")

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(tmp_path / "bank", persons=FEW, seed=2, told=stop)
    assert hashes(tmp_path / "bank") == before
    generate(tmp_path / "bank", persons=FEW, seed=2)
    assert hashes(tmp_path / "bank") != before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bank", "bank-truth"]


def ended(folder: Path, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "synthetic.bank", *arguments]
    environment = {"PYTHONPATH": f"{ROOT / 'lib'}:{ROOT}"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_command_writes_a_bank_and_says_where(tmp_path: Path) -> None:
    done = ended(tmp_path, ["bank", "--persons", "100"])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"bank: the files of 100 persons\n{tmp_path}/bank-truth: the truth behind them\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bank", "bank-truth"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["bank", "--persons", "20"], "--persons"),
        (["bank", "--seed", "-1"], "--seed"),
        (["bank", "--truth", "bank/truth"], "The truth must not be where jobs read"),
        ([], "Missing argument 'FOLDER'"),
    ],
)
def test_a_bad_argument_is_told_and_nothing_is_written(tmp_path: Path, arguments: list[str], told: str) -> None:
    refused = ended(tmp_path, arguments)
    assert refused.returncode == 2
    assert told in " ".join(refused.stderr.split())
    assert list(tmp_path.iterdir()) == []
