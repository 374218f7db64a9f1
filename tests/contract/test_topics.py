"""A topic is a folder, and suite.py is the only list of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import ROOT

from bullseye.core.job import named
from bullseye.core.topic import Topic
from bullseye.suite import FILES, JOBS, PUBLISHED, SECTIONS, TOPICS, contracts, entries, load_settings

LIB = ROOT / "lib" / "bullseye"
OLD_NAMES = LIB / "settings" / "renamed.py"
"""Says where keys of an earlier version went."""


def test_every_folder_of_topics_is_in_the_suite_by_its_name() -> None:
    assert sorted(topic.name for topic in TOPICS) == sorted(
        path.parent.name for path in LIB.glob("topics/*/__init__.py")
    )


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_section_has_the_name_of_its_topic_and_reads_the_settings_that_the_topic_shows(topic: Topic) -> None:
    section = named(topic.section)
    assert (section.name, section.settings) == (topic.name, topic.shows)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_a_topic_has_a_contract_for_every_table_that_its_jobs_write_and_no_others_share(topic: Topic) -> None:
    bank = load_settings(ROOT / "conf" / "bank")
    own = {table.name for table in topic.contracts(bank)}
    written = {table for job in topic.jobs for table in job.writes}
    assert own <= written <= set(contracts(bank))
    assert not own & {table for job in JOBS if job not in topic.jobs for table in job.writes}


def test_everything_that_enumerates_topics_follows_from_the_list() -> None:
    assert {job for topic in TOPICS for job in topic.jobs} < set(JOBS)
    assert {file for topic in TOPICS for file in topic.settings} < set(FILES)
    assert {table for topic in TOPICS for table in topic.released} == set(PUBLISHED)
    assert {topic.section for topic in TOPICS} == set(SECTIONS)
    bank = load_settings(ROOT / "conf" / "bank")
    assert entries(bank) == [entry for topic in TOPICS for entry in topic.explained(bank)]


@pytest.mark.parametrize(
    "path",
    [path for path in LIB.rglob("*.py") if "topics" not in path.parts and path not in (LIB / "suite.py", OLD_NAMES)],
    ids=lambda path: str(path.relative_to(LIB)),
)
def test_no_other_module_lists_topics(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [name for name in imported(tree) if name.startswith("bullseye.topics")] == []
    assert list(lists_of_topics(tree)) == []


def test_a_list_of_topics_is_found_whatever_it_is_kept_in() -> None:
    kept = "x = ['churn', 'tiers']; y = {'wallet': 1, 'traffic': 2}; z = ('churn', 'other')"
    assert [sorted(found) for found in lists_of_topics(ast.parse(kept))] == [["churn", "tiers"], ["traffic", "wallet"]]


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def lists_of_topics(tree: ast.Module) -> Iterator[set[str]]:
    """Literals that hold the names of two topics or more."""
    names = {topic.name for topic in TOPICS}
    for node in ast.walk(tree):
        parts = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
        texts = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
        if len(found := texts & names) > 1:
            yield found
