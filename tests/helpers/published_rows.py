"""Rows of the trade table made by hand, as `load_trade` gives them, and claims about such rows."""

import math
import re
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from catrade_build.cells.chosen import all_cells
from catrade_build.claims.facts import Facts, facts_of
from catrade_build.claims.verdicts import judge_claims
from catrade_build.figures import with_goods
from catrade_build.running import as_printed
from catrade_build.tables.names import CENTRAL_ASIA
from catrade_build.tables.trade import CHOSEN
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


# --- Chinese customs -----------------------------------------------------------------------------


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
    figures = as_printed(pd.DataFrame(rows))
    is_asked = figures["frequency"].eq(frequency) & figures["currency"].eq(currency)
    return figures[is_asked].reset_index(drop=True)


# --- claims about invented figures and events ----------------------------------------------------

BILLION = 1e9
#: Reporter, partner, period, flow, billions, half the rounding unit, source (an "x" is press).
_FIGURES = """
CHN KAZ 2023 total 80 0.5 a
CHN KAZ 2024 total 100 0.5 a
CHN KAZ 2025 total 110 0.5 a
CHN KAZ 2025 total 120 0.5 x
CHN KAZ 2025 export 60 0.5 a
CHN KAZ 2025 import 50 0.5 a
RUS KAZ 2023 total 70 0.5 r
RUS KAZ 2024 total 105 0.5 r
RUS KAZ 2025 total 90 0.5 r
KAZ CHN 2024 total 60 0.5 k
KAZ RUS 2024 total 62 3 k
KAZ CHN 2025-3M total 10 0.5 k
KAZ RUS 2025-3M total 30 0.5 k
KAZ CHN 2025-5M total 30 0.5 k
KAZ RUS 2025-5M total 20 0.5 k
CHN UZB 2025 total 10 0.5 a
RUS UZB 2025 total 10 0.5 r
EU27 UZB 2025 total 12 2 e
"""


def figures(text: str) -> list[tuple[Any, ...]]:
    """Read figures, one a line."""
    rows = [line.split() for line in text.strip().splitlines()]
    return [(*row[:4], float(row[4]), float(row[5]), row[6]) for row in rows]


FIGURES = figures(_FIGURES)


def trade_rows(figures: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows as `load_trade` gives them."""
    rows = raw(*figures, published="2026-01-01", source_kind="official")
    rows.loc[rows["sources"] == "x", "source_kind"] = "press"
    return rows.assign(precision_usd=rows["precision"])


EVENTS = pd.read_csv(
    StringIO(
        """event_id|title_en|date|issuers|value|value_unit|summary
first|a meeting|2026-01-13|MIIT;NDRC|12|firms|Talked of Steel.
second|Another meeting|2026-01-14|MIIT||""|Talked.
month|A month|2026-01|MOF|3|words|Said."""
    ),
    sep="|",
    keep_default_na=False,
    na_values={"value": [""]},
).assign(note="", quote="", quality="ok", sources="e")


def facts_with(
    *more: tuple[Any, ...],
    without: str = "",
    trade: pd.DataFrame | None = None,
    events: pd.DataFrame = EVENTS,
) -> Facts:
    """Return the facts with more figures, without those of a source, or with other tables."""
    kept = [figure for figure in FIGURES if figure[-1] != without]
    rows = trade_rows([*kept, *more]) if trade is None else trade
    figures = with_goods(chosen(rows), chosen(rows[rows["coverage"] == "goods"]))
    # No printed growth: rates are quotients.
    blank = dict.fromkeys(["growth", "growth_low", "growth_high"], float("nan"))
    blank |= dict.fromkeys(["base", "base_low", "base_high"], float("nan"))
    return facts_of(figures.assign(**blank, growth_basis=""), rows, events)


def chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """Return figures of all frequencies as the edition names them."""
    return pd.concat(
        all_cells(rows, CHOSEN[freq]).assign(freq=freq, currency="USD")
        for freq in CHOSEN
    )


FACTS = facts_with()


def claim_row(kind: str, **changes: Any) -> dict[str, Any]:
    names = (
        "claim_id document source_id number statement kind subject partner scope flow "
    )
    names += "period terms books rounding unit base_period event_id note"
    cells = f"c d d 1 something {kind} CHN KAZ region total 2025 RUS CHN nearest USD".split()
    row: dict[str, Any] = dict(zip(names.split(), [*cells, "", "", ""], strict=True))
    return row | {"value": 110 * BILLION, "precision": BILLION} | changes


def judged(kind: str, facts: Facts = FACTS, **changes: Any) -> Any:
    """Return the one verdict of a claim in one set of books, with its lines of evidence."""
    claim = pd.DataFrame([claim_row(kind, **changes)])
    (row,) = judge_claims(claim, facts).to_dict("records")
    ends = {name: (row[f"{name}_low"], row[f"{name}_high"]) for name in _SPANS}
    return SimpleNamespace(**row, **ends)


_SPANS = ("computed", "asserted")
#: The ends of an interval that is not there, or open.
NONE = pytest.approx((float("nan"), float("nan")), nan_ok=True)


def claim_cases(text: str) -> list[tuple[str, dict[str, Any], str, str]]:
    """Return kind, changes, verdict and sentence of each case of a table.

    A case is a line `kind changes | verdict | sentence`, its changes as in `claim_row`, written
    `name=value`; a line that begins with spaces goes on with the one before.
    """
    listed = []
    for line in re.sub(r"\n +", " ", text.strip()).splitlines():
        asked, verdict, sentence = line.split(" | ")
        kind, *given = asked.split()
        changes: dict[str, Any] = dict(change.split("=", 1) for change in given)
        numbers = {
            name: float(changes[name])
            for name in ("value", "precision")
            if name in changes
        }
        listed.append((kind, changes | numbers, verdict, sentence))
    return listed
