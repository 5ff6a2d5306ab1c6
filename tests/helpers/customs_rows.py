"""Rows of customs in yuan made by hand, and the figures chosen of them."""

import math
from typing import Any

import pandas as pd

from catrade_build.running import figures_in_currency


def row(
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


def of(*rows: dict, frequency: str = "ytd", currency: str = "CNY") -> pd.DataFrame:
    return figures_in_currency(pd.DataFrame(rows), frequency, currency)
