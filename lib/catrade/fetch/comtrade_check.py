"""What an answer of UN Comtrade must be before it is kept."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.errors import FetchError
from catrade.fetch.codes import comtrade_code, country_of
from catrade.fetch.comtrade_plan import FLOW_CODES, Cell, Request

#: Columns of the stored Parquet files.
COLUMNS = (
    "reporter", "partner", "period", "flow", "code", "level", "classification", "value_usd",
    "net_weight_kg", "reported",
)  # fmt: skip
_NEEDED = (
    "period", "reporterCode", "partnerCode", "partner2Code", "flowCode", "classificationCode",
    "cmdCode", "customsCode", "motCode", "primaryValue",
)  # fmt: skip
#: The codes that mean "all of them": any other value is a breakdown and would count twice.
_TOTALS = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
#: Detail may exceed the total by rounding only.
_TOLERANCE = 1.005


def check(rows: list[dict[str, Any]], request: Request) -> pd.DataFrame:
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
        One row a (reporter, partner, period, flow, code): `value_usd` in US dollars,
        `net_weight_kg` in kilograms, `classification` the HS edition (`H6` is HS 2022), `level`
        the digits of the code (0 for the total).

    Raises
    ------
    FetchError
        If a column is missing, a row is a breakdown by second partner, transport or customs
        procedure, was not asked for, has no value, stands twice, mixes product levels, or if the
        products add up to more than the total.
    """
    if not rows:
        return pd.DataFrame(columns=list(COLUMNS))
    raw = pd.DataFrame(rows)
    where = f"the answer for {request.describe()}"
    for column in _NEEDED:
        if column not in raw.columns:
            message = f"{where} has no column {column!r}: the API has changed; nothing was kept"
            raise FetchError(message)
    for column, total in _TOTALS.items():
        _only(raw, column, {total}, where, "a breakdown that would count twice")
    _only(raw, "reporterCode", {str(comtrade_code(request.reporter))}, where, "another reporter")
    partners = {str(comtrade_code(partner)) for partner in request.partners}
    _only(raw, "partnerCode", partners, where, "a partner not asked for")
    _only(raw, "period", set(request.periods), where, "a period not asked for")
    _only(raw, "flowCode", {FLOW_CODES[f] for f in request.flows}, where, "a flow not asked for")
    codes = raw["cmdCode"].astype(str)
    digits = codes.str.len().where(codes != "TOTAL", 0)
    _refuse(
        ~digits.isin([0, request.level]),
        codes,
        where,
        "cmdCode",
        "a product level not asked for (totals and details must not mix)",
    )
    if request.codes:
        _refuse(~codes.isin(request.codes), codes, where, "cmdCode", "a product not asked for")
    values = pd.to_numeric(raw["primaryValue"], errors="coerce")
    _refuse(values.isna() | (values < 0), raw["primaryValue"], where, "primaryValue", "not a value")
    flows = {letter: flow for flow, letter in FLOW_CODES.items()}
    frame = pd.DataFrame(
        {
            "reporter": request.reporter,
            "partner": raw["partnerCode"].astype(int).map(country_of),
            "period": raw["period"].astype(str),
            "flow": raw["flowCode"].map(flows),
            "code": codes,
            "level": digits.astype("int64"),
            "classification": raw["classificationCode"].astype(str),
            "value_usd": values.astype(float),
            "net_weight_kg": _optional(raw, "netWgt", float),
            "reported": _optional(raw, "isReported", bool),
        }
    )
    key = ["partner", "period", "flow", "code"]
    twice = frame.duplicated(key)
    if twice.any():
        row = frame.loc[twice].iloc[0]
        message = (
            f"{where} has {row['flow']} {row['code']} with {row['partner']} in {row['period']}"
            " twice; nothing was kept"
        )
        raise FetchError(message)
    editions = frame.groupby("period")["classification"].nunique()
    if (editions > 1).any():
        period = editions.index[editions > 1][0]
        message = f"{where} mixes HS editions in {period}; nothing was kept"
        raise FetchError(message)
    shares = detail_share(frame)
    cell = max(shares, key=lambda one: shares[one], default=None)
    if cell and shares[cell] > _TOLERANCE:
        message = (
            f"{where} has products worth more than the total ({' '.join(cell)}):"
            " something is counted twice; nothing was kept"
        )
        raise FetchError(message)
    return frame.sort_values(["period", "partner", "flow", "level", "code"], ignore_index=True)


def detail_share(frame: pd.DataFrame) -> dict[Cell, float]:
    """Return the products' sum over the printed total, by (period, partner, flow).

    Below 1 where the reporter keeps goods confidential or codes them nowhere.
    """
    key = ["partner", "period", "flow"]
    total = frame[frame["level"] == 0].groupby(key)["value_usd"].sum()
    detail = frame[frame["level"] > 0].groupby(key)["value_usd"].sum()
    share = (detail / total[total > 0]).dropna()
    return {
        (str(cell[1]), str(cell[0]), str(cell[2])): float(value)
        for cell, value in zip(share.index.to_list(), share.to_list(), strict=True)
    }


def _only(frame: pd.DataFrame, column: str, allowed: set[str], where: str, what: str) -> None:
    text = frame[column].astype(str)
    _refuse(~text.isin(allowed), text, where, column, what)


def _refuse(bad: pd.Series, values: pd.Series, where: str, column: str, what: str) -> None:
    if bad.any():
        row = int(bad.to_numpy().argmax())
        message = (
            f"{where} has {what}: {column} {str(values.iloc[row])!r} in record {row + 1}"
            f" of {len(bad)}; nothing was kept"
        )
        raise FetchError(message)


def _optional(frame: pd.DataFrame, column: str, kind: type) -> pd.Series:
    if column not in frame.columns:
        return pd.Series(kind(), index=frame.index)
    filled = pd.to_numeric(frame[column], errors="coerce").fillna(0)
    return filled.astype(kind)
