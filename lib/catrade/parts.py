"""Parts of a whole, on any frame with a `value`: shares, contributions, sums of one's own.

A frame is as `catrade.series` takes it, with a row a part and time. A sum that lacks a part, or
counts unlike things, is no whole: NaN, and `missing` says what is not there. What does not belong
together at all is refused (`catrade.refused`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from catrade.frames import BASE, ENDS, KEYS, beside, is_known, keys_in, taken
from catrade.refused import (
    GOODS,
    OF_PARTS,
    OF_WHOLE,
    both_sides,
    days,
    refuse,
    units,
    wholes_beside_parts,
)
from catrade.series import require_once, whole_number, with_base
from catrade_build.frames import is_in, join_ids, on_base
from catrade_build.tables.as_of import KNOWN_ON
from catrade_build.tables.names import GROUPS, NAMES, code_of, name_of
from catrade_build.tables.trade import several
from rounding.errors import ParameterError, choice_error
from rounding.formats import join
from rounding.intervals import (
    bounds,
    difference_bounds,
    ratio_bounds,
    share_bounds,
    share_of_sum_bounds,
)

_SHARE = ["share", "share_low", "share_high"]
_BROUGHT = ["contribution", "contribution_low", "contribution_high"]
#: Name of the row that takes what the parts do not explain.
NOT_ALLOCATED = "not allocated"
#: A part that is more often its whole is in another unit.
_UNLIKELY = 100
#: Columns that may name the parts of a whole.
_ITEMS = (*GOODS, "series")
_PLACES = ("partner", "reporter", "country", "jurisdiction")
_SIDES = (*_PLACES, "exporter", "importer")
_PARTS = (*_PLACES[:3], *_ITEMS, "jurisdiction", "flow")
#: Columns that name in words what these name by code.
_WORDS = {"partner": "country", "reporter": "country", "code": "goods"}


def share(
    frame: pd.DataFrame,
    of: pd.DataFrame | None = None,
    by: str | None = None,
    *,
    doubtful: bool = False,
) -> pd.DataFrame:
    """Return each part's share of a whole.

    Parameters
    ----------
    frame
        A row a part and time (and flow).
    of
        The whole, a row a time (and flow); by default the sum of the parts, where all that the
        frame names are there.
    by
        Column that names the parts; by default the first that has several names.
    doubtful
        Whether doubtful figures are taken.

    Returns
    -------
    DataFrame
        `frame` with share, share_low, share_high (fractions) and missing (parts without a figure at
        that time, or that count services where others do not; then the sum is no whole, and the
        share NaN).

    Raises
    ------
    ParameterError
        If there is one part only, a whole stands among its parts, or the whole given is of another
        office, country, unit, flow or time.

    Examples
    --------
    >>> import catrade as ct
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": 2025, "series": ["a", "b"], "value": [1.0, 3.0]})
    >>> ct.share(frame)["share"].tolist()
    [0.25, 0.75]
    """
    rows, whole, by, when = _parts_of("share", frame, of, by, doubtful=doubtful)
    rows["missing"] = _missing(rows, by, when, frame[by].dropna())
    both = rows.merge(whole[[*when, *ENDS]], "left", when, suffixes=("", "_whole"))
    both = both.set_axis(rows.index)
    bounds_of = share_of_sum_bounds if of is None else share_bounds
    part, total = bounds(both), bounds(both, "low_whole", "high_whole")
    both["share_low"], both["share_high"] = bounds_of(part, total)
    both["share"] = both["value"] / both["value_whole"]
    if (both["share_low"] > _UNLIKELY).any():
        times = both["share"].max()
        raise ParameterError(
            f"share finds a part {times:,.0f} times as large as its whole: give both in one unit"
        )
    if of is not None:
        both["missing"] = both["missing"].mask(both["value_whole"].isna(), "the whole")
    is_share = both["share_low"].notna() & (both["low"] >= 0)
    if of is None:
        is_share &= both["missing"] == ""
    both[_SHARE] = both[_SHARE].where(is_share)
    old = [name for name in ("whole", "whole_sources") if name in frame]
    result = beside(frame.drop(columns=old), both, [*_SHARE, "missing"])
    result["missing"] = result["missing"].fillna("")
    return result


def _parts_of(
    function: str,
    frame: pd.DataFrame,
    of: pd.DataFrame | None,
    by: str | None,
    *,
    doubtful: bool,
) -> tuple[pd.DataFrame, pd.DataFrame, str, list[str]]:
    """Return the parts, their whole, the column that names them, and those that tell a whole."""
    rows = taken(frame, function, doubtful=doubtful)
    if {"code", "level"} <= {*rows}:
        rows = _with_zeros(rows)
    if by is None:
        by = _part_column(function, rows, of)
    if by not in frame:
        raise choice_error("by", by, frame.columns)
    when = ["flow", "freq", "at"] if "flow" in rows and by != "flow" else ["freq", "at"]
    if by in GOODS:  # of each pair the goods are a whole of their own
        when = [name for name in ("reporter", "partner") if name in rows] + when
    refuse(function, [units], rows)
    if of is None:
        refuse(function, OF_PARTS, rows, by)
        keys = [name for name in rows if name in (*KEYS, by)]
        require_once(rows, [*keys, "freq", "at"], function)
        whole = rows.groupby(when, as_index=False)[list(ENDS)].sum()
        return rows, whole, by, when
    if not isinstance(of, pd.DataFrame):
        raise ParameterError(f"of must be a frame of the whole; got {of!r}")
    refuse(function, [days], frame, of)
    whole = taken(of, function, doubtful=doubtful)
    when = [name for name in when if name in whole]
    refuse(function, OF_WHOLE, rows, whole)
    require_once(whole, when, f"{function}, of its whole,")
    if rows.merge(whole[when], on=when).empty:
        raise ParameterError(
            f"{function} finds no whole of any part in of=: the parts are of {_spans(rows)}, the "
            f"whole is of {_spans(whole)}"
        )
    return rows, whole, by, when


def _part_column(function: str, rows: pd.DataFrame, of: pd.DataFrame | None) -> str:
    """Return the column that names the parts: the first that has several names."""
    names = [name for name in _PARTS if name in rows]
    if isinstance(of, pd.DataFrame) and len({*of.get("flow", ())}) > 1:
        names = [name for name in names if name != "flow"]
    if not names:
        raise ParameterError(
            f"{function} needs a column that names the parts, such as partner or series; say by="
        )
    several = [name for name in names if len({*rows[name]}) > 1]
    if "level" in rows and "code" in several:  # a table of goods
        return "code"
    alone = [name for name in _ITEMS if name in names]
    return (several or alone or names)[0]


def _with_zeros(rows: pd.DataFrame) -> pd.DataFrame:
    """Add goods that a table lists in another year, worth nothing: it leaves out what was not."""
    keys = [name for name in KEYS if name in rows]
    pair = [name for name in keys if name not in ("code", "goods")]
    goods = rows[keys].drop_duplicates([*pair, "code"])
    times = rows[[*pair, "at", "freq", "period"]].drop_duplicates()
    every = goods.merge(times, on=pair)
    absent = every[~is_in(every, rows, [*pair, "code", "at"])]
    absent = absent.assign(value=0.0, low=0.0, high=0.0)
    absent.index += 1 + rows.index.max()  # rows that the frame has not
    return pd.concat([rows, absent])


def _spans(rows: pd.DataFrame) -> str:
    flows = join(sorted({*rows["flow"]})) + " " if "flow" in rows else ""
    return f"{flows}{rows['period'].iloc[0]} to {rows['period'].iloc[-1]}"


def _missing(
    rows: pd.DataFrame, by: str, when: list[str], every: Iterable[str]
) -> pd.Series[str]:
    """Say of each time which parts are not there, or count no services where others do."""
    missing = pd.Series("", rows.index)
    for _, own in rows.groupby(when):
        absent = [part for part in dict.fromkeys(every) if part not in {*own[by]}]
        names = ", ".join(name_of(str(part)) for part in absent)
        missing[own.index] = names or _unlike(own, by)
    return missing


def _unlike(rows: pd.DataFrame, by: str) -> str:
    """Say of which parts goods alone are missing, where others count no services."""
    if "coverage" not in rows:
        return ""
    has_services = rows["coverage"].isin(["goods_and_services", "mixed"])
    if has_services.all() or not has_services.any():
        return ""
    names = sorted({name_of(code) for code in rows.loc[has_services, by]})
    return f"goods alone of {join(names)}"


def contributions(
    frame: pd.DataFrame,
    of: pd.DataFrame | None = None,
    by: str | None = None,
    years: int = 1,
    *,
    doubtful: bool = False,
) -> pd.DataFrame:
    """Split a whole's growth into what each part brought to it: (x1 - x0) / X0.

    Parameters
    ----------
    frame, of, by, doubtful
        As of `ct.share`.
    years
        How many years before.

    Returns
    -------
    DataFrame
        A row a part and time with both figures: the part, flow, period, change (in the unit of the
        frame), contribution with its ends (fractions of the whole before: times 100 they are
        percentage points) and missing. A whole that is given has a row `not allocated` besides, so
        that the rows of a time sum to its growth. The formula is Insee's contribution to growth at
        current prices.

    Raises
    ------
    ParameterError
        As of `ct.share`, or if no two times are so far apart.

    Examples
    --------
    >>> import catrade as ct
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": [2024, 2024, 2025, 2025], "series": ["a", "b"] * 2})
    >>> found = ct.contributions(frame.assign(value=[1.0, 2.0, 3.0, 3.0]))
    >>> found[["series", "contribution", "change"]].round(2).to_numpy().tolist()
    [['a', 0.67, 2.0], ['b', 0.33, 1.0]]
    """
    years = whole_number("years", years)
    rows, whole, by, when = _parts_of("contributions", frame, of, by, doubtful=doubtful)
    if of is not None:
        refuse("contributions", [wholes_beside_parts], rows, by)
    spans, every = _spans(rows), frame[by].dropna()
    rows = _based(rows, years).dropna(subset="base")
    if rows.empty:
        raise ParameterError(
            f"contributions compares times years={years} apart; the frame has {spans}"
        )
    rows["missing"] = _missing(rows, by, when, every)
    if of is None:
        whole = rows.groupby(when, as_index=False)[BASE].sum()
    else:
        whole = _based(whole, years).dropna(subset="base")
        rows = pd.concat([rows, _rest(rows, whole, by, when)], ignore_index=True)
    rows = rows.merge(whole[[*when, *BASE]], on=when, suffixes=("", "_whole"))
    changed = difference_bounds(bounds(rows), bounds(rows, *BASE[1:]))
    low, high = ratio_bounds(changed, bounds(rows, "base_low_whole", "base_high_whole"))
    rows["change"] = rows["value"] - rows["base"]
    brought = (rows["change"] / rows["base_whole"]).where(low.notna())
    rows[_BROUGHT] = pd.concat([brought, low, high], axis=1)
    if of is None:
        rows.loc[rows["missing"] != "", _BROUGHT] = np.nan
    rows["year"] = rows["period"].str[:4].astype(int)
    rows = rows.sort_values("at", kind="stable").reset_index(drop=True)
    words = _WORDS.get(by, "")
    names = [KNOWN_ON, words, by, "flow", "period", "year", "change", *_BROUGHT]
    return rows[[name for name in dict.fromkeys([*names, "missing"]) if name in rows]]


def _based(rows: pd.DataFrame, years: int) -> pd.DataFrame:
    """Return rows with their bases: of one release where the edition knows them."""
    if years == 1 and is_known(rows):
        return rows.copy()
    return with_base(rows, keys_in(rows, "contributions"), years, "contributions")


def _rest(
    rows: pd.DataFrame, whole: pd.DataFrame, by: str, when: list[str]
) -> pd.DataFrame:
    """Return what parts leave of a whole that was given; NaN at a time that lacks one."""
    amounts = [*ENDS, *BASE]
    groups = rows.groupby(when, as_index=False)
    sums = groups[amounts].sum(min_count=1).merge(groups["missing"].first())
    rest = whole.drop(columns="missing", errors="ignore")
    rest = rest.merge(sums, on=when, suffixes=("", "_parts"))
    for value, low, high in (ENDS, BASE):
        parts = bounds(rest, f"{low}_parts", f"{high}_parts")
        ends = difference_bounds(bounds(rest, low, high), parts)
        rest[value] -= rest[f"{value}_parts"]
        rest[low], rest[high] = ends
    rest[amounts] = rest[amounts].where(rest["missing"] == "")
    return rest.assign(**{by: NOT_ALLOCATED, _WORDS.get(by, by): NOT_ALLOCATED})


def combine(frame: pd.DataFrame, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Add parts up to groups of one's own.

    Parameters
    ----------
    frame
        A row a part and time (and flow). Parts in no group stay as they are.
    groups
        Names of groups, and the partners, series or goods that each holds.

    Returns
    -------
    DataFrame
        `frame` with a row a group and time in the place of its parts: value, low and high summed,
        of figures of the edition also growth on the sum of the bases that the parts' own growth is
        measured on, and missing: the parts without a figure, where the sum is NaN.

    Raises
    ------
    ParameterError
        If a part is not in the frame or stands in two groups, a whole stands beside its parts, or a
        group has the name of a place that is another sum.

    Examples
    --------
    >>> import catrade as ct
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": 2025, "partner": ["KAZ", "KGZ", "TJK"], "value": [5.0, 2, 1]})
    >>> ct.combine(frame, {"Other two": ["KGZ", "Tajikistan"]})[["partner", "value"]].to_numpy()
    array([['KAZ', 5.0],
           ['Other two', 3.0]], dtype=object)
    """
    if not isinstance(groups, Mapping) or not groups:
        raise ParameterError(
            "combine needs groups, such as {'Other three': ['KGZ', 'TJK', 'TKM']}"
        )
    rows = taken(frame, "combine", doubtful=True)
    refuse("combine", [units], rows)
    groups = {
        str(name): _as_codes(several(parts), rows) for name, parts in groups.items()
    }
    by, members = _members(frame, groups)
    # Of flows of a country the sum is that country's.
    words = (by, _WORDS.get(by, by))
    keys = [name for name in keys_in(rows, "combine") if name not in words]
    sums = []
    for name, parts in members.items():
        own = rows[rows[by].isin(parts)]
        refuse("combine", [both_sides, wholes_beside_parts], own, by)
        own = _called(own, name, by, parts)
        require_once(own, [*keys, by, "at"], "combine")
        summed = _summed(own, [*keys, "at"], by, parts)
        sums.append(summed.assign(**{by: name, _WORDS.get(by, by): name}))
    every = [part for parts in members.values() for part in parts]
    others = frame.reset_index(drop=True)
    held = others[by].map(lambda name: code_of(str(name), {*rows[by]}))
    others = others[~held.isin(every)].assign(missing="")
    result = pd.concat([others, *sums], ignore_index=True)
    told = ["growth", "growth_low", "growth_high"] if is_known(rows) else []
    columns = dict.fromkeys([*frame.columns, "value", "low", "high", *told, "missing"])
    return result[[name for name in columns if name in result]]


def _as_codes(parts: list[str], rows: pd.DataFrame) -> list[str]:
    """Return goods that are named in words, or by 7 for chapter 07, by their codes."""
    if not {"code", "goods"} <= {*rows}:
        return parts
    codes = {str(code).lstrip("0"): code for code in rows["code"]}
    codes |= dict(zip(rows["goods"].str.casefold(), rows["code"], strict=True))
    return [str(codes.get(part.casefold().lstrip("0"), part)) for part in parts]


def _members(
    frame: pd.DataFrame, groups: Mapping[str, Sequence[str]]
) -> tuple[str, dict[str, list[str]]]:
    """Return the column in which the parts of groups stand, and their names there."""
    asked = [part for parts in groups.values() for part in parts]
    held = {name: {*frame[name].dropna()} for name in _PARTS if name in frame}
    if not held:
        raise ParameterError(
            "combine needs a column that names the parts, such as partner or series"
        )
    by = max(
        held, key=lambda name: sum(code_of(p, held[name]) in held[name] for p in asked)
    )
    codes = {
        name: [code_of(part, held[by]) for part in parts]
        for name, parts in groups.items()
    }
    every = [part for parts in codes.values() for part in parts]
    for part in every:
        if part not in held[by]:
            raise choice_error("a part of a group", part, sorted(map(str, held[by])))
        if every.count(part) > 1:
            raise ParameterError(f"combine counts {name_of(part)} twice: name it once")
    named = {*frame["goods"]} if by == "code" and "goods" in frame else set()
    for name in {*codes} & (held[by] | named):
        raise ParameterError(f"{name!r} is in the frame: call the group otherwise")
    for name, parts in codes.items():
        place = code_of(name)
        if by in _PLACES and place in NAMES and {*parts} != {*GROUPS.get(place, ())}:
            raise ParameterError(
                f"{name!r} is the name of {name_of(place)}, which is not the sum of "
                f"{join([*map(name_of, parts)])}: call the group otherwise"
            )
    return by, codes


def _called(rows: pd.DataFrame, name: str, by: str, parts: list[str]) -> pd.DataFrame:
    """Let other columns that tell the parts apart say the group, so that these meet in a sum."""
    codes = {code_of(part) for part in parts}
    if by in _PLACES:
        for column in {*_SIDES} & {*rows} - {by}:
            places = rows[column].astype("object")
            is_part = places.map(lambda place: code_of(str(place)) in codes)
            rows = rows.assign(**{column: places.mask(is_part, name)})
    # A series of trade is of a kind with a partner.
    if by == "partner" and "kind" in rows:
        rows = rows.assign(series=rows["kind"])
    return rows


def _summed(
    rows: pd.DataFrame, keys: list[str], by: str, parts: list[str]
) -> pd.DataFrame:
    """Return the sums of a group, NaN where a part is missing."""
    amounts = [name for name in (*ENDS, *BASE) if name in rows]
    rows["missing"] = _missing(rows, by, keys, parts)
    rows[amounts] = rows[amounts].where(rows["missing"] == "")
    texts = ("period", "year", "date", KNOWN_ON, "missing")
    how: dict[str, Any] = {name: "first" for name in texts if name in rows}
    if "sources" in rows:
        how["sources"] = join_ids
    if "quality" in rows:  # the first by the alphabet: doubtful before ok
        how["quality"] = "min"
    groups = rows.groupby(keys)
    sums = groups[amounts].sum(min_count=len(parts)).join(groups.agg(how))
    if "base" in amounts:
        sums = sums.assign(**on_base(sums))
    return sums.reset_index()


def hhi(goods: pd.DataFrame | Iterable[float]) -> pd.DataFrame | float:
    """Return how concentrated trade is: the Herfindahl–Hirschman index, the sum of squared shares.

    Parameters
    ----------
    goods
        What `ct.goods` returns, or the amounts of the items of one whole.

    Returns
    -------
    DataFrame or float
        Of a frame a row a flow and year: hhi, equivalent_items (1 / hhi), largest and
        largest_share. Of amounts the index alone, from 1 / n (all equal) to 1.

    Raises
    ------
    ParameterError
        If the frame lists no goods, or only some of a flow's, or an amount is below zero.

    Examples
    --------
    >>> import catrade as ct
    >>> ct.hhi([5, 3, 2])
    0.38
    """
    if not isinstance(goods, pd.DataFrame):
        return _index_of([*goods] if isinstance(goods, Iterable) else [goods])
    item = next((name for name in ("goods", "code", "hs_chapter") if name in goods), "")
    if not item:
        raise ParameterError(
            "hhi needs all goods of a flow, such as ct.goods('UZB', 'export') returns, or amounts; "
            "partners seldom make up a whole: square their ct.share(frame, of=whole) and sum"
        )
    rows, whole, _, when = _parts_of("hhi", goods, None, None, doubtful=False)
    if (rows["value"] < 0).any():
        raise ParameterError("hhi needs amounts of zero or more; the frame has less")
    rows = rows.merge(whole, "left", when, suffixes=("", "_whole"))
    rows["share"] = (rows["value"] / rows["value_whole"]).where(rows["low"] >= 0)
    rows["square"] = rows["share"] ** 2
    rows["year"] = rows["period"].str[:4].astype(int)
    pair = [KNOWN_ON, "exporter", "importer", "flow", "year"]
    keys = [key for key in pair if key in goods]
    found = rows.sort_values("share").groupby(keys, as_index=False)
    result: pd.DataFrame = found.agg(
        hhi=("square", lambda squares: squares.sum(min_count=1)),
        equivalent_items=("square", lambda squares: 1 / squares.sum(min_count=1)),
        largest=(item, "last"),
        largest_share=("share", "last"),
    )
    return result


def _index_of(amounts: list[float]) -> float:
    values = pd.to_numeric(pd.Series(amounts, dtype=object), errors="coerce")
    whole = values.sum()
    if not (values >= 0).all() or not 0 < whole < np.inf:
        raise ParameterError(
            f"hhi needs amounts of zero or more, and one above zero; got {amounts}"
        )
    return float(((values / whole) ** 2).sum())
