"""What calculations refuse: small checks, each of which returns its sentence, or "".

`refuse` raises the first. A sentence goes on after the name of the function that was called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import pandas as pd

from catrade_build.tables import as_of
from catrade_build.tables.names import GROUPS, code_of, name_of, wholes_among
from catrade_build.tables.policy import load_series, series_among
from rounding.errors import ParameterError
from rounding.formats import join

#: Columns that name goods.
GOODS = ("code", "hs_chapter", "section", "goods")
#: Columns of places, and how figures of a whole and of its parts are called by them.
_PLACED = (
    ("partner", "trade with", "that with"),
    ("jurisdiction", "the figure of", "that of"),
)
#: Goods of a flow that come to less are not all of them.
_ALL = 0.98


def refuse(
    function: str, checks: Iterable[Callable[..., str]], *what: pd.DataFrame | str
) -> None:
    """Raise the sentence of the first check that has one.

    Raises
    ------
    ParameterError
        If frames hold what does not belong together.
    """
    for check in checks:
        sentence = check(*what)
        if sentence:
            raise ParameterError(f"{function} {sentence}")


def _named(codes: Iterable[str]) -> str:
    return join([name_of(code) for code in sorted(codes)])


def units(*frames: pd.DataFrame) -> str:
    """Find figures of several units or currencies."""
    for column in ("unit", "currency"):
        held = {str(cell) for frame in frames for cell in frame.get(column, ())}
        if len(held) > 1:
            return f"needs all figures in one {column}; got {join(sorted(held))}"
    # What has a currency and no unit is in billions of it.
    measured = {
        str(cell) if "unit" in frame else f"{cell} billion"
        for frame in frames
        for cell in frame.get("unit", frame.get("currency", ()))
    }
    if len(measured) > 1:
        return f"needs all figures in one unit; got {join(sorted(measured))}"
    return ""


def days(*frames: pd.DataFrame) -> str:
    """Find figures as known on several days."""
    held = sorted({day or "today" for frame in frames for day in as_of.days_in(frame)})
    return (
        f"needs figures of one day; these are as known on {join(held)}"
        if len(held) > 1
        else ""
    )


# --- parts that are to be summed, named in the column `by` ----------------------------------------


def times(_rows: pd.DataFrame, by: str) -> str:
    """Find times as parts, of which each has a whole of its own."""
    if by not in ("period", "year", "date", "month", "when"):
        return ""
    return f"needs parts of one time: {by} is a time, so say by= what is summed"


def balances(rows: pd.DataFrame, by: str) -> str:
    """Find parts of a balance, which may be more than all of it."""
    is_balance = by != "flow" and "balance" in {*rows.get("flow", ())}
    return (
        "needs exports, imports or totals: a balance has no parts" if is_balance else ""
    )


def both_sides(rows: pd.DataFrame, _by: str) -> str:
    """Find a pair's trade by the statistics of both: it is the same trade."""
    if not {"reporter", "partner"} <= {*rows}:
        return ""
    pairs = {*zip(rows["reporter"], rows["partner"], strict=True)}
    for reporter, partner in sorted(pairs):
        if (partner, reporter) in pairs and reporter != partner:
            return (
                "cannot add up both sides’ figures of one trade: the frame has that of "
                f"{name_of(reporter)} and {name_of(partner)} by the statistics of each; keep one "
                "reporter"
            )
    return ""


def wholes_beside_parts(rows: pd.DataFrame, by: str) -> str:
    """Find a whole beside its part, or two series that share one: a sum would count it twice."""
    levels = [*dict.fromkeys(rows["level"])] if by in GOODS and "level" in rows else []
    if len(levels) > 1:
        return (
            f"cannot sum goods of {join(levels)}, which hold each other: keep one level"
        )
    names = sorted({code_of(str(name)) for name in rows[by]})
    series = sorted({*rows.get("series", ())})
    for whole, parts in wholes_among(names) + series_among(series):
        return (
            f"cannot sum {name_of(whole)} with its own parts, {join([*map(name_of, parts)])}: "
            "leave it out, or give it as of="
        )
    if len(series) < 2:
        return ""
    held = dict(series_among(load_series()["series"]))
    for one, other in combinations(series, 2):
        shared = {*held.get(one, ())} & {*held.get(other, ())}
        if shared:
            return f"cannot sum {one} and {other}: both hold {join(sorted(shared))}"
    return ""


def two_offices(rows: pd.DataFrame, _by: str) -> str:
    """Find parts that several offices count, of trade with several."""
    offices, partners = {*rows.get("reporter", ())}, {*rows.get("partner", ())}
    if len(offices) < 2 or len(partners) < 2:
        return ""
    return (
        f"needs parts of one whole: they are by the statistics of {_named(offices)} on trade with "
        f"{_named(partners)}; keep one reporter"
    )


def single(rows: pd.DataFrame, by: str) -> str:
    """Find one part alone."""
    parts = [*dict.fromkeys(rows[by])]
    if len(parts) > 1:
        return ""
    return (
        f"of one part needs its whole in of=: the column {by} holds {parts[0]!r} alone"
    )


def some_goods(rows: pd.DataFrame, by: str) -> str:
    """Find goods of a flow, but not all of them."""
    if by not in GOODS or "share" not in rows:
        return ""
    keys = [name for name in ("reporter", "partner", "flow", "at") if name in rows]
    if not (rows.groupby(keys)["share"].sum() < _ALL).any():
        return ""
    return (
        "needs all goods of a flow, and these are some: their share in all goods is the column "
        "share; for the share within those chosen, drop it first"
    )


# --- parts beside a whole that is given ---------------------------------------------------------


def another_office(rows: pd.DataFrame, whole: pd.DataFrame) -> str:
    """Find a whole by the statistics of others than its parts."""
    if ("reporter" in rows) != ("reporter" in whole):
        which = "parts are" if "reporter" in whole else "whole is"
        return f"cannot tell whose statistics the {which}: keep the column reporter"
    ours, theirs = {*rows.get("reporter", ())}, {*whole.get("reporter", ())}
    members = {member for code in theirs for member in GROUPS.get(code, ())}
    if ours <= theirs | members:
        return ""
    return (
        f"needs parts and whole of one office's statistics: the parts are of {_named(ours)}, the "
        f"whole is of {_named(theirs)}"
    )


def another_place(rows: pd.DataFrame, whole: pd.DataFrame) -> str:
    """Find trade with others than the whole is with, or what others count than the whole's."""
    for column, of_whole, of_parts in _PLACED:
        if column not in rows or column not in whole:
            continue
        wholes, parts = ({*frame[column].dropna()} for frame in (whole, rows))
        held = {part for _, own in wholes_among(wholes | parts) for part in own}
        strangers = parts - wholes - held
        if strangers:
            return (
                f"needs a whole that holds its parts: {of_whole} {_named(wholes)} does not hold "
                f"{of_parts} {_named(strangers)}"
            )
    return ""


def part_as_whole(rows: pd.DataFrame, whole: pd.DataFrame) -> str:
    """Find a series as the whole of one that holds it."""
    given, parts = {*whole.get("series", ())}, {*rows.get("series", ())}
    for holder, own in series_among([*given, *parts]):
        if holder in parts - given and given & {*own}:
            names = join(sorted(given & {*own}))
            return f"needs a whole that holds its parts: {names} is part of {holder}"
    return ""


OF_PARTS: Sequence[Callable[[pd.DataFrame, str], str]] = (
    times,
    balances,
    both_sides,
    wholes_beside_parts,
    two_offices,
    single,
    some_goods,
)
OF_WHOLE = (units, another_office, another_place, part_as_whole)
