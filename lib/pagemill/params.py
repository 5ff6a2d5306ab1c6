"""What a notebook may be asked, said and checked: the project knows its model."""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from pagemill.models import Parameters as Parameters
from pagemill.models import allowed, checked
from pagemill.project import current
from rounding.errors import ParameterError


@dataclass(frozen=True)
class Parameter:
    """One parameter as a person needs to know it."""

    name: str
    default: Any
    allowed: str
    about: str


def validate(notebook: str, /, **values: Any) -> Any:
    """Check parameters and return them as the notebook's model, defaults filled in.

    Text from a command line is turned into numbers where numbers are due.

    Raises
    ------
    ParameterError
        If a name is unknown or a value is not allowed: one sentence with the nearest valid choice.
    """
    model = current().parameters_of(notebook)
    told = {name: _read(model, name, value) for name, value in values.items()}
    return checked(model, told, f"{notebook} has no parameter")


def describe_parameters(notebook: str) -> list[Parameter]:
    """Return the parameters of a notebook: name, default, what is allowed, what it does.

    Raises
    ------
    ParameterError
        If its defaults stand in its cell alone, and there is no such file in the folder.
    """
    model = current().parameters_of(notebook)
    if any(field.is_required() for field in model.model_fields.values()):
        raise ParameterError(
            f"there is no notebook {notebook}.ipynb here, whose cell says what it may be asked:"
            " go to the folder of its project"
        )
    return [
        Parameter(name, field.default, allowed(model, name), field.description or "")
        for name, field in model.model_fields.items()
    ]


def chips(notebook: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (label, text) of each parameter, for the head of a report."""
    model = current().parameters_of(notebook)
    fields = model.model_fields
    spans = {
        start: (label, end)
        for label, (start, end) in model.spans.items()
        if {start, end} <= fields.keys()
    }
    ends = [end for _, end in spans.values()]
    result = []
    for name, field in fields.items():
        value = values.get(name, "")
        if name in spans:
            label, end = spans[name]
            result.append((label, f"{value}–{values[end]}"))
        elif name not in ends and value not in ("", None):
            label = field.title or name.replace("_", " ").capitalize()
            result.append((label, current().spell(name, str(value))))
    return result


def written(value: Any) -> str:
    """Return a value as a command line gives it: a list or table as in a plan.

    Examples
    --------
    >>> print(written({"it's": [True, 1.5]}), written("[a]"))
    {"it's" = [true, 1.5]} [a]
    """
    if not isinstance(value, list | dict):
        return str(value)
    # TOML on one line is JSON but for the sign behind a name.
    return json.dumps(value, ensure_ascii=False, separators=(", ", " = "))


#: What a line of a plan may hold beside texts and days.
_WRITTEN = (bool, int, float, list, dict)


def _read(model: type[BaseModel], name: str, value: Any) -> Any:
    """Return a list or table that a command line gives as a plan would write it.

    So is a number for a parameter that may be anything.
    """
    field = model.model_fields.get(name)
    kind = field.annotation if field else str
    is_begun = isinstance(value, str) and value[:1] in ("[", "{")
    if isinstance(value, str) and (kind is Any or is_begun):
        with contextlib.suppress(ValueError):
            told = tomllib.loads(f"value = {value}")["value"]
            is_text = kind in (str, str | None)
            return value if is_text or not isinstance(told, _WRITTEN) else told
    return value
