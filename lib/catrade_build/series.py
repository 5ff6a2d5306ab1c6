"""What the name of a series of the market says: the kind counted, with whom, by whom."""

from __future__ import annotations

import re
from typing import NamedTuple

from catrade_build.tables.names import code_of, in_sentence

#: What a series may count; of several in its name the first.
_KINDS = (
    "solar wind grid heating_cooling battery cleantech charger bev phev erev fcev nev ev hybrid "
    "petrol truck car auto vehicle goods"
)
_KIND = re.compile(f"(?:^|_)({'|'.join(_KINDS.split())})(?=s?_|s?$)")
_PARTNER = re.compile("_(to|from|with)_([a-z]{3}|central_asia|china)(?=_|$)")
#: Names of publishers before that of a series.
_BY = {
    "cpca": "by the passenger-car association",
    "customs": "by Chinese customs",
    "ember": "as the think tank Ember groups them",
    "iea": "by the International Energy Agency",
}
#: What few readers know in a name, and in words.
_SPELLED = {
    " usd": ", USD",
    "asean": "ASEAN",
    "australia": "Australia",
    "bev": "battery-electric",
    "brent": "(Brent)",
    "chn": "China’s",
    "cny": "CNY",
    "europe": "Europe",
    "erev": "range-extended",
    "ev": "EV",
    "fcev": "fuel-cell",
    "heating cooling": "heating and cooling",
    "l2": "L2",
    "nev": "new-energy",
    "petrol exports": "petrol-vehicle exports",
    "phev": "plug-in hybrid",
    "retail penetration": "share of cars sold",
    "retail sales": "car retail sales",
    "trade ins": "trade-ins",
    "xinjiang": "Xinjiang’s",
    "wholesale sales": "car wholesale sales",
}
_IS_SPELLED = re.compile(rf"\b({'|'.join(_SPELLED)})\b")


class Named(NamedTuple):
    """What the name of a series says: the kind counted, with whom, and both in words."""

    kind: str
    partner: str
    meaning: str


def read_name(series: str) -> Named:
    """Return what the name of a series says.

    Examples
    --------
    >>> read_name("ember_solar_exports_to_uzb_usd")[:2]
    ('solar', 'UZB')
    >>> read_name("ember_solar_exports_to_uzb_usd").meaning
    'solar exports to Uzbekistan, USD, as the think tank Ember groups them'
    >>> read_name("iea_bev_car_sales")[2]
    'battery-electric car sales, by the International Energy Agency'
    """
    publisher, _, body = series.partition("_")
    by = _BY.get(publisher, "")
    body = body if by else series
    kind = _KIND.search(body)
    partner = ""
    if way := _PARTNER.search(body):
        partner = code_of(way[2].replace("_", " "))
    text = _PARTNER.sub(rf"_\1_{in_sentence(partner)}", body).replace("_", " ")
    text = _IS_SPELLED.sub(lambda word: _SPELLED[word[0]], text)
    return Named(kind[1] if kind else "", partner, ", ".join(filter(None, [text, by])))
