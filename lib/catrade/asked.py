"""What an analyst asks for and is given: times, countries, flows, dates, gaps, names for codes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from catrade_build.edition import table
from catrade_build.tables.names import (
    CENTRAL_ASIA,
    FLOWS,
    GROUPS,
    code_of,
    is_known,
    no_such_place,
    publishing,
)
from catrade_build.tables.trade import (
    CHOSEN,
    Codes,
    Time,
    as_text,
    months_between,
    several,
)
from rounding.dates import parse_period
from rounding.errors import ParameterError, choice_error, did_you_mean

#: What makes up a total, each counted once.
FLOWS_OF_TOTAL = ("export", "import")
#: What people call an argument by another word.
_MEANT = {"country": "partner", "year": "start", "code": "only", "date": "on"}


def with_sentences(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function whose call with a wrong argument ends in one sentence, not a traceback.

    Examples
    --------
    >>> with_sentences(as_text)(2024, writen="%Y")
    Traceback (most recent call last):
    ...
    rounding.errors.ParameterError: ct.as_text has no argument writen (did you mean 'written'?); ...
    """
    signature = inspect.signature(function)
    kinds = {name: own.kind for name, own in signature.parameters.items()}
    may_be = [name for name, kind in kinds.items() if kind is not kind.VAR_POSITIONAL]
    switches = [
        name for name in may_be if signature.parameters[name].annotation == "bool"
    ]
    takes_any = any(kind is kind.VAR_KEYWORD for kind in kinds.values())

    @functools.wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        name = f"ct.{function.__name__}"
        unknown = [] if takes_any else [word for word in named if word not in may_be]
        if unknown:
            word = unknown[0]
            meant = _MEANT.get(word, "")
            hint = (
                f" (did you mean {meant!r}?)"
                if meant in may_be
                else did_you_mean(word, may_be)
            )
            raise ParameterError(
                f"{name} has no argument {word}{hint}; it takes {', '.join(may_be)}"
            )
        for word, value in named.items():
            if word in switches and not isinstance(value, bool | np.bool_):
                raise ParameterError(f"{word} is True or False; got {value!r}")
        try:
            signature.bind(*args, **named)
        except TypeError as error:
            raise ParameterError(f"{name} takes {', '.join(may_be)}: {error}") from None
        return function(*args, **named)

    return call


def ends_of(start: Any, end: Any) -> tuple[Any, Any]:
    """Return the first and last time asked for; a `range` of years as start is both."""
    if not isinstance(start, range) or not start:
        return start, end
    if end is not None:
        raise ParameterError(
            f"a range is start and end in one: leave end={end!r} out, or say start={start[0]}"
        )
    if start.step != 1:
        raise ParameterError(
            f"start takes every year of a range, not steps of {start.step}: choose years afterwards"
        )
    return start[0], start[-1]


def years_of(what: str, start: Any, end: Any) -> tuple[Any, Any]:
    """Return the first and last year asked for, as `ends_of`, of what is held by year alone.

    Raises
    ------
    ParameterError
        If one is a month, a quarter or another part of a year.
    """
    ends = ends_of(start, end)
    for text in (as_text(time) for time in ends if isinstance(time, str)):
        if parse_period(text).frequency != "annual":
            raise ParameterError(
                f"{what} are by year: say {text[:4]}, not {text}, as start= or end="
            )
    return ends


def flows_of(asked: Codes, may_be: Sequence[str], usual: Sequence[str]) -> list[str]:
    """Return the flows asked for, in any case; of "all" each that may be; a sentence if none."""
    names = several(usual if asked is None else asked)
    flows = [*may_be] if names == ["all"] else [code_of(n, may_be) for n in names]
    for flow in flows:
        if flow not in may_be:
            hint = "; a country is partner= or reporter=" if is_known(flow) else ""
            hint = "; a time is start= or end=" if flow[:1].isdigit() else hint
            raise ParameterError(f"{choice_error('flow', flow, may_be)}{hint}")
    return flows


def pairs_of(partner: Codes, reporter: Codes) -> pd.DataFrame:
    """Return who reports with whom, in the order asked for, and which country was asked for.

    A country that is asked for its trade with China, or with itself, gives its own count of it.
    Nobody named as reporter is China.

    Examples
    --------
    >>> pairs_of(["KAZ", "CA5"], "partner").to_numpy().tolist()
    [['KAZ', 'CHN', 'KAZ'], ['CA4', 'CHN', 'CA5']]
    """
    reporters = codes_of("reporter", reporter, ["CHN"], also=["partner", "all"])
    own = [code for code in reporters if code in CENTRAL_ASIA]
    usual = own if own and len(own) == len(reporters) else CENTRAL_ASIA
    partners = codes_of("partner", partner, usual, also=["all"])
    if "all" in partners:
        partners = ["all"]
    if "all" in reporters:
        every = table("figures")["reporter"].unique()
        reporters = [code for code in every if code not in {*GROUPS, *partners}]
    pairs = []
    for whose in reporters:
        for code in partners:
            if whose == "partner":
                pair = publishing(code), "CHN"
            elif whose == code:
                pair = whose, "CHN"
            else:
                pair = whose, code
            if pair == ("CHN", "CHN"):
                raise ParameterError("partner and reporter must be two; both are China")
            pairs.append((*pair, code))
    found = pd.DataFrame(pairs, columns=["reporter", "partner", "country"])
    return found.drop_duplicates(["reporter", "partner"])


def freq_of(freq: str | None, start: Time, end: Time, usual: str = "year") -> str:
    """Return the frequency asked for; by default what `start` or `end` is a period of, or `usual`.

    Raises
    ------
    ParameterError
        If it is none, or one of which no figures are chosen: quarters and halves; or years are
        asked for between months.

    Examples
    --------
    >>> freq_of(None, "2026-05", None), freq_of(None, 2015, 2025)
    ('month', 'year')
    """
    if freq == "year":
        years_of("figures with freq='year'", start, end)
    if str(freq) in CHOSEN:
        return str(freq)
    if freq is not None:
        raise choice_error("freq", freq, CHOSEN)
    times = [as_text(time) for time in (start, end) if time is not None]
    asked = {parse_period(text).frequency for text in times}
    if asked & {"quarterly", "half"}:
        raise ParameterError(
            f"say freq='ytd' (sums from January), 'month' or 'year' with "
            f"{' to '.join(times)}: no figures are chosen by quarter or half"
        )
    return next((name for name in ("month", "ytd") if CHOSEN[name] in asked), usual)


def codes_of(
    name: str,
    asked: Codes,
    default: Sequence[str],
    only: Sequence[str] = (),
    also: Sequence[str] = (),
) -> list[str]:
    """Return the codes of countries asked for by code or name; a sentence if one is neither.

    Countries may be any, or `only` some; words of `also` are taken as they are.
    """
    if asked is None:
        return list(default)
    codes = [place if place in also else code_of(place) for place in several(asked)]
    for code in codes:
        if code in ("nan", "NaT", "None", "<NA>"):
            raise ParameterError(f"{name} must be a country by code or name; got none")
        if code.lower() in FLOWS:
            raise ParameterError(
                f"{name} must be a country by code or name; got {code!r}: that is flow="
            )
        may_be = code in only if only else is_known(code)
        if code not in also and not may_be:
            raise no_such_place(name, code, only, also)
    return list(dict.fromkeys(codes))


def one_code(
    name: str, asked: Codes, only: Sequence[str] = (), also: Sequence[str] = ()
) -> str:
    """Return the code of the one country asked for, as `codes_of`; a sentence if it is not one."""
    codes = codes_of(name, asked, [], only, also)
    if len(codes) != 1:
        raise ParameterError(
            f"{name} must be one country; got {', '.join(codes) or 'none'}: "
            "call once for each, and put the frames together with pd.concat"
        )
    return codes[0]


def dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the first day of each period, of a sum to date that of its last month, and the month.

    Examples
    --------
    >>> frame = dated(pd.DataFrame({"period": ["2025", "2025-03", "2025-10M"]}))
    >>> frame["date"].dt.strftime("%Y-%m-%d").tolist()
    ['2025-01-01', '2025-03-01', '2025-10-01']
    """
    days = {}
    for text in frame["period"].unique():
        period = parse_period(text)
        is_year = period.frequency == "annual"
        month = period.first_month if is_year else period.last_month
        days[text] = pd.Timestamp(period.year, month, 1)
    date = pd.to_datetime(frame["period"].map(days))
    return frame.assign(date=date, month=date.dt.month.astype("int64"))


def with_gaps(
    rows: pd.DataFrame,
    series: pd.DataFrame,
    start: Time,
    end: Time,
    held: pd.DataFrame,
    freq: str = "year",
) -> pd.DataFrame:
    """Return rows with one without a figure for each series and time asked for that has none.

    Times that were not asked for are those from the first to the last of the rows; where there are
    none, the newest of `held`, all that the table has. What is older than that is one row.

    Examples
    --------
    >>> rows = pd.DataFrame({"who": ["a"], "year": [2024], "value": [1.0]})
    >>> who = pd.DataFrame({"who": ["a", "b"]})
    >>> with_gaps(rows, who, 2023, 2024, rows).values.tolist()
    [['a', 2024, 1.0], ['b', 2024, nan]]
    >>> with_gaps(rows.head(0), who, None, None, rows).values.tolist()
    [['a', 2024, nan], ['b', 2024, nan]]
    """
    if held.empty:  # as of a day on which nothing of the table was known
        held = table("figures")
    unit = "Y" if freq == "year" else "M"
    own, every = (pd.PeriodIndex(_days(table), freq=unit) for table in (rows, held))
    if rows.empty:
        own = every[every == every.max()]
    low, high = months_between(start, end)
    first, last = own.min(), own.max()
    if start is not None:
        first = pd.Period(year=low[0], month=low[1], freq=unit)
    if end is not None:
        last = pd.Period(year=high[0], month=high[1], freq=unit)
    first = max(first, min(every.min(), last))
    asked = pd.period_range(first, max(first, last))
    if freq == "ytd":  # all of a year is its year, which is held by itself
        asked = asked[asked.month < 12]
    times = pd.DataFrame({"year": asked.year})
    if freq != "year":
        written = "{0.year}-{0.month:02}" if freq == "month" else "{0.year}-{0.month}M"
        times["period"] = pd.Series([*map(written.format, asked)], dtype="str")
    frame = series.merge(times, "cross").merge(rows, "left")
    if "period" in frame:
        frame["period"] = frame["period"].fillna(frame["year"].astype("str"))
    return with_texts(frame)


def _days(rows: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    if "period" in rows:
        return dated(rows)["date"]
    return pd.to_datetime(rows["year"].astype(str), format="%Y")


def from_both_sides(rows: pd.DataFrame) -> pd.DataFrame:
    """Return flows of an exporter and an importer as each of them, as reporter, sees them.

    Examples
    --------
    >>> rows = pd.DataFrame({"exporter": ["CHN"], "importer": ["KAZ"], "flow": ["export"]})
    >>> from_both_sides(rows)[["reporter", "partner", "flow"]].values.tolist()
    [['CHN', 'KAZ', 'export'], ['KAZ', 'CHN', 'import']]
    """
    sold = rows.assign(reporter=rows["exporter"], partner=rows["importer"])
    bought = rows.assign(reporter=rows["importer"], partner=rows["exporter"])
    bought["flow"] = bought["flow"].replace("export", "import")
    return pd.concat([sold, bought]).sort_index(kind="stable")


def with_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose missing texts are ""."""
    texts: pd.DataFrame = frame.select_dtypes("str")
    return frame.assign(**texts.fillna(""))
