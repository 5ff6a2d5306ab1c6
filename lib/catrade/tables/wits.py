"""Loader of the 16 product groups of the World Bank (WITS), as frames the calculations take."""

from __future__ import annotations

import pandas as pd

from catrade.tables.definitions import meanings
from catrade.tables.goods import load_composition_groups, load_hs_chapters
from catrade.tables.products import FLOW_YEAR
from catrade.tables.select import Codes

__all__ = ["groups_of_chapters", "load_product_groups"]

_VALUES = ["value_usd", "low_usd", "high_usd"]
_COLUMNS = [*FLOW_YEAR, "wits_group", "wits_name", *_VALUES, "coverage", "source_id"]


def load_product_groups(
    exporter: Codes = None,
    importer: Codes = None,
    reporter: Codes = None,
    start: int | str | None = None,
    end: int | str | None = None,
) -> pd.DataFrame:
    """Return the structure by product group as a composition frame, all 16 groups a flow.

    China publishes it for all ten flows of 2023; Kyrgyzstan and Tajikistan for theirs, Uzbekistan
    for its exports. The groups are ranges of HS chapters of an older edition than chapter tables of
    today: the groups of two reporters may be compared, groups and chapters may not.

    Parameters
    ----------
    exporter, importer, reporter, start, end
        As in `load_composition_groups`.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, wits_group (`01-05` to `90-99`), wits_name, value_usd
        (0 for a group without trade), low_usd, high_usd, coverage, source_id.

    Examples
    --------
    >>> frame = load_product_groups("CHN", "KGZ", "CHN").set_index("wits_name")
    >>> len(frame), frame["value_usd"].idxmax(), f"{frame['value_usd'].max() / 1e9:.2f}"
    (16, 'Textiles and clothing', '8.08')
    """
    rows = load_composition_groups(exporter, importer, reporter, start, end, "WITS16")
    key = [*FLOW_YEAR, "wits_group"]
    held = rows.rename(columns={"code": "wits_group"})[[*key, *_VALUES]]
    names = pd.Series(meanings("wits_groups"), name="wits_name").rename_axis(
        "wits_group"
    )
    flows = rows[[*FLOW_YEAR, "coverage", "source_id"]].drop_duplicates(FLOW_YEAR)
    frame = flows.merge(names.reset_index(), how="cross").merge(
        held, on=key, how="left"
    )
    frame = frame.fillna(dict.fromkeys(_VALUES, 0.0)).sort_values(
        key, ignore_index=True
    )
    frame.attrs = rows.attrs
    return frame[_COLUMNS]


def groups_of_chapters(chapters: pd.DataFrame) -> pd.DataFrame:
    """Add a table by HS chapter up to the 16 product groups, to stand beside the other side's.

    The chapters of today are not quite those of the bank's older edition: of China's exports to
    Uzbekistan in 2023, held both ways, the groups of more than $100 million differ by at most 1.7%.

    Parameters
    ----------
    chapters
        Rows of `load_composition` at the level of chapters, complete flows.

    Returns
    -------
    DataFrame
        As `load_product_groups` returns it, groups without trade left out.

    Examples
    --------
    >>> from catrade.tables.goods import load_composition
    >>> sums = groups_of_chapters(load_composition("CHN", "KAZ", start=2023, end=2023))
    >>> f"{sums.set_index('wits_group').loc['50-63', 'value_usd'] / 1e9:.2f}"
    '3.22'
    """
    group = (
        load_hs_chapters().set_index("hs_chapter")["wits_group"].str.partition("_")[0]
    )
    names = meanings("wits_groups")
    codes = chapters["hs_chapter"].map(group.replace("27-27", "27"))
    rule = dict.fromkeys(_VALUES, "sum") | dict.fromkeys(
        ["coverage", "source_id"], "first"
    )
    sums = (
        chapters.assign(wits_group=codes).groupby([*FLOW_YEAR, "wits_group"]).agg(rule)
    )
    sums = sums.reset_index().assign(
        wits_name=lambda rows: rows["wits_group"].map(names)
    )
    return sums[_COLUMNS]
