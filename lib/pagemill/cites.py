"""Sources: the numbered list behind a page, and the marks and links that lead to it.

A list begins with who vouches most for a figure. Marks (`[4]`) are written by the page, which knows
the numbers; a notebook writes only where they stand.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
from markupsafe import Markup

from pagemill.htmlparts import Shown, fill
from pagemill.project import current
from rounding import formats
from rounding.errors import DataError, ParameterError, did_you_mean

# It says that somebody looked, not where.
_NO_PLACE = "page text"
#: A name that ends with its abbreviation: "International Monetary Fund (IMF)".
_ABBREVIATED = re.compile(r"\(([A-Z]{2,})\)$")


def source_ids(*parts: pd.DataFrame | str | Iterable[str]) -> list[str]:
    """Return the ids behind frames, single ids or lists of ids, each once, in order.

    A frame's own id columns count; only a frame without them falls back on
    `attrs["sources"]`, which says what was loaded rather than what is left after filtering.

    Raises
    ------
    ParameterError
        If a part is none of these.

    Examples
    --------
    >>> source_ids(pd.DataFrame({"source_ids": ["b;a", "a"]}), "c")
    ['b', 'a', 'c']
    """
    found: dict[str, None] = {}
    for part in parts:
        if isinstance(part, pd.DataFrame):
            columns = [one for one in current().source_columns if one in part.columns]
            texts: list[Any] = [value for column in columns for value in part[column]]
            if not columns:
                texts = list(part.attrs.get("sources", []))
        elif isinstance(part, str):
            texts = [part]
        elif isinstance(part, Iterable):
            texts = list(part)
        else:
            raise ParameterError(
                f"sources are those of a table, an id or a list of ids; got {part!r}"
            )
        joined = ";".join(str(one) for one in texts if not formats.is_missing(one))
        found.update(dict.fromkeys(map(str.strip, joined.split(";"))))
    found.pop("", None)
    return list(found)


def _copied(row: Mapping[Any, Any]) -> tuple[str, str]:
    """Return who published a source, and whose copy of it was read, or ""."""
    return current().issuer(_text(row, "publisher"))


def is_copy(row: Mapping[Any, Any]) -> bool:
    """Say whether a source was read in somebody's copy, not at its publisher.

    Examples
    --------
    >>> is_copy({"publisher": "A", "read_in": "copy"}), is_copy({"publisher": "A"})
    (True, False)
    """
    return bool(_copied(row)[1]) or _text(row, "read_in") == "copy"


def marks(frame: pd.DataFrame) -> str:
    """Return the place for the marks of the sources that a frame's columns name."""
    has_ids = not frame.columns.intersection(list(current().source_columns)).empty
    return cite(source_ids(frame)) if has_ids else ""


def cite(ids: Iterable[str]) -> str:
    """Return the place where a page writes the marks of some sources, such as `[4][7]`.

    Examples
    --------
    >>> cite(["a", "b"]), cite([])
    ('<span class="ct-cites" data-ct-sources="a;b"></span>', '')
    """
    joined = escape(";".join(ids))
    place = f'<span class="ct-cites" data-ct-sources="{joined}"></span>'
    return place if joined else ""


def cited(column: Iterable[Any]) -> list[str]:
    """Return for each cell of source ids the place of its marks."""
    return [cite(source_ids([cell])) for cell in column]


def links(column: Iterable[Any]) -> list[str]:
    """Return for each cell of source ids links, each named by who issued it; a copy says so.

    An issuer with an abbreviation goes by that: a register repeats it in thousands of rows.
    """
    return list(map("; ".join, _of_each(column, _link_of)))


def names(column: Iterable[Any]) -> list[str]:
    """Return for each cell of source ids who issued them, each once."""
    cells = _of_each(column, lambda row: _copied(row)[0])
    return ["; ".join(dict.fromkeys(cell)) for cell in cells]


def _of_each(column: Iterable[Any], write: Callable[[Any], str]) -> list[list[str]]:
    """Return what is said of each cell's sources; the table is looked into once."""
    cells = [source_ids([cell]) for cell in column]
    ids = source_ids(*cells)
    rows = known(ids).to_dict("records") if ids else []
    said = dict(zip(ids, map(write, rows), strict=True))
    return [[said[one] for one in cell] for cell in cells]


def _link_of(row: Mapping[Any, Any]) -> str:
    who = _copied(row)[0]
    short = _ABBREVIATED.search(who)
    copied = " (copy)" if is_copy(row) else ""
    return _link(row, f"{short[1] if short else who}{copied}")


def known(ids: Iterable[str], table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the rows of the table of sources (the project's) for some ids.

    Raises
    ------
    DataError
        If an id is not in the table of sources.
    """
    if table is None:
        load_sources = current().sources
        if load_sources is None:
            raise DataError(
                f"{current().name} has no table of sources; give one as `table`"
            )
        table = load_sources()
    rows = table.set_index("source_id", drop=False)
    wanted = list(ids)
    for one in wanted:
        if one not in rows.index:
            raise DataError(
                f"source {one!r} is not in the table of sources{did_you_mean(one, rows.index)}"
            )
    return rows.loc[wanted].reset_index(drop=True)


@dataclass(frozen=True)
class Sources(Shown):
    """A numbered list of sources, by authority, then in the order their figures appear."""

    frame: pd.DataFrame

    @property
    def copies(self) -> int:
        """How many of them were read in somebody's copy, not at their publisher."""
        return sum(map(is_copy, self.frame.to_dict("records")))

    @property
    def heading(self) -> str:
        """The line above the folded list: how many they are, and how many were read in copies."""
        copied = f", {self.copies} of them read in public copies" if self.copies else ""
        return f"All {len(self.frame)} sources of this page{copied}"

    def _repr_html_(self) -> str:
        items = enumerate(map(_item, self.frame.to_dict("records")), 1)
        groups = itertools.groupby(items, lambda item: item[1]["group"])
        parts = [(heading, list(listed)) for heading, listed in groups]
        return fill("sources.html.j2", groups=parts)

    def __str__(self) -> str:
        lines = []
        for number, row in enumerate(self.frame.to_dict("records"), 1):
            item = _item(row)
            copied = f", copied by {item['copy']}" if item["copy"] else ""
            said = f"{item['who']}: {_text(row, 'title')}{item['when']}, {item['kind']}"
            lines.append(f"{number}. {said}{copied}. {_text(row, 'url')}".rstrip())
        return "\n".join(lines)


def _text(row: Mapping[Any, Any], column: str) -> str:
    value = row.get(column, "")
    return "" if formats.is_missing(value) else str(value)


def _link(row: Mapping[Any, Any], words: str) -> str:
    # A link is written only for the web's own schemes: a table may hold any text.
    if urlsplit(url := _text(row, "url")).scheme not in {"http", "https"}:
        return escape(words)
    return f'<a href="{escape(url)}">{escape(words)}</a>'


def _item(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return what the list says of one source."""
    who, copy = _copied(row)
    day = formats.date(row["published"])
    where = _text(row, "locator")
    notes = [
        f"read from the copy of {copy}" if copy else "",
        where if not where.startswith(_NO_PLACE) else "",
    ]
    return {
        "id": row["source_id"],
        "group": current().groups[current().authority(row)],
        "who": who,
        "copy": copy,
        "title": Markup(_link(row, _text(row, "title"))),
        "when": f", {day}" if day != formats.MISSING else "",
        "kind": _text(row, "kind").replace("_", " "),
        "place": "; ".join(filter(None, notes)),
    }


def sources(
    *parts: pd.DataFrame | str | Iterable[str],
    table: pd.DataFrame | None = None,
) -> Sources:
    """Return the numbered list of sources behind frames or ids.

    Parameters
    ----------
    parts
        Frames from loaders and calculations, source ids, or lists of ids.
    table
        The table of sources; that of the project if not given.

    Raises
    ------
    DataError
        If an id is not in the table of sources.

    Examples
    --------
    >>> row = {"source_id": "a", "publisher": "Office", "title": "Rain", "published": "2025-01"}
    >>> print(sources("a", table=pd.DataFrame([row | {"kind": "official"}])))
    1. Office: Rain, January 2025, official.
    """
    rows = known(source_ids(*parts), table)
    ranked = sorted(rows.to_dict("records"), key=current().authority)
    return Sources(pd.DataFrame(ranked, columns=rows.columns))
