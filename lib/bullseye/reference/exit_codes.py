"""Exit codes as a page, from the errors that cause them."""

from __future__ import annotations

from bullseye.errors import BullseyeError
from bullseye.reference.markdown import cell, table

_HEAD = """# Exit codes

Made from `lib/bullseye/errors.py` by `scripts/docs --reference`; do not edit. What every job, `run_suite` and the command
`bullseye` exit with. The message on standard error gives the facts, and then the remedy. Where `spark-submit` starts the job,
Spark passes what Python writes on to its own standard output: look for `error:` there.
"""
_MEANINGS = {
    0: "done, or up to date",
    1: "a job failed; what it had not finished is made by the next run",
    2: "usage or settings are wrong; nothing has run",
    3: "a quality gate stopped the run before anything was published",
}
_FOOT = """Exit code 1 also means an error that is not listed above, a fault of the suite or of what it runs on. Traces are in
the log file that the message names; see [when something fails](../how-to/when-something-fails.md). The scripts exit with 2
where Python, Java or a jar is missing, and otherwise as the command that they started; 130 and 143 are those of a command that
was interrupted (Ctrl-C) or terminated.
"""


def page() -> str:
    """Every code with the errors that end with it, in the order of their definition."""
    errors = _subclasses(BullseyeError)
    sections = []
    for code, meaning in _MEANINGS.items():
        kinds = [error for error in errors if error.exit_code == code]
        rows = [(f"`{error.__name__}`", cell(_first_sentence(error))) for error in kinds]
        sections += [f"## {code}: {meaning}", "", *([table(("error", "when"), rows), ""] if rows else [])]
    return "\n".join([_HEAD, *sections, _FOOT])


def _subclasses(error: type[BullseyeError]) -> list[type[BullseyeError]]:
    """The class and all below it; in the order in which they are defined, of errors.py only."""
    classes = [error]
    for child in error.__subclasses__():
        classes += _subclasses(child)
    return [each for each in classes if each.__module__ == error.__module__]


def _first_sentence(error: type[BullseyeError]) -> str:
    return (error.__doc__ or "").strip().split("\n\n")[0]
