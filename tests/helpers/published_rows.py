"""Rows of the trade table made by hand, as `load_trade` gives them."""

import pandas as pd

from rounding.dates import parse_period

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
    return pd.DataFrame(
        [
            {
                **dict(
                    zip(("reporter", "partner", "period", "flow"), row[:4], strict=True)
                ),
                "year": int(row[2][:4]),
                "frequency": parse_period(row[2]).frequency,
                "value": row[4] * 1e9,
                "precision": row[5] * 2e9,
                "value_usd": row[4] * 1e9,
                "low_usd": (row[4] - row[5]) * 1e9,
                "high_usd": (row[4] + row[5]) * 1e9,
                "sources": row[6] if len(row) > 6 else "s1",
                **DEFAULTS,
                **more,
            }
            for row in rows
        ]
    )


def one(frame: pd.DataFrame, **where) -> dict:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1, frame
    return frame.iloc[0].to_dict()
