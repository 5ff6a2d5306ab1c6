"""Where a yearly series goes on with another statistic: growth over that is none."""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import is_in
from catrade.tables.names import FLOWS, GROUPS
from catrade.tables.trade import load_sources

#: Two statistics are one where they say the same of a year, within this part of the figure.
_NEAR = 0.01
_WITH_SERVICES = {"goods_and_services", "mixed"}
_PAIR = ["reporter", "partner"]
_CELL = [*_PAIR, "flow", "year"]


def begins(cells: pd.DataFrame, published: pd.DataFrame) -> pd.Series[bool]:
    """Say of each yearly figure whether it is another statistic than the year before's.

    It is if it counts something else (goods; goods and services), or if one is the statistical
    office's and the other from an international data base, and no figure of the one comes within
    one per cent of the other's in either year. A region's sums are of many sources and have no
    beginning.

    Parameters
    ----------
    cells
        Yearly cells: reporter, partner, flow, year, value_usd, coverage, source_ids.
    published
        The rows they were chosen from, several a cell.

    Examples
    --------
    Tajikistan's own 2.0 billion of 2024 is another statistic than UN Comtrade's 1.09 of 2023.

    >>> from catrade.cells.chosen import chosen
    >>> own = chosen().query("reporter == 'TJK' and partner == 'CHN' and flow == 'total'")
    >>> own.loc[own["begins"], "period"].tolist()
    ['2024']
    """
    single = ~cells[_PAIR].isin([*GROUPS]).any(axis=1)
    is_flow = cells["flow"].isin(FLOWS)
    rows = cells[is_flow & single].reset_index(names="place")
    held = _who_has_it(rows, published)

    # Of two years, who has the one's figure, or nearly so, has the other's too.
    before = held.assign(year=held["year"] + 1)
    both = held.merge(
        before,
        on=[*_CELL, "copied"],
        suffixes=("", "_before"),
    )
    now, then = both["coverage"], both["coverage_before"]
    services = now.isin(_WITH_SERVICES) & then.isin(_WITH_SERVICES)
    is_own = both["own"] | both["own_before"]
    same = both.loc[is_own & (now.eq(then) | services), "place"]

    follows = rows.loc[is_in(rows, before, _CELL), "place"]
    other = set(follows) - set(same)
    return pd.Series(cells.index.isin(list(other)), cells.index)


def _who_has_it(rows: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return a row a figure and source that has it: its own, and those that say nearly the same.

    `copied` says whether a source is an international data base.
    """
    own = rows.assign(
        source_id=rows["source_ids"].str.split(";"),
        own=True,
    ).explode("source_id")

    # A source that gives both flows has said their sum, too.
    flows = published[published["flow"].isin(["export", "import"])]
    by_source = flows.groupby([*_PAIR, "year", "source_id"])["value_usd"]
    sums = by_source.sum()[by_source.size() == 2].reset_index()
    sums["flow"] = "total"
    said = pd.concat([published, sums])[[*_CELL, "value_usd", "source_id"]]
    near = rows.merge(
        said,
        on=_CELL,
        suffixes=("", "_said"),
    )
    gap = near["value_usd_said"] - near["value_usd"]
    near = near[gap.abs() <= _NEAR * near["value_usd"].abs()]

    held = pd.concat([own, near.assign(own=False)])
    kinds = load_sources().set_index("source_id")["kind"]
    first = held["source_id"].str.split(";").str[0]
    held["copied"] = first.map(kinds).eq("dataset")
    return held[[*_CELL, "place", "coverage", "own", "copied"]]
