"""Events and rules that the policy pages pick out, the register in words, sentences with branches.

Events are rows of `ct.policies(…, full=True)`, rules those of `ct.in_force(…, full=True)`. Figures
and rules are set side by side; no cause is claimed.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pandas as pd

from catrade.charts import style
from catrade_build.calc import market, relief
from catrade_build.calc.in_force import pending, register_end
from catrade_build.issuers import authority
from catrade_build.tables.definitions import meanings
from catrade_build.tables.names import in_sentence, name_of
from catrade_build.tables.policy import load_market
from catrade_build.words import NOT_CONFIRMED, capital, source_words, years
from rounding.dates import date_interval, weekday
from rounding.errors import ParameterError, did_you_mean
from rounding.formats import date, fixed, join, period

#: What the notebooks take from here that is made elsewhere.
__all__ = ["load_market", "market", "period", "relief"]

#: Themes of policy as a page names them.
THEME_NAMES = meanings("themes")
#: How the lane of rules is called that end within a year.
ENDS_SOON = "Ends within a year"
#: The letters of a title that has room beside its day.
_SHORT = 48
#: Letters of a day, as against those of a month or a year.
_DAY_LONG = 10


def landmarks(events: pd.DataFrame) -> pd.DataFrame:
    """Return the few events with a label of their own, for a chart: on the day of their effect.

    Parameters
    ----------
    events
        The events shown.

    Returns
    -------
    DataFrame
        date (datetime64; of a month or year, its first day; of what has no effect, the day it was
        decided or happened), label, and the columns of the events.

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> rule = landmarks(policies(search="dual-credit", full=True)).iloc[0]
    >>> rule["when"], f"{rule['date']:%Y-%m}", rule["label"]
    ('2017-09-27', '2018-04', 'Dual-credit rule')
    """
    rows = events[events["landmark"] != ""]
    when = rows["effective_date"].where(rows["effective_date"] != "", rows["when"])
    return rows.assign(date=_first_days(when), label=rows["landmark"])


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
    table = source_words()

    def best(ids: str) -> str:
        return min(ids.split(";"), key=lambda name: authority(table[name]))

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
    >>> rows = in_focus(policies(full=True), "2025-gb38031-published")
    >>> rows["measure"].eq("gb38031-2025").sum().item()
    2
    """
    if not focus:
        return events[:0]
    measure = events.loc[events["event_id"] == focus, "measure"]
    when = _when(events, focus)
    first, last = date_interval(when[:7] if len(measure) else when)
    within = events["last_date"] >= pd.Timestamp(first)
    within &= events["date"] <= pd.Timestamp(last)
    return events[within | events["measure"].isin(measure)]


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
    rules: pd.DataFrame, events: pd.DataFrame, day: dt.date, most: int = 12
) -> pd.DataFrame:
    """Return some rules in force by their end: our landmarks and those changed most often.

    Parameters
    ----------
    rules
        The rules in force.
    events
        The events of their measures, not cut off in time.
    day
        The day looked from.
    most
        How many.

    Returns
    -------
    DataFrame
        As `rules`, the one that ends first first, with start and end (datetime64; NaT where no end
        is set, or the next stage is decided), label (the title, with the change that is decided,
        and that its event is not confirmed), with_end (the label with its end), lane (whether it
        ends within a year, later, or has no end set) and is_sure (whether its event is confirmed).

    Examples
    --------
    >>> from catrade.face.tables import in_force, policies
    >>> events = policies("safety", full=True)
    >>> rules = in_force("2026-08-01", theme="safety", full=True)
    >>> main_rules(rules, events, dt.date(2026, 8, 1), 1)["measure"].tolist()
    ['gb38031-2025']
    """
    by_measure = events.assign(marked=events["landmark"] != "").groupby("measure")
    weight = by_measure.agg({"marked": "max", "event_id": "size", "date": "max"})
    weight = weight.reindex(rules["measure"])
    weight = weight.sort_values([*weight], ascending=False, kind="stable")
    rows = rules[rules["measure"].isin(weight.index[:most])]
    # What is to change already does not end with its present stage.
    changes = rows["next_change"] != ""
    end = rows["until_date"].mask(changes)
    soon = end <= pd.Timestamp(day) + pd.DateOffset(years=1)
    lane = soon.map({True: ENDS_SOON, False: "Ends later"})
    until = ", to " + rows["until"].map(date).astype(str)
    change = ", changes " + rows["next_change"].map(date).astype(str)
    quality = events.set_index("event_id")["quality"]
    is_sure = rows["event_id"].map(quality) == "ok"
    label = rows["title"] + change.where(changes, "")
    label = label.where(is_sure, label + ", not confirmed")
    rows = rows.assign(
        start=_first_days(rows["since"]),
        end=end,
        label=label,
        with_end=label + until.mask(end.isna(), ""),
        lane=lane.mask(end.isna(), "No end set"),
        is_sure=is_sure,
    )
    return rows.sort_values(["end", "start"])


def decided_lately(events: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the events of the month up to a day, the newest first, with their stage in words.

    Of what is doubtful the stage says that alone.

    Parameters
    ----------
    events
        Rows of `ct.policies(…, full=True)`.
    day
        The day looked from.
    """
    rows = events[_of_last_month(events, day)].iloc[::-1]
    stages = rows["stage"].map(meanings("stages"))
    stages = stages.where(rows["quality"] == "ok", NOT_CONFIRMED)
    return best_source(rows.assign(stage=stages))


def counted_lately(lately: pd.DataFrame) -> str:
    """Say how many of some events are decisions, how many decided nothing or are not confirmed.

    Parameters
    ----------
    lately
        What `decided_lately` returns.

    Examples
    --------
    >>> stages = ["takes effect", "draft", "single act", "reported, not confirmed"]
    >>> counted_lately(pd.DataFrame({"stage": stages}))
    '2 decisions, 1 draft and 1 unconfirmed report'
    """
    stages = meanings("stages")
    nouns = {stages["draft"]: "draft", stages["held"]: "meeting"}
    nouns[NOT_CONFIRMED] = "unconfirmed report"
    numbers = lately["stage"].map(nouns).fillna("decision").value_counts()
    parts = [
        f"{numbers[noun]} {noun}{'s' if numbers[noun] > 1 else ''}"
        for noun in ("decision", *nouns.values())
        if noun in numbers
    ]
    return join(parts)


def _of_last_month(events: pd.DataFrame, day: dt.date) -> pd.Series[bool]:
    today = pd.Timestamp(day)
    since = today - pd.DateOffset(months=1)
    return events["date"].between(since, today, inclusive="right")


def timeline(events: pd.DataFrame, later: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return the days of a timeline round a day: landmarks, what is new, and what is to come.

    Parameters
    ----------
    events
        Events of one jurisdiction.
    later
        What `next_changes` returns.
    day
        The day looked from; what the month before it brought is new, but meetings and drafts. What
        is not confirmed is left out.

    Returns
    -------
    DataFrame
        date, label (with day and month), lane (the theme in words), is_new and sources.

    Examples
    --------
    >>> from catrade.face.tables import policies
    >>> events = policies(search="trade-in", jurisdiction="China", full=True)
    >>> days = timeline(events, pd.DataFrame(), dt.date(2026, 9, 30))
    >>> days.loc[days["is_new"], "label"].tolist()
    ['30 Sep: Fourth and last tranche of 2026 trade-in money']
    """
    events = events[events["quality"] == "ok"]
    is_new = _of_last_month(events, day) & ~events["stage"].isin(["held", "draft"])
    rows = events.assign(is_new=is_new)[is_new | events["landmark"].ne("")]
    is_short = rows["title"].str.len() <= _SHORT
    short = rows["title"].where(is_short, rows["measure_title"])
    rows = rows.assign(text=rows["landmark"].where(rows["landmark"] != "", short))
    if len(later):
        begins = later.query("change in ['begins', 'changes']")
        begins = begins.query(
            "jurisdiction in @events.jurisdiction and quality == 'ok'"
        )
        begins = begins.assign(
            date=_first_days(begins["when"]),
            text=begins["title"] + " " + begins["change"],
            is_new=False,
        )
        rows = pd.concat([rows, begins], ignore_index=True)
    month = rows["date"].dt.strftime("%b")
    is_day = rows["when"].str.len() == _DAY_LONG
    when = month.mask(is_day, rows["date"].dt.strftime("%-d %b"))
    lane = rows["theme"].map(THEME_NAMES)
    rows = rows.assign(label=when + ": " + rows["text"], lane=lane)
    return rows[["date", "label", "lane", "is_new", "sources"]]


#: What a bar of the calendar is: it ends within a year, later or on no set day, or is to come.
SOON, LATER, OPEN, TO_COME = ENDS_SOON, "Ends later", "No end set", "To come"
KIND_COLOURS = {
    SOON: style.colour("CHN"),
    LATER: style.MUTED,
    OPEN: style.MUTED,
    TO_COME: style.PALE,
}
#: Of what is said beside a bar: pale letters could not be read.
SAID_COLOURS = KIND_COLOURS | {TO_COME: style.MUTED}


def calendar(
    rules: pd.DataFrame,
    changes: pd.DataFrame,
    jurisdiction: str,
    first: pd.Timestamp,
    last: pd.Timestamp,
) -> pd.DataFrame:
    """Return the bars of the calendar: rules in force by their end, then those that are to come.

    Parameters
    ----------
    rules, changes
        What `main_rules` and `next_changes` return.
    jurisdiction
        Whose changes are to come.
    first, last
        The days from which and to which bars are drawn.

    Returns
    -------
    label, kind (as `KIND_COLOURS` has them), from, to (days), said (its end or beginning, in
    words), sources. What is reported and not confirmed has no bar.
    """
    sure = rules[rules["is_sure"]]
    end = sure["end"].map(
        lambda day: f"to {day.day} {day:%b %Y}" if day == day else "no end set"
    )
    in_force = pd.DataFrame(
        {
            "label": sure["label"],
            "kind": sure["lane"],
            "from": sure["start"].where(sure["start"] > first, first),
            "to": sure["end"].where(sure["end"] < last, last),
            "said": end,
            "sources": sure["sources"],
        }
    )
    is_own = changes["jurisdiction"].eq(jurisdiction) & changes["quality"].eq("ok")
    coming = changes[is_own & changes["change"].eq("begins")]
    starts = pd.to_datetime(coming["when"])
    to_come = pd.DataFrame(
        {
            "label": coming["title"],
            "kind": TO_COME,
            "from": starts,
            "to": last,
            "said": [f"from {day.day} {day:%b %Y}" for day in starts],
            "sources": coming["sources"],
        }
    )
    bars = pd.concat([in_force, to_come], ignore_index=True)
    bars["label"] = bars["label"].map(_in_few_words)
    return bars[bars["from"] <= last].reset_index(drop=True)


def _in_few_words(title: str) -> str:
    """Leave out of a long title what it is on, and its number.

    Examples
    --------
    >>> _in_few_words("Vehicle and vessel tax on plug-in hybrids and commercial NEVs")
    'Vehicle and vessel tax'
    """
    if len(title) <= _SHORT:
        return title
    return re.split(r" on |, | \(| GB \d", title)[0]


def timeline_title(days: pd.DataFrame, rules: pd.DataFrame, day: dt.date) -> str:
    """Name the timeline by what the newest month decided, else by the rules in force.

    Parameters
    ----------
    days
        What `timeline` returns.
    rules
        The rules in force on the day.
    day
        The day looked from.

    Examples
    --------
    >>> days, rules = pd.DataFrame({"is_new": [False, True]}), pd.DataFrame({"title": ["A"]})
    >>> day = dt.date(2026, 9, 30)
    >>> timeline_title(days, rules, day)
    '1 decision in the month to 30 September 2026'
    >>> timeline_title(days[:1], rules, day), timeline_title(days[:1], rules[:0], day)
    ('1 rule in force on 30 September 2026', 'No rule in force on 30 September 2026')
    """
    on = date(day.isoformat())
    new = int(days["is_new"].sum())
    if new:
        return f"{new} decision{'' if new == 1 else 's'} in the month to {on}"
    number = len(rules)
    return f"{number or 'No'} rule{'s' if number > 1 else ''} in force on {on}"


def next_changes(
    events: pd.DataFrame, rules: pd.DataFrame, day: dt.date
) -> pd.DataFrame:
    """Return what is decided for the next two years: what begins, changes, or has an end set.

    Parameters
    ----------
    events
        Events, not cut off in time.
    rules
        The rules whose ends are asked for.
    day
        The day looked from.

    Returns
    -------
    DataFrame
        when (the date as text), title (of the rule), jurisdiction, theme, change (`begins`,
        `changes` or `ends`, the last with what ends where its event says so in per cent: `6% export
        VAT rebate ends`; of what is doubtful also that it is), quality, sources.

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
    ends = rules[rules["until"] != ""]
    by_event = events.set_index("event_id").reindex(ends["event_id"])
    endings = [_ending(row) for row in by_event.itertuples()]
    quality = by_event["quality"].to_numpy()
    ends = ends.assign(when=ends["until"], change=endings, quality=quality)

    rows = pd.concat([begins, ends])
    told = "when title jurisdiction theme change quality sources"
    rows = rows[told.split()]
    is_sure = rows["quality"] == "ok"
    rows["change"] = rows["change"].where(
        is_sure, rows["change"] + f" ({NOT_CONFIRMED})"
    )
    today = pd.Timestamp(day)
    horizon = today + pd.DateOffset(years=2)
    within = _first_days(rows["when"]).between(today, horizon, inclusive="right")
    rows = rows[within].drop_duplicates(["when", "title", "change"])
    return rows.sort_values("when", kind="stable", ignore_index=True)


def _ending(event: Any) -> str:
    """Say that something ends: of a cut by steps not the cut, but what is left after it."""
    percent, _, of_what = str(event.value_unit).partition(" ")
    return f"{event.value:g}% {of_what} ends" if percent == "percent" else "ends"


def _first_days(when: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(when.map(lambda text: date_interval(text)[0]))


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
        issuers = [names[code].removesuffix(" of China") for code in codes.split(";")]
        return join(issuers)

    rows = events.assign(
        event=[_event_in_words(row) for row in events.to_dict("records")],
        stage=events["stage"].map(meanings("stages")),
        theme=events["theme"].map(THEME_NAMES),
        place=events["jurisdiction"].map(name_of).replace("EU", "European Union"),
        issued_by=events["issuers"].map(bodies),
    )
    columns = "when event stage theme place issued_by measure_title event_id sources"
    return rows.loc[::-1, columns.split()]


_REMARKS = {
    "landmark": "Landmark",
    "quality_reason": capital(NOT_CONFIRMED),
    "note": "Note",
}


def _event_in_words(row: dict[Any, Any]) -> str:
    """Say what an event was, when what it brings applies, and what is doubtful about it."""
    sentences = [row["title"], row["summary"]]
    until = "Comments to" if row["stage"] == "draft" else "To"
    for column, word in (("effective_date", "From"), ("end_date", until)):
        if row[column] not in ("", row["when"]):
            sentences.append(f"{word} {date(row[column])}")
    for column, word in _REMARKS.items():
        if row[column]:
            sentences.append(f"{word}: {row[column]}")
    text = " ".join(f"{sentence.rstrip('.')}." for sentence in sentences)
    # The table spells it out, pages do not.
    return re.sub(r"(?<=\d) percent", "%", text)


# --- sentences with branches ----------------------------------------------------------------------


def _place(code: str) -> str:
    """Return a country or union as it stands in a sentence."""
    return "the European Union" if code == "EU" else in_sentence(code)


def selection(events: pd.DataFrame, themes: tuple[str, ...]) -> str:
    """Say whose events a page has, and on what.

    Examples
    --------
    >>> events = pd.DataFrame({"jurisdiction": ["UZB", "EU", "EU"]})
    >>> selection(events, ("trade",)), selection(events, tuple(THEME_NAMES))
    ('2 of them the European Union’s, on trade', '2 of them the European Union’s')
    """
    where = "none"
    if len(events):
        counts = events["jurisdiction"].value_counts()
        where = f"{counts.iloc[0]} of them {_place(counts.index[0])}’s"
    if set(themes) >= set(THEME_NAMES):
        return where
    names = [THEME_NAMES[theme].lower() for theme in themes]
    return f"{where}, on {join(names)}"


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
    relief_alone, _, _ = tax.partition(",")
    text = f"On {date(day.isoformat())} a buyer had {relief_alone}"
    sums = paid[paid["amount_cny"] > 0]
    unseen = paid.loc[paid["amount_cny"].isna(), "year"]
    if day.year in {*sums["year"], *unseen}:
        last = sums.iloc[-1]
        most = f"up to {fixed(last['amount_cny'], 0)} yuan"
        if day.year == last["year"]:
            what_for = " for an old car" if last["scheme"].startswith("Bonus") else ""
            return f"{text} and {most}{what_for}."
        return (
            f"{text}; the subsidy was {most} a car in {last['year']}, that of {years(unseen)} is"
            " not held."
        )
    if ended := subsidy_ended(paid):
        text += f"; the subsidy for every buyer ended in {ended}"
    return f"{text}."


def subsidy_ended(paid: pd.DataFrame) -> int | None:
    """Return the last year of the subsidy for every buyer, None while it went on or before it."""
    subsidy = paid[paid["scheme"] == relief.SCHEMES["purchase_subsidy"]]
    without = subsidy.loc[subsidy["amount_cny"] == 0, "year"]
    if without.empty:
        return None
    return int(without.min()) - 1


def begun(rules: pd.DataFrame) -> str:
    """Say how many rules were in force, and how many of them are of whom most are.

    Parameters
    ----------
    rules
        Result of `ct.in_force`.
    """
    sure = rules[rules["status"] == "yes"]
    number, maybe = len(sure), len(rules) - len(sure)
    were = "rule was" if number == 1 else "rules were"
    text = f"{number or 'no'} {were} in force"
    of_place = sure["jurisdiction"].value_counts()
    if len(of_place) > 1:
        text += f", {of_place.iloc[0]} of them {_place(of_place.index[0])}’s"
    if maybe:
        text += f"; for {maybe} more the sources leave it open"
    return text


def buyer_title(paid: pd.DataFrame) -> str:
    """Name the figure of what a buyer gets by what it shows.

    Parameters
    ----------
    paid
        Result of `relief.highest_support`.
    """
    sums = paid[paid["amount_cny"] > 0]
    if sums.empty:
        return "No buyer is paid for an electric car"
    last = f"{fixed(sums['amount_cny'].iloc[-1], 0)} yuan"
    most = f"{fixed(sums['amount_cny'].max(), 0)} yuan"
    if "Bonus" in sums["scheme"].iloc[-1]:
        if ended := subsidy_ended(paid):
            return f"The subsidy ended in {ended}; a scrapping bonus remains"
        return f"Scrapping an old car brings up to {last}"
    if most == last:
        return f"Up to {last} a car"
    return f"The highest subsidy: {most}, later {last}"


def weekday_note(events: pd.DataFrame) -> str:
    """Say in one footnote which weekdays do not fit the dates on record, "" if all do.

    Parameters
    ----------
    events
        Rows of `ct.policies(…, full=True)`.
    """
    rows = events[events["reported_weekday"] != ""]
    actual = rows["when"].map(weekday)
    rows = rows[actual != ""]  # of a month there is none
    day = actual + " " + rows["when"].map(date)
    days = day + " (" + rows["reported_weekday"] + ")"
    parts = []
    for source, own in days.groupby(rows["reported_weekday_source"], sort=False):
        publisher = source_words()[source]["publisher"]
        parts.append(f"{publisher} for {join([*own.unique()])}")
    by_whom = "; by ".join(parts)
    return f"Another weekday than the date has is given by {by_whom}." if parts else ""
