"""One report on the index page: what its page says of itself."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, AliasPath, BaseModel, ConfigDict, Field, Json

from pagemill.pages import Page
from pagemill.project import current

_SENTENCE = re.compile(r"(?<=[^.]{3}[.])\s+(?=[A-Z“])")
#: The most letters of a big number.
_LETTERS = 24
_Short = Annotated[str, AfterValidator(lambda text: text[:_LETTERS])]


class Card(BaseModel):
    """One report on the index page: what the record of its page says, and what follows.

    Attributes
    ----------
    text
        The page's answer.
    facts
        Parameters that tell it from other reports.
    headline
        What stands over it on the front page: what its answer says for that, or its heading.
    caption, picture
        Title and drawing of its first figure, or of the one it names, where it is a story of the
        front page; no title where that heads the page, or headings are findings themselves.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True)

    slug: str
    page: Page
    notebook: str = Field(validation_alias=AliasPath("inputs", "notebook", "name"))
    title: str
    topic: str = "Reports"
    text: str = Field("", validation_alias="finding")
    chips: list[tuple[str, str]]
    data_date: str = ""
    front: str = ""
    figure: _Short = ""
    change: _Short = ""
    noun: str = ""
    question: str = ""
    row: Json[dict[str, str]] = {}
    size: float = 0
    shows: str = ""
    news: Json[list[tuple[str, str, str] | tuple[str, str, str, str]]] = []
    facts: list[str]
    headline: str
    caption: str = ""
    picture: str

    @property
    def finding(self) -> str:
        """The answer's first sentence: a card has room for one."""
        return _SENTENCE.split(self.text)[0]

    @property
    def answer(self) -> str:
        """Its first two, for the lead."""
        return " ".join(_SENTENCE.split(self.text)[:2])

    @property
    def groups(self) -> list[str]:
        """What the index is filtered by."""
        chips = dict(self.chips)
        return [chips.get(label, "") for label in current().filters] + [self.topic]
