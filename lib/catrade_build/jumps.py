"""In which months of a year to date most of its change came, as columns.

A sum to date says how far it moved since a year before; the months between two sums say how far
that moved on. They are taken from the sums, whose base is the one that the growth is measured on,
and not from months as they were first published.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from catrade_build.columns import SERIES
from rounding.dates import parse_period

#: A jump holds at least this part of the change, in at most that part of at least so many months.
HALF, FEW, MONTHS = 0.5, 0.4, 5
_JUMP = ["jump_first", "jump_last", "jump_part"]


def with_jumps(rows: pd.DataFrame) -> pd.DataFrame:
    """Add to sums of a year to date the run of months in which most of their change came.

    The shortest run counts that holds half of the change and no more than all of it, so that the
    other months did not move back. Nothing is said of fewer than five months, of a run of more
    than two fifths of them, or of a change that rounding leaves open.

    Parameters
    ----------
    rows
        The key, value, base, growth with ends.

    Returns
    -------
    rows with jump_first, jump_last and jump_part; see `defined/figures.yaml`.
    """
    sums = rows[rows["freq"].eq("ytd") & rows["flow"].ne("balance")]
    sums = sums.assign(
        year=sums["period"].str[:4],
        month=[parse_period(period).last_month for period in sums["period"]],
        move=sums["value"] - sums["base"],
        is_sure=(sums["growth_low"] > 0) | (sums["growth_high"] < 0),
    )
    sums = sums.dropna(subset="move").sort_values("month")
    sums = sums[[*SERIES, "year", "month", "move", "is_sure"]]
    found = {}
    for (*_, year), of_year in sums.groupby([*SERIES, "year"]):
        moves: dict[int, float] = {}
        for row in of_year[["month", "move", "is_sure"]].itertuples():
            moves[int(str(row.month))] = float(str(row.move))
            if row.is_sure and (run := jump(moves)):
                first, last, part = run
                found[row.Index] = f"{year}-{first:02}", f"{year}-{last:02}", part
    columns = pd.DataFrame.from_dict(found, orient="index", columns=_JUMP)
    said = rows.join(columns.reindex(rows.index))
    return said.fillna({"jump_first": "", "jump_last": ""})


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
    if last_month < MONTHS or not whole:
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
