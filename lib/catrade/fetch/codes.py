"""Country codes of the publishers: UN Comtrade's numbers and the names Chinese customs prints.

They stand in partners.csv beside this module: our code (ISO 3166-1 alpha-3), UN Comtrade's number
and the labels of the customs tables.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

from catrade.countries import WORLD
from catrade.fetch import door
from catrade.names import CENTRAL_ASIA, GROUPS, code_of
from pagemill.errors import ParameterError, nearest

_TABLE = Path(__file__).with_name("partners.csv")
with _TABLE.open(encoding="utf-8", newline="") as _file:
    _ROWS = list(csv.DictReader(_file))
#: Our code to UN Comtrade's number: the M49 code but for CHE, FRA, IND, NOR and USA (statistical
#: territories) and TWN.
COMTRADE = {row["code"]: int(row["comtrade"]) for row in _ROWS}
#: Other publishers' codes of "Other Asia, not elsewhere specified", in which the UN's statistics
#: hold Taiwan's trade: CEPII writes S19, UN Comtrade 490.
ALIASES = {"S19": "TWN", "490": "TWN"}
_FROM_COMTRADE = {number: code for code, number in COMTRADE.items()}


def _fold(label: str) -> str:
    """Fold a printed label: no blanks, one form of brackets, no 'of which', no closing colon."""
    text = label.translate(str.maketrans("（）：，", "():,"))
    text = re.sub(r"\s+", "", text.replace("\xa0", " ")).casefold()
    return re.sub(r"^(其中|ofwhich):?|:$|\*$", "", text)


#: English and Chinese names in the customs tables.
_BY_LABEL = {_fold(name): code for code, name in WORLD.items()} | {
    _fold(one): row["code"] for row in _ROWS for one in row["customs"].split(";") if one
}
#: What the IMF and WITS call countries otherwise than customs and ISO 3166-1 do.
_CALLED = {
    _fold(one): row["code"]
    for row in _ROWS
    for one in row["imf_wits"].split(";")
    if one
}


def canonical(code: str) -> str:
    """Return our code for a publisher's, or for a country's name: one code for one country.

    Examples
    --------
    >>> canonical("S19"), canonical("kaz"), canonical("Uzbekistan")
    ('TWN', 'KAZ', 'UZB')
    """
    upper = code_of(code).strip().upper()
    return ALIASES.get(upper, upper)


def unknown_country(name: str, value: object, known: Iterable[str]) -> ParameterError:
    """Return the error for a country code that is not there; the region's codes are tried first.

    Examples
    --------
    >>> print(unknown_country("partner", "KAS", COMTRADE))
    partner must be a code such as KAZ, CHN or WLD (ISO 3166-1 alpha-3); got 'KAS' (did you mean
    'KAZ'?)
    """
    listed = list(known)
    first = [code for code in (*CENTRAL_ASIA, *GROUPS, "CHN", "RUS") if code in listed]
    guess = nearest(value, first) or nearest(value, listed)
    hint = f" (did you mean {guess!r}?)" if guess else ""
    codes = "a code such as KAZ, CHN or WLD (ISO 3166-1 alpha-3)"
    message = f"{name} must be {codes}; got {value!r}{hint}"
    return ParameterError(message)


def comtrade_code(country: str, name: str = "country") -> int:
    """Return UN Comtrade's number of a country.

    Raises
    ------
    ParameterError
        If the code is not known.

    Examples
    --------
    >>> comtrade_code("KGZ"), comtrade_code("WLD"), comtrade_code("CHE")
    (417, 0, 757)
    """
    if country not in COMTRADE:
        raise unknown_country(name, country, COMTRADE)
    return COMTRADE[country]


def country_of(number: int) -> str | None:
    """Return our code for UN Comtrade's number, or None.

    Examples
    --------
    >>> country_of(762)
    'TJK'
    """
    return _FROM_COMTRADE.get(number)


def expand(countries: list[str], name: str) -> list[str]:
    """Put the members in the place of group codes, check every code and drop repeated ones.

    Examples
    --------
    >>> expand(["CA5", "KAZ", "RUS"], "partner")
    ['KAZ', 'KGZ', 'TJK', 'TKM', 'UZB', 'RUS']
    """
    known = [*COMTRADE, *GROUPS]
    found: dict[str, None] = {}
    for country in countries:
        code = canonical(country)
        if code not in known:
            raise unknown_country(name, country, known)
        found.update(dict.fromkeys(GROUPS.get(code, (code,))))
    return list(found)


def customs_partner(label: str, year: int) -> str | None:
    """Return our code for a row label of a Chinese customs table, or None for a row not used.

    Examples
    --------
    >>> customs_partner("  吉尔吉斯斯坦", 2026), customs_partner("European Union", 2019)
    ('KGZ', 'EU28')
    >>> customs_partner("Asia", 2026) is None
    True
    """
    code = _BY_LABEL.get(_fold(label))
    return "EU28" if code == "EU27" and year < 2020 else code


#: CEPII's areas that are no ISO country, by the number that all releases share: the first is UN
#: Comtrade's "Other Asia", which older releases call N/A or TWN and newer ones S19.
_BACI = {490: "TWN", 697: "R20", 849: "PUS"}


def baci_country(number: int, iso3: str) -> str:
    """Return our code for a country of a BACI release; those without an ISO code stay apart.

    Examples
    --------
    >>> baci_country(490, "S19"), baci_country(697, "N/A"), baci_country(398, "KAZ")
    ('TWN', 'R20', 'KAZ')

    Raises
    ------
    FetchError
        If the release calls it by no code.
    """
    if number in _BACI:
        return _BACI[number]
    return door.name(iso3, f"the ISO code of country {number}", r"[A-Z][A-Z0-9]{2}")


def country_called(label: str) -> str | None:
    """Return our code for a country as the IMF or WITS calls it; None for groups and others.

    Examples
    --------
    >>> country_called("Kazakhstan, Rep. of"), country_called("Kyrgyz Republic")
    ('KAZ', 'KGZ')
    >>> country_called("China, P.R.: Hong Kong"), country_called("Iran, Islamic Rep. of")
    ('HKG', 'IRN')
    >>> country_called("European Union"), country_called("Central Asia")
    (None, None)
    """
    plain = re.sub(
        r",?\s*(Islamic |United )?(Rep(\.|ublic)?|I\.R\.)( of)?$", "", label.strip()
    )
    found = _CALLED.get(_fold(plain)) or _BY_LABEL.get(_fold(plain))
    return None if found == "EU27" else found
