"""Tables of Chinese customs of months to come, in the layout of its English bulletin, and a clock.

Every figure is invented, in thousands of dollars, and so round that growth can be worked out by
hand: of February 2027 each is the base of a year before and a tenth more, but Kazakhstan's.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fetch_files as made
import pytest

from catrade_fetch import door, files, gacc, titles

#: Month and year to date of trade, exports and imports; growth of the year to date in per cent.
DECEMBER_2026 = """
TOTAL|700,000,000|7,400,000,000|400,000,000|4,300,000,000|300,000,000|3,100,000,000|16.4|14.0|20.0
Kazakhstan|5,500,000|60,000,000|3,000,000|33,000,000|2,500,000|27,000,000|23.3|11.1|42.3
Kyrgyzstan|2,000,000|22,500,000|1,950,000|22,000,000|50,000|500,000|-17.3|0.1|-90.5
Tajikistan|500,000|5,200,000|430,000|4,500,000|70,000|700,000|20.6|19.9|25.0
Turkmenistan|850,000|9,800,000|150,000|1,700,000|700,000|8,100,000|-2.5|6.3|-4.1
Uzbekistan|1,700,000|19,000,000|1,500,000|17,000,000|200,000|2,000,000|18.1|19.5|6.9
"""
#: Of January to February 2026 the five had 10, 4, 0.6, 1.5 and 3, in all 19.1 billion.
FEBRUARY_2027 = """
TOTAL|600,000,000|1,210,000,000|330,000,000|660,000,000|270,000,000|550,000,000|10.0|10.0|10.0
Kazakhstan|6,000,000|12,000,000|3,000,000|6,000,000|3,000,000|6,000,000|20.0|50.0|0.0
Kyrgyzstan|2,200,000|4,400,000|2,145,000|4,290,000|55,000|110,000|10.0|10.0|10.0
Tajikistan|330,000|660,000|275,000|550,000|55,000|110,000|10.0|10.0|10.0
Turkmenistan|825,000|1,650,000|110,000|220,000|715,000|1,430,000|10.0|10.0|10.0
Uzbekistan|1,650,000|3,300,000|1,375,000|2,750,000|275,000|550,000|10.0|10.0|10.0
"""


def bulletin(folder: Path, month: int, year: int, rows: str) -> Path:
    """Write the page of a month and return its file."""
    page = made.changed(made.ENGLISH, *made.of_month(month, year))
    for old in made.grid(made.ROWS):
        page = page.replace(made.line(old), "")
    new = "".join(map(made.line, made.grid(rows)))
    page = page.replace(
        "</table></td></tr></table>", f"{new}</table></td></tr></table>"
    )
    return made.write(folder / f"gacc-{year}-{month}.html", page)


@contextmanager
def on(day: str) -> Iterator[None]:
    """Have the importer, which alone reads a clock, believe that it is a day."""

    class Clock(dt.date):
        @classmethod
        def today(cls) -> dt.date:
            return dt.date.fromisoformat(day)

    with pytest.MonkeyPatch.context() as patch:
        for module in (door, files, gacc, titles):
            patch.setattr(module, "date", Clock)
        yield


def read(data: Path, month: int, year: int, rows: str, published: str) -> str:
    """Read a month's table as `catrade fetch file` does, on the day it was published."""
    file = bulletin(data.parent, month, year, rows)
    with on(published):
        result = made.run(data, "gacc", "--published", published, file)
    return made.said(result)
