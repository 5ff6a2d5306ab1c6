"""Codes and periods used everywhere: countries, flows, period texts."""

from __future__ import annotations

from collections.abc import Collection

from catrade.countries import WORLD

__all__ = [
    "CENTRAL_ASIA",
    "FLOWS",
    "GROUPS",
    "MIRROR_FLOW",
    "NAMES",
    "code_of",
    "in_sentence",
    "is_known",
    "name_of",
]

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
    *(
        "EU27",
        "EU28",
        "WLD",
        "ARE",
        "BHS",
        "CAF",
        "COG",
        "COM",
        "CYM",
        "DOM",
        "FLK",
        "FRO",
        "GBR",
    ),
    *(
        "GMB",
        "MDV",
        "MHL",
        "NLD",
        "PHL",
        "SLB",
        "SYC",
        "TCA",
        "USA",
        "VAT",
        "VGB",
        "VIR",
    ),
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


#: Every name and code in small letters, and what else people write.
_CODES = {
    **{name.casefold(): code for code, name in {**WORLD, **NAMES}.items()},
    **{code.casefold(): code for code in {**WORLD, **NAMES}},
    **{
        "european union": "EU27",
        "turkey": "TUR",
        "russian federation": "RUS",
        "america": "USA",
    },
    **{
        "kyrgyz republic": "KGZ",
        "all five": "CA5",
        "five": "CA5",
        "prc": "CHN",
        "uk": "GBR",
    },
}


def code_of(value: str, allowed: Collection[str] = ()) -> str:
    """Return the code meant by a name or a code in any case; what is neither, as it is.

    Parameters
    ----------
    value
        Such as "Uzbekistan", "uzb" or "the EU".
    allowed
        Codes that may be meant; empty is any.

    Examples
    --------
    >>> [code_of(text) for text in ("Uzbekistan", "uzb", "central asia", "the EU", "UZX")]
    ['UZB', 'UZB', 'CA5', 'EU27', 'UZX']
    """
    if value in allowed:
        return value
    text = " ".join(value.split()).casefold()
    same = next((one for one in allowed if one.casefold() == text), None)
    code = same or _CODES.get(text.removeprefix("the "), value)
    return code if not allowed or code in allowed else value
