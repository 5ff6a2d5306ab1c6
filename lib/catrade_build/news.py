"""The rule for news: which changes may be printed, and why the others may not.

Each clause has a name; the first that holds keeps a change out. What is kept out stands in tables
all the same.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade_build.releases import joined_month
from catrade_build.tables.trade import read_table
from rounding.dates import date_interval, last_day

#: What happened in an event that decides nothing.
_NOT_DECIDED = ("draft", "held")
#: Kinds that nobody printed, or somebody else: our arithmetic, another publisher's, rounding alone.
_NOT_PRINTED = ("worked out", "other source", "refined", "withdrawn")
#: Growth of a base from which on it was a boom, and to which it was a slump.
BOOM, SLUMP = 0.5, -1 / 3
_SERIES = ["table", "id", "reporter", "partner"]
_MONEY = ("USD billion", "USD", "CNY", "EUR")
#: Letters of a month.
_MONTH_LONG = 7


def why_not(changes: pd.DataFrame, since: dt.date) -> pd.Series[str]:
    """Return by which clause each change may not be printed as news; "" is news.

    Parameters
    ----------
    changes
        What `catrade_build.changes.differences` returns, with when and surprise.
    since
        The day after which things became known.
    """
    kinds = changes["kind"]
    dates = [text and date_interval(text)[1] for text in changes["when"]]
    is_sure = pd.Series([bool(day) and day > since for day in dates], changes.index)
    is_event = changes["table"].eq("policy_events")
    has_grown = changes["unit"].isin(_MONEY) & changes["growth"].notna()
    lacks_tonnes = changes["has_tonnes"] & changes["tonnes_growth"].isna()
    clauses = {
        "doubtful": changes["quality"] != "ok",
        "its day is not known": ~is_sure,
        "decides nothing": is_event & changes["now"].isin(_NOT_DECIDED),
        "older than its release comes": kinds == "added",
        "not printed by its publisher": kinds.isin(_NOT_PRINTED),
        "no larger than usual": kinds.eq("revised") & ~changes["surprise"].gt(1),
        "money without its tonnes": has_grown & lacks_tonnes,
    }
    why = pd.Series("", changes.index)
    for name, holds in clauses.items():
        why = why.mask(why.eq("") & holds, name)
    # Of what is told twice the one that may be printed stays.
    why[_told_as_decided(changes[why == ""])] = "told as decided"
    why[_told_by_another(changes[why == ""])] = "told by another of its series"
    return why


def _told_as_decided(changes: pd.DataFrame) -> pd.Index:
    """Return the rules begun whose decision is told, and of two decisions on one the older.

    One of which only the month is known, in which it was decided, is told with the decision.
    """
    policy = changes[changes["table"].isin(["policy_events", "in_force"])]
    is_decided = policy["kind"] == "decided"
    decided = policy[is_decided].sort_values("period")
    months = read_table("policy_events").set_index("event_id")["date"].str[:7]
    is_one = policy["measure"].isin(decided["measure"])
    is_one |= policy["event"].map(months).eq(policy["when"])
    older = decided[decided.duplicated("measure", keep="last")]
    return policy.index[~is_decided & is_one].union(older.index)


def _told_by_another(changes: pd.DataFrame) -> pd.Index:
    """Return the figures that another of their series leads: both flows, the newest, one month.

    Of months that come in one release, as January's with February's, their sum leads: a holiday
    moves from one to the other.
    """
    is_figure = ~changes["table"].isin(["policy_events", "in_force", "claims"])
    figures = changes[is_figure]
    ranked = figures.assign(
        end=figures["period"].map(last_day),
        large=figures["surprise"].gt(1),
        both=figures["flow"].eq("total"),
        part=_is_of_joined(figures),
    )
    order = ["large", "end", "both", "part", "period"]
    ranked = ranked.sort_values(order, ascending=[False, False, False, True, True])
    return ranked.index[ranked.duplicated(_SERIES)]


def _is_of_joined(figures: pd.DataFrame) -> pd.Series[bool]:
    """Say of each figure whether it is one of two months that its holder prints together."""
    first = joined_month(figures)
    month = pd.to_numeric(figures["period"].str[5:], errors="coerce")
    is_month = figures["period"].str.len() == _MONTH_LONG
    return is_month & (month.eq(first) | month.eq(first + 1))


def base_words(growth: float, base_growth: float) -> str:
    """Return what must be said of the base of growth: that it was a boom, or a slump.

    Examples
    --------
    >>> base_words(-0.837, 1.63), base_words(0.4, -0.5), base_words(0.1, 0.05)
    ('from a base that had itself risen 163%', 'from a base that had itself fallen 50%', '')
    """
    if growth < 0 and base_growth >= BOOM:
        return f"from a base that had itself risen {base_growth:.0%}"
    if growth > 0 and base_growth <= SLUMP:
        return f"from a base that had itself fallen {-base_growth:.0%}"
    return ""
