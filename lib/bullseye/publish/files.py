"""The texts of a release: SQL views, the report and its lists."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bullseye.core.job import Context, Inputs, Texts
from bullseye.core.parallel import in_parallel
from bullseye.publish.lists import customer_lists, list_rows
from bullseye.release.copies import below, copies_to_keep, copy_folder
from bullseye.release.earlier import history
from bullseye.release.published import HISTORY, WITHDRAWN
from bullseye.release.release import Released, published, release_of, standing_of, unfinished, visible
from bullseye.release.views import views


def release_files(sections: tuple[str, ...], inputs: Inputs, context: Context) -> Texts:
    """Views, report and lists of the release that has just been committed, and a copy of report and lists that stays.
    `sections` says where those of the report are, as `package.module:NAME`.

    They follow the newest day: releasing an older one again leaves the views alone, and gets a report of its own name.
    The copy is what is shown again when later releases are withdrawn.
    """
    # Altair takes a second to import, which only this job should pay for
    from bullseye.publish.lists_section import lists_section  # noqa: PLC0415
    from bullseye.publish.run_section import run_section  # noqa: PLC0415
    from bullseye.report.chapters import CHAPTERS, sections_at  # noqa: PLC0415
    from bullseye.report.page import data_now, report  # noqa: PLC0415
    from bullseye.report.queries import run_queries  # noqa: PLC0415

    standing = standing_of(context)
    release = release_of(context, published(inputs, context))
    release = unfinished(release, inputs, context) or release
    releases = visible(inputs[HISTORY], inputs[WITHDRAWN])
    known = history(releases, release.release_id, context.as_of)
    is_older = known.newest_day is not None and known.newest_day > context.as_of
    all_sections = (*sections_at(sections), run_section(release, context.tables, context.settings.name))
    rows, results = in_parallel(
        (
            partial(list_rows, all_sections, inputs, context),
            partial(run_queries, all_sections, inputs, context, known.before),
        ),
        at_once=2,
        spark=context.spark,
    )
    now = data_now(all_sections, release, results, context.settings)

    def page(name: str, folder: str) -> dict[str, str]:
        """Report and lists, by their path below the folder of the report."""
        lists = customer_lists(all_sections, rows, now, folder=folder)
        text = report(release, CHAPTERS, (*all_sections, lists_section(lists)), results, context.settings)
        return {**{made.path: made.text for made in lists}, name: text}

    newest = page("index.html", "lists")
    copies = below(copy_folder(release.release_id), newest)
    others = {"releases": copies_to_keep(release.release_id, releases)}
    if is_older:
        day = str(context.as_of)
        shown = below("report", page(f"{day}.html", f"lists/{day}"))
        return Texts({**copies, **shown}, (f"report/lists/{day}",), others)
    itself = Released(HISTORY, standing.path(HISTORY), standing.version(HISTORY), 0)
    views_of = views(replace(release, tables=(*release.tables, itself)), context.tables)
    return Texts({**copies, **views_of, **below("report", newest)}, ("report/lists",), others)
