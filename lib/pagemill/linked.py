"""What a page says to programs: schema.org records (JSON-LD) of its data and of its notebook's own.

They are data, which no browser runs: the page's policy stays as it is.
"""

from __future__ import annotations

import csv
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pagemill.htmlparts import Html
from pagemill.pages import words_of
from pagemill.project import current
from rounding.errors import ParameterError

if TYPE_CHECKING:
    from pagemill.plan import Run

KIND = "application/ld+json"
FIGURE = re.compile(r'<figure class="ct-figure[^"]*" id="([\w-]+)".*?</figure>', re.S)
_TITLE = re.compile(r"<(fig)?caption\b[^>]*>(.*?)</(?:fig)?caption>", re.S)
_HEADER = re.compile(r'href="data:text/csv;charset=utf-8,(?:%EF%BB%BF)?(.*?)%0A')
_HEAD = re.compile(r'data-ct-column="([^"]*)"[^>]*>(.*?)</th>', re.S)
_SOURCE = re.compile(r'<li id="source-[^"]*">(.*?): <cite>(.*?)</cite>', re.S)
_ADDRESS = re.compile(r'<a href="([^"]*)"')


class Linked(Html):
    """Records for programs; nothing is seen of them."""

    def __init__(self, records: Iterable[Mapping[str, Any]]) -> None:
        super().__init__("", "")
        self.records = [dict(record) for record in records]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(), KIND: self.records}


def linked(*records: Mapping[str, Any]) -> Linked:
    """Return schema.org records that the page holds for programs, beside the one of its data.

    Parameters
    ----------
    records
        Each with its `@type`, such as a `ClaimReview`; addresses may be of places on the page
        (`#claims`).

    Raises
    ------
    ParameterError
        If one has no `@type`.

    Examples
    --------
    >>> linked({"@type": "Person", "name": "Ada"}).records
    [{'@type': 'Person', 'name': 'Ada'}]
    """
    for record in records:
        if not record.get("@type"):
            raise ParameterError(
                f"a record for programs needs its '@type', such as 'ClaimReview'; got {record!r}"
            )
    return Linked(records)


def linked_records(cells: Iterable[Any]) -> Iterator[dict[str, Any]]:
    """Yield the records that cells of a notebook show, whoever made them."""
    for cell in cells:
        for output in cell.get("outputs", ()):
            value = output.get("data", {}).get(KIND, [])
            records_shown = value if isinstance(value, list) else [value]
            for record in records_shown:
                if isinstance(record, dict) and record.get("@type"):
                    yield record


def records(
    run: Run, told: Mapping[str, Any], body: str, own: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what a page says to programs: of the data that it offers, and what its notebook adds.

    Parameters
    ----------
    run
        The run that the page is of.
    told
        The page's record: its title, finding and newest day.
    body
        The page's HTML below its head.
    own
        What the notebook showed with `linked`.
    """
    project = current()
    page = run.url or f"{run.slug}.html"
    figures = list(_figures(body))
    record = {
        # A page without data is a text.
        "@type": "Dataset" if figures else "Report",
        "name": told["title"],
        "description": told["finding"] or project.about or told["title"],
        "url": run.url,
        "inLanguage": project.language,
        "dateModified": told.get("data_date", ""),
        "license": project.licence
        and {"@type": "CreativeWork", "description": project.licence},
        "creator": project.creator and _called("Organization", project.creator),
        "isBasedOn": [_source(who, work) for who, work in _SOURCE.findall(body)],
        "variableMeasured": _variables(figures),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": title,
                "encodingFormat": "text/csv",
                "contentUrl": f"{page}#{name}",
            }
            for name, title, _ in figures
        ],
    }
    graph = [{name: value for name, value in record.items() if value}]
    for other in map(dict, own):
        if str(other.get("url")).startswith("#"):
            other["url"] = f"{page}{other['url']}"
        graph.append(other)
    return {"@context": "https://schema.org", "@graph": graph}


def _figures(body: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield of each figure and table with data: id, title, and its columns with their heads."""
    for figure in FIGURE.finditer(body):
        title, header = _TITLE.search(figure[0]), _HEADER.search(figure[0])
        if title and header:
            columns = dict.fromkeys(next(csv.reader([unquote(header[1])]), []), "")
            for name, head in _HEAD.findall(figure[0]):
                if html.unescape(name) in columns:
                    columns[html.unescape(name)] = words_of(head)
            yield figure[1], words_of(title[2]), columns


def _variables(
    figures: Iterable[tuple[str, str, Mapping[str, str]]],
) -> list[dict[str, str]]:
    """Return the columns of all data, each once: by its first head, and what the project says."""
    heads: dict[str, str] = {}
    for _, _, columns in figures:
        for column, head in columns.items():
            heads[column] = heads.get(column) or head
    return [
        _called("PropertyValue", column)
        | ({"description": head} if head else {})
        | dict(current().describe(column))
        for column, head in heads.items()
    ]


def _source(who: str, work: str) -> dict[str, Any]:
    source = _called("CreativeWork", words_of(work))
    source["publisher"] = _called("Organization", words_of(who))
    if address := _ADDRESS.search(work):
        source["url"] = html.unescape(address[1])
    return source


def _called(kind: str, name: str) -> dict[str, Any]:
    return {"@type": kind, "name": name}
