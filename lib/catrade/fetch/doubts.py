"""Fetched figures that contradict the bundled ones: marked, so that none takes over unseen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from catrade.fetch import door

_CELL = ["reporter", "partner", "period", "flow"]
#: Revisions, valuation and re-exports explain less than this factor within one country's books.
FACTOR = 2.0
#: How reasons begin that are the publisher's own.
PUBLISHERS_OWN = ("marked ", "not published by the country")
#: A dollar has cost 6 to 9 yuan since 1994: near enough to see a factor of two.
_A_DOLLAR = {"CNY": 7.0}


def marked(rows: pd.DataFrame, data_dir: Path) -> pd.DataFrame:
    """Mark fetched rows of `trade` doubtful that no bundled figure comes near.

    Parameters
    ----------
    rows
        Fetched rows in the columns of trade.csv.
    data_dir
        The data folder with the bundled trade.csv and composition_totals.csv.

    Returns
    -------
    DataFrame
        The same rows; `quality` is `doubtful` and `quality_reason` tells the bundled figure where
        the cell has bundled figures and the nearest is more than `FACTOR` times as large or small.
    """
    bundled = _bundled(data_dir)
    if rows.empty or bundled.empty:
        return rows
    pairs = rows.reset_index().merge(bundled, on=_CELL, suffixes=("", "_bundled"))
    pairs = pairs[pairs["quality"] == "ok"]
    both = pd.DataFrame(
        {"ours": _dollars(pairs, ""), "theirs": _dollars(pairs, "_bundled")}
    )
    pairs = pairs.assign(factor=(both.max(axis=1) / both.min(axis=1)).fillna(1.0))
    pairs = pairs.assign(more=both["ours"] > both["theirs"])
    nearest = (
        pairs.sort_values("factor", kind="stable")
        .drop_duplicates("index")
        .set_index("index")
    )
    far = nearest[nearest["factor"] > FACTOR]
    rows = rows.copy()
    rows.loc[far.index, "quality"] = "doubtful"
    rows.loc[far.index, "quality_reason"] = [
        f"more than {FACTOR:.0f} times {'above' if row['more'] else 'below'} the bundled figure,"
        f" {row['value_bundled']:,.0f} {row['currency_bundled']} ({row['source']})"
        for row in far.to_dict("records")
    ]
    return rows


def sentences(rows: pd.DataFrame) -> list[str]:
    """Return a sentence for each doubtful row but those that their publisher marks itself.

    Examples
    --------
    >>> row = {"reporter": "CHN", "partner": "KAZ", "period": "2023", "flow": "export",
    ...        "value": 1e7, "currency": "USD", "source_id": "x", "quality": "doubtful",
    ...        "quality_reason": "a digit is missing"}
    >>> sentences(pd.DataFrame([row]))
    ['CHN with KAZ, 2023, export: 10,000,000 USD (x) is doubtful: a digit is missing']
    """
    doubtful = rows[rows["quality"] == "doubtful"] if len(rows) else rows
    if len(doubtful):  # an IMF workbook has thousands of estimates
        doubtful = doubtful[~doubtful["quality_reason"].str.startswith(PUBLISHERS_OWN)]
    return [
        f"{row['reporter']} with {row['partner']}, {row['period']}, {row['flow']}:"
        f" {row['value']:,.0f} {row['currency']} ({row['source_id']}) is doubtful:"
        f" {row['quality_reason']}"
        for row in doubtful.to_dict("records")
    ]


def _dollars(pairs: pd.DataFrame, end: str) -> pd.Series:
    rate = (
        pairs[f"currency{end}"].map(_A_DOLLAR).astype(float).fillna(1.0)
    )  # none may match
    return pairs[f"value{end}"].astype(float) / rate


def _bundled(data_dir: Path) -> pd.DataFrame:
    """Return the bundled figures of good quality: cell, `value` and `source`."""
    parts = []
    trade, totals = data_dir / "trade.csv", data_dir / "composition_totals.csv"
    with door.reading(str(data_dir)):
        if trade.is_file():
            frame = pd.read_csv(trade, dtype=str, keep_default_na=False)
            parts.append(
                frame[frame["quality"] == "ok"].rename(columns={"source_id": "source"})
            )
        if totals.is_file():
            frame = pd.read_csv(totals, dtype=str, keep_default_na=False)
            sold = frame["exporter"] == frame["reporter"]
            parts.append(
                frame.assign(
                    partner=frame["importer"].where(sold, frame["exporter"]),
                    period=frame["year"],
                    flow=sold.map({True: "export", False: "import"}),
                    currency="USD",
                    value=frame["total_usd"],
                    source=frame["source_id"],
                )
            )
        columns = [*_CELL, "currency", "value", "source"]
        found = (
            pd.concat([part[columns] for part in parts]) if parts else pd.DataFrame()
        )
        return found.assign(value=found["value"].astype(float)) if len(found) else found
