"""What changed in a composition between two years: shares, and contributions to growth.

Functions take composition frames, see `catrade.trade_composition.composition`. Shares and
contributions are fractions; times 100 a contribution or a change of a share is in percentage
points.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.cells.frames import VALUE_COLUMNS, require_columns
from catrade.trade_composition.composition import (
    LABELS,
    OTHER,
    OTHER_NAME,
    flow_sources,
    prepared_items,
)
from catrade.trade_composition.concentration import (
    FLOW,
    flow_bounds,
    flow_numbers,
    item_column,
    unlisted,
)
from pagemill.errors import ParameterError
from pagemill.intervals import Bounds, difference_bounds, ratio_bounds, share_of_sum_bounds


def _two_years(
    frame: pd.DataFrame, start: int, end: int, function: str
) -> tuple[pd.DataFrame, str]:
    """Return one row an item with the columns of both years (suffixes _start and _end)."""
    if not end > start:
        message = f"end must be after start; got start={start}, end={end}"
        raise ParameterError(message)
    frame, item = prepared_items(frame, function)
    years = sorted(frame["year"].unique())
    frame = frame[frame["year"].isin([start, end])]
    frame = frame.assign(unlisted_usd=unlisted(frame))
    part, total = flow_bounds(frame)
    limits = share_of_sum_bounds(part, total)
    frame = frame.assign(
        _total=frame["value_usd"].groupby(flow_numbers(frame)).transform("sum"),
        _total_low=total.low,
        _total_high=total.high,
        _share_low=limits.low,
        _share_high=limits.high,
    )
    of_flow = ["_total", "_total_low", "_total_high", "unlisted_usd"]
    sides = {}
    for name, year in (("start", start), ("end", end)):
        rows = frame[(frame["year"] == year) & (frame["_total"] > 0)]
        flows = rows[[*FLOW, *of_flow]].drop_duplicates(list(FLOW))
        sides[name] = rows[[*FLOW, item, *VALUE_COLUMNS, "_share_low", "_share_high"]], flows
    both = sides["start"][1].merge(sides["end"][1], on=list(FLOW), suffixes=("_start", "_end"))
    if both.empty:
        has = ", ".join(map(str, years)) or "no years"
        message = f"{function} needs a flow with both {start} and {end}; the frame has {has}"
        raise ParameterError(message)
    pair = (
        sides["start"][0]
        .merge(sides["end"][0], on=[*FLOW, item], how="outer", suffixes=("_start", "_end"))
        .merge(both, on=list(FLOW))
    )
    for name in ("start", "end"):
        # An item a source does not list is worth nothing, or no more than the cells left out.
        absent = pair[f"value_usd_{name}"].isna()
        spare, floor = pair[f"unlisted_usd_{name}"], pair[f"_total_low_{name}"]
        pair[f"high_usd_{name}"] = pair[f"high_usd_{name}"].mask(absent, spare)
        highest = (spare / (floor + spare)).where(spare > 0, 0.0)
        pair[f"_share_high_{name}"] = pair[f"_share_high_{name}"].mask(absent, highest)
        zero = [f"{column}_{name}" for column in ("value_usd", "low_usd", "_share_low")]
        pair[zero] = pair[zero].fillna(0.0)
    labels = [c for c in LABELS if c in frame.columns and c != item]
    named = frame[[item, *labels]].drop_duplicates(item)
    pair = pair.merge(named, on=item, how="left").assign(start=start, end=end)
    return pair.merge(flow_sources(frame, FLOW)), item


def composition_change(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Compare the shares of two years, item by item.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, item column, its labels, start, end, share_start, share_end,
        change (share_end − share_start; times 100 it is percentage points), change_low,
        change_high, source_ids. Changes of a flow sum to zero. Flows without both years are left
        out.

    Raises
    ------
    ParameterError
        If no flow has both years; the sentence lists the years there are.
    """
    pair, item = _two_years(frame, start, end, "composition_change")
    first = Bounds(pair["_share_low_start"], pair["_share_high_start"])
    last = Bounds(pair["_share_low_end"], pair["_share_high_end"])
    limits = difference_bounds(last, first)
    pair = pair.assign(
        share_start=pair["value_usd_start"] / pair["_total_start"],
        share_end=pair["value_usd_end"] / pair["_total_end"],
        change_low=limits.low,
        change_high=limits.high,
    ).assign(change=lambda rows: rows["share_end"] - rows["share_start"])
    numbers = ["share_start", "share_end", "change", "change_low", "change_high", "source_ids"]
    return _ordered(pair, item, ["start", "end", *numbers], "change")


def change_index(change: pd.DataFrame) -> pd.DataFrame:
    """Sum a comparison up in one number a flow: half the sum of absolute changes of shares.

    It is the share of trade that would have to move to another item to turn one year's composition
    into the other's: 0 (the same) to 1 (nothing in common).

    Parameters
    ----------
    change
        What `composition_change` returns.

    Returns
    -------
    exporter, importer, reporter, start, end, index, index_low, index_high.

    References
    ----------
    R. Z. Lawrence, *Can America Compete?*, 1984 (structural change index); twice this number is
    the specialisation index of P. Krugman, *Geography and Trade*, 1991.

    Examples
    --------
    >>> change = pd.DataFrame({"exporter": "KAZ", "importer": "CHN", "reporter": "KAZ",
    ...     "start": 2015, "end": 2024, "change": [0.2, -0.2], "change_low": [0.2, -0.2],
    ...     "change_high": [0.2, -0.2]})
    >>> change_index(change)["index"].tolist()
    [0.2]
    """
    numbers = ["change", "change_low", "change_high"]
    require_columns(change, [*FLOW, "start", "end", *numbers], "change_index")
    low, high = change["change_low"], change["change_high"]
    nearest_zero = low.clip(lower=0) + (-high).clip(lower=0)
    farthest = pd.concat([low.abs(), high.abs()], axis=1).max(axis=1)
    parts = change.assign(
        index=change["change"].abs() / 2, index_low=nearest_zero / 2, index_high=farthest / 2
    )
    keys = [*FLOW, "start", "end"]
    result = parts.groupby(keys)[["index", "index_low", "index_high"]].sum().clip(upper=1.0)
    return result.reset_index()


def concentration_change(change: pd.DataFrame) -> pd.DataFrame:
    """Split the change of the Herfindahl–Hirschman index between two years into its items' parts.

    The index is the sum of the squared shares, so an item's part is s1² − s0², and the parts sum to
    the change of the index.

    Parameters
    ----------
    change
        What `composition_change` returns.

    Returns
    -------
    DataFrame
        `change` plus hhi_change, the largest part first whichever way it goes.

    References
    ----------
    O. C. Herfindahl, *Concentration in the U.S. Steel Industry*, 1950 (the index); the parts are an
    identity.

    Examples
    --------
    >>> change = pd.DataFrame({"exporter": "KAZ", "importer": "CHN", "reporter": "KAZ",
    ...     "hs_chapter": ["26", "27"], "share_start": [0.4, 0.6], "share_end": [0.5, 0.5]})
    >>> concentration_change(change)[["hs_chapter", "hhi_change"]].round(2).values.tolist()
    [['27', -0.11], ['26', 0.09]]
    """
    require_columns(change, [*FLOW, "share_start", "share_end"], "concentration_change")
    part = change["share_end"] ** 2 - change["share_start"] ** 2
    order = part.abs().sort_values(ascending=False, kind="stable").index
    return change.assign(hhi_change=part).loc[order].reset_index(drop=True)


def contribution_to_change(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Split a flow's growth between two years into its items' contributions, (x1 − x0) / X0.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, item column, its labels, start, end, start_usd, end_usd,
        change_usd, contribution (fraction of the flow's start value; times 100 it is percentage
        points), contribution_low, contribution_high, growth (of the listed flow; the contributions
        sum to it), source_ids. Sorted from the largest push up to the largest push down.

    Raises
    ------
    ParameterError
        If no flow has both years.

    References
    ----------
    Insee, *Contribution to GDP growth (national accounts)*, the case of current prices.
    """
    pair, item = _two_years(frame, start, end, "contribution_to_change")
    new = Bounds(pair["low_usd_end"], pair["high_usd_end"])
    base = Bounds(pair["low_usd_start"], pair["high_usd_start"])
    total = Bounds(pair["_total_low_start"], pair["_total_high_start"])
    limits = ratio_bounds(difference_bounds(new, base), total)
    pair = pair.rename(columns={"value_usd_start": "start_usd", "value_usd_end": "end_usd"})
    change = pair["end_usd"] - pair["start_usd"]
    pair = pair.assign(
        change_usd=change,
        contribution=change / pair["_total_start"],
        contribution_low=limits.low,
        contribution_high=limits.high,
        growth=pair["_total_end"] / pair["_total_start"] - 1,
    )
    numbers = ["start_usd", "end_usd", "change_usd", "contribution"]
    numbers += ["contribution_low", "contribution_high", "growth", "source_ids"]
    return _ordered(pair, item, ["start", "end", *numbers], "contribution")


def _ordered(frame: pd.DataFrame, item: str, columns: Sequence[str], by: str) -> pd.DataFrame:
    labels = [c for c in LABELS if c in frame.columns and c != item]
    ranked = frame.sort_values([*FLOW, by], ascending=[True] * len(FLOW) + [False], kind="stable")
    return ranked[[*FLOW, item, *labels, *columns]].reset_index(drop=True)


def top_contributions(table: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """Keep the `n` largest contributions either way and put the rest into one row, `other`.

    Parameters
    ----------
    table
        What `contribution_to_change` returns.

    Returns
    -------
    The flow, item, labels, numbers and members (items in the row). Contributions still sum to the
    flow's growth; `other` comes last.

    Raises
    ------
    ParameterError
        If `n` is less than 1 or a column is missing.
    """
    if n < 1:
        message = f"n must be at least 1; got {n}"
        raise ParameterError(message)
    item = item_column(table, "top_contributions")
    keys = [*FLOW, "start", "end", "growth"]
    numbers = ["start_usd", "end_usd", "change_usd", "contribution"]
    numbers += ["contribution_low", "contribution_high"]
    require_columns(table, [*keys, item, *numbers], "top_contributions")
    if "source_ids" in table.columns:
        keys = [*keys, "source_ids"]
    size = table["contribution"].abs().groupby([table[name] for name in FLOW])
    outside = size.rank(method="first", ascending=False) > n
    labels = [c for c in LABELS if c in table.columns and c != item]
    work = table.assign(members=1, _last=outside)
    work[item] = work[item].mask(outside, OTHER)
    for label in labels:
        work[label] = work[label].mask(outside, OTHER_NAME)
    rule = dict.fromkeys([*numbers, "members"], "sum") | dict.fromkeys(labels, "first")
    result = work.groupby([*keys, "_last", item], sort=False).agg(rule).reset_index()
    order = [*FLOW, "_last", "contribution"]
    result = result.sort_values(order, ascending=[True, True, True, True, False], kind="stable")
    rest = [name for name in keys if name not in FLOW]
    return result[[*FLOW, item, *labels, *numbers, *rest, "members"]].reset_index(drop=True)


def revision_breaks(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the years in which a reporter's HS edition changes.

    The Harmonized System is revised about every five years (editions H4 of 2012, H5 of 2017, H6
    of 2022), and a reporter changes over in a year of its own: from then on some codes are split,
    merged or moved. Without the UN's correspondence tables a code seen on one side only cannot be
    followed.

    Parameters
    ----------
    frame
        Rows with `reporter`, `year` and `classification` (others are ignored).

    Returns
    -------
    DataFrame
        reporter, year (first year of the new edition), previous_year, from_edition, to_edition.

    Raises
    ------
    ParameterError
        If a column is missing or a reporter has two editions in one year.

    Examples
    --------
    >>> series = pd.DataFrame({"reporter": "CHN", "year": [2020, 2021, 2022],
    ...                        "classification": ["H5", "H5", "H6"]})
    >>> revision_breaks(series).to_dict("records")
    [{'reporter': 'CHN', 'year': 2022, 'previous_year': 2021, 'from_edition': 'H5',
      'to_edition': 'H6'}]
    """
    columns = ["reporter", "year", "classification"]
    require_columns(frame, columns, "revision_breaks")
    editions = frame[columns].drop_duplicates().sort_values(columns[:2])
    twice = editions[editions.duplicated(columns[:2])]
    if len(twice):
        row = twice.iloc[0]
        message = (
            f"revision_breaks needs one HS edition a reporter and year;"
            f" {row['reporter']} {row['year']} has several"
        )
        raise ParameterError(message)
    before = editions.groupby("reporter")[columns[1:]].shift()
    found = editions.assign(
        previous_year=before["year"],
        from_edition=before["classification"],
        to_edition=editions["classification"],
    ).dropna(subset="from_edition")
    found = found[found["from_edition"] != found["to_edition"]].astype({"previous_year": int})
    names = ["reporter", "year", "previous_year", "from_edition", "to_edition"]
    return found[names].reset_index(drop=True)
