"""Figures that nobody published as such, but that published ones give: for cells without any.

Three kinds, the sounder first; `basis` in a trade or cell frame names them:

share_of_total
    A published share times the published total it is a share of.
sum_of_chapters
    The chapters of a composition table that lists the whole flow, and at most what it leaves out.
implied_by_growth
    The base that a later figure and its printed growth imply: x0 = x1 / (1 + g). It belongs to the
    vintage of that growth, so no growth rate is worked out from it.
"""

from __future__ import annotations

import pandas as pd

from catrade_build.cells.rows import NOT_PUBLISHED
from catrade_build.cells.selection import CELL, select_published
from catrade_build.frames import (
    implied_base,
    is_in,
    printed_growth,
    with_earlier,
    with_sources,
)
from catrade_build.kept import every_row, kept
from catrade_build.tables.definitions import PARTIAL
from catrade_build.tables.goods import FLOW_YEAR, load_composition
from catrade_build.tables.trade import (
    by_source,
    published_interval,
    rates_of,
    read_table,
    with_time,
)

_RESULT = [
    *CELL,
    "value_usd",
    "low_usd",
    "high_usd",
    "quality",
    "coverage",
    "sources",
    "basis",
]


def with_computed(trade: pd.DataFrame) -> pd.DataFrame:
    """Add computed figures to `trade` for cells in which it has none without doubt.

    Parameters
    ----------
    trade
        Rows of `every_row` in dollars. Only its reporters, partners and frequencies are added to,
        and only between its first and last year.

    Returns
    -------
    trade plus a column `basis` (`published`, or one of the three kinds of this module) and the
    computed rows below. Their `sources` are those they rest on, joined with `;`.

    Examples
    --------
    Uzbekistan's agency prints that 31.2% of the imports of 2025, 47.355 billion, were China's.

    >>> rows = every_row().query("reporter == 'UZB' and flow == 'import' and year >= 2024")
    >>> rows = with_computed(rows)
    >>> rows = rows[(rows["basis"] == "share_of_total") & (rows["partner"] == "CHN")]
    >>> rows["period"].tolist(), (rows["value_usd"] / 1e9).round(2).tolist()
    (['2025'], [14.77])
    """
    published = trade.assign(basis="published")
    estimates = _every_estimate()
    years = trade["year"]
    asked = estimates["year"].between(years.min(), years.max())
    for name in ("reporter", "partner", "flow", "frequency"):
        asked &= estimates[name].isin(trade[name].unique())
    sound = trade[trade["quality"] == "ok"]
    estimates = estimates[asked & ~is_in(estimates, sound, CELL)]
    rank = estimates["basis"].map(NOT_PUBLISHED.index)
    cells = rank.groupby([estimates[name] for name in CELL])
    best = estimates[rank == cells.transform("min")]
    # Text may be stored otherwise in `trade` than in what was read here: as in `trade` it stays.
    added = best.reindex(columns=published.columns).astype(published.dtypes)
    return pd.concat([published, added], ignore_index=True)


@kept
def _every_estimate() -> pd.DataFrame:
    """Return all that published figures give, whether or not the cell has a figure."""
    raw = every_row(convert=False)
    dollars = every_row().query("partner == 'WLD'")
    estimates = pd.concat(
        [
            shares_of_totals(read_table("trade_shares"), dollars),
            sums_of_chapters(load_composition()),
            implied_by_growth(raw, read_table("exchange_rates")),
        ],
        ignore_index=True,
    )
    return _described(estimates)


def implied_by_growth(trade: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Return the figure of the year before that each figure with printed growth implies.

    Parameters
    ----------
    trade
        Rows of `load_trade(convert=False)`. Growth is taken to be that of the row's own currency.
    rates
        Rows of the table `exchange_rates`; a base in another currency needs the rate of its own
        period.

    Returns
    -------
    reporter, partner, period, flow, value_usd, low_usd, high_usd (growth g printed to a unit u:
    x1_low / (1 + g + u/2) to x1_high / (1 + g − u/2)), quality, coverage, sources, basis.
    """
    rows = trade[trade["growth_printed"].notna()]
    rows = rows[rows["quality"] != "rejected"]
    rows = with_earlier(rows).drop(columns="period")
    rows = rows.rename(columns={"base_period": "period"})
    figure = published_interval(rows)
    base = implied_base(figure, printed_growth(rows))
    rate = rates_of(rows, rates)
    result = rows.assign(
        value_usd=rows["value"] / (1 + rows["growth_printed"]) / rate["rate"],
        low_usd=base.low / rate["high"],
        high_usd=base.high / rate["low"],
        basis="implied_by_growth",
    )
    return result.loc[result["high_usd"].notna(), _RESULT]


def shares_of_totals(shares: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Return share × total, where both are published and count the same.

    Parameters
    ----------
    shares
        reporter, partner, period, flow, share, share_precision, quality, coverage, sources.
    totals
        Rows of `load_trade` with the world (`WLD`) only, several a cell.

    Returns
    -------
    As `implied_by_growth`; the interval is that of both roundings.
    """
    usable = shares[shares["quality"] != "rejected"]
    on = ["reporter", "period", "flow", "coverage"]
    # A share is of the total of its own release; of the chosen one where that prints none.
    ends = ("", "_total")
    own = totals.drop(columns="partner").assign(sources_total=totals["sources"])
    same = usable.merge(own, on=[*on, "sources"], suffixes=ends)
    others = usable[~is_in(usable, same, [*on, "partner", "sources"])]
    world = select_published(totals).drop(columns="partner")
    pairs = pd.concat([same, others.merge(world, on=on, suffixes=ends)])
    share = pairs["share"]
    half = pairs["share_precision"] / 2
    least = (share - half).clip(lower=0)
    doubtful = pairs[["quality", "quality_total"]] == "doubtful"
    pairs = with_sources(pairs, "sources_total")
    return pairs.assign(
        value_usd=share * pairs["value_usd"],
        low_usd=least * pairs["low_usd"],
        high_usd=(share + half) * pairs["high_usd"],
        quality=doubtful.any(axis=1).map({True: "doubtful", False: "ok"}),
        basis="share_of_total",
    )[_RESULT]


def sums_of_chapters(composition: pd.DataFrame) -> pd.DataFrame:
    """Return the flows whose chapters are listed in full.

    Parameters
    ----------
    composition
        Chapters as `load_composition` returns them.

    Returns
    -------
    As `implied_by_growth`; the interval goes up to the sum and what the table may leave out.
    """
    is_own = composition["reporter"].eq(composition["exporter"])
    is_own |= composition["reporter"].eq(composition["importer"])
    rule = dict.fromkeys(["value_usd", "low_usd", "high_usd"], "sum")
    rule |= dict.fromkeys(["unlisted_usd", "sources"], "first")
    whole = composition[is_own & (composition["coverage"] != PARTIAL)]
    sums = whole.groupby(FLOW_YEAR, as_index=False).agg(rule)
    exports = sums["reporter"] == sums["exporter"]
    return sums.assign(
        partner=sums["importer"].where(exports, sums["exporter"]),
        period=sums["year"].astype(str),
        flow=exports.map({True: "export", False: "import"}),
        high_usd=sums["high_usd"] + sums["unlisted_usd"],
        quality="ok",
        coverage="goods",
        basis="sum_of_chapters",
    )[_RESULT]


def _described(estimates: pd.DataFrame) -> pd.DataFrame:
    """Give estimates the other columns of a trade frame."""
    first = estimates["sources"].str.split(";").str[0]
    return with_time(estimates).assign(
        precision_usd=estimates["high_usd"] - estimates["low_usd"],
        currency="USD",
        converted=False,
        quality_reason="",
        rounding="nearest",
        derived=True,
        source_kind=first.map(by_source("kind")),
        published=first.map(by_source("published")),
        note=estimates["basis"].str.replace("_", " "),
    )
