"""What trade consists of: shares, the largest items, groups of items.

Functions take *composition frames*, as `load_composition` returns them: one row an item
(hs_chapter, section or group) of a flow (exporter, importer, reporter) in a year, with value_usd,
low_usd, high_usd and unlisted_usd, the most a flow may hold in cells its source leaves out. A
composition is of listed goods; the bounds allow for the unlisted ones. Shares are fractions. What
changed between two years: `catrade.trade_composition.changes`; how concentrated a composition is:
`catrade.trade_composition.concentration`; what the two sides say of it:
`catrade.trade_composition.both_sides`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd

from catrade.cells.frames import VALUE_COLUMNS, require_columns, require_unique
from catrade.trade_composition.concentration import (
    FLOW,
    FLOW_YEAR,
    flow_bounds,
    flow_numbers,
    item_column,
    unlisted,
)
from pagemill.errors import ParameterError, choice_error
from pagemill.intervals import Bounds, share_of_sum_bounds

#: Code of the row that takes the items outside the largest.
OTHER = "other"
OTHER_NAME = "All other"
#: Columns that follow from the item and are carried along.
LABELS = (
    *("chapter_name", "short_name", "section", "section_name", "section_short"),
    *("group", "group_name", "high_tech", "wits_name"),
)


def prepared_items(frame: pd.DataFrame, function: str) -> tuple[pd.DataFrame, str]:
    """Check a composition frame; return it with a plain index, and its item column."""
    item = item_column(frame, function)
    require_columns(frame, [*FLOW_YEAR, item, *VALUE_COLUMNS], function)
    require_unique(frame, [*FLOW_YEAR, item], function)
    return frame.reset_index(drop=True), item


def share(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each item's share in its flow and year.

    Returns
    -------
    frame plus share (in the listed goods; they sum to 1 in each flow and year), share_low and
    share_high (whatever the true values and the unlisted ones are). A flow worth nothing has no
    rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"exporter": "KAZ", "importer": "CHN", "reporter": "KAZ", "year": 2024,
    ...     "hs_chapter": ["26", "27"], "value_usd": [3.0, 1.0], "low_usd": [3.0, 1.0],
    ...     "high_usd": [3.0, 1.0], "unlisted_usd": 1.0})
    >>> share(frame)[["hs_chapter", "share", "share_low", "share_high"]].to_dict("list")
    {'hs_chapter': ['26', '27'], 'share': [0.75, 0.25], 'share_low': [0.6, 0.2],
     'share_high': [0.75, 0.25]}
    """
    frame, _ = prepared_items(frame, "share")
    part, total = flow_bounds(frame)
    limits = share_of_sum_bounds(part, total)
    sums = frame["value_usd"].groupby(flow_numbers(frame)).transform("sum")
    result = frame.assign(
        share=frame["value_usd"] / sums.where(sums > 0),
        share_low=limits.low,
        share_high=limits.high,
    )
    return result.dropna(subset=["share", "share_low", "share_high"]).reset_index(drop=True)


def flow_sources(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the sources of each flow (or flow and year): `keys` and source_ids."""
    flows = zip(*(frame[key].tolist() for key in keys), strict=True)
    ids = frame["source_id"].tolist() if "source_id" in frame.columns else [""] * len(frame)
    found: dict[tuple[Any, ...], list[str]] = {}
    for flow, source in zip(flows, ids, strict=True):
        found.setdefault(flow, []).append(str(source))
    rows = [[*flow, ";".join(dict.fromkeys(found[flow]))] for flow in sorted(found)]
    return pd.DataFrame(rows, columns=[*keys, "source_ids"])


def top_items(
    frame: pd.DataFrame, n: int = 10, *, across: Literal["year", "flow"] = "year"
) -> pd.DataFrame:
    """Keep the `n` largest items and put the rest into one row, `other`.

    Parameters
    ----------
    across
        `year` ranks within each year; `flow` ranks the sums over all years of a flow, so that all
        years show the same items (for a chart over time).

    Returns
    -------
    frame's flow, year, item, labels and value columns plus rank (1 is the largest, `other` comes
    last) and members (items in the row). Values add up to what they were.

    Raises
    ------
    ParameterError
        If `n` is less than 1 or `across` is unknown.
    """
    if n < 1:
        message = f"n must be at least 1; got {n}"
        raise ParameterError(message)
    if across not in ("year", "flow"):
        error = choice_error("across", across, ["year", "flow"])
        raise error
    frame, item = prepared_items(frame, "top_items")
    keys = [*FLOW_YEAR] if across == "year" else [*FLOW]
    sums = frame.groupby([*keys, item], sort=True)["value_usd"].sum().reset_index()
    sums["rank"] = sums.groupby(keys)["value_usd"].rank(method="first", ascending=False)
    work = frame.merge(sums.drop(columns="value_usd"), on=[*keys, item])
    outside = work["rank"] > n
    labels = [c for c in LABELS if c in frame.columns and c != item]
    work["rank"] = work["rank"].clip(upper=n + 1).astype(int)
    work["members"] = 1
    work[item] = work[item].mask(outside, OTHER)
    for label in labels:
        work[label] = work[label].mask(outside, OTHER_NAME)
    rule = dict.fromkeys([*VALUE_COLUMNS, "members"], "sum") | dict.fromkeys(
        [c for c in (*labels, "basis", "coverage", "source_id", "unlisted_usd") if c in work],
        "first",
    )
    result = work.groupby([*FLOW_YEAR, "rank", item], sort=True).agg(rule).reset_index()
    result.attrs.update(frame.attrs)
    return result


def group_share(
    frame: pd.DataFrame, members: Sequence[str], *, by: str = "group", name: str = ""
) -> pd.DataFrame:
    """Return the joint share of some items in each flow and year.

    Parameters
    ----------
    members
        Codes in column `by`, such as `["machinery", "electronics", "vehicles"]`.
    name
        What to call them together; by default the codes joined with " + ".

    Returns
    -------
    exporter, importer, reporter, year, name, value_usd, total_usd, share, share_low, share_high,
    source_ids; one row a flow and year, also where none of the members is listed (share 0).

    Raises
    ------
    ParameterError
        If the frame has no column `by` or a member occurs in it nowhere.
    """
    require_columns(frame, [by], "group_share")
    known = set(frame[by])
    for member in members:
        if len(frame) and member not in known:
            error = choice_error(f"members ({by})", member, sorted(known))
            raise error
    frame, _ = prepared_items(frame, "group_share")
    inside = frame[by].isin(list(members))
    parts = {c: frame[c].where(inside, 0.0) for c in VALUE_COLUMNS}
    work = frame.assign(**{f"_{c}": parts[c] for c in VALUE_COLUMNS}, _spare=unlisted(frame))
    rule = dict.fromkeys([*VALUE_COLUMNS, *(f"_{c}" for c in VALUE_COLUMNS)], "sum")
    sums = work.groupby(list(FLOW_YEAR)).agg({**rule, "_spare": "first"}).reset_index()
    # Unlisted goods may all belong to the group, or none.
    rest = Bounds(
        sums["low_usd"] - sums["_low_usd"],
        sums["high_usd"] - sums["_high_usd"] + sums["_spare"],
    )
    most = sums["_high_usd"] + sums["_spare"]
    result = sums[list(FLOW_YEAR)].assign(
        name=name or " + ".join(members),
        value_usd=sums["_value_usd"],
        total_usd=sums["value_usd"],
        share=sums["_value_usd"] / sums["value_usd"],
        share_low=sums["_low_usd"] / (sums["_low_usd"] + rest.high),
        share_high=most / (most + rest.low),
        source_ids=flow_sources(frame, FLOW_YEAR)["source_ids"],
    )
    result.attrs.update(frame.attrs)
    return result
