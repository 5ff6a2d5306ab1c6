"""The rule for news: which changes may be printed, and why the others may not.

Each clause has a name and one function of its own; the first that holds keeps a change out. What is
kept out stands in tables all the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd

from catrade_build.tables.trade import read_table
from rounding.dates import date_interval, last_day

#: What happened in an event that decides nothing.
_NOT_DECIDED = ("draft", "held")
#: Kinds that nobody printed, or somebody else: our arithmetic, another publisher's, rounding alone.
_NOT_PRINTED = ("worked out", "other source", "refined", "withdrawn", "new estimate")
#: Kinds that are news only where they are larger than usual.
_ONLY_LARGE = ("revised", "estimate moved")
#: Growth of a base from which on it was a boom, and to which it was a slump.
BOOM, SLUMP = 0.5, -1 / 3
_SERIES = ["table", "id", "reporter", "partner"]
_MONEY = ("USD billion", "USD", "CNY", "EUR")


def why_not(changes: pd.DataFrame, since: dt.date) -> pd.Series[str]:
    """Return by which clause each change may not be printed as news; "" is news.

    Parameters
    ----------
    changes
        What `catrade_build.changes.differences` returns, with when and surprise.
    since
        The day after which things became known.
    """
    why = pd.Series("", changes.index)
    for name, holds in CLAUSES.items():
        # Of what is told twice the one that may be printed stays.
        left = changes[why == ""]
        why = why.mask(holds(left, since).reindex(why.index, fill_value=False), name)
    return why


def _is_doubtful(changes: pd.DataFrame, _: dt.date) -> pd.Series[bool]:
    return changes["quality"] != "ok"


def _has_no_day(changes: pd.DataFrame, since: dt.date) -> pd.Series[bool]:
    """Say of what it is not sure that it became known after a day: a month counts as its last."""
    sure = [text != "" and date_interval(text)[1] > since for text in changes["when"]]
    return ~pd.Series(sure, changes.index, dtype=bool)


def _decides_nothing(changes: pd.DataFrame, _: dt.date) -> pd.Series[bool]:
    return changes["table"].eq("policy_events") & changes["now"].isin(_NOT_DECIDED)


def _is_told_as_decided(changes: pd.DataFrame, _: dt.date) -> pd.Series[bool]:
    """Say of a rule begun whether its decision is told, and of two decisions on it the older.

    One of which only the month is known, in which it was decided, is told with the decision.
    """
    policy = changes[changes["table"].isin(["policy_events", "in_force"])]
    decided = policy.loc[policy["kind"] == "decided", "measure"]
    months = read_table("policy_events").set_index("event_id")["date"].str[:7]
    is_one = policy["measure"].isin(decided) | policy["event"].map(months).eq(
        policy["when"]
    )
    begun = policy["kind"].ne("decided") & is_one
    newest = policy[policy["kind"] == "decided"].sort_values("period")
    twice = newest.duplicated("measure", keep="last")
    return begun | twice.reindex(begun.index, fill_value=False)


def _is_older(changes: pd.DataFrame, _: dt.date) -> pd.Series[bool]:
    return changes["kind"] == "added"


def _is_not_printed(changes: pd.DataFrame, _: dt.date) -> pd.Series[bool]:
    return changes["kind"].isin(_NOT_PRINTED)


def _is_usual(changes: pd.DataFrame, _: dt.date) -> pd.Series[bool]:
    return changes["kind"].isin(_ONLY_LARGE) & ~changes["surprise"].gt(1)


def _lacks_tonnes(changes: pd.DataFrame, _: dt.date) -> pd.Series[bool]:
    """Say of money that grew whether its weight is held, and what that grew by is not."""
    is_money = changes["unit"].isin(_MONEY) & changes["growth"].notna()
    return is_money & changes["has_tonnes"].eq(True) & changes["tonnes_growth"].isna()


def _is_told_by_another(changes: pd.DataFrame, _: dt.date) -> pd.Series[bool]:
    """Say of each figure whether another of its series leads: both flows, the newest, one month.

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
    return ranked.duplicated(_SERIES)


def _is_of_joined(figures: pd.DataFrame) -> list[bool]:
    """Say of each figure whether it is one of two months that its holder prints together."""
    releases = read_table("releases").dropna(subset="joined")
    first = {
        (table, holder): int(month)
        for table, holder, month in releases[["table", "holder", "joined"]].to_numpy()
    }
    months = [
        (first.get((table, holder), 0), period[5:])
        for table, holder, period in figures[["table", "reporter", "period"]].to_numpy()
    ]
    return [
        month > 0 and text in (f"{month:02}", f"{month + 1:02}")
        for month, text in months
    ]


#: The rule: what is no news, by its name, in this order.
CLAUSES: dict[str, Callable[[pd.DataFrame, dt.date], pd.Series[bool]]] = {
    "doubtful": _is_doubtful,
    "its day is not known": _has_no_day,
    "decides nothing": _decides_nothing,
    "told as decided": _is_told_as_decided,
    "older than its release comes": _is_older,
    "not printed by its publisher": _is_not_printed,
    "no larger than usual": _is_usual,
    "money without its tonnes": _lacks_tonnes,
    "told by another of its series": _is_told_by_another,
}


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
