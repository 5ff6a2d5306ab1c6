"""What a series did after a rule of the register, as analysts ask for it."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from catrade.asked import one_code
from catrade.frames import taken
from catrade.series import require_once
from catrade_build.after import BEGIN, QUARTERS, Window, compared, listed
from catrade_build.edition import table
from catrade_build.frames import require_columns
from catrade_build.tables import as_of
from catrade_build.tables.definitions import meanings
from catrade_build.tables.names import name_of
from catrade_build.tables.policy import load_ember, load_hits
from catrade_build.tables.trade import as_text
from rounding.dates import date_interval
from rounding.errors import ParameterError, choice_error
from rounding.formats import join

_SERIES = r"ember_(?P<group>.+)_exports_to_(?P<partner>...)_usd"
_NEEDED = ["partner", "date", "value", "low", "high", "sources"]


def after(
    event: str | None = None,
    series: str | pd.DataFrame | None = None,
    *,
    partner: str | None = None,
    goods: str = "",
    before: int = 3,
    months: int = 3,
) -> pd.DataFrame:
    """Set the months after a rule against those before, beside other years and other countries.

    Nothing is said of why: `told` is whether the series went further than in the same months of
    other years, than other countries in these months, and than at nineteen of twenty days at which
    no rule of the register begins. `rule` names the rule only where the register says that it
    concerns these goods and this country, and that it works that way. The months before are those
    that were over when the rule was decided, as far as the register knows that day.

    Parameters
    ----------
    event
        The id of an event of the register (`ct.events`), or any day ("2024-04-01").
        None is all rules that concern a series that is held.
    series
        A series of China's exports by month as Ember groups them
        ("ember_ev_exports_to_kgz_usd"), or a frame of months of several partners, as
        `ct.trade(freq="month")` returns it for one flow, with `partner`. None is all series that
        the event concerns.
    partner
        Which partner of the frame is looked at, by code or name.
    goods
        Which goods the frame is of: headings such as "8703.80", parted by `;`. Rules on others
        do not count, and of all goods ("") no rule is.
    before, months
        How many months before the decision and after the day count; what lies between, and a month
        in which the rule begins, is left out.

    Returns
    -------
    DataFrame
        As `catrade_build.after.compare_months` says, with partner_name, day and decided (NaT
        where the register has no earlier day), and in the first row years and others (how many
        other years and countries count), years_low, years_high, others_low, others_high (their
        least and greatest ratio) and rule. Without `series` one such row a rule and series, of
        partner WLD where the rule concerns every country.

    Raises
    ------
    ParameterError
        If there is no such event or series, or a frame lacks what is needed.

    Examples
    --------
    >>> import catrade as ct
    >>> frame = ct.after("2024-rus-eaeu-car-difference", "ember_ev_exports_to_kgz_usd")
    >>> frame.loc[0, ["ratio", "years_low", "others_low"]].astype(float).round(2).tolist()
    [0.16, 2.03, 1.5]
    >>> frame.loc[0, "rule"]
    'Russian rule on cars cleared in other EAEU states'
    >>> uzbek = ct.after("2025-uzb-recycling-fee-in-force")
    >>> uzbek[["partner", "ratio", "on_year", "told"]].round(2).values.tolist()
    [['UZB', 0.59, 0.48, False]]
    """
    event = as_text(event, "%Y-%m-%d")
    window = Window(_number("before", before), _number("months", months))
    if series is not None:
        monthly, code, own, name = _months(series, partner)
        if own and goods:
            raise ParameterError(f"goods is of a frame; {name} is of HS {own}")
        hits = _on_goods(own or goods)
        return as_of.marked(compared(_rule(event), name, monthly, code, hits, window))
    if event is None and window == QUARTERS:
        return as_of.marked(table("after"))
    rules = load_hits() if event is None else _hits_of(event, load_hits())
    if event is None:
        rules = rules[rules["stage"].isin(BEGIN)]
    rows = listed(rules, window)
    # As of a day in the past none may be known yet: that is no mistake.
    if rows.empty and as_of.current() is None:
        raise ParameterError(f"no series that is held is concerned by {event!r}")
    return as_of.marked(rows)


def _months(
    series: str | pd.DataFrame, partner: str | None
) -> tuple[pd.DataFrame, str, str, str]:
    """Return the months of all partners, the one looked at, its goods and the series' name."""
    if isinstance(series, pd.DataFrame):
        require_columns(series, _NEEDED, "after")
        if partner is None:
            raise ParameterError(
                "after needs partner=, which of the frame is looked at"
            )
        code = one_code("partner", partner, series["partner"].unique().tolist())
        _require_one_series_each(series)
        return series, code, "", "a frame"
    groups = meanings("ember_groups")
    series = str(series).lower()
    parts = re.fullmatch(_SERIES, series)
    group = parts["group"] if parts else ""
    if not parts or group not in groups:
        names = [f"ember_{name}_exports_to_kgz_usd" for name in groups]
        raise choice_error("series", series, names)
    months = load_ember(group)
    if months.empty:
        raise ParameterError(f"no month of {series} was known on {as_of.current()}")
    partners = months["partner"].unique().tolist()
    code = one_code("series", parts["partner"].upper(), partners)
    if partner is not None and one_code("partner", partner) != code:
        raise ParameterError(f"{series} is of {name_of(code)}: leave partner= out")
    return months, code, groups[group], series


def _require_one_series_each(months: pd.DataFrame) -> None:
    """Raise one sentence if a frame is not one figure a partner and month, in billions."""
    for column in ("flow", "reporter", "currency", "unit", "freq"):
        held = sorted({*months.get(column, ())})
        if len(held) > 1:
            raise ParameterError(
                f"after needs one {column}; the frame has {join(held)}"
            )
    unit = months["unit"].iloc[0] if "unit" in months else "USD billion"
    if not str(unit).endswith("billion"):
        raise ParameterError(
            f"after needs billions; the frame is in {unit}: divide value, low and high by 1e9 and "
            "drop the column unit"
        )
    rows = taken(months, "after", doubtful=True)
    others = rows.loc[rows["freq"] != "month", "period"]
    if len(others):
        raise ParameterError(
            "after needs months, such as ct.trade(…, freq='month') returns; the frame has "
            f"{others.iloc[0]}"
        )
    require_once(rows, ["partner", "at"], "after")


def _on_goods(goods: str) -> pd.DataFrame:
    """Return the rules on some goods; on all goods (`""`) the register has none."""
    if goods and not re.fullmatch(r"\d[\d.]*(;\d[\d.]*)*", goods):
        raise ParameterError(
            f"goods must be headings of the Harmonized System such as 8703.80, parted by ; got"
            f" {goods!r}"
        )
    return load_hits(goods) if goods else load_hits().head(0)


def _rule(event: str | None) -> dict[Any, Any]:
    """Return the event of the register with the day it begins; of a day, nothing but that."""
    if event is None:
        raise ParameterError("after needs an event or a day beside series=")
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", event):
        return {"first_day": date_interval(event)[0]}
    return _hits_of(event, load_hits()).iloc[0].to_dict()


def _hits_of(event: str, hits: pd.DataFrame) -> pd.DataFrame:
    rows = hits[hits["event_id"] == event]
    if rows.empty:
        raise choice_error("event", event, hits["event_id"].unique())
    return rows


def _number(name: str, value: int) -> int:
    if not isinstance(value, int) or not 1 <= value <= 12:
        raise ParameterError(f"{name} must be 1 to 12 months; got {value!r}")
    return value
