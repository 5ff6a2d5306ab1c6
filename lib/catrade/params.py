"""What each notebook may be asked, checked before a kernel starts.

What is usual, and what a parameter is for, the notebook says itself in its cell tagged
`parameters`. Here is what a parameter may be, and what of several must fit each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from catrade_build.tables import choices as data_choices
from catrade_build.tables.definitions import choices
from catrade_build.tables.names import (
    CENTRAL_ASIA,
    GROUPS,
    capital,
    code_of,
    in_sentence,
    is_known,
    name_of,
    no_such_place,
)
from pagemill import params as press
from pagemill.params import describe_parameters as describe_parameters
from rounding import formats
from rounding.dates import as_day
from rounding.errors import ParameterError, choice_error


def _is_place(value: str, info: ValidationInfo) -> str:
    return data_choices.place(value, str(info.field_name))


def _is_owner(value: str, info: ValidationInfo) -> str:
    """Return whose statistics: `partner`, its own of trade with China, or a country's code."""
    partner = str(info.data.get("partner", ""))
    code = value if value == "partner" else data_choices.place(value, "reporter")
    return data_choices.book("partner" if code == partner else code, partner)


def _is_book(value: str, info: ValidationInfo) -> str:
    """Return the same, or BACI if it was fetched."""
    is_baci = value.upper() == "BACI"
    return data_choices.book("BACI") if is_baci else _is_owner(value, info)


def _one_of(codes: tuple[str, ...]) -> AfterValidator:
    """Take a country of a list by code or name; say why another cannot be had."""

    def check(value: str, info: ValidationInfo) -> str:
        name = str(info.field_name)
        code, meant = code_of(value, codes), code_of(value)
        if code in codes:
            return code
        if is_known(meant):
            raise ParameterError(
                f"{name} must be one of {', '.join(codes)}; got {value!r}: this page is made of "
                f"these alone (trade_growth and country_dossier may be of {in_sentence(meant)})"
            )
        raise no_such_place(name, value, codes)

    return AfterValidator(check)


def _told(allowed: str, title: str | None = None) -> Any:
    """Return what is said of a text that more may be than can be listed."""
    return Field(title=title, json_schema_extra={"allowed": allowed})


_ANY = "a country by code or name"
#: Any country of which figures may be held: whether they are is said by who looks for them.
Place = Annotated[str, AfterValidator(_is_place), _told(_ANY)]
#: Whose statistics: any country's, or the partner's own of trade with China.
Owner = Annotated[str, AfterValidator(_is_owner), _told(f"partner, or {_ANY}")]
#: Of which pages tell by name: the five and each of them, and whose policy is held.
_REGION = ("CA5", *CENTRAL_ASIA)
_JURISDICTIONS = ("all", *choices("jurisdictions"))
#: In the place of a year: the last that the tables hold.
NEWEST: Final = "newest"
Last = int | Literal["newest"]


def _is_day(value: str, info: ValidationInfo) -> str:
    """Return a day as 2026-01-18, or nothing where none is meant."""
    if not value:
        return ""
    name = str(info.field_name)
    try:
        day = as_day(value)
    except ParameterError:
        raise ParameterError(f"{name} must be {_A_DAY}; got {value!r}") from None
    from catrade_build.tables.trade import (
        known_day,  # pandas: of who asks for a day alone
    )

    return known_day(name, day).isoformat()


_A_DAY = "empty, or a day such as 2026-01-18"
Day = Annotated[str, AfterValidator(_is_day), _told(_A_DAY, "As known on")]
THEMES = choices("themes")

#: How a value reads at the head of a report, where the code alone would not do.
_LABELS = {
    "reporter": {
        "CHN": "China’s statistics",
        "partner": "The partner’s statistics",
        "BACI": "BACI (both sides reconciled)",
    },
    "jurisdiction": {"EU": "European Union"},
}


class Parameters(press.Parameters):
    """Base of the models: years are in order, in the tables, and one chip of the page."""

    spans: ClassVar[Mapping[str, tuple[str, str]]] = {"Years": ("start", "end")}
    #: Their rows say which years can be shown.
    tables: ClassVar[tuple[str, ...]] = ("trade",)

    @classmethod
    def _years(cls) -> tuple[int, int]:
        """Return the first and last year that may be asked for: what is usual always may."""
        first, last = data_choices.years_held(cls.tables)
        usual = cls.model_fields["start"].default
        return min(first, usual) if isinstance(usual, int) else first, last

    @classmethod
    def may_be(cls, name: str) -> str:
        """Return in words which years can be shown."""
        if name not in ("start", "end"):
            return ""
        first, last = cls._years()
        words = f"a year from {first} to {last}"
        return words if name == "start" else f"{words}, or {NEWEST}"

    @field_validator("start", "end", check_fields=False)
    @classmethod
    def _is_held(cls, year: int | str, info: ValidationInfo) -> int | str:
        first, last = cls._years()
        if isinstance(year, int) and not first <= year <= last:
            name = str(info.field_name)
            raise ParameterError(f"{name} must be {cls.may_be(name)}; got {year}")
        return year

    @model_validator(mode="after")
    def _in_order_with_years(self) -> Parameters:
        self.with_years()
        return self

    def with_years(self) -> Parameters:
        """Return the same with the last year of the tables in the place of `newest`."""
        if getattr(self, "end", None) != NEWEST:
            return self
        year = data_choices.years_held(self.tables)[1]
        return self.model_validate({**self.model_dump(), "end": year})


def _title(asked: Parameters, title: str, *named: str) -> str:
    """Return a page's title: what it begins with, and the parameters that are not as usual.

    Parameters
    ----------
    asked
        The parameters.
    title
        What it begins with.
    named
        Parameters that it tells of already.
    """
    changed = asked.model_dump(exclude_defaults=True, exclude={*named})
    parts = [title]
    for name in changed:
        if name not in ("start", "end"):
            text = spell(name, changed[name])
            parts.append(_IN_TITLES.get(name, "{}").format(text))
    values = asked.model_dump()
    if "end" in changed:
        parts.append(f"{values['start']}–{values['end']}")
    elif "start" in changed:
        parts.append(f"since {values['start']}")
    return ", ".join(parts)


#: How a parameter stands in a title.
_IN_TITLES = {"themes": "on {}"}


class OfPair(Parameters):
    """Base of the models of two sides' trade: of a pair without a figure no page is made."""

    #: Whether the partner's figures of trade with the reporter will do.
    either_side: ClassVar[bool] = False

    partner: Place
    reporter: Owner

    @model_validator(mode="after")
    def _is_counted(self) -> OfPair:
        if self.partner == "WLD":
            raise ParameterError(
                "partner must be a country or CA5: the world has nothing to be set beside; its"
                " figures are in ct.trade('World')"
            )
        if self.reporter == "WLD":
            raise ParameterError("reporter must be a country: the world counts nothing")
        if self.reporter == "partner":
            return self
        if self.partner in GROUPS and self.reporter != "CHN":
            raise ParameterError(
                f"partner {self.partner} is taken with China's figures or its own alone; with"
                f" those of {in_sentence(self.reporter)} name one country, such as partner KAZ"
            )
        data_choices.held(self.reporter, self.partner, either_side=self.either_side)
        return self


class TradeGrowthParams(OfPair):
    """Parameters of `trade_growth`: how trade with a partner has grown."""

    topic = "Trade growth"
    slug_fields = ("partner",)

    partner: Annotated[Place, _told(f"CA5, or {_ANY}")]
    reporter: Annotated[Owner, Field(title="Whose figures")]
    start: int
    end: Last
    as_of: Day = ""


class TradeCompositionParams(Parameters):
    """Parameters of `trade_composition`: what is traded with a country."""

    topic = "What is traded"
    slug_fields = ("partner",)

    partner: Place
    reporter: Annotated[
        str,
        AfterValidator(_is_book),
        _told(f"partner, BACI, or {_ANY}", "Whose table comes first"),
    ]
    start: int
    end: Last
    top_n: Annotated[int, Field(ge=3, le=20, title="Largest goods")]
    as_of: Day = ""

    @property
    def sides(self) -> tuple[str, str]:
        """Codes of who sells and buys, and with whom; whoever is not named is China."""
        is_named = self.reporter not in ("partner", "BACI")
        return self.reporter if is_named else "CHN", self.partner

    @property
    def book(self) -> str:
        """Whose table is asked for."""
        return self.partner if self.reporter == "partner" else self.reporter

    @model_validator(mode="after")
    def _is_listed(self) -> TradeCompositionParams:
        data_choices.goods_held(*self.sides)
        return self


class CountryDossierParams(OfPair):
    """Parameters of `country_dossier`: one country, its first chapter on one sheet."""

    topic = "Countries"
    slug_fields = ("partner",)
    either_side = True

    partner: Place
    reporter: Annotated[Owner, Field(title="Trade with")]
    language: Annotated[Literal["", "en", "ru", "zh"], _told("en, ru or zh")]
    as_of: Day = ""

    @field_validator("partner")
    @classmethod
    def _is_single(cls, code: str) -> str:
        if code in GROUPS:
            raise ParameterError(
                f"partner must be one country; got {code!r}: the region's page is trade_growth"
                f" with partner {code}"
            )
        return code


class NevRegisterParams(Parameters):
    """Parameters of `nev_policy_register`: every policy event with its issuer and sources."""

    topic = "New-energy-vehicle policy"
    tables = ("policy_events", "market_series")

    start: int
    end: Last
    jurisdiction: Annotated[
        str, _one_of(_JURISDICTIONS), _told(f"one of {', '.join(_JURISDICTIONS)}")
    ]
    themes: Annotated[
        str, _told(f"all, or any of {', '.join(THEMES)} separated by commas")
    ]
    as_of: Day = ""

    def heading(self) -> str:
        """Name the register and what of it is shown."""
        return _title(self, "Register of policy on new energy vehicles")

    @field_validator("themes", mode="before")
    @classmethod
    def _known_themes(cls, value: object) -> str:
        """Accept `all`, a list, or names separated by commas; return them in their order."""
        themes = value if isinstance(value, list | tuple) else str(value).split(",")
        names = [str(theme).strip() for theme in themes]
        for name in names or [""]:
            if name != "all" and name not in THEMES:
                raise choice_error("themes", name, ("all", *THEMES))
        return "all" if "all" in names else ",".join(t for t in THEMES if t in names)

    @property
    def theme_list(self) -> tuple[str, ...]:
        """The themes asked for, in their fixed order."""
        return THEMES if self.themes == "all" else tuple(self.themes.split(","))


class NevTimelineParams(NevRegisterParams):
    """Parameters of `nev_policy_timeline`: China's new-energy-vehicle policy over time."""

    def heading(self) -> str:
        """Name whose policy it is and the years."""
        code = "CHN" if self.jurisdiction == "all" else self.jurisdiction
        whose = "The European Union" if code == "EU" else capital(in_sentence(code))
        title = f"{whose}’s new-energy-vehicle policy"
        return _title(self, title, "jurisdiction")


class NevCentralAsiaParams(Parameters):
    """Parameters of `nev_central_asia`: electric cars in Central Asia."""

    topic = "Chinese electric cars"
    tables = NevRegisterParams.tables
    slug_fields = ("partner",)

    partner: Annotated[str, _one_of(_REGION), _told(f"one of {', '.join(_REGION)}")]
    start: int
    end: Last
    as_of: Day = ""

    def heading(self) -> str:
        """Name the cars and the country."""
        title = f"Electric cars in {name_of(self.partner)}"
        return _title(self, title, "partner")


class ClaimCheckParams(Parameters):
    """Parameters of `claim_check`: what the figures say of an announcement, claim by claim."""

    topic = "Checking the announcement"
    # Of a file of one's own the document is its first, also where none was asked for.
    model_config = ConfigDict(validate_default=True)

    claims: Annotated[
        str,
        AfterValidator(data_choices.claims_file),
        _told("empty, or a file of data/claims/ with the columns of data/claims.csv"),
    ]
    document: Annotated[str, _told("the id of a document of the claims")]
    as_of: Day = ""

    @field_validator("document")
    @classmethod
    def _of_the_claims(cls, value: str, info: ValidationInfo) -> str:
        return data_choices.document(value, str(info.data.get("claims", "")))

    @field_validator("as_of")
    @classmethod
    def _was_out(cls, day: str, info: ValidationInfo) -> str:
        document = str(info.data.get("document", ""))
        return data_choices.day_since(day, document)


class TransitParams(Parameters):
    """Parameters of `transit`: what China sends through Kyrgyzstan, by three counts."""

    topic = "Transit through Kyrgyzstan"

    start: int
    as_of: Day = ""

    @classmethod
    def _years(cls) -> tuple[int, int]:
        """Return the first and last year: later, no two counts can be set side by side."""
        first, _ = super()._years()
        return first, data_choices.last_of_both("CHN", "KGZ", "export")


def validate(notebook: str, /, **values: Any) -> Any:
    """Check parameters and return them as the notebook's model, with years for `newest`.

    What the press keeps of a page says `newest` where that was asked.

    Parameters
    ----------
    notebook
        Its name.
    **values
        Its parameters; others have their defaults.

    Raises
    ------
    ParameterError
        If a name is unknown or a value is not allowed: one sentence with the nearest valid choice.

    Examples
    --------
    >>> validate("whats_new", since="", until="2026-01-18").until
    '2026-01-18'
    """
    asked = press.validate(notebook, **values)
    return asked.with_years() if isinstance(asked, Parameters) else asked


class WhatsNewParams(Parameters):
    """Parameters of `whats_new`: what has become known between two days."""

    topic = "What is new"

    since: Annotated[Day, Field(title="After")]
    until: Annotated[Day, Field(title="By")]


#: Every parameterised notebook and its model.
NOTEBOOKS: dict[str, type[Parameters]] = {
    "trade_growth": TradeGrowthParams,
    "trade_composition": TradeCompositionParams,
    "country_dossier": CountryDossierParams,
    "nev_central_asia": NevCentralAsiaParams,
    "nev_policy_timeline": NevTimelineParams,
    "nev_policy_register": NevRegisterParams,
    "claim_check": ClaimCheckParams,
    "transit": TransitParams,
    "whats_new": WhatsNewParams,
}


def spell(name: str, value: str) -> str:
    """Return a parameter's value in words, for the head of a report.

    Examples
    --------
    >>> spell("partner", "KGZ"), spell("themes", "safety,trade")
    ('Kyrgyzstan', 'safety, trade')
    """
    if name == "as_of" and value:
        return formats.date(value)
    text = _LABELS.get(name, {}).get(value) or name_of(value)
    return text.replace("_", " ").replace(",", ", ")
