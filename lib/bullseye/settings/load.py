"""Loads a deployment's folder into one validated object and reports every mistake at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from bullseye.errors import SettingsError, did_you_mean
from bullseye.settings.documents import Document, SettingsFile, override, read_document, read_text, validate
from bullseye.settings.renamed import moved, with_new_names
from bullseye.settings.settings import Settings, Silver


def load(folder: Path, files: Sequence[type[SettingsFile]], overrides: Mapping[str, str] | None = None) -> Settings:
    """Read and validate `folder`, which may have these files.

    `overrides` maps `file.key` (such as `deployment.lake` or `tags.tags.0.where`) to YAML text.
    Raises SettingsError that lists every mistake with file, line and remedy.
    """
    if not _is_folder(folder):
        siblings = [path.name for path in folder.parent.glob("*/") if path.is_dir()]
        hint = did_you_mean(folder.name, siblings)
        raise SettingsError(f"{folder} is not a folder{hint}; --deployment takes a folder such as conf/retail")
    names = [file.file for file in files]
    overrides_of = _by_file(overrides or {}, names)
    problems: list[str] = []
    values: dict[type[SettingsFile], SettingsFile | None] = {}
    documents: dict[str, Document] = {}
    for file in files:
        value, document, mistakes = _read(folder, file, overrides_of.get(file.file, {}))
        problems += mistakes
        values[file] = value
        documents[file.file] = document
    problems += _unknown_files(folder, names)
    silver: dict[str, str] = {}
    for path in sorted(folder.glob("silver/*.sql")):
        try:
            silver[path.stem] = read_text(path)
        except SettingsError as error:
            problems.append(str(error))
    if not silver and not any(folder.glob("silver/*.sql")):
        problems.append(f"{folder / 'silver'}: has no .sql file; add one SELECT for each canonical table you can fill")
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise SettingsError(f"the settings of {folder} have {len(problems)} mistake(s)\n{listed}")
    return Settings(folder.resolve().name, folder, {**values, Silver: Silver(tables=silver)}, documents)


def _read(
    folder: Path, file: type[SettingsFile], overrides: Mapping[str, str]
) -> tuple[SettingsFile | None, Document, list[str]]:
    """The value of a file, None where it is left out or has a mistake; its document; and its mistakes."""
    path = folder / f"{file.file}.yaml"
    document = Document(path, {})
    try:
        exists = os.path.lexists(path)
        if exists or file.presence == "required":
            document = read_document(path)
        if not exists and file.presence == "optional" and not overrides:
            return None, document, []
        document, old_names = with_new_names(file.file, override(document, overrides))
        value, mistakes = validate(document, file)
    except SettingsError as error:
        return None, document, [str(error)]
    return value, document, [*old_names, *mistakes]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long
        return False


def _by_file(overrides: Mapping[str, str], names: Sequence[str]) -> dict[str, dict[str, str]]:
    per_file: dict[str, dict[str, str]] = {}
    for key, text in overrides.items():
        name, _, rest = key.partition(".")
        if name not in names or not rest:
            raise SettingsError(
                f"--set {key}: begins with no section{did_you_mean(name, names)}; write section.key=value"
                f" with a section of {', '.join(names)}"
            )
        per_file.setdefault(name, {})[rest] = text
    return per_file


def _unknown_files(folder: Path, names: Sequence[str]) -> list[str]:
    problems: list[str] = []
    for path in sorted(folder.glob("*.y*ml")):
        if path.stem in names and path.suffix == ".yaml":
            continue
        problems += moved(path) or [
            f"{path}: no section has this name{did_you_mean(path.stem, names)}; rename or remove the file"
        ]
    return problems
