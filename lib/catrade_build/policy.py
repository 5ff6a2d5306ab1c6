"""The tables `events` and `spells`: what was decided, and what is in force from when to when.

An event is one stage of a measure. A spell is a time in which a rule is, or may be, in force under
one event of it; `since` is the first day of all its spells without a day between them, since a rule
that was prolonged did not begin anew.
"""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.frames import join_ids
from catrade_build.in_force import STARTS, in_force_spans
from catrade_build.issuers import authority
from catrade_build.tables.as_of import days_of
from catrade_build.tables.definitions import meanings
from catrade_build.tables.names import name_of
from catrade_build.tables.policy import load_policy_events
from catrade_build.words import NOT_CONFIRMED, capital, source_words
from rounding.dates import date_interval
from rounding.formats import date, join

#: Stages that decide nothing.
_NO_DECISION = ("draft", "held")
#: What stands after the text of an event in the register.
_REMARKS = {
    "landmark": "Landmark",
    "quality_reason": capital(NOT_CONFIRMED),
    "note": "Note",
}
#: The letters of a title that has room beside a bar.
_SHORT = 48
#: What there is so many per cent of until its rule ends; not so of a plan's aim, or a cut.
_ENDS = ("rebate", "duty", "price")
_ONE_DAY = pd.Timedelta(days=1)


def events() -> pd.DataFrame:
    """Return the table of events, in order of their dates."""
    rows = load_policy_events()
    issuers = meanings("issuers")
    is_sure = rows["quality"] == "ok"
    change = rows["stage"].map({"amended": "changes"}).fillna("begins")
    rows = rows.assign(
        measure=rows["measure_id"],
        title=rows["title_en"],
        when=rows["date"],
        date=rows["first_day"],
        last_date=rows["last_day"],
        text=[_in_words(row) for row in rows.to_dict("records")],
        stage_name=rows["stage"].map(meanings("stages")),
        theme_name=rows["theme"].map(meanings("themes")),
        place=_places(rows["jurisdiction"]),
        issued_by=[_bodies(codes, issuers) for codes in rows["issuers"]],
        is_decision=is_sure & ~rows["stage"].isin(_NO_DECISION),
        begins=_first_days(rows["effective_date"]),
        change=change.where(rows["stage"].isin(STARTS), ""),
        label=rows["measure_title"].map(in_few_words),
        doubt=rows["quality_reason"],
        source=_best_of(rows["sources"]),
    )
    return rows[columns_of("events")]


def spells() -> pd.DataFrame:
    """Return the table of spells, measure by measure."""
    every = load_policy_events()
    rows = in_force_spans(every).rename(
        columns={"measure_id": "measure", "measure_title": "title"}
    )
    before = rows.groupby("measure")["end"].shift()
    run = rows["start"].ne(before + _ONE_DAY).cumsum()
    by_event = every.set_index("event_id")
    governing = by_event.loc[rows["event_id"]]
    by_measure = every.assign(is_landmark=every["landmark"] != "").groupby("measure_id")
    until_when = governing["end_date"].reset_index(drop=True)
    effective = governing["effective_date"].reset_index(drop=True)
    until = days_of(until_when)
    # What goes on by a decision that is known already does not end then.
    follows = rows.groupby("measure")["start"].shift(-1)
    rows = rows.assign(
        place=_places(rows["jurisdiction"]),
        theme_name=rows["theme"].map(meanings("themes")),
        themes=rows["measure"].map(by_measure["theme"].agg(_once)),
        hits_goods=rows["measure"].map(by_measure["hits_goods"].agg(_once)),
        hits_countries=rows["measure"].map(by_measure["hits_countries"].agg(_once)),
        label=rows["title"].map(in_few_words),
        since=rows.groupby(run)["start"].transform("min"),
        since_when=effective.groupby(run).transform("first"),
        until=until,
        until_when=until_when,
        ends=until.mask(follows <= until + _ONE_DAY),
        ending=[_ending(event) for event in governing.itertuples()],
        is_landmark=rows["measure"].map(by_measure["is_landmark"].max()),
        changes=rows["measure"].map(by_measure.size()),
        newest=by_measure["first_day"].max().reindex(rows["measure"]).to_numpy(),
        quality=governing["quality"].to_numpy(),
        doubt=governing["quality_reason"].to_numpy(),
        source=_best_of(rows["sources"]),
    )
    return rows[columns_of("spells")]


def in_few_words(title: str) -> str:
    """Leave out of a long title what it is on, and its number.

    Examples
    --------
    >>> in_few_words("Vehicle and vessel tax on plug-in hybrids and commercial NEVs")
    'Vehicle and vessel tax'
    """
    if len(title) <= _SHORT:
        return title
    return re.split(r" on |, | \(| GB \d", title)[0]


def _ending(event: Any) -> str:
    """Say that something ends: of a cut by steps not the cut, but what is left after it."""
    if not event.end_date:
        return ""
    percent, _, of_what = str(event.value_unit).partition(" ")
    has_part = percent == "percent" and any(word in of_what for word in _ENDS)
    return f"{event.value:g}% {of_what} ends" if has_part else "ends"


def _in_words(row: dict[Any, Any]) -> str:
    """Say what an event was, when what it brings applies, and what is doubtful about it."""
    sentences = [row["title_en"], row["summary"]]
    until = "Comments to" if row["stage"] == "draft" else "To"
    for column, word in (("effective_date", "From"), ("end_date", until)):
        if row[column] not in ("", row["date"]):
            sentences.append(f"{word} {date(row[column])}")
    for column, word in _REMARKS.items():
        if row[column]:
            sentences.append(f"{word}: {row[column]}")
    text = " ".join(f"{sentence.rstrip('.')}." for sentence in sentences)
    # The table spells it out, pages do not.
    return re.sub(r"(?<=\d) percent", "%", text)


def _bodies(codes: str, names: dict[str, str]) -> str:
    """Name who issued something; where it is stands in a column of its own."""
    return join([names[code].removesuffix(" of China") for code in codes.split(";")])


def _places(codes: pd.Series[str]) -> pd.Series[str]:
    return codes.map(name_of).replace("EU", "European Union")


def _once(texts: pd.Series[str]) -> str:
    """Join texts of ids separated by `;`, each id once."""
    return join_ids(filter(None, texts))


def _first_days(dates: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return days_of(dates, lambda text: date_interval(text)[0])


def _best_of(sources: pd.Series[str]) -> pd.Series[str]:
    """Return of the sources in each cell the most official one, for a page with room for one."""
    table = source_words()

    def best(ids: str) -> str:
        return min(ids.split(";"), key=lambda name: authority(table[name]))

    return sources.map(best)
