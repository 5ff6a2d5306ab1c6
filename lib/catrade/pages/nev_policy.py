"""Events and rules that the policy pages pick out, the register in words, sentences with branches.

Events are rows of `ct.policies(…, full=True)`, rules those of `ct.in_force(…, full=True)`. Figures
and rules are set side by side; no cause is claimed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Hashable
from typing import Any

import pandas as pd

from catrade.calc import market, relief
from catrade.calc.in_force import pending, register_end
from catrade.cells.frames import in_order
from catrade.issuers import authority
from catrade.tables.definitions import meanings
from catrade.tables.names import in_sentence, name_of
from catrade.tables.policy import load_market
from catrade.words import sources
from rounding import formats
from rounding.dates import date_interval, weekday
from rounding.errors import ParameterError, did_you_mean

#: What the notebooks take from here that is made elsewhere.
__all__ = ["load_market", "market", "relief"]

#: Themes of policy as a page names them.
THEME_NAMES = meanings("themes")
_UNIONS = {"EAEU": "Eurasian Economic Union", "EU": "European Union"}
#: The colour of each theme by its name, as codes of the table of colours.
LANE_COLOURS = {name: code for code, name in THEME_NAMES.items()}


def landmarks(events: pd.DataFrame, *, effect: bool = False) -> pd.DataFrame:
    """Return the few events with a label of their own (column `landmark`), for a chart.

    Parameters
    ----------
    events
        The events shown.
    effect
        Whether a landmark stands on the first day of its effect; otherwise on the day it was
        decided or happened.

    Returns
    -------
    DataFrame
        date (datetime64; of a month or year, its first day), label, dated (the label with its
        month), lane (the theme in words), and the columns of the events.

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> rule = policies(search="dual-credit", full=True)
    >>> landmarks(rule)["dated"].iloc[0], landmarks(rule, effect=True)["dated"].iloc[0]
    ('Dual-credit rule, Sep 2017', 'Dual-credit rule, Apr 2018')
    """
    rows = events[events["landmark"] != ""].reset_index(drop=True)
    when = rows["when"]
    if effect:
        when = rows["effective_date"].where(rows["effective_date"] != "", when)
    date = pd.to_datetime(when.map(_first_day))
    return rows.assign(
        date=date,
        label=rows["landmark"],
        lane=rows["theme"].map(THEME_NAMES),
        dated=rows["landmark"] + ", " + date.dt.strftime("%b %Y"),
    )


def best_source(frame: pd.DataFrame) -> pd.DataFrame:
    """Return events or rules with one source each, for a page beside which a register has all.

    Parameters
    ----------
    frame
        Any frame with a column `sources`; of those in a cell the most official is kept.

    Examples
    --------
    >>> frame = pd.DataFrame({"sources": ["icct-2021-2035plan;govcn-20201102"]})
    >>> best_source(frame)["sources"].item()
    'govcn-20201102'
    """
    table = sources()

    def best(ids: str) -> str:
        return min(ids.split(";"), key=lambda one: authority(table[one]))

    return frame.assign(sources=frame["sources"].map(best))


def report_day(end: int) -> dt.date:
    """Return the day a report looks from: the last of its years, or the newest event's if earlier.

    What came after the newest event is not known; one known only to its month counts from the
    first day of it.

    Examples
    --------
    >>> report_day(2020).isoformat(), report_day(2026) < dt.date(2026, 12, 31)
    ('2020-12-31', True)
    """
    return min(dt.date(end, 12, 31), register_end())


def focus_day(events: pd.DataFrame, focus: str, otherwise: dt.date) -> dt.date:
    """Return the day a focus asks about: its event's, or the last of its period.

    Raises
    ------
    ParameterError
        If it is neither a date nor the id of one of the events.
    """
    return date_interval(_when(events, focus))[1] if focus else otherwise


def in_focus(events: pd.DataFrame, focus: str) -> pd.DataFrame:
    """Return the events of a period, or those of one event's measure and month.

    Parameters
    ----------
    events
        The events shown.
    focus
        A year, month or day such as `2026-01`, or an event id; none if empty.

    Raises
    ------
    ParameterError
        If it is neither a date nor the id of one of the events.

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> found = in_focus(policies(full=True), "2025-gb38031-published")
    >>> found["measure"].eq("gb38031-2025").sum().item()
    2
    """
    if not focus:
        return events[:0]
    measure = events.loc[events["event_id"] == focus, "measure"]
    when = _when(events, focus)
    first, last = date_interval(when[:7] if len(measure) else when)
    within = events["last_date"] >= pd.Timestamp(first)
    within &= events["date"] <= pd.Timestamp(last)
    return events[within | events["measure"].isin(measure)].reset_index(drop=True)


def focus_name(events: pd.DataFrame, focus: str) -> str:
    """Return how to speak of a focus: the title of its event, or the period in words."""
    titles = events.set_index("event_id")["title"]
    return str(titles.get(focus) or formats.period(focus))


def _when(events: pd.DataFrame, focus: str) -> str:
    """Return the period of a focus: it is one, or names an event."""
    when = str(events.set_index("event_id")["when"].get(focus, focus))
    try:
        date_interval(when)
    except ParameterError:
        hint = did_you_mean(focus, events["event_id"])
        raise ParameterError(
            "focus must be empty, a period such as 2026-01 or the id of an event shown; "
            f"got {focus!r}{hint}"
        ) from None
    return when


def main_rules(
    found: pd.DataFrame, events: pd.DataFrame, most: int = 12
) -> pd.DataFrame:
    """Return some rules in force by theme: our landmarks first, then the most often changed.

    Parameters
    ----------
    found
        The rules in force.
    events
        The events of their measures, not cut off in time.
    most
        How many.

    Returns
    -------
    DataFrame
        As `found`, with start and end (datetime64; NaT where no end is set) and lane (the theme in
        words).

    Examples
    --------
    >>> from catrade.face.tables import in_force, policies
    >>> events = policies("safety", full=True)
    >>> found = in_force("2026-08-01", theme="safety", full=True)
    >>> main_rules(found, events, 1)["measure"].tolist()
    ['gb38031-2025']
    """
    marked = events.assign(marked=events["landmark"] != "")
    by_measure = marked.groupby("measure")
    weight = by_measure.agg({"marked": "max", "event_id": "size", "date": "max"})
    weight = weight.reindex(found["measure"])
    weight = weight.sort_values([*weight], ascending=False, kind="stable")
    rows = found[found["measure"].isin(weight.index[:most])]
    rows = rows.assign(
        start=pd.to_datetime(rows["since"].map(_first_day)),
        end=rows["until_date"],
        lane=rows["theme"].map(THEME_NAMES),
    )
    return in_order(rows, ["theme", "start"], {"theme": THEME_NAMES})


def next_changes(
    events: pd.DataFrame, found: pd.DataFrame, day: dt.date
) -> pd.DataFrame:
    """Return what is decided for the next two years: what begins, changes, or has an end set.

    Parameters
    ----------
    events
        Events, not cut off in time.
    found
        The rules whose ends are asked for.
    day
        The day looked from.

    Returns
    -------
    DataFrame
        when (the date as text), title (of the rule), jurisdiction, change (`begins`, `changes` or
        `ends`, the last with what ends where its event says so in per cent: `6% export VAT rebate
        ends`), sources.

    Examples
    --------
    >>> from catrade.face.tables import in_force, policies
    >>> day = dt.date(2023, 7, 1)
    >>> events = policies(search="purchase tax", full=True)
    >>> rules = in_force(day, full=True)
    >>> rules = rules[rules["measure"] == "purchase-tax"]
    >>> next_changes(events, rules, day)["when"].tolist()
    ['2023-12-31', '2024-01-01']
    """
    later = pending(events.rename(columns={"date": "first_day"}), day)
    begins = later.assign(
        when=later["effective_date"],
        title=later["measure_title"],
        change=later["stage"].map({"amended": "changes"}).fillna("begins"),
    )
    ends = found[found["until"] != ""]
    by_event = events.set_index("event_id").reindex(ends["event_id"])
    said = [_ending(row) for row in by_event.itertuples()]
    ends = ends.assign(when=ends["until"], change=said)

    rows = pd.concat([begins, ends])
    rows = rows[["when", "title", "jurisdiction", "change", "sources"]]
    first = pd.to_datetime(rows["when"].map(_first_day))
    today = pd.Timestamp(day)
    horizon = today + pd.DateOffset(years=2)
    rows = rows[first.between(today, horizon, inclusive="right")]
    rows = rows.drop_duplicates(["when", "title", "change"])
    return rows.sort_values("when", kind="stable", ignore_index=True)


def _ending(event: Any) -> str:
    """Say that something ends: of a cut by steps not the cut, but what is left after it."""
    percent, _, of_what = str(event.value_unit).partition(" ")
    return f"{event.value:g}% {of_what} ends" if percent == "percent" else "ends"


def _first_day(text: str) -> dt.date:
    return date_interval(text)[0]


# --- the register ---------------------------------------------------------------------------------


def register_rows(events: pd.DataFrame) -> pd.DataFrame:
    """Return the events in words, the newest first.

    Parameters
    ----------
    events
        Rows of `ct.policies(…, full=True)`.

    Returns
    -------
    DataFrame
        when (the date as text), event (what happened, when it applies, and what is doubtful about
        it), stage, theme, place, issued_by (names), measure_title, event_id, sources.

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> row = register_rows(policies(start=2009, end=2009, full=True)).iloc[-1]
    >>> row["when"], row["stage"], row["theme"], row["issued_by"]
    ('2009-02-09', 'takes effect', 'Buying and fleets', 'Ministry of Finance')
    """
    names = meanings("issuers")

    def bodies(codes: str) -> str:
        # Where it is stands in a column of its own.
        found = [names[code].removesuffix(" of China") for code in codes.split(";")]
        return formats.join(found)

    union = events["jurisdiction"].map(_UNIONS)
    rows = events.assign(
        event=[_event_in_words(row) for row in events.to_dict("records")],
        stage=events["stage"].map(meanings("stages")),
        theme=events["theme"].map(THEME_NAMES),
        place=union.fillna(events["jurisdiction"].map(name_of)),
        issued_by=events["issuers"].map(bodies),
    )
    columns = [
        "when",
        "event",
        "stage",
        "theme",
        "place",
        "issued_by",
        "measure_title",
        "event_id",
        "sources",
    ]
    return rows.loc[::-1, columns]


def _event_in_words(row: dict[Hashable, Any]) -> str:
    """Say what an event was, when what it brings applies, and what is doubtful about it."""
    said = [row["title"], row["summary"]]
    until = "Comments to" if row["stage"] == "draft" else "To"
    for column, word in (("effective_date", "From"), ("end_date", until)):
        if row[column] and row[column] != row["when"]:
            said.append(f"{word} {formats.date(row[column])}")
    for column, word in (
        ("landmark", "Landmark"),
        ("quality_reason", "Doubtful"),
        ("note", "Note"),
    ):
        if row[column]:
            said.append(f"{word}: {row[column]}")
    text = " ".join(f"{sentence.rstrip('.')}." for sentence in said)
    # The table spells it out, pages do not.
    return re.sub(r"(?<=\d) percent", "%", text)


# --- sentences with branches ----------------------------------------------------------------------


def by_place(jurisdictions: pd.Series[str]) -> str:
    """Say how many of some rules or events are whose, the most first.

    Examples
    --------
    >>> by_place(pd.Series(["CHN", "EU", "CHN"]))
    'China 2 and the European Union 1'
    """
    counts = Counter(sorted(jurisdictions))
    parts = []
    for code, number in counts.most_common():
        union = _UNIONS.get(code)
        place = f"the {union}" if union else in_sentence(code)
        parts.append(f"{place} {number}")
    return formats.join(parts)


def selection(events: pd.DataFrame, themes: tuple[str, ...]) -> str:
    """Say whose events a page has, and on what.

    Examples
    --------
    >>> events = pd.DataFrame({"jurisdiction": ["UZB", "UZB"]})
    >>> selection(events, ("trade",)), selection(events, tuple(THEME_NAMES))
    ('Uzbekistan 2, on trade', 'Uzbekistan 2')
    """
    where = by_place(events["jurisdiction"]) or "none"
    if set(themes) >= set(THEME_NAMES):
        return where
    names = [THEME_NAMES[theme].lower() for theme in themes]
    return f"{where}, on {formats.join(names)}"


def buyer(tax: str, paid: pd.DataFrame, day: dt.date) -> str:
    """Say what a buyer of an NEV in China got on a day.

    Parameters
    ----------
    tax
        Result of `relief.tax_relief_on` that day.
    paid
        Result of `relief.highest_support` up to the year of the day.
    day
        The day.
    """
    text = f"On {formats.date(day.isoformat())} a buyer had {tax}"
    now = paid.query("year == @day.year and amount_cny > 0")
    for row in now.to_dict("records"):
        scheme = row["scheme"].removeprefix("Subsidy for every buyer")
        comma = "," if "price" in row["terms"] else ""
        what = f"{comma} {scheme.removeprefix('Bonus ')}" if scheme else ""
        less = f" ({row['lesser']}, for trading it in)" if row["lesser"] else ""
        text += f", and got {row['terms']}{what}{less}"
    ended = subsidy_ended(paid)
    text += f"; the subsidy for every buyer ended in {ended}" if ended else ""
    return f"{text}."


def subsidy_ended(paid: pd.DataFrame) -> int | None:
    """Return the last year of the subsidy for every buyer, None while it went on or before it."""
    subsidy = paid[paid["scheme"] == relief.SCHEMES["purchase_subsidy"]]
    without = subsidy.loc[subsidy["amount_cny"] == 0, "year"]
    if without.empty:
        return None
    return int(without.min()) - 1


def begun(found: pd.DataFrame) -> str:
    """Say how many rules had begun and are not known to have ended, and of how many none is set.

    Parameters
    ----------
    found
        Result of `ct.in_force`.
    """
    sure = found[found["status"] == "yes"]
    number, maybe = len(sure), len(found) - len(sure)
    were = "rule had begun and was" if number == 1 else "rules had begun and were"
    text = f"{number or 'no'} {were} not known to have ended"
    if len(set(sure["jurisdiction"])) > 1:
        text += f" ({by_place(sure['jurisdiction'])})"
    unset = (sure["until"] == "").sum()
    if unset and number > 1:
        text += f", {unset} of them without a set end"
    if maybe:
        text += f"; for {maybe} more the sources leave it open"
    return text


def landmarks_title(marked: pd.DataFrame, end: int) -> str:
    """Name the figure of landmarks by how many of them are of the last three years.

    Parameters
    ----------
    marked
        Result of `events.landmarks`.
    end
        Last year.

    Examples
    --------
    >>> landmarks_title(pd.DataFrame({"date": pd.to_datetime(["2014-09-01", "2026-01-01"])}), 2026)
    '1 of 2 landmarks since 2024'
    """
    years, number = marked["date"].dt.year, len(marked)
    recent = (years >= end - 2).sum()
    if 0 < recent < number:
        return f"{recent} of {number} landmarks since {end - 2}"
    first, last = years.min(), years.max()
    when = f"in {first}" if first == last else f"from {first} to {last}"
    return f"{number} landmark{'s' if number > 1 else ''} {when}"


def buyer_title(paid: pd.DataFrame) -> str:
    """Name the figure of what a buyer gets by what it shows.

    Parameters
    ----------
    paid
        Result of `relief.highest_support`.
    """
    known = paid[paid["amount_cny"] > 0]
    if known.empty:
        return "No buyer is paid for an electric car"
    sums = [f"{formats.fixed(sum_, 0)} yuan" for sum_ in known["amount_cny"]]
    last = sums[-1]
    if "Bonus" in known["scheme"].iloc[-1]:
        if ended := subsidy_ended(paid):
            return f"The subsidy ended in {ended}; a scrapping bonus remains"
        return f"Scrapping an old car brings up to {last}"
    most = sums[known["amount_cny"].argmax()]
    if most == last:
        return f"Up to {last} a car"
    return f"The highest subsidy: {most}, later {last}"


def weekdays(events: pd.DataFrame) -> str:
    """Say in one footnote which weekdays do not fit the dates on record, "" if all do.

    Parameters
    ----------
    events
        Rows of `ct.policies(…, full=True)`.
    """
    found = events[events["reported_weekday"] != ""]
    actual = found["when"].map(weekday)
    found = found[actual != ""]  # of a month there is none
    day = actual + " " + found["when"].map(formats.date)
    told = day + " (" + found["reported_weekday"] + ")"
    parts = []
    for source, days in told.groupby(found["reported_weekday_source"], sort=False):
        publisher = sources()[source]["publisher"]
        parts.append(f"{publisher} for {formats.join([*days.unique()])}")
    if not parts:
        return ""
    return f"Another weekday than the date has is given by {'; by '.join(parts)}."
