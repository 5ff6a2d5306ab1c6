"""What each notebook may be asked: one model a notebook, checked before a kernel starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from catrade import data_choices
from catrade.errors import ParameterError, choice_error, nearest
from catrade.names import name_of, parse_period

Partner = Literal["CA5", "KAZ", "KGZ", "TJK", "TKM", "UZB"]
Reporter = Literal["CHN", "partner"]
Jurisdiction = Literal["all", "CHN", "KAZ", "KGZ", "TJK", "TKM", "UZB", "EAEU", "EU"]
Year = Annotated[int, Field(ge=1992, le=2026)]
PolicyYear = Annotated[int, Field(ge=2009, le=2026)]
Theme = Literal[
    "demand_support",
    "industrial_policy",
    "competition_order",
    "technology",
    "safety",
    "trade",
    "infrastructure",
    "heavy_trucks",
]
THEMES: tuple[str, ...] = get_args(Theme)

#: How a value reads at the head of a report, where the code alone would not do.
_LABELS = {
    "reporter": {
        "CHN": "China’s statistics",
        "partner": "The partner’s statistics",
        "BACI": "BACI (both sides reconciled)",
    },
    "valuation": {"as_reported": "As each side reports"}
    | {f"cif_{n}": f"Imports less a c.i.f. margin of {n} %" for n in range(1, 26)},
    "jurisdiction": {"EAEU": "Eurasian Economic Union", "EU": "European Union"},
}
_DOCUMENT = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")
_EVENT_ID = re.compile(r"(19|20)\d{2}-[a-z0-9]+(-[a-z0-9]+)*")


class Parameters(BaseModel):
    """Base of the models: unknown names forbidden, values fixed once checked."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    #: Heading of the index page under which reports of this notebook stand.
    topic: ClassVar[str] = "Reports"
    #: Parameters that every file name derived from a run carries; others only if not default.
    slug_fields: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _years_in_order(self) -> Parameters:
        values = self.model_dump()
        start, end = values.get("start"), values.get("end")
        if start is not None and end is not None and start >= end:
            message = f"start must be before end; got start {start} and end {end}"
            raise ParameterError(message)
        return self


class TradeGrowthParams(Parameters):
    """Parameters of `trade_growth`: how trade with a partner has grown."""

    topic: ClassVar[str] = "Trade growth"
    slug_fields: ClassVar[tuple[str, ...]] = ("partner",)

    partner: Partner = Field(
        "CA5", title="Partner", description="The country, or CA5 for the five together"
    )
    reporter: Reporter = Field(
        "CHN",
        title="Whose figures",
        description="Whose statistics: China's, or the partner's own",
    )
    start: Year = Field(2013, description="First year shown")
    end: Year = Field(2026, description="Last year shown, with the months of a running one")


class TradeCompositionParams(Parameters):
    """Parameters of `trade_composition`: what is traded with a country."""

    topic: ClassVar[str] = "What is traded"
    slug_fields: ClassVar[tuple[str, ...]] = ("partner",)

    partner: str = Field(
        "KAZ",
        title="Partner",
        description="The country",
        json_schema_extra={"allowed": f"one of {data_choices.PARTNERS}"},
    )
    direction: Literal["exports", "imports", "both"] = Field(
        "both", title="Direction", description="China's exports to it, imports from it, or both"
    )
    reporter: Literal["CHN", "partner", "BACI"] = Field(
        "partner",
        title="Whose figures",
        description="Whose statistics come first: China's, the partner's own, or CEPII's BACI",
    )
    start: Year = Field(2015, description="First year shown")
    end: Year = Field(2025, description="Last year shown")
    level: Literal["chapter", "section"] = Field(
        "chapter", title="Level", description="HS chapters (two digits) or HS sections"
    )
    top_n: Annotated[int, Field(ge=3, le=20)] = Field(
        8, title="Largest groups", description="How many groups of goods are named; rest is 'other'"
    )

    @field_validator("partner")
    @classmethod
    def _has_a_table(cls, value: str) -> str:
        return data_choices.partner(value)

    @field_validator("reporter")
    @classmethod
    def _is_there(cls, value: str) -> str:
        return data_choices.book(value)


class NevTimelineParams(Parameters):
    """Parameters of `nev_policy_timeline`: China's new-energy-vehicle policy over time."""

    topic: ClassVar[str] = "New-energy-vehicle policy"
    slug_fields: ClassVar[tuple[str, ...]] = ("start", "end")

    start: PolicyYear = Field(2009, description="First year shown")
    end: PolicyYear = Field(2026, description="Last year shown")
    jurisdiction: Jurisdiction = Field("all", title="Jurisdiction", description="Whose measures")
    themes: str = Field(
        "all",
        title="Themes",
        description="Which themes of policy",
        json_schema_extra={"allowed": f"all, or any of {', '.join(THEMES)} separated by commas"},
    )
    focus: str = Field(
        "",
        title="Focus",
        description="What to zoom in on",
        json_schema_extra={
            "allowed": "empty, a period such as 2026-01, or an event id of data/policy_events.csv"
        },
    )

    @field_validator("themes", mode="before")
    @classmethod
    def _known_themes(cls, value: object) -> str:
        """Accept `all`, a list, or names separated by commas; return them in their order."""
        asked = value if isinstance(value, list | tuple) else str(value).split(",")
        names = [str(name).strip() for name in asked]
        for name in names:
            if name != "all" and name not in THEMES:
                error = choice_error("themes", name, ("all", *THEMES))
                raise error
        if not names:
            message = f"themes must be all, or any of {', '.join(THEMES)}; got none"
            raise ParameterError(message)
        return "all" if "all" in names else ",".join(t for t in THEMES if t in names)

    @field_validator("focus")
    @classmethod
    def _period_or_event(cls, value: str) -> str:
        digits = re.fullmatch(r"[\d-]+", value)
        if not value or (_EVENT_ID.fullmatch(value) and not digits):
            return value
        try:
            parse_period(value)
        except ParameterError as error:
            message = (
                "focus must be empty, a period such as 2026-01 or an event id "
                f"of data/policy_events.csv; got {value!r}"
            )
            raise ParameterError(message) from error
        return value

    @property
    def theme_list(self) -> tuple[str, ...]:
        """The themes asked for, in their fixed order."""
        return THEMES if self.themes == "all" else tuple(self.themes.split(","))


class ClaimCheckParams(Parameters):
    """Parameters of `claim_check`: what the figures say of an announcement, claim by claim."""

    topic: ClassVar[str] = "Checking the announcement"
    slug_fields: ClassVar[tuple[str, ...]] = ()

    document: str = Field(
        "dailymail-2026-01",
        title="Document",
        description="Which announcement is checked",
        json_schema_extra={
            "allowed": "a document id of data/claims.csv, such as dailymail-2026-01 or "
            "stheadline-mofcom-2026"
        },
    )

    @field_validator("document")
    @classmethod
    def _looks_like_an_id(cls, value: str) -> str:
        if _DOCUMENT.fullmatch(value):
            return data_choices.document(value)
        message = (
            "document must be a document id of data/claims.csv, such as dailymail-2026-01; "
            f"got {value!r}"
        )
        raise ParameterError(message)


class MirrorParams(Parameters):
    """Parameters of `mirror_statistics`: how far the two sides' figures differ."""

    topic: ClassVar[str] = "Two sets of statistics"
    slug_fields: ClassVar[tuple[str, ...]] = ()

    partner: Partner = Field(
        "CA5", title="Partner", description="The country, or CA5 for the five together"
    )
    start: Year = Field(2015, description="First year shown")
    end: Year = Field(2026, description="Last year shown")
    valuation: str = Field(
        "as_reported",
        title="Valuation",
        description="Whether importers' figures are brought to f.o.b. value, and by what margin",
        json_schema_extra={
            "allowed": "as_reported, or a whole c.i.f. margin in per cent from 1 to 25, as cif_5 or"
            " 5"
        },
    )

    @field_validator("valuation", mode="before")
    @classmethod
    def _margin(cls, value: object) -> str:
        """Accept `as_reported`, `cif_5`, `5` or 5; return the first or the second form."""
        text = str(value).strip()
        if text in {"as_reported", "0"}:
            return "as_reported"
        match = re.fullmatch(r"(?:cif_)?(\d{1,2})", text)
        if match and 1 <= int(match[1]) <= 25:
            return f"cif_{int(match[1])}"
        message = (
            "valuation must be as_reported, or a whole c.i.f. margin in per cent from 1 to 25 such "
            f"as cif_5; got {text!r}"
        )
        guess = nearest(text, ("as_reported", "cif_5", "cif_10"))
        raise ParameterError(message + (f" (did you mean {guess!r}?)" if guess else ""))

    @property
    def cif_margin(self) -> float:
        """The margin as a fraction of the f.o.b. value; 0 for figures as reported."""
        return 0.0 if self.valuation == "as_reported" else int(self.valuation[4:]) / 100


#: Every parameterised notebook and its model.
NOTEBOOKS: dict[str, type[Parameters]] = {
    "trade_growth": TradeGrowthParams,
    "trade_composition": TradeCompositionParams,
    "nev_policy_timeline": NevTimelineParams,
    "claim_check": ClaimCheckParams,
    "mirror_statistics": MirrorParams,
}


@dataclass(frozen=True)
class Parameter:
    """One parameter as a person needs to know it."""

    name: str
    default: Any
    allowed: str
    about: str


def model_of(notebook: str) -> type[Parameters]:
    """Return the parameter model of a notebook.

    Raises
    ------
    ParameterError
        If there is no notebook of that name.
    """
    if notebook not in NOTEBOOKS:
        error = choice_error("notebook", notebook, NOTEBOOKS)
        raise error
    return NOTEBOOKS[notebook]


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
    catrade.errors.ParameterError: partner must be one of CA5, KAZ, KGZ, TJK, TKM, UZB;
    got 'UZZ' (did you mean 'UZB'?)
    """
    model = model_of(notebook)
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
    model = model_of(notebook)
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
    for name, field in model_of(notebook).model_fields.items():
        value = values.get(name, "")
        if name == "start":
            result.append(("Years", f"{value}–{values['end']}"))
        elif name != "end" and value != "":
            text = _LABELS.get(name, {}).get(str(value)) or name_of(str(value))
            result.append((field.title or name, text.replace("_", " ").replace(",", ", ")))
    return result


def _refuse_unknown(notebook: str, model: type[Parameters], values: Mapping[str, Any]) -> None:
    for name in values:
        if name not in model.model_fields:
            guess = nearest(name, model.model_fields)
            hint = f" (did you mean {guess!r}?)" if guess else ""
            known = ", ".join(model.model_fields)
            message = f"{notebook} has no parameter {name!r}{hint}; it has {known}"
            raise ParameterError(message)


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
        return "one of " + ", ".join(str(choice) for choice in get_args(field.annotation))
    low, high = (
        next(getattr(item, side) for item in field.metadata if hasattr(item, side))
        for side in ("ge", "le")
    )
    return f"a {'year' if low > 1900 else 'whole number'} from {low} to {high}"
