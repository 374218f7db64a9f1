"""Coverage by package, as scripts/test prints it."""

from __future__ import annotations

from scripts.lib.coverage_by_package import by_package


def file(statements: int, ran: int, branches: int = 0, taken: int = 0) -> dict[str, object]:
    summary = {"num_statements": statements, "covered_lines": ran, "num_branches": branches, "covered_branches": taken}
    return {"summary": {**summary, "percent_covered": 12.5}}


def test_files_add_up_to_packages_and_topics_the_lowest_first() -> None:
    files = {
        "lib/bullseye/suite.py": file(10, 10),
        "lib/bullseye/core/job.py": file(80, 60, branches=20, taken=10),
        "lib/bullseye/core/lake.py": file(1200, 1200),
        "lib/bullseye/topics/__init__.py": file(0, 0),
        "lib/bullseye/topics/churn/job.py": file(4, 1),
        "lib/bullseye/topics/churn/tables.py": file(4, 3),
    }
    assert by_package(files) == [
        "topics/churn                 50.0 % of      8 statements",
        "core                         97.7 % of  1,280 statements",
        "suite                       100.0 % of     10 statements",
        "topics                      100.0 % of      0 statements",
        "all                          97.4 % of  1,298 statements",
    ]
