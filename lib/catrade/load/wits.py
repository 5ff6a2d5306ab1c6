"""Loader of the 16 product groups of the World Bank (WITS), as frames the calculations take."""

from __future__ import annotations

import pandas as pd

from catrade.definitions import meanings
from catrade.load.goods import load_composition_groups
from catrade.select import Codes

_FLOW_YEAR = ["exporter", "importer", "reporter", "year"]
_VALUES = ["value_usd", "low_usd", "high_usd"]


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
    every = rows[_FLOW_YEAR].drop_duplicates()
    every = every.merge(pd.DataFrame({"wits_group": list(meanings("wits_groups"))}), how="cross")
    held = rows.rename(columns={"code": "wits_group"})
    frame = every.merge(held, on=[*_FLOW_YEAR, "wits_group"], how="left")
    of_flow = held.groupby(_FLOW_YEAR, as_index=False)[["coverage", "source_id"]].first()
    frame = frame.drop(columns=["coverage", "source_id"]).merge(of_flow, on=_FLOW_YEAR, how="left")
    frame = frame.fillna(dict.fromkeys(_VALUES, 0.0))
    frame = frame.assign(wits_name=frame["wits_group"].map(meanings("wits_groups")))
    columns = [*_FLOW_YEAR, "wits_group", "wits_name", *_VALUES, "coverage", "source_id"]
    frame = frame[columns].sort_values([*_FLOW_YEAR, "wits_group"], ignore_index=True)
    frame.attrs = rows.attrs
    return frame
