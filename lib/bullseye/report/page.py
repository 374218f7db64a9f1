"""The report: one HTML file with everything inside, so that it opens anywhere without a network."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined

from bullseye.errors import BullseyeError, did_you_mean
from bullseye.release.release import Release
from bullseye.report import d3_locale, listing, theme
from bullseye.report.blocks import Block, Prose, charts_in
from bullseye.report.changes import CHAPTER, change_blocks, changes
from bullseye.report.listing import Rows
from bullseye.report.queries import Results, declared_settings
from bullseye.report.section import Chapter, Declared, Section, SectionData
from bullseye.report.wording import Wording
from bullseye.settings import Settings
from bullseye.settings.deployment import Deployment


@dataclass(frozen=True)
class Shown:
    """A chapter of the page with its blocks."""

    chapter: Chapter
    blocks: tuple[Block, ...]


def report(
    release: Release, chapters: Sequence[Chapter], sections: Sequence[Section], results: Results, settings: Settings
) -> str:
    """The whole page: the blocks of the sections, chapter by chapter.

    Raises BullseyeError for a section of a chapter that the page does not have.
    """
    says, now = wording_of(settings), data_now(sections, release, results, settings)
    compared = changes(sections, now, data_before(sections, results, settings))
    parts = [(CHAPTER, tuple(change_blocks(release, results.earlier, compared, says)))]
    parts += [(section.chapter, tuple(section.blocks(now[section.name]))) for section in sections]
    return _page(release, lay_out(chapters, parts), health(sections, now), settings)


def data_now(
    sections: Iterable[Section], release: Release, results: Results, settings: Settings
) -> Mapping[str, SectionData]:
    """What each section is made of, by its name."""
    published = Counter({one.table: one.rows for one in release.tables})  # none of an optional table that is not made
    return {one.name: _data(one, results.now.get(one.name, {}), published, release.as_of, settings) for one in sections}


def data_before(sections: Iterable[Section], results: Results, settings: Settings) -> Mapping[str, SectionData]:
    """The same of the release before, for the sections that compare with it; empty for the first release."""
    earlier = results.earlier
    if earlier is None:
        return {}
    return {
        one.name: _data(one, results.before.get(one.name, {}), earlier.rows, earlier.as_of, settings)
        for one in sections
        if one.changes
    }


def _data(
    section: Section, rows: Mapping[str, Rows], published: Mapping[str, int], as_of: date, settings: Settings
) -> SectionData:
    every = {name: rows.get(name, ()) for name in section.queries}
    return SectionData(
        Declared(every, f"section {section.name}", "queries"),
        declared_settings(section, settings),
        published,
        as_of,
        wording_of(settings),
    )


def wording_of(settings: Settings) -> Wording:
    """How the deployment writes."""
    return Wording(settings[Deployment].locale, settings[Deployment].currency, settings[Deployment].words)


def lay_out(chapters: Sequence[Chapter], parts: Iterable[tuple[str, Sequence[Block]]]) -> tuple[Shown, ...]:
    """The chapters in their order, each with the blocks of its parts in theirs; one without blocks is left out.

    Raises BullseyeError for a part of another chapter.
    """
    blocks: dict[str, list[Block]] = {chapter.id: [] for chapter in chapters}
    for id_, more in parts:
        if id_ not in blocks:
            raise BullseyeError(
                f"the report has no chapter {id_!r}{did_you_mean(id_, blocks)}; its chapters are {', '.join(blocks)}"
            )
        blocks[id_] += more
    return tuple(Shown(chapter, tuple(blocks[chapter.id])) for chapter in chapters if blocks[chapter.id])


def health(sections: Iterable[Section], now: Mapping[str, SectionData]) -> Prose:
    """The line of health: what the sections state about the run, in their order."""
    states = [section.health(now[section.name]) for section in sections if section.health]
    parts = [part for state in states if state for part in (" ", *state.parts)]
    return Prose(tuple(parts[1:]), "health")


def _page(release: Release, shown: Sequence[Shown], state: Prose, settings: Settings) -> str:
    says = wording_of(settings)
    drawn = [chart for one in shown for chart in charts_in(one.blocks)]
    return (
        _environment(says)
        .get_template("report.html.j2")
        .render(
            name=settings.name,
            deployment=settings[Deployment],
            release=release,
            shown=shown,
            health=state,
            specs=_json({chart.id: chart.spec for chart in drawn}),
            locales=_json(
                {
                    "number": d3_locale.number_locale(says.locale, says.currency),
                    "time": d3_locale.time_locale(says.locale),
                }
            ),
            bundle=theme.bundle().replace("</script", "<\\/script"),
        )
    )


def _environment(says: Wording) -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["day"] = says.day
    environment.filters["block"] = lambda block: type(block).__name__
    environment.tests["mark"] = lambda words: not isinstance(words, str)
    environment.tests["number_field"] = listing.is_number
    return environment


def _template(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _json(value: object) -> str:
    """JSON that cannot end its script element: no tag is left in it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")
