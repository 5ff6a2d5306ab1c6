"""Loaders of the policy side: events, market series, and claims: what announcements state.

What is paid for a car and the relief from its tax are tables that are read as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

import pandas as pd

from catrade_build.tables.as_of import days_of, first_days
from catrade_build.tables.paths import data_dir
from catrade_build.tables.trade import (
    published_interval,
    read_table,
    refuse_unknown,
    with_time,
)
from pagemill.reads import note_reading

_MARKET_COLUMNS = (
    "series jurisdiction period year frequency value low high unit precision rounding basis "
    "quality quality_reason sources note"
)


def load_policy_events() -> pd.DataFrame:
    """Return policy events in order of date, one row a stage of a measure.

    Returns
    -------
    DataFrame
        The columns of `policy_events.csv` (see the data dictionary) and `year`, `first_day`,
        `last_day`: the days `date` may stand for (datetime64).

    Examples
    --------
    >>> events = load_policy_events().query("first_day >= '2026-01-13'")
    >>> events["event_id"].tolist()[:2]
    ['2026-manufacturing-symposium-18', '2026-nev-joint-conference']
    """
    frame = _with_days(read_table("policy_events"))
    frame["year"] = frame["first_day"].dt.year.astype("int64")
    order = ["first_day", "last_day"]
    return frame.sort_values(order, kind="stable", ignore_index=True)


def load_market() -> pd.DataFrame:
    """Return market figures, one row a series, jurisdiction, period and source.

    Returns
    -------
    DataFrame
        series, jurisdiction, period, year, frequency, value, low, high, unit, precision, rounding,
        basis (published, or computed by us), quality, quality_reason, sources, note. [low, high]
        is what the printed figure may stand for.

    Examples
    --------
    >>> frame = load_market().query("series == 'nev_sales' and period == '2025'")
    >>> frame[["value", "low", "high"]].to_numpy().tolist()
    [[16490000.0, 16485000.0, 16495000.0]]
    """
    frame = with_time(read_table("market_series"))
    low, high = published_interval(frame)
    basis = frame["derived"].map({True: "computed", False: "published"})
    frame = frame.assign(low=low, high=high, basis=basis)
    return frame[_MARKET_COLUMNS.split()].reset_index(drop=True)


def load_series() -> pd.DataFrame:
    """Return the table of series of the market: what each counts, and which others hold it.

    Examples
    --------
    >>> load_series().set_index("series").loc["ev_imports_from_chn", ["flow", "hs"]].tolist()
    ['import', '8703.80']
    """
    return read_table("series")


def series_among(names: Iterable[object]) -> list[tuple[str, list[str]]]:
    """Return which of some series of the market hold others of them, each with those it holds.

    It is for series what `wholes_among` is for places and flows: a sum of both would count twice.

    Examples
    --------
    >>> series_among(["auto_sales", "bev_sales", "nev_sales", "my own"])
    [('auto_sales', ['bev_sales', 'nev_sales']), ('nev_sales', ['bev_sales'])]
    """
    table = load_series()
    listed = table["part_of"].str.split(";")
    held_by = dict(zip(table["series"], listed, strict=True))
    texts = [str(name) for name in dict.fromkeys(names)]
    holders = {text: _holders(text, held_by) for text in texts}
    parts = {
        whole: [text for text in texts if whole in holders[text]] for whole in texts
    }
    return [(whole, own) for whole, own in parts.items() if own]


def _holders(series: str, held_by: Mapping[str, list[str]]) -> set[str]:
    """Return all that holds a series: what it is part of, and what these are part of."""
    holders: set[str] = set()
    ahead = [*held_by.get(series, ())]
    while ahead:
        whole = ahead.pop()
        if whole and whole not in holders:
            holders.add(whole)
            ahead += held_by.get(whole, ())
    return holders - {series}


#: Stages after which something else applies than before.
_TAKE_EFFECT = ("announced", "in_force", "amended", "suspended", "ended")
_EMBER = "^ember_(?P<group>.+)_exports_to_(?P<partner>[a-z]{3})_usd$"


def load_hits(goods: str = "") -> pd.DataFrame:
    """Return the rules that concern goods on their way into a country: a row a rule and country.

    Parameters
    ----------
    goods
        Headings of the Harmonized System, separated by `;`; a rule on a heading concerns what is
        part of it, and what it is part of. "" is all goods.

    Returns
    -------
    DataFrame
        country (a code; WLD is all), event_id, measure_id, stage, title_en, date (the first day it
        applies, as exact as known), first_day, last_day (days that may be), decided (the first day
        on which the register has it known, if that was before; else NaT), hits_way, sources.
        Drafts, and decisions without a day to apply from, are left out.

    Examples
    --------
    >>> hits = load_hits("8703.80").query("country == 'UZB'")
    >>> hits["date"].tolist()[-2:]
    ['2025-05-01', '2025-05-01']
    """
    events = read_table("policy_events")
    events = events[events["stage"].isin(_TAKE_EFFECT)]
    is_end = events["stage"] == "ended"
    begins = events["date"].where(is_end, events["effective_date"])
    events = events.assign(date=begins, decided=_decided(events, begins))
    asked = goods.split(";")
    headings = events["hits_goods"].str.split(";")
    is_hit = headings.map(lambda hit: _concerns(hit, asked))
    events = _with_days(events[is_hit & (events["date"] != "")])
    events["country"] = events["hits_countries"].str.split(";")
    columns = (
        "country event_id measure_id stage title_en date first_day last_day decided"
    )
    frame = events[[*columns.split(), "hits_way", "sources"]].explode("country")
    return frame.sort_values(["first_day", "event_id", "country"], ignore_index=True)


def _decided(events: pd.DataFrame, begins: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Return when each rule became known, if that was before it began: by any event of it."""
    told = events["issued_date"].where(events["issued_date"] != "", events["date"])
    # Of a measure what begins on one day was decided once, however often it is told.
    measures = first_days(told).groupby([events["measure_id"], begins])
    known = measures.transform("min")
    return known.where(known < first_days(begins))


def _concerns(headings: list[str], asked: list[str]) -> bool:
    """Say whether one of some headings is part of an asked one, or holds it."""
    pairs = product(filter(None, headings), asked)
    return any(hit.startswith(of) or of.startswith(hit) for hit, of in pairs)


def _with_days(events: pd.DataFrame) -> pd.DataFrame:
    """Add the first and the last day that each date may stand for."""
    dates = events["date"]
    return events.assign(first_day=first_days(dates), last_day=days_of(dates))


def load_ember(group: str) -> pd.DataFrame:
    """Return China's exports of one of Ember's groups by month: a row a partner and month.

    Parameters
    ----------
    group
        Such as `ev`, `battery` or `solar`.

    Returns
    -------
    DataFrame
        partner, date, value, low, high (billions of dollars), series, sources.

    Examples
    --------
    >>> sent = load_ember("ev").query("partner == 'KGZ'").set_index("date")["value"]
    >>> sent["2024-03":"2024-04"].round(3).tolist()
    [0.25, 0.035]
    """
    rows = every_ember()
    rows = rows[rows["frequency"].eq("monthly") & rows["group"].eq(group)]
    rows = rows.assign(date=pd.to_datetime(rows["period"]))
    return rows[["partner", "date", "value", "low", "high", "series", "sources"]]


def every_ember() -> pd.DataFrame:
    """Return China's exports of all of Ember's groups: market figures in billions of dollars."""
    rows = load_market().query("jurisdiction == 'CHN'")
    rows = rows.join(rows["series"].str.extract(_EMBER)).dropna(subset="group")
    ends = ["value", "low", "high"]
    return rows.assign(**rows[ends] / 1e9, partner=rows["partner"].str.upper())


def best_first(market: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that may be used; by the alphabet "ok" is after "doubtful"."""
    rows = market[market["quality"] != "rejected"]
    order = ["quality", "precision"]
    return rows.sort_values(order, ascending=[False, True])


#: The article the project starts from.
ARTICLE = "dailymail-2026-01"


def load_claims(
    document: str | None = None, path: Path | str | None = None
) -> pd.DataFrame:
    """Return the claims of one announcement, or of all, one row a claim, in file order.

    Parameters
    ----------
    document
        Id of the announcement; None is all of the table.
    path
        A file of the same columns in place of `data/claims.csv`: its path, or its name in
        `data/claims/`.

    Returns
    -------
    DataFrame
        The columns of `claims.csv` (see the data dictionary); what a claim does not name is "" or
        NaN.

    Raises
    ------
    ParameterError
        If the table has no such document.
    DataError
        If a claim cannot be one: unknown kind, a column its kind needs is empty, a figure that
        cannot exist.

    Examples
    --------
    >>> load_claims("dailymail-2026-01").set_index("claim_id").loc["total-2025", "value"].item()
    106300000000.0
    """
    frame = read_table("claims", file=_own_file(str(path)) if path else None)
    if document is not None:
        refuse_unknown("document", document, frame["document"].unique().tolist())
        frame = frame[frame["document"] == document].reset_index(drop=True)
    return frame


def _own_file(name: Path | str) -> Path:
    """Return a file of claims by its path, or by its name in the folder `data/claims/`.

    A report names the second: it goes where the tables go, and the report shows its fingerprint.
    """
    kept = data_dir() / "claims" / f"{Path(name).stem}.csv"
    if Path(name).parent != Path() or not kept.is_file():
        return Path(name)
    note_reading(f"claims/{kept.stem}")
    return kept
