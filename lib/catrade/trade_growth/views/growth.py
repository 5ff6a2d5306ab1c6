"""Frames of the trade growth page beside its yearly cells: shares, the index, revisions.

They are arranged here and calculated elsewhere.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.cells.selection import RULE
from catrade.names import CENTRAL_ASIA, GROUPS, name_of
from catrade.trade_growth import growth as growth_of
from catrade.trade_growth.charts.dependence import dependence_lines
from catrade.trade_growth.charts.levels import index_lines, share_line
from catrade.trade_growth.say import dependence as findings_dependence
from catrade.trade_growth.say import running as findings_running
from catrade.trade_growth.say import year as findings
from catrade.trade_growth.views.year import between, growth_by_year, members
from pagemill import display
from pagemill.errors import ParameterError
from pagemill.formats import fixed

#: The year an index starts from if every country has it. 2013, where most series begin, was near a
#: peak of commodity prices; 2019 is the last year before the pandemic.
INDEX_BASE = "2019"


def share_items(
    shares: pd.DataFrame, mutual: pd.DataFrame, *, partner: str, reporter: str
) -> list[Any]:
    """Return what to display of the pair's share in China's trade and of China's in the partner's.

    Parameters
    ----------
    shares
        What `views.weight` returns.
    mutual
        What `dependence.dependence` returns of the partner or its members; where no partner has
        figures of its own, the reporter's share is drawn instead.
    partner, reporter
        As in the notebook's parameters.
    """
    said = [findings.weight(shares, reporter=reporter, partner=partner)]
    own = mutual[mutual["reporter"] != "CHN"]
    if own.empty:
        whole = findings.whole(reporter, partner)
        return [display.note(said[0]), share_line(shares, of_what=whole)]
    if partner not in GROUPS:
        said.append(findings_dependence.dependence(mutual, partner))
    countries = [code for code in members(partner) if code in set(own["country"])]
    return [display.note(" ".join(said)), dependence_lines(mutual, countries)]


def rule_items() -> list[Any]:
    """Return the rule by which one figure a cell is chosen, as the code has it, folded."""
    return [display.folded("How one figure is chosen where several sources have it", RULE)]


def gap_items(cells: pd.DataFrame, start: int, last: int) -> list[Any]:
    """Return the note on years without a total; nothing where there is none."""
    text = findings.gaps(cells, start, last)
    return [display.note(text)] if text else []


def not_revised(apart: pd.DataFrame, revised: pd.DataFrame) -> pd.DataFrame:
    """Keep the disagreements that the table of first and later figures does not show already."""
    key = ["reporter", "partner", "period", "flow"]
    known = pd.MultiIndex.from_frame(revised[key])
    return apart[~pd.MultiIndex.from_frame(apart[key]).isin(known)].reset_index(drop=True)


def index_items(book: pd.DataFrame, start: int, end: int, partner: str) -> list[Any]:
    """Return the five countries' totals as an index, on the region's page."""
    if partner not in GROUPS:
        return []
    found, based = index(book, start, end)
    if found.empty:
        return [display.note(based)]
    said = (
        "The five countries compared: an index sets every country's total to the same level in one "
        "year, so that the lines show growth and not size; on the logarithmic scale equal slopes "
        "are equal rates."
    )
    return [display.note(said), index_lines(found, caution=based)]


def shown_revisions(revised: pd.DataFrame, most: int = 8) -> pd.DataFrame:
    """Return the widest change of each partner, flow and kind of period, with both its sources.

    Parameters
    ----------
    revised
        What `revisions.revisions` returns.
    most
        How many rows are kept.
    """
    whole = revised["period"].str.len() == 4
    kinds = revised.assign(whole=whole)
    kinds = kinds.drop_duplicates(["reporter", "partner", "flow", "whole"]).drop(columns="whole")
    other = kinds["partner"].where(kinds["reporter"] == "CHN", kinds["reporter"])
    unit = kinds["currency"].map({"CNY": "bn yuan", "USD": "$ bn"}).fillna(kinds["currency"])
    ids = kinds["first_source"] + ";" + kinds["later_source"]
    kinds = kinds.assign(country=other.map(name_of), unit=unit, source_ids=ids).head(most)
    return kinds.reset_index(drop=True)


def revision_items(revised: pd.DataFrame, shown: pd.DataFrame) -> list[Any]:
    """Return a sentence on first and later figures and, folded, the table of the widest.

    Parameters
    ----------
    revised
        What `revisions.revisions` returns.
    shown
        What `shown_revisions` returns of it.
    """
    if shown.empty:
        return []
    columns: dict[str, Any] = {
        "country": "Country",
        "period": ("Period", "period"),
        "flow": "Flow",
        "first": ("First", _precise),
        "later": ("Later", _precise),
        "change": ("Change", _precise),
        "unit": "Unit",
        "relative": ("Change, %", "percent"),
    }
    note = (
        "Later: as another source published it, or as growth printed a year later implies. Only "
        "changes that rounding does not explain."
    )
    caption = "First and later figures, the widest change of each flow"
    table = display.table(shown, caption, columns=columns, note=note, name="revisions")
    return [
        display.note(findings_running.revised_summary(revised)),
        display.folded(caption, table),
    ]


def growth_items(cells: pd.DataFrame, rates: pd.DataFrame, caption: str) -> list[Any]:
    """Return the table of levels and growth by year, folded: the chart above shows the same."""
    table = display.table(
        growth_by_year(cells, rates),
        caption,
        columns=findings.GROWTH_COLUMNS,
        name="growth-by-year",
    )
    return [display.folded(caption, table)]


def _precise(value: float) -> str:
    return fixed(value / 1e9, 3 if abs(value) < 1e9 else 2)


def index(book: pd.DataFrame, start: int, end: int) -> tuple[pd.DataFrame, str]:
    """Return the five countries' totals as an index, and which had to be left out.

    Doubtful figures are left out: an index that starts from one misleads in every year. For
    Turkmenistan's own book, which only repeats China's figures, that leaves nothing.

    Returns
    -------
    What `growth.index_to_base` returns (no rows if there is no base), and a sentence on the base.
    """
    chosen = book["country"].isin(CENTRAL_ASIA) & (book["flow"] == "total")
    rows = between(book[chosen & (book["quality"] == "ok")], start, end)
    usable = rows[rows["low_usd"] > 0]
    if usable.empty:
        return rows.assign(index=pd.Series(dtype=float)), "No country has a total above zero."
    counts = usable.groupby("period")["country"].nunique()
    best = counts[counts == counts.max()].index
    base = INDEX_BASE if INDEX_BASE in best else min(best)
    try:
        found = growth_of.index_to_base(rows, base)
    except ParameterError:  # no base for any: the sentence says so
        return rows.assign(index=pd.Series(dtype=float)), "No year can be the base of an index."
    out = [name_of(c) for c in CENTRAL_ASIA if c not in set(found["country"])]
    text = f"{base} = 100"
    if base == INDEX_BASE:
        text += ": the last year before the pandemic; 2013 was near a peak of commodity prices"
    text += "."
    if out:
        text += f" Left out, without a sound total above zero in {base}: {', '.join(out)}."
    return found, text
