"""What branches in the sentences of the page of news; the others stand in its notebook."""

from __future__ import annotations

import pandas as pd

from catrade.tables.names import in_sentence, name_of
from catrade.tables.policy import load_policy_events
from catrade.words import capital
from rounding import formats

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
#: The letters of a title that has room beside its day.
_SHORT = 48


def named(changes: pd.DataFrame) -> pd.DataFrame:
    """Add to changes what the page shows of them.

    Parameters
    ----------
    changes
        Result of `ct.changes`.

    Returns
    -------
    The rows plus value_kind (figure, policy, claim), when (the day in words) and where (whose
    policy), with the period of a figure behind `what`, and for kind `drafted` or `held` where an
    event decided nothing.
    """
    kinds = changes["table"].map(_KINDS).fillna("figure")
    periods = changes["period"].where(kinds.eq("figure"), "")
    return changes.assign(
        value_kind=kinds,
        kind=changes["now"].map(_NOT_DECIDED).fillna(changes["kind"]),
        when=[formats.date(f"{day:%Y-%m-%d}") for day in changes["day"]],
        where=changes["reporter"].map(name_of),
        what=[
            capital(f"{what}, {formats.period(period)}" if period else what)
            for what, period in zip(changes["what"], periods, strict=True)
        ],
    )


def surprises(changes: pd.DataFrame) -> pd.DataFrame:
    """Return what is a surprise: of China's trade and market first, the largest before others.

    There is one row a series or pair and kind. What is no more than usual surprises nobody.
    """
    is_china = changes["reporter"].eq("CHN") | changes["partner"].eq("CHN")
    large = changes.assign(is_china=is_china).query("surprise > 1")
    large = large.sort_values(["is_china", "surprise"], ascending=False, kind="stable")
    return large.drop_duplicates(_ONE, ignore_index=True)


def news(changes: pd.DataFrame, large: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return what a reader would want of it first: the figure, what it is, and the day.

    First the largest surprises about China; then what was decided, measures with a longer story
    and landmarks before others; then other surprises.

    Parameters
    ----------
    changes, large
        What `named` and `surprises` return.
    """
    near = large["is_china"]
    items = [
        *_surprising(large[near])[:_EACH],
        *_decided(changes)[:_EACH],
        *_surprising(large[~near]),
    ]
    return items[:MOST]


def _surprising(large: pd.DataFrame) -> list[tuple[str, str, str]]:
    return [
        (str(row["told"]), f"{row['what']}, {row['why']}", f"{row['day']:%Y-%m-%d}")
        for row in large.to_dict("records")
    ]


def _decided(changes: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Return the events decided: a title in few words, what was done, and the day."""
    events = load_policy_events().set_index("event_id")
    story = events.groupby("measure_id")["title_en"].transform("size").astype(int)
    story += _BY_HAND * events["landmark"].ne("")
    rows = changes[changes["kind"].eq("decided") & changes["now"].isin(_DONE)]
    rows = rows.assign(story=rows["id"].map(story))
    rows = rows.sort_values("story", ascending=False, kind="stable")
    items = []
    for row in rows.to_dict("records"):
        event = events.loc[row["id"]]
        what = event["landmark"] or row["what"]
        if len(what) > _SHORT:
            what = event["measure_title"]
        day = f"{row['day']:%Y-%m-%d}"
        done = _DONE[row["now"]]
        # Its day is that of the news; the rule may begin on another, or on one that is not known.
        if row["now"] == "in_force" and event["effective_date"] != day:
            done = "decided"
        items.append((what, f"{done} in {in_sentence(row['reporter'])}", day))
    return items


def counted(changes: pd.DataFrame) -> str:
    """Say how many things there are of each kind.

    Examples
    --------
    >>> counted(pd.DataFrame({"kind": ["new", "new", "revised", "decided"]}))
    '2 new figures, 1 figure revised and 1 event decided'
    """
    numbers = changes["kind"].value_counts()
    parts = []
    for kind, template in _COUNTED.items():
        if number := numbers.get(kind, 0):
            parts.append(template.format(number, "" if number == 1 else "s"))
    return formats.join(parts)


#: A number, and what makes its noun a plural.
_COUNTED = {
    "new": "{} new figure{}",
    "revised": "{} figure{} revised",
    "decided": "{} event{} decided",
    "drafted": "{} draft{}",
    "held": "{} meeting{} held",
    "begun": "{} rule{} begun",
    "ended": "{} rule{} ended",
    "verdict changed": "{} verdict{} changed",
}


def title(changes: pd.DataFrame, large: pd.DataFrame) -> str:
    """Return the title: the largest surprise, else how much is new."""
    if large.empty:
        return f"What is new: {counted(changes) or 'nothing'}"
    first = large.iloc[0]
    # Without by whom, and of when: a head has ten words.
    what = first["what"].partition(",")[0]
    why = first["why"].removesuffix(" held")
    why = why.removeprefix("a ").removeprefix("the ")
    return f"{what}, {why}"


def answer(changes: pd.DataFrame, first: list[tuple[str, str, str]]) -> str:
    """Say what the front page says first, and how much of each kind there is."""
    sentences = [f"{capital(what)}: {figure}." for figure, what, _ in first[:2]]
    if number := counted(changes[~changes["kind"].isin(_NOT_DECIDED.values())]):
        sentences.append(f"In all {number}.")
    return " ".join(sentences) or "Nothing has become known in this time."
