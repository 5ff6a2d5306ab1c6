"""What a plan may say of a report, and how its page may be called."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rounding.errors import ParameterError

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
#: A file name may have 255 bytes, and a slug gets endings and beginnings.
LONGEST_SLUG = 200
LONGEST_TITLE = 300
# Letters that are printed as nothing.
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
# The index page has the first; Windows keeps the others, whatever their ending, for devices.
_TAKEN = re.compile(r"index|con|prn|aux|nul|com\d|lpt\d")


#: Names and kinds as they are written: a number is no text.
STRICT = ConfigDict(extra="forbid", strict=True)


class Settings(BaseModel):
    """What a plan may say for all its reports, or for one."""

    model_config = STRICT

    timeout: int = Field(0, ge=0)
    retries: int = Field(0, ge=0)


def _readable(text: str) -> str:
    short = len(text) <= LONGEST_TITLE and text.isprintable()
    if text and not (short and text.strip(f" {_BLANK}")):
        raise ValueError(text)
    return text


_ONE_LINE = f"one line of at most {LONGEST_TITLE} characters that can be seen"
_Line = Annotated[
    str, AfterValidator(_readable), Field(json_schema_extra={"allowed": _ONE_LINE})
]


def checked_slug(slug: str) -> str:
    """Return a slug, or none, that a file of a page can be called; a sentence on any other."""
    if slug and not _SLUG.fullmatch(slug):
        raise ParameterError(
            f"slug must be small letters, digits and single hyphens; got {slug!r}"
        )
    if len(slug) > LONGEST_SLUG:
        raise ParameterError(
            f"slug may have {LONGEST_SLUG} characters; got {len(slug)}"
        )
    if _TAKEN.fullmatch(slug):
        raise ParameterError(
            f"slug must not be {slug!r}: that file name is taken (try 'report-{slug}')"
        )
    return slug


class Entry(Settings):
    """A report of a plan."""

    notebook: str = Field(min_length=1)
    slug: Annotated[str, AfterValidator(checked_slug)] = ""
    title: _Line = ""
    topic: _Line = ""
    subject: _Line = ""
    parameters: dict[str, Any] = Field(
        {}, json_schema_extra={"allowed": "a table such as { number = 5 }"}
    )
    front: Literal["", "lead", "question", "story", "number"] = ""


@contextlib.contextmanager
def standing_at(where: str) -> Iterator[None]:
    """Have the sentence on what is wrong begin with where it stands."""
    try:
        yield
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
