"""Weights that are used: those that fit the past of their own goods.

A table keeps a weight as it was published. Whether it can be one is told by its unit value (dollars
a tonne) beside the middle of all that are held of the same goods in the same book: 834.7 million
tonnes of flat steel for 132 million dollars cannot.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

#: A unit value so many times above or below the middle of its own past has a wrong weight or value.
MOST = 4.0
#: With fewer weights of the same goods than this nothing is refused.
ENOUGH = 5


def sound_weights(rows: pd.DataFrame, series: Sequence[str]) -> pd.DataFrame:
    """Return rows without the weights that cannot be, and why each of these is not used.

    Parameters
    ----------
    rows
        With value_usd, net_weight_t (tonnes) and, where a weight is of a part, weighed_usd.
    series
        Columns that tell one good of one book.

    Returns
    -------
    The rows, with net_weight_t NaN where refused, and weight_doubt ("" where nothing is).

    Examples
    --------
    >>> months = pd.DataFrame({"code": "7208", "value_usd": 132e6,
    ...     "net_weight_t": [2e5, 2.1e5, 1.9e5, 2e5, 834.7e6]})
    >>> sound_weights(months, ["code"])["weight_doubt"].iloc[-1]
    '0.16 dollars a tonne, where 660.00 are usual'
    """
    weight = rows["net_weight_t"].where(rows["net_weight_t"] > 0)
    value = rows["value_usd"]
    if "weighed_usd" in rows:
        value = rows["weighed_usd"].fillna(value)
    price = value / weight
    of_series = price.groupby([rows[name] for name in series], dropna=False)
    usual = of_series.transform("median")
    is_off = (price > MOST * usual) | (price < usual / MOST)
    is_off &= of_series.transform("count") >= ENOUGH
    doubts = [
        f"{one:,.2f} dollars a tonne, where {middle:,.2f} are usual" if off else ""
        for one, middle, off in zip(price, usual, is_off, strict=True)
    ]
    return rows.assign(
        net_weight_t=weight.mask(is_off),
        weight_doubt=pd.Series(doubts, rows.index, dtype="str"),
    )
