"""Every key of the settings as a page, from the models that validate them."""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from bullseye.reference.markdown import cell, code_cell, prose, table
from bullseye.settings.documents import SettingsFile, SettingsModel

_HEAD = """# Settings

Made from the models in `lib/bullseye/settings` by `scripts/docs --reference`; do not edit.

A deployment is a folder, such as `conf/retail`, of YAML files and of SQL files in `silver/`. They are validated as a whole
before Spark starts. An unknown key is an error, and so is a required one that is missing; every mistake is reported with file
and line. `--set KEY=VALUE` overrides a key for one run: the name of the file, then the path below it, with positions in
lists from 0, such as `association.min_support` or `tags.tags.0.where`. `${env:NAME}` in a text is the value of an environment
variable. Only `true` and `false` are booleans, and times are in quotes.
"""
_SILVER = """## silver/*.sql

One SELECT over the sources for each canonical table that the company can fill, named like the table: `order_line.sql` fills
`silver.order_line`. It gives the columns of the table, which [tables](tables.md) lists, in any order; a column that may be
NULL can be left out, and is NULL then. Each source is available by its name. `{source_zone}` and `{local_zone}` are replaced by the zones of `deployment.yaml`. At least one file is
required; a table without one is empty.
"""
_PLAIN: dict[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date",
    time: "time",
}
_LIMITS = {
    "ge": "at least",
    "gt": "more than",
    "le": "at most",
    "lt": "less than",
    "min_length": "of at least",
    "max_length": "of at most",
}


def page(files: Sequence[type[SettingsFile]]) -> str:
    """A section for each file, in the order of `files`, and one for each model that its keys need."""
    sections = [_section(file) for file in files]
    return "\n".join([_HEAD, *sections, _SILVER])


def undocumented(files: Sequence[type[SettingsFile]]) -> list[str]:
    """Keys whose meaning the code does not say: neither by a description nor by a docstring below the field."""
    return [
        f"{model.__name__}.{name}"
        for root in files
        for model in [root, *_nested(root)]
        for name, field in model.model_fields.items()
        if not _meaning(model, name, field)
    ]


def _section(model: type[SettingsFile]) -> str:
    about = (sys.modules[model.__module__].__doc__ or "").strip().partition(": ")[2]
    presence = {"required": "Required", "defaults": "May be left out", "optional": "Only where it is asked"}[
        model.presence
    ]
    lines = [
        f"## {model.file}.yaml",
        "",
        f"{presence}: {prose(about)}",
        "",
        _keys(model),
        "",
    ]
    for nested in _nested(model):
        lines += [f"### {_title(nested)}", "", prose(inspect.getdoc(nested) or ""), "", _keys(nested), ""]
    return "\n".join(lines)


def _keys(model: type[SettingsModel]) -> str:
    rows = [
        (f"`{field.alias or name}`", _type(field), _default(field), cell(_meaning(model, name, field)))
        for name, field in model.model_fields.items()
    ]
    return table(("key", "type", "default", "meaning"), rows)


def _nested(model: type[SettingsModel]) -> list[type[SettingsModel]]:
    """The models that the model's keys need, each once, in the order in which a reader meets them."""
    models: list[type[SettingsModel]] = []
    for field in model.model_fields.values():
        for child in _models(field.annotation):
            models += [each for each in (child, *_nested(child)) if each not in models]
    return models


def _models(annotation: Any) -> Iterator[type[SettingsModel]]:
    if isinstance(annotation, type) and issubclass(annotation, SettingsModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _title(model: type[SettingsModel]) -> str:
    """The name of a model in words: `RuleTag` is a rule tag."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model.__name__).capitalize()


def _type(field: FieldInfo) -> str:
    return "; ".join([_shown(field.annotation), *_limits(field.metadata)])


def _shown(annotation: Any) -> str:
    """A type in words, with links to the sections of models."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if isinstance(annotation, type) and issubclass(annotation, SettingsModel):
        title = _title(annotation)
        return f"[{title.lower()}](#{title.lower().replace(' ', '-')})"
    if origin is Annotated:
        return ", ".join([_shown(arguments[0]), *_limits(arguments[1:])])
    if origin is Literal:
        return _either([code_cell(str(value)) for value in arguments])
    if origin is tuple:
        return f"list: {_shown(arguments[0])}"
    if origin is dict:
        return f"mapping: {_shown(arguments[0])}, to {_shown(arguments[1])}"
    if origin in (Union, UnionType):
        return _either([_shown(each) for each in arguments if each is not NoneType])
    raise TypeError(f"the page of settings has no words for {annotation!r}; add them to bullseye.reference.settings")


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _limits(constraints: Sequence[object]) -> list[str]:
    """Constraints in words; those of a field inside another type are one level deeper."""
    flat = [each for given in constraints for each in (given.metadata if isinstance(given, FieldInfo) else [given])]
    return [limit for constraint in flat if (limit := _limit(constraint))]


def _limit(constraint: object) -> str:
    """A constraint in words; empty for what a reader need not know."""
    if getattr(constraint, "min_length", None) == 1:
        return "not empty"
    if pattern := getattr(constraint, "pattern", None):
        return f"like {code_cell(pattern)}"
    return next(
        (
            f"{words} {limit}"
            for name, words in _LIMITS.items()
            if (limit := getattr(constraint, name, None)) is not None
        ),
        "",
    )


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value in ((), {}):
        return "none"
    if isinstance(value, SettingsModel):
        return "its defaults"
    if isinstance(value, tuple) and isinstance(value[0], SettingsModel):
        return f"{len(value)}: {', '.join(str(getattr(each, 'name', each)) for each in value)}"
    if isinstance(value, tuple):
        return code_cell(f"[{', '.join(str(each) for each in value)}]")
    if isinstance(value, time):
        return code_cell(f"{value:%H:%M}")
    return code_cell({"True": "true", "False": "false", "": '""'}.get(str(value), str(value)))


def _meaning(model: type[SettingsModel], name: str, field: FieldInfo) -> str:
    return field.description or next(
        (docs[name] for base in model.__mro__ if issubclass(base, SettingsModel) and name in (docs := _docs(base))), ""
    )


@cache
def _docs(model: type[SettingsModel]) -> Mapping[str, str]:
    """The docstrings below the model's own fields."""
    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef), "the source of a class is a class"
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in zip(body.body, body.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
