"""China's policy on electric cars and its market, filtered from the edition.

>>> from catrade import policy
>>> rules = policy.in_force("2026-01-14", jurisdiction="CHN").set_index("measure")
>>> rules.loc["purchase-tax", ["since", "until"]].dt.date.astype(str).tolist()
['2014-09-01', '2027-12-31']
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade.face.frames import dated
from catrade_build.edition import table
from catrade_build.tables import as_of
from catrade_build.tables.definitions import choices
from catrade_build.tables.policy import load_series
from catrade_build.tables.trade import (
    CHOSEN,
    Codes,
    Time,
    described,
    refuse_unknown,
    select,
    several,
)
from rounding import formats
from rounding.dates import Day, as_day
from rounding.errors import choice_error

#: How far ahead a page looks.
_AHEAD = pd.DateOffset(years=2)


def market(
    series: Codes,
    start: Time = None,
    end: Time = None,
    *,
    jurisdiction: str = "CHN",
    freq: Codes = None,
) -> pd.DataFrame:
    """Return series of the market with growth and shares, as rows of the edition.

    Parameters
    ----------
    series
        Names of series, such as "nev_sales"; "all" is every one.
    start, end
        First and last year (2018) or period ("2024-03"), both included.
    jurisdiction
        Whose market.
    freq
        year, month, ytd (January to a month), or several; all by default.

    Returns
    -------
    DataFrame
        The columns of `market` in docs/edition.md, with date (the first day of the year or of the
        last month) and when (the period in words), in order of the last day of each period.

    Raises
    ------
    ParameterError
        If a name, frequency or period is unknown.

    Examples
    --------
    >>> market("nev_sales_at_home", freq="ytd", start=2026)[["period", "growth"]].round(3)
        period  growth
    0  2026-6M  -0.134
    """
    rows = table("market")
    if freq is not None:
        for word in several(freq):
            if word not in CHOSEN:
                raise choice_error("freq", word, CHOSEN)
        rows = rows[rows["freq"].isin(several(freq))]
    # As of a day a series may not be known yet: that is no mistake.
    names = {*rows["series"], *load_series()["series"]}
    place = (jurisdiction, choices("jurisdictions"))
    rows = select(rows, start, end, series=(series, names), jurisdiction=place)
    rows = dated(rows).sort_values(["until", "series"], kind="stable")
    rows["when"] = rows["period"].map(formats.period)
    return described(rows, "market_series", None)


def events(
    start: Time = None,
    end: Time = None,
    *,
    jurisdiction: Codes = None,
    theme: Codes = None,
) -> pd.DataFrame:
    """Return what was decided, drafted and met about, in order of time.

    Parameters
    ----------
    start, end
        First and last year, both included.
    jurisdiction, theme
        A code or several (CHN, UZB, EU; safety, trade); all by default.

    Returns
    -------
    DataFrame
        The columns of `events` in docs/edition.md.

    Raises
    ------
    ParameterError
        If a code, theme or year is unknown.

    Examples
    --------
    >>> events(2026, jurisdiction="CHN").query("in_article and stage == 'held'")["when"].tolist()
    ['2026-01-07', '2026-01-13', '2026-01-13', '2026-01-14']
    """
    places = (jurisdiction, choices("jurisdictions"))
    themes = (theme, choices("themes"))
    rows = select(table("events"), start, end, jurisdiction=places, theme=themes)
    return described(rows, "policy_events", None)


def in_force(
    day: Day, *, jurisdiction: Codes = None, theme: Codes = None
) -> pd.DataFrame:
    """Return the rules in force on a day, or perhaps so (`status`), one row a measure.

    Parameters
    ----------
    day
        A date or text such as "2026-01-14".
    jurisdiction, theme
        As of `events`; of a theme is a rule of which any event is.

    Returns
    -------
    DataFrame
        The columns of `spells` in docs/edition.md.

    Raises
    ------
    ParameterError
        If the day is none, or a code or theme unknown.

    Examples
    --------
    >>> in_force("2010-06-30", jurisdiction="CHN")["title"].tolist()[-1]
    'Automotive Industry Development Policy'
    """
    on = pd.Timestamp(as_day(day))
    rows = table("spells")
    rows = rows[(rows["start"] <= on) & ~(rows["end"] < on)]
    rows = select(rows, jurisdiction=(jurisdiction, choices("jurisdictions")))
    if theme is not None and theme != "all":
        refuse_unknown("theme", several(theme), choices("themes"))
        asked = {*several(theme)}
        is_asked = [not asked.isdisjoint(own.split(";")) for own in rows["themes"]]
        rows = rows[pd.Series(is_asked, rows.index, dtype=bool)]
    return described(rows, "policy_events", None)


def next_changes(
    day: Day, *, jurisdiction: Codes = None, theme: Codes = None
) -> pd.DataFrame:
    """Return what is decided by a day to begin, to change or to end in the two years after it.

    Parameters
    ----------
    day, jurisdiction, theme
        As of `in_force`.

    Returns
    -------
    DataFrame
        date (its first day, or the last of what ends), when (as exact as it is known), title and
        label (the rule, and in few words), jurisdiction, place, change (begins, changes, or what
        ends), quality, sources (the most official one), in order of time.

    Examples
    --------
    >>> changes = next_changes("2023-07-01", jurisdiction="CHN")
    >>> changes[["when", "title", "change"]].values.tolist()
    [['2024-01-01', 'Purchase tax relief for NEVs', 'changes']]
    """
    on = pd.Timestamp(as_day(day))
    decided = events(jurisdiction=jurisdiction, theme=theme)
    decided = decided[decided["change"].ne("") & decided["date"].le(on)]
    rules = in_force(on, jurisdiction=jurisdiction, theme=theme)
    rules = rules[rules["status"] == "yes"]
    # What is in force already does not begin.
    goes_on = decided["measure"].isin(rules["measure"])
    begins = decided.assign(
        date=decided["begins"],
        when=decided["effective_date"],
        title=decided["measure_title"],
        change=decided["change"].mask(goes_on, "changes"),
    )
    ends = rules.assign(
        date=rules["ends"], when=rules["until_when"], change=rules["ending"]
    )
    columns = "date when title label jurisdiction place change quality source"
    rows = pd.concat([begins, ends])[columns.split()]
    rows = rows.rename(columns={"source": "sources"})
    rows = rows[(rows["date"] > on) & (rows["date"] <= on + _AHEAD)]
    rows = rows.drop_duplicates(["when", "title", "change"])
    rows = rows.sort_values("date", kind="stable")
    return described(rows, "policy_events", None)


def support(day: Day | None = None, *, jurisdiction: str = "CHN") -> pd.DataFrame:
    """Return what a buyer of a battery car in China gets, scheme by scheme; on a day, or ever.

    Parameters
    ----------
    day
        A date or text such as "2026-01-14"; None is all that is held.
    jurisdiction
        Of another place than China nothing is held.

    Returns
    -------
    DataFrame
        The columns of `support` in docs/edition.md.

    Examples
    --------
    >>> support("2026-01-14").set_index("scheme")["amount"].to_dict()
    {'purchase_tax': 15000.0, 'scrappage_bonus': 20000.0, 'trade_in_bonus': 15000.0}
    """
    rows = table("support")
    if jurisdiction not in ("CHN", "all"):
        rows = rows.head(0)
    if day is not None:
        on = pd.Timestamp(as_day(day))
        rows = rows[(rows["start"] <= on) & ~(rows["end"] < on) & rows["amount"].ne(0)]
    return described(rows, "subsidy_schedule", None)


def newest_day(end: int | None = None) -> dt.date:
    """Return the day that a page looks from: the last that the register covers, or that is asked.

    It is the day of the newest event of all, the day as of which tables are read, or the last of a
    year that was over by then, whichever is the earliest.

    Examples
    --------
    >>> newest_day(2020).isoformat()
    '2020-12-31'
    """
    asked = as_of.current()
    with as_of.holding(None):
        days: list[dt.date] = [table("events")["date"].max().date()]
    if asked is not None:
        days.append(asked)
    if end is not None:
        days.append(dt.date(end, 12, 31))
    return min(days)
