"""Texts next to the tables, such as views and reports: below the lake's root, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from bullseye.core.job import Texts
from bullseye.core.lake import Lake
from bullseye.core.storage import read_text


def write_texts(lake: Lake, texts: Texts) -> None:
    """Write all texts, then remove what else is in the folders that hold nothing but them; folders in these stay.

    Raises LeaseError, before and after, when another run has taken the lease over.
    """
    check = lake.fence.check if lake.fence else lambda: None
    check()
    for name, text in texts.files.items():
        write_text(lake, name, text)
    for folder in texts.folders:
        _remove(lake, folder, lambda found, path: found.isFile() and path not in texts.files)
    for folder, kept in texts.subfolders.items():
        _remove(lake, folder, _is_other_folder({f"{folder}/{name}" for name in kept}))
    check()


def write_text(lake: Lake, name: str, text: str) -> str:
    """Write `<root>/<name>` in UTF-8 and return where it is; a reader sees the old text or the new one, never a part.

    On a plain path a draft is renamed. On a URI Hadoop's file system does the same; on an object store, whose rename
    is a copy, the file appears when it is whole anyway.
    """
    where = f"{lake.root}/{name}"
    if "://" in lake.root:
        _write_by_hadoop(lake, where, text)
    else:
        _write_by_path(Path(where), text)
    return where


def read_texts(lake: Lake, folder: str) -> dict[str, str]:
    """All texts below `<root>/<folder>`, by their path below it; empty where there is no such folder."""
    java: Any = lake.spark._jvm
    path = java.org.apache.hadoop.fs.Path(f"{lake.root}/{folder}")
    system = path.getFileSystem(lake.spark._jsc.hadoopConfiguration())
    if not system.exists(path):
        return {}
    root, recursive = system.makeQualified(path).toString(), True
    files, texts = system.listFiles(path, recursive), {}
    while files.hasNext():
        where = files.next().getPath().toString()
        if not where.endswith(".draft"):
            texts[where.removeprefix(f"{root}/")] = read_text(lake.spark, where)
    return texts


def remove_texts(lake: Lake, *names: str) -> None:
    """Remove these files and folders below the lake's root; what is not there is passed over."""
    java: Any = lake.spark._jvm
    recursive = True
    for name in names:
        path = java.org.apache.hadoop.fs.Path(f"{lake.root}/{name}")
        path.getFileSystem(lake.spark._jsc.hadoopConfiguration()).delete(path, recursive)


def _is_other_folder(kept: Collection[str]) -> Callable[[Any, str], bool]:
    return lambda found, path: found.isDirectory() and path not in kept


def _remove(lake: Lake, folder: str, chosen: Callable[[Any, str], bool]) -> None:
    """Remove what is chosen of the direct entries of a folder, by its status and its path below the lake's root."""
    java: Any = lake.spark._jvm
    path = java.org.apache.hadoop.fs.Path(f"{lake.root}/{folder}")
    system = path.getFileSystem(lake.spark._jsc.hadoopConfiguration())
    for found in system.listStatus(path) if system.exists(path) else ():
        if chosen(found, name := f"{folder}/{found.getPath().getName()}"):
            remove_texts(lake, name)


def _write_by_path(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _write_by_hadoop(lake: Lake, where: str, text: str) -> None:
    java: Any = lake.spark._jvm
    conf = lake.spark._jsc.hadoopConfiguration()
    final = java.org.apache.hadoop.fs.Path(where)
    draft = java.org.apache.hadoop.fs.Path(final.getParent(), f".{final.getName()}.draft")
    overwrite = True
    stream = final.getFileSystem(conf).create(draft, overwrite)
    try:
        stream.write(bytearray(text.encode()))
    finally:
        stream.close()
    options = lake.spark.sparkContext._gateway.new_array(getattr(java.org.apache.hadoop.fs, "Options$Rename"), 1)  # type: ignore[union-attr]  # py4j
    options[0] = getattr(java.org.apache.hadoop.fs, "Options$Rename").OVERWRITE
    java.org.apache.hadoop.fs.FileContext.getFileContext(final.toUri(), conf).rename(draft, final, options)
