"""What a change that is news says: its headline, its sentence, its rank.

Which changes are news says `catrade_build.news`; the words of all others are in `told`.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from catrade_build.news import base_words
from catrade_build.tables.names import CENTRAL_ASIA, GROUPS, in_sentence
from catrade_build.words import capital
from rounding import formats
from rounding.dates import last_day
from rounding.formats import is_missing
from rounding.rounded import Rounded

#: So many figures of a source are told.
EACH = 3
#: The corridor's far end: the five, and groups of them.
_FIVE: set[str] = {
    *CENTRAL_ASIA,
    *(g for g, who in GROUPS.items() if {*who} <= {*CENTRAL_ASIA}),
}
_POLICY = ("policy_events", "in_force")
#: What an event does, by its stage, of titles in the singular and the plural.
_DONE = {
    # A statement, an inspection, a tranche of money: not all of them are decisions.
    "one_off": "new",
    "announced": "announced",
    "in_force": "in force",
    "amended": "changed",
    "suspended": "suspended",
    "ended": "ended",
    "draft": "drafted",
    "held": "held",
}
#: Stages from a day on, which may be another than that of the news.
_FROM = ("in_force", "amended", "suspended")
#: What is printed in other currencies than dollars.
_CURRENCIES = {"CNY": "yuan", "EUR": "euros"}
#: Letters of a title that a headline has room for, and those of a day.
_SHORT, _DAY_LONG = 48, 10
#: What titles say themselves of what an event does.
_VERB = r"\b(?:takes? effect|begins?|announced)\b"


def in_short(events: pd.DataFrame) -> pd.Series[str]:
    """Return what each event is called in few words.

    That is the landmark that it is, else its title, else what its measure is called, where the
    title is long.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`.
    """
    title = events["landmark"].where(events["landmark"] != "", events["title_en"])
    is_long = title.str.len().gt(_SHORT) | title.str.contains(_VERB)
    return title.mask(is_long, events["measure_title"])


def deed(event: dict[Any, Any]) -> str:
    """Say what an event does where; if its day is not that of the news, on which.

    Parameters
    ----------
    event
        A row of `load_policy_events()`, with short and when (since when it is known).
    """
    stage, when = event["stage"], event["when"]
    where = in_sentence(event["jurisdiction"])
    # A title that names the place is not followed by it.
    place = f" in {where}"
    if where in event["title_en"] and where in event["short"]:
        place = ""
    effect = event["date"] if stage == "ended" else event["effective_date"]
    if effect != when and len(effect) == _DAY_LONG:
        day = formats.date(effect)
        if stage in _FROM:
            return f"{_DONE[stage]}{place} from {day}"
        if stage == "ended":
            return f"{'to end' if effect > when else 'ended'}{place} on {day}"
    if stage == "in_force" and effect != when:
        return f"decided{place}"
    return f"{_DONE.get(stage, stage)}{place}"


def sentence(row: dict[Any, Any]) -> str:
    """Return what a change says in a sentence.

    Parameters
    ----------
    row
        Of what `ct.changes` returns.

    Examples
    --------
    >>> row = {"table": "market_series", "what": "China: retail sales, by customs", "why": "",
    ...        "period": "2026-05", "told": "1.7 million cars, 2.2 million a year before",
    ...        "growth": -0.24, "growth_low": -0.241, "growth_high": -0.239, "base_growth": 0.1}
    >>> sentence(row)
    'China: retail sales, by customs, fell 24.0% on a year before, to 1.7 million cars in May 2026.'
    >>> sentence(row | {"growth": float("nan"), "told": "1.7 million cars"})
    'China: retail sales, by customs: 1.7 million cars in May 2026.'
    """
    what, why = capital(row["what"]), f"; {row['why']}" if row["why"] else ""
    if row["table"] in _POLICY:
        has_verb = re.search(_VERB, what) and row["short"]
        return f"{capital(row['short']) if has_verb else what}: {row['told']}."
    when = formats.period(row["period"])
    figure, _, more = row["told"].partition(", ")
    growth = _growth(row)
    if growth is None:
        more = f", {more}" if more else ""
        return f"{what}: {figure} in {when}{more}{why}."
    what = f"{what}," if ", " in what else what
    base = base_words(row["growth"], row["base_growth"])
    base = f", {base}" if base else ""
    own = _currency(row)
    dollars = f"{own} ({Rounded.of(row, 'growth'):+percent} in dollars)" if own else ""
    grew = f"{growth:rose} on a year before{dollars}"
    return f"{what} {grew}, to {figure} in {when}{base}{_quantities(row)}{why}."


def headline(row: dict[Any, Any]) -> str:
    """Return what a change says in as few words as a head has: a figure without by whom.

    Parameters
    ----------
    row
        Of what `ct.changes` returns, with short.

    Examples
    --------
    >>> row = {"table": "policy_events", "what": "A standard for the safety of batteries in cars",
    ...        "short": "Battery standard", "told": "in force in China from 1 July 2026"}
    >>> headline(row)
    'Battery standard: in force in China from 1 July 2026'
    """
    if row["table"] in _POLICY:
        return f"{capital(row['short'] or row['what'])}: {row['told']}"
    what = capital(re.sub(", by [^,]+", "", row["what"]))
    when = formats.period(row["period"])
    growth = _growth(row)
    if growth is None:
        # One colon is enough: "China: trade with Kazakhstan, $3.1 billion in May 2026".
        apart = ", " if ": " in what else ": "
        return f"{what}{apart}{row['told'].partition(', ')[0]} in {when}"
    what = f"{what}," if ", " in what else what
    own = _currency(row)
    at = f"{own}, {when}" if own else f" in {when}"
    return f"{what} {growth:rose}{at}{_quantities(row)}"


def _quantities(row: dict[Any, Any]) -> str:
    """Return what quantities alone did to a figure of trade whose goods have weights.

    Examples
    --------
    >>> _quantities({"table": "trade", "tonnes_growth": -0.12})
    '; quantities fell 12%'
    >>> _quantities({"table": "trade", "tonnes_growth": float("nan")})
    ''
    """
    tonnes = row.get("tonnes_growth", float("nan"))
    if row["table"] != "trade" or is_missing(tonnes):
        return ""
    return f"; quantities {'rose' if tonnes > 0 else 'fell'} {abs(tonnes):.0%}"


def _growth(row: dict[Any, Any]) -> Rounded | None:
    """Return growth whose direction is sure, of what is new: as printed, if dollars differ."""
    if is_missing(row["growth"]) or row.get("kind", "new") != "new":
        return None
    growth = Rounded.of(row, "own_growth" if _currency(row) else "growth")
    return growth if growth.is_sure else None


def _currency(row: dict[Any, Any]) -> str:
    """Return in what a figure grew, where growth in dollars tells another story."""
    if is_missing(row.get("own_growth")):
        return ""
    return f" in {_CURRENCIES[row['own_currency']]}"


def ranks(changes: pd.DataFrame) -> pd.Series[float]:
    """Return the place of each change among the news, from 1; NaN of what is not told.

    What moved, or was decided, comes before a level that has nothing beside it. Of each, the
    corridor comes first (China with one of the five, or a rule of one of them), then China, then
    others; figures before rules; what surprises, then the series by which its release is known,
    then the newest, then what moved by most. So many figures of a source are told as `EACH` says.

    Parameters
    ----------
    changes
        What `ct.changes` returns, with not_news, release and surprise.
    """
    # A thing that is only a name, with no figure or deed, is no sentence.
    news = changes[(changes["not_news"] == "") & (changes["told"] != "")]
    sides = news[["reporter", "partner"]]
    is_policy = news["table"].isin(_POLICY)
    is_china = sides.isin(["CHN"]).any(axis=1)
    is_corridor = sides.isin([*_FIVE]).any(axis=1) & (is_china | is_policy)
    is_total = news["flow"].eq("total") | news["table"].ne("trade")
    is_lead = news["release"].ne("") & is_total
    # An event has a date, which is its day.
    periods = news["period"].where(~is_policy, "2000")
    ends = [last_day(text) for text in periods]
    order = pd.DataFrame(
        {
            "bare": ~(news["base"].notna() | is_policy | news["surprise"].gt(1)),
            "place": np.select([is_corridor, is_china], [0, 1], 2),
            "policy": is_policy,
            "surprise": -news["surprise"].where(news["surprise"] > 1, 0),
            "lead": ~is_lead,
            "day": -news["day"].astype("int64"),
            "end": [-end.toordinal() for end in ends],
            "step": -(news["after"] - news["base"]).abs().fillna(0),
            "value": -news["after"].fillna(0),
        }
    )
    order = order.sort_values([*order.columns], kind="stable")
    source = news["sources"].str.split("[;+] *", regex=True).str[0].reindex(order.index)
    nth = order.groupby([source, order["policy"]]).cumcount()
    told = order.index[nth < EACH]
    return pd.Series(np.arange(1.0, len(told) + 1), told).reindex(changes.index)
