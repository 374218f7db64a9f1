"""Who may read the files that a run makes on a local disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

from bullseye.errors import LakeError, SettingsError

UMASK = "BULLSEYE_UMASK"
"""Environment variable: the permissions that files are made without, in octal digits; 077, the owner only, if not set."""


def umask() -> str:
    """The mask of `BULLSEYE_UMASK`, in octal digits.

    Raises SettingsError for a mask that is not octal, or that keeps the owner out.
    """
    mask = os.environ.get(UMASK) or "077"
    if not re.fullmatch(r"0{1,2}[0-7]{2}", mask):
        raise SettingsError(f"{UMASK} is {mask!r}; write octal digits such as 077 (owner only) or 027 (group may read)")
    return mask


def keep_private() -> None:
    """From now on, make files of this process without the permissions of `umask`; a session takes the same mask for Spark's."""
    os.umask(int(umask(), 8))


def make_lake(root: str) -> None:
    """Make the lake's folder where it is on a local disk and not there yet: with the mask of this process. Where
    Spark was started with a wider one, this folder still keeps others out.

    Raises LakeError where it cannot be made.
    """
    if "://" in root:
        return
    try:
        Path(root).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LakeError(f"the lake {root} cannot be made: {error.strerror}; name another folder by --lake") from error
