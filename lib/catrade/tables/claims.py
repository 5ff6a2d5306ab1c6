"""Loader of the claims: what an announcement states."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from catrade.tables.paths import data_dir
from catrade.tables.select import refuse_unknown
from catrade.tables.trade import described, read_table
from pagemill.reads import note_reading

#: The article the project starts from.
ARTICLE = "dailymail-2026-01"


def load_claims(
    document: str | None = None, path: Path | str | None = None
) -> pd.DataFrame:
    """Return the claims of one announcement, or of all, one row a claim, in file order.

    Parameters
    ----------
    document
        Id of the announcement; None is all of the table.
    path
        A file of the same columns in place of `data/claims.csv`: its path, or its name in
        `data/claims/`.

    Returns
    -------
    DataFrame
        The columns of `claims.csv` (see the data dictionary); what a claim does not name is "" or
        NaN.

    Raises
    ------
    ParameterError
        If the table has no such document.
    DataError
        If a claim cannot be one: unknown kind, a column its kind needs is empty, a figure that
        cannot exist.

    Examples
    --------
    >>> load_claims("dailymail-2026-01").set_index("claim_id").loc["total-2025", "value"].item()
    106300000000.0
    """
    file = own_file(path) if path else None
    frame = read_table("claims", file=file)
    if document is not None:
        refuse_unknown("document", document, documents(frame))
        frame = frame[frame["document"] == document].reset_index(drop=True)
    return described(frame, "claims", None, "source_id")


def own_file(name: Path | str) -> Path:
    """Return a file of claims by its path, or by its name in the folder `data/claims/`.

    A report names the second: it goes where the tables go, and the report shows its fingerprint.
    """
    kept = data_dir() / "claims" / f"{Path(name).stem}.csv"
    if Path(name).parent != Path() or not kept.is_file():
        return Path(name)
    note_reading(f"claims/{kept.stem}")
    return kept


def documents(claims: pd.DataFrame) -> list[str]:
    """Return the ids of the announcements in a table of claims, in file order."""
    return list(dict.fromkeys(claims["document"].astype(str)))
