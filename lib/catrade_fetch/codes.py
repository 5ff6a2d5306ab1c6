"""Codes of countries, and what publishers call them.

numbers.csv beside this module has UN Comtrade's number of each of our codes (ISO 3166-1 alpha-3).
names.csv has the names that Chinese customs (in Chinese and in English), the IMF, WITS and the UN
write besides those of `catrade_build.tables.names`; a name without a code is a group of
countries, whose members stand beside it. A name that is in neither is a partner nobody can place:
what it is worth is said (`unplaced`).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from catrade_build.tables.names import GROUPS, UNIONS, WORLD, canonical, no_such_place
from catrade_fetch import door
from rounding.errors import ParameterError, one_line, some
from rounding.rounded import Rounded


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV beside this module."""
    file = Path(__file__).with_name(name)
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


#: Our code to UN Comtrade's number: the M49 code but for CHE, FRA, IND, NOR and USA (statistical
#: territories) and TWN.
COMTRADE = {row["code"]: int(row["comtrade"]) for row in read_rows("numbers.csv")}
#: The other way round.
OF_COMTRADE = {number: code for code, number in COMTRADE.items()}


def _fold(label: str) -> str:
    """Fold a printed name: no blanks, accents, "of which", colon or star; one form of brackets.

    Examples
    --------
    >>> _fold("  其中：德国 "), _fold("Côte d’Ivoire") == _fold("Cote d'Ivoire")
    ('德国', True)
    """
    text = label.replace("\u2019", "'").replace("&", " and ")
    text = unicodedata.normalize("NFKD", text)
    # Accents are characters of their own now.
    text = re.sub("[\u0300-\u036f\\s]+", "", text)
    return re.sub(r"^(其中|ofwhich):?|[:*]+$", "", text.casefold())


#: Folded names of all countries to our codes; "" for a group of countries.
_CALLED = {_fold(name): code for code, name in WORLD.items()}
_CALLED |= {_fold(row["name"]): row["code"] for row in read_rows("names.csv")}


def expand(countries: list[str], name: str) -> list[str]:
    """Put the members in the place of group codes, check every code and drop repeated ones.

    Examples
    --------
    >>> expand(["CA5", "KAZ", "RUS"], "partner")
    ['KAZ', 'KGZ', 'TJK', 'TKM', 'UZB', 'RUS']
    """
    codes: list[str] = []
    for country in countries:
        code = canonical(country)
        if code in UNIONS and code not in COMTRADE:
            members = " ".join(UNIONS[code])
            raise ParameterError(
                f"{name} {country} is no country to UN Comtrade; its members are: {members}"
            )
        if code not in GROUPS and code not in COMTRADE:
            raise no_such_place(name, country)
        codes += GROUPS.get(code, [code])
    return list(dict.fromkeys(codes))


def called(label: str, union: str = "") -> str | None:
    """Return our code for a country as publishers write it, "" for a group, None if unknown.

    Parameters
    ----------
    union
        What the European Union is: a group of other members each year, or the code of those that
        a publisher means.

    Examples
    --------
    >>> called("Kazakhstan, Rep. of"), called("  吉尔吉斯斯坦"), called("Egypt, Arab Rep.")
    ('KAZ', 'KGZ', 'EGY')
    >>> called("Advanced Economies"), called("Netherlands Antilles") is None
    ('', True)
    >>> called("European Union"), called("欧洲联盟", "EU28")
    ('', 'EU28')
    """
    code = _CALLED.get(_fold(label))
    return union if code == "EU27" else code


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
    catrade_fetch.errors.FetchError: the ISO code of country 999 in country_codes.csv is CHN,
    which is that of 156

    Raises
    ------
    FetchError
        If the release calls one by no code or by another country's, or two by one that are not
        known to be one country.
    """
    codes: list[str] = []
    numbers: dict[str, int] = {}
    for number, iso3 in countries:
        what = f"the ISO code of country {number} in {where}"
        code = _BACI.get(number) or door.name(iso3, what, "[A-Z][A-Z0-9]{2}")
        ours = OF_COMTRADE.get(number, code)
        if ours != code:
            raise door.fault(what, f"is {code}, and {number} is {ours}")
        codes.append(code)
        is_former = _FORMER.get(number) == code
        if not is_former and numbers.setdefault(code, number) != number:
            raise door.fault(what, f"is {code}, which is that of {numbers[code]}")
    return codes


def unplaced(worth: Mapping[Any, float], currency: str = "usd") -> str:
    """Say which partners of a file could not be placed, and what they are worth, the largest first.

    Parameters
    ----------
    worth
        What the file says of each, by its name there.
    currency
        `usd` or `cny`.

    Examples
    --------
    >>> unplaced({"Netherlands Antilles": 2.5e6, "Free Zones": 1.2e9, "Bunkers": 0.0})
    'partners that this library does not know are left out, worth $1.20 billion:
    Free Zones ($1.20 billion), Netherlands Antilles ($2.5 million)'
    """
    partners = [
        f"{name.strip()[:40]} ({Rounded.printed(worth[name], 0):{currency}})"
        for name in sorted(worth, key=worth.__getitem__, reverse=True)
        if worth[name]
    ]
    if not partners:
        return ""
    total = Rounded.printed(sum(worth.values()), 0)
    return one_line(
        f"partners that this library does not know are left out, worth {total:{currency}}:"
        f" {', '.join(some(partners))}"
    )
