"""What the lake's disk lacks, in plain words: room, or the right to write."""

from __future__ import annotations

import getpass
import os
import shutil
import tempfile
import uuid
from pathlib import Path

from bullseye.errors import LakeError


def full_disk(root: str, scratch: str | None) -> LakeError:
    """The error for a disk without room, with what is free now where the lake and Spark's scratch files are."""
    scratch = scratch or os.environ.get("SPARK_LOCAL_DIRS") or tempfile.gettempdir()
    places = {"the lake": root, "Spark's scratch files": scratch.split(",")[0]}
    free = "\n".join(f"  {what}: {_free(where)}" for what, where in places.items() if where)
    return LakeError(
        f"a disk is full\n{free}\n"
        "  make room, or move the lake (--lake) or the scratch files (SPARK_LOCAL_DIRS), and run again: what was committed"
        " stays, and the run goes on where it was"
    )


_RIGHTS = {
    "*": os.R_OK | os.X_OK,
    "*/*/_delta_log": os.W_OK | os.X_OK,
    "*/*": os.W_OK | os.X_OK,
}
"""Rights that a run needs to the folders of a lake: of layers, of logs, of tables."""


def check_writable(root: str) -> None:
    """Write a file where the lake is or will be, remove it, and look at the rights to every layer, table and log.

    A lake in an object store is not looked at. Raises LakeError that names the folder, the user and the remedy.
    """
    if "://" in root:
        return
    folder = existing(root)
    below = Path(root)
    while below != folder:
        if below.is_symlink():
            raise not_writable(below, f"it is a link to {below.readlink()}, which is not there")
        below = below.parent
    probe = folder / f".writable-{uuid.uuid4().hex[:8]}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise not_writable(folder, error.strerror) from error
    # A folder that cannot be listed seems to be empty, so that those above are looked at first.
    for pattern, rights in _RIGHTS.items():
        for place in sorted(path for path in Path(root).glob(pattern) if path.is_dir()):
            if not os.access(place, rights, effective_ids=_EFFECTIVE):
                raise not_writable(place, "Permission denied")


def not_writable(place: Path | str, why: str | None) -> LakeError:
    """The error for a folder of the lake that this user cannot write."""
    return LakeError(
        f"the lake cannot be written: {place}: {why or 'no reason given'} (as user {_user()})\n"
        "  give this user the right to write there (chown, chmod, mount), run as the lake's owner, or name another lake:"
        " --lake"
    )


def existing(where: str) -> Path:
    """The folder itself, or the nearest one above it that is there: where it would be made."""
    place = Path(where)
    while not place.exists():
        place = place.parent
    return place


def _free(where: str) -> str:
    if "://" in where:
        return where
    return f"{where}, {shutil.disk_usage(existing(where)).free / (1 << 20):,.1f} MiB free"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in containers
        return str(os.getuid())


_EFFECTIVE = os.access in os.supports_effective_ids
