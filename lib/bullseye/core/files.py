"""Texts beside the tables, such as views and reports: below the lake's root, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from bullseye.core.job import Texts
from bullseye.core.lake import Lake


def write_texts(lake: Lake, texts: Texts) -> None:
    """Write all texts, then remove what else lies in the folders that hold nothing but them; folders in these stay."""
    for name, text in texts.files.items():
        write_text(lake, name, text)
    for folder in texts.folders:
        _remove_others(lake, f"{lake.root}/{folder}", {f"{lake.root}/{name}" for name in texts.files})


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


def _remove_others(lake: Lake, folder: str, kept: Collection[str]) -> None:
    java: Any = lake.spark._jvm
    path = java.org.apache.hadoop.fs.Path(folder)
    system = path.getFileSystem(lake.spark._jsc.hadoopConfiguration())
    recursive = False
    for found in system.listStatus(path) if system.exists(path) else ():
        if found.isFile() and f"{folder}/{found.getPath().getName()}" not in kept:
            system.delete(found.getPath(), recursive)


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
