"""What the other side counts: the partner's total and China's, in the newest year of both."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from catrade.cells import series
from catrade.cells.begins import begins
from catrade.tables.names import GROUPS
from rounding.rounded import Rounded


class BothSides(NamedTuple):
    """One year's total of goods by the partner and by China.

    `before` has those of the year before where the partner's was another statistic.
    """

    year: int
    own: Rounded
    china: Rounded
    before: BothSides | None = None

    @property
    def ratio(self) -> float:
        """The partner's figure over China's."""
        return self.own.value / self.china.value


def both_sides(trade: pd.DataFrame, partner: str) -> BothSides | None:
    """Return the newest year with a sound total of goods on both sides; None without one.

    Of a region the members that publish statistics are added up, on both sides.

    Parameters
    ----------
    trade
        Published rows and what official shares give (`implied.with_computed`), of both sides.
    partner
        Code of the country or region.

    Examples
    --------
    >>> from catrade.cells.implied import with_computed
    >>> from catrade.tables.trade import load_trade
    >>> found = both_sides(with_computed(load_trade(end=2025)), "KAZ")
    >>> found.year, bool(0.65 < found.ratio < 0.75)
    (2025, True)
    """
    if partner == "TKM":
        return None
    goods = trade[trade["coverage"] == "goods"]
    code = "CA4" if partner in GROUPS else partner
    own = _totals(goods, "partner", code)
    china = _totals(goods, "CHN", code)
    china = china[china["value_usd"] > 0]
    years = own.index.intersection(china.index)
    if years.empty:
        return None
    last = int(years.max())
    rows = own.reset_index()
    changed = last in list(rows.loc[begins(rows, goods), "year"])
    before = _of(own, china, last - 1) if changed and last - 1 in years else None
    return _of(own, china, last, before)


def _of(
    own: pd.DataFrame, china: pd.DataFrame, year: int, before: BothSides | None = None
) -> BothSides:
    return BothSides(
        year, Rounded.of(own.loc[year]), Rounded.of(china.loc[year]), before
    )


def _totals(goods: pd.DataFrame, reporter: str, partner: str) -> pd.DataFrame:
    rows = series.annual(goods, reporter=reporter, partner=partner)
    rows = rows[(rows["flow"] == "total") & (rows["quality"] == "ok")]
    return rows.set_index("year")
