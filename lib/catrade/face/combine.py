"""Frames made of frames: parts added up to groups of one's own, and prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from catrade.calc.concentration import LEVELS
from catrade.cells.frames import (
    first_present,
    its_columns,
    join_ids,
    present,
    require_columns,
)
from catrade.face.calculate import are_trade, growth
from catrade.face.convert import (
    cells_of,
    place_beside,
    refuse_both_sides,
    without_goods,
)
from catrade.face.frames import with_texts
from catrade.tables.names import code_of, name_of, wholes_among
from catrade.tables.trade import several
from rounding.errors import ParameterError, choice_error
from rounding.formats import join
from rounding.intervals import bounds, growth_bounds, ratio_bounds

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
#: What tells one price from another.
_OF_PRICE = ("jurisdiction", "exporter", "importer", "period", "year", "month", "date")


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
        for whole, own in wholes_among(sorted(parts)):
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


def price(value: pd.DataFrame, count: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what one unit costs: dollars by weight, or by a count of the same source.

    Parameters
    ----------
    value
        Amounts in dollars, as `ct.facts` and `ct.market` return them.
    count
        Figures in another unit, of the same places and periods, such as vehicles; by default the
        weight that stands in `value` (net_weight_t).

    Returns
    -------
    DataFrame
        The rows of `value` with price, price_low and price_high (what rounding allows), unit
        ("USD per vehicle", "USD per kg") and quality (`doubtful` where either figure is). A value
        and a count of different sources have no price: NaN, and quality_reason says so.

    Raises
    ------
    ParameterError
        If the value is not in dollars, the count is, or nothing of one stands beside the other.

    Examples
    --------
    >>> from catrade.face.tables import facts
    >>> found = price(facts("CHN", "KGZ", 2024, topic="vehicles"))
    >>> found.dropna(subset="price")[["price", "unit", "quality"]].round(2).values.tolist()[1:]
    [[5.67, 'USD per kg', 'doubtful'], [12.23, 'USD per kg', 'ok']]
    """
    dollars = _in_dollars(value)
    if count is None:
        if "net_weight_t" not in value:
            raise ParameterError(
                "price needs a count, such as ct.market('ev_imports') returns, or a column "
                f"net_weight_t; the frame has {its_columns(value)}"
            )
        ends = ("low_count", "count", "high_count")
        weight = dict.fromkeys(ends, 1000 * dollars["net_weight_t"])
        beside = dollars.assign(**weight, unit="USD per kg")
    else:
        beside = _beside(dollars, count)
    amount = bounds(beside, "low_usd", "high_usd")
    ratio = ratio_bounds(amount, bounds(beside, "low_count", "high_count"))
    prices = beside.assign(
        price=beside["value_usd"] / beside["count"].where(beside["count"] > 0),
        price_low=ratio.low,
        price_high=ratio.high,
    )
    if "other_sources" in prices:
        is_other = prices["sources"] != prices["other_sources"]
        prices.loc[is_other, ["price", "price_low", "price_high"]] = float("nan")
        prices.loc[is_other, "quality_reason"] = "value and count are of other sources"
    if prices["price"].isna().all():
        raise ParameterError(
            "price finds no value and count of one source, place and period side by side"
        )
    ours = "value_usd low_usd high_usd count low_count high_count other_sources"
    prices = prices.drop(columns=ours.split(), errors="ignore")
    prices.attrs = dict(value.attrs)
    return prices


def _in_dollars(value: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a frame that are in dollars, as value_usd with its bounds."""
    if not isinstance(value, pd.DataFrame) or not {"value", "value_bn"} & set(value):
        raise ParameterError(
            "price needs amounts, such as ct.facts returns, in dollars"
        )
    rows: pd.DataFrame = value
    if "series" in rows and rows["series"].str.startswith("ember_").any():
        raise ParameterError(
            "price has no count for Ember's groups: they hold more than cars, and which "
            "goods is not published"
        )
    if "value_bn" not in rows:
        is_usd = rows["unit"] == "USD" if "unit" in rows else [False] * len(rows)
        rows = rows.loc[is_usd]
        if rows.empty:
            raise ParameterError("price needs amounts in dollars; the frame has none")
    scale, unit = (1e9, "_bn") if "value_bn" in rows else (1.0, "")
    amounts = {
        f"{end}_usd": scale * rows.get(f"{end}{unit}", rows[f"value{unit}"])
        for end in ("value", "low", "high")
    }
    return rows.assign(**amounts)


def _beside(dollars: pd.DataFrame, count: pd.DataFrame) -> pd.DataFrame:
    """Return each amount with the count of the same place and period."""
    require_columns(count, [], "price, of a count,")
    if "value" not in count or set(count.get("unit", [""])) & {"USD", "CNY"}:
        raise ParameterError(
            "count must hold figures that are no money in a column value, such as "
            f"ct.market('ev_imports') returns; it has {its_columns(count)}"
        )
    keys = [name for name in present(_OF_PRICE, dollars) if name in count]
    units = count.get("unit", pd.Series("unit", count.index))
    amounts = {
        "count": count["value"],
        "low_count": count.get("low", count["value"]),
        "high_count": count.get("high", count["value"]),
        "other_sources": count.get("sources", ""),
        "other_quality": count.get("quality", "ok"),
        "unit": "USD per " + units.str.removesuffix("s"),
    }
    other = count[keys].assign(**amounts).dropna(subset="count")
    if other.duplicated(keys).any():
        raise ParameterError(
            "price needs one count a place and period; there are several"
        )
    both = dollars.drop(columns=["unit"], errors="ignore").merge(other, on=keys)
    if "quality" in both:
        is_doubtful = both["other_quality"].eq("doubtful")
        both["quality"] = both["quality"].mask(is_doubtful, "doubtful")
    return both.drop(columns="other_quality")
