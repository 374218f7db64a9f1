"""Everything that Bullseye raises on purpose: one base class, one subclass for each kind of remedy.

A message gives the facts first, all of them, and then the remedy. `exit_code` is what `spark-submit` returns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import DataFrame


class BullseyeError(Exception):
    """A job failed for a reason that we can name."""

    exit_code = 1


class SettingsError(BullseyeError):
    """The settings or the command line are wrong; nothing has run."""

    exit_code = 2


class GraphError(SettingsError):
    """The jobs do not form one acyclic graph with one writer for each table."""


class SourceError(BullseyeError):
    """A source file is missing, unreadable, empty, or not what `sources.yaml` declares."""


class ExpressionError(BullseyeError):
    """An expression of the settings fails on a row: a cast, a division, a number that is too large."""


class ContractError(BullseyeError):
    """Rows that were to be written do not fit the contract of their table."""


class LakeError(BullseyeError):
    """A table, or a version of it, is missing, damaged, or not recorded by a finished run; or the lake cannot be written."""


class IdentityError(BullseyeError):
    """Identities are inconsistent: sources, settings or the ledger of identities contradict each other."""


class ClusterError(BullseyeError):
    """Spark has nothing to run on: no executor, not enough memory, or a process that was lost."""


class LeaseError(BullseyeError):
    """Another run is writing to the lake."""


class QualityGateError(BullseyeError):
    """A quality gate stopped the run before anything was published.

    `evidence` maps tables to rows that are written all the same: what was rejected, and why.
    """

    exit_code = 3

    def __init__(self, message: str, evidence: Mapping[str, DataFrame] | None = None) -> None:
        super().__init__(message)
        self.evidence = dict(evidence or {})


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint such as ` (did you mean 'tenure_days'?)`, or an empty string when nothing is near."""
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" (did you mean {near[0]!r}?)" if near else ""
