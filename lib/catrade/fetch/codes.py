"""Codes of countries, and what publishers call them.

numbers.csv beside this module has UN Comtrade's number of each of our codes (ISO 3166-1 alpha-3).
names.csv has the names that Chinese customs (in Chinese and in English), the IMF, WITS and the UN
write besides those of `catrade.tables.countries`; a name without a code is a group of
countries, whose members stand beside it. A name that is in neither is a partner nobody can place:
what it is worth is said (`catrade.fetch.tables.left_out`).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from catrade.fetch import door
from catrade.tables.countries import WORLD
from catrade.tables.names import CENTRAL_ASIA, GROUPS, code_of
from rounding.errors import ParameterError, nearest


def _rows(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


#: Our code to UN Comtrade's number: the M49 code but for CHE, FRA, IND, NOR and USA (statistical
#: territories) and TWN.
COMTRADE = {row["code"]: int(row["comtrade"]) for row in _rows("numbers.csv")}
#: Other publishers' codes of "Other Asia, not elsewhere specified", in which the UN's statistics
#: hold Taiwan's trade: CEPII writes S19, UN Comtrade 490.
ALIASES = {"S19": "TWN", "490": "TWN"}
_FROM_COMTRADE = {number: code for code, number in COMTRADE.items()}


def _fold(label: str) -> str:
    """Fold a printed name: no blanks, accents, "of which", colon or star; one form of brackets.

    Examples
    --------
    >>> _fold("  其中：德国 "), _fold("Côte d’Ivoire") == _fold("Cote d'Ivoire")
    ('德国', True)
    """
    text = label.replace("\u2019", "'").replace("&", " and ")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(mark for mark in text if not unicodedata.combining(mark))
    text = re.sub(r"\s+", "", text).casefold()
    return re.sub(r"^(其中|ofwhich):?|[:*]+$", "", text)


#: Folded names of all countries to our codes; "" for a group of countries.
_CALLED = {_fold(name): code for code, name in WORLD.items()}
_CALLED |= {_fold(row["name"]): row["code"] for row in _rows("names.csv")}


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


def called(label: str) -> str | None:
    """Return our code for a country as publishers write it, "" for a group, None if unknown.

    Examples
    --------
    >>> called("Kazakhstan, Rep. of"), called("  吉尔吉斯斯坦"), called("Egypt, Arab Rep.")
    ('KAZ', 'KGZ', 'EGY')
    >>> called("Advanced Economies"), called("Netherlands Antilles") is None
    ('', True)
    """
    return _CALLED.get(_fold(label))


def customs_partner(label: str, year: int) -> str | None:
    """Return what `called` does for a row of a customs table: the EU had 28 members until 2019.

    Examples
    --------
    >>> customs_partner("European Union", 2019), customs_partner("欧洲联盟", 2026)
    ('EU28', 'EU27')
    """
    code = called(label)
    return "EU28" if code == "EU27" and year < 2020 else code


def country_called(label: str) -> str | None:
    """Return what `called` does for the IMF and WITS, whose EU has other members each year.

    Examples
    --------
    >>> country_called("China, P.R.: Hong Kong"), country_called("European Union")
    ('HKG', '')
    """
    code = called(label)
    return "" if code == "EU27" else code


#: CEPII's areas that are no ISO country, by the number that all releases share: the first is UN
#: Comtrade's "Other Asia", which older releases call N/A or TWN and newer ones S19.
_BACI = {490: "TWN", 697: "R20", 849: "PUS"}
#: Numbers of former countries, to which releases give the code of their successor.
_FORMER = {58: "BEL", 230: "ETH", 280: "DEU", 711: "ZAF", 736: "SDN"}


def baci_countries(countries: Iterable[tuple[int, str]], where: str) -> list[str]:
    """Return our code for each country of a BACI release: its number, and the release's ISO code.

    Areas without an ISO code stay apart; a former country goes with its successor.

    Examples
    --------
    >>> baci_countries([(490, "S19"), (697, "N/A"), (729, "SDN"), (736, "SDN")], "t")
    ['TWN', 'R20', 'SDN', 'SDN']
    >>> baci_countries([(156, "CHN"), (999, "CHN")], "country_codes.csv")
    Traceback (most recent call last):
    catrade.errors.FetchError: the ISO code of country 999 in country_codes.csv is CHN, which is
    that of 156

    Raises
    ------
    FetchError
        If the release calls one by no code, or two by one that are not known to be one country.
    """
    found: list[str] = []
    numbers: dict[str, int] = {}
    for number, iso3 in countries:
        what = f"the ISO code of country {number} in {where}"
        code = _BACI.get(number) or door.name(iso3, what, r"[A-Z][A-Z0-9]{2}")
        found.append(code)
        if _FORMER.get(number) != code and numbers.setdefault(code, number) != number:
            taken = numbers[code]
            raise door.fault(what, f"is {code}, which is that of {taken}")
    return found
