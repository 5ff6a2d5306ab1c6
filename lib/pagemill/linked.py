"""What a page says to programs: schema.org records (JSON-LD) of its data and of its notebook's own.

They are data, which no browser runs: the page's policy stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pagemill.htmlparts import Html
from pagemill.pages import words_of
from pagemill.project import current
from rounding.errors import ParameterError

if TYPE_CHECKING:
    from pagemill.plan import Run

KIND = "application/ld+json"
FIGURE = re.compile(r'<figure class="ct-figure[^"]*" id="([\w-]+)".*?</figure>', re.S)
_TITLE = re.compile(r"<(?:fig)?caption\b[^>]*>(.*?)</(?:fig)?caption>", re.S)
_DATA = 'href="data:text/csv'


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
    for output in (out for cell in cells for out in cell.get("outputs", ())):
        value = output.get("data", {}).get(KIND, [])
        for record in value if isinstance(value, list) else [value]:
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
    project, page = current(), f"{run.slug}.html"
    # Each figure and table that offers its data.
    offered = [
        {
            "@type": "DataDownload",
            "name": words_of(title[1]),
            "encodingFormat": "text/csv",
            "contentUrl": f"{page}#{figure[1]}",
        }
        for figure in FIGURE.finditer(body)
        if _DATA in figure[0] and (title := _TITLE.search(figure[0]))
    ]
    licence = {"@type": "CreativeWork", "description": project.licence}
    creator = {"@type": "Organization", "name": project.creator}
    record = {
        "@type": "Dataset",
        "name": told["title"],
        "description": told["finding"] or project.about or told["title"],
        "inLanguage": "en",
        "dateModified": told.get("data_date", ""),
        "license": project.licence and licence,
        "creator": project.creator and creator,
        "distribution": offered,
    }
    graph = (
        [{name: value for name, value in record.items() if value}] if offered else []
    )
    for other in map(dict, own):
        if str(other.get("url")).startswith("#"):
            other["url"] = f"{page}{other['url']}"
        graph.append(other)
    return {"@context": "https://schema.org", "@graph": graph}
