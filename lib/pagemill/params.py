"""What a notebook may be asked: models of pydantic, with errors that are sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from pagemill.errors import ParameterError, choice_error, did_you_mean
from pagemill.project import current


class Parameters(BaseModel):
    """Base of the models: unknown names forbidden, values fixed once checked."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    #: Heading of the index page under which reports of this notebook stand.
    topic: ClassVar[str] = "Reports"
    #: Parameters that every file name derived from a run carries; others only if not default.
    slug_fields: ClassVar[tuple[str, ...]] = ()

    def heading(self) -> str:
        """Return the title of a page of these parameters; "" leaves it to the notebook."""
        return ""

    @model_validator(mode="after")
    def _years_in_order(self) -> Parameters:
        values = self.model_dump()
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None and start >= end:
            raise ParameterError(
                f"start must be before end; got start {start} and end {end}"
            )
        return self


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

    Examples
    --------
    >>> validate("trade_growth", partner="UZB", start="2015").start
    2015
    >>> validate("trade_growth", partner="UZZ")
    Traceback (most recent call last):
        ...
    pagemill.errors.ParameterError: partner must be one of CA5, KAZ, KGZ, TJK, TKM, UZB;
    got 'UZZ' (did you mean 'UZB'?)
    """
    model = current().parameters_of(notebook)
    _refuse_unknown(notebook, model, values)
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _sentence(model, error.errors()[0]) from None


def describe(notebook: str) -> list[Parameter]:
    """Return the parameters of a notebook: name, default, what is allowed, what it does.

    Examples
    --------
    >>> describe("trade_growth")[2]
    Parameter(name='start', default=2013, allowed='a year from 1992 to 2026',
              about='First year shown')
    """
    model = current().parameters_of(notebook)
    return [
        Parameter(name, field.default, _allowed(model, name), field.description or "")
        for name, field in model.model_fields.items()
    ]


def chips(notebook: str, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (label, text) of each parameter, for the head of a report.

    Examples
    --------
    >>> chips("trade_growth", {"partner": "KGZ", "start": 2013, "end": 2025})
    [('Partner', 'Kyrgyzstan'), ('Years', '2013–2025')]
    """
    result = []
    for name, field in current().parameters_of(notebook).model_fields.items():
        value = values.get(name, "")
        if name == "start":
            result.append(("Years", f"{value}–{values['end']}"))
        elif name != "end" and value != "":
            label = field.title or name.replace("_", " ").capitalize()
            result.append((label, current().spell(name, str(value))))
    return result


def _refuse_unknown(
    notebook: str, model: type[Parameters], values: Mapping[str, Any]
) -> None:
    for name in values:
        if name not in model.model_fields:
            hint, known = (
                did_you_mean(name, model.model_fields),
                ", ".join(model.model_fields),
            )
            raise ParameterError(
                f"{notebook} has no parameter {name!r}{hint}; it has {known}"
            )


def _sentence(model: type[Parameters], error: Any) -> ParameterError:
    """Turn one of pydantic's errors into our sentence."""
    own = error.get("ctx", {}).get("error")
    if isinstance(own, ParameterError):
        return own
    name = str(error["loc"][0])
    annotation = model.model_fields[name].annotation
    if get_origin(annotation) is Literal:
        return choice_error(name, error["input"], get_args(annotation))
    message = f"{name} must be {_allowed(model, name)}; got {error['input']!r}"
    return ParameterError(message)


def _allowed(model: type[Parameters], name: str) -> str:
    field = model.model_fields[name]
    if isinstance(field.json_schema_extra, dict):
        return str(field.json_schema_extra["allowed"])
    if get_origin(field.annotation) is Literal:
        return "one of " + ", ".join(
            str(choice) for choice in get_args(field.annotation)
        )
    low, high = (
        next(getattr(item, side) for item in field.metadata if hasattr(item, side))
        for side in ("ge", "le")
    )
    return f"a {'year' if low > 1900 else 'whole number'} from {low} to {high}"
