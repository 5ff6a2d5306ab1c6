"""Every published figure as it was published: the rows of the register of trade figures."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from catrade.cells.frames import month_of, require_columns
from catrade.cells.selection import RULE
from catrade.tables.names import CENTRAL_ASIA, GROUPS, name_of
from catrade.tables.trade import load_trade
from rounding import formats
from rounding.dates import parse_period

__all__ = ["RULE", "figures", "printed", "published"]

_SAID = {"floor": "over ", "ceiling": "almost ", "about": "about "}
_UNITS = {"USD": "dollars", "CNY": "yuan", "EUR": "euros"}
_COUNTS = {
    "goods_and_services": "goods and services",
    "part_of_goods": "part of goods",
    "mixed": "goods, some with services",
}
_STATEMENT = [
    "period",
    "reporter",
    "partner",
    "currency",
    "source_id",
    "coverage",
    "quality",
    "quality_reason",
]


def published(start: int | None = None, end: int | None = None) -> pd.DataFrame:
    """Return all that is published, of any quality and in the currency it was printed in."""
    quality = ("ok", "doubtful", "rejected")
    return load_trade(
        start=start, end=end, frequency=None, quality=quality, convert=False
    )


def figures(
    trade: pd.DataFrame, partner: str = "CA5", frequency: str = "all"
) -> pd.DataFrame:
    """Return what each source publishes of the five and the region, newest first, in words.

    Parameters
    ----------
    trade
        What `published` returns.
    partner
        A country, or CA5 for the five and the region, on either side of a figure.
    frequency
        all, annual, or within (months, quarters, halves and sums to date).

    Returns
    -------
    One row a period, pair of countries and source: period, reporter and partner (names), export,
    import and total (as printed, with growth printed in brackets; "–" without one), remark (what
    is counted if not goods, and why a figure is doubtful or rejected), source_id, n (how many
    figures the row holds), currency, unit (its name), and with all digits export_value,
    import_value, total_value.

    Raises
    ------
    ParameterError
        If a column is missing.

    Examples
    --------
    >>> found = figures(published(2026), "KAZ").query("reporter == 'China'")
    >>> found[["period", "partner", "total"]].iloc[0].tolist()
    ['2026-7M', 'Kazakhstan', '224.293bn (+19.4%)']
    """
    require_columns(
        trade, [*_STATEMENT, "value", "precision", "growth_printed"], "figures"
    )
    codes = {*CENTRAL_ASIA, *GROUPS} if partner in GROUPS else {partner}
    rows = trade[trade["reporter"].isin(codes) | trade["partner"].isin(codes)]
    if frequency != "all":
        rows = rows[rows["frequency"].eq("annual") == (frequency == "annual")]
    texts = [f"{printed(row)}{_growth(row)}" for row in rows.to_dict("records")]
    rows = rows.assign(text=pd.array(texts, dtype=str)).fillna({"quality_reason": ""})
    values, wide = _by_flow(rows, "value"), _by_flow(rows, "text")
    wide = wide.assign(n=wide.notna().sum(axis=1)).fillna(formats.MISSING)
    wide = wide.join(values.add_suffix("_value")).reset_index()
    wide = wide.assign(remark=[_remark(row) for row in wide.to_dict("records")])
    wide = wide.sort_values(
        "period",
        key=lambda c: c.map(_place),
        ascending=False,
        kind="stable",
        ignore_index=True,
    )
    names = {side: wide[side].map(name_of) for side in ("reporter", "partner")}
    unit = wide["currency"].map(_UNITS).fillna(wide["currency"])
    return wide.assign(**names, unit=unit)


def _place(period: str) -> tuple[int, int]:
    """Return when a period ends, and how long it is."""
    parsed = parse_period(period)
    return month_of(period), parsed.last_month - parsed.first_month


def printed(row: Any) -> str:
    """Write a figure with the word it was published with, and its digits, three decimals at most.

    Examples
    --------
    >>> row = {"value": 48.6e9, "precision": 1e8, "rounding": "floor"}
    >>> printed(row), printed(row | {"value": 62_431_600, "precision": 1})
    ('over 48.6bn', 'over 62.432m')
    """
    zeros = math.floor(math.log10(row["precision"])) if row["precision"] > 0 else 0
    places, word = (9, "bn") if abs(row["value"]) >= 1e9 else (6, "m")
    text = formats.fixed(row["value"] / 10**places, min(3, max(0, places - zeros)))
    return f"{_SAID.get(row['rounding'], '')}{text}{word}"


def _growth(row: Any) -> str:
    if formats.is_missing(row["growth_printed"]):
        return ""
    unit = 100 * row["growth_precision"]
    places = max(0, -math.floor(math.log10(unit) + 1e-9)) if unit > 0 else 1
    sign = "+" if row["growth_printed"] > 0 else ""
    return f" ({sign}{formats.fixed(100 * row['growth_printed'], places)}%)"


def _by_flow(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a column with each flow beside the others."""
    table = rows.pivot_table(column, _STATEMENT, "flow", aggfunc="first")
    return table.reindex(columns=["export", "import", "total"])


def _remark(row: Any) -> str:
    said = ["" if row["coverage"] == "goods" else _COUNTS[row["coverage"]]]
    if row["quality"] != "ok":
        said.append(": ".join(filter(None, [row["quality"], row["quality_reason"]])))
    return "; ".join(filter(None, said))
