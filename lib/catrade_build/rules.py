"""What a sentence may say of a figure, as columns: record, lead, end, burst, jump, age.

A notebook that looks at the rows it has loaded cannot tell a record: `start` has cut them, and a
pivot drops what rounding leaves open. So each of these is worked out here, of the whole table.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from catrade_build.columns import KEY, SERIES
from catrade_build.frames import month_of, on_base
from catrade_build.tables.names import GROUPS

#: A record is one over at least so many earlier years of one statistic, none of them missing.
YEARS = 5
#: A flow of which less than this part is left since a year before has all but ended.
LEFT = 0.1
#: A run of months is a burst that holds this part of all, in at most half of at least so many.
MOSTLY, MONTHS = 0.9, 24
#: A jump holds at least this part of the change, in at most that part of at least so many months.
HALF, FEW, SEVERAL = 0.5, 0.4, 5
#: A figure is recent that is at most so many years behind the newest of the whole table.
BEHIND = 2
#: The two partners of whom each country's table says which is ahead.
RIVALS = ("CHN", "RUS")
_SIDES = ("partner", "reporter")
_WITHOUT = ["without_ended", "without_ended_low", "without_ended_high"]
#: What is taken off a figure and its base where a part of them has ended: of each end the other.
_FURTHEST = {
    "value": "value",
    "low": "high",
    "high": "low",
    "base": "base",
    "base_low": "base_high",
    "base_high": "base_low",
}
_BURST = ["burst_first", "burst_last", "burst_months", "burst_of", "burst_part"]
_JUMP = ["jump_first", "jump_last", "jump_part"]


def with_rules(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what a sentence may say of each figure.

    Parameters
    ----------
    rows
        The key, value, base, growth and share with ends, quality, coverage, begins.

    Returns
    -------
    rows with year, leader, record_since, has_ended, ended and without_ended with ends, the columns
    of a burst and of a jump, and is_recent; see `defined/figures.yaml`.
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
    rows = rows.join(jumps(rows))
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

    by_cell = every.groupby(KEY)
    sums = by_cell[[*_FURTHEST]].sum().add_suffix("_gone")
    sums["ended"] = by_cell["name"].agg(";".join)
    gone = rows[KEY].join(sums, on=KEY)
    left = {
        name: rows[name] - gone[f"{other}_gone"] for name, other in _FURTHEST.items()
    }
    growth = pd.DataFrame(on_base(pd.DataFrame(left)))
    growth.columns = pd.Index(_WITHOUT)
    ended = gone["ended"].where(left["base_low"] > 0, "")
    return growth.assign(ended=ended)


def bursts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the shortest run of months that holds nine tenths of a flow, at its newest month.

    The months are those without a gap up to the newest; where fewer than 24 are held, or the run is
    more than half of them, there is no burst.
    """
    flows = rows[rows["freq"].eq("month") & rows["flow"].isin(["export", "import"])]
    series = [flows[name] for name in SERIES]
    gaps = flows["at"].groupby(series).diff().ne(1).groupby(series)
    flows = flows[gaps.cumsum() == gaps.transform("sum")]
    flows = flows[flows.groupby(SERIES)["at"].transform("size") >= MONTHS]
    found = {}
    for _, unbroken in flows.groupby(SERIES):
        first, length = _shortest(unbroken["value"].to_numpy())
        if length > len(unbroken) / 2:
            continue
        run = unbroken.iloc[first : first + length]
        part = run["value"].sum() / unbroken["value"].sum()
        ends = run["period"].iloc[0], run["period"].iloc[-1]
        found[unbroken.index[-1]] = (*ends, length, len(unbroken), part)
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


def jumps(rows: pd.DataFrame) -> pd.DataFrame:
    """Return, at sums of a year to date, the run of months in which most of their change came.

    A sum to date says how far it moved since a year before; the months between two sums say how far
    that moved on. They are taken from the sums, whose base is the one that the growth is measured
    on, and not from months as they were first published.

    The shortest run counts that holds half of the change and no more than all of it, so that the
    other months did not move back. Nothing is said of fewer than five months, of a run of more
    than two fifths of them, or of a change that rounding leaves open.
    """
    sums = rows[rows["freq"].eq("ytd") & rows["flow"].ne("balance")]
    sums = sums.assign(
        month=sums["at"] - 12 * sums["year"],
        move=sums["value"] - sums["base"],
        is_sure=(sums["growth_low"] > 0) | (sums["growth_high"] < 0),
    )
    sums = sums.dropna(subset="move")
    # In order of series and time, as plain values: a frame a year would take ten times as long.
    names = [*SERIES, "year"]
    plain = sums[[*names, "month", "move", "is_sure"]].astype(object)
    years = groupby(plain.itertuples(name=None), lambda row: row[1 : 1 + len(names)])
    found = {}
    for (*_, year), of_year in years:
        moves: dict[int, float] = {}
        for place, *_, month, move, is_sure in of_year:
            moves[month] = move
            if is_sure and (run := jump(moves)):
                first, last, part = run
                found[place] = f"{year}-{first:02}", f"{year}-{last:02}", part
    frame = pd.DataFrame.from_dict(found, orient="index", columns=_JUMP)
    frame = frame.reindex(rows.index)
    return frame.fillna({"jump_first": "", "jump_last": ""})


def jump(moves: Mapping[int, float]) -> tuple[int, int, float] | None:
    """Return the first and last month of the run that holds most of a change, and its part.

    Parameters
    ----------
    moves
        How far the sum to each month moved since a year before, by month.

    Examples
    --------
    Of 30 until July 21 came in January and February:

    >>> jump({2: 21.0, 3: 25.0, 4: 25.5, 5: 26.0, 6: 28.0, 7: 30.0})
    (1, 2, 0.7)

    Nothing where the other months moved back:

    >>> jump({2: 40.0, 3: 38.0, 4: 36.0, 5: 34.0, 6: 30.0})
    """
    ends = [0, *moves]
    until = [0.0, *moves.values()]
    last_month, whole = ends[-1], until[-1]
    if last_month < SEVERAL or not whole:
        return None
    runs = [
        (ends[stop] - ends[start], -(until[stop] - until[start]) / whole, start, stop)
        for start in range(len(ends))
        for stop in range(start + 1, len(ends))
    ]
    held = [run for run in runs if HALF <= -run[1] <= 1 and run[0] <= FEW * last_month]
    if not held:
        return None
    _, part, start, stop = min(held)
    return ends[start] + 1, ends[stop], -part
