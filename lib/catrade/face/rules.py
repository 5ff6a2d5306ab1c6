"""What a series did after a rule of the register, as analysts ask for it."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from catrade.face.frames import one_code
from catrade_build.calc import after as calc
from catrade_build.cells.frames import require_columns
from catrade_build.tables.definitions import meanings
from catrade_build.tables.names import name_of
from catrade_build.tables.policy import load_ember, load_hits
from catrade_build.tables.trade import as_text
from rounding.dates import date_interval
from rounding.errors import ParameterError, choice_error

_SERIES = r"ember_(?P<group>.+)_exports_to_(?P<partner>...)_usd"
_NEEDED = ["partner", "date", "value_bn", "low_bn", "high_bn", "sources"]
#: What the table of all rules says of each series, in this order.
_LISTED = (
    "event_id title decided day series partner partner_name ratio ratio_low ratio_high on_year "
    "on_year_low on_year_high years years_low years_high others others_low others_high relative "
    "relative_low relative_high as_far dates told rule reason sources"
)
#: Rules that apply from a day that the register knows; what is only announced may be put off.
_BEGIN = ("in_force", "amended", "suspended", "ended")


def after(
    event: str | None = None,
    series: str | pd.DataFrame | None = None,
    *,
    country: str | None = None,
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
        The id of an event of the register (`ct.policies(full=True)`), or any day ("2024-04-01").
        None is all rules that concern a series that is held.
    series
        A series of China's exports by month as Ember groups them
        ("ember_ev_exports_to_kgz_usd"), or a frame of months of several partners, as
        `ct.trade(freq="month")` returns it for one flow, with `country`. None is all series that
        the event concerns.
    country
        Which partner of the frame is looked at.
    goods
        Which goods the frame is of: headings such as "8703.80", parted by `;`. Rules on others
        do not count, and of all goods ("") no rule is.
    before, months
        How many months before the decision and after the day count; what lies between, and a month
        in which the rule begins, is left out.

    Returns
    -------
    DataFrame
        As `catrade_build.calc.after.compare_months` says, with partner_name, day and decided (NaT
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
    >>> frame = after("2024-rus-eaeu-car-difference", "ember_ev_exports_to_kgz_usd")
    >>> frame.loc[0, ["ratio", "years_low", "others_low"]].astype(float).round(2).tolist()
    [0.16, 2.03, 1.5]
    >>> frame.loc[0, "rule"]
    'Russian rule on cars cleared in other EAEU states'
    >>> uzbek = after("2025-uzb-recycling-fee-in-force")
    >>> uzbek[["partner", "ratio", "on_year", "told"]].round(2).values.tolist()
    [['UZB', 0.59, 0.48, False]]
    """
    event = as_text(event, "%Y-%m-%d")
    window = calc.Window(_number("before", before), _number("months", months))
    if series is not None:
        monthly, partner, own, name = _months(series, country)
        if own and goods:
            raise ParameterError(f"goods is of a frame; {name} is of HS {own}")
        hits = _on_goods(own or goods)
        return _compared(_rule(event), name, monthly, partner, hits, window)
    hits = load_hits()
    rules = hits[hits["stage"].isin(_BEGIN)]
    if event is not None:
        rules = _hits_of(event, hits)
    rows = []
    for group, goods in meanings("ember_groups").items():
        monthly, on_goods = load_ember(group), load_hits(goods)
        held = _held(monthly, on_goods, rules).to_dict("records")
        rows += [_listed(rule, group, monthly, on_goods, window) for rule in held]
    if not rows:
        raise ParameterError(f"no series that is held is concerned by {event!r}")
    listed = pd.concat(rows)[_LISTED.split()]
    return listed.sort_values(["day", "partner"], ignore_index=True)


def _held(
    months: pd.DataFrame, hits: pd.DataFrame, rules: pd.DataFrame
) -> pd.DataFrame:
    """Return the rules that concern a series while it is held; one of a measure and day."""
    hits = hits[hits["event_id"].isin(rules["event_id"])]
    hits = hits[hits["country"].isin([*months["partner"], "WLD"])]
    hits = hits[hits["last_day"] > months["date"].min()]
    return hits.drop_duplicates(["measure_id", "first_day", "country"])


def _listed(
    rule: dict[Any, Any],
    group: str,
    months: pd.DataFrame,
    hits: pd.DataFrame,
    window: calc.Window,
) -> pd.DataFrame:
    """Return the row of one rule and series in the list of all."""
    partner = rule["country"]
    if partner != "WLD":
        name = f"ember_{group}_exports_to_{partner.lower()}_usd"
        return _compared(rule, name, months, partner, hits, window).head(1)
    row = {
        "event_id": rule["event_id"],
        "title": rule["title_en"],
        "day": rule["first_day"],
        "decided": rule["decided"],
        "series": f"ember_{group}_exports",
        "partner": "WLD",
        "partner_name": name_of("WLD"),
        "told": False,
        "rule": "",
        "reason": "it concerns every country, so that none is left to compare with",
        "sources": rule["sources"],
    }
    return pd.DataFrame([row], columns=_LISTED.split())


def _compared(
    rule: dict[Any, Any],
    series: str,
    months: pd.DataFrame,
    partner: str,
    hits: pd.DataFrame,
    window: calc.Window,
) -> pd.DataFrame:
    """Compare one series after a rule or day of which the months and what hits them are at hand."""
    day = pd.Timestamp(rule["first_day"])
    measure = str(rule.get("measure_id", ""))
    decided = rule.get("decided")
    compared = calc.compare_months(months, hits, partner, day, measure, window, decided)
    own = hits[hits["event_id"] == rule.get("event_id")]
    own = own[own["country"].isin([partner, "WLD"])]
    first: dict[Any, Any] = compared.iloc[0].to_dict()
    way = "less" if first["ratio"] < 1 else "more"
    bears = first["told"] and way in {*own["hits_way"]}
    names = compared["partner"].map(name_of)
    compared = compared.assign(partner_name=names, series=series)
    counts = compared[compared["reason"] == ""]
    for column, comparison in (("years", calc.YEAR), ("others", calc.COUNTRY)):
        ratios = counts.loc[counts["comparison"] == comparison, "ratio"]
        compared.loc[0, column] = len(ratios)
        compared.loc[0, f"{column}_low"] = ratios.min()
        compared.loc[0, f"{column}_high"] = ratios.max()
    compared["rule"] = ""
    compared.loc[0, "rule"] = rule["title_en"] if bears else ""
    return compared.assign(
        event_id=rule.get("event_id", ""),
        title=rule.get("title_en", ""),
        day=day,
        decided=decided,
    )


def _months(
    series: str | pd.DataFrame, country: str | None
) -> tuple[pd.DataFrame, str, str, str]:
    """Return the months of all partners, the one looked at, its goods and the series' name."""
    if isinstance(series, pd.DataFrame):
        require_columns(series, _NEEDED, "after")
        if country is None:
            raise ParameterError("after needs country=, the partner looked at")
        partners = series["partner"].unique().tolist()
        flows = set(series.get("flow", []))
        if len(flows) > 1:
            raise ParameterError(
                "after needs one flow; the frame has export and import"
            )
        partner = one_code("country", country, partners)
        return series, partner, "", "a frame"
    groups = meanings("ember_groups")
    series = str(series).lower()
    parts = re.fullmatch(_SERIES, series)
    group = parts["group"] if parts else ""
    if not parts or group not in groups:
        names = [f"ember_{name}_exports_to_kgz_usd" for name in groups]
        raise choice_error("series", series, names)
    months = load_ember(group)
    partners = months["partner"].unique().tolist()
    partner = one_code("series", parts["partner"].upper(), partners)
    return months, partner, groups[group], series


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
