"""Figures of trade, filtered from the edition: what analysts and notebooks read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.face.frames import codes_of, dated, freq_of, with_gaps
from catrade_build.calc.running import currency_of
from catrade_build.cells.rows import FLOWS_OF_TOTAL
from catrade_build.edition import table
from catrade_build.tables.names import (
    CENTRAL_ASIA,
    FLOWS,
    GROUPS,
    NONE_PUBLISHED,
    UNIONS,
    code_of,
    in_sentence,
    name_of,
    publishing,
)
from catrade_build.tables.trade import (
    CHOSEN,
    described,
    months_between,
    select,
    several,
)
from rounding import formats
from rounding.errors import ParameterError, choice_error

_FLOWS = [*FLOWS, "balance"]
#: What `trade` shows first, and alone unless all is asked for.
_SHOWN = """country year {period} flow value growth low high growth_low growth_high quality
    currency date sources reporter partner"""


def trade(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    reporter: str | Sequence[str] = "CHN",
    freq: str | None = None,
    currency: str = "USD",
    full: bool = False,
) -> pd.DataFrame:
    """Return trade, one figure a country, flow and time, ready for seaborn.

    Parameters
    ----------
    partner
        A country or a group by code or name ("KAZ", "Uzbekistan", "Central Asia", "World"), or
        several; "all" is whoever the reporter has. By default the five of Central Asia, or China
        where one of them reports.
    flow
        export, import, total or balance, or several, or "all", as the reporter sees them; by
        default exports and imports, so that a sum counts nothing twice.
    start, end
        First and last year (2018) or period ("2024-03"), both included; `range(2018, 2025)` is
        both.
    reporter
        Whose statistics: China's, another country's, those of several, or "partner": each
        partner's own of its trade with China.
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
        If a name, flow, frequency or period is unknown, or a country is asked for its trade with
        itself.

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
    begin: Any = start
    if isinstance(begin, range) and begin:
        begin, end = begin[0], begin[-1]
    every = freq_of(freq, begin, end)
    asked = several(FLOWS_OF_TOTAL if flow is None else flow)
    flows = _FLOWS if asked == ["all"] else [code_of(name, _FLOWS) for name in asked]
    rows = figures(
        partner, flows, begin, end, reporter=reporter, freq=every, currency=currency
    )
    if partner == "all":
        rows["country"] = rows["partner"]
    else:
        pairs = _require_books(_pairs(partner, reporter), all_asked=partner is None)
        series = pairs.merge(pd.DataFrame({"flow": flows}), "cross")
        rows = _with_every_one(rows, series, begin, end, every)
    rows["country"] = rows["country"].map(name_of)
    money = _currency(rows, currency)
    rows["currency"] = rows["currency"].replace("", money)
    shown = _SHOWN.format(period="" if every == "year" else "period")
    return described(rows, "trade", f"{money} billion", shown, full=full, freq=every)


def _currency(rows: pd.DataFrame, asked: str) -> str:
    """Return the one currency that rows are in, or what was asked for."""
    held = {*rows["currency"]} - {""}
    return str(held.pop()) if len(held) == 1 else asked


def figures(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    reporter: str | Sequence[str] = "CHN",
    freq: str = "year",
    currency: str = "USD",
) -> pd.DataFrame:
    """Return figures of trade with all that may be said of each, as rows of the edition.

    Parameters
    ----------
    partner, start, end, reporter, currency
        As of `ct.trade`.
    flow
        export, import, total or balance, or several, as the reporter sees them; all by default.
    freq
        year, month, or ytd: the sum from January to a month.

    Returns
    -------
    DataFrame
        The columns of `figures` in docs/edition.md (value with low and high in billions of the
        currency, growth, share, mirror, …), with date (the first day of the year, or of the last
        month) and when (the period in words); in order of reporter, partner, flow and date. No row
        where no figure is held.

    Raises
    ------
    ParameterError
        If a name, flow, frequency or period is unknown.

    Examples
    --------
    >>> import catrade as ct
    >>> rows = ct.figures("Uzbekistan", "export", 2023, 2024)
    >>> rows[["year", "value", "growth"]].round(2).to_numpy().tolist()
    [[2023.0, 12.39, 0.65], [2024.0, 11.77, -0.05]]
    """
    if freq not in CHOSEN:
        raise choice_error("freq", freq, CHOSEN)
    pairs = _pairs(partner, reporter)
    rows = table("figures")
    rows = rows[rows["freq"] == freq]
    if partner == "all":
        is_asked = rows["reporter"].isin(pairs["reporter"])
        is_asked &= ~rows["partner"].isin([*GROUPS, *UNIONS, "WLD"])
        order = rows.loc[is_asked, ["reporter", "partner"]].drop_duplicates()
    else:
        order = pairs[["reporter", "partner"]]
    order = order.assign(place=range(len(order)))
    rows = rows.merge(order, on=["reporter", "partner"])
    rows = _in_currency(rows, currency)
    asked = {} if flow is None else {"flow": (flow, _FLOWS)}
    rows = dated(select(rows, start, end, **asked))
    rows["when"] = rows["period"].map(formats.period)
    rows["flow_place"] = rows["flow"].map(_FLOWS.index)
    rows = rows.sort_values(["place", "flow_place", "date"])
    rows = rows.drop(columns=["place", "flow_place"])
    unit = f"{_currency(rows, currency)} billion"
    return described(rows, "figures", unit, freq=freq)


def rivals(start: int | None = None, end: int | None = None) -> pd.DataFrame:
    """Return China and Russia side by side as partners of Central Asia, by its own count.

    Parameters
    ----------
    start, end
        First and last year, both included; all by default.

    Returns
    -------
    DataFrame
        The columns of `rivals` in docs/edition.md: a row a partner and year, with the sum of the
        countries that publish trade with both, whether it is a lower bound, and since when it is
        surely ahead.

    Examples
    --------
    >>> import catrade as ct
    >>> rows = ct.rivals(2022, 2023).query("partner == 'CHN'")
    >>> rows[["year", "value", "ahead_since"]].round(1).to_numpy().tolist()
    [[2022.0, 37.4, nan], [2023.0, 49.3, 2023.0]]
    """
    rows = table("rivals")
    years = rows["year"]
    rows = rows[years.between(start or years.min(), end or years.max())]
    return described(rows.reset_index(drop=True), "rivals", "USD billion")


def _in_currency(rows: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the rows in a currency, in their publishers' own, or in the one with newer figures."""
    if currency not in ("own", "newest"):
        return rows[rows["currency"] == currency]
    own = rows[rows["currency"] == rows["reporter"].map(currency_of)]
    dollars = rows[rows["currency"] == "USD"]
    if currency == "newest" and _newest_day(dollars) > _newest_day(own):
        return dollars
    return own


def _newest_day(rows: pd.DataFrame) -> pd.Timestamp:
    """Return the newest day of a figure of a country: of the world alone it is no news of one."""
    days = dated(rows.loc[rows["partner"] != "WLD", ["period"]])["date"]
    return days.max() if len(days) else pd.Timestamp.min


def _pairs(
    partner: str | Sequence[str] | None, reporter: str | Sequence[str]
) -> pd.DataFrame:
    """Return who reports with whom, in the order asked for, and which country was asked for.

    A country that is asked for its trade with China, or with itself, gives its own count of it.
    """
    reporters = codes_of("reporter", reporter, [], also=["partner"])
    own = [code for code in reporters if code in CENTRAL_ASIA]
    usual = own if own and len(own) == len(reporters) else CENTRAL_ASIA
    partners = codes_of("partner", partner, usual, also=["all"])
    pairs = []
    for whose in reporters:
        for code in partners:
            if whose == "partner":
                pair = publishing(code), "CHN"
            elif whose == code:
                pair = whose, "CHN"
            else:
                pair = whose, code
            pairs.append((*pair, code))
    found = pd.DataFrame(pairs, columns=["reporter", "partner", "country"])
    return found.drop_duplicates(["reporter", "partner"])


def _require_books(pairs: pd.DataFrame, *, all_asked: bool) -> pd.DataFrame:
    """Return pairs of which there may be figures; one sentence if there can be none.

    Raises
    ------
    ParameterError
        If a country is asked for its trade with itself, or for statistics that nobody publishes.
    """
    asked = pairs[["reporter", "partner"]].astype(str)
    for reporter, partner in asked.itertuples(index=False, name=None):
        if reporter == "TKM" and not all_asked:
            raise ParameterError(
                f"Turkmenistan {NONE_PUBLISHED}, so it cannot be the reporter: use "
                "reporter='CHN', China's figures"
            )
        if reporter == partner:
            raise ParameterError(
                f"partner and reporter must be two; both are {in_sentence(reporter)}"
            )
        if reporter == "WLD":
            raise ParameterError(
                "the world has no statistics of its own: ct.trade('World', reporter='KAZ') is "
                "Kazakhstan's trade with the world"
            )
    return pairs[pairs["reporter"] != "TKM"]


def _with_every_one(
    rows: pd.DataFrame, series: pd.DataFrame, start: Any, end: Any, freq: str
) -> pd.DataFrame:
    """Add a row without a figure for whoever was asked for and has none of a time."""
    held = dated(table("figures").query("freq == @freq")[["period"]])["date"]
    (year, month), (last_year, last_month) = months_between(start, end)
    first, last = rows["date"].min(), rows["date"].max()
    if start is not None or rows.empty:
        first = max(held.min(), pd.Timestamp(max(year, 1), month, 1))
    if rows.empty:
        last = max(first, held.max())
    if end is not None:
        last = pd.Timestamp(last_year, last_month, 1)
    if freq == "year":
        first, last = (pd.Timestamp(day.year, 1, 1) for day in (first, last))
    # Of no rows pandas does not know that they are texts.
    texts = dict.fromkeys(["reporter", "partner", "flow", "period"], "str")
    rows = rows.astype(texts)
    filled = with_gaps(rows.drop(columns=["date", "month"]), series, freq, first, last)
    if freq == "ytd":  # all of a year is its year, which is held by itself
        is_year = filled["period"].str.endswith("-12M") & filled["value"].isna()
        filled = filled[~is_year]
    return filled
