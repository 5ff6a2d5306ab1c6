"""The record of a page as this version writes it: known keys, one form, nothing else beside."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, ValidationError

from pagemill import provenance
from pagemill.entries import STRICT, checked_slug

_Hash = Annotated[str, Field(pattern=r"^([0-9a-f]{64}|missing)$")]
_Version = Annotated[str, Field(pattern=r"^[\w.+!-]{1,60}$")]
_Name = Annotated[str, Field(pattern=r"^[\w./-]{1,100}$")]


def _seen(text: str) -> str:
    if not text.isprintable():
        raise ValueError(text)
    return text


def _linked(lines: str) -> str:
    """Check links to other pages: a slug and the words of each, so that none leads elsewhere."""
    for line in lines.splitlines():
        name, _, words = line.partition(" ")
        checked_slug(name)
        if not words or not name:
            raise ValueError(line)
    return lines


_File = Annotated[str, Field(max_length=300), AfterValidator(_seen)]
_Links = Annotated[str, AfterValidator(_linked)]


class _Part(BaseModel):
    model_config = STRICT


class _Notebook(_Part):
    name: _File
    sha256: _Hash


class _Page(_Part):
    title: str
    topic: str
    front: str
    beside: _Links
    switch: _Links


class _Library(_Part):
    version: _Version
    sha256: _Hash


class _Template(_Part):
    sha256: _Hash


class _Inputs(_Part):
    notebook: _Notebook
    helpers: dict[_File, _Hash]
    parameters: dict[str, Any]
    page: _Page
    library: _Library
    template: _Template
    packages: dict[_Name, _Version]
    tables: dict[_Name, _Hash]


class _Record(_Part):
    slug: Annotated[str, AfterValidator(checked_slug)]
    inputs: _Inputs
    data_date: str
    title: str
    topic: str
    front: str
    finding: str
    chips: list[Annotated[list[str], Field(min_length=2, max_length=2)]]
    card: dict[str, str] = {}
    lost: list[str] = []


def is_ours(html: str) -> bool:
    """Return whether the record of a page's text is one that this version could have written.

    It ends where every browser has it end, says nothing twice, and holds nothing that is not read:
    else it could be a page of its own.
    """
    block = provenance.from_html(html) or {}
    start, end = provenance.place_of_record(html)
    try:
        record = _Record.model_validate(block)
    except (ValidationError, ValueError):
        return False
    page = record.inputs.page
    told = (page.title or record.title, page.topic, page.front)
    agrees = told == (record.title, record.topic, record.front)
    return agrees and provenance.to_json(block) == html[start:end]
