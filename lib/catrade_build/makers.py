"""The tables of an edition, and what makes each."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from catrade_build.after import after
from catrade_build.cars import cars
from catrade_build.claims.verdicts import claims
from catrade_build.cleantech import cleantech
from catrade_build.effects import effects
from catrade_build.figures import figures
from catrade_build.goods import goods
from catrade_build.lists import (
    chapters,
    countries,
    facts,
    headings,
    sources,
    watched,
)
from catrade_build.market import market
from catrade_build.nowcast import every_estimate
from catrade_build.policy import events, spells, support
from catrade_build.releases import releases
from catrade_build.rivals import rivals
from catrade_build.things import things

#: The tables of an edition, by name; each is made of what is read as of the day that holds.
TABLES: dict[str, Callable[[], pd.DataFrame]] = {
    "figures": figures,
    "rivals": rivals,
    "goods": goods,
    "effects": effects,
    "market": market,
    "cars": cars,
    "cleantech": cleantech,
    "watched": watched,
    "events": events,
    "spells": spells,
    "support": support,
    "after": after,
    "claims": claims,
    "facts": facts,
    "estimates": every_estimate,
    "releases": releases,
    "sources": sources,
    "chapters": chapters,
    "headings": headings,
    "countries": countries,
    "things": things,
}
