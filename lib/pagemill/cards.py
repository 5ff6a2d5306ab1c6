"""One report on the index page: what its page says of itself, and its numbers as a line."""

from __future__ import annotations

import math
import re
from typing import Annotated

from markupsafe import Markup
from pydantic import AfterValidator, AliasPath, BaseModel, ConfigDict, Field, Json

from pagemill.pages import Page
from pagemill.project import current

_SENTENCE = re.compile(r"(?<=[^.]{3}[.])\s+(?=[A-Z“])")
#: Size of a spark line, and the most numbers of one and letters of a big number.
_WIDTH, _HEIGHT, _POINTS, _LETTERS = 120, 32, 400, 24
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
        What heads its page.
    caption, picture
        Title and drawing of its first figure, or of the one it names, where it is a story of the
        front page; no title if that heads the page.
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
    address: str = Field("", validation_alias=AliasPath("inputs", "page", "address"))
    front: str = ""
    figure: _Short = ""
    change: _Short = ""
    noun: str = ""
    spark: str = ""
    row: Json[dict[str, str]] = {}
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

    @property
    def line(self) -> Markup:
        """Its numbers as a spark line."""
        return spark_line(self.spark)


def spark_line(numbers: str) -> Markup:
    """Return a line through numbers parted by commas, with a mark at the newest; a gap stays one.

    Examples
    --------
    >>> print(spark_line("1,2"))
    <svg class="spark" viewBox="0 0 120 32" aria-hidden="true"><path d="M4 28L116 4"/><circle
    cx="116" cy="4" r="3"/></svg>
    >>> spark_line("nonsense"), spark_line("1")
    (Markup(''), Markup(''))
    """
    try:
        values = [float(text or "nan") for text in numbers.split(",")[:_POINTS]]
    except ValueError:
        return Markup()
    finite = list(filter(math.isfinite, values))
    if len(finite) < 2:
        return Markup()
    least = min(finite)
    step = (_WIDTH - 8) / (len(values) - 1)
    scale = (_HEIGHT - 8) / ((max(finite) - least) or 1)
    path, pen, place = "", "M", ""
    for number, value in enumerate(values):
        if math.isfinite(value):
            x, y = 4 + number * step, _HEIGHT - 4 - (value - least) * scale
            path += f"{pen}{x:.4g} {y:.3g}"
            place = f'cx="{x:.4g}" cy="{y:.3g}"'
        pen = "L" if math.isfinite(value) else "M"
    return Markup(
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" aria-hidden="true">'
        f'<path d="{path}"/><circle {place} r="3"/></svg>'
    )
