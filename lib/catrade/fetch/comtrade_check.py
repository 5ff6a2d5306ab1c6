"""What an answer of UN Comtrade must be before it is kept."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.fetch import door
from catrade.fetch.codes import comtrade_code, country_of
from catrade.fetch.comtrade_plan import FLOW_CODES, TOTALS, Cell, Request
from catrade.tables.definitions import shown

#: Columns of the stored Parquet files.
COLUMNS = "partner period flow code classification value_usd net_weight_kg"
_NEEDED = (
    "period reporterCode partnerCode partner2Code flowCode classificationCode cmdCode customsCode"
    " motCode primaryValue"
)
#: Dollars beyond which a figure is none: the world trades 3e13 in a year.
_MOST_USD = 1e14
#: Kilograms beyond which a weight is none: the world moves 1e13 by sea in a year.
_MOST_KG = 1e14
#: What UN Comtrade calls an edition of the Harmonized System; it becomes part of a path.
EDITION = r"H[0-9S]"


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
    asked = _asked(request)
    records = []
    for place, row in enumerate(rows, 1):
        for name in sorted({*_NEEDED.split()} - {*row}):
            why = f"has no column {name!r}: the API has changed; nothing was kept"
            raise door.fault(where, why)
        for column, (those, what) in asked.items():
            value = str(row[column])
            if those and value not in those:
                odd = (
                    f"{what}: {column} {shown(value)} in record {place} of {len(rows)}"
                )
                raise door.fault(where, f"has {odd}; nothing was kept")
        records.append(_record(row, request.level, where, f"in record {place}"))
    frame = pd.DataFrame(records, columns=COLUMNS.split())
    door.unique(frame, ["partner", "period", "flow", "code"], where)
    editions = frame.groupby("period")["classification"].nunique()
    if (editions > 1).any():
        mixed = f"mixes HS editions in {editions.idxmax()}"
        raise door.fault(where, f"{mixed}; nothing was kept")
    return frame.sort_values(["period", "partner", "flow", "code"], ignore_index=True)


def _asked(request: Request) -> dict[str, tuple[set[str], str]]:
    """Return the values that columns may have (any, if none is named), and what others are."""
    part = "a breakdown that would count twice"
    found = {name: ({total}, part) for name, total in TOTALS.items()}
    reporter = str(comtrade_code(request.reporter))
    partners = {str(comtrade_code(partner)) for partner in request.partners}
    flows = {FLOW_CODES[flow] for flow in request.flows}
    return {
        **found,
        "reporterCode": ({reporter}, "another reporter"),
        "period": ({*request.periods}, "a period not asked for"),
        "flowCode": (flows, "a flow not asked for"),
        "partnerCode": (partners, "a partner not asked for"),
        "cmdCode": ({*request.codes}, "a product not asked for"),
    }


def _record(row: dict[str, Any], level: int, where: str, at: str) -> tuple[Any, ...]:
    """Return a record in the order of `COLUMNS`."""

    def name(column: str, pattern: str) -> str:
        return door.name(row[column], f"{where}: {column} {at}", pattern)

    def number(column: str, most: float) -> float:
        return door.number(row[column], f"{where}: {column} {at}", most=most)

    row = {**row, "partnerCode": str(row["partnerCode"])}
    partner = name("partnerCode", "[0-9]{1,4}")
    code = name("cmdCode", rf"[0-9A-Z]{{{level}}}" if level else "TOTAL")
    edition = name("classificationCode", EDITION)
    value = number("primaryValue", _MOST_USD)
    # Goods of some value weigh something: a nought is how "not known" is written, too.
    kilos = float("nan")
    if row.get("netWgt") is not None:
        kilos = number("netWgt", _MOST_KG) or kilos
    flow = "export" if row["flowCode"] == FLOW_CODES["export"] else "import"
    return (
        country_of(int(partner)) or partner,
        str(row["period"]),
        flow,
        code,
        edition,
        value,
        kilos,
    )


def complete_partners(rows: list[dict[str, Any]], request: Request) -> pd.DataFrame:
    """Return the totals with all partners, if they add up to the reporter's trade with the world.

    Returns
    -------
    DataFrame
        As `checked`. Empty if the list may lack a partner: then nothing follows from an absence.
    """
    frame = checked(rows, request)
    is_world = frame["partner"] == "WLD"
    world = frame.loc[is_world, "value_usd"]
    others = frame.loc[~is_world, "value_usd"]
    gap = abs(world.sum() - others.sum())
    # Each figure is rounded to a dollar at most.
    if world.empty or others.empty or gap > len(others):
        return frame.iloc[:0]
    return frame


def sums(frame: pd.DataFrame) -> dict[Cell, float]:
    """Return the sum of a frame's values by (period, partner, flow)."""
    cells = frame.groupby(["period", "partner", "flow"])
    found: dict[Any, float] = cells["value_usd"].sum().to_dict()
    return found
