"""Coverage: which cell exists, in how many sources, and what kind of absence a hole is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from catrade_build.cells.frames import is_in, month_of
from catrade_build.tables.names import FLOWS

#: From best to worst; every cell of a grid has exactly one.
STATUSES = {
    "reported": "a figure published in dollars",
    "converted": "a figure published in another currency only",
    "zero": "published, and it is nil",
    "derived": "not published; computed from figures that are",
    "missing": "no figure, though the reporter's figures reach this period",
    "not_yet_reported": "after the reporter's newest figure, or not yet in UN Comtrade",
}
_KEY = ["reporter", "partner", "flow", "period"]
#: What a cell without a figure says of one, so that a column keeps its kind.
_NOTHING = {
    "n_sources": 0,
    "disagrees": False,
    "source_kind": "",
    "quality": "",
    "sources": "",
}


def coverage_of_cells(
    trade: pd.DataFrame,
    cells: pd.DataFrame,
    *,
    reporters: Sequence[str],
    partners: Sequence[str],
    periods: Iterable[str | int],
    availability: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row for every asked-for cell, whether or not there is a figure.

    Parameters
    ----------
    trade
        Rows of `load_trade` (several a cell) of one frequency, with the members of any region.
    cells
        The figures chosen of them (`chosen`).
    reporters, partners, periods
        The grid is every combination, of each flow; periods are years or the texts of months and
        sums to date.
    availability
        Which reports UN Comtrade has, as `load_availability` returns them (reporter, period,
        status); None if nobody asked.

    Returns
    -------
    Columns of cells: reporter, partner, flow, period, year, status (see `STATUSES`), n_sources
    (that publish the cell; 0 for derived and missing ones), disagrees, and of the chosen figure
    best_kind (kind of source), low_bn and high_bn (what rounding allows), quality, sources
    (for a derived cell, those it is made of). What does not apply is empty text or NaN.

    A period is `not_yet_reported` if it ends after the newest period for which the reporter has
    any figure in `trade`, with any partner; a reporter with no figure at all has `missing` ones. It
    is also `not_yet_reported` if the reporter has no figure of it and UN Comtrade, when asked, had
    no report.
    """
    # The grid that is asked for; beside it the chosen figures and what is published as such; then
    # what there is, or what kind of hole.
    asked = [reporters, partners, FLOWS, map(str, periods)]
    grid = pd.MultiIndex.from_product(asked, names=_KEY)
    used = trade[trade["quality"] != "rejected"]
    published = used.groupby(_KEY).agg(
        n_sources=("sources", "nunique"), is_converted=("converted", "all")
    )
    chosen = cells.drop(columns=["n_sources", "year"]).set_index(_KEY)
    rows = chosen.reindex(grid).join(published).reset_index()
    derived = rows["n_sources"].isna()
    rows["source_kind"] = rows["source_kind"].mask(derived, "")
    rows = rows.fillna(_NOTHING)
    rows = rows.astype({name: type(value) for name, value in _NOTHING.items()})

    newest = trade["period"].map(month_of).groupby(trade["reporter"]).max()
    late = rows["period"].map(month_of) > rows["reporter"].map(newest)
    if availability is not None:
        waiting = availability[availability["status"] == "not reported yet"]
        report = ["reporter", "period"]
        late |= is_in(rows, waiting, report) & ~is_in(rows, trade, report)
    nothing = rows["value_bn"].isna()
    is_of = {
        "not_yet_reported": nothing & late,
        "missing": nothing,
        "derived": derived,
        "zero": rows["value_bn"] == 0,
        "converted": rows["is_converted"].eq(True),
    }
    status = np.select([*is_of.values()], [*is_of], "reported")
    years = rows["period"].str[:4].astype(int)
    rows = rows.rename(columns={"source_kind": "best_kind"})
    return rows.assign(year=years, status=status)
