"""Trade as an analyst asks for it: one figure of each cell, and every figure published of it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from catrade.asked import (
    FLOWS_OF_TOTAL,
    dated,
    ends_of,
    flows_of,
    freq_of,
    pairs_of,
    with_gaps,
    with_texts,
)
from catrade.read import FLOWS_OF_FIGURES, currency_in, figures
from catrade_build.edition import table
from catrade_build.frames import in_billions, is_in
from catrade_build.tables import as_of
from catrade_build.tables.names import (
    FLOWS,
    MIRROR_FLOW,
    NONE_PUBLISHED,
    code_of,
    name_of,
    names_of,
    possessive,
)
from catrade_build.tables.trade import (
    CHOSEN,
    FREQUENCIES,
    as_text,
    described,
    load_trade,
    select,
    several,
)
from rounding.errors import ParameterError, choice_error
from rounding.formats import join

if TYPE_CHECKING:
    from pagemill.cites import Sources

#: What `trade` shows first, and alone unless all is asked for.
_SHOWN = """country year {period} flow value growth low high growth_low growth_high quality
    currency date sources reporter partner"""
_PUBLISHED = """country year {period} flow value beyond low high quality published currency
    growth_printed rounding date sources reporter partner"""
#: In which a frame may be, besides that of its publisher.
_CURRENCIES = ["USD", "CNY", "EUR", "own", "newest"]
_CELL = ["reporter", "partner", "flow", "period"]
#: Partners that come to less of a flow are not nearly all.
_MOST = 0.9
#: Sums to date may be printed as halves or quarters.
_TO_DATE = ("ytd", "half", "quarterly")


def trade(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    reporter: str | Sequence[str] | None = None,
    freq: str | None = None,
    currency: str = "USD",
    full: bool = False,
) -> pd.DataFrame:
    """Return trade, one figure a country, flow and time, ready for seaborn.

    Parameters
    ----------
    partner
        A country or a group by code or name ("KAZ", "Uzbekistan", "Central Asia", "World"), or
        several; "all" is whoever the reporter has, with a warning where they come to much less than
        all of a flow. By default the five of Central Asia, or China
        where one of them reports.
    flow
        export, import, total or balance, or several, or "all", as the reporter sees them; by
        default exports and imports, so that a sum counts nothing twice.
    start, end
        First and last year (2018) or period ("2024-03"), both included; `range(2018, 2025)` is
        both.
    reporter
        Whose statistics: by default China's; another country's, those of several, or "partner":
        each partner's own of its trade with China.
    freq
        year, month, or ytd (January to a month); by default what start or end is.
    currency
        USD, CNY, EUR, "own": that in which the publisher prints, or "newest": the same, unless
        figures in dollars are newer.
    full
        Whether to return all columns of the edition's table `figures` (docs/edition.md).

    Returns
    -------
    DataFrame
        country (the partner's name, of "partner" the reporter's), year, period unless by year,
        flow, value in billions of the currency, growth on the same period a year before (a
        fraction), low, high, growth_low and growth_high (what rounding allows), quality (ok or
        doubtful), currency, date (the first day of the year, or of the last month), sources,
        reporter, partner. Whoever was asked for and has no figure of a time is a row with NaN: a
        line breaks there, and nobody is lost.

    Raises
    ------
    ParameterError
        If a name, flow, frequency or period is unknown, a country is asked for its trade with
        itself, or no figure is held in the currency.

    Examples
    --------
    >>> import catrade as ct
    >>> ct.trade("Uzbekistan", "export", 2023, 2024)[["year", "value", "growth"]].round(2)
       year  value  growth
    0  2023  12.39    0.65
    1  2024  11.77   -0.05

    Kazakhstan's own count of the same year beside China's:

    >>> both = ct.trade("KAZ", "total", 2024, 2024, reporter=["CHN", "KAZ"])
    >>> both[["reporter", "partner", "value"]].round(1).to_numpy().tolist()
    [['CHN', 'KAZ', 43.9], ['KAZ', 'CHN', 30.2]]
    """
    currency = code_of(str(currency), _CURRENCIES)
    if currency not in _CURRENCIES:
        raise choice_error("currency", currency, _CURRENCIES)
    first, last = ends_of(start, end)
    every = freq_of(freq, first, last)
    flows = flows_of(flow, FLOWS_OF_FIGURES, FLOWS_OF_TOTAL)
    pairs = pairs_of(partner, reporter)
    rows = figures(
        partner, flows, first, last, reporter=reporter, freq=every, currency=currency
    )
    if "all" in {*several(reporter), *pairs["country"]}:  # whoever there is
        rows["country"] = rows["partner"]
        if "all" in {*pairs["country"]}:
            _warn_of_lacking(rows)
    else:
        pairs = _require_books(pairs, all_asked=partner is None)
        _require_currency(pairs, currency)
        series = pairs.merge(pd.DataFrame({"flow": flows}), "cross")
        held = table("figures")
        held = held[held["freq"] == every]
        rows = rows.drop(columns=["date", "month"])
        rows = dated(with_gaps(rows, series, first, last, held, every))
    rows["country"] = rows["country"].map(name_of)
    money = currency_in(rows, currency)
    rows["currency"] = rows["currency"].replace("", money)
    shown = _SHOWN.format(period="" if every == "year" else "period")
    return described(rows, "trade", f"{money} billion", shown, full=full, freq=every)


def published(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    reporter: str | Sequence[str] | None = None,
    freq: str | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return every figure published of trade, by both sides: a row a figure and source.

    Parameters
    ----------
    partner, start, end, freq
        As of `ct.trade`.
    flow
        export, import or total, or several, or "all", as the reporter sees them; by default all.
        Without a reporter as China does: the other side's figures of China's exports are then its
        imports.
    reporter
        Only the figures of these; by default China's and each partner's own.
    full
        Whether to return every column of the table `trade` besides.

    Returns
    -------
    DataFrame
        country, year, period unless by year, flow (as the reporter sees it), value in billions of
        dollars (other currencies converted), beyond (how far it lies from the figure that
        `ct.trade` has, a fraction of that), low, high, quality, published (when), currency (in
        which it was printed), growth_printed, rounding, date, sources, reporter, partner. Whoever
        was asked for and has none is a row with NaN.

    Raises
    ------
    ParameterError
        If a name, flow, frequency or period is unknown.

    Examples
    --------
    What both sides say of China's exports to Kyrgyzstan in 2024:

    >>> import catrade as ct
    >>> found = ct.published("KGZ", "export", 2024, 2024)
    >>> found.groupby("reporter")["value"].max().round(1).to_dict()
    {'CHN': 19.9, 'KGZ': 5.5}
    """
    first, last = ends_of(start, end)
    every = freq_of(freq, first, last)
    flows = pd.DataFrame({"flow": flows_of(flow, FLOWS, FLOWS)})
    asked = pairs_of(partner, reporter).merge(flows, "cross")
    if reporter is None:
        flows["flow"] = flows["flow"].map(MIRROR_FLOW)
        own = pairs_of(partner, "partner").merge(flows, "cross")
        asked = pd.concat([asked, own], ignore_index=True)
    frequency = _TO_DATE if every == "ytd" else CHOSEN[every]
    rows = select(load_trade(), first, last, frequency=(frequency, FREQUENCIES))
    held = table("figures").query("freq == @every")
    if "all" in {*asked["country"]}:
        ours = asked.loc[asked["partner"] == "all", ["reporter", "flow"]]
        theirs = asked.loc[asked["reporter"] == "all", ["partner", "flow"]]
        ours, theirs = rows.merge(ours), rows.merge(theirs)
        ours["country"], theirs["country"] = ours["partner"], theirs["reporter"]
        rows = pd.concat([ours, theirs])
    else:
        rows = rows.merge(asked)
        none = asked[~is_in(asked, rows, ["reporter", "partner", "flow"])]
        newest = as_text(last or first) or held["period"].iloc[-1]
        rows = with_texts(pd.concat([rows, none.assign(period=newest)]))
        rows["year"] = rows["period"].str[:4].astype(int)
    rows = dated(in_billions(rows))
    chosen = held.loc[held["currency"] == "USD", [*_CELL, "value"]]
    chosen = chosen.rename(columns={"value": "chosen"})
    rows = rows.merge(chosen, "left", _CELL)
    rows["beyond"] = rows["value"] / rows["chosen"] - 1
    rows["country"] = rows["country"].map(name_of)
    rows = rows.sort_values(["date", "country", "reporter", "flow"], kind="stable")
    shown = _PUBLISHED.format(period="" if every == "year" else "period")
    return described(rows, "trade", "USD billion", shown, full=full, freq=every)


def sources(*parts: pd.DataFrame | str | Iterable[str]) -> Sources:
    """Return the numbered list of who published what frames show.

    Parameters
    ----------
    parts
        What names of `ct` return, or what is left of it, or one row; ids of sources, or lists of
        ids.

    Returns
    -------
    Sources
        A list that prints, has a length and can be looped over; its `.frame` is a table.

    Raises
    ------
    ParameterError
        If a frame or row says of no figure where it is from, as after a pivot.
    DataError
        If an id is not in the table of sources.

    Examples
    --------
    >>> import catrade as ct
    >>> listed = ct.sources(ct.trade("KAZ", "export", 2024, 2024))
    >>> listed.frame["publisher"].str.contains("UN Comtrade").tolist()
    [True]
    """
    # The press brings its templates with it, which figures alone do not need.
    from pagemill import cites

    # A row of a frame is a frame of one row.
    rows = [
        pd.DataFrame([dict(part)])
        if isinstance(part, pd.Series | dict)
        and {"sources", "year", "value"} & {*part.keys()}
        else part
        for part in parts
    ]
    for part in rows:
        if isinstance(part, pd.Series) and pd.api.types.is_numeric_dtype(part):
            raise ParameterError(
                f"sources needs a frame, or its column sources; got the column {part.name}, which "
                "does not say where its figures are from"
            )
    return cites.sources(*rows)


def _require_books(pairs: pd.DataFrame, *, all_asked: bool) -> pd.DataFrame:
    """Return pairs of which there may be figures; one sentence if there can be none.

    Raises
    ------
    ParameterError
        If a country is asked for statistics that nobody publishes.
    """
    for reporter in pairs["reporter"]:
        if reporter == "TKM" and not all_asked:
            raise ParameterError(
                f"Turkmenistan {NONE_PUBLISHED}, so it cannot be the reporter: use "
                "reporter='CHN', China's figures"
            )
        if reporter == "WLD":
            raise ParameterError(
                "the world has no statistics of its own: ct.trade('World', reporter='KAZ') is "
                "Kazakhstan's trade with the world"
            )
    return pairs[pairs["reporter"] != "TKM"]


def _require_currency(pairs: pd.DataFrame, currency: str) -> None:
    """Raise one sentence if figures of these pairs are held, but at no time in a currency."""
    with as_of.holding(None):
        held = {*table("figures").merge(pairs)["currency"]}
    if held and currency not in {*held, "own", "newest"}:
        whose = names_of(pairs["reporter"].unique())
        raise ParameterError(
            f"no figure of these by {whose} is held in currency={currency!r}; they are in "
            f"{join(sorted(held))}"
        )


def _warn_of_lacking(rows: pd.DataFrame) -> None:
    """Warn where the partners that are held come to much less than the world, of the newest."""
    keys = ["reporter", "flow", "freq", "period", "currency"]
    held = rows.groupby(keys, as_index=False).agg(
        value=("value", "sum"), partners=("partner", "nunique")
    )
    world = table("figures").query("partner == 'WLD' and flow != 'balance'")
    both = held.merge(world, on=keys, suffixes=("", "_world")).sort_values("period")
    both = both[both["value"] < _MOST * both["value_world"]]
    for row in both.drop_duplicates("reporter", keep="last").to_dict("records"):
        whose = (
            f"{possessive(name_of(row['reporter']))} {row['flow']} of {row['period']}"
        )
        part = f"{row['value'] / row['value_world']:.0%}"
        count = row["partners"]
        with_whom = f"{count} partner" + ("s" if count > 1 else "")
        warnings.warn(
            f"{whose} is held with {with_whom}, {part} of it: with others it is not",
            stacklevel=4,
        )
