"""What branches in the sentences of the page of news; the others stand in its notebook."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from catrade_build.tables.names import in_sentence, name_of
from catrade_build.tables.policy import load_policy_events
from catrade_build.tables.trade import read_table
from catrade_build.words import NOT_CONFIRMED, capital
from rounding import formats
from rounding.dates import last_day
from rounding.formats import is_missing
from rounding.rounded import Rounded

#: So many surprises stand in the table; the register has all.
MANY = 12
#: What happened in an event that decided nothing, by its stage.
_NOT_DECIDED = {"draft": "drafted", "held": "held"}
#: What the rows of tables are that hold no figures.
_KINDS = {"policy_events": "policy", "in_force": "policy", "claims": "claim"}
#: What makes one surprise: its flows and periods move together.
_ONE = ["table", "id", "reporter", "partner", "kind"]
#: So many stand on the front page, of one kind so many.
MOST, _EACH = 5, 3
#: A landmark counts as a story of so many events more.
_BY_HAND = 9
#: What an event does, by its stage.
_DONE = {
    "one_off": "decided",
    "announced": "announced",
    "in_force": "takes effect",
    "amended": "changed",
    "suspended": "suspended",
    "ended": "ended",
}
#: What it does on a day to come.
_WILL = {
    "in_force": "takes effect",
    "amended": "changes",
    "suspended": "is suspended",
    "ended": "ends",
}
#: The letters of a title that has room beside its day, and those of a day.
_SHORT, _DAY_LONG = 48, 10


def named(changes: pd.DataFrame) -> pd.DataFrame:
    """Add to changes what the page shows of them, each thing once.

    Parameters
    ----------
    changes
        Result of `ct.changes`.

    Returns
    -------
    The rows, of a rule decided and begun the decision alone, plus value_kind (figure, policy,
    claim) and where (whose policy), with the period of a figure behind `what`; kind is `drafted` or
    `held` where an event decided nothing, and of all that is doubtful it says that alone.
    """
    decided = changes.loc[changes["kind"] == "decided", "event"]
    is_twice = changes["kind"].eq("begun") & changes["event"].isin(decided)
    changes = changes[~is_twice]
    kinds = changes["table"].map(_KINDS).fillna("figure")
    periods = changes["period"].where(kinds.eq("figure"), "")
    kind = changes["now"].map(_NOT_DECIDED).fillna(changes["kind"])
    return changes.assign(
        value_kind=kinds,
        kind=kind.where(changes["quality"] == "ok", NOT_CONFIRMED),
        where=changes["reporter"].map(name_of),
        what=[
            capital(f"{what}, {formats.period(period)}" if period else what)
            for what, period in zip(changes["what"], periods, strict=True)
        ],
    )


def surprises(changes: pd.DataFrame) -> pd.DataFrame:
    """Return what is a surprise: of China's trade and market first, the largest before others.

    There is one row a series or pair and kind, and only what may be printed (not_news).
    """
    is_china = changes["reporter"].eq("CHN") | changes["partner"].eq("CHN")
    large = changes.assign(is_china=is_china).query("surprise > 1 and not_news == ''")
    large = large.sort_values(["is_china", "surprise"], ascending=False, kind="stable")
    return large.drop_duplicates(_ONE, ignore_index=True)


def leading(changes: pd.DataFrame, large: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that are told first: surprises about China, then each release's own.

    That is the series by which the table of releases tells its newest period. What is doubtful, or
    of which the day is not known, is not told.

    Parameters
    ----------
    changes, large
        What `named` and `surprises` return.
    """
    releases = read_table("releases")
    of_trade = releases["partner"] != ""
    key = pd.DataFrame(
        {
            "table": releases["table"],
            "reporter": releases["holder"],
            "partner": releases["partner"],
            "id": releases["series"],
            "flow": of_trade.map({True: "total", False: ""}),
        }
    )
    new = changes.query("kind == 'new' and not_news == ''").merge(key.drop_duplicates())
    # China's first; the newest, of one end the year or the month before the sum since January.
    new = new.assign(is_china=new["reporter"] == "CHN", end=new["period"].map(last_day))
    order = ["is_china", "day", "end", "period"]
    new = new.sort_values(order, ascending=[False, False, False, True], kind="stable")
    new = new.drop_duplicates([*key])
    rows = pd.concat([large.query("is_china").head(_EACH), new])
    rows = rows.drop_duplicates([*key, "period"])
    return rows[rows["when"].str.len() == _DAY_LONG].head(_EACH)


def news(changes: pd.DataFrame, large: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return what a reader would want of it first: the figure, what it is, and the day.

    First the figures that lead; then what was decided, measures with a longer story and landmarks
    before others; then other surprises.

    Parameters
    ----------
    changes, large
        What `named` and `surprises` return.
    """
    others = large[~large["is_china"] & large["when"].str.len().eq(_DAY_LONG)]
    items = [
        *_told(leading(changes, large)),
        *_decided(changes)[:_EACH],
        *_told(others),
    ]
    return items[:MOST]


def _told(figures: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return a figure; what it is, what it was before and why it surprises; and its day."""
    items = []
    for row in figures.to_dict("records"):
        figure, _, more = str(row["told"]).partition(", ")
        more = ", ".join(filter(None, [more, row["why"]]))
        what = f"{row['what']}; {more}" if more else row["what"]
        items.append((figure, what, row["when"]))
    return items


def _decided(changes: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return the events decided on a day: a title in few words, what was done, and the day."""
    events = load_policy_events().set_index("event_id")
    story = events.groupby("measure_id")["title_en"].transform("size").astype(int)
    story += _BY_HAND * events["landmark"].ne("")
    rows = changes[changes["kind"].eq("decided") & changes["now"].isin(_DONE)]
    rows = rows[rows["not_news"] == ""]
    rows = rows[rows["when"].str.len() == _DAY_LONG]
    rows = rows.assign(story=rows["id"].map(story))
    rows = rows.sort_values("story", ascending=False, kind="stable")
    items = []
    for row in rows.to_dict("records"):
        event = events.loc[row["id"]]
        what = event["landmark"] or row["what"]
        if len(what) > _SHORT:
            what = event["measure_title"]
        items.append((what, _done(event, row["when"]), row["when"]))
    return items


def _done(event: pd.Series[str], day: str) -> str:
    """Say what an event does where; if its day is not that of the news, on which."""
    stage, where = event["stage"], in_sentence(event["jurisdiction"])
    effect = event["date"] if stage == "ended" else event["effective_date"]
    if stage in _WILL and effect != day and len(effect) == _DAY_LONG:
        return f"{_WILL[stage]} in {where} on {formats.date(effect)}"
    if stage == "in_force" and effect != day:
        return f"decided in {where}"
    return f"{_DONE[stage]} in {where}"


def counted(changes: pd.DataFrame) -> str:
    """Say how many things there are of each kind; figures that are only new here come last.

    Examples
    --------
    >>> counted(pd.DataFrame({"kind": ["new", "new", "added", "revised", "decided"]}))
    '2 new figures, 1 figure revised and 1 event decided; added: 1 older figure'
    """
    numbers = changes["kind"].value_counts()
    parts = []
    for kind, template in _COUNTED.items():
        if number := numbers.get(kind, 0):
            parts.append(template.format(number, "" if number == 1 else "s"))
    older = numbers.get("added", 0)
    added = f"added: {older} older figure{'' if older == 1 else 's'}" if older else ""
    return "; ".join(filter(None, [formats.join(parts), added]))


#: A number, and what makes its noun a plural.
_COUNTED = {
    "new": "{} new figure{}",
    "worked out": "{} figure{} worked out",
    "revised": "{} figure{} revised",
    "other source": "{} figure{} of another source",
    "decided": "{} event{} decided",
    "drafted": "{} draft{}",
    "held": "{} meeting{} held",
    "begun": "{} rule{} begun",
    "ended": "{} rule{} ended",
    "verdict changed": "{} verdict{} changed",
    NOT_CONFIRMED: "{} reported, not confirmed",
}


def title(changes: pd.DataFrame, large: pd.DataFrame) -> str:
    """Return the title: what the figure does that is told first, else the first decision."""
    first = leading(changes, large)
    if len(first):
        return _headline(first.iloc[0].to_dict())
    for what, done, _ in _decided(changes):
        return f"{what}: {done}"
    return f"What is new: {counted(_sure(changes)) or 'nothing'}"


def _headline(row: dict[Any, Any]) -> str:
    """Say what a figure does in as few words as a head has: without by whom."""
    period = formats.period(row["period"])
    what = row["what"].removesuffix(f", {period}")
    what = re.sub(", by [^,]+", "", what)
    if not is_missing(row["growth"]):
        growth = Rounded.of(row, "growth")
        if growth.is_sure:
            return f"{what} {growth:rose} in {period}"
    figure, _, _ = row["told"].partition(", ")
    return f"{what}, {figure} in {period}"


def _sure(changes: pd.DataFrame) -> pd.DataFrame:
    """Return what was decided, judged or printed for sure, not what we or others make of it."""
    left_out = [*_NOT_DECIDED.values(), NOT_CONFIRMED, "worked out", "other source"]
    return changes[~changes["kind"].isin(left_out)]


def answer(changes: pd.DataFrame, large: pd.DataFrame) -> str:
    """Say what is told first, what was decided, and how much of each kind there is."""
    sentences = []
    for row in leading(changes, large).head(1).to_dict("records"):
        told = ", ".join(filter(None, [row["told"], row["why"]]))
        sentences.append(f"{row['what']}: {told}.")
    for what, done, _ in _decided(changes)[:1]:
        sentences.append(f"{capital(done)}: {what}.")
    if number := counted(_sure(changes)):
        sentences.append(f"{capital(number)}.")
    return " ".join(sentences) or "Nothing has become known in this time."
