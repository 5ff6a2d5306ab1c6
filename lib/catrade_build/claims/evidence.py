"""What a verdict rests on: the figures and records used, and what others print instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from catrade_build.claims.core import Row
from catrade_build.claims.facts import Facts, amount
from catrade_build.tables.names import flow_with, in_sentence, name_of
from catrade_build.words import source_words
from rounding.formats import date, is_missing, period

#: What the evidence calls a source of what a reason tells, by which nothing is judged.
TELLS = "What the reason tells"
#: So many publishers of one figure are named, and how many more there are.
_NAMED = 3


def rows_of(facts: Facts, used: Iterable[Row | None]) -> list[Row]:
    """Return the rows used, each with the parts of a bound and what else was published of it."""
    rows = []
    for figure in filter(None, used):
        for row in [figure, *figure.get("parts", {}).values()]:
            rows.append(row | {"used": True})
            rows += [other | {"used": False} for other in facts.beside(row)]
    return rows


def told(rows: Sequence[Row]) -> str:
    """Return a line for each figure and record.

    Of the figures published for one cell one is used, and stands in the line with all who print the
    same; what others print instead has a line of its own.
    """
    same: dict[str, list[Row]] = {}
    for row in rows:
        if row.get("item") != TELLS:  # a reason's own sources judge nothing
            same.setdefault(_what(row), []).append(row)
    words = source_words()
    return "\n".join(_line(what, alike, words) for what, alike in same.items())


def _what(row: Row) -> str:
    """Return `China: trade with Central Asia, 2025: $106.3 billion`."""
    if "item" in row:
        what, when = row["item"], date(row["period"])
        figure = (
            "" if is_missing(row["value"]) else f"{row['value']:,.10g} {row['unit']}"
        )
    else:
        flow = flow_with(row["flow"], in_sentence(row["partner"]))
        what, when = f"{name_of(row['reporter'])}: {flow}", period(row["period"])
        has_services = row["coverage"] in ("goods_and_services", "mixed")
        figure = f"{amount(row)}{' with services' if has_services else ''}"
    return f"{what}, {when}: {figure}" if figure else f"{what}, {when}"


def _line(what: str, rows: list[Row], words: Mapping[Any, Row]) -> str:
    """Put behind a figure how it was had, and who prints it: `, published (Kommersant)`."""
    basis = rows[0].get("basis")
    ids = [name for row in rows for name in row["sources"].split(";") if name]
    printed_by = [publisher(words[name]) if name in words else name for name in ids]
    publishers = [*dict.fromkeys(printed_by)]
    first = publishers[:_NAMED]
    if more := len(publishers) - len(first):
        first.append(f"{more} more")
    how = f", {basis.replace('_', ' ')}" if basis else ""
    whose = f" ({'; '.join(first)})" if first else ""
    is_used = any(row["used"] for row in rows)
    return f"{'' if is_used else 'Not used: '}{what}{how}{whose}"


def publisher(source: Any) -> str:
    """Return who published a source, without what stands in brackets."""
    return str(source["publisher"].partition(" (")[0])
