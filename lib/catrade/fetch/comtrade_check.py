"""What an answer of UN Comtrade must be before it is kept."""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from catrade.celltext import shown
from catrade.fetch import door
from catrade.fetch.codes import comtrade_code, country_of
from catrade.fetch.comtrade_plan import FLOW_CODES, TOTALS, Cell, Request

#: Columns of the stored Parquet files.
COLUMNS = (
    "partner",
    "period",
    "flow",
    "code",
    "classification",
    "value_usd",
    "net_weight_kg",
)
_NEEDED = (
    *(
        "period",
        "reporterCode",
        "partnerCode",
        "partner2Code",
        "flowCode",
        "classificationCode",
    ),
    *("cmdCode", "customsCode", "motCode", "primaryValue"),
)
#: Dollars beyond which a figure is none: the world trades 3e13 in a year.
_MOST_USD = 1e14
#: Kilograms beyond which a weight is none: the world moves 1e13 by sea in a year.
_MOST_KG = 1e14
#: What UN Comtrade calls an edition of the Harmonized System; it becomes part of a path.
EDITION = r"H[0-9S]"
#: Products may exceed the total by rounding only.
TOO_MUCH = 1.005


def checked(rows: list[dict[str, Any]], request: Request) -> pd.DataFrame:
    """Return an answer as a tidy frame, or refuse it.

    Parameters
    ----------
    rows
        Records of the answer.
    request
        What was asked.

    Returns
    -------
    DataFrame
        One row a (partner, period, flow, code): `value_usd` in US dollars, `net_weight_kg` in
        kilograms (NaN where it is not known), `classification` the HS edition (`H6` is HS 2022).

    Raises
    ------
    FetchError
        If a column is missing, a row is a breakdown by second partner, transport or customs
        procedure, was not asked for, has no value, stands twice, or mixes HS editions.
    """
    where = f"the answer for {request.describe()}"
    if lacking := [name for name in _NEEDED if any(name not in row for row in rows)]:
        raise door.fault(
            where,
            f"has no column {lacking[0]!r}: the API has changed; nothing was kept",
        )
    letters = {letter: flow for flow, letter in FLOW_CODES.items()}
    numbers = {str(comtrade_code(partner)) for partner in request.partners}
    part = "a breakdown that would count twice"
    allowed = {
        **{name: ({total}, part) for name, total in TOTALS.items()},
        "reporterCode": ({str(comtrade_code(request.reporter))}, "another reporter"),
        "period": ({*request.periods}, "a period not asked for"),
        "flowCode": (
            {FLOW_CODES[flow] for flow in request.flows},
            "a flow not asked for",
        ),
        "partnerCode": (numbers, "a partner not asked for"),
        "cmdCode": ({*request.codes}, "a product not asked for"),
    }
    pattern = rf"[0-9A-Z]{{{request.level}}}" if request.level else "TOTAL"
    records = []
    for place, row in enumerate(rows, 1):
        for column, (those, what) in allowed.items():
            if those and str(row[column]) not in those:
                odd = f"{what}: {column} {shown(str(row[column]))}"
                raise door.fault(
                    where,
                    f"has {odd} in record {place} of {len(rows)}; nothing was kept",
                )
        at = f"in record {place}"
        partner = door.name(
            str(row["partnerCode"]), f"{where}: partnerCode {at}", "[0-9]{1,4}"
        )
        code = door.name(row["cmdCode"], f"{where}: cmdCode {at}", pattern)
        edition = door.name(
            row["classificationCode"], f"{where}: classificationCode {at}", EDITION
        )
        value = door.number(
            row["primaryValue"], f"{where}: primaryValue {at}", most=_MOST_USD
        )
        given = row.get("netWgt")
        kilos = (
            0.0
            if given is None
            else door.number(given, f"{where}: netWgt {at}", most=_MOST_KG)
        )
        cell = (
            country_of(int(partner)) or partner,
            str(row["period"]),
            letters[row["flowCode"]],
        )
        # Goods of some value weigh something: a nought is how "not known" is written, too.
        records.append(
            (*cell, code, edition, value, kilos if kilos > 0 else float("nan"))
        )
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    door.unique(frame, ["partner", "period", "flow", "code"], where)
    editions = frame.groupby("period")["classification"].nunique()
    if (editions > 1).any():
        raise door.fault(
            where, f"mixes HS editions in {editions.idxmax()}; nothing was kept"
        )
    return frame.sort_values(["period", "partner", "flow", "code"], ignore_index=True)


def complete_partners(rows: list[dict[str, Any]], request: Request) -> pd.DataFrame:
    """Return the totals with all partners, if they add up to the reporter's trade with the world.

    Returns
    -------
    DataFrame
        As `checked`. Empty if the list may lack a partner: then nothing follows from an absence.
    """
    frame = checked(rows, request)
    world = frame.loc[frame["partner"] == "WLD", "value_usd"]
    others = frame[frame["partner"] != "WLD"]
    # Each figure is rounded to a dollar at most.
    gap = (
        abs(world.sum() - others["value_usd"].sum())
        if len(world) and len(others)
        else None
    )
    return frame if gap is not None and gap <= len(others) else frame.iloc[:0]


def sums(frame: pd.DataFrame) -> dict[Cell, float]:
    """Return the sum of a frame's values by (period, partner, flow)."""
    found = frame.groupby(["period", "partner", "flow"])["value_usd"].sum()
    return cast("dict[Cell, float]", found.to_dict())
