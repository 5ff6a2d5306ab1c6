"""Loader of the claims: what an announcement states."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from catrade.tables.definitions import meanings
from catrade.tables.paths import data_dir
from catrade.tables.select import refuse_unknown
from catrade.tables.trade import described, read_table, refuse
from pagemill.reads import note_reading
from rounding.errors import choice_error

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
    name = "claims.csv" if file is None else file.name
    refuse([f"{name}, {fault}" for fault in claim_faults(frame)])
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


def claim_faults(claims: pd.DataFrame) -> list[str]:
    """Return what is wrong between the columns of the claims table, one sentence a fault.

    Parameters
    ----------
    claims
        The table as read, in file order (row 2 is the first claim).
    """
    return [
        f"row {row}, column {column}: {message} ({claim['claim_id']})"
        for row, claim in enumerate(claims.to_dict("records"), start=2)
        for column, message in claim_problems(claim)
    ]


def claim_problems(claim: dict[Any, Any]) -> list[tuple[str, str]]:
    """Return (column, what is wrong) of one claim; an empty list is good.

    Examples
    --------
    >>> claim_problems({"kind": "event_weekday", "event_id": "2026-x", "terms": ""})
    [('terms', 'must not be empty for a claim of kind event_weekday')]
    """
    kind, kinds = claim["kind"], meanings("claim_kinds")
    if kind not in kinds:
        return [("kind", str(choice_error("kind", kind, kinds)))]
    problems = [
        (column, f"must not be empty for a claim of kind {kind}")
        for column in kinds[kind]
        if _is_empty(claim.get(column))
    ]
    value, unit = claim.get("value"), claim.get("unit")
    rounding = str(claim.get("rounding") or "")
    if _is_empty(value):
        return problems
    assert value is not None
    if _is_empty(claim.get("precision")) and rounding not in {"above", "below"}:
        problems.append(("precision", "must say how the asserted figure was rounded"))
    if not rounding:
        problems.append(("rounding", "must say how the asserted figure was rounded"))
    if unit in {"USD", "count", "days"} and float(value) < 0:
        problems.append(
            ("value", f"must be zero or more in {unit}; got {float(value):.15g}")
        )
    if unit == "fraction" and float(value) <= -1:
        message = f"must be above -1, since nothing falls by more than all of it; got {value:.15g}"
        problems.append(("value", message))
    return problems


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value != value
