"""Sources: the numbered list behind a page, and the marks and links that lead to it.

A list begins with who vouches most for a figure. Marks (`[4]`) are written by the page, which knows
the numbers; a notebook writes only where they stand.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
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

#: What of a source line is for a page, which has the list.
_LISTED = re.compile(r" \(listed under [^()]*\)")
#: Publishers that are named in its place.
_NAMED = 2
#: A name that ends with its abbreviation: "International Monetary Fund (IMF)".
_ABBREVIATED = re.compile(r"^.*\(([A-Z]{2,})\)$")


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
    >>> source_ids(pd.DataFrame({"sources": ["b;a", "a"]}), "c", pd.Series(["d", "c"]))
    ['b', 'a', 'c', 'd']
    """
    cells: list[Any] = []
    for part in parts:
        if isinstance(part, pd.DataFrame):
            own = [part[column] for column in id_columns(part)]
            cells.extend(itertools.chain(*own or [part.attrs.get("sources", [])]))
        elif isinstance(part, Iterable):
            cells.extend([part] if isinstance(part, str) else part)
        else:
            raise ParameterError(
                f"sources are those of a table, an id or a list of ids; got {part!r}"
            )
    joined = ";".join(str(cell) for cell in cells if not formats.is_missing(cell))
    return list(dict.fromkeys(filter(None, map(str.strip, joined.split(";")))))


def id_columns(frame: pd.DataFrame) -> list[str]:
    """Return the columns of a frame that hold source ids."""
    return [name for name in current().source_columns if name in frame.columns]


class Source:
    """A row of the table of sources, as lists and links say it.

    Examples
    --------
    >>> Source({"publisher": "A", "read_in": "copy"}).is_copy, Source({"publisher": "A"}).is_copy
    (True, False)
    """

    def __init__(self, row: Mapping[Any, Any]) -> None:
        cells = defaultdict(
            str,
            {name: str(v) for name, v in row.items() if not formats.is_missing(v)},
        )
        self.id = cells["source_id"]
        self.title = cells["title"]
        self.url = cells["url"]
        self.kind = cells["kind"].replace("_", " ")
        #: Who published it, and whose copy of it was read, or "".
        self.who, self.copier = current().issuer(cells["publisher"])
        #: Whether it was read in somebody's copy, not at its publisher.
        self.is_copy = bool(self.copier) or cells["read_in"] == "copy"
        day = cells["published"]
        self.when = f", {formats.date(day)}" if day else ""
        places = [f"read from the copy of {self.copier}"] if self.copier else []
        locator = cells["locator"]
        # "Page text" says that somebody looked, not where.
        if locator and not locator.startswith("page text"):
            places.append(locator)
        self.place = "; ".join(places)
        self.group = current().groups[current().authority(row)]

    def link(self, words: str) -> Markup:
        """Return words that lead to it."""
        # Only by the web's own schemes: a table may hold any text.
        if urlsplit(self.url).scheme not in {"http", "https"}:
            return Markup.escape(words)
        return Markup('<a href="{}">{}</a>').format(self.url, words)


def place_of_marks(frame: pd.DataFrame) -> str:
    """Return the place for the marks of the sources that a frame's columns name."""
    return cite(source_ids(frame)) if id_columns(frame) else ""


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


def credit(line: str, frame: pd.DataFrame) -> str:
    """Return a source line for where no list of sources is: who published them is named.

    In the place of `(listed under …)` stand publishers, of many those of the most figures.

    Examples
    --------
    >>> credit("Office of Rain.", pd.DataFrame())
    'Office of Rain.'
    """
    own, *after = _LISTED.split(line, maxsplit=1)
    if not after or not id_columns(frame):
        return line
    cells = itertools.chain(*(frame[column] for column in id_columns(frame)))
    counted = Counter(name for cell in cells for name in source_ids([cell]))
    figures: Counter[str] = Counter()
    for source in sources(frame):
        figures[source.who] += counted[source.id]
    # Of as many figures, by authority.
    who = [name for name, _ in figures.most_common()]
    others = " and others" if len(who) > _NAMED else ""
    return f"{own}{''.join(after)} Publishers: {'; '.join(who[:_NAMED])}{others}."


def newest(frame: pd.DataFrame) -> str:
    """Return, for a picture by itself, who made it and of which day a frame's newest source is."""
    ids = source_ids(frame) if id_columns(frame) else []
    day = ids and current().newest(current().tables(), ids, {})
    told = f"{current().name}, from sources published to {formats.date(day)}."
    return told if day else ""


def cited(column: Iterable[Any]) -> list[str]:
    """Return for each cell of source ids the place of its marks."""
    return [cite(source_ids([cell])) for cell in column]


def links(column: Iterable[Any]) -> list[str]:
    """Return for each cell of source ids links, each named by who issued it; a copy says so.

    An issuer with an abbreviation goes by that: a register repeats it in thousands of rows.
    """
    texts = {}
    cells, found = _of_each(column)
    for source in found:
        copied = " (copy)" if source.is_copy else ""
        who = _ABBREVIATED.sub(r"\1", source.who) + copied
        # A "(transcript copy)" says so itself.
        texts[source.id] = source.link(who.replace("copy) (copy)", "copy)"))
    return ["; ".join(texts[name] for name in cell) for cell in cells]


def names(column: Iterable[Any]) -> list[str]:
    """Return for each cell of source ids who issued them, each once."""
    cells, found = _of_each(column)
    who = {source.id: source.who for source in found}
    return ["; ".join(dict.fromkeys(who[name] for name in cell)) for cell in cells]


def _of_each(column: Iterable[Any]) -> tuple[list[list[str]], list[Source]]:
    """Return the ids of each cell, and their sources; the table is looked into once."""
    cells = [source_ids([cell]) for cell in column]
    ids = source_ids(*cells)
    return cells, sources(ids).items if ids else []


@dataclass(frozen=True)
class Sources(Shown):
    """A numbered list of sources, by authority, then in the order their figures appear.

    It prints as a list, has a length, and a loop over it gives each as a `Source`; `.frame` is the
    table of them, for a workbook or a search.

    Examples
    --------
    >>> row = {"source_id": "a", "publisher": "Office", "title": "Rain", "published": "2025-01"}
    >>> listed = sources("a", table=pd.DataFrame([row | {"kind": "official"}]))
    >>> len(listed), [source.title for source in listed], listed.frame["publisher"].tolist()
    (1, ['Rain'], ['Office'])
    """

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    def __iter__(self) -> Iterator[Source]:
        return iter(self.items)

    @property
    def items(self) -> list[Source]:
        """The sources, one by one."""
        return list(map(Source, self.frame.to_dict("records")))

    @property
    def copies(self) -> int:
        """How many of them were read in somebody's copy, not at their publisher."""
        return sum(source.is_copy for source in self.items)

    @property
    def heading(self) -> str:
        """The line above the folded list: how many they are, and how many were read in copies."""
        copied = f", {self.copies} of them read in public copies" if self.copies else ""
        named = "The source" if len(self) == 1 else f"All {len(self)} sources"
        return f"{named} of this page{copied}"

    def _repr_html_(self) -> str:
        groups = itertools.groupby(enumerate(self.items, 1), lambda item: item[1].group)
        parts = [(heading, list(listed)) for heading, listed in groups]
        return fill("sources.html.j2", groups=parts)

    def __str__(self) -> str:
        lines = []
        for number, source in enumerate(self.items, 1):
            copied = f", copied by {source.copier}" if source.copier else ""
            what = f"{source.title}{source.when}, {source.kind}{copied}"
            lines.append(f"{number}. {source.who}: {what}. {source.url}".rstrip())
        return "\n".join(lines)


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

    Returns
    -------
    Sources
        A list that prints, has a length and can be looped over; its `.frame` is a table.

    Raises
    ------
    ParameterError
        If a frame with rows says of no figure where it is from, as a pivot does.
    DataError
        If an id is not in the table of sources.

    Examples
    --------
    >>> row = {"source_id": "a", "publisher": "Office", "title": "Rain", "published": "2025-01"}
    >>> print(sources("a", table=pd.DataFrame([row | {"kind": "official"}])))
    1. Office: Rain, January 2025, official.
    """
    for part in parts:
        if not isinstance(part, pd.DataFrame) or part.empty or id_columns(part):
            continue
        if not part.attrs.get("sources"):
            raise ParameterError(
                "this frame does not say where its figures are from (it has no column "
                f"{current().source_columns[0]}, as after a pivot or a sum): "
                "give the frame that it was made of"
            )
    if table is None:
        load_sources = current().sources
        if load_sources is None:
            raise DataError(
                f"{current().name} has no table of sources; give one as `table`"
            )
        table = load_sources()
    rows = table.set_index("source_id", drop=False)
    ids = source_ids(*parts)
    for name in ids:
        if name not in rows.index:
            raise DataError(
                f"source {name!r} is not in the table of sources{did_you_mean(name, rows.index)}"
            )
    ranked = sorted(rows.loc[ids].to_dict("records"), key=current().authority)
    return Sources(pd.DataFrame(ranked, columns=table.columns))
