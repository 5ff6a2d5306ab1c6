"""The tables `events`, `spells` and `support`: what was decided, is in force, and what it pays.

An event is one stage of a measure. A spell is a time in which a rule is, or may be, in force under
one event of it; `since` is the first day of all its spells without a day between them, since a rule
that was prolonged did not begin anew.

Of support a series is one scheme: a subsidy for every buyer and a bonus for scrapping an old car
are two, since what the one paid and the other pays is not one sum that fell. Relief from purchase
tax is a third: its amount is the most that is waived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.frames import join_ids
from catrade_build.in_force import STARTS, in_force_spans
from catrade_build.issuers import authority
from catrade_build.tables.as_of import days_of, first_days
from catrade_build.tables.definitions import meanings
from catrade_build.tables.names import name_of
from catrade_build.tables.policy import load_policy_events
from catrade_build.tables.trade import by_source, read_table
from catrade_build.words import NOT_CONFIRMED, capital, source_words
from rounding import formats
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
    begins, stages = first_days(rows["effective_date"]), meanings("stages")
    # On the day it was issued a rule that begins later was only announced.
    is_early = (rows["stage"] == "in_force") & (begins > rows["last_day"])
    stage = rows["stage"].mask(is_early, "announced")
    rows = rows.assign(
        measure=rows["measure_id"],
        title=rows["title_en"],
        when=rows["date"],
        date=rows["first_day"],
        last_date=rows["last_day"],
        text=[_in_words(row) for row in rows.to_dict("records")],
        stage_name=stage.map(stages),
        theme_name=rows["theme"].map(meanings("themes")),
        place=_places(rows["jurisdiction"]),
        issued_by=[_bodies(codes, issuers) for codes in rows["issuers"]],
        is_decision=is_sure & ~rows["stage"].isin(_NO_DECISION),
        begins=begins,
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
    # What goes on by a decision that is known already ends with the last of these.
    follows = rows.groupby("measure")["start"].shift(-1)
    goes_on = follows <= until + _ONE_DAY
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
        ends=until.mask(goes_on).groupby(run).transform("last"),
        ending=[_ending(event) for event in governing.itertuples()],
        is_landmark=rows["measure"].map(by_measure["is_landmark"].max()),
        changes=rows["measure"].map(by_measure.size()),
        newest=by_measure["first_day"].max().reindex(rows["measure"]).to_numpy(),
        quality=governing["quality"].to_numpy(),
        doubt=governing["quality_reason"].to_numpy(),
        source=_best_of(rows["sources"]),
        source_year=_newest_year(rows["sources"]),
    )
    return rows[columns_of("spells")]


def _newest_year(sources: pd.Series[str]) -> pd.Series[str]:
    """Return the year of the newest source of each row, or nothing if none has a date."""
    years = by_source("published").str[:4]
    return sources.map(lambda ids: max(years.reindex(ids.split(";"), fill_value="")))


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


def _best_of(sources: pd.Series[str]) -> pd.Series[str]:
    """Return of the sources in each cell the most official one, for a page with room for one."""
    table = source_words()

    def best(ids: str) -> str:
        return min(ids.split(";"), key=lambda name: authority(table[name]))

    return sources.map(best)


#: What pays, in words.
SCHEMES = {
    "pilot_subsidy": "Subsidy in pilot cities",
    "purchase_subsidy": "Subsidy for every buyer",
    "scrappage_bonus": "Bonus for scrapping an old car",
    "trade_in_bonus": "Bonus for trading in an old car",
    "purchase_tax": "Relief from purchase tax",
}
_PERIOD = ["scheme", "start_when", "end_when"]


def support() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    rows = pd.concat([_paid(), _waived()], ignore_index=True)
    rows = rows.assign(
        scheme_name=rows["scheme"].map(SCHEMES),
        start=first_days(rows["start_when"]),
        end=days_of(rows["end_when"]),
    )
    rows = rows.sort_values(["scheme", "start"], ignore_index=True)
    return rows[columns_of("support")]


def _paid() -> pd.DataFrame:
    """Return the highest sum for one battery car in each period of each scheme."""
    rows = read_table("subsidy_schedule")
    rows = rows.query("vehicle_type in ('BEV', 'BEV_PHEV')")
    rows = rows.query("bound != 'minimum' and quality != 'rejected'")
    rows = rows.rename(columns={"period_start": "start_when", "period_end": "end_when"})
    rows = rows.sort_values("amount_cny", ascending=False, kind="stable")
    best = rows.drop_duplicates(_PERIOD)
    return best.assign(
        amount=best["amount_cny"],
        terms=_each(_terms, best),
        basis=best["derived"].map({True: "computed", False: "published"}),
        doubt=best["quality_reason"],
    )


def _waived() -> pd.DataFrame:
    """Return the relief from purchase tax, a row a rule, however often it was prolonged."""
    schedule = read_table("purchase_tax_schedule")
    changes = schedule["rule"] != schedule["rule"].shift()
    rows = schedule.groupby(changes.cumsum(), as_index=False).agg(
        start_when=("period_start", "first"),
        end_when=("period_end", "last"),
        relief_share=("relief_share", "first"),
        amount=("cap_cny", "first"),
        sources=("sources", join_ids),
    )
    told = {"basis": "published", "quality": "ok", "doubt": ""}
    return rows.assign(scheme="purchase_tax", terms=_each(_relief, rows), **told)


def _each(say: Callable[[dict[Any, Any]], str], rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(map(say, rows.to_dict("records")), rows.index, dtype="str")


def _terms(row: dict[Any, Any]) -> str:
    """Say what a scheme pays for a car: a share of the price up to a sum, or a sum."""
    if not row["amount_cny"]:
        return ""
    most = f"{formats.fixed(row['amount_cny'], 0)} yuan"
    part = re.match(r"(\d+) percent of the price", row["note"])
    return f"{part[1]}% of the price, at most {most}" if part else f"up to {most}"


def _relief(row: dict[Any, Any]) -> str:
    """Say what relief a rule gives."""
    part = "the whole" if row["relief_share"] == 1 else "half the"
    cap = row["amount"]
    limit = "" if pd.isna(cap) else f", up to {formats.fixed(cap, 0)} yuan"
    return f"{part} purchase tax waived{limit}"
