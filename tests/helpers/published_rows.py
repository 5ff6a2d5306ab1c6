"""Rows of the trade table made by hand, as `load_trade` gives them."""

import math
from typing import Any

import pandas as pd

from catrade_build.cells.chosen import all_cells
from catrade_build.running import figures_in_currency
from catrade_build.tables.names import CENTRAL_ASIA
from rounding.dates import parse_period

_CELL = ("reporter", "partner", "period", "flow")
DEFAULTS = {
    "precision_usd": 1.0,
    "currency": "USD",
    "converted": False,
    "quality": "ok",
    "quality_reason": "",
    "coverage": "goods",
    "rounding": "nearest",
    "source_kind": "dataset",
    "published": "2024-01-01",
    "note": "",
}


def raw(*rows: tuple, **more) -> pd.DataFrame:
    """Rows as load_trade gives them: reporter, partner, period, flow, billions, half, source."""
    figures = [(*row, "s1")[:7] for row in rows]
    frame = pd.DataFrame(figures, columns=[*_CELL, "billions", "half", "sources"])
    billions, half = frame.pop("billions"), frame.pop("half")
    return frame.assign(
        year=frame["period"].str[:4].astype(int),
        frequency=frame["period"].map(lambda period: parse_period(period).frequency),
        value=billions * 1e9,
        precision=half * 2e9,
        value_usd=billions * 1e9,
        low_usd=(billions - half) * 1e9,
        high_usd=(billions + half) * 1e9,
        **(DEFAULTS | more),
    )


def of(frame: pd.DataFrame, **where) -> pd.DataFrame:
    """Return the rows that have some values."""
    for column, value in where.items():
        frame = frame[frame[column] == value]
    return frame


def one(frame: pd.DataFrame, **where) -> dict:
    frame = of(frame, **where)
    assert len(frame) == 1, frame
    return frame.iloc[0].to_dict()


def annual(
    trade: pd.DataFrame, *, reporter: str = "CHN", partner: str | None = None
) -> pd.DataFrame:
    """Return yearly cells of China's trade with the five and CA5, or of their own with China."""
    side, other = "partner", "reporter"
    if reporter == "partner":
        side, other = other, side
    wanted = [partner] if partner else [*CENTRAL_ASIA, "CA5"]
    cells = all_cells(trade)
    cells = cells[cells[side].isin(wanted) & cells[other].eq("CHN")]
    return cells.reset_index(drop=True)


# --- Chinese customs ---------------------------------------------------------------------------


def customs_row(
    partner: str, period: str, value: float, growth: float = math.nan, **more: Any
) -> dict:
    """Return a row of customs as `load_trade(convert=False)` has it; growth to 0.1 per cent."""
    kind = "annual" if len(period) == 4 else "half" if "H" in period else "ytd"
    kind = "monthly" if period[5:].isdigit() else kind
    base = {
        "reporter": "CHN",
        "partner": partner,
        "period": period,
        "year": int(period[:4]),
        "frequency": kind,
        "flow": "total",
        "value": value,
        "precision": 1.0,
        "rounding": "nearest",
        "currency": "CNY",
        "growth_printed": growth,
        "coverage": "goods",
        "growth_precision": 0.001,
        "quality": "ok",
        "converted": False,
        "sources": "gacc",
        "source_kind": "official",
        "published": "2026-08",
        "value_usd": math.nan,
    }
    return base | more


def in_currency(
    *rows: dict, frequency: str = "ytd", currency: str = "CNY"
) -> pd.DataFrame:
    return figures_in_currency(pd.DataFrame(rows), frequency, currency)
