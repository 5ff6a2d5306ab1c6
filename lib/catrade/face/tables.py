"""Goods, cars, policy and claims, as analysts take them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from catrade.claim_check.own import shown
from catrade.dates import Day
from catrade.face.frames import (
    FREQUENCIES,
    codes_of,
    dates,
    described_as,
    frequency_of,
    in_billions,
    with_gaps,
)
from catrade.load.claims import ARTICLE, load_claims
from catrade.load.goods import load_composition, load_composition_groups
from catrade.load.nev import load_market, load_policy_events
from catrade.names import code_of, name_of
from catrade.nev_policy import market, policy
from catrade.select import select
from pagemill.errors import ParameterError, choice_error, did_you_mean

Codes = str | Sequence[str] | None
Time = int | str | None

__all__ = ["cars", "check_claims", "goods", "in_force", "policies"]

#: Short names of two series.
_SHORT = {
    "bev_registrations": "bev_passenger_registrations",
    "car_registrations": "passenger_car_registrations",
}
#: Of each level the columns that hold the code of the goods and their name.
_ITEMS = {
    "chapter": ("hs_chapter", "short_name"),
    "section": ("section", "section_short"),
    "group": ("group", "group_name"),
    "wits": ("code", "label"),
}


def goods(
    exporter: str = "CHN",
    importer: str = "KAZ",
    only: int | str | None = None,
    start: int | None = None,
    end: int | None = None,
    *,
    reporter: str | None = None,
    level: Literal["chapter", "section", "group", "wits"] = "chapter",
) -> pd.DataFrame:
    """Return what is traded: one row a kind of goods and year.

    Parameters
    ----------
    exporter, importer
        Countries by code or name.
    only
        One kind of goods: a chapter of the Harmonized System (87, "87") or a name ("vehicles").
    start, end
        First and last year.
    reporter
        Whose statistics: "CHN" or the other country; by default China's where they are in the
        tables, else the other side's.
    level
        HS chapters, HS sections (groups of chapters), 18 commodity groups; or "wits", the World
        Bank's 16 groups, of which 2023 is held for all five in both sides' statistics.

    Returns
    -------
    DataFrame
        year, exporter, importer, reporter, hs_chapter (text, with its leading zero), section, group
        or wits_group, goods (name), value_bn, low_bn, high_bn (billions of US dollars), share
        (fraction of the flow's listed goods in that year), unlisted_bn (the most that may be
        missing), sources.

    Raises
    ------
    ParameterError
        If no table has such a flow or such goods; the sentence names what there is.

    Examples
    --------
    >>> vehicles = goods("China", "Uzbekistan", 87, start=2023)
    >>> vehicles[["year", "goods", "share"]].round(2).values.tolist()
    [[2023, 'Road vehicles', 0.25], [2024, 'Road vehicles', 0.2]]
    """
    (seller,), (buyer,) = (
        codes_of(name, asked, ["CHN"])
        for name, asked in (("exporter", exporter), ("importer", importer))
    )
    if level not in _ITEMS:
        raise choice_error("level", level, _ITEMS)
    if level == "wits":
        rows = load_composition_groups(seller, buyer, classification="WITS16")
        rows = rows.assign(unlisted_usd=0.0)
    else:
        rows = load_composition(seller, buyer, level=level)
    books = list(dict.fromkeys(rows["reporter"]))
    first = "CHN" if "CHN" in books else next(iter(books), "")
    rows = rows[
        rows["reporter"] == (first if reporter is None else code_of(reporter, books))
    ]
    if rows.empty:
        known = (
            load_composition()
            .groupby(["exporter", "importer", "reporter"])
            .size()
            .index
        )
        flows = [f"{a} to {b} by {c}" for a, b, c in known]
        message = f"no table lists the goods from {name_of(seller)} to {name_of(buyer)}"
        message += f" by the statistics of {name_of(reporter)}" if reporter else ""
        message += (
            f"; there is {', '.join(flows)}, and level='wits' has the groups of 2023"
        )
        raise ParameterError(message)
    item, name = _ITEMS[level]
    if only is not None:
        rows = rows[rows[item] == _item(only, rows, item, name)]
    rows = select(rows, start, end)
    code = "wits_group" if level == "wits" else item
    names = {item: code, name: "goods", "source_id": "sources"}
    frame = in_billions(rows.rename(columns=names))
    shown = (
        f"year exporter importer reporter {code} goods value_bn low_bn high_bn share "
    )
    shown += "unlisted_bn sources"
    return described_as(frame, "composition", "USD billion", shown, freq="year")


def _item(asked: int | str, rows: pd.DataFrame, item: str, name: str) -> str:
    """Return the code of the goods asked for by number or name."""
    code = f"{asked:02d}" if isinstance(asked, int) else asked.strip()
    named = dict(zip(rows[name].str.casefold(), rows[item], strict=True))
    if code in set(rows[item]):
        return code
    if code.casefold() in named:
        return str(named[code.casefold()])
    hint = did_you_mean(code, rows[name].unique())
    message = f"no goods of this flow are called {asked!r}{hint}; "
    message += "without a name the column goods lists all"
    raise ParameterError(message)


def cars(
    series: str | None = None,
    start: Time = None,
    end: Time = None,
    *,
    jurisdiction: str = "CHN",
    freq: Literal["year", "month", "ytd"] | None = None,
) -> pd.DataFrame:
    """Return a series of the car market, one row a period; without a name, what series there are.

    Parameters
    ----------
    series
        Name of a series, such as "nev_sales" or "bev_registrations".
    start, end
        First and last year (2018) or period ("2024-03"), both included.
    jurisdiction
        Whose market, by code or name.
    freq
        year, month or ytd (January to the month of `date`); by default that of which there is most.

    Returns
    -------
    DataFrame
        date, year, series, value, low, high (what rounding allows), unit, sources; of several
        sources the finest without doubt. A period without a figure is a row with NaN. Without
        `series`: series, jurisdiction, freq, unit, first, last (dates), n, one row a series.

    Raises
    ------
    ParameterError
        If there is no such series, or none of that frequency.

    Examples
    --------
    >>> cars("nev_sales", 2024, 2025, freq="year").set_index("year")["value"].to_dict()
    {2024: 12866000.0, 2025: 16490000.0}
    """
    every = load_market()
    often = {table: freq for freq, table in FREQUENCIES.items()}
    if series is None:
        rows = every.assign(
            date=dates(every["period"]), freq=every["frequency"].map(often)
        )
        groups = rows.groupby(["series", "jurisdiction", "freq"], sort=False)
        listed = groups.agg(
            unit=("unit", "first"),
            first=("date", "min"),
            last=("date", "max"),
            n=("date", "nunique"),
            sources=("source_id", lambda ids: ";".join(dict.fromkeys(ids))),
        )
        return described_as(listed.reset_index(), "market_series", None)
    name = _SHORT.get(series, series)
    rows = load_market(name, jurisdiction)
    if rows.empty:
        where = ", ".join(
            map(name_of, every.loc[every["series"] == name, "jurisdiction"].unique())
        )
        raise ParameterError(
            f"{series} has no figures of {name_of(code_of(jurisdiction))}; it has of {where}"
        )
    counts = rows["frequency"].map(often).value_counts()
    chosen = freq or str(counts.index[0])
    rows = load_market(name, jurisdiction, start, end, frequency_of(chosen))
    if rows.empty:
        kinds = " or ".join(f"freq={one!r}" for one in counts.index)
        raise ParameterError(
            f"{series} has no figures of freq={chosen!r} in that time; it has {kinds}"
        )
    rows = market.one_row_a_period(rows, name).reset_index()
    rows = rows.assign(date=dates(rows["period"]), sources=rows["source_id"])
    frame = with_gaps(rows, ["series", "unit"], chosen)
    shown, unit = (
        "date year series value low high unit sources",
        str(rows["unit"].iloc[0]),
    )
    return described_as(frame, "market_series", unit, shown, freq=chosen)


def policies(
    theme: Codes = None,
    start: Time = None,
    end: Time = None,
    *,
    jurisdiction: Codes = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return policy events in order of date, one row a stage of a measure.

    Parameters
    ----------
    theme
        demand_support, industrial_policy, competition_order, technology, safety, trade,
        infrastructure, heavy_trucks, or several; by default all.
    start, end
        First and last year (2013), month ("2026-01") or day, both included.
    jurisdiction
        CHN, KAZ, KGZ, TJK, TKM, UZB, EAEU or EU, or several, or names; by default all.
    full
        Whether to return every column of the table `policy_events` besides.

    Returns
    -------
    DataFrame
        date (the first day it may have been), last_date, jurisdiction, theme, title, landmark (a
        short name of the dozen that matter most, else ""), stage, measure, sources.

    Examples
    --------
    >>> found = policies("demand_support", 2014, "2014-01", jurisdiction="China")
    >>> found[["date", "measure"]].astype(str).values.tolist()
    [['2014-01-27', 'purchase-subsidy']]
    """
    rows = load_policy_events(start, end, jurisdiction, theme)
    frame = rows.drop(columns="date").rename(columns=_POLICY)
    shown = "date last_date jurisdiction theme title landmark stage measure sources"
    return described_as(frame, "policy_events", None, shown, full=full)


_POLICY = {
    "first_day": "date",
    "last_day": "last_date",
    "title_en": "title",
    "measure_id": "measure",
    "source_ids": "sources",
}


def in_force(
    day: Day, *, theme: Codes = None, jurisdiction: Codes = None
) -> pd.DataFrame:
    """Return the rules in force on a day, one row a measure.

    Parameters
    ----------
    day
        A date or text such as "2026-01-14".
    theme, jurisdiction
        As in `ct.policies`.

    Returns
    -------
    DataFrame
        measure, title, jurisdiction, theme, status (`yes`, or `unknown` where a date is known only
        to its month or year), since, until (as exact as known; "" if no end is set), next_change,
        sources.

    Raises
    ------
    ParameterError
        If `day` is not one day.

    Examples
    --------
    >>> found = in_force("2026-01-14", jurisdiction="CHN").set_index("measure")
    >>> found.loc["purchase-tax", ["status", "until"]].tolist()
    ['yes', '2027-12-31']
    """
    events = load_policy_events(jurisdiction=jurisdiction, theme=theme)
    found = policy.policies_in_force(events, day)
    ids = events.set_index("event_id")["source_ids"]
    frame = found.rename(columns={"measure_id": "measure", "measure_title": "title"})
    frame = frame.assign(sources=found["event_id"].map(ids).astype(str))
    shown = "measure title jurisdiction theme status since until next_change sources"
    return described_as(frame, "policy_events", None, shown)


def check_claims(document: str | pd.DataFrame = ARTICLE) -> pd.DataFrame:
    """Judge an announcement claim by claim, one row a claim and side.

    Parameters
    ----------
    document
        Id of an announcement of the table `claims`, or rows of that table.

    Returns
    -------
    DataFrame
        number, statement, whose (statistics; "" for a claim about none), verdict (of that side's
        figures), standing (of the claim, all sides taken together), reason, sources.

    Raises
    ------
    ParameterError
        If there is no such document; the sentence names the nearest.

    Examples
    --------
    >>> found = check_claims("dailymail-2026-01")
    >>> found.loc[found["statement"].str.contains("12"), "verdict"].iloc[0]
    'holds'
    """
    claims = load_claims(document) if isinstance(document, str) else document
    return shown(claims)
