"""Which goods the gap between the two sides' figures sits in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from catrade.calc.both_sides import each_side
from catrade.calc.composition import LABEL
from catrade.calc.concentration import item_column
from catrade.pages.trade_composition.goods import pairs
from catrade.tables.names import name_of
from rounding.formats import is_missing

__all__ = ["GAP_COLUMNS", "by_side", "title", "widest"]

#: What a table of `widest` shows.
GAP_COLUMNS = {
    "country": ("To", name_of),
    "year": ("Year", "text"),
    "good": "Goods",
    "exporter_usd": ("China, $m", "million"),
    "importer_usd": ("Partner, $m", "million"),
    "share_of_gap": ("Share of the gap", "percent"),
}


def widest(countries: Iterable[str], start: int, end: int) -> pd.DataFrame:
    """Return the goods of China's exports that differ most between both sides, each country's one.

    Returns
    -------
    DataFrame
        What `trade_composition.goods.pairs` returns, country and good (a name), the widest gap in
        dollars first; no rows if no country has both sides' tables.

    Examples
    --------
    >>> widest(["KGZ", "TJK"], 2015, 2026)[["country", "good"]].to_numpy().tolist()
    [['KGZ', 'Textiles and clothing'], ['TJK', 'Textiles and clothing']]
    """
    tables = [_named(code, start, end) for code in countries]
    rows = [rows.loc[[rows["difference_usd"].idxmin()]] for rows in tables if len(rows)]
    if not rows:
        return pd.DataFrame(columns=[*GAP_COLUMNS, "difference_usd", "source_ids"])
    return pd.concat(rows).sort_values("difference_usd", ignore_index=True)


def title(row: Mapping[Any, Any]) -> str:
    """Return the finding of a row of `widest`: the good, its part of the gap, the year.

    Examples
    --------
    >>> title({"good": "Road vehicles", "year": 2024, "share_of_gap": 0.507})
    'Road vehicles: 50.7% of the 2024 gap in exports'
    """
    if is_missing(row["share_of_gap"]):
        return f"{row['good']}: the widest gap in exports of {row['year']}"
    return (
        f"{row['good']}: {row['share_of_gap']:.1%} of the {row['year']} gap in exports"
    )


def by_side(country: str, start: int, end: int, top: int = 8) -> pd.DataFrame:
    """Return China's exports to a country by good, a row a good and side, to be drawn.

    Parameters
    ----------
    country
        Code of the importer.
    start, end
        First and last year; the newest in between that both sides have is taken.
    top
        How many goods, those whose figures differ most.

    Returns
    -------
    DataFrame
        good, side (China, the country), year, value_usd, share_of_gap, source_ids.

    Examples
    --------
    >>> rows = by_side("KGZ", 2015, 2026, top=1)
    >>> (rows.set_index("side")["value_usd"] / 1e9).round(1).to_dict()
    {'China': 8.1, 'Kyrgyzstan': 0.5}
    """
    rows = _named(country, start, end)
    widest = rows.loc[rows["difference_usd"].abs().nlargest(top).index]
    return each_side(widest)[
        ["good", "year", "share_of_gap", "source_ids", "value_usd", "side"]
    ]


def _named(country: str, start: int, end: int) -> pd.DataFrame:
    rows = pairs("CHN", country, start, end).dropna(subset=["difference_usd"])
    return rows.assign(country=country, good=rows[LABEL[item_column(rows, "widest")]])
