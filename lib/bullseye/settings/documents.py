"""Reads YAML into pydantic models and reports every mistake with its file and line.

YAML 1.1 reads `on`, `no` and `12:30` as other types than they look like; here only `true` and `false` are booleans
and only plain digits are integers.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bullseye.errors import SettingsError, did_you_mean

Location = tuple[str | int, ...]
_ENVIRONMENT = re.compile(r"\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}")


class SettingsModel(BaseModel):
    """Base of all settings: immutable, and a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SettingsFile(SettingsModel):
    """The content of one YAML file of the settings.

    `presence` is the meaning of a missing file: an error (required), that all defaults hold (defaults), or
    that its question is not asked (optional).
    """

    file: ClassVar[str]
    """Name of the file, without `.yaml`."""
    presence: ClassVar[Literal["required", "defaults", "optional"]] = "defaults"


Model = TypeVar("Model", bound=SettingsModel)


@dataclass(frozen=True)
class Document:
    """One YAML file: its plain value, and the line of every value."""

    path: Path
    value: dict[str, Any]
    lines: Mapping[Location, int] = field(default_factory=dict)

    def place(self, location: Location) -> str:
        """`conf/shop/tags.yaml:12 tags.3.where`: parts that the file does not have do not hide the line of the rest."""
        at: Location = ()
        for part in location:
            if (*at, part) in self.lines:
                at = (*at, part)
        label = at if not location or at[-1:] == location[-1:] else (*at, location[-1])
        return f"{self.path}:{self.lines.get(at, 1)} {'.'.join(str(part) for part in label)}".rstrip()


class _Loader(yaml.SafeLoader):
    """SafeLoader without the surprises of YAML 1.1; a value that cannot be, such as the date 2024-13-45, has its line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002  PyYAML's own signature
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":int"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789"))


def read_document(path: Path) -> Document:
    """Read one YAML file; an empty file is an empty mapping.

    Raises SettingsError when the file is missing, is not YAML, has a key twice, or is not a mapping.
    """
    value, places = _parse(read_text(path), str(path))
    value = {} if value is None and not places else value
    if not isinstance(value, dict):
        raise SettingsError(f"{path}:1 must be a mapping of keys, not a {type(value).__name__}")
    if twice := [location for location, line in places.items() if line < 0]:
        duplicates = ", ".join(f"line {-places[at]} {'.'.join(map(str, at))}" for at in twice)
        raise SettingsError(f"{path} has a duplicate key: {duplicates}; keep one of them")
    return Document(path, value, places)


def read_text(path: Path) -> str:
    """The text of a file of the settings; raises SettingsError where it cannot be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror}; mend the file or the link") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{path}:{line} is not UTF-8; save the file in that encoding") from error


def _parse(text: str, what: str) -> tuple[Any, dict[Location, int]]:
    """The value of a YAML text, and the line of every value in it; raises SettingsError where it has none."""
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            return (loader.construct_document(node), dict(_lines(node, ()))) if node is not None else (None, {})
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error)
        raise SettingsError(f"{what}{line} is not YAML: {problem}") from error
    except RecursionError as error:
        raise SettingsError(f"{what} is nested too deeply, or a value holds itself by an alias (*name)") from error


def _lines(node: yaml.Node, at: Location) -> Iterator[tuple[Location, int]]:
    """Location and line of every value; a negative line marks a duplicate key."""
    yield at, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, child in node.value:
            line = key.start_mark.line + 1
            yield from _lines(child, (*at, key.value))
            yield (*at, key.value), (-line if key.value in seen else line)
            seen.add(key.value)
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _lines(child, (*at, index))


def expand_environment(value: Any, at: Location = ()) -> Any:
    """Replace `${env:NAME}` in every string; raises KeyError(location, name) where NAME is not set."""
    if isinstance(value, dict):
        return {key: expand_environment(child, (*at, key)) for key, child in value.items()}
    if isinstance(value, list):
        return [expand_environment(child, (*at, index)) for index, child in enumerate(value)]
    if not isinstance(value, str):
        return value
    for name in _ENVIRONMENT.findall(value):
        if name not in os.environ:
            raise KeyError(at, name)
    return _ENVIRONMENT.sub(lambda match: os.environ[match.group(1)], value)


def override(document: Document, assignments: Mapping[str, str]) -> Document:
    """The document with `a.b.0.c=value` set; the value is read as YAML, the keys must lead to a mapping or list."""
    value = document.value
    for key, text in assignments.items():
        value = _with(value, key.split("."), _parse(text, f"--set {key}")[0], f"--set {key}")
    return Document(document.path, value, document.lines)


def _with(node: Any, keys: Sequence[str], new: Any, where: str) -> Any:
    if not keys:
        return new
    first, *rest = keys
    if isinstance(node, list):
        if not first.isdigit() or int(first) >= len(node):
            raise SettingsError(f"{where}: {first!r} is not one of the positions 0 to {len(node) - 1}")
        return [_with(child, rest, new, where) if i == int(first) else child for i, child in enumerate(node)]
    if node is None:
        node = {}
    if not isinstance(node, dict):
        raise SettingsError(f"{where}: {first!r} is not a key, there is a plain value at this place")
    return {**node, first: _with(node.get(first), rest, new, where)}


def validate(document: Document, model: type[Model]) -> tuple[Model | None, list[str]]:
    """The model made from the document, or None and every mistake in it, each with its place and remedy."""
    try:
        value = expand_environment(document.value)
    except KeyError as missing:
        at, name = missing.args
        return None, [f"{document.place(at)}: environment variable {name} is not set; export it, or write the value"]
    try:
        return model.model_validate(value), []
    except ValidationError as error:
        return None, [_explain(document, model, mistake) for mistake in error.errors()]


def _explain(document: Document, model: type[BaseModel], mistake: Any) -> str:
    location: Location = tuple(part for part in mistake["loc"])
    place = document.place(location)
    if mistake["type"] == "extra_forbidden":
        *parents, key = location
        keys = keys_at(model, parents)
        return f"{place}: unknown key{did_you_mean(str(key), keys)}; known keys: {', '.join(sorted(keys))}"
    if mistake["type"] == "missing":
        return f"{place}: is required and missing; add it"
    message = mistake["msg"].removeprefix("Value error, ")
    given = mistake.get("input")
    if isinstance(given, str | int | float | bool):
        return f"{place}: {message} (given: {given!r})"
    return f"{place}: {message}"


def keys_at(model: type[BaseModel], parents: Sequence[str | int]) -> set[str]:
    """The known keys at a place: walks the annotations of nested models, tuples and dicts."""
    current: Any = model
    for part in parents:
        candidates = [m for m in _models(current) if isinstance(part, str) and part in m.model_fields]
        current = candidates[0].model_fields[str(part)].annotation if candidates else current
    return {name for nested in _models(current) for name in nested.model_fields}


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for argument in get_args(annotation) for model in _models(argument)]
