"""Calculations, frame in and frame out: each takes what `ct.trade` or `ct.goods` returns.

Any frame with a value (`value_bn`, `value_bn` or `value`) and a time (date, year or period) will
do; bounds are taken from `low_…` and `high_…` where it has them. Rates and shares are fractions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import pandas as pd

from catrade.calc import concentration, vintages
from catrade.calc.composition import contribution_to_change
from catrade.calc.composition import share as share_of_flow
from catrade.calc.growth import cagr_between, index_to_base
from catrade.calc.growth import growth as growth_of_cells
from catrade.calc.shares import (
    NOT_ALLOCATED,
    contribution_to_growth,
    share_of,
)
from catrade.cells.frames import (
    AS_BASE,
    VALUE_COLUMNS,
    is_in,
    present,
    with_earlier,
)
from catrade.face.frames import (
    beside,
    cells_of,
    described_as,
    keys_of,
    with_names,
)
from catrade.tables.names import GROUPS, code_of, name_of
from rounding.errors import ParameterError, choice_error

_GOODS = tuple(concentration.LEVELS)
#: What holds others: a sum of both would count them twice.
_WHOLES = {**GROUPS, "CA5": (*GROUPS["CA5"], "CA4"), "total": ("export", "import")}
_BY = ("partner", "country", "reporter", *_GOODS, "series", "flow")


def growth(
    frame: pd.DataFrame, years: int = 1, *, doubtful: bool = False
) -> pd.DataFrame:
    """Compare each figure with that of the same part of the year before.

    Of what `ct.trade` returns, growth is taken within one vintage: where the two levels are of two
    releases, the growth that the publisher prints is used, who knows the year before as revised.

    Parameters
    ----------
    frame
        One figure a series and date.
    years
        How many years before.
    doubtful
        Whether doubtful figures are taken as well.

    Returns
    -------
    DataFrame
        `frame` plus growth, growth_low, growth_high (fractions; NaN without a base, where another
        statistic begins, and where a rate may be a rise or a fall and is known to no better than 20
        points), growth_basis (`one release`, `two releases`, `printed`, `printed in yuan`: see
        `catrade.calc.vintages`; of any other frame `computed`). Of what `ct.trade` returns also
        base_bn, base_low_bn, base_high_bn (what the rate is measured on), growth_computed (the
        quotient of the levels) and base_revised (whether the printed rate contradicts it).

    Raises
    ------
    ParameterError
        If there is no figure or no time, or several figures a series and date.

    Examples
    --------
    >>> from catrade.face.figures import trade
    >>> growth(trade("CA5", "total", 2024)).tail(1)[["year", "growth"]].round(3).values.tolist()
    [[2025.0, 0.123]]
    """
    # Quotients of the frame, in their place the rates known of chosen figures; less those on a
    # doubtful base, that say hardly more than nothing, or that go over a break.
    cells, keys = cells_of(frame, "growth", doubtful=doubtful), keys_of(frame)
    quotients = growth_of_cells(cells, years, keys).set_index("row")
    found = quotients.assign(
        growth_computed=quotients["growth"], growth_basis="computed", base_revised=False
    )[vintages.OF_RATE]
    is_trade = _are_trade(cells)
    if years == 1 and is_trade:
        own = cells.set_index("row").assign(partner=_counterpart(cells).to_numpy())
        known = vintages.of_chosen(own)[vintages.OF_RATE]
        found = pd.concat([known, found[~found.index.isin(known.index)]])
    found = found.join(quotients[present(["source_ids"], quotients)])
    every = with_earlier(cells_of(frame, "growth", doubtful=True), years)
    left_out = every[~every["row"].isin(cells["row"])]
    left_out = left_out.assign(base_period=left_out["period"])
    printed = found["growth_basis"].isin(vintages.PRINTED)
    on_doubt = is_in(every.loc[found.index], left_out, [*keys, "base_period"])
    found = found[(~on_doubt | printed) & ~vintages.is_vague(found)]
    begun = _over_a_break(frame, years)[found.index]
    found[_MEASURED] = found[_MEASURED].mask(begun & ~printed[found.index])
    found = found.rename_axis("row").reset_index()
    result = beside(frame, found, _RATE)
    result["growth_basis"] = result["growth_basis"].fillna("")
    if is_trade and "value_bn" in frame:
        result = beside(result, found, _BASE)
        result["base_revised"] = result["base_revised"].eq(True)
    return result


_RATE = ["growth", "growth_low", "growth_high", "growth_basis"]
#: What there is not over the beginning of another statistic.
_MEASURED = [*_RATE, "base_bn", "base_low_bn", "base_high_bn"]
#: What a rate is measured on, where the chosen figures are known.
_BASE = ["base_bn", "base_low_bn", "base_high_bn", "growth_computed", "base_revised"]


def _over_a_break(
    frame: pd.DataFrame, years: int
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Say of each row whether another statistic of its series begins in so many years."""
    if not {"begins", "year"} <= set(frame):
        return np.zeros(len(frame), dtype=bool)
    where = [*keys_of(frame), "year"]
    begun = frame.loc[frame["begins"].eq(True), where]
    later = [begun.assign(year=begun["year"] + n) for n in range(years)]
    return is_in(frame, pd.concat(later), where)


def _are_trade(cells: pd.DataFrame) -> bool:
    """Say whether these are figures of pairs, of which the vintage may be known."""
    return {"reporter", "partner", "flow"} <= set(cells)


def _counterpart(cells: pd.DataFrame) -> pd.Series[str]:
    """Name the partner as the table of published figures does where it reports itself."""
    return cells["partner"].mask(cells["reporter"] == cells["partner"], "CHN")


def cagr(
    frame: pd.DataFrame,
    start: int | None = None,
    end: int | None = None,
    *,
    doubtful: bool = False,
) -> pd.DataFrame:
    """Return each series' compound annual growth rate between two years.

    Parameters
    ----------
    frame
        One figure a series and year.
    start, end
        The two years; by default the first and the last of the frame.
    doubtful
        Whether doubtful figures are taken as well.

    Returns
    -------
    DataFrame
        The columns that tell series apart (partner, flow, …), start, end, years, cagr, cagr_low,
        cagr_high (fractions), sources. No row for a series without both years, or of which
        another statistic begins between them.

    Raises
    ------
    ParameterError
        If no series has both years; the sentence says from when to when there are figures.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2020, 2022], "value": [100.0, 121.0]})
    >>> cagr(frame)[["start", "end", "cagr"]].round(4).values.tolist()
    [['2020', '2022', 0.1]]
    """
    cells = cells_of(frame, "cagr", doubtful=doubtful)
    yearly = cells[cells["period"].str.fullmatch(r"\d{4}")]
    if yearly.empty:
        raise ParameterError(
            "cagr needs yearly figures, such as ct.trade('KAZ') returns"
        )
    years = yearly["period"].astype(int)
    first = int(years.min() if start is None else start)
    last = int(years.max() if end is None else end)
    keys, one = keys_of(cells), ""
    if "begins" in yearly:
        begun = yearly[yearly["begins"].eq(True) & years.between(first + 1, last)]
        yearly = yearly[~is_in(yearly, begun, keys)]
        one = " of one statistic" if len(begun) else ""
    found = cagr_between(yearly, first, last, keys)
    if found.empty:
        raise ParameterError(
            f"no series of the frame has a figure above zero{one} for both {first} and {last}; "
            f"its figures run from {years.min()} to {years.max()}"
        )
    found = found.rename(columns={"source_ids": "sources"})
    if "partner" in found:
        found = with_names(found, "partner")
    return found if "sources" not in found else described_as(found, "trade", None)


def share(
    frame: pd.DataFrame,
    of: pd.DataFrame | Literal["present"] | None = None,
    by: str | None = None,
    *,
    doubtful: bool = False,
) -> pd.DataFrame:
    """Return each part's share of a whole.

    Parameters
    ----------
    frame
        One figure a part and date (and flow).
    of
        The whole, one figure a date (and flow). By default the sum of the parts, where all are
        there that the frame has at other dates; "present" takes the sum of those that are.
    by
        Column that names the parts; by default the first of partner, reporter, hs_chapter, section,
        group, series and flow that has several values.
    doubtful
        Whether doubtful figures are taken as well.

    Returns
    -------
    DataFrame
        `frame` plus share, share_low, share_high (fractions; NaN where the whole is missing) and
        missing (the parts without a figure at that date).

    Raises
    ------
    ParameterError
        If there is one part only, or a whole stands among its parts.

    Examples
    --------
    China's trade with Kazakhstan in all its trade:

    >>> from catrade.face.figures import trade
    >>> found = share(trade("KAZ", "total", 2024, 2024), of=trade("World", "total", 2024, 2024))
    >>> found["share"].round(4).tolist()
    [0.0071]

    What a region's own books leave out is not a share of 100%:

    >>> books = trade(flow="export", reporter="partner", start=2024)
    >>> share(books).query("partner == 'KAZ'")[["year", "share", "missing"]].values.tolist()
    [[2024, 0.8699..., ''], [2025, nan, 'Kyrgyzstan']]
    """
    cells = cells_of(frame, "share", doubtful=doubtful)
    part = by or _parts(cells, "share")
    whole = _whole(of, cells, part, "share", doubtful=doubtful)
    if whole is None and _are_goods(cells, part):
        found = share_of_flow(_as_goods(cells))
    else:
        found = share_of(cells, whole, part)
    rates = ["share", "share_low", "share_high"]
    result = beside(frame, found, rates).assign(missing=_missing(frame, cells, part))
    if of is None:
        result.loc[result["missing"] != "", rates] = float("nan")
    return result


def _parts(cells: pd.DataFrame, function: str) -> str:
    several = [name for name in _BY if name in cells and len(cells[name].unique()) > 1]
    alone = [name for name in _BY if name in cells]
    if not alone:
        raise ParameterError(
            f"{function} needs a column that names the parts, such as {', '.join(_BY)}; "
            "say by="
        )
    goods = [name for name in alone if name in _GOODS]
    return (several or goods or alone)[0]


def _are_goods(cells: pd.DataFrame, part: str) -> bool:
    """Say whether the parts are goods: one that a flow does not list is worth nothing."""
    listed = "exporter" in cells and any(item in cells for item in _GOODS)
    return listed and part in (*_GOODS, "goods")


def _whole(
    of: pd.DataFrame | str | None,
    cells: pd.DataFrame,
    part: str,
    function: str,
    *,
    doubtful: bool,
) -> pd.DataFrame | None:
    """Return the whole that was given, or None if it is the sum of the parts.

    Raises
    ------
    ParameterError
        If there is nothing to sum, or a whole is among the parts: it would count twice.
    """
    if isinstance(of, str) and of != "present":
        raise ParameterError(
            f"of must be a table of the whole or 'present'; got {of!r}"
        )
    if of is not None and not isinstance(of, str):
        return cells_of(of, function, doubtful=doubtful)
    if part not in cells:
        raise choice_error("by", part, [name for name in _BY if name in cells])
    parts = {code_of(str(one)) for one in cells[part]} - {"balance"}
    if len(parts) == 1:
        raise ParameterError(
            f"{function} of one part needs its whole in of=: "
            f"the column {part} holds {parts.pop()!r} alone"
        )
    for one in sorted(parts):
        own = parts - {one} if one == "WLD" else parts & set(_WHOLES.get(one, ()))
        if own:
            raise ParameterError(
                f"{function} cannot sum {one} with its own parts, {_named(sorted(own))}: "
                "leave it out, or give it as of="
            )
    return None


def _missing(frame: pd.DataFrame, cells: pd.DataFrame, part: str) -> pd.Series[str]:
    """Name, a row of the frame, the parts without a figure at its date that others have."""
    if _are_goods(cells, part):
        return pd.Series("", frame.index)
    when = _dates(cells, part)
    there = pd.crosstab([cells[name] for name in when], cells[part]) > 0
    every = there.groupby("flow").transform("any") if "flow" in when else there.any()
    absent = (~there & every).apply(lambda row: _named(row.index[row]), axis=1)
    known = cells[[*when, "row"]].merge(absent.rename("missing").reset_index(), on=when)
    # A row without a figure says what the others of its date say.
    time = [name for name in ("date", "period", "year") if name in frame][:1]
    rows = frame[[*when[:-1], *time]].reset_index(drop=True)
    rows = rows.assign(missing=known.set_index("row")["missing"])
    said = rows.groupby([*when[:-1], *time])["missing"].transform("first")
    return said.fillna("").set_axis(frame.index)


def _dates(cells: pd.DataFrame, part: str) -> list[str]:
    """Return the columns that tell one whole from another: the flow, if it is no part, and time."""
    return [*(["flow"] if "flow" in cells and part != "flow" else []), "period"]


def _named(codes: Iterable[str]) -> str:
    return ", ".join(name_of(str(code)) for code in codes)


def contributions(
    frame: pd.DataFrame,
    of: pd.DataFrame | Literal["present"] | None = None,
    by: str | None = None,
    years: int = 1,
    *,
    doubtful: bool = False,
) -> pd.DataFrame:
    """Split a whole's growth into what each part brought to it.

    Parameters
    ----------
    frame
        The parts, one figure a part and date (and flow).
    of, by, doubtful
        As of `ct.share`.
    years
        How many years before.

    Returns
    -------
    DataFrame
        The part's name and code, year, period, flow, base_period, contribution with
        contribution_low and contribution_high (fractions of the whole's base: times 100 they are
        percentage points; of trade figures each is measured on the base of its own growth),
        change_bn (`change`, where the frame has a `value` of another unit), missing (the parts
        without a figure at either date), sources. Where a part is missing, the sum of the parts is
        not their whole, and contributions are NaN. A whole that was given has a row
        `not allocated` a period, so that the rows sum to its growth.

    Raises
    ------
    ParameterError
        As `ct.share`, or if no two dates are so far apart.

    Examples
    --------
    >>> from catrade.face.figures import trade
    >>> found = contributions(trade(flow="total", start=2024), of=trade("CA5", "total", 2024))
    >>> found[found["period"] == "2025"].set_index("partner")["contribution"].round(3)["KAZ"].item()
    0.051

    The chapters that drove exports to Kazakhstan from 2019 to 2024:

    >>> from catrade.face.tables import goods
    >>> found = contributions(goods("CHN", "KAZ"), years=5).query("period == '2024'")
    >>> found[["hs_chapter", "goods", "contribution"]].round(2).head(1).values.tolist()
    [['84', 'Machinery', 0.34]]
    """
    if years == 1:
        frame, of = _rated(frame, doubtful=doubtful), _rated(of, doubtful=doubtful)
    parts = cells_of(frame, "contributions", doubtful=doubtful)
    part = by or _parts(parts, "contributions")
    whole = _whole(of, parts, part, "contributions", doubtful=doubtful)
    if whole is None and _are_goods(parts, part):
        found = _of_goods(parts, years)
    else:
        found = _of_parts(parts, whole, part, years)
    if found.empty:
        has = ", ".join(sorted(parts["period"].unique()))
        raise ParameterError(
            f"contributions compares dates years={years} apart; the frame has {has} alone"
        )
    if of is None:
        rates = ["contribution", "contribution_low", "contribution_high"]
        found.loc[found["missing"] != "", rates] = float("nan")
    found = found.rename(columns={"source_ids": "sources"})
    if not {"value_bn", "value_usd"} & set(frame):  # of another unit
        found = found.rename(columns={"change_bn": "change"})
    found["year"] = found["period"].str[:4].astype(int)
    found = with_names(found, part) if part == "partner" else found
    found = _with_goods(found, parts)
    first = [f"{part}_name", "goods", part, "year", "period", "flow", "contribution"]
    order = dict.fromkeys([*first, "change_bn", "change", "missing"])
    shown = [name for name in order if name in found]
    if "sources" not in found:
        return found[[*shown, *(name for name in found if name not in shown)]]
    return described_as(found, "trade", "USD billion", " ".join(shown), full=True)


def _rated(frame: Any, *, doubtful: bool) -> Any:
    """Put beside trade figures the base that their own growth is measured on."""
    if not isinstance(frame, pd.DataFrame) or "value_bn" not in frame:
        return frame
    return growth(frame, doubtful=doubtful) if _are_trade(frame) else frame


def _on_own_base(cells: pd.DataFrame) -> pd.DataFrame:
    """Leave out figures without the base that their growth is measured on, where it is known.

    So parts are of the vintage of the growth they explain.
    """
    if "base_bn" not in cells:
        return cells
    return with_earlier(cells[cells["base_bn"].notna()])


def _of_parts(
    parts: pd.DataFrame, whole: pd.DataFrame | None, part: str, years: int
) -> pd.DataFrame:
    """Return what each part brought to the whole, or to the sum of those that are there."""
    when = _dates(parts, part)
    parts = _on_own_base(parts)
    total = _on_own_base(parts if whole is None else whole)
    if "growth" in total and whole is not None:
        total = total[total["growth"].notna()]
    if whole is None:
        amounts = present([*VALUE_COLUMNS, *AS_BASE.values()], parts)
        keys = [*when, *present(["base_period"], parts)]
        total = parts.groupby(keys)[amounts].sum().reset_index()
    found = contribution_to_growth(parts, total, part, years)
    missing = found.groupby(when)["missing"].transform("max")
    found["missing"] = [_named(filter(None, text.split(";"))) for text in missing]
    rest = found[part] == NOT_ALLOCATED
    return found[~rest] if whole is None else found


def _of_goods(cells: pd.DataFrame, years: int) -> pd.DataFrame:
    """Return what each kind of goods brought to the growth of its flow, year by year."""
    goods = _as_goods(cells)
    has = set(goods["year"])
    found = [pd.DataFrame()]
    for year in sorted(has):
        if year - years in has:
            change = contribution_to_change(goods, year - years, year)
            when = {"period": str(year), "base_period": str(year - years)}
            found.append(
                change.assign(
                    **when,
                    missing="",
                )
            )
    every = pd.concat(found, ignore_index=True)
    return every.drop(columns=["start", "end", "start_bn", "end_bn"], errors="ignore")


def _with_goods(found: pd.DataFrame, parts: pd.DataFrame) -> pd.DataFrame:
    """Put the code of goods beside their name, or the name beside the code."""
    code = next((name for name in _GOODS if name in parts), None)
    if code is None or "goods" not in parts or not {code, "goods"} & set(found):
        return found
    known, other = (code, "goods") if code in found else ("goods", code)
    names = parts.drop_duplicates(known).set_index(known)[other]
    return found.assign(**{other: found[known].map(names).fillna("")})


def index_to(
    frame: pd.DataFrame, base: int | str | None = None, *, doubtful: bool = False
) -> pd.DataFrame:
    """Express each series as an index, its figure of the base period = 100.

    Parameters
    ----------
    frame
        One figure a series and date.
    base
        Year or period that is 100; by default the first in which most series have a figure.
    doubtful
        Whether doubtful figures are taken as well.

    Returns
    -------
    DataFrame
        `frame` plus index, index_low, index_high (NaN for a series without a figure in the base).

    Raises
    ------
    ParameterError
        If no series has a figure in the base period; the sentence names the nearest that has.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2020, 2021], "value": [50.0, 60.0]})
    >>> index_to(frame, 2020)["index"].tolist()
    [100.0, 120.0]
    """
    cells = cells_of(frame, "index_to", doubtful=doubtful)
    found = index_to_base(cells, base, keys_of(cells))
    return beside(frame, found, ["index", "index_low", "index_high"])


def hhi(goods: pd.DataFrame | Iterable[float]) -> pd.DataFrame | float:
    """Return how concentrated trade is: the Herfindahl–Hirschman index and its kin.

    Parameters
    ----------
    goods
        What `ct.goods` returns, or the amounts of the items of one whole.

    Returns
    -------
    DataFrame or float
        Of a frame one row a flow and year: hhi with hhi_low and hhi_high, hhi_normalised,
        concentration_index (UNCTAD's), equivalent_items (1/HHI), largest and largest_share. Of
        amounts the index alone, from 1/n (all equal) to 1.

    Raises
    ------
    ParameterError
        If the frame does not list goods, or an amount is negative.

    Examples
    --------
    >>> hhi([5, 3, 2])
    0.38
    """
    if isinstance(goods, pd.DataFrame):
        if not any(item in goods for item in _GOODS):
            has = ", ".join(map(str, goods.columns))
            message = (
                "hhi needs goods, such as ct.goods('KAZ', 'CHN') returns, or amounts; "
            )
            raise ParameterError(message + f"the frame has {has}")
        found = concentration.concentration(_as_goods(cells_of(goods, "hhi")))
        return described_as(found, "composition", None, freq="year")
    return concentration.hhi(goods)


def _as_goods(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells of goods as the calculations on goods take them: with `sources`."""
    return cells.rename(columns={"source_ids": "sources"})
