"""Then and now: what was known on a day, and what has become known between two."""

from __future__ import annotations

import datetime

import pandas as pd

from catrade_build.tables import as_of as clock
from catrade_build.tables.trade import (
    described,
    known_day,
    newest_day,
)
from rounding import formats
from rounding.dates import as_day
from rounding.errors import ParameterError

_MONTH = datetime.timedelta(days=31)
_SHOWN = """day when kind quality what period told before before_low before_high after after_low
    after_high unit change beyond year_before year_before_low year_before_high growth growth_low
    growth_high surprise why was now basis table id event reporter partner flow sources"""


def changes(
    since: datetime.date | str | None = None, until: datetime.date | str | None = None
) -> pd.DataFrame:
    """Return what has become known after one day and by another, one row a thing.

    Parameters
    ----------
    since
        What was known on this day is not told; by default 31 days before `until`.
    until
        What was published by this day is; by default the day of the newest source that is dated to
        the day, or the one that `ct.as_of` holds at.

    Returns
    -------
    DataFrame
        day (by which it is known), when (since when, as exact as that is said: `2026-09` is some
        day of that month, "" is not known), kind (of figures `new`: no older than the longest delay
        of its release in `releases.csv`; `added`: older; `worked out` by us; `revised` beyond
        rounding by its publisher; `other source`: another's; `refined` within rounding;
        `withdrawn`; `new estimate`, `estimate moved`; of policy `decided`, `begun`, `ended`; of
        claims `judged`, `verdict changed`), quality (`doubtful`: reported, not confirmed), what (in
        words), period, told (before and after in words), before and after with their bounds (NaN
        where it is no figure), unit, change (after over before, less one), beyond (the part of
        `before` that no rounding explains), year_before with its bounds and growth on it (of what
        is new, as the figures are written), surprise and why (how many times what is usual, where a
        revision is larger than nine in ten, or the estimate of the running year left its interval;
        else NaN and ""), was and now (the stage, or the verdict), basis (`published`, or `computed`
        by us), table (where it is from; `in_force` is rules, worked out from events), id (series,
        event, measure, claim), event (that decided it, or governs the rule), reporter, partner,
        flow, sources. The newest day first; `attrs` have both days in words.

    Raises
    ------
    ParameterError
        If one is no day, before the first source or to come, or `since` is after `until`.

    Examples
    --------
    What Kazakhstan revised in the middle of September 2026:

    >>> found = changes("2026-09-15", "2026-09-16").query("kind == 'revised' and partner == 'WLD'")
    >>> april = found.query("period == '2026-04' and flow == 'export'")
    >>> april[["before", "after", "change"]].round(3).values.tolist()
    [[5.762, 6.009, 0.043]]
    """
    from catrade.face import news

    last = clock.current() or newest_day()
    if until:
        last = known_day("until", as_day(until))
    first = as_day(since) if since else last - _MONTH
    if first > last:
        newest = "asked for as until" if until else "of the newest source"
        raise ParameterError(
            f"since must not be after {last}, the day {newest}; got {first}"
        )
    known_day("since" if since else "until", first)
    with clock.holding(first):
        then = news.state()
    with clock.holding(last):
        now = news.state()
        things = news.differences(then, now)
        things = news.with_surprise(news.with_year_before(things, now))
    # Where what it rests on is older, another figure of the time has changed the choice: by the
    # last day that is so, since when nobody has said.
    end = pd.Timestamp(last)
    day = things["day"].fillna(end)
    is_between = day.gt(pd.Timestamp(first)) & day.le(end)
    things["day"] = day.where(is_between, end)
    things["when"] = things["when"].where(is_between, "")
    things["told"] = [news.as_clause(row) for row in things.to_dict("records")]
    order = ["day", "table", "kind", "what", "period"]
    things = things.sort_values(order, ascending=[False, True, True, True, False])
    begin, end_day = formats.date(str(first)), formats.date(str(last))
    return described(things, "changes", None, _SHOWN, since=begin, until=end_day)
