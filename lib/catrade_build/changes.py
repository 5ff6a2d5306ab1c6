"""What has become known between two days: two editions' table `things`, side by side."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd

from catrade_build.day import last_day
from catrade_build.edition import table
from catrade_build.frames import ends_of
from catrade_build.headlines import headline, ranks, sentence
from catrade_build.news import base_words, why_not
from catrade_build.releases import release_of
from catrade_build.revisions import ENOUGH, every_base, record
from catrade_build.tables import as_of as clock
from catrade_build.tables.names import CENTRAL_ASIA
from catrade_build.tables.trade import described, known_day, newest_day
from catrade_build.things import KEY
from rounding import formats
from rounding.errors import ParameterError
from rounding.formats import is_missing
from rounding.rounded import Rounded

_FIGURE = ["value", "low", "high"]
#: Parts of a figure that are no news: float noise.
_SAME = 1e-9
_MONTH = datetime.timedelta(days=31)
#: What has happened to a thing that is not a figure: it is new, gone, or another than before.
_KINDS = {
    "nowcast": ("new estimate", "withdrawn", "estimate moved"),
    "policy_events": ("decided", "withdrawn", "decided"),
    "in_force": ("begun", "ended", "begun"),
    "claims": ("judged", "withdrawn", "verdict changed"),
}
#: What is told of an earlier thing where there is no later one.
_TOLD = ["what", "short", "deed", "event", "measure"]
_TOLD += ["unit", "sources", "quality", "basis"]
_THEN = [*_FIGURE, "stated", "publisher", *_TOLD]
#: What the two sides of a difference are called.
_NAMES = {f"{end}_then": name for end, name in ends_of("before").items()}
_NAMES |= ends_of("after") | {"stated_then": "was", "stated": "now"}
#: Kinds of figures that nobody had printed before.
_PRINTED_FIRST = ("new", "added", "worked out")
_SHOWN = """day when kind quality not_news rank headline sentence what period told before
    before_low before_high after after_low after_high unit change beyond base base_low base_high
    growth growth_low growth_high own_growth own_growth_low own_growth_high own_currency base_growth
    tonnes_growth surprise why was now basis table id event measure reporter partner flow release
    other_release sources"""


def changes(
    since: datetime.date | str | None = None, until: datetime.date | str | None = None
) -> pd.DataFrame:
    """Return what has become known after one day and by another, one row a thing.

    Parameters
    ----------
    since
        What was known on this day is not told; by default 31 days before `until`. A month or a year
        is its last day, as of `ct.as_of`.
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
        claims `judged`, `verdict changed`), quality (`doubtful`: reported, not confirmed), not_news
        (which clause of the rule for news keeps it out of print, "" is news: see
        `catrade_build.news`), rank (the place among the news, from 1; NaN is not told: see
        `catrade_build.headlines`), headline and sentence (of what has a rank), what (in words),
        period, told (before and after in words; of an event what it does where), before and after
        with their bounds (NaN where it is no figure), unit, change (after over before, less one),
        beyond (the part of `before` that no rounding explains), base with its bounds (the figure of
        a year before) and growth on it, own_growth (in own_currency, which its publisher prints,
        where that is not the dollar), base_growth (what the base had grown by), tonnes_growth,
        surprise and why (how many times what is usual, where a revision is larger than nine in ten,
        or growth is further from its middle than in any earlier year; else NaN and ""), was and
        now (the stage, or the verdict), basis
        (`published`, or `computed` by us), table (where it is from; `in_force` is rules, worked out
        from events), id (series, event, measure, claim), event (that decided it, or governs the
        rule), measure, reporter, partner, flow, sources. The newest day first; `attrs` have both
        days in words.

    Raises
    ------
    ParameterError
        If one is no day, before the first source or to come, or `since` is after `until`.

    Examples
    --------
    What Kazakhstan revised in the middle of September 2026:

    >>> import catrade as ct
    >>> found = ct.changes("2026-09-15", "2026-09-16").query("partner == 'WLD'")
    >>> found = found[found["kind"] == "revised"]
    >>> april = found.query("period == '2026-04' and flow == 'export'")
    >>> april[["before", "after", "change"]].round(3).values.tolist()
    [[5.762, 6.009, 0.043]]
    """
    last = clock.current() or newest_day()
    if until:
        last = known_day("until", last_day(until))
    first = last_day(since) if since else last - _MONTH
    if first > last:
        newest = "asked for as until" if until else "of the newest source"
        raise ParameterError(
            f"since must not be after {last}, the day {newest}; got {first}"
        )
    known_day("since" if since else "until", first)
    with clock.holding(first):
        then = table("things")
    with clock.holding(last):
        now = table("things")
        things = with_surprise(differences(then, now))
    # Where what it rests on is older, another figure of the time has changed the choice: by the
    # last day that is so, since when nobody has said.
    end = pd.Timestamp(last)
    day = things["day"].fillna(end)
    is_between = day.gt(pd.Timestamp(first)) & day.le(end)
    things["day"] = day.where(is_between, end)
    things["when"] = things["when"].where(is_between, "")
    clauses = [as_clause(row) for row in things.to_dict("records")]
    things["told"] = things["deed"].mask(things["deed"] == "", clauses)
    things["not_news"] = why_not(things, first)
    with clock.holding(last):
        things["release"] = release_of(things)
        things["other_release"] = other_release_of(things)
    things["rank"] = ranks(things)
    is_told = things["rank"].notna()
    for name, words in (("headline", headline), ("sentence", sentence)):
        things[name] = ""
        records = things[is_told].to_dict("records")
        things.loc[is_told, name] = [words(row) for row in records]
    order = ["day", "table", "kind", "what", "period"]
    things = things.sort_values(order, ascending=[False, True, True, True, False])
    begin, end_day = formats.date(str(first)), formats.date(str(last))
    return described(things, "changes", None, _SHOWN, since=begin, until=end_day)


def other_release_of(things: pd.DataFrame) -> pd.Series[str]:
    """Return the release of the one of the five with which trade is, or whose count it is not."""
    is_beside = things["table"].isin(["trade", "highlights"])
    is_beside &= things["partner"].isin(CENTRAL_ASIA)
    other = things.assign(table="trade", reporter=things["partner"], partner="", id="")
    return release_of(other).where(is_beside, "")


def differences(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return what differs between two days, one row a thing: its kind, before and after.

    Parameters
    ----------
    then, now
        The table `things` as of two days.
    """
    names = {name: f"{name}_then" for name in _THEN}
    earlier = then[[*KEY, *_THEN]].rename(columns=names)
    both = earlier.merge(now, on=KEY, how="outer", indicator=True)
    same = np.isclose(
        both[[f"{end}_then" for end in _FIGURE]].astype(float),
        both[_FIGURE].astype(float),
        rtol=_SAME,
        atol=0,
        equal_nan=True,
    )
    moved = pd.Series(~same.all(axis=1), both.index)
    # Of what is on one side alone the other states nothing.
    both = both[moved | both["stated_then"].ne(both["stated"])]

    up = (both["low"] - both["high_then"]).clip(lower=0)
    down = (both["low_then"] - both["high"]).clip(lower=0)
    both["beyond"] = (up + down) / both["value_then"].abs()
    both["change"] = both["value"] / both["value_then"] - 1
    both["kind"] = _kinds(both)
    for name in _TOLD:
        both[name] = both[name].fillna(both[f"{name}_then"])
    texts = ["stated_then", "stated", "when", "own_currency"]
    both[texts] = both[texts].astype("str").fillna("")
    return both.rename(columns=_NAMES).reset_index(drop=True)


def _kinds(both: pd.DataFrame) -> list[str]:
    """Return in one or two words what has happened to each thing."""
    is_new, is_gone = both["_merge"] == "right_only", both["_merge"] == "left_only"
    # One publisher's one statistic: with services or without are two.
    is_one = both["publisher"].eq(both["publisher_then"])
    is_one &= both["what"].eq(both["what_then"])
    is_one &= ~both["publisher"].str.contains(";", na=False)
    # What only we had worked out before was printed by nobody: it is new.
    is_first = is_new | both["basis_then"].eq("computed")
    of_figures = {
        "withdrawn": is_gone,
        "worked out": both["basis"] == "computed",
        "added": is_first & both["is_late"].eq(True),
        "new": is_first,
        "refined": ~both["beyond"].gt(0),
        "revised": is_one,
    }
    kinds = np.select([*of_figures.values()], [*of_figures], "other source")
    states = np.select([is_new, is_gone], [0, 1], 2)
    told = zip(both["table"], states, kinds, strict=True)
    return [
        _KINDS[table][state] if table in _KINDS else kind for table, state, kind in told
    ]


def with_surprise(changes: pd.DataFrame) -> pd.DataFrame:
    """Add how far each difference is from what was to be expected, and why.

    Parameters
    ----------
    changes
        What `differences` returns.

    Returns
    -------
    `changes` plus `surprise`, in times of what is usual, and `why` (in words): a revision over what
    nine in ten have stayed below; growth beside its own past in the same part of the year. NaN and
    "" where none of that is so. No level is a surprise, however high: trend and season make such
    records.
    """
    is_revised = changes["kind"].eq("revised") & changes["table"].eq("trade")
    usual = _ninety(changes)
    size = changes["change"].abs() / usual.where(usual > 0)
    unusual = changes["unusual"].where(changes["kind"] == "new")
    surprise = unusual.mask(is_revised, size).astype(float)
    surprise = surprise.where(surprise > 1)
    beside = [f"any of {years:.0f} earlier years" for years in changes["past"]]
    why = "further from its usual growth than in " + pd.Series(
        beside, changes.index, "str"
    )
    why = why.mask(is_revised, "a revision larger than nine in ten")
    return changes.assign(surprise=surprise, why=why.where(surprise.notna(), ""))


def _ninety(changes: pd.DataFrame) -> pd.Series[float]:
    """Return what nine in ten revisions stay below: of a reporter's flow, else of all.

    Where too few are known none is called large.
    """
    by = [record(every_base(), of) for of in (["reporter", "flow"], ["flow"])]
    own, of_all = (known[known["n"] >= ENOUGH] for known in by)
    usual = changes[["reporter", "flow"]].merge(own, how="left")["ninety"]
    every = changes["flow"].map(of_all.set_index("flow")["ninety"])
    return usual.set_axis(changes.index).fillna(every).astype(float)


def as_clause(row: dict[Any, Any]) -> str:
    """Return what has happened to a thing as a clause: the figure, or before and after.

    Parameters
    ----------
    row
        Of what `ct.changes` returns.

    Examples
    --------
    >>> row = {"kind": "revised", "unit": "USD billion", "was": "", "now": "",
    ...        "before": 5.762, "before_low": 5.762, "before_high": 5.762,
    ...        "after": 6.009, "after_low": 6.009, "after_high": 6.009}
    >>> as_clause(row)
    '$6.01 billion, was $5.76 billion (+4%)'
    """
    scale, kind, behind = _written(row["unit"])
    figures = {
        name: Rounded.of(row, name) * scale
        for name in ("after", "before", "base")
        if not is_missing(row.get(name))
    }
    texts = {name: f"{figure:{kind}}{behind}" for name, figure in figures.items()}
    if not {"after", "before"} & {*texts}:
        was = f", was {row['was']}" if row["now"] and row["was"] else ""
        return f"{row['now']}{was}"
    if "after" not in texts:
        return f"was {texts['before']}"
    now, before = texts["after"], texts.get("before")
    if row["kind"] == "new" and "base" in texts:
        ago = f"{figures['base']:{kind}} a year before"
        boom = base_words(row.get("growth", np.nan), row.get("base_growth", np.nan))
        return ", ".join(filter(None, [now, ago, boom]))
    if before is None or row["kind"] in _PRINTED_FIRST:
        return now
    if row["kind"] == "other source":
        return now if now == before else f"{now}, by another source before {before}"
    if now != before:
        return f"{now}, was {before}{_by(figures, kind)}"
    step = figures["after"] - figures["before"]
    if not step.is_sure:
        return now
    by = f"{abs(step):{'points' if kind == 'percent' else kind}}{behind}"
    return f"{now}, {by} {'more' if step.value > 0 else 'less'} than before"


def _by(figures: dict[str, Rounded], kind: str) -> str:
    """Return by how much a figure has changed, of the figures as they are written."""
    now, before = figures["after"].shown(kind), figures["before"].shown(kind)
    if kind == "percent":
        return f" ({now - before:+points})"
    by = f"{now / before - 1:+percent}"
    # A change that rounds to nothing is none to be told.
    return f" ({by})" if by.strip("+−0.%") else ""


def _written(unit: str) -> tuple[float, str, str]:
    """Return what a figure of a unit is times, what it is written as, and what stands behind it."""
    scale = 1e9 if unit.endswith(" billion") else 1.0
    unit = unit.removesuffix(" billion")
    if unit in ("USD", "CNY", "EUR"):
        return scale, unit.lower(), ""
    if unit == "fraction":
        return scale, "percent", ""
    return scale, "count", f" {unit}"
