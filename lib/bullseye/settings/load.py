"""Loads a deployment's folder into one validated object and reports every mistake at once."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bullseye.errors import SettingsError, did_you_mean
from bullseye.settings.association import Association
from bullseye.settings.deployment import Deployment
from bullseye.settings.identity import Identity
from bullseye.settings.insights import Insights
from bullseye.settings.loader import Document, SettingsModel, override, read_document, read_text, validate
from bullseye.settings.measures import Measures
from bullseye.settings.models import Models
from bullseye.settings.renamed import with_new_names
from bullseye.settings.segments import Segments
from bullseye.settings.sources import Sources
from bullseye.settings.tags import Tags

FILES: dict[str, type[SettingsModel]] = {
    "deployment": Deployment,
    "sources": Sources,
    "identity": Identity,
    "measures": Measures,
    "tags": Tags,
    "segments": Segments,
    "association": Association,
    "models": Models,
    "insights": Insights,
}
"""The sections of the settings, each a YAML file of that name."""
_UNFIT = re.compile(r"[%\[\]\\\x00-\x1f]")
"""Characters of paths that the package deltalake, and what is built on it, decodes or refuses."""
REQUIRED = ("deployment", "sources", "measures")
"""Sections whose file must be there; without one of the others its defaults hold."""


@dataclass(frozen=True)
class Settings:
    """All settings of one deployment.

    `silver` maps the name of a canonical table to the SQL that fills it from the sources.
    """

    name: str
    folder: Path
    deployment: Deployment
    sources: Sources
    identity: Identity
    measures: Measures
    tags: Tags
    segments: Segments
    association: Association
    models: Models
    insights: Insights
    silver: Mapping[str, str]
    documents: Mapping[str, Document]

    def place(self, section: str, *location: str | int) -> str:
        """Where a value stands, for messages: file, line and key."""
        return self.documents[section].place(location)

    def lake_root(self, given: str | None = None) -> str:
        """The lake that is given, that of deployment.yaml, or `lake/<deployment>`; a plain path is made absolute."""
        root = given or self.deployment.lake or f"lake/{self.name}"
        where = "--lake" if given else self.place("deployment", "lake")
        if "://" in root:
            return root
        if unfit := sorted(set(_UNFIT.findall(root))):
            raise SettingsError(
                f"{where}: the path {root!r} has {' '.join(map(repr, unfit))}, with which not all readers of Delta tables can"
                " open it; choose another path"
            )
        try:
            return str(Path(root).resolve())
        except (OSError, RuntimeError) as error:
            raise SettingsError(
                f"{where}: {root} is a link that leads to itself; mend it, or choose another path"
            ) from error

    def fingerprint(self, sections: tuple[str, ...]) -> str:
        """A hash of the named sections: equal exactly when their validated values are equal."""
        digest = hashlib.sha256()
        for section in sorted(sections):
            value = getattr(self, section)
            text = value.model_dump_json() if isinstance(value, SettingsModel) else repr(sorted(value.items()))
            digest.update(f"{section}\n{text}\n".encode())
        return digest.hexdigest()[:16]


def load_settings(folder: Path, overrides: Mapping[str, str] | None = None) -> Settings:
    """Read and validate `folder`.

    `overrides` maps `section.key` (such as `deployment.lake` or `tags.tags.0.where`) to YAML text.
    Raises SettingsError that lists every mistake with file, line and remedy.
    """
    if not _is_folder(folder):
        siblings = [path.name for path in folder.parent.glob("*/") if path.is_dir()]
        hint = did_you_mean(folder.name, siblings)
        raise SettingsError(f"{folder} is not a folder{hint}; --deployment takes a folder such as conf/retail")
    per_section = _by_section(overrides or {})
    problems: list[str] = []
    loaded: dict[str, SettingsModel] = {}
    documents: dict[str, Document] = {}
    for section, model in FILES.items():
        path = folder / f"{section}.yaml"
        try:
            present = os.path.lexists(path) or section in REQUIRED
            document = read_document(path) if present else Document(path, {})
            document = override(document, per_section.get(section, {}))
            document, old_names = with_new_names(section, document)
            problems += old_names
            documents[section] = document
            value, found = validate(document, model)
        except SettingsError as error:
            value, found = None, [str(error)]
        problems += found
        if value is not None:
            loaded[section] = value
    problems += _unknown_files(folder)
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
    return Settings(name=folder.resolve().name, folder=folder, silver=silver, documents=documents, **loaded)  # type: ignore[arg-type]  # one model per section, by construction of FILES


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # such as a name that is too long
        return False


def _by_section(overrides: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for key, text in overrides.items():
        section, _, rest = key.partition(".")
        if section not in FILES or not rest:
            raise SettingsError(
                f"--set {key}: begins with no section{did_you_mean(section, FILES)}; write section.key=value"
                f" with a section of {', '.join(FILES)}"
            )
        found.setdefault(section, {})[rest] = text
    return found


def _unknown_files(folder: Path) -> list[str]:
    known = set(FILES)
    return [
        f"{path}: no section has this name{did_you_mean(path.stem, known)}; rename or remove the file"
        for path in sorted(folder.glob("*.y*ml"))
        if path.stem not in known or path.suffix != ".yaml"
    ]
