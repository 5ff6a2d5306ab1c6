"""Trade by heading of the Harmonized System (four digits), and the goods that are watched."""

from __future__ import annotations

import pandas as pd

from catrade.tables.select import Codes, Time, select
from catrade.tables.trade import read_fetched, read_table

_HALF_DOLLAR = 0.5


def load_headings(
    exporter: Codes = None,
    importer: Codes = None,
    start: Time = None,
    end: Time = None,
) -> pd.DataFrame:
    """Return trade by heading: a row a heading and period.

    Parameters
    ----------
    exporter, importer
        A code or several.
    start, end
        First and last year or period, both included.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, period, year, heading, goods (its short name),
        value_bn, low_bn, high_bn, pieces (NaN where none are counted), coverage, watched (how many
        codes of the common high priority list the heading holds), sources. What is `partial` is
        some headings of a flow, never a whole.

    Examples
    --------
    >>> cars = load_headings("CHN", "KGZ", 2025, 2025).query("heading == '8703'")
    >>> cars[["goods", "pieces", "coverage"]].values.tolist()
    [['Passenger cars', 49497.0, 'partial']]
    """
    frame = _every()
    frame = select(
        frame,
        start,
        end,
        exporter=(exporter, set(frame["exporter"])),
        importer=(importer, set(frame["importer"])),
    )
    names = read_table("hs_headings").set_index("heading")["short_name"]
    watched = read_table("watched_goods")["code"].str[:4].value_counts()
    value = frame["value_usd"]
    return pd.DataFrame(
        {
            **frame[["exporter", "importer", "reporter", "period", "year", "heading"]],
            "goods": frame["heading"].map(names),
            "value_bn": value / 1e9,
            "low_bn": (value - _HALF_DOLLAR).clip(lower=0) / 1e9,
            "high_bn": (value + _HALF_DOLLAR) / 1e9,
            "pieces": frame["pieces"],
            "coverage": frame["coverage"],
            "watched": frame["heading"].map(watched).fillna(0).astype(int),
            "sources": frame["sources"],
        }
    ).reset_index(drop=True)


def _every() -> pd.DataFrame:
    """Return the bundled rows, and in the place of a flow and period what was fetched of it."""
    frame, more = (
        read_table("composition_headings"),
        read_fetched("composition_headings"),
    )
    flow = ["exporter", "importer", "reporter", "period"]
    there = pd.MultiIndex.from_frame(more[flow])
    is_fetched = pd.MultiIndex.from_frame(frame[flow]).isin(there)
    return pd.concat([frame[~is_fetched], more], ignore_index=True)
