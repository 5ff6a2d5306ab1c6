"""Months and years as one publisher's currency has them, each beside what it is compared with.

China's customs prints its figures in yuan, with growth that is measured against the year before *as
revised since*. So growth is the printed one where there is one, and the base follows from it:

- the figure held of the year before, where it grows to the new one at the printed rate;
- else the new figure over one plus the printed rate: what the publisher's base has become;
- without a printed rate the figure held.

A region is the sum of its members, of their figures and of these bases alike.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from catrade.cells.frames import earlier, join_ids, require_columns
from catrade.cells.selection import select_published
from catrade.load.trade import published_interval
from pagemill.intervals import Bounds, growth_bounds
from pagemill.periods import parse_period

_KEY = ("reporter", "partner", "period", "flow")
_KINDS = {
    "annual": ("annual",),
    "monthly": ("monthly",),
    "ytd": ("ytd", "half", "quarterly"),
}


def figures(trade: pd.DataFrame, frequency: str = "ytd", currency: str = "CNY") -> pd.DataFrame:
    """Return one figure a cell as published in a currency, with its base a year before.

    Parameters
    ----------
    trade
        Rows of `load_trade(frequency=None, convert=False)`, several a cell.
    frequency
        annual, monthly or ytd (January to a month; a half or quarter from January counts, so
        `2026-H1` becomes `2026-6M`).
    currency
        The currency of the figures to take; nothing is converted.

    Returns
    -------
    reporter, partner, period, year, flow, value, low, high (in the currency), growth, growth_low,
    growth_high (fractions; NaN where there is no base), growth_basis (`printed`, `computed` or ""),
    base, base_low, base_high, base_basis (`published`, `implied_by_growth` or ""), quality,
    source_ids; sorted by reporter, partner and flow, then in time.

    Raises
    ------
    ParameterError
        If a column is missing.

    Examples
    --------
    >>> from catrade.load.trade import load_trade
    >>> trade = load_trade("CHN", "KAZ", "total", 2025, frequency=None, convert=False)
    >>> july = figures(trade).query("period == '2026-7M'").iloc[0]
    >>> f"{july['value'] / 1e9:.1f}", f"{july['growth']:.3f}", july["growth_basis"]
    ('224.3', '0.194', 'printed')
    """
    needed = [*_KEY, "frequency", "value", "precision", "rounding", "currency", "growth_printed"]
    require_columns(trade, needed, "figures")
    rows = trade[(trade["currency"] == currency) & trade["frequency"].isin(_KINDS[frequency])]
    low, high = published_interval(rows["value"], rows["precision"], rows["rounding"])
    rows = rows.assign(value_usd=rows["value"], low_usd=low, high_usd=high)
    if frequency == "ytd":
        parsed = {text: parse_period(text) for text in rows["period"].unique()}
        to_date = {t: f"{p.year}-{p.last_month}M" for t, p in parsed.items() if p.first_month == 1}
        rows = rows[rows["period"].isin(list(to_date))]
        rows = rows.assign(period=rows["period"].map(to_date).astype(str))
    rows.attrs = {}
    chosen = select_published(rows)
    chosen = chosen.drop(columns="value").rename(
        columns={"value_usd": "value", "low_usd": "low", "high_usd": "high"}
    )
    order = [(p.year, p.last_month) for p in map(parse_period, chosen["period"])]
    chosen = chosen.assign(_at=[12 * y + m for y, m in order])
    chosen = chosen.sort_values(["reporter", "partner", "flow", "_at"], ignore_index=True)
    return _compared(chosen)[_COLUMNS]


def summed(frame: pd.DataFrame, members: Sequence[str], name: str) -> pd.DataFrame:
    """Return a region's rows: its members' figures and bases added, where all have a figure.

    Parameters
    ----------
    frame
        What `figures` returns.
    members, name
        Codes of the members, and the region's; as `partner` where China reports, else `reporter`.

    Returns
    -------
    Rows as in `figures`; growth is that of the sums (basis `computed`), and there is none where a
    member has no base.

    Examples
    --------
    >>> from catrade.load.trade import load_trade
    >>> from catrade.names import CENTRAL_ASIA
    >>> trade = load_trade("CHN", start=2025, frequency=None, convert=False)
    >>> five = summed(figures(trade), CENTRAL_ASIA, "CA5")
    >>> row = five[(five["period"] == "2026-7M") & (five["flow"] == "total")].iloc[0]
    >>> f"{row['value'] / 1e9:.1f}", f"{row['growth']:.3f}"
    ('438.2', '0.018')
    """
    side = "partner" if frame["partner"].isin(members).any() else "reporter"
    other = "reporter" if side == "partner" else "partner"
    parts = frame[frame[side].isin(members)]
    groups = parts.groupby([other, "flow", "period", "year"], sort=False)
    amounts = ["value", "low", "high", "base", "base_low", "base_high"]
    sums = groups[amounts].sum(min_count=len(members))
    sums["source_ids"] = groups["source_ids"].agg(join_ids)
    sums["quality"] = groups["quality"].max()  # of ok and doubtful the latter sorts last
    sums["base_basis"] = groups["base_basis"].agg(lambda kinds: max(kinds, key=_BASES.index))
    sums = sums[(groups.size() == len(members)) & sums["value"].notna()].reset_index()
    sums = sums.assign(**{side: name}, growth_basis="computed")
    rate = growth_bounds(
        Bounds(sums["low"], sums["high"]), Bounds(sums["base_low"], sums["base_high"])
    )
    growth = sums["value"] / sums["base"].where(sums["base_low"] > 0) - 1
    return sums.assign(growth=growth, growth_low=rate.low, growth_high=rate.high)[_COLUMNS]


_COLUMNS = [
    *("reporter", "partner", "period", "year", "flow", "value", "low", "high"),
    *("growth", "growth_low", "growth_high", "growth_basis"),
    *("base", "base_low", "base_high", "base_basis", "quality", "source_ids"),
]
_BASES = ("", "published", "implied_by_growth")


def _compared(chosen: pd.DataFrame) -> pd.DataFrame:
    """Put beside each row its base and its growth; see the module."""
    held = chosen.set_index([*_KEY])[["value", "low", "high"]]
    before = [earlier(text, 1) for text in chosen["period"]]
    key = pd.MultiIndex.from_arrays(
        [chosen["reporter"], chosen["partner"], pd.Series(before, dtype=str), chosen["flow"]],
        names=list(_KEY),
    )
    base = held.reindex(key).reset_index(drop=True).add_prefix("base_")
    base = base.rename(columns={"base_value": "base"})
    g, unit = chosen["growth_printed"], chosen["growth_precision"]
    low = (chosen["low"] / (1 + g + unit / 2)).where(1 + g - unit / 2 > 0)
    high = (chosen["high"] / (1 + g - unit / 2)).where(1 + g - unit / 2 > 0)
    # Held and printed agree: nothing was revised, and the figure held is the finer base.
    agree = (base["base_low"] <= high) & (base["base_high"] >= low)
    implied = low.notna() & ~agree
    known = base["base"].notna() | implied
    basis = np.where(implied, "implied_by_growth", np.where(known, "published", ""))
    base["base"] = (chosen["value"] / (1 + g)).where(implied, base["base"])
    base["base_low"], base["base_high"] = (
        low.where(implied, base["base_low"]),
        high.where(implied, base["base_high"]),
    )
    rate = growth_bounds(
        Bounds(chosen["low"], chosen["high"]), Bounds(base["base_low"], base["base_high"])
    )
    ours = chosen["value"] / base["base"].where(base["base_low"] > 0) - 1
    printed = g.notna()
    return chosen.assign(
        **{str(name): base[name] for name in base},
        base_basis=basis,
        growth=g.where(printed, ours),
        growth_low=(g - unit / 2).where(printed, rate.low),
        growth_high=(g + unit / 2).where(printed, rate.high),
        growth_basis=np.where(printed, "printed", np.where(ours.notna(), "computed", "")),
    )
