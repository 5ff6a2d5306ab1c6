"""Series over time, on any frame with a `value`: growth and indices.

A frame has a row a series and time: `value` with `low` and `high` (without them it is exact), a
`date`, `period` or `year`, and columns that tell series apart, called as in `ct.trade`, or
`series`. Rates are fractions. What does not belong together is refused in one sentence.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from catrade.frames import BASE, ENDS, RATE, beside, keys_in, taken
from catrade_build.frames import on_base
from catrade_build.tables.trade import as_text
from rounding.errors import ParameterError

#: A rate that may be a rise or a fall, and is known no better than this, is none.
_VAGUE = 0.2


def growth(
    frame: pd.DataFrame,
    years: int = 1,
    *,
    per_year: bool = False,
    doubtful: bool = False,
) -> pd.DataFrame:
    """Return growth on the same period some years before.

    Figures of the edition are known again, also where columns or digits were lost: on the year
    before theirs is growth within one release, or as printed. All other growth is the quotient of
    two rows of the frame.

    Parameters
    ----------
    frame
        A row a series and time.
    years
        How many years before.
    per_year
        Whether to return the compound rate a year: (x1 / x0) ** (1 / years) - 1.
    doubtful
        Whether doubtful figures are taken.

    Returns
    -------
    DataFrame
        `frame` with growth, growth_low, growth_high (fractions; NaN without a base, over a break of
        the statistic, and where rounding leaves open whether it rose, by more than 20 points) and
        growth_basis (one release, two releases, printed, printed in yuan, worked out in yuan, or
        computed).

    Raises
    ------
    ParameterError
        If the frame has no figures or times, a series has two figures of a time, or years is no
        whole number above zero.

    Examples
    --------
    >>> import catrade as ct
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": [2020, 2022], "value": [100.0, 121.0]})
    >>> ct.growth(frame, years=2, per_year=True)["growth"].round(3).tolist()
    [nan, 0.1]
    """
    years = whole_number("years", years)
    rows = taken(frame, "growth", doubtful=doubtful)
    if years == 1 and {"growth", "missing"} <= {*frame}:
        raise ParameterError(
            "growth stands in this frame already, measured on the base of each part's own "
            "release: take its column growth"
        )
    if years == 1 and {*RATE} <= {*rows}:  # of the edition
        return _with_basis(beside(frame, rows, RATE))
    pairs = with_base(rows, keys_in(rows, "growth"), years, "growth")
    levels = 1 + pd.DataFrame(on_base(pairs))
    rates = levels.where(levels >= 0) ** (1 / years if per_year else 1) - 1
    rates = rates.where(rates["growth_low"].notna(), np.nan)
    may_be_either = (rates["growth_low"] < 0) & (rates["growth_high"] > 0)
    is_wide = rates["growth_high"] - rates["growth_low"] > _VAGUE
    rates = rates.mask(may_be_either & is_wide)
    basis = rates["growth"].notna().map({True: "computed", False: ""})
    return _with_basis(beside(frame, rates.assign(growth_basis=basis), RATE))


def _with_basis(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in which a growth that is none has no basis."""
    return frame.assign(growth_basis=frame["growth_basis"].fillna(""))


def whole_number(name: str, value: object) -> int:
    """Return a number of years; one sentence if it is none."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
        raise ParameterError(f"{name} must be a whole number, 1 or more; got {value!r}")
    return int(value)


def with_base(
    rows: pd.DataFrame, keys: list[str], years: int, function: str
) -> pd.DataFrame:
    """Return rows with the figure of the same series some years before beside each, if it is held.

    Over a break of the statistic there is none.
    """
    require_once(rows, [*keys, "at"], function)
    rows = rows.drop(columns=[name for name in BASE if name in rows])
    ordered = rows.sort_values("at")
    begins = ordered["break"].ne("") if "break" in rows else ordered["at"] < 0
    rows = rows.assign(
        statistic=begins.groupby([ordered[key] for key in keys]).cumsum()
    )
    names = dict(zip(ENDS, BASE, strict=True))
    before = rows[[*keys, "at", "statistic", *ENDS]].rename(columns=names)
    before["at"] += 12 * years
    merged = rows.merge(before, how="left", on=[*keys, "at", "statistic"])
    return merged.set_axis(rows.index)


def require_once(rows: pd.DataFrame, key: list[str], function: str) -> None:
    """Raise one sentence if a series has two figures of one time."""
    twice = rows[rows.duplicated(key)]
    if twice.empty:
        return
    row = twice.iloc[0]
    which = ", ".join(str(row[name]) for name in key if name not in ("at", "freq"))
    raise ParameterError(
        f"{function} needs one figure a series and time; {which or 'the frame'} has two of "
        f"{row['period']}"
    )


def index_to(
    frame: pd.DataFrame,
    base: int | str | dt.date | None = None,
    *,
    doubtful: bool = False,
) -> pd.DataFrame:
    """Express each series as an index, its figure of the base period = 100.

    Parameters
    ----------
    frame
        A row a series and time.
    base
        Year or period that is 100; of months a year is the mean of its twelve. By default the first
        period in which most series have a figure.
    doubtful
        Whether doubtful figures are taken.

    Returns
    -------
    DataFrame
        `frame` with index, index_low, index_high; NaN for a series without a figure in the base.

    Raises
    ------
    ParameterError
        If no series has a figure in the base period, or one is a balance.

    Examples
    --------
    >>> import catrade as ct
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": [2020, 2021], "value": [50.0, 60.0]})
    >>> ct.index_to(frame, 2020)["index"].tolist()
    [100.0, 120.0]
    """
    rows = taken(frame, "index_to", doubtful=doubtful)
    if "balance" in {*rows.get("flow", ())}:
        raise ParameterError(
            "index_to needs exports, imports or totals: a balance may change its sign"
        )
    keys = keys_in(rows, "index_to")
    require_once(rows, [*keys, "at"], "index_to")
    sound = rows[rows["low"] > 0]
    if base is None:
        counts = sound.groupby("period")["value"].size()
        base = counts[counts == counts.max()].index.min() if len(counts) else ""
    is_date = isinstance(base, dt.date)
    base = str(as_text(base))
    if is_date and {*rows["freq"]} == {"year"}:
        base = base[:4]
    at_base = sound[sound["period"] == base]
    if at_base.empty:  # of months, a year is the mean of its twelve
        months = sound[sound["period"].str.fullmatch(rf"{base}-\d\d")]
        at_base = months.groupby(keys).filter(lambda own: len(own) == 12)
    if at_base.empty:
        first, last = rows["period"].min(), rows["period"].max()
        raise ParameterError(
            f"no series has a figure above zero for base {base!r}; they run from {first} to {last}"
        )
    means = at_base.groupby(keys)[[*ENDS]].mean().set_axis(BASE, axis=1)
    rows = rows.drop(columns=[name for name in BASE if name in rows]).join(means, keys)
    levels = 1 + pd.DataFrame(on_base(rows))
    indices = (100 * levels).set_axis(["index", "index_low", "index_high"], axis=1)
    # The base itself is known.
    indices.loc[rows["period"] == base, ["index_low", "index_high"]] = 100.0
    return beside(frame, indices, [*indices])
