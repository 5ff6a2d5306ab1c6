"""Codes and periods used everywhere: countries, flows, period texts."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from catrade.errors import ParameterError
from catrade.names_world import WORLD

CENTRAL_ASIA = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
GROUPS = {"CA5": CENTRAL_ASIA, "CA4": ("KAZ", "KGZ", "TJK", "UZB")}
FLOWS = ("export", "import", "total")
#: Whose import answers whose export.
MIRROR_FLOW = {"export": "import", "import": "export", "total": "total"}

NAMES = {
    "CA5": "Central Asia",
    "CA4": "Central Asia without Turkmenistan",
    "KAZ": "Kazakhstan",
    "KGZ": "Kyrgyzstan",
    "TJK": "Tajikistan",
    "TKM": "Turkmenistan",
    "UZB": "Uzbekistan",
    "CHN": "China",
    "RUS": "Russia",
    "EU27": "EU",
    "EU28": "EU (28)",
    "ITA": "Italy",
    "WLD": "World",
}


def name_of(code: str) -> str:
    """Return the English short name of a code, or the code itself.

    Examples
    --------
    >>> name_of("KGZ"), name_of("MNG"), name_of("S19")
    ('Kyrgyzstan', 'Mongolia', 'S19')
    """
    return NAMES.get(code) or WORLD.get(code, code)


_WITH_ARTICLE = {
    *("EU27", "EU28", "WLD", "ARE", "BHS", "CAF", "COG", "COM", "CYM", "DOM", "FLK", "FRO", "GBR"),
    *("GMB", "MDV", "MHL", "NLD", "PHL", "SLB", "SYC", "TCA", "USA", "VAT", "VGB", "VIR"),
}


def in_sentence(code: str) -> str:
    """Return the name of a code as it stands inside a sentence.

    Examples
    --------
    >>> in_sentence("EU27"), in_sentence("WLD"), in_sentence("USA"), in_sentence("KGZ")
    ('the EU', 'the world', 'the United States', 'Kyrgyzstan')
    """
    name = "world" if code == "WLD" else name_of(code)
    return f"the {name}" if code in _WITH_ARTICLE else name


def is_known(code: str) -> bool:
    """Return whether a code is a country's or a group's.

    Examples
    --------
    >>> is_known("CA5"), is_known("MNG"), is_known("XYZ")
    (True, True, False)
    """
    return code in NAMES or code in WORLD


_PERIOD = re.compile(r"(\d{4})(?:-(?:(\d{2})|Q([1-4])|H([12])|(1[0-2]|[1-9])M))?", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A period as text says it: first and last month of one year, and its frequency."""

    year: int
    last_month: int
    first_month: int
    frequency: str


@functools.lru_cache(maxsize=4096)
def parse_period(text: str) -> Period:
    """Read `2025`, `2025-03`, `2025-Q1`, `2025-H1` or `2025-10M` (January to October).

    Raises
    ------
    ParameterError
        If the text is none of these.

    Examples
    --------
    >>> parse_period("2025-10M")
    Period(year=2025, last_month=10, first_month=1, frequency='ytd')
    """
    match = _PERIOD.fullmatch(text)
    month = int(match[2]) if match and match[2] else None
    if match is None or (month is not None and not 1 <= month <= 12):
        message = f"period must look like 2025, 2025-03, 2025-Q1, 2025-H1 or 2025-10M; got {text!r}"
        raise ParameterError(message)
    year = int(match[1])
    if month:
        return Period(year, month, month, "monthly")
    if match[3]:
        return Period(year, 3 * int(match[3]), 3 * int(match[3]) - 2, "quarterly")
    if match[4]:
        return Period(year, 6 * int(match[4]), 6 * int(match[4]) - 5, "half")
    if match[5]:
        return Period(year, int(match[5]), 1, "ytd")
    return Period(year, 12, 1, "annual")
