"""A few invented figures, events and goods, and claims about them, for the tests of claims."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.claim_check.claims import check_claim
from catrade.claim_check.core import Facts

BILLION = 1e9
#: Reporter, partner, period, flow, billions, half the rounding unit, source (an "x" is press).
FIGURES = [
    ("CHN", "KAZ", "2023", "total", 80, 0.5, "a"),
    ("CHN", "KAZ", "2024", "total", 100, 0.5, "a"),
    ("CHN", "KAZ", "2025", "total", 110, 0.5, "a"),
    ("CHN", "KAZ", "2025", "total", 120, 0.5, "x"),
    ("CHN", "KAZ", "2025", "export", 60, 0.5, "a"),
    ("CHN", "KAZ", "2025", "import", 50, 0.5, "a"),
    ("RUS", "KAZ", "2023", "total", 70, 0.5, "r"),
    ("RUS", "KAZ", "2024", "total", 105, 0.5, "r"),
    ("RUS", "KAZ", "2025", "total", 90, 0.5, "r"),
    ("KAZ", "CHN", "2024", "total", 60, 0.5, "k"),
    ("KAZ", "RUS", "2024", "total", 62, 3, "k"),
    ("KAZ", "CHN", "2025-3M", "total", 10, 0.5, "k"),
    ("KAZ", "RUS", "2025-3M", "total", 30, 0.5, "k"),
    ("KAZ", "CHN", "2025-5M", "total", 30, 0.5, "k"),
    ("KAZ", "RUS", "2025-5M", "total", 20, 0.5, "k"),
    ("CHN", "UZB", "2025", "total", 10, 0.5, "a"),
    ("RUS", "UZB", "2025", "total", 10, 0.5, "r"),
]


def _down(half: float | tuple[float, float]) -> float:
    return half[0] if isinstance(half, tuple) else half


def _up(half: float | tuple[float, float]) -> float:
    return half[1] if isinstance(half, tuple) else half


def trade_rows(figures: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows as `load_trade` gives them."""
    rows = [
        {
            "reporter": reporter,
            "partner": partner,
            "period": period,
            "year": int(period[:4]),
            "frequency": "ytd" if period.endswith("M") else "annual",
            "flow": flow,
            "value_usd": value * BILLION,
            "low_usd": (value - _down(half)) * BILLION,
            "high_usd": (value + _up(half)) * BILLION,
            "precision_usd": (_down(half) + _up(half)) * BILLION,
            "currency": "USD",
            "converted": False,
            "quality": "ok",
            "quality_reason": "",
            "coverage": "goods",
            "rounding": "nearest",
            "source_id": source,
            "source_kind": "press" if source == "x" else "official",
            "published": "2026-01-01",
            "note": "",
        }
        for reporter, partner, period, flow, value, half, source in figures
    ]
    return pd.DataFrame(rows)


EVENTS = pd.DataFrame(
    [
        ("first", "a meeting", "2026-01-13", "MIIT;NDRC", 12.0, "firms", "Talked of Steel."),
        ("second", "Another meeting", "2026-01-14", "MIIT", float("nan"), "", "Talked."),
        ("month", "A month", "2026-01", "MOF", 3.0, "words", "Said."),
    ],
    columns=["event_id", "title_en", "date", "issuers", "value", "value_unit", "summary"],
).assign(note="", quality="ok", source_ids="e")


def goods_rows(
    year: int,
    reporter: str,
    spare: float = 0.0,
    exporter: str = "CHN",
    importer: str = "KAZ",
    **groups: Any,
) -> pd.DataFrame:
    ends = [v if isinstance(v, tuple) else (v, v, v) for v in groups.values()]
    frame = pd.DataFrame(ends, columns=["value_usd", "low_usd", "high_usd"], dtype=float)
    return frame.assign(
        exporter=exporter,
        importer=importer,
        reporter=reporter,
        year=year,
        group=list(groups),
        group_name=[name.capitalize() for name in groups],
        unlisted_usd=spare,
        basis="reported",
        source_id="g",
    )


GOODS = pd.concat(
    [
        goods_rows(2024, "CHN", machinery=5, electronics=4, vehicles=1),
        goods_rows(2025, "CHN", machinery=6, electronics=2, vehicles=(2, 1, 4)),
        goods_rows(2025, "KAZ", machinery=2, electronics=1, vehicles=7),
    ],
    ignore_index=True,
)
NO_HIGHLIGHTS = pd.DataFrame(
    columns=[
        *("exporter", "importer", "period", "year", "topic", "item", "value", "low", "high"),
        *("unit", "source_id", "share", "growth"),
    ]
)
FACTS = Facts(trade_rows(FIGURES), EVENTS, GOODS, NO_HIGHLIGHTS)


def facts_with(*more: tuple[Any, ...], without: str = "", **tables: pd.DataFrame) -> Facts:
    """Return the same facts with more figures, without those of a source, or with other tables."""
    kept = [figure for figure in FIGURES if figure[-1] != without]
    tables = {"events": EVENTS, "composition": GOODS, "highlights": NO_HIGHLIGHTS} | tables
    return Facts(trade_rows([*kept, *more]), **tables)


def claim_row(kind: str, **changes: Any) -> dict[str, Any]:
    return {
        "claim_id": "c",
        "document": "d",
        "number": "1",
        "statement": "something",
        "kind": kind,
        "subject": "CHN",
        "partner": "KAZ",
        "scope": "region",
        "flow": "total",
        "period": "2025",
        "base_period": "",
        "terms": "RUS",
        "books": "CHN",
        "value": 110 * BILLION,
        "precision": BILLION,
        "rounding": "nearest",
        "unit": "USD",
        "event_id": "",
        "source_id": "d",
        "note": "",
    } | changes


def judged(kind: str, facts: Facts = FACTS, **changes: Any) -> Any:
    """Return the one verdict of a claim in one set of books."""
    (found,) = check_claim(claim_row(kind, **changes), facts)
    return found
