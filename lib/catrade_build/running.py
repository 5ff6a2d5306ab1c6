"""Months and years as one publisher's currency has them, each beside what it is compared with.

China's customs prints its figures in yuan, with growth that is measured against the year before *as
revised since*. So growth is the printed one where there is one, and the base follows from it:

- the figure held of the year before, where it grows to the new one at the printed rate;
- else the new figure over one plus the printed rate: what the publisher's base has become;
- of a month without a printed rate what the bases of the sums to it and to the month before differ
  by, unless the figure held may be that;
- without any printed rate the figure held.

A region is the sum of its members, of their figures and of these bases alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from catrade_build.cells.selection import select_as_printed
from catrade_build.frames import (
    KEYS,
    added,
    implied_base,
    month_of,
    of_frequency,
    on_base,
    printed_growth,
    with_base,
)
from catrade_build.kept import every_row, kept
from catrade_build.tables.names import GROUPS
from catrade_build.tables.trade import CHOSEN
from rounding.intervals import bounds


def as_printed(trade: pd.DataFrame, apart: Sequence[str] = ()) -> pd.DataFrame:
    """Return one figure a cell as published in each currency, with its base a year before.

    Parameters
    ----------
    trade
        Rows of `load_trade(convert=False)`, several a cell; nothing is converted.
    apart
        Further columns that tell figures apart.

    Returns
    -------
    reporter, partner, period, year, frequency (annual, monthly or ytd: January to a month; a half
    or quarter from January counts, so `2026-H1` becomes `2026-6M`), flow, currency, value, low,
    high (in the currency), growth, growth_low, growth_high (fractions; NaN where there is no base),
    growth_basis (`printed`, `computed` or ""), base, base_low, base_high, base_basis (`published`,
    `implied_by_growth` or ""), quality, sources, published and `apart`; sorted by reporter, partner
    and flow, then in time.

    Examples
    --------
    >>> trade = every_row(convert=False).query("reporter == 'CHN' and partner == 'KAZ'")
    >>> sums = as_printed(trade).query("flow == 'total' and currency == 'CNY'")
    >>> july = sums.set_index("period").loc["2026-7M"]
    >>> f"{july['value'] / 1e9:.1f}", f"{july['growth']:.3f}", july["growth_basis"]
    ('224.3', '0.194', 'printed')
    """
    rows = pd.concat(of_frequency(trade, frequency) for frequency in CHOSEN.values())
    # Where nobody prints growth, a frame may hold none of it in place of numbers.
    rows = rows.astype({"growth_printed": float, "growth_precision": float})
    series = [*KEYS, "currency", *apart]
    chosen = select_as_printed(rows, [*series, "period"])
    chosen["_at"] = chosen["period"].map(month_of)
    chosen = chosen.sort_values([*KEYS, "_at"])
    return _compared(chosen, series)[[*_COLUMNS, *apart]]


@kept
def every_figure() -> pd.DataFrame:
    """Return everything published, `as_printed`."""
    return as_printed(every_row(convert=False))


@kept
def with_regions() -> pd.DataFrame:
    """Return every figure, and of each region as partner the sum of its members.

    As reporters they are not summed: Turkmenistan's figures repeat China's.
    """
    figures = every_figure()
    single = figures[~figures["partner"].isin(GROUPS)]
    return pd.concat([single, regions(single)], ignore_index=True)


def currencies_of(reporters: pd.Series[str]) -> pd.Series[str]:
    """Return the currency that each reporter prints its figures in: its own, else dollars.

    Examples
    --------
    >>> currencies_of(pd.Series(["CHN", "KAZ"])).tolist()
    ['CNY', 'USD']
    """
    rows = every_row(convert=False)
    own = rows[rows["currency"] != "USD"].drop_duplicates("reporter")
    by_reporter = own.set_index("reporter")["currency"].to_dict()
    return reporters.map(lambda code: by_reporter.get(code, "USD"))


def regions(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the `summed` figures of every region."""
    sums = [sum_members(frame, members, name) for name, members in GROUPS.items()]
    return pd.concat(sums)


def sum_members(frame: pd.DataFrame, members: Sequence[str], name: str) -> pd.DataFrame:
    """Return a region's rows: its members' figures and bases added, where all have a figure.

    Parameters
    ----------
    frame
        What `as_printed` returns.
    members, name
        Codes of the members, and the region's, as `partner`.

    Returns
    -------
    Rows as in `as_printed`; growth is that of the sums (basis `computed`), and there is none where
    a member has no base.

    Examples
    --------
    >>> from catrade_build.tables.names import CENTRAL_ASIA
    >>> trade = every_row(convert=False).query("reporter == 'CHN'")
    >>> yuan = as_printed(trade).query("currency == 'CNY' and period == '2026-7M'")
    >>> row = sum_members(yuan.query("flow == 'total'"), CENTRAL_ASIA, "CA5").iloc[0]
    >>> f"{row['value'] / 1e9:.1f}", f"{row['growth']:.3f}"
    ('438.2', '0.018')
    """
    parts = frame[frame["partner"].isin(members)]
    sums = added(
        parts,
        ["reporter", "flow", "period", "year", "frequency", "currency"],
        ["value", "low", "high", "base", "base_low", "base_high"],
        len(members),
        published=min,
        quality=min,  # of ok and doubtful the latter sorts first
        base_basis=lambda kinds: max(kinds, key=_BASES.index),
    )
    sums = sums.assign(partner=name, growth_basis="computed", **on_base(sums))
    return sums[_COLUMNS]


_COLUMNS = [
    "reporter",
    "partner",
    "period",
    "year",
    "flow",
    "value",
    "low",
    "high",
    "growth",
    "growth_low",
    "growth_high",
    "growth_basis",
    "base",
    "base_low",
    "base_high",
    "base_basis",
    "quality",
    "sources",
    "published",
    "frequency",
    "currency",
]
_BASES = ("", "published", "implied_by_growth")
#: The base that printed growth implies, with its ends.
_IMPLIED = ["_implied", "_implied_low", "_implied_high"]


def _compared(chosen: pd.DataFrame, series: Sequence[str]) -> pd.DataFrame:
    """Put beside each row its base and its growth; see the module."""
    rows = with_base(chosen, chosen, series)
    printed = rows["growth_printed"]
    rate = printed_growth(rows)
    implied = implied_base(bounds(rows), rate)
    rows = rows.assign(
        _implied=rows["value"] / (1 + printed),
        _implied_low=implied.low,
        _implied_high=implied.high,
    )
    rows = _with_months_of_sums(rows, series)
    implied = bounds(rows, "_implied_low", "_implied_high")
    # Held and printed agree: nothing was revised, and the figure held is the finer base.
    agree = (rows["base_low"] <= implied.high) & (rows["base_high"] >= implied.low)
    is_implied = implied.low.notna() & ~agree
    rows = rows.assign(
        base=rows["base"].mask(is_implied, rows["_implied"]),
        base_low=rows["base_low"].mask(is_implied, implied.low),
        base_high=rows["base_high"].mask(is_implied, implied.high),
    )
    rows["base_basis"] = np.where(rows["base"].notna(), "published", "")
    rows.loc[is_implied, "base_basis"] = "implied_by_growth"

    ours = on_base(rows)
    rows["growth_basis"] = np.where(ours["growth"].notna(), "computed", "")
    rows.loc[printed.notna(), "growth_basis"] = "printed"
    return rows.assign(
        growth=printed.fillna(ours["growth"]),
        growth_low=rate.low.fillna(ours["growth_low"]),
        growth_high=rate.high.fillna(ours["growth_high"]),
    )


def _with_months_of_sums(rows: pd.DataFrame, series: Sequence[str]) -> pd.DataFrame:
    """Let the bases of two sums to date imply that of the month between them.

    What customs revised of earlier months between the two releases would be in it, too.
    """
    keys = [*dict.fromkeys([*series, "coverage"]), "_at"]
    is_first = rows["_at"] % 12 == 1
    sums = rows.loc[rows["frequency"].ne("monthly") | is_first, [*keys, *_IMPLIED]]
    sums = sums.dropna().drop_duplicates(keys)
    to_date = rows[keys].merge(sums, how="left", on=keys)
    before = rows[keys].assign(_at=rows["_at"] - 1).merge(sums, how="left", on=keys)
    of_month = pd.DataFrame(
        {
            "_implied": to_date["_implied"] - before["_implied"],
            "_implied_low": to_date["_implied_low"] - before["_implied_high"],
            "_implied_high": to_date["_implied_high"] - before["_implied_low"],
        }
    )
    # A rate printed with the month itself is finer; January is no difference.
    is_open = rows["frequency"].eq("monthly") & rows["_implied"].isna() & ~is_first
    is_known = is_open & of_month["_implied_low"].gt(0)
    return rows.assign(**of_month.where(is_known, rows[_IMPLIED]))
