"""Fetched figures in the library's own tables: what a row says unless its publisher says more.

The rows of `sources` stand in publishers.csv beside this module, with {names} for what differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from catrade_build.tables.definitions import definition_of
from catrade_fetch.codes import read_rows
from rounding.errors import one_line

TRADE_COLUMNS = tuple(definition_of("trade").columns)
COMPOSITION_COLUMNS = tuple(definition_of("composition").columns)
SOURCE_COLUMNS = tuple(definition_of("sources").columns)
#: A figure in dollars, to the dollar, of which nothing more is known.
_USUAL: dict[str, Any] = {
    "currency": "USD",
    "precision": 1.0,
    "rounding": "nearest",
    "quality": "ok",
    "quality_reason": "",
    "coverage": "goods",
    "note": "",
    "derived": "false",
}
_PUBLISHERS = {row.pop("key"): row for row in read_rows("publishers.csv")}
#: Publishers whose figures come from files of tables, each kept by itself (`catrade_fetch.kept`).
_APART = ("comtrade", "baci", "kgz", "wits_goods", "own_goods")
OF_FILES = [key for key in _PUBLISHERS if key not in _APART]


@dataclass(frozen=True)
class Rows:
    """Rows of one of the library's tables and the rows of `sources` they refer to."""

    rows: pd.DataFrame
    sources: pd.DataFrame


def sourced_rows(
    figures: pd.DataFrame | Sequence[Mapping[str, Any]],
    sources: Sequence[Mapping[str, Any]],
    columns: tuple[str, ...] = TRADE_COLUMNS,
) -> Rows:
    """Return figures as rows of `trade` (or of other columns) with their sources.

    Parameters
    ----------
    figures
        What the publisher says; columns of `trade` that it lacks get their usual value.
    sources
        Rows of `sources`, as `source_row` makes them.

    Examples
    --------
    >>> figure = {"reporter": "CHN", "partner": "KAZ", "period": "2024", "flow": "export"}
    >>> sourced_rows([{**figure, "value": 5e9, "source_id": "x"}], []).rows["currency"].tolist()
    ['USD']
    """
    frame = pd.DataFrame(figures)
    lacking = {name: usual for name, usual in _USUAL.items() if name not in frame}
    frame = frame.assign(**lacking).fillna(_USUAL)
    of = pd.DataFrame(sources, columns=SOURCE_COLUMNS).assign(read_in="publisher")
    return Rows(frame.reindex(columns=list(columns)), of)


def source_row(
    publisher: str, source_id: str, published: str = "", **particulars: object
) -> dict[str, str]:
    """Return a row of `sources`: a publisher's texts with what this file or answer says.

    Examples
    --------
    >>> source_row("imf", "imf-kaz-2024", what="KAZ, 2024", file="x.xlsx")["locator"]
    'file x.xlsx'
    """
    texts = {
        name: one_line(text.format(**particulars))
        for name, text in _PUBLISHERS[publisher].items()
    }
    return {"source_id": source_id, "published": published, **texts}


def directed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return flows with `exporter` and `importer` beside reporter, partner and flow.

    Examples
    --------
    >>> bought = {"reporter": "KAZ", "partner": "CHN", "flow": "import"}
    >>> directed(pd.DataFrame([bought]))[["exporter", "importer"]].to_numpy().tolist()
    [['CHN', 'KAZ']]
    """
    sold = frame["flow"] == "export"
    return frame.assign(
        exporter=frame["reporter"].where(sold, frame["partner"]),
        importer=frame["partner"].where(sold, frame["reporter"]),
    )


def joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return frames below each other; of empty ones, whose columns have no types, the first."""
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled or frames[:1], ignore_index=True)
