"""What changed in a composition between two years: shares, and contributions to growth.

Functions take composition frames, see `catrade.trade_composition.composition`. Shares and
contributions are fractions; times 100 a contribution or a change of a share is in percentage
points.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.cells.frames import VALUE_COLUMNS, require_columns
from catrade.trade_composition.composition import labels_of, prepared_items
from catrade.trade_composition.concentration import FLOW, FLOW_YEAR, flow_bounds, unlisted
from pagemill.errors import ParameterError
from pagemill.intervals import Bounds, difference_bounds, ratio_bounds, share_of_sum_bounds

__all__ = ["change_index", "composition_change", "contribution_to_change", "revision_breaks"]


def composition_change(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Compare the shares of two years, item by item.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, item column, its labels, start, end, share_start, share_end,
        change (share_end − share_start; times 100 it is percentage points), change_low,
        change_high, source_ids, from the largest rise to the largest fall. Changes of a flow sum to
        zero. Flows without both years are left out.

    Raises
    ------
    ParameterError
        If no flow has both years; the sentence lists the years there are.
    """
    pair, item = _two_years(frame, start, end, "composition_change")
    first, last = (
        Bounds(pair[f"_share_low_{name}"], pair[f"_share_high_{name}"]) for name in ("start", "end")
    )
    limits = difference_bounds(last, first)
    pair = pair.assign(
        share_start=pair["value_usd_start"] / pair["_total_start"],
        share_end=pair["value_usd_end"] / pair["_total_end"],
        change_low=limits.low,
        change_high=limits.high,
    )
    pair["change"] = pair["share_end"] - pair["share_start"]
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
    keys, numbers = [*FLOW, "start", "end"], ["change", "change_low", "change_high"]
    require_columns(change, [*keys, *numbers], "change_index")
    value, low, high = (change[name] for name in numbers)
    parts = change[keys].assign(
        index=value.abs() / 2,
        index_low=(low.clip(lower=0) + (-high).clip(lower=0)) / 2,
        index_high=pd.concat([low.abs(), high.abs()], axis=1).max(axis=1) / 2,
    )
    return parts.groupby(keys).sum().clip(upper=1.0).reset_index()


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
    base, new = (Bounds(pair[f"low_usd_{n}"], pair[f"high_usd_{n}"]) for n in ("start", "end"))
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
    part, total = flow_bounds(frame)
    limits = share_of_sum_bounds(part, total)
    frame = frame.assign(
        unlisted_usd=unlisted(frame),
        _total=frame.groupby(FLOW_YEAR)["value_usd"].transform("sum"),
        _total_low=total.low,
        _total_high=total.high,
        _share_low=limits.low,
        _share_high=limits.high,
    )
    of_flow = ["_total", "_total_low", "_total_high", "unlisted_usd"]
    values = [*VALUE_COLUMNS, "_share_low", "_share_high"]
    years_of = [frame[(frame["year"] == year) & (frame["_total"] > 0)] for year in (start, end)]
    flows = [rows[[*FLOW, *of_flow]].drop_duplicates(FLOW) for rows in years_of]
    items = [rows[[*FLOW, item, *values]] for rows in years_of]
    both = flows[0].merge(flows[1], on=FLOW, suffixes=("_start", "_end"))
    if both.empty:
        has = ", ".join(map(str, years)) or "no years"
        message = f"{function} needs a flow with both {start} and {end}; the frame has {has}"
        raise ParameterError(message)
    pair = items[0].merge(items[1], on=[*FLOW, item], how="outer", suffixes=("_start", "_end"))
    pair = pair.merge(both, on=FLOW)
    for name in ("start", "end"):
        # An item a source does not list is worth nothing, or no more than the cells left out.
        spare = pair[f"unlisted_usd_{name}"]
        highest = (spare / (pair[f"_total_low_{name}"] + spare)).where(spare > 0, 0.0)
        for column, most in (("high_usd", spare), ("_share_high", highest)):
            pair[f"{column}_{name}"] = pair[f"{column}_{name}"].fillna(most)
        zero = [f"{column}_{name}" for column in ("value_usd", "low_usd", "_share_low")]
        pair[zero] = pair[zero].fillna(0.0)
    named = frame[[item, *labels_of(frame, item)]].drop_duplicates(item)
    sources = frame.get("source_id", pd.Series("", index=frame.index)).groupby(
        [frame[name] for name in FLOW]
    )
    ids = sources.agg(lambda found: ";".join(dict.fromkeys(map(str, found))))
    pair = pair.merge(named, on=item, how="left").assign(start=start, end=end)
    return pair.merge(ids.rename("source_ids").reset_index(), on=FLOW), item


def _ordered(frame: pd.DataFrame, item: str, columns: Sequence[str], by: str) -> pd.DataFrame:
    ranked = frame.sort_values([*FLOW, by], ascending=[True] * len(FLOW) + [False], kind="stable")
    return ranked[[*FLOW, item, *labels_of(frame, item), *columns]].reset_index(drop=True)


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
        who, year = twice.iloc[0][columns[:2]]
        message = (
            f"revision_breaks needs one HS edition a reporter and year; {who} {year} has several"
        )
        raise ParameterError(message)
    before = editions.groupby("reporter")[columns[1:]].shift()
    found = editions.assign(
        previous_year=before["year"], from_edition=before["classification"]
    ).rename(columns={"classification": "to_edition"})
    found = found[found["from_edition"].notna() & (found["from_edition"] != found["to_edition"])]
    names = ["reporter", "year", "previous_year", "from_edition", "to_edition"]
    return found[names].astype({"previous_year": int}).reset_index(drop=True)
