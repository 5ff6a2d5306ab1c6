"""A change of value as price, quantity and mix, good by good."""

from __future__ import annotations

import numpy as np
import pandas as pd

from catrade_build.frames import require_columns
from rounding.errors import ParameterError
from rounding.formats import join

#: What must be the same in all rows: other flows, books, currencies and levels are unlike.
_ALIKE = ("exporter", "importer", "reporter", "currency", "level")
_NEEDED = ["goods", "value", "low", "high", "net_weight_t"]
_EFFECTS = ("change", "price", "quantity")
_ENDS = ("", "_low", "_high")
_FIGURES = ["value", "low", "high", "tonnes", "tonnes_low", "tonnes_high"]


def decompose(
    frame: pd.DataFrame, time: str = "period", part: str | None = None
) -> pd.DataFrame:
    """Return what price, quantity and mix made of the change of each good's value.

    By Bennet's indicator: the price effect is the change of the unit value times the mean of both
    quantities, the quantity effect the change of quantity times the mean of both unit values; they
    add up to the change. Where a good has parts (grades, countries), each has its own unit value,
    quantity is of all its tonnes together, and mix is what the shift between parts made of the
    average price.

    Tonnes of unlike goods are never added up: effects are dollars, and may be.

    Parameters
    ----------
    frame
        Goods of one flow, book and level at two times: goods, value, low, high, net_weight_t, and
        weight_low and weight_high where weights are rounded, such as rows of `ct.goods`.
    time
        The column that tells the two times.
    part
        The column that tells parts of one good; None where each good has one row a time.

    Returns
    -------
    DataFrame
        A row a good, those that changed most first: goods, before, after (value, as the frame has
        it), tonnes_before, tonnes_after, then change, price, quantity and mix, each with _low and
        _high, and missing: why a good has no effects. Its change is there all the same, if it has
        both values. Of no rows there are none.

    Raises
    ------
    ParameterError
        If a column lacks, there are not two times, a good stands twice, or unlike rows are mixed.

    References
    ----------
    T. L. Bennet, The theory of measurement of changes in cost of living, Journal of the Royal
    Statistical Society 83 (1920), 455-462; W. E. Diewert, Index number theory using differences
    rather than ratios, American Journal of Economics and Sociology 64 (2005), 311-360.

    Examples
    --------
    Ten tonnes at 2 dollars, then eight at 3: 9 × 1 of price, −2 × 2.5 of quantity.

    >>> import catrade as ct
    >>> import pandas as pd
    >>> oil = pd.DataFrame({"goods": "Oil", "period": ["2025", "2026"], "value": [20.0, 24.0],
    ...     "low": [20.0, 24.0], "high": [20.0, 24.0], "net_weight_t": [10.0, 8.0]})
    >>> ct.decompose(oil)[["change", "price", "quantity", "mix"]].to_numpy().tolist()
    [[4.0, 9.0, -5.0, 0.0]]
    """
    rows, times = _taken(frame, time, part)
    keys = ["goods"] if part is None else ["goods", part]
    first, last = (rows[rows[time] == one].set_index(keys)[_FIGURES] for one in times)
    every = first.index.union(last.index)
    parts = _effects(first.reindex(every), last.reindex(every))
    missing = _missing(first.reindex(every), last.reindex(every), times)

    # One part without a weight leaves the good without: its mix is not known.
    goods = every.get_level_values("goods")
    sums = parts.groupby(goods).agg("sum", skipna=False)
    whole = [
        one.reindex(every).groupby(goods).agg("sum", skipna=False)
        for one in (first, last)
    ]
    together = _effects(*whole)
    size = parts.groupby(goods).size()
    has_parts = size > 1
    for end, other in zip(_ENDS, ("", "_high", "_low"), strict=True):
        mix = sums[f"quantity{end}"] - together[f"quantity{other}"]
        sums[f"mix{end}"] = mix.where(has_parts, 0.0).where(sums["quantity"].notna())
        alone = sums[f"quantity{end}"]
        sums[f"quantity{end}"] = together[f"quantity{end}"].where(has_parts, alone)
    why = missing.groupby(goods).agg(lambda texts: join(sorted({*texts} - {""})))
    known = [f"{name}{end}" for name in (*_EFFECTS[1:], "mix") for end in _ENDS]
    sums[known] = sums[known].where(why.eq(""), np.nan)
    result = sums.assign(
        before=whole[0]["value"],
        after=whole[1]["value"],
        tonnes_before=whole[0]["tonnes"],
        tonnes_after=whole[1]["tonnes"],
        missing=why.astype("str"),
    )
    result = result.rename_axis("goods").reset_index()
    order = result["change"].abs().sort_values(ascending=False, kind="stable").index
    told = ["goods", "before", "after", "tonnes_before", "tonnes_after"]
    told += [f"change{end}" for end in _ENDS]
    return result.loc[order, [*told, *known, "missing"]].reset_index(drop=True)


def _taken(
    frame: pd.DataFrame, time: str, part: str | None
) -> tuple[pd.DataFrame, list[object]]:
    """Return rows with the ends of their weights, and the two times; refuse what is unlike."""
    needed = [*_NEEDED, time, *([part] if part else [])]
    require_columns(frame, [], "decompose")
    if lacking := [name for name in needed if name not in frame]:
        raise ParameterError(
            f"frame has no column {join(lacking)}: a decomposition needs values with their ends"
            " and weights, such as rows of ct.goods(…, full=True)"
        )
    # A time of which nothing is held is a row without goods.
    is_good = frame["goods"].notna() & frame["goods"].ne("")
    asked, frame = frame, frame[is_good]
    for name in _ALIKE:
        kinds = sorted({*map(str, frame.get(name, []))})
        if len(kinds) > 1:
            raise ParameterError(f"frame mixes {join(kinds)} of {name}: decompose one")
    times = sorted(frame[time].unique())
    if len(times) != 2 and len(asked):
        raise ParameterError(
            f"frame must hold two times in {time}, to set one beside the other; it has goods of "
            f"{join([*map(str, times)]) or 'no time'}"
        )
    key = ["goods", time, *([part] if part else [])]
    if frame.duplicated(key).any():
        good = frame.loc[frame.duplicated(key), "goods"].iloc[0]
        raise ParameterError(
            f"{good} stands twice at one time: add its rows up, or name the column of its parts"
            " (part=)"
        )
    weight = frame["net_weight_t"].where(frame["net_weight_t"] > 0)
    ends = {
        end: frame.get(f"weight_{end}", weight).where(weight.notna())
        for end in ("low", "high")
    }
    rows = frame.assign(tonnes=weight, tonnes_low=ends["low"], tonnes_high=ends["high"])
    return rows, times or [None, None]


def _effects(first: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """Return change, price and quantity of each row, and the furthest that each may be.

    Both effects depend on the quotient of quantities and on the values. With values, quantity rises
    as the quotient does, and price falls; with a quotient, both are linear in each value.
    """
    ratio = last["tonnes"] / first["tonnes"]
    least = last["tonnes_low"] / first["tonnes_high"]
    most = last["tonnes_high"] / first["tonnes_low"].where(first["tonnes_low"] > 0)
    most = most.where(least.gt(0))
    least = least.where(most.notna())
    first_value, last_value = first["value"], last["value"]
    rises, falls = most > 1, least < 1
    return pd.DataFrame(
        {
            "change": last_value - first_value,
            "change_low": last["low"] - first["high"],
            "change_high": last["high"] - first["low"],
            "price": _price(first_value, last_value, ratio),
            "price_low": _price(first["high"], last["low"], most),
            "price_high": _price(first["low"], last["high"], least),
            "quantity": _quantity(first_value, last_value, ratio),
            "quantity_low": _quantity(
                first["high"].where(falls, first["low"]),
                last["high"].where(falls, last["low"]),
                least,
            ),
            "quantity_high": _quantity(
                first["high"].where(rises, first["low"]),
                last["high"].where(rises, last["low"]),
                most,
            ),
        }
    )


def _price(
    first: pd.Series[float], last: pd.Series[float], ratio: pd.Series[float]
) -> pd.Series[float]:
    """Return ½(q + q′)(p′ − p) of values, with q′/q as the ratio."""
    return (last * (1 + 1 / ratio) - first * (1 + ratio)) / 2


def _quantity(
    first: pd.Series[float], last: pd.Series[float], ratio: pd.Series[float]
) -> pd.Series[float]:
    """Return ½(p + p′)(q′ − q) of the same."""
    return (first * (ratio - 1) + last * (1 - 1 / ratio)) / 2


def _missing(
    first: pd.DataFrame, last: pd.DataFrame, times: list[object]
) -> pd.Series[str]:
    """Return what each row lacks to be taken apart."""
    why = pd.Series("", first.index)
    for rows, time in zip((last, first), reversed(times), strict=True):
        why = why.mask(rows["tonnes_low"].isna(), f"no weight in {time}")
        why = why.mask(
            rows["tonnes_low"].le(0), f"a weight in {time} that may be nothing"
        )
        why = why.mask(rows["value"].isna(), f"no figure in {time}")
    return why
