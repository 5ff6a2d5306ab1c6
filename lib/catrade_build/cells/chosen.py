"""The chosen figures of every pair, flow and frequency, computed once and filtered by everyone.

A *cell frame* has one row a cell and these columns:

reporter, partner, period, year, flow
    As in `trade.csv`; flow may also be `balance` (exports − imports), seen from the reporter.
value, low, high
    The figure and the interval its rounding allows, in billions of US dollars; `all_cells`
    narrows it by what must hold (`rows.narrowed`).
basis
    `published`; `converted` (published in another currency); `sum_of_flows` (exports + imports);
    `difference_of_flows` (a balance); `sum_of_partners` (the region as the sum of its members); and
    what `implied.with_computed` adds where nothing is published: `share_of_total`,
    `sum_of_chapters`, `implied_by_growth` (also a sum with such a figure in it).
sources
    Sources of the value, joined with `;`.
quality
    The worst quality among the figures used.
coverage
    What the figure counts, as in `load_trade`; a sum counts what its parts do, `mixed` if these
    differ.
rounding, source_kind, converted
    How the publisher rounded (a sum is `nearest`); the weakest kind of source; whether anything in
    it was converted from another currency.
published, releases
    When the newest source of it was published; the sources of each published figure in it, joined
    with `;`, and these with `+`.

A published figure wins over a computed one unless it is doubtful, converted (and the computed one
is not) or the same less finely (46 billion for 2012, of which the sum of the five, 45.94 billion,
says more); a sum of a better kind of source overrules what it contradicts: `selection.RULE`.
The region's total is first its exports + imports (so the three fit), then its members' totals.
A cell nobody published and nothing can be computed for has no row; a published zero is a row with
the value 0.
"""

from __future__ import annotations

from itertools import chain

import pandas as pd

from catrade_build.cells.implied import with_computed
from catrade_build.cells.rows import (
    FLOWS_OF_TOTAL,
    WITH_SERVICES,
    completed,
    frame_of,
    narrowed,
    published_rows,
    with_balance,
)
from catrade_build.cells.selection import select_published
from catrade_build.frames import in_billions, is_in, of_frequency
from catrade_build.kept import every_row, kept
from catrade_build.tables.names import FLOWS, GROUPS
from catrade_build.tables.trade import CHOSEN, by_source, refuse_unknown

#: Two statistics are one where they say the same of a year, within this part of the figure.
NEAR = 0.01
_PAIR = ["reporter", "partner"]
_CELL = [*_PAIR, "flow", "year"]


def all_cells(trade: pd.DataFrame, frequency: str = "annual") -> pd.DataFrame:
    """Return the cells of every pair in `trade`, the regions as partner and as reporter included.

    Parameters
    ----------
    trade
        Rows of `load_trade`, several a cell, with the members of any region.
    frequency
        `annual`, `monthly` or `ytd` (January to some month; quarters and halves that start in
        January count, so `2025-H1` becomes `2025-6M`).

    Returns
    -------
    Cell frame, sorted.
    """
    published = of_frequency(trade, frequency)
    selected = select_published(published)
    rows = with_balance(narrowed(completed(published_rows(selected))))
    return in_billions(frame_of(rows))


def begins(cells: pd.DataFrame, published: pd.DataFrame) -> pd.Series[bool]:
    """Say of each yearly figure whether it is another statistic than the year before's.

    It is if it counts something else (goods; goods and services), or if one is the statistical
    office's and the other from an international data base, and no figure of the one comes within
    one per cent of the other's in either year. With a region's sum it begins if it does with one
    of its members.

    Parameters
    ----------
    cells
        Yearly cells: reporter, partner, flow, year, value, coverage, sources.
    published
        The rows they were chosen from, several a cell.

    Examples
    --------
    Tajikistan's own 2.0 billion of 2024 is another statistic than UN Comtrade's 1.09 of 2023.

    >>> from catrade_build.cells.chosen import chosen
    >>> own = chosen().query("reporter == 'TJK' and partner == 'CHN' and flow == 'total'")
    >>> own.loc[own["begins"], "period"].tolist()
    ['2024']
    """
    is_region = cells[_PAIR].isin([*GROUPS]).any(axis=1)
    rows = cells[~is_region & cells["flow"].isin(FLOWS)]
    rows = rows.reset_index(names="place")
    held = _who_has_it(rows, published)

    # Of two years, who has the one's figure, or nearly so, has the other's too.
    year_after = held["year"] + 1
    before = held.assign(year=year_after)
    both = held.merge(before, on=[*_CELL, "copied"], suffixes=("", "_before"))
    now, then = both["coverage"], both["coverage_before"]
    services = now.isin(WITH_SERVICES) & then.isin(WITH_SERVICES)
    counts_alike = services | (now == then)
    is_own = both["own"] | both["own_before"]
    same = both.loc[is_own & counts_alike, "place"]

    follows = rows.loc[is_in(rows, before, _CELL), "place"]
    is_other = cells.index.isin(follows) & ~cells.index.isin(same)
    begun = cells.loc[is_other, _CELL]
    sums = []
    for region, members in GROUPS.items():
        for side in _PAIR:
            of_members = begun[begun[side].isin(members)]
            sums.append(of_members.assign(**{side: region}))
    return pd.Series(is_other | is_in(cells, pd.concat(sums), _CELL), cells.index)


def _who_has_it(rows: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return a row a figure and source that has it: its own, and those that say nearly the same.

    `copied` says whether a source is an international data base.
    """
    own = rows.assign(sources=rows["sources"].str.split(";"), own=True)
    own = own.explode("sources")

    # A source that gives both flows has said their sum, too.
    published = in_billions(published)
    flows = published[published["flow"].isin(FLOWS_OF_TOTAL)]
    of_source = flows.groupby([*_PAIR, "year", "sources"])["value"]
    added = of_source.sum()
    has_both = of_source.size() == 2
    sums = added[has_both].reset_index()
    sums["flow"] = "total"
    figures = pd.concat([published, sums])[[*_CELL, "value", "sources"]]
    near = rows.drop(columns="sources").merge(figures, on=_CELL, suffixes=("", "_near"))
    gap = near["value_near"] - near["value"]
    near = near[gap.abs() <= NEAR * near["value"].abs()]

    held = pd.concat([own, near.assign(own=False)])
    first = held["sources"].str.split(";").str[0]
    held["copied"] = first.map(by_source("kind")) == "dataset"
    return held[[*_CELL, "place", "coverage", "own", "copied"]]


@kept
def chosen(frequency: str = "annual", *, goods: bool = False) -> pd.DataFrame:
    """Return one figure a cell, of every reporter, partner, flow and period.

    Parameters
    ----------
    frequency
        annual (figures that follow from others included, `implied.with_computed`), monthly or ytd.
    goods
        Whether to choose among figures of goods alone, as two sides' figures are compared; an
        exporter's figure with services is then none.

    Returns
    -------
    A cell frame with `begins`, whether another statistic begins with a yearly figure. It is kept
    until a file of data changes.

    Raises
    ------
    ParameterError
        If the frequency is unknown.

    Examples
    --------
    >>> cells = chosen()
    >>> own = cells[(cells["reporter"] == "KAZ") & (cells["year"] == 2025)]
    >>> own = own[own["flow"] == "total"].set_index("partner")["value"]
    >>> own[["CHN", "RUS"]].round(1).to_dict()
    {'CHN': 34.2, 'RUS': 27.8}
    """
    refuse_unknown("frequency", frequency, [*CHOSEN.values()])
    every = _with_computed(every_row(), frequency)
    if not goods:
        return _chosen_of(every, frequency)
    of_goods = every_row().query("coverage == 'goods'")
    trade = _with_computed(of_goods, frequency)
    # A share of a total with services gives no figure of goods.
    trade = trade[trade["coverage"] == "goods"]
    # Who counts nothing else has the same figures, unless a region's sum brings in others'.
    others = every.loc[every["coverage"] != "goods", "reporter"]
    asked = {*GROUPS, *chain(*GROUPS.values()), *others}
    anew = _chosen_of(trade[trade["reporter"].isin(asked)], frequency)
    same = chosen(frequency)
    return pd.concat([anew, same[~same["reporter"].isin(asked)]], ignore_index=True)


def _with_computed(trade: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return the rows that figures are chosen among: of years, what follows from others, too."""
    if frequency != "annual":
        return trade
    return with_computed(trade[trade["frequency"] == "annual"])


def _chosen_of(trade: pd.DataFrame, frequency: str) -> pd.DataFrame:
    cells = all_cells(trade, frequency)
    cells["begins"] = False
    if frequency == "annual":
        cells["begins"] = begins(cells, trade)
    return cells
