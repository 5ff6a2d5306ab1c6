"""How figures changed after they were first published.

A rounding interval says what a printed figure may stand for; it says nothing about what its
publisher makes of it a year later. Two things show that: the same cell in a source published later,
and the growth printed a year later, which is measured against the figure as it stands by then. The
latter are the record of what a year usually does to a first figure, moved or not (`record`): the
error model of McKenzie, "Undertaking Revisions and Real-Time Data Analysis using the OECD Main
Economic Indicators Original Release Data and Revisions Database", OECD, 2006.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade_build.cells.selection import CELL
from catrade_build.frames import KEYS, ends_of, is_in, sort_rows, with_earlier
from catrade_build.kept import every_row, kept
from catrade_build.running import as_printed, currencies_of
from catrade_build.tables.names import CENTRAL_ASIA, FLOWS, GROUPS
from catrade_build.tables.trade import published_interval

#: What must be alike for figures to be compared.
_CELL = [*CELL, "currency", "coverage"]
_FIGURE = ["value", "low", "high"]
_PAIR = [*_CELL, *ends_of("first").values(), *ends_of("later").values()]
#: So many bases tell how large revisions are.
ENOUGH = 30


def revised_cells(trade: pd.DataFrame, grown: pd.DataFrame) -> pd.DataFrame:
    """Return cells whose later figure lies outside what the first one may stand for.

    Parameters
    ----------
    trade
        Rows of `load_trade(convert=False)`: only sound ones (quality `ok`) and
        those doubtful as a first release are used, and figures are compared only in one currency
        and with one coverage.
    grown
        What `bases` returns of them.

    Returns
    -------
    reporter, partner, period, flow, currency, coverage, first and later (in the currency) with
    bounds, beyond (the part of the first that no rounding explains, a fraction); the largest
    beyond rounding first.

    Examples
    --------
    >>> kept = ["period", "first", "later", "beyond"]
    >>> trade = every_row(convert=False).query("partner == 'CA5' and period == '2022'")
    >>> trade = trade[trade["flow"] == "total"]
    >>> found = revised_cells(trade, bases(trade))  # 70.2 billion in April 2023, 69.8 in June 2025
    >>> found[kept].round(4)
      period         first         later  beyond
    0   2022  7.020000e+10  6.980000e+10  0.0043
    """
    by_growth = grown[grown["moved"].astype(bool)].drop(columns="moved")
    pairs = pd.concat([_by_publication(_sound(trade)), by_growth])

    # At most one of them is above zero: the figure went up, or down.
    up = pairs["later_low"] - pairs["first_high"]
    down = pairs["first_low"] - pairs["later_high"]
    beyond = up.clip(lower=0) + down.clip(lower=0)
    pairs = pairs.assign(beyond=beyond / pairs["first"])
    pairs = pairs.sort_values("beyond", ascending=False, kind="stable")
    return pairs.drop_duplicates(_CELL, ignore_index=True)


@kept
def every_revision() -> pd.DataFrame:
    """Return the revised cells of all that is published, once, for everyone to filter."""
    return revised_cells(every_row(convert=False), every_base())


@kept
def every_base() -> pd.DataFrame:
    """Return the `bases` of all that is published, once, for everyone to filter."""
    return bases(every_row(convert=False))


@kept
def usually() -> pd.DataFrame:
    """Return by how much a year usually moves a reporter's figures of the five, if enough is known.

    Returns
    -------
    reporter, flow, ninety (see `record`); no row of a reporter of whom too few are known.
    """
    grown = every_base()
    of_five = [*CENTRAL_ASIA, *GROUPS]
    is_of_five = grown["partner"].isin(of_five) & ~grown["reporter"].isin(of_five)
    in_own = grown["currency"] == currencies_of(grown["reporter"])
    every = record(grown[is_of_five & in_own], ["reporter", "flow"])
    return every.loc[every["n"] >= ENOUGH, ["reporter", "flow", "ninety"]]


def record(grown: pd.DataFrame, by: Sequence[str] = ("flow",)) -> pd.DataFrame:
    """Return by how much figures have moved a year after they were first published.

    Parameters
    ----------
    grown
        What `bases` returns.
    by
        What records are told apart by.

    Returns
    -------
    `by`, n (figures whose value a year later is known), moved (how many of them no longer fit the
    first), median and ninety (of the sizes of all n changes, fractions: the middle one, and what
    nine in ten stay below); flows in their order.

    Examples
    --------
    >>> found = record(every_base().query("reporter == 'CHN'")).set_index("flow")
    >>> bool(found.loc["import", "ninety"] > found.loc["total", "ninety"])
    True
    """
    change = grown["later"] / grown["first"] - 1
    groups = grown.assign(size=change.abs().astype(float)).groupby([*by])
    rows = pd.DataFrame(
        {
            "n": groups.size(),
            "moved": groups["moved"].sum(),
            "median": groups["size"].median(),
            "ninety": groups["size"].quantile(0.9),
        }
    )
    return sort_rows(rows.reset_index(), by, {"flow": FLOWS})


def bases(trade: pd.DataFrame) -> pd.DataFrame:
    """Return each figure of which growth printed a year later says what it has become.

    Parameters
    ----------
    trade
        As for `revised_cells`.

    Returns
    -------
    The columns of `revised_cells` but beyond, and moved: whether the later figure does not fit
    the first. Where it does, the later one is the first.
    """
    # Figures that count the same in one currency; of these the bases that printed growth gives,
    # beside what was published at the time. A series of which no growth is printed gives none.
    sound = _sound(trade)
    series = [*KEYS, "currency", "coverage"]
    sound = sound[is_in(sound, sound.dropna(subset="growth_printed"), series)]
    if sound.empty:
        return pd.DataFrame(columns=[*_PAIR, "moved"])
    every = as_printed(sound, ["coverage"])
    figure = [*_CELL, *_FIGURE]

    later = every.query("growth_basis == 'printed'").dropna(subset="base")
    later = with_earlier(later).drop(columns=["period", *_FIGURE])
    names = {name: end for end, name in ends_of("base").items()}
    later = later.rename(columns=names | {"base_period": "period"})
    pairs = _paired(later[[*figure, "base_basis"]], every[figure])
    pairs = pairs[pairs["first"] > 0]
    moved = pairs["base_basis"] == "implied_by_growth"
    return pairs.assign(moved=moved)[[*_PAIR, "moved"]]


def _paired(later: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
    """Put later figures of cells beside first ones."""
    sides = (
        later.rename(columns=ends_of("later")),
        first.rename(columns=ends_of("first")),
    )
    return sides[0].merge(sides[1], on=_CELL, suffixes=("_later", "_first"))


def _sound(trade: pd.DataFrame) -> pd.DataFrame:
    return trade[(trade["quality"] == "ok") | _is_first_release(trade)]


def _is_first_release(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["quality_reason"].fillna("").str.startswith("first release")


def _by_publication(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the first figure of each cell beside the last one published that contradicts it."""
    low, high = published_interval(rows)
    rows = with_totals(rows.assign(low=low, high=high), _FIGURE)
    # What a person said of a figure is no release of it.
    rows = rows.query("source_kind != 'official_statement'")
    rows = rows.query("value > 0 and published != ''")
    # What is dated to the year or month alone counts as its beginning, as where figures are chosen;
    # but a data set holds what was revised until its end, and a first release comes before all
    # others, whenever its copy was published.
    published = rows["published"]
    is_dataset = rows["source_kind"] == "dataset"
    published = published.mask(is_dataset, published.str.ljust(10, "9"))
    published = published.mask(_is_first_release(rows), "")
    rows = rows.assign(published=published)
    rows = rows[[*_CELL, *_FIGURE, "published"]]

    pairs = _paired(rows, rows).query("published_later > published_first")
    pairs = pairs.query("later_low > first_high or later_high < first_low")
    order = ["published_first", "published_later"]
    pairs = pairs.sort_values(order, ascending=[True, False]).drop_duplicates(_CELL)
    return pairs[_PAIR]


def with_totals(rows: pd.DataFrame, amounts: Sequence[str]) -> pd.DataFrame:
    """Add exports plus imports of each source that gives both and no total, amount by amount."""
    key = [column for column in _CELL if column != "flow"]
    key += ["sources", "source_kind", "published", "quality_reason"]
    groups = rows.query("flow in ('export', 'import')").groupby(key)
    has_both = groups["flow"].nunique() == 2
    sums = groups[[*amounts]].sum()[has_both].reset_index()
    has_total = is_in(sums, rows.query("flow == 'total'"), key)
    return pd.concat([rows, sums[~has_total].assign(flow="total")])
