"""What a buyer of an NEV in China gets: relief from purchase tax and purchase subsidy by range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from catrade.dates import Day, as_day

#: Electric ranges that stand for the bands of the purchase subsidy, in km.
EXAMPLE_RANGES = (160, 260, 320, 420)


def subsidy_by_range(
    subsidies: pd.DataFrame, ranges_km: Iterable[int] = EXAMPLE_RANGES
) -> pd.DataFrame:
    """Return what the purchase subsidy paid for cars of given electric ranges over time.

    Parameters
    ----------
    subsidies
        Rows of `load_subsidies()`.
    ranges_km
        Electric ranges of the example battery cars.

    Returns
    -------
    DataFrame
        example (`160 km` …, `plug-in hybrid`, or `highest amount` where the source names no
        range), and the row of the schedule that applied. A time for which no band was found has
        no row: what was paid then is not known.

    Examples
    --------
    >>> from catrade.load.nev import load_subsidies
    >>> paid = subsidy_by_range(load_subsidies(), [420])
    >>> paid.loc[paid["example"] == "420 km", "amount_cny"].tolist()[:4]
    [55000.0, 44000.0, 30800.0, 50000.0]
    """
    rows = subsidies[subsidies["scheme"].isin(("pilot_subsidy", "purchase_subsidy"))]
    battery = rows[rows["vehicle_type"] == "BEV"]
    banded = battery[battery["range_min_km"].notna() | (battery["range_band"] == "all")]
    unbanded = battery.drop(index=banded.index)
    parts = [unbanded[unbanded["bound"] == "maximum"].assign(example="highest amount")]
    for km in ranges_km:
        low, high = banded["range_min_km"].fillna(0), banded["range_max_km"].fillna(float("inf"))
        parts.append(banded[(low <= km) & (km < high)].assign(example=f"{km} km"))
    parts.append(rows[rows["vehicle_type"] == "PHEV"].assign(example="plug-in hybrid"))
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "example", frame.pop("example"))
    frame.attrs = dict(subsidies.attrs)
    return frame


@dataclass(frozen=True)
class TaxRelief:
    """Relief from purchase tax on one day.

    Attributes
    ----------
    rule
        `full_tax`, `exempt`, `exempt_to_cap`, `half_to_cap`, or `unknown` after the last rule.
    relief_share
        Part of the tax that is waived, None if unknown.
    cap_cny
        Most that is waived for one car in yuan, None if there is no cap.
    start, end
        First and last day of the rule, "" if open.
    event_id
        The event that brought it, "" if none.
    """

    rule: str
    relief_share: float | None
    cap_cny: float | None
    start: str
    end: str
    event_id: str


def tax_relief_on(schedule: pd.DataFrame, day: Day) -> TaxRelief:
    """Return the relief from vehicle purchase tax for an NEV bought on a day.

    Parameters
    ----------
    schedule
        Rows of `load_purchase_tax()`.
    day
        A date or `2026-03-01`.

    Examples
    --------
    >>> from catrade.load.nev import load_purchase_tax
    >>> relief = tax_relief_on(load_purchase_tax(), "2026-03-01")
    >>> relief.relief_share, relief.cap_cny
    (0.5, 15000.0)
    """
    on = as_day(day).isoformat()
    for row in schedule.to_dict("records"):
        if row["period_start"] <= on <= row["period_end"]:
            cap = None if pd.isna(row["cap_cny"]) else float(row["cap_cny"])
            share = float(row["relief_share"])
            ends = (row["period_start"], row["period_end"])
            return TaxRelief(str(row["rule"]), share, cap, *ends, str(row["event_id"]))
    before = on < schedule["period_start"].min()
    return TaxRelief("full_tax" if before else "unknown", 0.0 if before else None, None, "", "", "")
