"""Policy on electric cars, filtered from the edition: what was decided, and what is in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.asked import ends_of
from catrade_build.edition import table
from catrade_build.frames import is_in
from catrade_build.tables import as_of
from catrade_build.tables.as_of import days_of
from catrade_build.tables.definitions import choices
from catrade_build.tables.trade import (
    as_text,
    described,
    refuse_backwards,
    refuse_unknown,
    select,
    several,
)
from rounding import formats
from rounding.dates import Day, as_day, date_interval
from rounding.errors import ParameterError, nearest

#: How far ahead a page looks.
_AHEAD = pd.DateOffset(years=2)
#: What `events` shows first, and alone unless all is asked for.
_EVENTS = (
    "date title jurisdiction theme stage landmark measure when quality sources event_id"
)
_RULES = """title jurisdiction theme status since until measure since_when until_when ends quality
    doubt source_year sources"""
_TEXTS = ["title", "title_zh", "measure_title", "summary", "issuers"]


def events(
    jurisdiction: str | Sequence[str] | None = None,
    theme: str | Sequence[str] | None = None,
    start: int | str | range | dt.date | None = None,
    end: int | str | dt.date | None = None,
    *,
    on: str | dt.date | None = None,
    words: str | Sequence[str] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return policy events in order of time, a row a stage of a measure; or the rules in force.

    Parameters
    ----------
    jurisdiction
        CHN, KAZ, KGZ, TJK, TKM, UZB, RUS, EAEU or EU, or several, or names; by default all.
    theme
        demand_support, industrial_policy, competition_order, technology, safety, trade,
        infrastructure, heavy_trucks, or several; by default all.
    start, end
        First and last year (2013), month ("2026-01") or day, both included.
    on
        A day, or a month or year for its last: in the place of events the rules in force on it, one
        row a measure. It takes no start or end.
    words
        Words that stand in the title, summary or issuers, in any case: "BYD"; of several all do. Of
        a rule they may stand in any of its events.
    full
        Whether to return all columns of the edition's table `events`, or `spells`
        (docs/edition.md).

    Returns
    -------
    DataFrame
        date (the first day it may have been), title, jurisdiction, theme, stage, landmark (a short
        name of about a dozen, else ""), measure, when (as exact as it is known), quality, sources,
        event_id. Of a day: title, jurisdiction, theme, status (`yes`, or `unknown` where a date is
        known only to its month or year), since and until (NaT if no end is set), measure,
        since_when and until_when (as exact as they are known), ends (until, unless something that
        is decided follows), quality and doubt (of a day after the newest event all are `doubtful`:
        what was decided since is not known), source_year (the newest source is of it), sources.

    Raises
    ------
    ParameterError
        If a theme, jurisdiction, time or day is unknown, or no event has the words.

    Examples
    --------
    >>> import catrade as ct
    >>> found = ct.events("China", "demand_support", "2014-01-27", "2014-01")
    >>> found[["when", "measure"]].to_numpy().tolist()
    [['2014-01-27', 'purchase-subsidy']]
    >>> ct.events("Uzbekistan", words=["BYD", "joint venture"])["title"].tolist()
    ['Joint venture of BYD and UzAuto registered in Uzbekistan']
    >>> rules = ct.events("China", on="2026-01-14").set_index("measure")
    >>> rules.loc["purchase-tax", ["status", "until_when"]].tolist()
    ['yes', '2027-12-31']
    """
    first, last = ends_of(start, end)
    if on is not None and not (first is None and last is None):
        raise ParameterError(
            "on is one day of rules, start and end are a time of events: leave one of them out"
        )
    rows = table("events")
    themes = choices("themes")
    is_word = isinstance(theme, str) and theme != "all" and not nearest(theme, themes)
    if is_word and _has_words(rows, str(theme)).any():
        raise ParameterError(
            f"theme must be one of {', '.join(themes)}; got {theme!r} "
            f"(did you mean words={theme!r}?)"
        )
    places = (jurisdiction, choices("jurisdictions"))
    if on is None:
        rows = select(rows, jurisdiction=places, theme=(theme, themes))
        rows = _between(rows, first, last)
    for word in [] if words is None else several(words):
        rows = rows[_has_words(rows, word)]
    if on is not None:
        day = date_interval(as_text(on, "%Y-%m-%d"))[1]
        rules = _rules_on(day, places, theme)
        if words is not None:
            rules = rules[rules["measure"].isin(rows["measure"])]
        rows = rules
    if words is not None and rows.empty:
        raise ParameterError(
            f"no policy event of these themes, places and times has {words!r} in its title, "
            "summary or issuers"
        )
    shown = _EVENTS if on is None else _RULES
    return described(rows, "policy_events", None, shown, full=full)


def _has_words(rows: pd.DataFrame, words: str) -> pd.Series[bool]:
    texts = ["\n".join(cells).casefold() for cells in rows[_TEXTS].to_numpy()]
    return pd.Series(
        [words.casefold() in text for text in texts], rows.index, dtype=bool
    )


def _between(rows: pd.DataFrame, start: Any, end: Any) -> pd.DataFrame:
    """Return the events that may have been in a time."""
    first, last = pd.Timestamp.min, pd.Timestamp.max
    if start is not None:
        first = pd.Timestamp(date_interval(as_text(start, "%Y-%m-%d"))[0])
    if end is not None:
        last = pd.Timestamp(date_interval(as_text(end, "%Y-%m-%d"))[1])
    refuse_backwards(start, end, last < first)
    return rows[(rows["last_date"] >= first) & (rows["date"] <= last)]


def _rules_on(day: dt.date, places: Any, theme: Any) -> pd.DataFrame:
    """Return the rules in force on a day; of a theme is a rule of which any event is."""
    on = pd.Timestamp(day)
    rows = table("spells")
    rows = rows[(rows["start"] <= on) & ~(rows["end"] < on)]
    rows = select(rows, jurisdiction=places)
    if theme is not None and several(theme) != ["all"]:
        refuse_unknown("theme", several(theme), choices("themes"))
        asked = {*several(theme)}
        is_asked = [not asked.isdisjoint(own.split(";")) for own in rows["themes"]]
        rows = rows[pd.Series(is_asked, rows.index, dtype=bool)]
    newest = table("events")["date"].max().date()
    if day > newest:
        reason = f"the register ends on {formats.date(newest.isoformat())}"
        rows = rows.assign(quality="doubtful", doubt=reason)
    return rows


def next_changes(
    day: Day,
    *,
    jurisdiction: str | Sequence[str] | None = None,
    theme: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return what is decided by a day to begin, to change or to end in the two years after it.

    Parameters
    ----------
    day
        A date or text such as "2026-01-14".
    jurisdiction, theme
        As of `ct.events`.

    Returns
    -------
    DataFrame
        date (its first day, or the last of what ends), when (as exact as it is known), title and
        label (the rule, and in few words), jurisdiction, place, change (begins, changes, or what
        ends, as a suspension does), quality, sources (the most official one), in order of time.

    Examples
    --------
    >>> import catrade as ct
    >>> changes = ct.policy.next_changes("2023-07-01", jurisdiction="CHN")
    >>> changes[["when", "title", "change"]].values.tolist()
    [['2024-01-01', 'Purchase tax relief for NEVs', 'changes']]
    """
    on = pd.Timestamp(as_day(day))
    every = events(jurisdiction, theme, full=True)
    # As of a day all that is held was decided by then, also what begins later.
    is_all_known = as_of.current() == on.date()
    every = every[is_all_known | every["date"].le(on)]
    decided = every[every["change"].ne("")]
    rules = events(jurisdiction, theme, on=on, full=True)
    rules = rules[rules["status"] == "yes"]
    # What is in force already does not begin.
    goes_on = decided["measure"].isin(rules["measure"])
    begins = decided.assign(
        date=decided["begins"],
        when=decided["effective_date"],
        title=decided["measure_title"],
        change=decided["change"].mask(goes_on, "changes"),
    )
    # An end that one decision sets in doubt may be that of another, which is confirmed.
    told = rules.assign(end_date=rules["until_when"])
    sure = decided[decided["quality"] == "ok"]
    is_sure = is_in(told, sure, ["measure", "end_date"])
    ends = rules.assign(
        date=rules["ends"],
        when=rules["until_when"],
        change=rules["ending"],
        quality=rules["quality"].mask(is_sure, "ok"),
    )
    newest = every[every["date"].le(on)].drop_duplicates("measure", keep="last")
    paused = newest[newest["stage"].eq("suspended") & newest["end_date"].ne("")]
    resumes = paused.assign(
        date=days_of(paused["end_date"]),
        when=paused["end_date"],
        title=paused["measure_title"],
        change="suspension ends",
    )
    columns = "date when title label jurisdiction place change quality source"
    rows = pd.concat([begins, ends, resumes])[columns.split()]
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
    >>> import catrade as ct
    >>> ct.policy.support("2026-01-14").set_index("scheme")["amount"].to_dict()
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
    >>> import catrade as ct
    >>> ct.policy.newest_day(2020).isoformat()
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
