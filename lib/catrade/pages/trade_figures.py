"""Every published figure as it was published: the rows of the register of trade figures."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from catrade_build.cells.frames import month_of
from catrade_build.cells.selection import RULE as RULE
from catrade_build.tables.definitions import meanings
from catrade_build.tables.names import CENTRAL_ASIA, GROUPS, name_of
from catrade_build.tables.trade import load_trade
from rounding.dates import parse_period
from rounding.formats import MISSING, SAID, fixed, is_missing, with_sign
from rounding.told import told

_UNITS = {"USD": "dollars", "CNY": "yuan", "EUR": "euros"}
_FLOWS = ["export", "import", "total"]
_FIGURE = ["value", "precision", "rounding", "growth_printed", "growth_precision"]
_STATEMENT = [
    "period",
    "reporter",
    "partner",
    "currency",
    "sources",
    "coverage",
    "quality",
    "quality_reason",
]


def figures(
    partner: str = "CA5",
    frequency: str = "all",
    start: int | None = None,
    end: int | None = None,
) -> pd.DataFrame:
    """Return what each source publishes of the five and the region, newest first, in words.

    It is of any quality, and in the currency it was printed in.

    Parameters
    ----------
    partner
        A country, or CA5 for the five and the region, on either side of a figure.
    frequency
        all, annual, or within (months, quarters, halves and sums to date).
    start, end
        First and last year.

    Returns
    -------
    One row a period, pair of countries and source: period, reporter and partner (names), export,
    import and total (as printed, with growth printed in brackets; "–" without one), remark (what
    is counted if not goods, and why a figure is doubtful or rejected), sources, n (how many
    figures the row holds), currency, unit (its name), and with all digits export_value,
    import_value, total_value.

    Examples
    --------
    >>> rows = figures("KAZ", start=2026).query("reporter == 'China'")
    >>> rows[["period", "partner", "total"]].iloc[0].tolist()
    ['2026-7M', 'Kazakhstan', '224.293bn (+19.4%)']
    """
    quality = ("ok", "doubtful", "rejected")
    trade = load_trade(
        start=start, end=end, frequency=None, quality=quality, convert=False
    )
    # The rows asked for, each figure in words; then the flows of a statement side by side.
    codes = {*CENTRAL_ASIA, *GROUPS} if partner in GROUPS else {partner}
    either_side = trade[["reporter", "partner"]].isin(codes)
    rows = trade[either_side.any(axis=1)]
    if frequency != "all":
        is_annual = rows["frequency"] == "annual"
        rows = rows[is_annual == (frequency == "annual")]
    figures = rows[_FIGURE].to_dict("records")
    texts = [f"{printed(row)}{_growth(row)}" for row in figures]
    rows = rows.assign(text=pd.array(texts, dtype=str)).fillna({"quality_reason": ""})
    parts: Any = rows.pivot_table(
        ["text", "value"], _STATEMENT, "flow", aggfunc="first"
    )
    text: pd.DataFrame = parts["text"].reindex(columns=_FLOWS)
    values = parts["value"].reindex(columns=_FLOWS).add_suffix("_value")
    wide = text.fillna(MISSING).assign(n=text.notna().sum(axis=1))
    wide = wide.join(values).reset_index()
    wide = wide.assign(
        remark=[_remark(row) for row in wide.to_dict("records")],
        reporter=wide["reporter"].map(name_of),
        partner=wide["partner"].map(name_of),
        unit=wide["currency"].map(_UNITS).fillna(wide["currency"]),
    )
    return wide.sort_values(
        "period",
        key=lambda periods: periods.map(_ended),
        ascending=False,
        kind="stable",
        ignore_index=True,
    )


def _ended(period: str) -> tuple[int, int]:
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
    scale, word = 1e9, "bn"
    if abs(row["value"]) < scale:
        scale, word = 1e6, "m"
    places = min(3, _places(row["precision"] / scale, 3))
    text = fixed(row["value"] / scale, places)
    about = SAID.get(row["rounding"], "")
    return f"{about} {text}{word}".strip()


def _places(unit: float, otherwise: int) -> int:
    """Return how many decimals a figure of such a rounding unit has; `otherwise` without one."""
    if not unit > 0:
        return otherwise
    return max(0, -math.floor(math.log10(unit) + 1e-9))


def _growth(row: Any) -> str:
    if is_missing(row["growth_printed"]):
        return ""
    places = _places(100 * row["growth_precision"], 1)
    return f" ({with_sign(100 * row['growth_printed'], places)}%)"


def _remark(row: Any) -> str:
    counted = meanings("coverages")[row["coverage"]]
    doubt = ": ".join(filter(None, [row["quality"], row["quality_reason"]]))
    return told(
        counted if row["coverage"] != "goods" else "",
        doubt if row["quality"] != "ok" else "",
        by="; ",
    )
