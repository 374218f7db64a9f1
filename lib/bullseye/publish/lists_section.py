"""Lists of customers, as files next to the report."""

from __future__ import annotations

from collections.abc import Iterator

from bullseye.publish.customer_lists import CustomerList
from bullseye.report.blocks import Block, File, Files, Prose, code, nothing
from bullseye.report.section import Section, SectionData
from bullseye.report.wording import Wording
from bullseye.settings.deployment import Deployment


def lists_section(lists: tuple[CustomerList, ...]) -> Section:
    """The section of these lists."""

    def blocks(data: SectionData) -> Iterator[Block]:
        if not lists:
            yield nothing("No lists: no customer is scored, and nothing is recommended.")
            return
        most = data.wording.whole(data.settings[Deployment].max_list_rows)
        about = (
            "Files next to this page, with customer ids and without names, ready for a campaign tool."
            f" Each has at most {most} rows ("
        )
        yield Prose((about, code("max_list_rows"), " of deployment.yaml)."))
        yield Files(tuple(File(one.path, one.title, _size(one, data.wording), one.about, one.columns) for one in lists))

    return Section("lists", "lists", blocks, settings=(Deployment,))


def _size(one: CustomerList, wording: Wording) -> str:
    """How long a list is, and of how many rows where not all of them are in it."""
    if one.rows == one.of:
        return f"{wording.whole(one.rows)} rows"
    return f"the first {wording.whole(one.rows)} of {wording.whole(one.of)} rows"
