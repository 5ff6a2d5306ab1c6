"""Parts of a whole, frame in and frame out: shares, contributions to growth, concentration.

Each takes what `ct.trade` or `ct.goods` returns, or any frame as `catrade.face.calculate` does. A
sum that lacks a part, or counts unlike things, is no whole: NaN, and `missing` says what is not
there. Rates and shares are fractions.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import pandas as pd

from catrade.face.calculate import are_trade, rates_of
from catrade.face.convert import (
    cells_of,
    place_beside,
    refuse_both_sides,
    require_one_unit,
    times_of,
    wholes_in,
    without_goods,
)
from catrade.face.frames import with_names
from catrade_build.calc import concentration
from catrade_build.calc.composition import contribution_to_change, share_in_flow
from catrade_build.calc.shares import (
    NOT_ALLOCATED,
    contribution_to_growth,
    share_of,
)
from catrade_build.cells.frames import (
    AS_BASE,
    VALUE_COLUMNS,
    first_present,
    its_columns,
    present,
    whole_number,
    with_earlier,
)
from catrade_build.tables.goods import FLOW_YEAR
from catrade_build.tables.names import GROUPS, code_of, is_known, name_of, wholes_among
from catrade_build.tables.policy import series_among
from catrade_build.tables.trade import described
from rounding.errors import ParameterError, choice_error, some
from rounding.formats import join

#: Published shares of all goods may add up to a little less than one.
_ALL = 0.98
_GOODS = tuple(concentration.LEVELS)
_PLACES = ("partner", "country", "partner_name", "country_name", "reporter")
_BY = (*_PLACES, *_GOODS, "series", "flow")
_SHARES = ["share", "share_low", "share_high"]
_BROUGHT = ["contribution", "contribution_low", "contribution_high"]


class _Parts(NamedTuple):
    """What is divided: cells of the parts, and of their whole, which may be their sum (None)."""

    rows: pd.DataFrame
    whole: pd.DataFrame | None
    #: The column that names the parts.
    by: str
    #: The columns that tell one whole from another: the flow, if it is no part, and time.
    when: list[str]
    #: All that was asked for, with or without a figure.
    asked: pd.DataFrame

    @property
    def are_goods(self) -> bool:
        """Whether they are all goods of a flow: one that it does not list is worth nothing."""
        level = first_present(_GOODS, self.rows)
        is_listed = level != "" and "exporter" in self.rows
        return is_listed and self.by in (*_GOODS, "goods")


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

    What a region's own figures leave out is not a share of 100%:

    >>> own = trade(["KAZ", "KGZ"], "export", reporter="partner", start=2024)
    >>> shares = share(own).query("country == 'KAZ'")
    >>> shares[["year", "share", "missing"]].round(3).values.tolist()
    [[2024, 0.992, ''], [2025, nan, 'Kyrgyzstan']]
    """
    parts = _divided(frame, of, by, "share", doubtful=doubtful)
    if parts.are_goods and parts.whole is None:
        _refuse_selected("share", frame)
        shares = share_in_flow(_by_year(parts.rows))
    else:
        shares = share_of(parts.rows, parts.whole, parts.by)
    result = place_beside(frame, shares, _SHARES)
    result["missing"] = (
        "" if parts.are_goods else _missing(parts, parts.rows, parts.asked)
    )
    # A part of a sum that lacks another is none of it, unless that was asked for.
    if of is None:
        result.loc[result["missing"] != "", _SHARES] = float("nan")
    return result


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
    years = whole_number("years", years)
    parts = _divided(frame, of, by, "contributions", doubtful=doubtful)
    if parts.are_goods and parts.whole is None:
        brought = _of_goods(parts.rows, years)
    else:
        brought = _of_parts(parts, years, doubtful=doubtful)
    if brought.empty:
        raise ParameterError(
            f"contributions compares dates years={years} apart; the frame has "
            f"{', '.join(sorted(parts.rows['period'].unique()))} alone"
        )
    if of is None:
        brought.loc[brought["missing"] != "", _BROUGHT] = float("nan")
    return _as_given(brought, parts, frame)


def _divided(
    frame: pd.DataFrame,
    of: pd.DataFrame | str | None,
    by: str | None,
    function: str,
    *,
    doubtful: bool,
) -> _Parts:
    """Return the parts and their whole, once they may be summed or divided.

    Raises
    ------
    ParameterError
        If there is nothing to sum, or a whole is among the parts: it would count twice.
    """
    if of is None:
        _refuse_partial(frame, function)
    rows = cells_of(frame, function, doubtful=doubtful)
    named = rows.filter([*map(str, frame)])
    if isinstance(of, pd.DataFrame) and "flow" in of and len({*of["flow"]}) > 1:
        named = named.drop(columns="flow", errors="ignore")  # each flow has its whole
    part = _parts_column(named, function) if by is None else str(by)
    if part not in frame:
        raise choice_error("by", part, frame.columns)
    if "flow" in rows and {*rows["flow"]} == {"balance"}:
        raise ParameterError(
            f"{function} needs exports, imports or totals: a balance has no parts"
        )
    _require_one_unit(function, rows)
    asked = frame.assign(period=times_of(frame))
    by_flow = "flow" in frame and part != "flow"
    when = ["flow", "period"] if by_flow else ["period"]
    if isinstance(of, pd.DataFrame):
        whole = cells_of(of, function, doubtful=doubtful)
        require_one_unit(function, frame, of)
        _require_whole_of(function, rows, whole, when)
        if function == "contributions":  # what they leave of the whole is not allocated
            _refuse_whole_beside_part(function, rows, part)
        return _Parts(rows, whole, part, when, asked)
    if of is not None and str(of) != "present":
        raise ParameterError(
            f"of must be a table of the whole or 'present'; got {of!r}"
        )
    _require_sum(function, rows, part)
    return _Parts(rows, None, part, when, asked)


def _parts_column(rows: pd.DataFrame, function: str) -> str:
    """Return the column that names the parts: the first that has several values."""
    names = present(_BY, rows)
    if not names:
        raise ParameterError(
            f"{function} needs a column that names the parts, such as {', '.join(_BY)}; "
            "say by="
        )
    several = [name for name in names if len(rows[name].unique()) > 1]
    return (several or present([*_GOODS, "series"], rows) or names)[0]


def _require_sum(function: str, rows: pd.DataFrame, part: str) -> None:
    """Raise one sentence if there are no parts that may be summed to a whole."""
    refuse_both_sides(function, rows)
    offices, partners = {*rows.get("reporter", ())}, {*rows.get("partner", ())}
    if len(offices) > 1 and len(partners) > 1:
        raise ParameterError(
            f"{function} needs parts of one whole: they are by the statistics of "
            f"{_named(offices)} on trade with {_named(partners)}; keep one reporter"
        )
    parts = {code_of(str(name)) for name in rows[part].unique()} - {"balance"}
    if len(parts) == 1:
        raise ParameterError(
            f"{function} of one part needs its whole in of=: "
            f"the column {part} holds {parts.pop()!r} alone"
        )
    _refuse_whole_beside_part(function, rows, part)


def _refuse_whole_beside_part(function: str, rows: pd.DataFrame, part: str) -> None:
    """Raise one sentence if one of the parts holds another: a sum would count it twice."""
    for whole, own in wholes_in(rows, part):
        raise ParameterError(
            f"{function} cannot sum {whole} with its own parts, {_named(own)}: "
            "leave it out, or give it as of="
        )


def _require_whole_of(
    function: str, rows: pd.DataFrame, whole: pd.DataFrame, when: list[str]
) -> None:
    """Raise one sentence if a whole is of another unit, office, flow or time than its parts.

    The whole of a region's own statistics is its members'.
    """
    _require_one_unit(function, rows, whole)
    if "reporter" in rows and "reporter" in whole:
        ours, theirs = {*rows["reporter"]}, {*whole["reporter"]}
        members = {member for code in theirs for member in GROUPS.get(code, ())}
        if not ours <= theirs | members:
            raise ParameterError(
                f"{function} needs parts and whole of one office's statistics: the parts are of "
                f"{_named(ours)}, the whole is of {_named(theirs)}"
            )
    if "partner" in rows and "partner" in whole:
        wholes, parts = {*whole["partner"]}, {*rows["partner"]}
        held = {part for _, own in wholes_among(wholes | parts) for part in own}
        if parts - wholes - held and all(map(is_known, wholes | parts)):
            raise ParameterError(
                f"{function} needs a whole that holds its parts: trade with {_named(wholes)} does "
                f"not hold that with {_named(parts - wholes - held)}"
            )
    if "series" in rows and "series" in whole:
        given, parts = {*whole["series"]}, {*rows["series"]}
        for holder, own in series_among([*given, *parts]):
            if holder in parts and given & {*own}:
                raise ParameterError(
                    f"{function} needs a whole that holds its parts: {_named(given & {*own})} is "
                    f"part of {holder}"
                )
    shared = present(when, whole)
    asked = [*_times(rows, shared).unique()]
    there = [*_times(whole, shared).unique()]
    if not {*asked} & {*there}:
        raise ParameterError(
            f"{function} finds no whole of any part in of=: the parts are of "
            f"{', '.join(some(asked))}; it has {', '.join(some(there))}"
        )


def _require_one_unit(function: str, *frames: pd.DataFrame) -> None:
    """Raise one sentence if figures to be added or divided count several things."""
    units = {str(unit) for frame in frames for unit in frame.get("unit", ())}
    if len(units) > 1:
        raise ParameterError(
            f"{function} needs all figures of one unit; got {join(sorted(units))}"
        )


def _refuse_partial(frame: pd.DataFrame, function: str) -> None:
    """Raise one sentence if the parts are some headings of a flow: their sum is no whole."""
    if "coverage" in frame and frame["coverage"].isin(["partial"]).any():
        raise ParameterError(
            f"{function} needs all goods of a flow, and these are partial: the largest headings "
            "alone; ct.share(frame, of=…) with the flow's total says what they are of it"
        )


def _missing(parts: _Parts, there: pd.DataFrame, rows: pd.DataFrame) -> pd.Series[str]:
    """Say of each of some rows what keeps the parts `there` from adding up to a whole.

    That is the parts without a row that were asked for in this flow, or those that count
    services beside others that do not.
    """
    flow = parts.when[:-1]
    asked = parts.asked.groupby(_times(parts.asked, flow))[parts.by].agg(set)
    lacking = {}
    for time, own in there.groupby(_times(there, parts.when)):
        wanted = asked.get(_times(own, flow).iloc[0], set())
        lacking[time] = _named(wanted - {*own[parts.by]})
    if "coverage" in parts.rows:
        for time, own in parts.rows.groupby(_times(parts.rows, parts.when)):
            lacking[time] = lacking.get(time) or without_goods(own, parts.by)
    return _times(rows, parts.when).map(lacking).fillna("")


def _times(rows: pd.DataFrame, when: list[str]) -> pd.Series[str]:
    """Write when a row is of: `export 2024`, or `2024` where there are no flows."""
    texts = rows[when].astype(str).fillna("")
    return pd.Series(map(" ".join, texts.to_numpy()), rows.index, dtype=str)


def _named(codes: Iterable[str]) -> str:
    return ", ".join(name_of(str(code)) for code in sorted(codes))


def _of_parts(parts: _Parts, years: int, *, doubtful: bool) -> pd.DataFrame:
    """Return what each part brought to the whole, or to the sum of those that are there."""
    rows, total = parts.rows, parts.whole
    if years == 1:
        rows = _on_own_base(rows, doubtful=doubtful)
    if total is None:
        amounts = present([*VALUE_COLUMNS, *AS_BASE.values()], rows)
        keys = [*parts.when, *present(["base_period"], rows)]
        total = rows.groupby(keys)[amounts].sum().reset_index()
    elif years == 1:
        total = _on_own_base(total, doubtful=doubtful)
    brought = contribution_to_growth(rows, total, parts.by, years)
    brought["missing"] = _missing(parts, brought, brought)
    is_rest = brought[parts.by] == NOT_ALLOCATED
    if parts.whole is None:
        return brought[~is_rest]
    # Of a total one flow leaves the other; any other rest may be of whoever is missing.
    if parts.by != "flow":
        is_open = is_rest & (brought["missing"] != "")
        brought.loc[is_open, [*_BROUGHT, "change_bn"]] = float("nan")
    return brought


def _on_own_base(cells: pd.DataFrame, *, doubtful: bool) -> pd.DataFrame:
    """Put beside cells the base that their own growth is measured on, where it is known.

    So parts are of the release of the growth they explain. A figure without such a base is left
    out.
    """
    if "base_bn" not in cells and are_trade(cells):
        rates = rates_of(cells, 1, "contributions", doubtful=doubtful).set_index("row")
        base = rates.filter([*AS_BASE.values(), "sources"])
        cells = cells.drop(columns=base.columns, errors="ignore").join(base)
    if "base_bn" not in cells:
        return cells
    return with_earlier(cells[cells["base_bn"].notna()])


def _of_goods(cells: pd.DataFrame, years: int) -> pd.DataFrame:
    """Return what each kind of goods brought to the growth of its flow, year by year."""
    goods = _by_year(cells)
    held = {*goods["year"]}
    of_years = [pd.DataFrame()]
    for year in sorted(held):
        if year - years in held:
            change = contribution_to_change(goods, year - years, year)
            when = {"period": str(year), "base_period": str(year - years)}
            of_years.append(change.assign(**when, missing=""))
    every = pd.concat(of_years, ignore_index=True)
    return every.drop(columns="start_bn", errors="ignore")


def _as_given(
    brought: pd.DataFrame, parts: _Parts, frame: pd.DataFrame
) -> pd.DataFrame:
    """Return contributions as an analyst takes them: names beside codes, the year, his unit."""
    if not {"value_bn", "value_usd"} & {*frame}:  # of another unit
        brought = brought.rename(columns={"change_bn": "change"})
    brought["year"] = brought["period"].str[:4].astype(int)
    columns = present(
        [parts.by, first_present(_GOODS, parts.rows), "goods"], parts.rows
    )
    names = parts.rows.drop_duplicates(parts.by)[columns]
    brought = with_names(brought).merge(names, how="left")
    brought = brought.fillna(dict.fromkeys(columns, ""))
    first = [parts.by + "_name", "goods", parts.by, "year", "period", "flow"]
    amounts = ["contribution", "change_bn", "change", "missing"]
    shown = present([*first, *amounts], brought)
    if "sources" not in brought:
        return brought[present([*shown, *brought.columns], brought)]
    return described(brought, "trade", "USD billion", " ".join(shown), full=True)


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
    if not isinstance(goods, pd.DataFrame):
        return concentration.hhi_of_shares(goods)
    _refuse_partial(goods, "hhi")
    if not first_present(_GOODS, goods):
        partners = ""
        if "partner" in goods:
            partners = (
                ": partners are a whole only where all of them are held, which "
                "ct.share(frame, of=ct.trade('World', reporter=…)) says, and then "
                "ct.hhi(frame['value_bn']) is the index of one flow and year"
            )
        raise ParameterError(
            "hhi needs goods, such as ct.goods('KAZ', 'CHN') returns, or amounts; "
            f"the frame has {its_columns(goods)}{partners}"
        )
    _refuse_selected("hhi", goods)
    goods = concentration.concentration(_by_year(cells_of(goods, "hhi")))
    return described(goods, "composition", None, freq="year")


def _refuse_selected(function: str, goods: pd.DataFrame) -> None:
    """Raise one sentence if goods are not all of their flow, in which they have their shares."""
    if "share" not in goods:
        return
    listed = goods.groupby(present(FLOW_YEAR, goods))["share"].sum()
    if not (listed < _ALL).any():
        return
    if function == "share":
        raise ParameterError(
            "share stands in this frame already, in all goods of the flow: for the share "
            "within those chosen, say ct.share(frame.drop(columns='share'))"
        )
    raise ParameterError(
        "hhi needs all goods of a flow: those chosen alone say nothing of how "
        "concentrated it is; leave out only= and take no rows away"
    )


def _by_year(cells: pd.DataFrame) -> pd.DataFrame:
    """Return cells of goods with the year of each, as the calculations on goods take them."""
    return cells.assign(year=cells["period"].str[:4].astype(int))
