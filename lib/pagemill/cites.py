"""The list of sources behind a result; use it through `pagemill.display.sources`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from pagemill import formats
from pagemill.errors import DataError, nearest
from pagemill.htmlparts import bundle, checked_name
from pagemill.project import current

#: Columns that hold source ids, several in one cell parted by `;`.
_COLUMNS = ("source_ids", "source_id", "chosen_source", "other_source", "sources")


def source_ids(*parts: pd.DataFrame | str | Iterable[str]) -> list[str]:
    """Return the ids behind frames, single ids or lists of ids, each once, in order.

    A frame's own id columns count; only a frame without them falls back on
    `attrs["sources"]`, which says what was loaded rather than what is left after filtering.

    Examples
    --------
    >>> source_ids(pd.DataFrame({"source_ids": ["b;a", "a"]}), "c")
    ['b', 'a', 'c']
    """
    found: dict[str, None] = {}
    for part in parts:
        if isinstance(part, pd.DataFrame):
            columns = [column for column in _COLUMNS if column in part.columns]
            texts: list[Any] = [value for column in columns for value in part[column]]
            if not columns:
                texts = list(part.attrs.get("sources", []))
        else:
            texts = [part] if isinstance(part, str) else list(part)
        for text in texts:
            if not formats.is_missing(text):
                found.update(dict.fromkeys(i.strip() for i in str(text).split(";") if i.strip()))
    return list(found)


@dataclass(frozen=True)
class Sources:
    """A numbered list of sources, in the order their figures appear."""

    frame: pd.DataFrame
    name: str = "source"

    def _repr_html_(self) -> str:
        items = "".join(
            f'<li id="{escape(self.name)}-{escape(str(row["source_id"]))}">{_item(row)}</li>'
            for row in self.frame.to_dict("records")
        )
        return f'<ol class="ct-sources">{items}</ol>'

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return bundle(self._repr_html_(), str(self))

    def __str__(self) -> str:
        return "\n".join(
            f"{number}. {_text(row, 'publisher')}: {_text(row, 'title')}, "
            f"{formats.date(row['published'])}, {_text(row, 'kind').replace('_', ' ')}. "
            f"{_text(row, 'url')}".rstrip()
            for number, row in enumerate(self.frame.to_dict("records"), 1)
        )


def _text(row: dict[Any, Any], column: str) -> str:
    value = row.get(column, "")
    return "" if formats.is_missing(value) else str(value)


def _item(row: dict[Any, Any]) -> str:
    title, url = escape(_text(row, "title")), _text(row, "url")
    # A link is written only for the web's own schemes: a table may hold any text.
    if urlsplit(url).scheme in {"http", "https"}:
        title = f'<a href="{escape(url)}" rel="noopener noreferrer">{title}</a>'
    day = formats.date(row["published"])
    when = f", {escape(day)}" if day != formats.MISSING else ""
    kind = escape(_text(row, "kind").replace("_", " "))
    where = _text(row, "locator")
    place = f' <span class="ct-locator">({escape(where)})</span>' if where else ""
    return f"{escape(_text(row, 'publisher'))}: <cite>{title}</cite>{when}; {kind}.{place}"


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
    """
    if table is None:
        load_sources = current().sources
        if load_sources is None:
            message = f"{current().name} has no table of sources; give one as `table`"
            raise DataError(message)
        table = load_sources()
    known = table.set_index("source_id", drop=False)
    wanted = source_ids(*parts)
    for one in wanted:
        if one not in known.index:
            guess = nearest(one, known.index)
            hint = f" (did you mean {guess!r}?)" if guess else ""
            message = f"source {one!r} is not in the table of sources{hint}"
            raise DataError(message)
    return Sources(known.loc[wanted].reset_index(drop=True), checked_name(name))
