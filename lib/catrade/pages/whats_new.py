"""What branches in the sentences of the page of news; the others stand in its notebook."""

from __future__ import annotations

import pandas as pd

from catrade.tables.names import name_of
from rounding import formats

#: So many surprises stand in the table; the register has all.
MANY = 12
#: What the rows of tables are that hold no figures.
_KINDS = {"policy_events": "policy", "in_force": "policy", "claims": "claim"}
#: What makes one surprise: its flows and periods move together.
_ONE = ["table", "id", "reporter", "partner", "kind"]


def named(found: pd.DataFrame) -> pd.DataFrame:
    """Add to changes what the page shows of them.

    Parameters
    ----------
    found
        Result of `ct.changes`.

    Returns
    -------
    The rows plus value_kind (figure, policy, claim), when (the day in words) and where (whose
    policy), with the period of a figure behind `what`.
    """
    kinds = found["table"].map(_KINDS).fillna("figure")
    periods = [
        f", {formats.period(period)}" if kind == "figure" and period else ""
        for period, kind in zip(found["period"], kinds, strict=True)
    ]
    return found.assign(
        value_kind=kinds,
        when=[formats.date(f"{day:%Y-%m-%d}") for day in found["day"]],
        where=found["reporter"].map(name_of),
        what=found["what"] + periods,
    )


def surprises(found: pd.DataFrame) -> pd.DataFrame:
    """Return what is a surprise, the largest first: one row a series or pair and kind."""
    large = found.dropna(subset="surprise").sort_values(
        "surprise", ascending=False, kind="stable"
    )
    return large.drop_duplicates(_ONE, ignore_index=True)


def counted(found: pd.DataFrame) -> str:
    """Say how many things there are of each kind.

    Examples
    --------
    >>> counted(pd.DataFrame({"kind": ["new", "new", "revised", "decided"]}))
    '2 new figures, 1 figure revised and 1 event decided'
    """
    many = found["kind"].value_counts()
    words = [
        _count(many.get(kind, 0), one, several)
        for kind, (one, several) in _TOLD.items()
    ]
    return formats.join([text for text in words if text])


_TOLD = {
    "new": ("{} new figure", "{} new figures"),
    "revised": ("{} figure revised", "{} figures revised"),
    "decided": ("{} event decided", "{} events decided"),
    "begun": ("{} rule begun", "{} rules begun"),
    "ended": ("{} rule ended", "{} rules ended"),
    "verdict changed": ("{} verdict changed", "{} verdicts changed"),
}


def _count(number: int, one: str, several: str) -> str:
    return (one if number == 1 else several).format(number) if number else ""


def title(found: pd.DataFrame, large: pd.DataFrame) -> str:
    """Return the title: the largest surprise, else how much is new."""
    if large.empty:
        return f"What is new: {counted(found) or 'nothing'}"
    first = large.iloc[0]
    return f"{first['what']}: {first['why'].replace('a revision ', 'revision ')}"


def answer(found: pd.DataFrame, large: pd.DataFrame) -> str:
    """Say what surprises most, and how much of each kind there is."""
    told = [
        f"{row['what']}: {row['told']}, {row['why']}." for row in _rows(large.head(2))
    ]
    if number := counted(found):
        told.append(f"In all {number}.")
    return " ".join(told) or "Nothing has become known in this time."


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return frame[["what", "told", "why"]].to_dict("records")  # type: ignore[return-value]


def surprises_caption(large: pd.DataFrame) -> str:
    """Return what the table of surprises is called."""
    shown = min(len(large), MANY)
    if len(large) > MANY:
        return f"The {shown} largest of {len(large)} surprises"
    return f"Surprises: {shown}"
