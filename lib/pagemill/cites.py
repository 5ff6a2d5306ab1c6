"""Sources: the numbered list behind a page, and the marks and links that lead to it.

A list begins with who vouches most for a figure. Marks (`[4]`) are written by the page, which knows
the numbers; a notebook writes only where they stand.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from pagemill.htmlparts import bundle, checked_name
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
        elif isinstance(part, Iterable):
            texts = [part] if isinstance(part, str) else list(part)
        else:
            raise ParameterError(
                f"sources are those of a table, an id or a list of ids; got {part!r}"
            )
        ids = (
            one.strip()
            for t in texts
            if not formats.is_missing(t)
            for one in str(t).split(";")
        )
        found.update(dict.fromkeys(filter(None, ids)))
    return list(found)


def issuer(publisher: str) -> tuple[str, str]:
    """Return who published something, and whose copy of it was read, or "": the project knows."""
    return current().issuer(publisher)


def authority(row: Mapping[Any, Any]) -> int:
    """Return the place among the project's groups of a row of the table of sources."""
    return current().authority(row)


def is_copy(row: Mapping[Any, Any]) -> bool:
    """Say whether a source was read in somebody's copy, not at its publisher.

    Examples
    --------
    >>> is_copy({"publisher": "A", "read_in": "copy"}), is_copy({"publisher": "A"})
    (True, False)
    """
    named = issuer(_text(row, "publisher"))[1]
    return bool(named) or _text(row, "read_in") == "copy"


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """Have the project's table of sources read once while a table of many is written."""
    global _read
    outer, _read = _read, {} if _read is None else _read
    try:
        yield
    finally:
        _read = outer


# The rows of the project's table by their ids, while it is read once.
_read: dict[str, dict[Any, Any]] | None = None


def _rows(ids: Iterable[str]) -> list[dict[Any, Any]]:
    wanted = list(ids)
    if _read is None:
        return known(wanted).to_dict("records")
    if not _read and wanted:
        rows = _table().to_dict("records")
        _read.update((row["source_id"], row) for row in rows)
    for one in wanted:
        if one not in _read:
            known([one])  # says so
    return [_read[one] for one in wanted]


def marks(frame: pd.DataFrame) -> str:
    """Return the place for the marks of the sources that a frame's columns name."""
    named = (
        source_ids(frame) if set(current().source_columns) & set(frame.columns) else []
    )
    return cite(named) if named else ""


def cite(ids: Iterable[str]) -> str:
    """Return the place where a page writes the marks of some sources, such as `[4][7]`.

    Examples
    --------
    >>> cite(["a", "b"])
    '<span class="ct-cites" data-ct-sources="a;b"></span>'
    """
    return f'<span class="ct-cites" data-ct-sources="{escape(";".join(ids))}"></span>'


def links(ids: Iterable[str]) -> str:
    """Return links to the sources themselves, each named by who issued it; a copy says so.

    An issuer with an abbreviation goes by that: a register repeats it in thousands of rows.
    """
    found = []
    for row in _rows(ids):
        words = issuer(_text(row, "publisher"))[0]
        if short := _ABBREVIATED.search(words):
            words = short[1]
        found.append(_link(row, f"{words} (copy)" if is_copy(row) else words))
    return "; ".join(found)


def names(ids: Iterable[str]) -> str:
    """Return who issued some sources, each once."""
    found = (issuer(row["publisher"])[0] for row in _rows(ids))
    return "; ".join(dict.fromkeys(found))


def known(ids: Iterable[str], table: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the rows of the table of sources (the project's) for some ids.

    Raises
    ------
    DataError
        If an id is not in the table of sources.
    """
    table = _table() if table is None else table
    places = {one: place for place, one in enumerate(table["source_id"].tolist())}
    wanted = list(ids)
    for one in wanted:
        if one not in places:
            raise DataError(
                f"source {one!r} is not in the table of sources{did_you_mean(one, places)}"
            )
    return table.iloc[[places[one] for one in wanted]].reset_index(drop=True)


def _table() -> pd.DataFrame:
    load_sources = current().sources
    if load_sources is None:
        raise DataError(
            f"{current().name} has no table of sources; give one as `table`"
        )
    return load_sources()


@dataclass(frozen=True)
class Sources:
    """A numbered list of sources, by authority, then in the order their figures appear."""

    frame: pd.DataFrame
    name: str = "source"

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
        rows = self.frame.to_dict("records")
        groups = [authority(row) for row in rows]
        parts: list[str] = []
        for number, (row, group) in enumerate(zip(rows, groups, strict=True), 1):
            if number == 1 or group != groups[number - 2]:
                parts.append("</ol>" if parts else "")
                parts.append(
                    f'<p class="ct-group">{escape(current().groups[group])}</p>'
                )
                parts.append(f'<ol class="ct-sources" start="{number}">')
            item = f"{escape(self.name)}-{escape(str(row['source_id']))}"
            parts.append(f'<li id="{item}">{_item(row)}</li>')
        return "".join([*parts, "</ol>"]) if parts else ""

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return bundle(self._repr_html_(), str(self))

    def __str__(self) -> str:
        lines = []
        for number, row in enumerate(self.frame.to_dict("records"), 1):
            who, copy = issuer(_text(row, "publisher"))
            said = f"{number}. {who}: {_text(row, 'title')}, {formats.date(row['published'])}, "
            said += _text(row, "kind").replace("_", " ") + (
                f", copied by {copy}" if copy else ""
            )
            lines.append(f"{said}. {_text(row, 'url')}".rstrip())
        return "\n".join(lines)


def _text(row: Mapping[Any, Any], column: str) -> str:
    value = row.get(column, "")
    return "" if formats.is_missing(value) else str(value)


def _link(row: Mapping[Any, Any], words: str) -> str:
    # A link is written only for the web's own schemes: a table may hold any text.
    if urlsplit(url := _text(row, "url")).scheme not in {"http", "https"}:
        return escape(words)
    return f'<a href="{escape(url)}">{escape(words)}</a>'


def _item(row: Mapping[Any, Any]) -> str:
    who, copy = issuer(_text(row, "publisher"))
    day = formats.date(row["published"])
    when = f", {escape(day)}" if day != formats.MISSING else ""
    kind = escape(_text(row, "kind").replace("_", " "))
    where = _text(row, "locator")
    notes = [f"read from the copy of {copy}"] if copy else []
    notes += [where] if where and not where.startswith(_NO_PLACE) else []
    place = (
        f' <span class="ct-locator">({escape("; ".join(notes))})</span>'
        if notes
        else ""
    )
    title = _link(row, _text(row, "title"))
    return f"{escape(who)}: <cite>{title}</cite>{when}; {kind}.{place}"


def sources(
    *parts: pd.DataFrame | str | Iterable[str],
    table: pd.DataFrame | None = None,
    name: str = "source",
) -> Sources:
    """Return the numbered list of sources behind frames or ids.

    Parameters
    ----------
    parts
        Frames from loaders and calculations, source ids, or lists of ids.
    table
        The table of sources; that of the project if not given.
    name
        Begins each item's id on the page: `source-<source id>`.

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
    ranked = sorted(rows.to_dict("records"), key=authority)
    return Sources(pd.DataFrame(ranked, columns=rows.columns), checked_name(name))
