"""Trade figures: the chosen one of a cell, all that is published, and the other side's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from catrade.face.frames import (
    WHEN,
    codes_of,
    dated,
    freq_of,
    one_code,
    with_gaps,
    with_names,
)
from catrade_build.calc.running import currencies, currency_of, in_currency
from catrade_build.cells.chosen import chosen, with_country
from catrade_build.cells.frames import in_billions, sort_rows
from catrade_build.cells.rows import FLOWS_OF_TOTAL
from catrade_build.tables import as_of
from catrade_build.tables.names import (
    CENTRAL_ASIA,
    FLOWS,
    GROUPS,
    MIRROR_FLOW,
    NONE_PUBLISHED,
    Pair,
    code_of,
    in_sentence,
    name_of,
    names_of,
    publishing,
)
from catrade_build.tables.trade import (
    CHOSEN,
    Codes,
    Time,
    described,
    load_trade,
    months_between,
    refuse_unknown,
    select,
    several,
)
from rounding import formats
from rounding.errors import ParameterError

#: So many names are listed in a sentence.
_FEW = 20
#: Columns that tell whose figure of trade with whom it is, named first and as codes last.
NAMES = "country_name partner_name"
CODES = "country partner reporter"
#: Whose statistics there are of a pair: China's, and the partner's own.
_SIDES = ("CHN", "partner")


def trade(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    reporter: str = "CHN",
    freq: Literal["year", "month", "ytd"] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return one chosen figure a cell, ready for seaborn, the figure that the reports show.

    Parameters
    ----------
    partner
        A country or several, by code or name ("KAZ", "Uzbekistan"); by default the five of Central
        Asia, or China where one of the five reports. "Central Asia" (CA5) is the region as one
        partner, "World" all trade, "all" every single country that the reporter has figures of.
    flow
        export, import, total or balance, or several, as the reporter sees them; by default exports
        and imports, so that a sum counts nothing twice.
    start, end
        First and last year (2018) or period ("2024-03"), both included; a date counts as its month.
        `range(2018, 2025)` as start is both.
    reporter
        Whose statistics: China's, a country's by code or name, or "partner": each country's own of
        its trade with China (without Turkmenistan, which publishes none); `partner` then names
        these countries, and in the frame they are the reporters, their partner China.
    freq
        year, month, or ytd: the sum from January to the month of `date`. By default years, or
        months where `start` or `end` is one.
    full
        Whether to return every column of the library's cells besides.

    Returns
    -------
    DataFrame
        country_name and partner_name (the country is the one of the five, on whichever side it
        stands; by it both sides' books are set side by side), year, period and month (unless by
        year; a sum to July is `2026-7M`), quality (`ok`, or `doubtful`: such figures stay out of
        calculations unless asked for), date (first day of the year or month), low_bn, high_bn (what
        rounding allows), basis (`published`, or how it was computed), begins (whether another
        statistic begins with this year, over which there is no growth), sources (ids, see
        `ct.sources`), country, partner, reporter (codes), flow, value_bn (billions of current US
        dollars): the last, so that a print that leaves out the middle shows it. Whoever
        was asked for, and a year or month, without a figure is a row with NaN: a plotted line
        breaks, and nobody is lost.

    Raises
    ------
    ParameterError
        If a name, flow, frequency or period is unknown, or no table has such a figure.

    Examples
    --------
    >>> trade("Uzbekistan", "export", start=2023, end=2024)[["year", "value_bn"]].round(1)
       year  value_bn
    0  2023      12.4
    1  2024      11.8

    Each country's own figures, beside China's:

    >>> sides = [trade("KAZ", "total", 2024, 2024, reporter=one) for one in ("CHN", "partner")]
    >>> pd.concat(sides)[["country", "reporter", "partner"]].to_numpy().tolist()
    [['KAZ', 'CHN', 'KAZ'], ['KAZ', 'KAZ', 'CHN']]
    """
    wanted, whose = sides_asked(partner, reporter)
    if whose == "partner":
        wanted = [*map(publishing, wanted)]
        wanted = [code for code in wanted if partner is not None or code != "TKM"]
    if whose == "TKM" or (whose == "partner" and "TKM" in wanted):
        raise ParameterError(
            f"Turkmenistan {NONE_PUBLISHED}, so it cannot be the reporter: "
            "use reporter='CHN', China's figures; what is printed in its name is in "
            "ct.published('TKM', reporter='partner')"
        )
    if whose == "partner" and "WLD" in wanted:
        raise ParameterError(
            "with reporter='partner' each partner's own figures of China are asked for, and the "
            "world has none: ct.trade('World', reporter='KAZ') is Kazakhstan's trade with the world"
        )
    begin: Any = start
    if isinstance(begin, range) and begin:
        begin, end = begin[0], begin[-1]
    every = freq_of(freq, begin, end)
    held = chosen(CHOSEN[every])
    names = [*FLOWS, "balance"]
    asked = several(FLOWS_OF_TOTAL if flow is None else flow)
    asked = names if asked == ["all"] else asked
    flows = [code_of(name, names) for name in asked]
    cells = select(of_pairs(held, wanted, whose), begin, end, flow=(flows, names))
    if cells.empty:
        raise _nothing(whose, wanted, every)
    # Whoever was asked for has a row a date, if only without a figure.
    side, other, code = "partner", "reporter", whose
    if whose == "partner":
        side, other, code = "reporter", "partner", "CHN"
    every_one = pd.MultiIndex.from_product([wanted, flows], names=[side, "flow"])
    series = every_one.to_frame(index=False).assign(**{other: code})
    series = with_country(series)
    first, last = _ends(begin, end, every, dated(held)["date"])
    cells = with_gaps(cells, series, every, first, last)
    orders = {side: wanted, "flow": names}
    cells = sort_rows(cells, [side, "flow", "date"], orders)
    cells["begins"] = cells["begins"].eq(True)
    shown = f"""{NAMES} {WHEN[every]} quality date low_bn high_bn basis begins
        sources {CODES} flow value_bn"""
    return as_given(cells, shown, full=full, freq=every)


def _partners_of(reporter: str) -> list[str]:
    """Return the single countries that a reporter has yearly figures of."""
    cells = chosen()
    if reporter == "partner":
        codes = of_pairs(cells, GROUPS["CA4"], reporter)["reporter"]
    else:
        codes = cells.loc[cells["reporter"] == reporter, "partner"]
    together = (*GROUPS, "EU27", "EU28", "WLD")
    return [code for code in codes.unique() if code not in together]


def _ends(
    start: Time, end: Time, freq: str, held: pd.Series[Any]
) -> tuple[pd.Timestamp | None, pd.Timestamp | None]:
    """Return the first and last day asked for, as far as any figure is held; None if open."""
    (year, month), (last_year, last_month) = months_between(start, end)
    if freq == "year":  # a year is in if it ends in the time between
        month, last_year = 1, last_year - (last_month < 12)
    first = max(held.min(), pd.Timestamp(year or 1, month, 1))
    last = min(held.max(), pd.Timestamp(last_year, last_month, 1))
    return (None if start is None else first, None if end is None else last)


def pair(partner: str = "CA5", reporter: str = "CHN") -> Pair:
    """Return two sides of trade as one of them counts it, with the words for both.

    Parameters
    ----------
    partner
        A country or group, by code or name.
    reporter
        Whose statistics: a country's or group's, or "partner" for the partner's own of its trade
        with China.

    Examples
    --------
    >>> both = pair("Uzbekistan")
    >>> f"{both.counts} {both.named('export')}, by {both.whose}"
    'China counts exports to Uzbekistan, by China’s statistics'
    >>> pair("Uzbekistan", reporter="UZB").counts
    'Uzbekistan counts'
    >>> pair("Kazakhstan", reporter="Russia").title("export")
    'Russia’s exports to Kazakhstan'
    """
    wanted, side = sides_asked(partner, reporter)
    code = one_code("partner", wanted)
    refuse_itself(side, [code])
    return Pair(code, side)


def refuse_itself(reporter: str, partners: Sequence[str]) -> None:
    """Raise one sentence if a country is asked for its trade with itself."""
    if reporter in partners:
        raise ParameterError(
            f"partner and reporter must be two; both are {in_sentence(reporter)}"
        )


def sides_asked(partner: Codes, reporter: str) -> tuple[list[str], str]:
    """Return the partners asked for, and whose statistics of their trade it is.

    A country that is asked for its trade with China, or with nobody else, is the partner whose own
    figures are asked for.
    """
    whose = one_code("reporter", reporter, also=_SIDES)
    usual = [whose] if whose in CENTRAL_ASIA else CENTRAL_ASIA
    wanted = codes_of("partner", partner, usual, also=["all"])
    if wanted == ["all"]:
        return _partners_of(whose), whose
    if whose not in _SIDES and wanted in (["CHN"], [whose]):
        return [whose], "partner"
    return wanted, whose


def _nothing(reporter: str, partners: Sequence[str], every: str) -> ParameterError:
    """Return the error for a cell that no table has: what there is of that pair, or who is."""
    owners, others = [reporter], [*partners]
    if reporter == "partner":
        owners, others = others, ["CHN"]
    with_whom = ", ".join(map(name_of, others)) or "any country"
    message = (
        f"no table has such a figure of {names_of(owners)} on trade with {with_whom}"
    )
    if day := as_of.current():
        with as_of.holding(None):
            later = of_pairs(chosen(CHOSEN[every]), partners, reporter)
        if len(later):
            return ParameterError(
                f"{message} that was published by {formats.date(day.isoformat())}; "
                "later ones are held"
            )
    for freq in (every, *CHOSEN):
        rows = of_pairs(chosen(CHOSEN[freq]), partners, reporter)
        if len(rows):
            in_time = dated(rows).sort_values("date").groupby("flow")["period"]
            spans = zip(in_time.first().items(), in_time.last(), strict=True)
            held = ", ".join(
                f"{flow} from {first} to {last}" for (flow, first), last in spans
            )
            return ParameterError(f"{message}; by freq={freq!r} there is {held}")
    rows = chosen()
    there = rows.loc[rows["reporter"].isin(owners), "partner"].unique()
    held = "partner='all' is whom it has figures of"
    if not len(there):
        whole = rows.query("partner == 'WLD'")["reporter"].unique()
        held = f"reporter may be {', '.join(map(name_of, whole))} and others"
    elif len(there) <= _FEW:
        held = f"partner may be {', '.join(map(name_of, there))}"
    return ParameterError(
        f"{message}; {held}; catrade fetch comtrade, or catrade fetch file for a table of your own,"
        " brings others"
    )


def published(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    reporter: str | None = None,
    freq: Literal["year", "month", "ytd"] | None = None,
    full: bool = False,
) -> pd.DataFrame:
    """Return every figure published for a cell, by both sides, one row a figure and source.

    Parameters
    ----------
    partner, start, end, freq
        As in `ct.trade`.
    flow
        export, import or total, or several, as the reporter sees them; without a reporter as
        China does: the other side's figures of China's exports are then its imports.
    reporter
        Only the figures of this side: "CHN", "partner", or any country's by code or name; by
        default China's and the partner's.
    full
        Whether to return every column of the table `trade` besides.

    Returns
    -------
    DataFrame
        country_name, partner_name, year, period and month (unless by year), quality, published
        (date), date, low_bn, high_bn, sources, country, partner, reporter, flow (as the reporter
        sees it), value_bn (billions of US dollars; other currencies are converted).

    Examples
    --------
    What both sides say of China's exports to Kyrgyzstan in 2024:

    >>> found = published("KGZ", "export", 2024, 2024)
    >>> found.groupby("reporter")["value_bn"].max().round(1).to_dict()
    {'CHN': 19.9, 'KGZ': 5.5}
    """
    wanted, side = sides_asked(partner, "CHN" if reporter is None else reporter)
    every = freq_of(freq, start, end)
    seen = several(FLOWS if flow is None else flow)
    theirs = seen
    if reporter is None:
        theirs = [MIRROR_FLOW.get(name, name) for name in seen]
    frequency = ("ytd", "half", "quarterly") if every == "ytd" else CHOSEN[every]
    frames = []
    if side != "partner":
        frames.append(load_trade(side, wanted, seen, start, end, frequency))
    if side == "partner" or reporter is None:
        frames.append(load_trade(wanted, "CHN", theirs, start, end, frequency))
    rows = dated(in_billions(with_country(pd.concat(frames, ignore_index=True))))
    rows = rows.sort_values(["date", "country", "reporter", "flow"], kind="stable")
    shown = f"""{NAMES} {WHEN[every]} quality published date low_bn high_bn
        sources {CODES} flow value_bn"""
    return as_given(rows, shown, full=full, freq=every)


def as_printed(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | None = None,
    end: int | str | None = None,
    *,
    reporter: str = "CHN",
    freq: Literal["year", "month", "ytd"] = "ytd",
    currency: str | None = None,
) -> pd.DataFrame:
    """Return figures in their publisher's currency, each beside the growth that it prints.

    Within the year customs prints yuan, and growth on the year before as revised since: the base
    that this growth is measured on stands beside the figure.

    Parameters
    ----------
    partner, flow, start, end
        As in `ct.trade`. China's figures of "Central Asia" are its members' sums.
    reporter
        "CHN", "partner" for its own figures of its trade with China, or any country.
    freq
        ytd (the sum from January to the month of `date`), month or year.
    currency
        "CNY", "EUR", "USD", or "newest": that of the newest figure of a country, the reporter's own
        where both are as new; by default the reporter's own: yuan of China's figures, euros of the
        EU's, dollars of others'.

    Returns
    -------
    DataFrame
        country_name, partner_name, year, flow, value_bn (billions of the currency), currency, when
        (the period in words), growth with growth_low and growth_high (fractions; NaN without a
        base), date, period, low_bn, high_bn, base_bn with base_low_bn and base_high_bn,
        growth_basis (`printed`, `computed` or ""), quality, sources, country, partner, reporter. No
        row where nothing is published in that currency.

    Examples
    --------
    >>> july = as_printed("KAZ", "total", 2026).set_index("period").loc["2026-7M"]
    >>> july["when"], july["value_bn"].round(1).item(), july["growth"].round(3).item()
    ('January–July 2026', 224.3, 0.194)
    """
    wanted, side = sides_asked(partner, reporter)
    own = currency_of(side)
    currency = own if currency is None else str(currency)
    may_be = [*currencies()["currency"].unique(), "USD"]
    refuse_unknown("currency", currency, [*may_be, "newest"])
    frequency = CHOSEN[freq_of(freq, start, end)]
    in_each = {}
    asked = (own, "USD") if currency == "newest" else (currency,)
    for name in asked:
        rows = of_pairs(in_currency(name, frequency), wanted, side)
        in_each[name] = dated(select(rows, start, end, flow=(flow, FLOWS)))
    if currency == "newest":
        currency = max(in_each, key=lambda name: _newest_day(in_each[name]))
    rows = in_each[currency].assign(currency=currency)
    rows["when"] = rows["period"].map(formats.period)
    for name in ("value", "low", "high", "base", "base_low", "base_high"):
        rows[f"{name}_bn"] = rows[name] / 1e9
    shown = f"""{NAMES} year flow value_bn currency when growth growth_low growth_high
        date period low_bn high_bn base_bn base_low_bn base_high_bn growth_basis
        quality sources {CODES}"""
    return as_given(rows, shown, f"{currency} billion", freq=freq)


def _newest_day(rows: pd.DataFrame) -> pd.Timestamp:
    """Return the day of the newest figure of a country: of the world alone it is no news of one."""
    days = rows.loc[rows["country"] != "WLD", "date"]
    return days.max() if len(days) else pd.Timestamp.min


def of_pairs(
    rows: pd.DataFrame, partners: Sequence[str], reporter: str
) -> pd.DataFrame:
    """Return a reporter's rows of its partners; of "partner" each country's own of China."""
    asked = rows["reporter"].eq(reporter) & rows["partner"].isin(partners)
    if reporter == "partner":
        asked = rows["partner"].eq("CHN") & rows["reporter"].isin(partners)
    return with_country(rows[asked])


def as_given(
    rows: pd.DataFrame,
    shown: str,
    unit: str | None = "USD billion",
    *,
    full: bool = False,
    **how: str,
) -> pd.DataFrame:
    """Return rows as an analyst takes them, with names beside codes."""
    rows = with_names(rows)
    return described(rows, "trade", unit, shown, full=full, **how)
