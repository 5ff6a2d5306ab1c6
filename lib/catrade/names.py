"""Codes and periods used everywhere: countries, flows, period texts."""

from __future__ import annotations

from catrade.countries import WORLD

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
