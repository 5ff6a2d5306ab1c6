"""The rows a verdict on a claim rests on: the figures used, and what else was published."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from catrade.claim_check.core import Facts, Figure

EVIDENCE = [
    *("role", "reporter", "partner", "flow", "period", "item", "value", "low", "high", "unit"),
    *("basis", "quality", "used", "source_ids"),
]


def trade_evidence(facts: Facts, figures: Mapping[str, Figure | None]) -> pd.DataFrame:
    """Return the rows a verdict rests on: the chosen figures and what else was published.

    Parameters
    ----------
    figures
        Role in the calculation (`figure`, `base`, `rival`, …) and the figure; None is left out.
    """
    return evidence_frame(trade_rows(facts, figures))


def trade_rows(facts: Facts, figures: Mapping[str, Figure | None]) -> list[dict[str, Any]]:
    """Return the rows of `trade_evidence` before they become a frame."""
    rows: list[dict[str, Any]] = []
    for role, figure in figures.items():
        if figure is None:
            continue
        reporter, partner, flow, period = figure.cell
        where = {"role": role, "reporter": reporter, "partner": partner, "flow": flow}
        where |= {"period": period, "item": "", "unit": "USD"}
        rows.append(
            {
                **where,
                "value": figure.value,
                "low": figure.interval.low,
                "high": figure.interval.high,
                "basis": figure.basis,
                "quality": figure.quality,
                "used": True,
                "source_ids": figure.source_ids,
            }
        )
        used = figure.source_ids.split(";")
        rows += [
            {
                **where,
                "value": other.value_usd,
                "low": other.low_usd,
                "high": other.high_usd,
                "basis": "converted" if other.converted else "published",
                "quality": other.quality,
                "used": False,
                "source_ids": other.source_id,
            }
            for other in facts.sources(figure.cell)
            if other.source_id not in used
        ]
    return rows


def evidence_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return evidence rows as a frame with all its columns; what is not given is empty."""
    numbers = ("value", "low", "high")
    columns: dict[str, Any] = {
        name: [row.get(name, math.nan if name in numbers else "") for row in rows]
        for name in EVIDENCE
    }
    columns |= {name: np.array(columns[name], dtype="float64") for name in numbers}
    columns["used"] = np.array(columns["used"], dtype=bool)
    return pd.DataFrame(columns)
