"""What may be asked, as models of pydantic; what is wrong is a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from rounding.errors import ParameterError, choice_error, did_you_mean


class Parameters(BaseModel):
    """Base of the models: unknown names forbidden, values fixed once checked."""

    # What is no number (NaN) is not even equal to itself, and no record could hold it.
    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )

    #: Heading of the index page under which reports of this notebook stand.
    topic: ClassVar[str] = "Reports"
    #: Parameters that every file name derived from a run carries; others only if not default.
    slug_fields: ClassVar[tuple[str, ...]] = ()

    #: Pairs of parameters that are in order, by the label under which a page shows them as one.
    spans: ClassVar[Mapping[str, tuple[str, str]]] = {}

    #: Those whose default only the notebook knows, as it is no literal.
    unread: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def may_be(cls, name: str) -> str:
        """Return in words what a parameter may be; "" leaves it to its type."""
        return ""

    def heading(self) -> str:
        """Return the title of a page of these parameters; "" leaves it to the notebook."""
        return ""

    def asked(self) -> dict[str, Any]:
        """Return what the notebook is told, as a record can hold it: a date is its text."""
        left = self.unread - self.model_fields_set
        return self.model_dump(mode="json", exclude=set(left))

    @model_validator(mode="after")
    def _spans_in_order(self) -> Parameters:
        for start, end in self.spans.values():
            first, last = getattr(self, start, None), getattr(self, end, None)
            # A word in the place of a year has no order.
            is_ordered = isinstance(last, str) == isinstance(first, str)
            if first is None or last is None or not is_ordered:
                continue
            if first >= last:
                raise ParameterError(
                    f"{start} must be before {end}; got {start} {first} and {end} {last}"
                )
        return self


def checked(
    model: type[Any], values: Mapping[str, Any], unknown: str = "unknown key"
) -> Any:
    """Return values as a model; `unknown` begins the sentence on a name it does not have."""
    fields = model.model_fields
    for name in values:
        if name not in fields:
            raise ParameterError(
                f"{unknown} {name!r}{did_you_mean(name, fields)}; it has {', '.join(fields)}"
            )
    try:
        return model.model_validate(values)
    except ValidationError as error:
        # A value that is wrong is said before one that is missing.
        wrong = min(error.errors(), key=lambda one: one["type"] == "missing")
    own = wrong.get("ctx", {}).get("error")
    if isinstance(own, ParameterError):
        raise own
    name = str(wrong["loc"][0])
    if wrong["type"] == "missing":
        raise ParameterError(f"{name} is missing")
    annotation = fields[name].annotation
    if get_origin(annotation) is Literal:
        raise choice_error(name, wrong["input"], filter(None, get_args(annotation)))
    words = allowed(model, name)
    # What pydantic says of one value is told where the kind of all does not say it.
    why = "" if words[:2] in ("a ", "on") else f" ({wrong['msg']})"
    raise ParameterError(f"{name} must be {words}; got {wrong['input']!r}{why}")


def allowed(model: type[BaseModel], name: str) -> str:
    """Return in words what a parameter may be, from pydantic's own schema of it."""
    told = model.model_fields[name].json_schema_extra
    if isinstance(told, dict) and "allowed" in told:
        return str(told["allowed"])
    if issubclass(model, Parameters) and (told_by_model := model.may_be(name)):
        return told_by_model
    return _words(model.model_json_schema()["properties"][name])


_KINDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "date": "a date such as 2026-01-14",
    "date-time": "a date with its time",
    "null": "nothing",
}
_UNTOLD = "what its model allows"


def _words(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return " or ".join(map(_words, schema["anyOf"]))
    if schema.get("type") == "array" and schema.get("items"):
        return f"a list, each {_words(schema['items'])}"
    names = schema.get("format"), schema.get("type")
    kind = next((_KINDS[name] for name in names if name in _KINDS), _UNTOLD)
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None:
        return kind if high is None else f"{kind}, {high} or less"
    if high is None:
        return f"{kind}, {low} or more"
    is_year = schema["type"] == "integer" and low > 1900
    return f"{'a year' if is_year else kind} from {low} to {high}"
