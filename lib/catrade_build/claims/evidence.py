"""Figures in words, and what a verdict rests on: what was used, and what others print instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from catrade_build.claims.core import Row
from catrade_build.claims.facts import Facts, dollars, is_bound, is_of_goods
from catrade_build.tables.names import flow_with, in_sentence, name_of
from catrade_build.words import source_words
from rounding.formats import digits, join, period, scale, write_number

#: What the evidence calls a source of what a reason tells, by which nothing is judged.
TELLS = "What the reason tells"
WITH_SERVICES, PART = " with services", " without some goods"
#: So many publishers of one figure are named, and how many more there are.
_NAMED = 3


def other_than_goods(row: Row) -> str:
    """Return in words what a figure counts besides goods, or leaves out of them; "" if neither."""
    if is_of_goods(row):
        return ""
    return PART if row["coverage"] == "part_of_goods" else WITH_SERVICES


def amount(row: Row) -> str:
    """Write a figure; a bound as what it is at least.

    Examples
    --------
    >>> parts = {"KAZ": {"high": 34.17}, "UZB": {"high": 17.85}}
    >>> amount({"value": float("nan"), "low": 51.98, "parts": parts})
    'at least $51.9 billion'
    """
    if not is_bound(row):
        return f"{dollars(row):usd}"
    # As many digits as the figures it is the sum of bear, cut off and not rounded.
    most = 1e9 * sum(part["high"] for part in row["parts"].values())
    by, word, places = scale(most)
    low = 1e9 * row["low"] / by
    places = digits(low, low, most / by, places) or 0
    return f"at least ${write_number(low, places, 'floor')}{word}"


def told_figure(row: Row) -> str:
    """Write a figure: what else than goods it counts, and whether it is doubtful.

    Behind a bound stand the figures it is the sum of, and whose are missing.
    """
    if is_bound(row):
        return f"{amount(row)} {told_parts(row)}"
    doubt = " (a doubtful figure)" if row["quality"] == "doubtful" else ""
    return f"{amount(row)}{other_than_goods(row)}{doubt}"


def told_parts(bound: Row) -> str:
    """Write the figures a bound is the sum of, and whose are missing."""
    parts = bound["parts"].items()
    told = join([f"{name_of(code)} {told_figure(part)}" for code, part in parts])
    return f"({told}; {join([name_of(code) for code in bound['missing']])} not counted)"


def rows_of(facts: Facts, used: Iterable[Row | None]) -> list[Row]:
    """Return the rows used, each with the parts of a bound and what else was published of it."""
    rows = []
    for figure in filter(None, used):
        for row in [figure, *figure.get("parts", {}).values()]:
            rows.append(row | {"used": True})
            if "item" not in row:
                rows += [other | {"used": False} for other in facts.beside(row)]
    return rows


def told(rows: Sequence[Row]) -> str:
    """Return a line for each figure and record.

    Of the figures published for one cell one is used, and stands in the line with all who print the
    same; what others print instead has a line of its own.
    """
    same: dict[str, list[Row]] = {}
    for row in rows:
        if row.get("item") != TELLS:
            same.setdefault(row.get("item") or _what(row), []).append(row)
    # Asked for once: each time it looks whether a file of data has changed.
    words = source_words()
    return "\n".join(_line(what, alike, words) for what, alike in same.items())


def _what(row: Row) -> str:
    """Return `China: trade with Central Asia, 2025: $106.3 billion`."""
    flow = flow_with(row["flow"], in_sentence(row["partner"]))
    trade = f"{name_of(row['reporter'])}: {flow}, {period(row['period'])}"
    return f"{trade}: {amount(row)}{other_than_goods(row)}"


def _line(what: str, rows: Sequence[Row], words: dict[Any, Row]) -> str:
    """Put behind a figure how it was had, and who prints it: `, published (Kommersant)`."""
    ids = [name for row in rows for name in row["sources"].split(";") if name]
    printed_by = [publisher(words[name]) if name in words else name for name in ids]
    publishers = [*dict.fromkeys(printed_by)]
    first = publishers[:_NAMED]
    if more := len(publishers) - len(first):
        first.append(f"{more} more")
    basis = rows[0].get("basis")
    how = f", {basis.replace('_', ' ')}" if basis else ""
    whose = f" ({'; '.join(first)})" if first else ""
    is_used = any(row["used"] for row in rows)
    return f"{'' if is_used else 'Not used: '}{what}{how}{whose}"


def publisher(source: Any) -> str:
    """Return who published a source, without what stands in brackets."""
    return str(source["publisher"].partition(" (")[0])
