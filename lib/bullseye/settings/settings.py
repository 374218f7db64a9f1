"""The settings of one deployment: the value of each of its files, handed in by the class of the file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from bullseye.errors import BullseyeError, SettingsError
from bullseye.settings.deployment import Deployment
from bullseye.settings.documents import Document, SettingsFile, SettingsModel

_UNFIT = re.compile(r"[%\[\]\\\x00-\x1f]")
"""Characters of paths that the package deltalake, and what is built on it, decodes or refuses."""


class Silver(SettingsFile):
    """`silver/*.sql`: by the name of a canonical table the SQL that fills it from the sources."""

    file: ClassVar[str] = "silver"
    tables: Mapping[str, str] = {}


File = TypeVar("File", bound=SettingsFile)


@dataclass(frozen=True)
class Settings:
    """All settings of one deployment, or those files of it that one reader has declared.

    `settings[Measures]` is the content of measures.yaml; `settings.get(Tiers)` is None where tiers.yaml is left out.
    `documents` are the files as they were written, by name: places for messages, and names for checks.
    """

    name: str
    folder: Path
    values: Mapping[type[SettingsFile], SettingsFile | None]
    documents: Mapping[str, Document]
    reader: str = ""

    def __getitem__(self, file: type[File]) -> File:
        """The content of a file. Raises BullseyeError where it is left out, or is not declared."""
        value = self.get(file)
        if value is None:
            raise BullseyeError(f"{self.folder} has no {file.file}.yaml, which {self.reader or 'this'} needs")
        return value

    def get(self, file: type[File]) -> File | None:
        """The content of a file, None where it is left out. Raises BullseyeError where it is not declared."""
        if file not in self.values:
            raise BullseyeError(
                f"{self.reader or self.folder} reads {file.file}.yaml without declaring it; add {file.__name__} to its settings"
            )
        value = self.values[file]
        return value if isinstance(value, file) else None

    def only(
        self, files: Collection[type[SettingsFile]], *, reader: str, texts: Collection[type[SettingsFile]] = ()
    ) -> Settings:
        """What a reader gets that has declared these files: no other, and `doc` only of those in `texts`."""
        values = {file: self.get(file) for file in files}
        shown = {file: value if file in texts else _without_docs(value) for file, value in values.items()}
        return replace(self, values=shown, reader=reader)

    def replacing(self, *values: SettingsFile) -> Settings:
        """The settings with other contents of some files."""
        return replace(self, values={**self.values, **{type(value): value for value in values}})

    def place(self, file: type[SettingsFile], *location: str | int) -> str:
        """Where a value is, for messages: file, line and key."""
        return self.documents[file.file].place(location)

    def names(self, file: str, key: str) -> list[str]:
        """Names of the entries of a list in another topic's file, as they are written; none where it is left out."""
        entries = self.documents[file].value.get(key) or ()
        return [str(entry["name"]) for entry in entries if isinstance(entry, dict) and "name" in entry]

    def fingerprint(self) -> str:
        """A hash of the files: equal exactly when their validated contents are equal."""
        digest = hashlib.sha256()
        for file, value in sorted(self.values.items(), key=lambda item: item[0].file):
            digest.update(f"{file.file}\n{value.model_dump_json() if value else None}\n".encode())
        return digest.hexdigest()[:16]

    def lake_root(self, given: str | None = None) -> str:
        """The lake that is given, that of deployment.yaml, or `lake/<deployment>`; a plain path is made absolute."""
        root = given or self[Deployment].lake or f"lake/{self.name}"
        where = "--lake" if given else self.place(Deployment, "lake")
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


def _without_docs(value: Any) -> Any:
    """A setting whose `doc`, and those of what it holds, are empty."""
    if isinstance(value, SettingsModel):
        fields = {name: _without_docs(getattr(value, name)) for name in type(value).model_fields}
        return value.model_copy(update=fields | ({"doc": ""} if "doc" in fields else {}))
    if isinstance(value, tuple):
        return tuple(map(_without_docs, value))
    if isinstance(value, dict):
        return {key: _without_docs(child) for key, child in value.items()}
    return value
