"""What a sentence may say of a figure, as columns: a record, a lead, an end, a burst, its age.

A notebook that looks at the rows it has loaded cannot tell a record: `start` has cut them, and a
pivot drops what rounding leaves open. So each of these is worked out here, of the whole table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from catrade_build.columns import KEY, SERIES
from catrade_build.frames import month_of
from catrade_build.tables.names import GROUPS

#: A record is one over at least so many earlier years of one statistic, none of them missing.
YEARS = 5
#: A flow of which less than this part is left since a year before has all but ended.
LEFT = 0.1
#: A run of months is a burst that holds this part of all, in at most half of at least so many.
MOSTLY, MONTHS = 0.9, 24
#: A figure is recent that is at most so many years behind the newest of the whole table.
BEHIND = 2
#: The two partners of whom each country's table says which is ahead.
RIVALS = ("CHN", "RUS")
_SIDES = ("partner", "reporter")
_WITHOUT = ["ended", "without_ended", "without_ended_low", "without_ended_high"]
_BURST = ["burst_first", "burst_last", "burst_months", "burst_of", "burst_part"]


def with_rules(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what a sentence may say of each figure.

    Parameters
    ----------
    rows
        The key, value with ends, base with ends, quality, coverage, begins, share with ends.

    Returns
    -------
    rows with year, leader, record_since, has_ended, ended and without_ended with ends, the columns
    of a burst, and is_recent; see `defined/figures.yaml`.
    """
    rows = rows.assign(
        at=rows["period"].map(month_of),
        year=rows["period"].str[:4].astype(int),
        begins=rows["begins"].eq(True),
    )
    rows = rows.sort_values([*SERIES, "at"], ignore_index=True)
    rows["leader"] = leaders(rows)
    rows["record_since"] = records(rows)
    rows["has_ended"] = ended(rows)
    rows = rows.join(without_ended(rows))
    rows = rows.join(bursts(rows))
    rows["is_recent"] = rows["year"] >= rows["year"].max() - BEHIND
    return rows.drop(columns="at")


def leaders(rows: pd.DataFrame) -> pd.Series:
    """Say at a reporter's figure with one of two rivals whether it is ahead of the other.

    `yes` and `no` where rounding leaves it open by no means, else `equal`; "" without both. Values
    are compared where both count the same, else shares, whose parts and wholes count the same.
    """
    is_usable = rows["quality"].eq("ok") & rows["flow"].ne("balance")
    of_rivals = rows[is_usable & rows["partner"].isin(RIVALS)].reset_index(names="row")
    cell = [name for name in KEY if name != "partner"]
    said = pd.Series("", rows.index)
    # By shares first, so that a comparison of values, where there is one, stands over it.
    for same, low, high in (
        (cell, "share_low", "share_high"),
        ([*cell, "coverage"], "low", "high"),
    ):
        known = of_rivals.dropna(subset=[low, high])
        other = known[[*same, "partner", low, high]]
        both = known.merge(other, on=same, suffixes=("", "_other"))
        both = both[both["partner"] != both["partner_other"]]
        is_ahead = both[low] > both[f"{high}_other"]
        is_behind = both[high] < both[f"{low}_other"]
        words = np.select([is_ahead, is_behind], ["yes", "no"], "equal")
        said[both["row"].to_numpy()] = words
    return said


def records(rows: pd.DataFrame) -> pd.Series:
    """Return, of a figure above all before it, the first year of those it was held against.

    They are figures of the same part of the year, of one statistic, year by year without a gap, at
    least five, and rounding leaves it open of none. NaN of any other figure.
    """
    part = rows["at"] % 12
    series = [*(rows[name] for name in SERIES), part]
    is_next = rows["year"].groupby(series).diff() == 1
    run = (~is_next | rows["begins"]).groupby(series).cumsum()
    runs = rows.groupby([*series, run])
    highest_before = runs["high"].cummax().groupby([*series, run]).shift()
    is_record = rows["quality"].eq("ok") & rows["flow"].ne("balance")
    is_record &= rows["low"] > highest_before
    is_record &= runs.cumcount() >= YEARS
    return runs["year"].transform("min").where(is_record)


def ended(rows: pd.DataFrame) -> pd.Series:
    """Say of each figure whether less than a tenth of that of a year before is left.

    Of months two in a row must be so: a single one may be a ship that came late. Over another
    statistic nothing is said.
    """
    place = [*SERIES, "at"]
    held = rows.set_index(place)["value"]
    year_before = rows[place].assign(at=rows["at"] - 12)
    before = held.reindex(pd.MultiIndex.from_frame(year_before)).to_numpy()
    base = rows["base"].fillna(pd.Series(before, rows.index))
    is_left = (rows["value"] < LEFT * base) & ~rows["begins"]
    is_left &= rows["flow"].ne("balance")
    month_before = rows["at"].groupby([rows[name] for name in SERIES]).diff() == 1
    was_left = is_left.groupby([rows[name] for name in SERIES]).shift(fill_value=False)
    twice = is_left & was_left & month_before
    return is_left.where(rows["freq"] != "month", twice)


def without_ended(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what growth would be without the flows that have ended, and which these are.

    A total's parts are its two flows; a group's are its members' flows. Only flows with a base
    count, and only figures of which at least one part has ended have one.
    """
    gone = rows[rows["has_ended"] & rows["flow"].isin(["export", "import"])]
    gone = gone.dropna(subset="base")
    parts = [gone.assign(whole="total", name=gone["flow"])]
    for side in _SIDES:
        for group, members in GROUPS.items():
            of_group = gone[gone[side].isin(members)]
            of_group = of_group.assign(name=of_group[side] + ":" + of_group["flow"])
            of_group = of_group.assign(**{side: group})
            parts.append(of_group.assign(whole="total"))
            parts.append(of_group.assign(whole=of_group["flow"]))
    every = pd.concat(parts).drop(columns="flow").rename(columns={"whole": "flow"})
    # A group's own flow that has ended stands there by its members, or by itself.
    every = every.drop_duplicates([*KEY, "name"])

    amounts = ["value", "low", "high", "base", "base_low", "base_high"]
    by_cell = every.groupby(KEY)
    sums = by_cell[amounts].sum().add_suffix("_gone")
    sums["ended"] = by_cell["name"].agg(";".join)
    both = rows[[*KEY, *amounts]].join(sums, on=KEY)
    base = both["base"] - both["base_gone"]
    base_low = both["base_low"] - both["base_high_gone"]
    base_high = both["base_high"] - both["base_low_gone"]
    is_known = base_low > 0
    growth = (both["value"] - both["value_gone"]) / base - 1
    least = (both["low"] - both["high_gone"]) / base_high - 1
    most = (both["high"] - both["low_gone"]) / base_low - 1
    columns = [both["ended"], growth, least, most]
    told = [column.where(is_known) for column in columns]
    without = pd.concat(told, axis=1, keys=_WITHOUT)
    return without.fillna({"ended": ""})


def bursts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the shortest run of months that holds nine tenths of a flow, at its newest month.

    The months are those without a gap up to the newest; where fewer than 24 are held, or the run is
    more than half of them, there is no burst.
    """
    flows = rows[rows["freq"].eq("month") & rows["flow"].isin(["export", "import"])]
    found = {}
    for _, months in flows.groupby(SERIES):
        gap = months["at"].diff().ne(1)
        unbroken = months[gap.cumsum() == gap.sum()]
        if len(unbroken) < MONTHS:
            continue
        first, length = _shortest(unbroken["value"].to_numpy())
        if length > len(unbroken) / 2:
            continue
        run = unbroken.iloc[first : first + length]
        part = run["value"].sum() / unbroken["value"].sum()
        ends = run["period"].iloc[0], run["period"].iloc[-1]
        found[months.index[-1]] = (*ends, length, len(unbroken), part)
    frame = pd.DataFrame.from_dict(found, orient="index", columns=_BURST)
    frame = frame.reindex(rows.index)
    return frame.fillna({"burst_first": "", "burst_last": ""})


def _shortest(values: np.ndarray[Any, Any]) -> tuple[int, int]:
    """Return the place and the length of the shortest run that holds nine tenths of the sum.

    Examples
    --------
    Of 97 the 40, 0 and 50 are 93 per cent:

    >>> _shortest(np.array([1, 40, 0, 50, 4, 1, 1]))
    (1, 3)
    """
    until = np.concatenate([[0.0], values.cumsum()])
    for length in range(1, len(values)):
        sums = until[length:] - until[:-length]
        if sums.max() >= MOSTLY * until[-1]:
            return int(sums.argmax()), length
    return 0, len(values)
