"""Parts of a whole, frame in and frame out: shares, contributions to growth, concentration.

Each takes what `ct.trade` or `ct.goods` returns, or any frame as `catrade.face.calculate` does. A
sum that lacks a part, or counts unlike things, is no whole: NaN, and `missing` says what is not
there. Rates and shares are fractions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pandas as pd

from catrade.calc import concentration
from catrade.calc.composition import contribution_to_change, share_in_flow
from catrade.calc.shares import (
    NOT_ALLOCATED,
    contribution_to_growth,
    share_of,
)
from catrade.cells.frames import (
    AS_BASE,
    VALUE_COLUMNS,
    first_present,
    its_columns,
    present,
    whole_number,
    with_earlier,
)
from catrade.face.calculate import with_bases
from catrade.face.frames import (
    cells_of,
    place_beside,
    refuse_both_sides,
    require_one_unit,
    times_of,
    with_names,
    without_goods,
)
from catrade.tables.goods import FLOW_YEAR
from catrade.tables.names import GROUPS, code_of, name_of, wholes_among
from catrade.tables.trade import described
from rounding.errors import ParameterError, choice_error, some
from rounding.formats import join

#: Published shares of all goods may add up to a little less than one.
_ALL = 0.98


_GOODS = tuple(concentration.LEVELS)


_PLACES = ("partner", "country", "partner_name", "country_name", "reporter")


_BY = (*_PLACES, *_GOODS, "series", "flow")


_BROUGHT = ["contribution", "contribution_low", "contribution_high"]


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
        The whole, one figure a date (and flow). By default the sum of the parts, where all that
        the frame names are there; "present" takes the sum of those that are.
    by
        Column that names the parts; by default the first of partner, reporter, hs_chapter, section,
        group, series and flow that has several values.
    doubtful
        Whether doubtful figures are taken as well.

    Returns
    -------
    DataFrame
        `frame` plus share, share_low, share_high (fractions; NaN where the whole is missing) and
        missing (the parts without a figure at that date, or of which goods alone are not there:
        they count services, and others do not).

    Raises
    ------
    ParameterError
        If there is one part only, or a whole stands among its parts; if the whole given is of
        other flows or dates, of another unit or another office's statistics; if goods chosen from a
        flow have their share in all of it already.

    Examples
    --------
    China's trade with Kazakhstan in all its trade:

    >>> from catrade.face.figures import trade
    >>> found = share(trade("KAZ", "total", 2024, 2024), of=trade("World", "total", 2024, 2024))
    >>> found["share"].round(4).tolist()
    [0.0071]

    What a region's own books leave out is not a share of 100%:

    >>> books = trade(["KAZ", "KGZ"], "export", reporter="partner", start=2024)
    >>> shares = share(books).query("country == 'KAZ'")
    >>> shares[["year", "share", "missing"]].round(3).values.tolist()
    [[2024, 0.992, ''], [2025, nan, 'Kyrgyzstan']]
    """
    cells, part, whole = _divided(frame, of, by, "share", doubtful=doubtful)
    if whole is None and _are_goods(cells, part):
        if _are_selected(frame):
            raise ParameterError(
                "share stands in this frame already, in all goods of the flow: for the share "
                "within those chosen, say ct.share(frame.drop(columns='share'))"
            )
        found = share_in_flow(_as_goods(cells))
    else:
        found = share_of(cells, whole, part)
    rates = ["share", "share_low", "share_high"]
    result = place_beside(frame, found, rates)
    result["missing"] = _missing(frame, cells, part)
    if of is None:
        result.loc[result["missing"] != "", rates] = float("nan")
    return result


def _parts(cells: pd.DataFrame, function: str) -> str:
    names = present(_BY, cells)
    if not names:
        raise ParameterError(
            f"{function} needs a column that names the parts, such as {', '.join(_BY)}; "
            "say by="
        )
    several = [name for name in names if len(cells[name].unique()) > 1]
    goods = present(_GOODS, cells)
    return (several or goods or names)[0]


def _refuse_partial(frame: pd.DataFrame, function: str) -> None:
    """Raise one sentence if the parts are some headings of a flow: their sum is no whole."""
    if "coverage" in frame and frame["coverage"].isin(["partial"]).any():
        raise ParameterError(
            f"{function} needs all goods of a flow, and these are partial: the largest headings "
            "alone; ct.share(frame, of=…) with the flow's total says what they are of it"
        )


def _are_goods(cells: pd.DataFrame, part: str) -> bool:
    """Say whether the parts are goods: one that a flow does not list is worth nothing."""
    is_listed = "exporter" in cells and first_present(_GOODS, cells) != ""
    return is_listed and part in (*_GOODS, "goods")


def _are_selected(goods: pd.DataFrame) -> bool:
    """Say whether goods are not all that their flow lists, where their shares in it are there."""
    if "share" not in goods:
        return False
    listed = goods.groupby(present(FLOW_YEAR, goods))["share"].sum()
    return bool((listed < _ALL).any())


def _divided(
    frame: pd.DataFrame,
    of: pd.DataFrame | str | None,
    by: str | None,
    function: str,
    *,
    doubtful: bool,
) -> tuple[pd.DataFrame, str, pd.DataFrame | None]:
    """Return the parts as cells, the column that names them, and the whole; None is their sum.

    Raises
    ------
    ParameterError
        If there is nothing to sum, or a whole is among the parts: it would count twice.
    """
    if of is None:
        _refuse_partial(frame, function)
    cells = cells_of(frame, function, doubtful=doubtful)
    part = by or _parts(cells.filter([*map(str, frame)]), function)
    if part not in frame:
        raise choice_error("by", part, frame.columns)
    if "flow" in cells and set(cells["flow"]) == {"balance"}:
        raise ParameterError(
            f"{function} needs exports, imports or totals: a balance has no parts"
        )
    _require_one(function, "unit", cells)
    if isinstance(of, pd.DataFrame):
        whole = cells_of(of, function, doubtful=doubtful)
        require_one_unit(function, frame, of)
        _require_one(function, "unit", cells, whole)
        _require_one_book(function, cells, whole)
        when = present(_dates(cells, part), whole)
        ours = [*_times(cells, when).unique()]
        theirs = [*_times(whole, when).unique()]
        if not set(ours) & set(theirs):
            raise ParameterError(
                f"{function} finds no whole of any part in of=: the parts are of "
                f"{', '.join(some(ours))}; it has {', '.join(some(theirs))}"
            )
        return cells, part, whole
    if of not in (None, "present"):
        raise ParameterError(
            f"of must be a table of the whole or 'present'; got {of!r}"
        )
    refuse_both_sides(function, cells)
    parts = {code_of(str(one)) for one in cells[part].unique()}
    parts.discard("balance")
    if len(parts) == 1:
        raise ParameterError(
            f"{function} of one part needs its whole in of=: "
            f"the column {part} holds {parts.pop()!r} alone"
        )
    for one, own in wholes_among(sorted(parts)):
        raise ParameterError(
            f"{function} cannot sum {one} with its own parts, {_named(own)}: "
            "leave it out, or give it as of="
        )
    return cells, part, None


def _require_one(function: str, column: str, *frames: pd.DataFrame) -> None:
    """Raise one sentence if figures to be added or divided differ in a column, as in their unit."""
    kinds = {one for frame in frames if column in frame for one in frame[column]}
    if len(kinds) > 1:
        raise ParameterError(
            f"{function} needs all figures of one {column}; got {join(sorted(map(str, kinds)))}"
        )


def _require_one_book(function: str, parts: pd.DataFrame, whole: pd.DataFrame) -> None:
    """Raise one sentence if parts are of one office's statistics, and their whole of another's.

    The whole of a region's own statistics is its members'.
    """
    if not ("reporter" in parts and "reporter" in whole):
        return
    ours, theirs = {*parts["reporter"]}, {*whole["reporter"]}
    members = {one for code in theirs for one in GROUPS.get(code, ())}
    if not ours <= theirs | members:
        raise ParameterError(
            f"{function} needs parts and whole of one office's statistics: the parts are of "
            f"{_named(sorted(ours))}, the whole is of {_named(sorted(theirs))}"
        )


def _missing(frame: pd.DataFrame, cells: pd.DataFrame, part: str) -> pd.Series[str]:
    """Say, a row of the frame, what its sum lacks: see `_lacking`."""
    if _are_goods(cells, part):
        return pd.Series("", frame.index)
    when = _dates(cells, part)
    rows = _timed(frame)
    missing = _lacking(cells, cells, rows, when, part)
    return _times(rows, when).map(missing).fillna("")


def _timed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(period=times_of(frame))


def _lacking(
    rows: pd.DataFrame,
    cells: pd.DataFrame,
    asked: pd.DataFrame,
    when: list[str],
    part: str,
) -> dict[str, str]:
    """Say, a time of the rows, what keeps them from adding up to a whole.

    That is the parts without a row that were asked for in this flow, or those that count
    services beside others that do not.
    """
    flows = _times(asked, when).str.rpartition(" ")[0]
    every = asked.groupby(flows)[part].agg(set).to_dict()
    there = rows.groupby(_times(rows, when))[part].agg(set)
    unlike = _unlike(cells, when, part)
    lacking = {}
    for time, parts in there.items():
        flow, _, _ = str(time).rpartition(" ")
        absent = _named(sorted(every.get(flow, parts) - parts))
        lacking[str(time)] = absent or unlike.get(str(time), "")
    return lacking


def _unlike(cells: pd.DataFrame, when: list[str], part: str) -> dict[str, str]:
    """Say of each time at which parts count unlike things what is missing."""
    if "coverage" not in cells:
        return {}
    groups = cells.groupby(_times(cells, when))
    return {str(time): without_goods(rows, part) for time, rows in groups}


def _times(rows: pd.DataFrame, when: list[str]) -> pd.Series[str]:
    """Write when a row is of: `export 2024`, or `2024` where there are no flows."""
    texts = rows[when].astype(str).fillna("")
    return pd.Series(map(" ".join, texts.to_numpy()), rows.index, dtype=str)


def _dates(cells: pd.DataFrame, part: str) -> list[str]:
    """Return the columns that tell one whole from another: the flow, if it is no part, and time."""
    by_flow = "flow" in cells and part != "flow"
    return ["flow", "period"] if by_flow else ["period"]


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
        without a figure at either date, or of which another statistic begins in between; or of
        which goods alone are not there), sources.
        Where a part is missing, the sum of the parts is not their whole, and contributions are
        NaN. A whole that was given has a row `not allocated` a period, so that the rows sum to its
        growth; it is NaN where a part is missing, as a rest is not what was left out (of a total,
        one flow does leave the other).

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

    Of a whole of 3 one part rose by 2, the other by 1; in whole dollars, the same in billions.

    >>> frame = pd.DataFrame({"year": [2024, 2024, 2025, 2025], "series": ["a", "b"] * 2})
    >>> counts = frame.assign(value=[1.0, 2.0, 3.0, 3.0])
    >>> contributions(counts)[["series", "contribution", "change"]].round(2).values.tolist()
    [['a', 0.67, 2.0], ['b', 0.33, 1.0]]
    >>> contributions(frame.assign(value_usd=counts["value"] * 1e9))["change_bn"].tolist()
    [2.0, 1.0]
    """
    # Beside trade figures the bases of their own growth; then what each part changed by, in words
    # and billions.
    years = whole_number("years", years)
    if years == 1:
        frame = with_bases(frame, "contributions", doubtful=doubtful)
        of = with_bases(of, "contributions", doubtful=doubtful)
    parts, part, whole = _divided(frame, of, by, "contributions", doubtful=doubtful)
    if whole is None and _are_goods(parts, part):
        found = _of_goods(parts, years)
    else:
        found = _of_parts(parts, whole, _timed(frame), part, years)
    if found.empty:
        has = ", ".join(sorted(parts["period"].unique()))
        raise ParameterError(
            f"contributions compares dates years={years} apart; the frame has {has} alone"
        )
    if of is None:
        found.loc[found["missing"] != "", _BROUGHT] = float("nan")
    if not {"value_bn", "value_usd"} & set(frame):  # of another unit
        found = found.rename(columns={"change_bn": "change"})
    found["year"] = found["period"].str[:4].astype(int)
    found = with_names(found)
    found = _with_goods(found, parts, part)
    first = [f"{part}_name", "goods", part, "year", "period", "flow", "contribution"]
    shown = present([*first, "change_bn", "change", "missing"], found)
    if "sources" not in found:
        return found[present([*shown, *found.columns], found)]
    return described(found, "trade", "USD billion", " ".join(shown), full=True)


def _on_own_base(cells: pd.DataFrame) -> pd.DataFrame:
    """Leave out figures without the base that their growth is measured on, where it is known.

    So parts are of the vintage of the growth they explain.
    """
    if "base_bn" not in cells:
        return cells
    return with_earlier(cells[cells["base_bn"].notna()])


def _of_parts(
    parts: pd.DataFrame,
    whole: pd.DataFrame | None,
    asked: pd.DataFrame,
    part: str,
    years: int,
) -> pd.DataFrame:
    """Return what each part brought to the whole, or to the sum of those that are there."""
    when = _dates(parts, part)
    rated = _on_own_base(parts)
    if whole is None:
        amounts = present([*VALUE_COLUMNS, *AS_BASE.values()], rated)
        keys = [*when, *present(["base_period"], rated)]
        total = rated.groupby(keys)[amounts].sum().reset_index()
    else:
        total = _on_own_base(whole)
    found = contribution_to_growth(rated, total, part, years)
    lacking = _lacking(found, parts, asked, when, part)
    found["missing"] = _times(found, when).map(lacking)
    # Of a total one flow leaves the other; any other rest may be of whoever is missing.
    is_open = (found[part] == NOT_ALLOCATED) & (found["missing"] != "")
    is_open &= part != "flow"
    found.loc[is_open, [*_BROUGHT, "change_bn"]] = float("nan")
    if whole is None:
        found = found[found[part] != NOT_ALLOCATED]
    return found


def _of_goods(cells: pd.DataFrame, years: int) -> pd.DataFrame:
    """Return what each kind of goods brought to the growth of its flow, year by year."""
    goods = _as_goods(cells)
    has = set(goods["year"])
    found = [pd.DataFrame()]
    for year in sorted(has):
        if year - years in has:
            change = contribution_to_change(goods, year - years, year)
            when = {"period": str(year), "base_period": str(year - years)}
            found.append(change.assign(**when, missing=""))
    every = pd.concat(found, ignore_index=True)
    return every.drop(columns="start_bn", errors="ignore")


def _with_goods(found: pd.DataFrame, parts: pd.DataFrame, part: str) -> pd.DataFrame:
    """Put the code of goods beside their name, or the name beside the code."""
    columns = present([part, first_present(_GOODS, parts), "goods"], parts)
    names = parts.drop_duplicates(part)[columns]
    found = found.merge(names, how="left")
    return found.fillna(dict.fromkeys(columns, ""))


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
        If the frame does not list goods, or only some of a flow's, or an amount is negative.

    Examples
    --------
    >>> hhi([5, 3, 2])
    0.38
    """
    if isinstance(goods, pd.DataFrame):
        _refuse_partial(goods, "hhi")
        if not first_present(_GOODS, goods):
            raise ParameterError(
                "hhi needs goods, such as ct.goods('KAZ', 'CHN') returns, or amounts; "
                f"the frame has {its_columns(goods)}"
            )
        if _are_selected(goods):
            raise ParameterError(
                "hhi needs all goods of a flow: those chosen alone say nothing of how "
                "concentrated it is; leave out only= and take no rows away"
            )
        cells = cells_of(goods, "hhi")
        found = concentration.concentration(_as_goods(cells))
        return described(found, "composition", None, freq="year")
    return concentration.hhi_of_shares(goods)


def _as_goods(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells of goods as the calculations on goods take them: with `sources`, by year."""
    year = cells["period"].str[:4].astype(int)
    return cells.assign(year=year)
