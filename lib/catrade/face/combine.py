"""Frames made of frames: parts added up to groups of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from catrade.face.calculate import are_trade, growth
from catrade.face.convert import (
    cells_of,
    place_beside,
    refuse_both_sides,
    wholes_in,
    without_goods,
)
from catrade.face.frames import with_texts
from catrade_build.calc.concentration import LEVELS
from catrade_build.cells.frames import (
    first_present,
    its_columns,
    join_ids,
    present,
)
from catrade_build.tables.names import code_of, name_of
from catrade_build.tables.trade import several
from rounding.errors import ParameterError, choice_error
from rounding.formats import join
from rounding.intervals import bounds, growth_bounds

#: Columns whose values may be put together.
_PARTS = ("partner", "country", "reporter", "series", "kind", *LEVELS, "goods")
_AMOUNTS = ("value_bn", "low_bn", "high_bn", "value", "low", "high")
_BASES = ("base_bn", "base_low_bn", "base_high_bn")
#: What tells one sum from another.
_SIDES = (
    "reporter",
    "partner",
    "partner_name",
    "country",
    "exporter",
    "importer",
    "flow",
)
_KEYS = (*_SIDES, "jurisdiction", "unit", "currency", "date", "period", "year", "month")


def combine(frame: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Add parts up to groups of one's own, with growth within one release.

    Parameters
    ----------
    frame
        What `ct.trade`, `ct.goods` or `ct.market` returns, or another frame with a value and a
        time. Parts in no group stay as they are.
    groups
        The names of groups, and the partners, series or goods that each holds.

    Returns
    -------
    DataFrame
        `frame` with a row a group and date in the place of its parts; a date at which one has no
        figure, or counts services where others do not, has NaN, and `missing` names it. Of figures
        of trade also the columns of `ct.growth`, the sum on the sum of the bases that the parts'
        own growth is measured on: take growth from here, as of a sum no release is known.

    Raises
    ------
    ParameterError
        If a part is not in the frame or stands in two groups, or a whole stands beside its parts.

    Examples
    --------
    >>> from catrade.face.figures import trade
    >>> others = {"Other three": ["KGZ", "Tajikistan", "TKM"]}
    >>> found = combine(trade(flow="total", start=2024), others).query("year == 2025")
    >>> found[["partner_name", "value_bn"]].round(1).values.tolist()
    [['Kazakhstan', 48.7], ['Uzbekistan', 16.1], ['Other three', 41.6]]
    """
    if not isinstance(frame, pd.DataFrame) or not isinstance(groups, Mapping):
        raise ParameterError(
            "combine needs a frame and groups, such as {'Other three': ['KGZ', 'TJK', 'TKM']}"
        )
    part, members = _members(frame, groups)
    # Growth first: what a sum is measured on is known part by part.
    is_trade = are_trade(frame)
    rows = growth(frame) if is_trade and "base_bn" not in frame else frame
    if is_trade:
        cells = cells_of(rows, "combine", doubtful=True)
        rows = place_beside(rows, cells, present(["coverage"], cells))
    # A share or an index of the parts is none of their sum.
    rows = rows.drop(columns=rows.filter(regex="^(share|index)"))
    twins = [name for name in present(_PARTS, rows) if rows[name].equals(rows[part])]
    twins += present([f"{name}_name" for name in twins] + ["goods"], rows)
    sums = []
    for name, codes in members.items():
        own = rows[rows[part].isin(codes)]
        refuse_both_sides("combine", own)
        own = own.assign(member=own[part], **dict.fromkeys(twins, name))
        sums.append(_added(own, codes, twins))
    every = [code for codes in members.values() for code in codes]
    others = rows[~rows[part].isin(every)].assign(missing="")
    result = pd.concat([others, *sums], ignore_index=True)
    result = with_texts(result)[[*rows.columns, "missing"]]
    if "coverage" not in frame:
        result = result.drop(columns="coverage", errors="ignore")
    result.attrs = dict(frame.attrs)
    return result


def _members(
    frame: pd.DataFrame, groups: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, list[str]]]:
    """Return the column in which the parts of groups stand, and their codes there."""
    asked = {str(name): several(codes) for name, codes in groups.items()}
    wanted = [part for parts in asked.values() for part in parts]
    columns = present(_PARTS, frame)
    if not wanted or not columns:
        raise ParameterError(
            "combine needs groups that hold parts, and a frame with a column that names these, "
            f"such as partner; the frame has {its_columns(frame)}"
        )

    # The column that holds most of them.
    held = {name: {*frame[name].astype(str)} for name in columns}
    codes_in = {
        name: [code_of(part, held[name]) for part in wanted] for name in columns
    }
    column = max(columns, key=lambda name: len(held[name] & {*codes_in[name]}))
    names = held[column]
    codes = {
        name: [code_of(part, names) for part in parts] for name, parts in asked.items()
    }
    for code in codes_in[column]:
        if code not in names:
            raise choice_error("a part of a group", code, sorted(names))
        if codes_in[column].count(code) > 1:
            raise ParameterError(f"combine counts {name_of(code)} twice: name it once")
    for name, parts in codes.items():
        if name in names:
            raise ParameterError(f"{name!r} is in the frame: call the group otherwise")
        for whole, own in wholes_in(frame[frame[column].isin(parts)], column):
            raise ParameterError(
                f"combine cannot sum {whole} with its own parts, {join([*map(name_of, own)])}"
            )
    return column, codes


def _added(
    rows: pd.DataFrame, codes: Sequence[str], twins: Sequence[str]
) -> pd.DataFrame:
    """Return the sums of a group's parts, NaN where one of them is missing."""
    keys = list(dict.fromkeys([*twins, *present(_KEYS, rows)]))
    if rows.duplicated([*keys, "member"]).any():
        raise ParameterError(
            "combine needs one row a part, flow and date; a part has several"
        )
    groups = rows.groupby(keys, sort=False)
    amounts = present([*_AMOUNTS, *_BASES], rows)
    sums = groups[amounts].sum(min_count=len(codes))
    sums["missing"] = [_lacking(own, codes) for _, own in groups]
    sums[amounts] = sums[amounts].where(sums["missing"] == "")
    for name in present(["sources", "growth_basis"], rows):
        sums[name] = groups[name].agg(join_ids)
    for name in present(["begins", "base_revised"], rows):
        sums[name] = groups[name].any()
    if "basis" in rows:
        sums["basis"] = "sum of parts"
    if "quality" in rows:
        is_doubtful = groups["quality"].agg(lambda kinds: "doubtful" in {*kinds})
        sums["quality"] = is_doubtful.map({True: "doubtful", False: "ok"})
    if "base_bn" in sums:
        rate = growth_bounds(bounds(sums), bounds(sums, *_BASES[1:]))
        sums["growth"] = sums["value_bn"] / sums["base_bn"] - 1
        has_rate = sums["growth"].notna()
        sums["growth_low"] = rate.low.where(has_rate)
        sums["growth_high"] = rate.high.where(has_rate)
        sums["growth_basis"] = sums["growth_basis"].where(has_rate, "")
    return sums.reset_index()


def _lacking(rows: pd.DataFrame, codes: Sequence[str]) -> str:
    """Name the parts without a figure, or those that count services beside others that do not."""
    there = rows[rows[first_present(_AMOUNTS, rows)].notna()]
    absent = [name_of(code) for code in codes if code not in {*there["member"]}]
    if absent:
        return ", ".join(absent)
    return without_goods(there, "member") if "coverage" in there else ""
